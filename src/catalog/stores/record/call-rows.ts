/** Rows of the database as calls of the API. */
import type { CacheMatch } from '../../../core/calls/cache.ts'
import type { Attempt, RoutingRecord } from '../../../core/record/call-record.ts'
import type { CallDetails, CallFeedback, CallOutput, CallSummary } from '../../../core/record/call-store.ts'
import { isJsonObject, type JsonObject, type JsonValue, parseJson } from '../../../core/wire/json.ts'
import { isDeeperThan, maxJsonDepth } from '../../../core/wire/json-depth.ts'
import type { Row } from './call-database.ts'

export function summaryOf(row: Row): CallSummary {
  const meta = metaOf(row)
  const costNanoUsd = count(row['cost_nano_usd'])
  return {
    id: String(row['id']),
    startedAt: new Date(Number(row['started_at'])).toISOString(),
    workspace: String(row['workspace']),
    key: text(row['key']),
    agent: text(row['agent']),
    user: text(row['user']),
    traceId: text(row['trace_id']),
    sessionId: text(row['session_id']),
    parentSpanId: parentOf(meta['traceParent'], 'spanId'),
    parentTraceId: parentOf(meta['traceParent'], 'traceId'),
    metadata: (isJsonObject(meta['metadata']) ? meta['metadata'] : {}) as Readonly<Record<string, string>>,
    clientDialect: text(row['client_dialect']),
    providerDialect: text(row['provider_dialect']),
    provider: text(row['provider']),
    account: text(row['account']),
    model: text(row['model']),
    requestedModel: text(row['requested_model']),
    endpoint: String(row['endpoint']),
    stream: row['stream'] === 1,
    status: Number(row['status']),
    errorCode: text(row['error_code']),
    errorMessage: text(row['error_message']),
    inputTokens: count(row['input_tokens']),
    cachedInputTokens: count(row['cached_input_tokens']),
    cacheWriteTokens: count(row['cache_write_tokens']),
    outputTokens: count(row['output_tokens']),
    reasoningTokens: count(row['reasoning_tokens']),
    usageEstimated: row['usage_estimated'] === 1,
    costUsd: costNanoUsd === null ? null : costNanoUsd / 1e9,
    finishReason: text(row['finish_reason']),
    timeToFirstTokenMs: milliseconds(row['time_to_first_token_us']),
    durationMs: Number(row['duration_us']) / 1000,
    overheadMs: Number(row['overhead_us']) / 1000,
    queuedMs: typeof meta['queuedMs'] === 'number' ? meta['queuedMs'] : null,
    // Written by this store from a call's record.
    attempts: items(meta['attempts']) as unknown as readonly Attempt[],
    cache: text(row['cache']),
    cacheMatch: (isJsonObject(meta['cacheMatch']) ? meta['cacheMatch'] : null) as unknown as CacheMatch | null,
    savedUsd: typeof meta['savedNanoUsd'] === 'number' ? meta['savedNanoUsd'] / 1e9 : null,
    route: text(row['route']),
    shadowOf: typeof meta['shadowOf'] === 'string' ? meta['shadowOf'] : null,
    routing: (isJsonObject(meta['routing']) ? meta['routing'] : null) as unknown as RoutingRecord | null,
    decisions: items(meta['decisions']),
    droppedParameters: items(meta['droppedParameters']).map(String),
    isErased: meta['isErased'] === true,
  }
}

function parentOf(parent: JsonValue | undefined, name: 'spanId' | 'traceId'): string | null {
  const id = isJsonObject(parent) ? parent[name] : undefined
  return typeof id === 'string' ? id : null
}

export function detailsOf(row: Row, feedback: readonly CallFeedback[]): CallDetails {
  const input = text(row['input'])
  const output = text(row['output'])
  return {
    ...summaryOf(row),
    input: input === null ? null : readable(input),
    // Written by this product as `CallOutput`.
    output: output === null ? null : ((parseJson(output) ?? { raw: output }) as unknown as CallOutput),
    inputTruncated: row['input_truncated'] === 1,
    outputTruncated: row['output_truncated'] === 1,
    feedback,
  }
}

/** As text what is no JSON, and what is so deep that passing it from thread to thread and writing it out would fail. */
function readable(input: string): JsonValue {
  const body = parseJson(input)
  return body === undefined || isDeeperThan(maxJsonDepth, body) ? input : body
}

export function metaOf(row: Row): JsonObject {
  const meta = parseJson(String(row['meta']))
  return isJsonObject(meta) ? meta : {}
}

function items(value: JsonValue | undefined): readonly JsonValue[] {
  return Array.isArray(value) ? value : []
}

function text(value: unknown): string | null {
  return typeof value === 'string' ? value : null
}

function count(value: unknown): number | null {
  return typeof value === 'number' ? value : null
}

function milliseconds(value: unknown): number | null {
  return typeof value === 'number' ? value / 1000 : null
}
