/** A call as the columns of its row. */
import { tagsIn } from '../../../core/calls/caller-names.ts'
import type { CallRecord } from '../../../core/record/call-record.ts'
import { text, whole } from './call-figures.ts'

export const callColumns = [
  'id',
  'started_at',
  'workspace',
  'key',
  'agent',
  '"user"',
  'client_dialect',
  'provider_dialect',
  'provider',
  'account',
  'model',
  'requested_model',
  'endpoint',
  'stream',
  'status',
  'error_code',
  'error_message',
  'input_tokens',
  'cached_input_tokens',
  'cache_write_tokens',
  'cache_write_1h_tokens',
  'output_tokens',
  'reasoning_tokens',
  'usage_estimated',
  'cost_nano_usd',
  'finish_reason',
  'time_to_first_token_us',
  'duration_us',
  'overhead_us',
  'cache',
  'route',
  'trace_id',
  'session_id',
  'parent_trace_id',
  'meta',
] as const

export type Labels = readonly (readonly [name: string, value: string])[]

/** In the order of the columns. */
export function callValues(record: CallRecord, labels: Labels): (string | number | null)[] {
  const { usage } = record
  return [
    record.id,
    record.startedAt,
    record.workspace,
    text(record.key),
    text(record.agent),
    text(record.user),
    text(record.clientDialect),
    text(record.providerDialect),
    text(record.provider),
    text(record.account),
    text(record.model),
    text(record.requestedModel),
    record.endpoint,
    record.stream === true ? 1 : 0,
    record.status,
    text(record.errorCode),
    text(record.errorMessage),
    whole(usage?.inputTokens),
    whole(usage?.cachedInputTokens),
    whole(usage?.cacheWriteTokens),
    whole(usage?.cacheWrite1hTokens),
    whole(usage?.outputTokens),
    whole(usage?.reasoningTokens),
    record.usageEstimated === true ? 1 : 0,
    whole(record.costNanoUsd),
    text(record.finishReason),
    whole(record.timeToFirstTokenMs, 1000),
    whole(record.durationMs, 1000) ?? 0,
    whole(record.overheadMs, 1000) ?? 0,
    text(record.cache),
    text(record.route),
    text(record.traceId),
    text(record.sessionId),
    record.traceParent?.traceId === record.traceId ? null : text(record.traceParent?.traceId),
    JSON.stringify({
      attempts: record.attempts,
      decisions: record.decisions,
      droppedParameters: record.droppedParameters,
      ...(labels.length === 0 ? {} : { metadata: Object.fromEntries(labels) }),
      ...(record.queuedMs === undefined ? {} : { queuedMs: record.queuedMs }),
      ...(record.cacheMatch === undefined ? {} : { cacheMatch: record.cacheMatch }),
      ...(record.savedNanoUsd === undefined ? {} : { savedNanoUsd: record.savedNanoUsd }),
      ...(record.shadowOf === undefined ? {} : { shadowOf: record.shadowOf }),
      ...(record.traceParent === undefined ? {} : { traceParent: record.traceParent }),
      ...(record.routing === undefined ? {} : { routing: record.routing }),
    }),
  ]
}

/** No text of the metadata has this name: each single tag of a call has it, among what it is found by. */
export const tagLabel = ''

/** What a call is found by: what its caller said of it, and each of its tags. */
export function searchedLabels(labels: Labels): Labels {
  const tags = labels.find(([name]) => name === 'tags')?.[1]
  return tags === undefined
    ? labels
    : [...labels, ...tagsIn({ metadata: { tags } }).map((tag) => [tagLabel, tag] as const)]
}

/** What a caller said of the call. */
export function labelsOf({ metadata }: CallRecord): Labels {
  if (typeof metadata !== 'object' || metadata === null) return []
  return Object.entries(metadata).filter(([, value]) => typeof value === 'string')
}
