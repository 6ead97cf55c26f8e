/** Lists of calls, and one of them. Within one moment. */

import { statusRange } from '../../../core/record/call-query.ts'
import type { CallDetails, CallPage, CallQuery, CallSummary } from '../../../core/record/call-store.ts'
import type { FeedbackSubject } from '../../../core/record/feedback.ts'
import type { BudgetUse } from '../../../core/spending/budget.ts'
import { cursorOf, placeOf, readCursor } from './call-cursor.ts'
import type { CallDatabase, CallSql, Place, SqlValue, Term } from './call-database.ts'
import { feedbackOf, hasFeedback } from './call-feedback.ts'
import { detailsOf, summaryOf } from './call-rows.ts'
import { tagLabel } from './call-values.ts'
import { textPatterns } from './text-patterns.ts'
import { walk } from './walk-places.ts'

const DEFAULT_LIMIT = 50
/** What one page of a search looks at. About 0.3 s on one core; the cursor goes on from there. */
const MAX_SEARCHED_CALLS = 20_000
const MAX_SEARCHED_BYTES = 256 * 2 ** 20

/** Of a query that was checked. Throws `invalid_request`. */
export async function readList(database: CallDatabase, query: CallQuery): Promise<CallPage> {
  const after = query.cursor === undefined ? undefined : readCursor(query.cursor)
  if (query.q !== undefined) return await search(database, query, query.q, after)
  const limit = query.limit ?? DEFAULT_LIMIT
  const { sql, values } = placesQuery(database.sql, query, after, limit + 1)
  const places = (await database.all(sql, values)).map(placeOf)
  const page = places.slice(0, limit)
  return { data: await summaries(database, page), nextCursor: places.length > limit ? cursorOf(page.at(-1)) : null }
}

async function search(
  database: CallDatabase,
  query: CallQuery,
  wanted: string,
  start: Place | undefined,
): Promise<CallPage> {
  const limit = query.limit ?? DEFAULT_LIMIT
  const patterns = textPatterns(wanted)
  const { bodiesKey, like } = database.sql
  const isHit = (column: string): string => patterns.map(() => `${column} ${like} ? ESCAPE '\\'`).join(' OR ')
  const found: Place[] = []
  let bytes = 0
  let last: Place | undefined
  const places = walk(MAX_SEARCHED_CALLS, async (after = start, atMost) => {
    const { sql, values } = placesQuery(database.sql, query, after, atMost)
    return (await database.all(sql, values)).map(placeOf)
  })
  for await (const some of places) {
    const at = database.sql.at(some)
    const rows = await database.all(
      `SELECT seq, coalesce(octet_length(input), 0) + coalesce(octet_length(output), 0) AS bytes,
         CASE WHEN ${isHit('input')} OR ${isHit('output')} OR ${isHit('error_message')} THEN 1 ELSE 0 END AS hit
       FROM calls LEFT JOIN bodies USING (${bodiesKey}) WHERE ${at.sql}`,
      [...patterns, ...patterns, ...patterns, ...at.values],
    )
    const looks = new Map(rows.map((row) => [Number(row['seq']), row]))
    for (const place of some) {
      if (found.length === limit || bytes > MAX_SEARCHED_BYTES) {
        return { data: await summaries(database, found), nextCursor: cursorOf(last) }
      }
      last = place
      const look = looks.get(place.seq)
      bytes += Number(look?.['bytes'] ?? 0)
      if (look?.['hit'] === 1) found.push(place)
    }
  }
  return { data: await summaries(database, found), nextCursor: places.isCutShort() ? cursorOf(last) : null }
}

/** Places of the calls that match everything but `q`, newest first. */
function placesQuery(engine: CallSql, query: CallQuery, after: Place | undefined, limit: number): Term {
  const terms: string[] = []
  const values: SqlValue[] = []
  const add = (term: string, ...of: SqlValue[]): void => {
    terms.push(term)
    values.push(...of)
  }
  if (query.workspace !== undefined) add('workspace = ?', engine.name(query.workspace))
  if (query.key !== undefined) add('key = ?', engine.name(query.key))
  if (query.provider !== undefined) add('provider = ?', engine.name(query.provider))
  if (query.account !== undefined) add('account = ?', engine.name(query.account))
  if (query.user !== undefined) add('"user" = ?', engine.name(query.user))
  if (query.trace !== undefined) add('trace_id = ?', engine.name(query.trace))
  if (query.parentTrace !== undefined) add('parent_trace_id = ?', engine.name(query.parentTrace))
  if (query.session !== undefined) add('session_id = ?', engine.name(query.session))
  // The first is walked along; the others are looked up for each of its calls.
  const [label, ...labels] = wantedLabels(query)
  for (const [name, value] of labels) add(hasLabel, engine.name(name), engine.name(value))
  if (query.feedback !== undefined) add(hasFeedback[query.feedback])
  if (query.from !== undefined) add('started_at >= ?', query.from)
  if (query.to !== undefined) add('started_at < ?', query.to)
  const status = query.status === undefined ? undefined : statusRange(query.status)
  const isFailed = (status !== undefined && status.atLeast >= 400) || query.errorCode !== undefined
  if (isFailed) add('status >= 400')
  if (status !== undefined) add('status >= ? AND status < ?', status.atLeast, status.below)
  if (query.errorCode !== undefined) add('error_code = ?', engine.name(query.errorCode))
  if (after !== undefined) add('(started_at, seq) < (?, ?)', after.startedAt, after.seq)

  const arm = (from: string, armTerms: readonly string[]): string =>
    `SELECT seq, started_at FROM ${from} ${armTerms.length === 0 ? '' : `WHERE ${armTerms.join(' AND ')}`}
     ORDER BY started_at DESC, seq DESC LIMIT ?`
  const model = query.model === undefined ? null : engine.name(query.model)
  if (label !== undefined) {
    if (model !== null) add('(model = ? OR requested_model = ?)', model, model)
    const labelled = `call_metadata ${engine.joinInOrder} calls USING (seq, started_at)`
    return {
      sql: arm(labelled, ['name = ? AND value = ?', ...terms]),
      values: [...label.map(engine.name), ...values, limit],
    }
  }
  if (model === null) {
    return { sql: arm(engine.along(indexFor(query, isFailed)), terms), values: [...values, limit] }
  }
  // By either name: two walks along two indexes, since OR would sort all matches.
  const arms = (['model', 'requested_model'] as const).map(
    (column) =>
      `SELECT * FROM (${arm(engine.along(`calls_by_${column}`), [`${column} = ?`, ...terms])}) AS by_${column}`,
  )
  const armValues = [model, ...values, limit]
  return {
    sql: `${arms.join(' UNION ')} ORDER BY started_at DESC, seq DESC LIMIT ?`,
    values: [...armValues, ...armValues, limit],
  }
}

function wantedLabels({ metadata = {}, agent, tag }: CallQuery): readonly (readonly [name: string, value: string])[] {
  return [
    ...(tag === undefined ? [] : [[tagLabel, tag] as const]),
    ...(agent === undefined ? [] : [['agent', agent] as const]),
    ...Object.entries(metadata),
  ]
}

const hasLabel = `EXISTS (SELECT 1 FROM call_metadata AS other WHERE other.name = ? AND other.value = ?
  AND other.started_at = calls.started_at AND other.seq = calls.seq)`

function indexFor(query: CallQuery, isFailed: boolean): string {
  if (query.trace !== undefined) return 'calls_by_trace'
  if (query.parentTrace !== undefined) return 'calls_by_parent_trace'
  if (query.session !== undefined) return 'calls_by_session'
  if (query.user !== undefined) return 'calls_by_user'
  if (query.key !== undefined) return 'calls_by_key'
  if (isFailed) return 'calls_failed'
  if (query.account !== undefined) return 'calls_by_account'
  if (query.provider !== undefined) return 'calls_by_provider'
  return query.workspace !== undefined ? 'calls_by_workspace' : 'calls_by_time'
}

async function summaries(database: CallDatabase, places: readonly Place[]): Promise<CallSummary[]> {
  if (places.length === 0) return []
  const at = database.sql.at(places)
  const rows = await database.all(`SELECT * FROM calls WHERE ${at.sql}`, at.values)
  const calls = new Map(rows.map((row) => [Number(row['seq']), row]))
  return places.flatMap(({ seq }) => {
    const row = calls.get(seq)
    return row === undefined ? [] : [summaryOf(row)]
  })
}

export async function readCall(database: CallDatabase, id: string): Promise<CallDetails | undefined> {
  const { bodiesKey, name } = database.sql
  const [row] = await database.all(`SELECT * FROM calls LEFT JOIN bodies USING (${bodiesKey}) WHERE id = ?`, [name(id)])
  if (row === undefined) return undefined
  return detailsOf(row, await feedbackOf(database, summaryOf(row)))
}

export async function readHasCall(
  { all, sql }: CallDatabase,
  { workspace, kind, id }: FeedbackSubject,
): Promise<boolean> {
  const from = kind === 'call' ? 'calls WHERE id' : `${sql.along('calls_by_trace')} WHERE trace_id`
  const found = await all(`SELECT 1 FROM ${from} = ? AND workspace = ? LIMIT 1`, [sql.name(id), sql.name(workspace)])
  return found.length > 0
}

export async function readBudgetUses({ all }: CallDatabase, since: number): Promise<BudgetUse[]> {
  const rows = await all(
    `SELECT counter, window_start, used, last_seq FROM budget_uses WHERE window_start >= ? OR window_start = 0
     UNION ALL SELECT counter, at, missing, 0 FROM budget_buckets WHERE at >= ?`,
    [since, since],
  )
  return rows.map((row) => ({
    counter: String(row['counter']),
    windowStart: Number(row['window_start']),
    used: Number(row['used']),
    order: Number(row['last_seq']),
  }))
}
