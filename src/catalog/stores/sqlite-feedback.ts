/** Opinions about calls, beside their rows: one may come before its call, and be about all calls of a trace. */
import type { DatabaseSync, SQLInputValue, SQLOutputValue } from 'node:sqlite'
import type { CallFeedback } from '../../core/call-store.ts'
import type { Feedback } from '../../core/feedback.ts'
import { isJsonObject, parseJson } from '../../core/json.ts'

export interface FeedbackTable {
  /** Within a transaction. One that is there already is left as it is. */
  add(feedback: Feedback): void
  /** Within a transaction: what was said about a call that is taken away, or of a person that is to be forgotten. */
  removeOf(about: { readonly workspace: string; readonly call: string; readonly trace: string | null }): void
  removeBy(workspace: string, user: string): void
  /** Within a transaction: what is older than calls may become and about none that is there, as may come of a wrong id. */
  removeStray(workspace: string, before: number): void
}

export function createFeedbackTable(database: DatabaseSync): FeedbackTable {
  const put = database.prepare(
    'INSERT INTO feedback VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT (id) DO NOTHING',
  )
  const removeOf = database.prepare('DELETE FROM feedback WHERE workspace = ? AND call_id = ?')
  // Of a trace, what others of its calls need is left.
  const removeOfTrace = database.prepare(
    `DELETE FROM feedback WHERE workspace = ?1 AND trace_id = ?2
       AND NOT EXISTS (SELECT 1 FROM calls WHERE calls.trace_id = ?2 AND calls.workspace = ?1)`,
  )
  const removeBy = database.prepare('DELETE FROM feedback WHERE workspace = ? AND user = ?')
  const removeStray = database.prepare(
    `DELETE FROM feedback WHERE workspace = ? AND at < ?
       AND NOT EXISTS (SELECT 1 FROM calls WHERE calls.id = call_id AND calls.workspace = feedback.workspace)
       AND NOT EXISTS (SELECT 1 FROM calls WHERE calls.trace_id = feedback.trace_id AND calls.workspace = feedback.workspace)`,
  )
  const text = (value: string | undefined): SQLInputValue => value ?? null
  return {
    add({ id, at, workspace, key, call, trace, value, weight, label, comment, user, metadata }) {
      const told = metadata === undefined ? null : JSON.stringify(metadata)
      put.run(
        id,
        at,
        workspace,
        key,
        text(call),
        text(trace),
        value,
        weight,
        text(label),
        text(comment),
        text(user),
        told,
      )
    },
    removeOf({ workspace, call, trace }) {
      removeOf.run(workspace, call)
      if (trace !== null) removeOfTrace.run(workspace, trace)
    },
    removeBy: (workspace, user) => void removeBy.run(workspace, user),
    removeStray: (workspace, before) => void removeStray.run(workspace, before),
  }
}

/** Of one call, the oldest first. */
export function feedbackOf(
  database: DatabaseSync,
  { id, workspace, traceId }: { readonly id: string; readonly workspace: string; readonly traceId: string | null },
): readonly CallFeedback[] {
  return database
    .prepare(
      `SELECT * FROM feedback WHERE workspace = ?1 AND call_id = ?2
       UNION SELECT * FROM feedback WHERE workspace = ?1 AND trace_id = ?3 ORDER BY at, id LIMIT ?4`,
    )
    .all(workspace, id, traceId, MAX_SHOWN)
    .map(shownOf)
}

const MAX_SHOWN = 200

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

function shownOf(row: Record<string, SQLOutputValue>): CallFeedback {
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
