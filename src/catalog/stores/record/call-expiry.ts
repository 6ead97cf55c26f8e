/** Takes calls away: those that are older than their workspace keeps them, and those of a person who is to be forgotten. */
import { factKinds } from '../../../core/record/call-facts.ts'
import {
  type DataSubject,
  type ErasedCalls,
  type Expiry,
  type HoldableCall,
  isHeld,
  type LegalHold,
  type RetentionRules,
  timesOf,
} from '../../../core/record/retention.ts'
import { isJsonObject, type JsonObject } from '../../../core/wire/json.ts'
import { placeOf } from './call-cursor.ts'
import type { CallDatabase, Place, Row } from './call-database.ts'
import { removeFeedbackBy, removeFeedbackOf, removeStrayFeedback } from './call-feedback.ts'
import { type InTransaction, namedHolds } from './call-holds.ts'
import { metaOf } from './call-rows.ts'
import { searchedLabels } from './call-values.ts'
import { eraseSpansOf, eraseTraces, expireSpans } from './span-removal.ts'
import { eraseUser, expireUsers } from './user-sums.ts'
import { forgetCounted, writingsOf } from './user-writings.ts'

/** A few milliseconds of work, while which nothing new is stored. */
const CALLS_AT_ONCE = 200
/** Longer than a month, and than a call is on its way: what was used of such a window asks nobody for any more. */
const LONGEST_WINDOW_MS = 62 * 86_400_000

type Taken = Row & { readonly place: Place }

const atStart: Place = { startedAt: -1, seq: -1 }
const columns = 'seq, id, started_at, workspace, "user", key, trace_id, meta'

/** All calls that are older than they may become, a few at a time: each step is a transaction. */
export async function* expireCalls(
  inOne: InTransaction,
  rules: RetentionRules,
  now: number,
): AsyncGenerator<Expiry, void> {
  // Of a window without an end the start is 0.
  await inOne(async ({ run }) => {
    await run('DELETE FROM budget_uses WHERE window_start > 0 AND window_start < ?', [now - LONGEST_WINDOW_MS])
    await run('DELETE FROM budget_buckets WHERE at < ?', [now - LONGEST_WINDOW_MS])
  })
  for (let of = await nextWorkspace(inOne, ''); of !== undefined; of = await nextWorkspace(inOne, of)) {
    const workspace = of
    const { callsMs = Number.POSITIVE_INFINITY, bodiesMs = callsMs } = timesOf(rules, workspace)
    const before = now - Math.min(callsMs, bodiesMs)
    if (!Number.isFinite(before)) continue
    for (let place = atStart, isMore = true; isMore; ) {
      const step = await inOne(async (database) => {
        const rows = await oldest(database, workspace, place, before)
        const holds = namedHolds(database.sql, rules.holds, workspace)
        const free = rows.filter((row) => !isHeld(holdable(row), holds))
        const bodies = await removeBodies(database, free)
        const gone = free.filter((row) => row.place.startedAt < now - callsMs)
        await removeCalls(database, workspace, gone)
        const isLast = rows.length < CALLS_AT_ONCE
        if (isLast && Number.isFinite(callsMs)) {
          await removeStrayFeedback(database, workspace, now - callsMs)
          // Where a hold keeps calls of its people, their sums stay too.
          if (holds.length === 0) await expireUsers(database, workspace, now - callsMs)
        }
        return { expiry: { workspace, calls: gone.length, bodies, spans: 0 }, last: rows.at(-1)?.place, isLast }
      })
      isMore = !step.isLast
      place = step.last ?? place
      yield step.expiry
    }
  }
  yield* expireSpans(inOne, rules, now)
}

/** Takes a person out of all calls that name it, and what was said in them; calls under a hold are left and counted. */
export async function eraseCalls(
  inOne: InTransaction,
  subject: DataSubject,
  holds: readonly LegalHold[],
): Promise<ErasedCalls> {
  const { workspace, user } = subject
  const users = await writingsOf(inOne, subject)
  const free: Taken[] = []
  let [bodies, held, spans, heldSpans] = [0, 0, 0, 0]
  for (const name of users) {
    const calls = await eraseCallsOf(inOne, { workspace, user: name }, holds)
    const named = await eraseSpansOf(inOne, { workspace, user: name }, holds)
    free.push(...calls.free)
    bodies += calls.bodies
    held += calls.held
    spans += calls.spans + named.spans
    heldSpans += named.held
  }
  await inOne((database) => forgetCounted(database, user))
  return { users, ids: free.sort(byPlace).map((row) => String(row['id'])), bodies, spans, held, heldSpans }
}

/** Of those who are named just so. */
async function eraseCallsOf(inOne: InTransaction, { workspace, user }: DataSubject, allHolds: readonly LegalHold[]) {
  const erased: Taken[] = []
  let [bodies, held, spans] = [0, 0, 0]
  for (let place = atStart, isMore = true; isMore; ) {
    const step = await inOne(async (database) => {
      const rows = await ofUser(database, workspace, user, place)
      const holds = namedHolds(database.sql, allHolds, workspace)
      const free = rows.filter((row) => !isHeld(holdable(row), holds))
      const removed = await removeBodies(database, free)
      await removeLabels(database, free)
      for (const row of free) await forgetCaller(database, row)
      await removeFeedbackOf(database, workspace, free.map(goneCall))
      const traces = await eraseTraces(database, workspace, tracesOf(rows), allHolds)
      return {
        free,
        traces,
        removed,
        held: rows.length - free.length,
        last: rows.at(-1)?.place,
        isMore: rows.length === CALLS_AT_ONCE,
      }
    })
    erased.push(...step.free)
    bodies += step.removed
    held += step.held
    spans += step.traces.spans
    isMore = step.isMore
    place = step.last ?? place
  }
  await inOne(async (database) => {
    // What is said about calls that are held stays with them.
    if (held === 0) await removeFeedbackBy(database, workspace, user)
    await eraseUser(database, workspace, user, held > 0)
  })
  return { free: erased, bodies, held, spans }
}

function byPlace({ place: one }: Taken, { place: other }: Taken): number {
  return one.startedAt - other.startedAt || one.seq - other.seq
}

/** By their own name, and by that of the client's spans. */
function tracesOf(rows: readonly Taken[]): readonly string[] {
  return rows.flatMap((row) => {
    const { traceParent } = metaOf(row)
    const parent = isJsonObject(traceParent) ? traceParent['traceId'] : undefined
    return [row['trace_id'], parent].filter((id) => typeof id === 'string')
  })
}

async function nextWorkspace(inOne: InTransaction, after: string): Promise<string | undefined> {
  const rows = await inOne(({ all }) =>
    all('SELECT workspace FROM calls WHERE workspace > ? ORDER BY workspace LIMIT 1', [after]),
  )
  const found = rows[0]?.['workspace']
  return typeof found === 'string' ? found : undefined
}

async function oldest({ all, sql }: CallDatabase, workspace: string, after: Place, before: number): Promise<Taken[]> {
  const rows = await all(
    `SELECT ${columns} FROM ${sql.along('calls_by_workspace')}
     WHERE workspace = ? AND (started_at, seq) > (?, ?) AND started_at < ? ORDER BY started_at, seq LIMIT ?`,
    [workspace, after.startedAt, after.seq, before, CALLS_AT_ONCE],
  )
  return rows.map(taken)
}

async function ofUser({ all, sql }: CallDatabase, workspace: string, user: string, after: Place): Promise<Taken[]> {
  const rows = await all(
    `SELECT ${columns} FROM ${sql.along('calls_by_user')}
     WHERE "user" = ? AND workspace = ? AND (started_at, seq) > (?, ?) ORDER BY started_at, seq LIMIT ?`,
    [sql.name(user), sql.name(workspace), after.startedAt, after.seq, CALLS_AT_ONCE],
  )
  return rows.map(taken)
}

async function removeCalls(database: CallDatabase, workspace: string, calls: readonly Taken[]): Promise<void> {
  if (calls.length === 0) return
  await removeLabels(database, calls)
  const { sql } = database
  const facts = sql.isOneOf(
    [
      ['kind', 'text'],
      ['started_at', 'bigint'],
      ['seq', 'bigint'],
    ],
    calls.flatMap(({ place }) => factKinds.map((kind) => [kind, place.startedAt, place.seq])),
  )
  await database.run(`DELETE FROM call_facts WHERE ${facts.sql}`, facts.values)
  const rows = sql.at(calls.map(({ place }) => place))
  await database.run(`DELETE FROM calls WHERE ${rows.sql}`, rows.values)
  await removeFeedbackOf(database, workspace, calls.map(goneCall))
}

async function removeBodies({ run, sql }: CallDatabase, calls: readonly Taken[]): Promise<number> {
  if (calls.length === 0) return 0
  const rows = sql.at(calls.map(({ place }) => place))
  return await run(`DELETE FROM bodies WHERE ${rows.sql}`, rows.values)
}

async function removeLabels({ run, sql }: CallDatabase, calls: readonly Taken[]): Promise<void> {
  const labels = calls.flatMap((row) => labelsOf(metaOf(row), row.place, sql.name))
  if (labels.length === 0) return
  const rows = sql.isOneOf(
    [
      ['name', 'text'],
      ['value', 'text'],
      ['started_at', 'bigint'],
      ['seq', 'bigint'],
    ],
    labels,
  )
  await run(`DELETE FROM call_metadata WHERE ${rows.sql}`, rows.values)
}

function labelsOf({ metadata }: JsonObject, { startedAt, seq }: Place, name: (text: string) => string) {
  const labels = Object.entries(isJsonObject(metadata) ? metadata : {}).flatMap(([label, value]) =>
    typeof value === 'string' ? [[label, value] as const] : [],
  )
  return searchedLabels(labels).map(([label, value]) => [name(label), name(value), startedAt, seq] as const)
}

async function forgetCaller({ run, sql }: CallDatabase, row: Taken): Promise<void> {
  const { metadata: _, cacheMatch: __, traceParent: ___, ...figures } = metaOf(row)
  const at = sql.at([row.place])
  await run(
    `UPDATE calls SET "user" = NULL, trace_id = NULL, session_id = NULL, parent_trace_id = NULL, error_message = NULL, meta = ? WHERE ${at.sql}`,
    [JSON.stringify({ ...figures, isErased: true }), ...at.values],
  )
}

function taken(row: Row): Taken {
  return { ...row, place: placeOf(row) }
}

function goneCall(row: Row): { readonly id: string; readonly trace: string | null } {
  return { id: String(row['id']), trace: holdable(row).trace }
}

function holdable({ user, key, trace_id: trace }: Row): HoldableCall {
  const text = (value: unknown): string | null => (typeof value === 'string' ? value : null)
  return { user: text(user), key: text(key), trace: text(trace) }
}
