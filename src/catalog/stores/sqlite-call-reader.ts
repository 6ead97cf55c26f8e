import type { DatabaseSync, SQLInputValue, SQLOutputValue } from 'node:sqlite'
import type { BudgetUse } from '../../core/budget.ts'
import { checkCallQuery, statusRange } from '../../core/call-query.ts'
import type { CallDetails, CallPage, CallQuery, CallReader, CallSummary } from '../../core/call-store.ts'
import { readAnalytics } from './sqlite-analytics.ts'
import { detailsOf, summaryOf } from './sqlite-call-rows.ts'
import { cursorOf, type Place, readCursor } from './sqlite-cursor.ts'
import { fileAt, guarded, openForReading } from './sqlite-database.ts'
import { readAccess, readDecisions } from './sqlite-facts.ts'
import { feedbackOf, hasFeedback } from './sqlite-feedback.ts'

const DEFAULT_LIMIT = 50
/** What one page of a search looks at. About 0.3 s on one core; the cursor goes on from there. */
const MAX_SEARCHED_CALLS = 20_000
const MAX_SEARCHED_BYTES = 256 * 2 ** 20

/** Reads calls from `path`, beside a writer or without one. Throws `StoreFault`. */
export function openSqliteCallReader(path: string): CallReader {
  let file = fileAt(path)
  let database = openForReading(path)
  /** The file may have been moved away, and another one made, since the last question. */
  const current = (): DatabaseSync => {
    const now = fileAt(path)
    if (now === file) return database
    database.close()
    database = openForReading(path)
    file = now
    return database
  }
  return {
    listCalls: (query) => {
      checkCallQuery(query)
      const after = query.cursor === undefined ? undefined : readCursor(query.cursor)
      return guarded(() =>
        query.q === undefined ? list(current(), query, after) : search(current(), query, query.q, after),
      )
    },
    getCall: (id) => guarded(() => get(current(), id)),
    analytics: (query) => guarded(() => readAnalytics(current(), query)),
    access: (query) => guarded(() => readAccess(current(), query)),
    decisions: (query) => guarded(() => readDecisions(current(), query)),
    budgetUses: (since) => guarded(() => budgetUses(current(), since)),
    close: () => {
      if (database.isOpen) database.close()
    },
  }
}

function list(database: DatabaseSync, query: CallQuery, after: Place | undefined): CallPage {
  const limit = query.limit ?? DEFAULT_LIMIT
  const { sql, values } = placesQuery(query, after, limit + 1)
  const places = database
    .prepare(sql)
    .all(...values)
    .map(placeOf)
  const page = places.slice(0, limit)
  return { data: summaries(database, page), nextCursor: places.length > limit ? cursorOf(page.at(-1)) : null }
}

function search(database: DatabaseSync, query: CallQuery, wanted: string, after: Place | undefined): CallPage {
  const limit = query.limit ?? DEFAULT_LIMIT
  const { sql, values } = placesQuery(query, after, MAX_SEARCHED_CALLS)
  const patterns = searchPatterns(wanted)
  const isHit = (column: string): string => patterns.map(() => `${column} LIKE ? ESCAPE '\\'`).join(' OR ')
  const look = database.prepare(
    `SELECT octet_length(input) + octet_length(output) AS bytes,
       ${isHit('input')} OR ${isHit('output')} OR ${isHit('error_message')} AS hit
     FROM calls LEFT JOIN bodies USING (seq) WHERE seq = ?`,
  )
  const found: Place[] = []
  let bytes = 0
  let calls = 0
  let last: Place | undefined
  for (const row of database.prepare(sql).iterate(...values)) {
    if (found.length === limit || bytes > MAX_SEARCHED_BYTES) {
      return { data: summaries(database, found), nextCursor: cursorOf(last) }
    }
    last = placeOf(row)
    const seen = look.get(...patterns, ...patterns, ...patterns, last.seq)
    calls++
    bytes += Number(seen?.['bytes'] ?? 0)
    if (seen?.['hit'] === 1) found.push(last)
  }
  return { data: summaries(database, found), nextCursor: calls === MAX_SEARCHED_CALLS ? cursorOf(last) : null }
}

/** Bodies are JSON, and a client may have escaped what is not ASCII: a text has up to three forms there. */
function searchPatterns(wanted: string): string[] {
  const json = JSON.stringify(wanted).slice(1, -1)
  const ascii = json.replace(/[\u0080-\uffff]/g, (letter) => `\\u${letter.charCodeAt(0).toString(16).padStart(4, '0')}`)
  // LIKE ends a pattern at a NUL, and `%` alone is everywhere. In JSON it is escaped.
  const forms = [...new Set([wanted, json, ascii])].filter((text) => !text.includes('\0'))
  return forms.map((text) => `%${text.replace(/[\\%_]/g, '\\$&')}%`)
}

/** Places of the calls that match everything but `q`, newest first. The index is named: the choice does not hang on statistics. */
function placesQuery(
  query: CallQuery,
  after: Place | undefined,
  limit: number,
): { sql: string; values: SQLInputValue[] } {
  const terms: string[] = []
  const values: SQLInputValue[] = []
  const add = (term: string, ...of: SQLInputValue[]): void => {
    terms.push(term)
    values.push(...of)
  }
  if (query.workspace !== undefined) add('workspace = ?', query.workspace)
  if (query.key !== undefined) add('key = ?', query.key)
  if (query.provider !== undefined) add('provider = ?', query.provider)
  if (query.account !== undefined) add('account = ?', query.account)
  if (query.user !== undefined) add('user = ?', query.user)
  if (query.trace !== undefined) add('trace_id = ?', query.trace)
  // The first is walked along; the others are looked up for each of its calls.
  const [label, ...labels] = Object.entries(query.metadata ?? {})
  for (const [name, value] of labels) add(hasLabel, name, value)
  if (query.feedback !== undefined) add(hasFeedback[query.feedback])
  if (query.from !== undefined) add('started_at >= ?', query.from)
  if (query.to !== undefined) add('started_at < ?', query.to)
  const status = query.status === undefined ? undefined : statusRange(query.status)
  const isFailed = status !== undefined && status.atLeast >= 400
  if (isFailed) add('status >= 400')
  if (status !== undefined) add('status >= ? AND status < ?', status.atLeast, status.below)
  if (after !== undefined) add('(started_at, seq) < (?, ?)', after.startedAt, after.seq)

  const arm = (from: string, armTerms: readonly string[]): string =>
    `SELECT seq, started_at FROM ${from} ${armTerms.length === 0 ? '' : `WHERE ${armTerms.join(' AND ')}`}
     ORDER BY started_at DESC, seq DESC LIMIT ?`
  if (label !== undefined) {
    if (query.model !== undefined) add('(model = ? OR requested_model = ?)', query.model, query.model)
    const walk = 'call_metadata CROSS JOIN calls USING (seq, started_at)'
    return { sql: arm(walk, ['name = ? AND value = ?', ...terms]), values: [...label, ...values, limit] }
  }
  if (query.model === undefined) {
    return { sql: arm(`calls INDEXED BY ${indexFor(query, isFailed)}`, terms), values: [...values, limit] }
  }
  // By either name: two walks along two indexes, since OR would sort all matches.
  const arms = (['model', 'requested_model'] as const).map(
    (column) => `SELECT * FROM (${arm(`calls INDEXED BY calls_by_${column}`, [`${column} = ?`, ...terms])})`,
  )
  const armValues = [query.model, ...values, limit]
  return {
    sql: `${arms.join(' UNION ')} ORDER BY started_at DESC, seq DESC LIMIT ?`,
    values: [...armValues, ...armValues, limit],
  }
}

const hasLabel = `EXISTS (SELECT 1 FROM call_metadata AS other WHERE other.name = ? AND other.value = ?
  AND other.started_at = calls.started_at AND other.seq = calls.seq)`

function indexFor(query: CallQuery, isFailed: boolean): string {
  if (query.trace !== undefined) return 'calls_by_trace'
  if (query.user !== undefined) return 'calls_by_user'
  if (query.key !== undefined) return 'calls_by_key'
  if (isFailed) return 'calls_failed'
  if (query.account !== undefined) return 'calls_by_account'
  if (query.provider !== undefined) return 'calls_by_provider'
  return query.workspace !== undefined ? 'calls_by_workspace' : 'calls_by_time'
}

function summaries(database: DatabaseSync, places: readonly Place[]): CallSummary[] {
  const statement = database.prepare('SELECT * FROM calls WHERE seq = ?')
  return places.flatMap(({ seq }) => {
    const row = statement.get(seq)
    return row === undefined ? [] : [summaryOf(row)]
  })
}

function get(database: DatabaseSync, id: string): CallDetails | undefined {
  const row = database.prepare('SELECT * FROM calls LEFT JOIN bodies USING (seq) WHERE id = ?').get(id)
  if (row === undefined) return undefined
  return detailsOf(row, feedbackOf(database, summaryOf(row)))
}

function budgetUses(database: DatabaseSync, since: number): BudgetUse[] {
  return database
    .prepare('SELECT counter, window_start, used FROM budget_uses WHERE window_start >= ? OR window_start = 0')
    .all(since)
    .map((row) => ({
      counter: String(row['counter']),
      windowStart: Number(row['window_start']),
      used: Number(row['used']),
    }))
}

function placeOf(row: Record<string, SQLOutputValue>): Place {
  return { startedAt: Number(row['started_at']), seq: Number(row['seq']) }
}
