/**
 * How spans go: with age, and with a person. A span says little of whose it is, but the others of its trace may: what is said of
 * one of a trace, a legal hold or a person, is said of all of it.
 */
import {
  type DataSubject,
  type Expiry,
  isHeld,
  type LegalHold,
  type RetentionRules,
  timesOf,
} from '../../../core/record/retention.ts'
import type { CallDatabase, Row } from './call-database.ts'
import { type InTransaction, namedHolds } from './call-holds.ts'

/** A few milliseconds of work, while which nothing new is stored. */
const SPANS_AT_ONCE = 500

/** All spans that are older than calls may become, and what was said in those that are older than bodies may. */
export async function* expireSpans(
  inOne: InTransaction,
  rules: RetentionRules,
  now: number,
): AsyncGenerator<Expiry, void> {
  for (let of = await nextWorkspace(inOne, ''); of !== undefined; of = await nextWorkspace(inOne, of)) {
    const workspace = of
    const { callsMs = Number.POSITIVE_INFINITY, bodiesMs = callsMs } = timesOf(rules, workspace)
    const before = now - Math.min(callsMs, bodiesMs)
    if (!Number.isFinite(before)) continue
    let place = { since: -1, seq: -1 }
    for (let isMore = true; isMore; ) {
      const step = await inOne(async (database) => {
        const rows = await oldest(database, workspace, place, before)
        const held = await heldTraces(database, workspace, rules.holds, rows)
        const free = rows.filter((row) => !held.has(String(row['trace_id'])))
        const gone = free.filter((row) => Number(row['kept_since']) < now - callsMs)
        const spans = await removeSpans(database, gone)
        const bodies = await removeContent(database, free)
        return {
          expiry: { workspace, calls: 0, bodies, spans },
          last: rows.at(-1),
          isMore: rows.length === SPANS_AT_ONCE,
        }
      })
      isMore = step.isMore
      if (step.last !== undefined) place = { since: Number(step.last['kept_since']), seq: Number(step.last['seq']) }
      yield step.expiry
    }
  }
}

/** All spans of traces in which the person is named, by a span. Returns how many went, and how many are held. */
export async function eraseSpansOf(
  inOne: InTransaction,
  { workspace, user }: DataSubject,
  holds: readonly LegalHold[],
): Promise<{ readonly spans: number; readonly held: number }> {
  let [spans, held, after] = [0, 0, '']
  for (let isMore = true; isMore; ) {
    const step = await inOne(async (database) => {
      const { all, sql } = database
      const rows = await all(
        `SELECT DISTINCT trace_id FROM spans WHERE "user" = ? AND workspace = ? AND trace_id > ? ORDER BY trace_id LIMIT ?`,
        [sql.name(user), sql.name(workspace), after, SPANS_AT_ONCE],
      )
      return { ...(await eraseTraces(database, workspace, rows.map(traceOf), holds)), rows }
    })
    spans += step.spans
    held += step.held
    isMore = step.rows.length === SPANS_AT_ONCE
    after = traceOf(step.rows.at(-1) ?? {})
  }
  return { spans, held }
}

/** Of a workspace: all that is told of these traces, where nothing holds them. */
export async function eraseTraces(
  database: CallDatabase,
  workspace: string,
  traces: readonly string[],
  holds: readonly LegalHold[],
): Promise<{ readonly spans: number; readonly held: number }> {
  const { all, run, sql } = database
  const named = [...new Set(traces)]
  if (named.length === 0) return { spans: 0, held: 0 }
  const those = (ids: readonly string[]) =>
    sql.isOneOf(
      [['trace_id', 'text']],
      ids.map((id) => [id]),
    )
  const heldIds = await heldTraces(
    database,
    workspace,
    holds,
    named.map((trace) => ({ trace_id: trace })),
  )
  const free = named.filter((trace) => !heldIds.has(trace))
  const gone = those(free)
  const spans =
    free.length === 0
      ? 0
      : await run(`DELETE FROM spans WHERE workspace = ? AND ${gone.sql}`, [sql.name(workspace), ...gone.values])
  if (heldIds.size === 0) return { spans, held: 0 }
  const left = those([...heldIds])
  const [row] = await all(`SELECT count(*) AS count FROM spans WHERE workspace = ? AND ${left.sql}`, [
    sql.name(workspace),
    ...left.values,
  ])
  return { spans, held: Number(row?.['count'] ?? 0) }
}

/** Those of the traces that have a span or a call which is held. */
async function heldTraces(
  { all, sql }: CallDatabase,
  workspace: string,
  allHolds: readonly LegalHold[],
  rows: readonly Row[],
): Promise<ReadonlySet<string>> {
  const holds = namedHolds(sql, allHolds, workspace)
  const ids = [...new Set(rows.map(traceOf))]
  if (holds.length === 0 || ids.length === 0) return new Set()
  const oneOf = (column: string) =>
    sql.isOneOf(
      [[column, 'text']],
      ids.map((id) => [id]),
    )
  const [traces, parents] = [oneOf('trace_id'), oneOf('parent_trace_id')]
  const found = await all(
    `SELECT DISTINCT trace_id, "user", key FROM spans WHERE workspace = ? AND ${traces.sql}
     UNION SELECT DISTINCT trace_id, "user", key FROM calls WHERE workspace = ? AND ${traces.sql}
     UNION SELECT DISTINCT parent_trace_id, "user", key FROM calls WHERE workspace = ? AND ${parents.sql}`,
    [workspace, ...traces.values, workspace, ...traces.values, workspace, ...parents.values],
  )
  return new Set(
    found
      .filter((row) => isHeld({ user: textOf(row['user']), key: textOf(row['key']), trace: traceOf(row) }, holds))
      .map(traceOf),
  )
}

async function nextWorkspace(inOne: InTransaction, after: string): Promise<string | undefined> {
  const [row] = await inOne(({ all }) =>
    all('SELECT workspace FROM spans WHERE workspace > ? ORDER BY workspace LIMIT 1', [after]),
  )
  return textOf(row?.['workspace']) ?? undefined
}

async function oldest(
  { all }: CallDatabase,
  workspace: string,
  after: { readonly since: number; readonly seq: number },
  before: number,
): Promise<readonly Row[]> {
  return await all(
    `SELECT seq, trace_id, kept_since FROM spans
     WHERE workspace = ? AND (kept_since, seq) > (?, ?) AND kept_since < ? ORDER BY kept_since, seq LIMIT ?`,
    [workspace, after.since, after.seq, before, SPANS_AT_ONCE],
  )
}

async function removeSpans(database: CallDatabase, rows: readonly Row[]): Promise<number> {
  if (rows.length === 0) return 0
  const those = bySeq(database, rows)
  return await database.run(`DELETE FROM spans WHERE ${those.sql}`, those.values)
}

async function removeContent(database: CallDatabase, rows: readonly Row[]): Promise<number> {
  if (rows.length === 0) return 0
  const those = bySeq(database, rows)
  return await database.run(`UPDATE spans SET content = NULL WHERE content IS NOT NULL AND ${those.sql}`, those.values)
}

function bySeq({ sql }: CallDatabase, rows: readonly Row[]) {
  return sql.isOneOf(
    [['seq', 'bigint']],
    rows.map((row) => [Number(row['seq'])]),
  )
}

function traceOf(row: Row): string {
  return String(row['trace_id'] ?? '')
}

function textOf(value: unknown): string | null {
  return typeof value === 'string' ? value : null
}
