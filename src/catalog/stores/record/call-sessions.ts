/** Lists of sessions. Within one moment. */
import type { SessionPage, SessionQuery, SessionSummary } from '../../../core/calls/session.ts'
import { cursorOf, placeOf, readCursor } from './call-cursor.ts'
import type { CallDatabase, CallSql, Place, Row, SqlValue, Term } from './call-database.ts'
import { walk } from './walk-places.ts'

const DEFAULT_LIMIT = 50
/** What one page looks at: a session of a million calls must not hold up the reader. The cursor goes on from there. */
const MAX_LOOKED_AT = 50_000

/** The sessions that were used last first: each stands where its newest call is. Throws `invalid_request`. */
export async function readSessions(database: CallDatabase, query: SessionQuery): Promise<SessionPage> {
  const limit = query.limit ?? DEFAULT_LIMIT
  const start = query.cursor === undefined ? undefined : readCursor(query.cursor)
  const found: SessionSummary[] = []
  let rows: readonly Row[] = []
  let last: Place | undefined
  const places = walk(MAX_LOOKED_AT, async (after = start, atMost) => {
    const { sql, values } = callsQuery(database.sql, query, after, atMost)
    rows = await database.all(sql, values)
    return rows.map(placeOf)
  })
  for await (const some of places) {
    for (const [index, place] of some.entries()) {
      if (found.length === limit) return { data: found, nextCursor: cursorOf(last) }
      last = place
      const row = rows[index]
      if (row?.['newest'] === 1) found.push(await figures(database, row))
    }
  }
  return { data: found, nextCursor: places.isCutShort() ? cursorOf(last) : null }
}

function callsQuery(engine: CallSql, query: SessionQuery, after: Place | undefined, atMost: number): Term {
  const terms = ['session_id IS NOT NULL']
  const values: SqlValue[] = []
  const add = (term: string, ...of: SqlValue[]): void => {
    terms.push(term)
    values.push(...of)
  }
  if (query.workspace !== undefined) add('workspace = ?', engine.name(query.workspace))
  if (query.from !== undefined) add('started_at >= ?', query.from)
  if (query.to !== undefined) add('started_at < ?', query.to)
  if (after !== undefined) add('(started_at, seq) < (?, ?)', after.startedAt, after.seq)
  const sql = `SELECT seq, started_at, workspace, session_id,
      CASE WHEN EXISTS (
        SELECT 1 FROM calls AS newer
        WHERE newer.session_id = calls.session_id AND newer.workspace = calls.workspace
          AND (newer.started_at, newer.seq) > (calls.started_at, calls.seq)
      ) THEN 0 ELSE 1 END AS newest
    FROM ${engine.along('calls_with_session')} WHERE ${terms.join(' AND ')}
    ORDER BY started_at DESC, seq DESC LIMIT ?`
  return { sql, values: [...values, atMost] }
}

async function figures({ all, sql }: CallDatabase, { session_id: id, workspace }: Row): Promise<SessionSummary> {
  const [row = {}] = await all(
    `SELECT count(*) AS calls, count(DISTINCT trace_id) AS traces, count(*) FILTER (WHERE status >= 400) AS errors,
       min(started_at) AS first_start, max(started_at * 1000 + duration_us) AS last_end_us,
       coalesce(sum(input_tokens), 0) AS input_tokens, coalesce(sum(output_tokens), 0) AS output_tokens,
       coalesce(sum(cost_nano_usd), 0) AS cost_nano_usd,
       count(*) FILTER (WHERE cost_nano_usd IS NULL AND provider IS NOT NULL) AS unpriced_calls
     FROM ${sql.along('calls_by_session')} WHERE session_id = ? AND workspace = ?`,
    [String(id), String(workspace)],
  )
  const count = (name: string): number => Number(row[name] ?? 0)
  return {
    id: String(id),
    workspace: String(workspace),
    startedAt: new Date(count('first_start')).toISOString(),
    durationMs: count('last_end_us') / 1000 - count('first_start'),
    calls: count('calls'),
    traces: count('traces'),
    errors: count('errors'),
    inputTokens: count('input_tokens'),
    outputTokens: count('output_tokens'),
    costUsd: count('cost_nano_usd') / 1e9,
    unpricedCalls: count('unpriced_calls'),
  }
}
