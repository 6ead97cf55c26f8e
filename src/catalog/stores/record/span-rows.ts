/** Spans of programs, beside the calls that they made. */

import {
  maxSpans,
  type ReceivedSpan,
  type SpanAttributes,
  type SpanContent,
  type SpanDetails,
  type SpanEvent,
  type SpanKind,
  type SpanList,
  type SpanPlace,
  type SpanQuery,
  type SpanSummary,
  spanKinds,
} from '../../../core/record/span.ts'
import { isJsonObject, parseJson } from '../../../core/wire/json.ts'
import type { CallDatabase, CallSql, Row } from './call-database.ts'

export const spanColumns = [
  'trace_id',
  'workspace',
  'span_id',
  'parent_id',
  'key',
  '"user"',
  'kept_since',
  'started_at',
  'duration_us',
  'name',
  'kind',
  'is_error',
  'service',
  'scope',
  'operation',
  'model',
  'input_tokens',
  'output_tokens',
  'dropped',
  'attributes',
  'content',
] as const

export const spanNumbers: ReadonlySet<string> = new Set([
  'kept_since',
  'started_at',
  'duration_us',
  'is_error',
  'input_tokens',
  'output_tokens',
  'dropped',
])

/** In the order of the columns. */
export function spanValues(
  sql: Pick<CallSql, 'name'>,
  { workspace, key, receivedAt, span }: ReceivedSpan,
): (string | number | null)[] {
  const { attributes, events, content } = span
  return [
    span.traceId,
    sql.name(workspace),
    span.spanId,
    span.parentId ?? null,
    key,
    span.user === undefined ? null : sql.name(span.user),
    // A clock that is ahead must not keep a span for longer than calls are kept.
    Math.min(span.startedAt, receivedAt),
    span.startedAt,
    Math.round(span.durationMs * 1000),
    span.name,
    span.kind,
    span.isError ? 1 : 0,
    span.service ?? null,
    span.scope ?? null,
    span.operation ?? null,
    span.model ?? null,
    span.inputTokens ?? null,
    span.outputTokens ?? null,
    span.dropped,
    JSON.stringify({ attributes, events }),
    content === undefined ? null : JSON.stringify(content),
  ]
}

/** Of some traces, in the order of their start. */
export async function readSpans(database: CallDatabase, { traceIds, workspace }: SpanQuery): Promise<SpanList> {
  if (traceIds.length === 0) return { data: [], isWhole: true }
  const traces = database.sql.isOneOf(
    [['trace_id', 'text']],
    traceIds.map((id) => [id]),
  )
  const of = workspace === undefined ? { sql: '', values: [] } : { sql: 'AND workspace = ?', values: [workspace] }
  const rows = await database.all(
    `SELECT ${spanColumns.filter((name) => name !== 'content').join(', ')}, CASE WHEN content IS NULL THEN 0 ELSE 1 END AS has_content FROM spans
     WHERE ${traces.sql} ${of.sql} ORDER BY started_at, seq LIMIT ?`,
    [...traces.values, ...of.values.map(database.sql.name), maxSpans + 1],
  )
  return { data: rows.slice(0, maxSpans).map(summaryOfSpan), isWhole: rows.length <= maxSpans }
}

export async function readSpan(
  database: CallDatabase,
  { traceId, id, workspace }: SpanPlace,
): Promise<SpanDetails | undefined> {
  const of = workspace === undefined ? { sql: '', values: [] } : { sql: 'AND workspace = ?', values: [workspace] }
  const [row] = await database.all(
    `SELECT ${spanColumns.join(', ')}, CASE WHEN content IS NULL THEN 0 ELSE 1 END AS has_content FROM spans
     WHERE trace_id = ? AND span_id = ? ${of.sql} ORDER BY workspace LIMIT 1`,
    [traceId, id, ...of.values.map(database.sql.name)],
  )
  if (row === undefined) return undefined
  const content = parseJson(String(row['content'] ?? 'null'))
  // Written by this store from a span.
  return { ...summaryOfSpan(row), content: isJsonObject(content) ? (content as unknown as SpanContent) : null }
}

export function summaryOfSpan(row: Row): SpanSummary {
  const text = (name: string): string | null => (typeof row[name] === 'string' ? String(row[name]) : null)
  const count = (name: string): number | null => (typeof row[name] === 'number' ? Number(row[name]) : null)
  const told = parseJson(text('attributes') ?? '{}')
  const { attributes, events } = isJsonObject(told) ? told : {}
  return {
    id: String(row['span_id']),
    traceId: String(row['trace_id']),
    parentId: text('parent_id'),
    workspace: String(row['workspace']),
    key: String(row['key']),
    user: text('user'),
    name: String(row['name']),
    kind: spanKinds.find((kind): kind is SpanKind => kind === row['kind']) ?? 'internal',
    startedAt: new Date(Number(row['started_at'])).toISOString(),
    durationMs: Number(row['duration_us']) / 1000,
    isError: row['is_error'] === 1,
    service: text('service'),
    scope: text('scope'),
    operation: text('operation'),
    model: text('model'),
    inputTokens: count('input_tokens'),
    outputTokens: count('output_tokens'),
    // Written by this store from a span.
    attributes: (isJsonObject(attributes) ? attributes : {}) as SpanAttributes,
    events: (Array.isArray(events) ? events : []) as unknown as readonly SpanEvent[],
    hasContent: row['has_content'] === 1,
    dropped: count('dropped') ?? 0,
  }
}
