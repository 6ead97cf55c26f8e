/** Opinions about calls, beside their rows: one may come before its call, and be about all calls of a trace. */
import type { CallFeedback } from '../../../core/record/call-store.ts'
import type { Feedback } from '../../../core/record/feedback.ts'
import { isJsonObject, parseJson } from '../../../core/wire/json.ts'
import type { CallDatabase, CallSql, Row, SqlValue } from './call-database.ts'

export const feedbackColumns = [
  'id',
  'at',
  'workspace',
  'key',
  'call_id',
  'trace_id',
  'value',
  'weight',
  'label',
  'comment',
  '"user"',
  'metadata',
] as const

/** In the order of the columns. */
export function feedbackValues(sql: Pick<CallSql, 'name'>, feedback: Feedback): (string | number | null)[] {
  const { id, at, workspace, key, call, trace, value, weight, label, comment, user, metadata } = feedback
  const name = (text: string | undefined): string | null => (text === undefined ? null : sql.name(text))
  return [
    sql.name(id),
    at,
    sql.name(workspace),
    key,
    name(call),
    name(trace),
    value,
    weight,
    label ?? null,
    comment ?? null,
    name(user),
    metadata === undefined ? null : JSON.stringify(metadata),
  ]
}

/** Calls that are taken away, or are to forget who made them. */
export interface GoneCall {
  readonly id: string
  readonly trace: string | null
}

/** What was said about calls of a workspace that are gone. Of a trace, what others of its calls need is left. */
export async function removeFeedbackOf(
  database: CallDatabase,
  workspace: string,
  calls: readonly GoneCall[],
): Promise<void> {
  if (calls.length === 0) return
  const ids = database.sql.isOneOf(
    [['call_id', 'text']],
    calls.map(({ id }) => [id]),
  )
  await database.run(`DELETE FROM feedback WHERE workspace = ? AND ${ids.sql}`, [workspace, ...ids.values])
  const named = [...new Set(calls.flatMap(({ trace }) => (trace === null ? [] : [trace])))]
  if (named.length === 0) return
  const traces = database.sql.isOneOf(
    [['trace_id', 'text']],
    named.map((trace) => [trace]),
  )
  await database.run(
    `DELETE FROM feedback WHERE workspace = ? AND ${traces.sql} AND NOT EXISTS (SELECT 1 FROM calls
       WHERE calls.trace_id = feedback.trace_id AND calls.workspace = feedback.workspace)`,
    [workspace, ...traces.values],
  )
}

/** What a person said that is to be forgotten. */
export async function removeFeedbackBy({ run, sql }: CallDatabase, workspace: string, user: string): Promise<void> {
  await run('DELETE FROM feedback WHERE workspace = ? AND "user" = ?', [sql.name(workspace), sql.name(user)])
}

/** What is older than calls may become and about none that is there, as may come of a wrong id. */
export async function removeStrayFeedback(
  { run, sql }: CallDatabase,
  workspace: string,
  before: number,
): Promise<void> {
  await run(
    `DELETE FROM feedback WHERE workspace = ? AND at < ?
       AND NOT EXISTS (SELECT 1 FROM calls WHERE calls.id = call_id AND calls.workspace = feedback.workspace)
       AND NOT EXISTS (SELECT 1 FROM calls WHERE calls.trace_id = feedback.trace_id AND calls.workspace = feedback.workspace)`,
    [sql.name(workspace), before],
  )
}

const MAX_SHOWN = 200

/** Of one call, the oldest first. */
export async function feedbackOf(
  database: CallDatabase,
  { id, workspace, traceId }: { readonly id: string; readonly workspace: string; readonly traceId: string | null },
): Promise<readonly CallFeedback[]> {
  const values: SqlValue[] = [workspace, id, workspace, traceId, MAX_SHOWN]
  const rows = await database.all(
    `SELECT * FROM feedback WHERE workspace = ? AND call_id = ?
     UNION SELECT * FROM feedback WHERE workspace = ? AND trace_id = ? ORDER BY at, id LIMIT ?`,
    values,
  )
  return rows.map(shownOf)
}

/** A condition on rows of `calls`. */
export const hasFeedback = {
  any: opinion(''),
  good: opinion('AND value > 0'),
  bad: opinion('AND value < 0'),
} as const

function opinion(more: string): string {
  return `(EXISTS (SELECT 1 FROM feedback WHERE call_id = calls.id AND feedback.workspace = calls.workspace ${more})
    OR EXISTS (SELECT 1 FROM feedback WHERE feedback.trace_id = calls.trace_id AND feedback.workspace = calls.workspace ${more}))`
}

function shownOf(row: Row): CallFeedback {
  const text = (name: string): string | null => (typeof row[name] === 'string' ? String(row[name]) : null)
  const metadata = parseJson(text('metadata') ?? '{}')
  return {
    id: String(row['id']),
    at: new Date(Number(row['at'])).toISOString(),
    key: String(row['key']),
    call: text('call_id'),
    trace: text('trace_id'),
    value: Number(row['value']),
    weight: Number(row['weight']),
    label: text('label'),
    comment: text('comment'),
    user: text('user'),
    metadata: (isJsonObject(metadata) ? metadata : {}) as Readonly<Record<string, string>>,
  }
}
