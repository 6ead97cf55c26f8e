/** A call as spans: one for the call, and below it one for each attempt at a provider. */
import type { Attempt, CallRecord } from '../../core/record/call-record.ts'
import type { FinishedCall } from '../../core/record/call-store.ts'
import { attemptSpanId, spanIdOf, traceIdOf } from '../../core/record/span-ids.ts'
import type { TelemetryConventions } from '../../core/record/telemetry.ts'
import { isJsonObject, type JsonValue } from '../../core/wire/json.ts'
import { operationOf, providerName } from './describe-call.ts'
import { common, genAi, openInference, own } from './names.ts'

export type AttributeValue = string | number | boolean | string[]
export type SpanAttributes = Record<string, AttributeValue>

export interface CallSpan {
  readonly traceId: string
  readonly spanId: string
  readonly parent?: { readonly spanId: string; readonly isRemote: boolean }
  readonly name: string
  /** `server`: of the call; `client`: of an attempt. */
  readonly kind: 'server' | 'client'
  readonly startMs: number
  readonly endMs: number
  readonly attributes: SpanAttributes
  readonly events: readonly { readonly name: string; readonly timeMs: number; readonly attributes: SpanAttributes }[]
  readonly isError: boolean
}

export interface SpanOptions {
  readonly conventions: TelemetryConventions
  /** What was said, as attributes. Absent: nothing of it leaves. */
  contentOf?(call: FinishedCall): SpanAttributes
}

const maxTextLength = 1024
const maxAttempts = 32
const maxDecisions = 64

/** None of a call whose client does not record its trace. */
export function callSpans(call: FinishedCall, options: SpanOptions): readonly CallSpan[] {
  const { record } = call
  if (record.traceParent?.isSampled === false) return []
  const traceId = traceIdOf(record)
  const spanId = spanIdOf(record.id)
  const parentId = record.traceParent?.spanId ?? (record.shadowOf === undefined ? undefined : spanIdOf(record.shadowOf))
  const endMs = record.startedAt + record.durationMs
  const span: CallSpan = {
    traceId,
    spanId,
    ...(parentId === undefined ? {} : { parent: { spanId: parentId, isRemote: record.traceParent !== undefined } }),
    name: nameOf(record, record.requestedModel ?? record.model),
    kind: 'server',
    startMs: record.startedAt,
    endMs,
    attributes: { ...attributesOf(record, options.conventions), ...options.contentOf?.(call) },
    events: [...cacheEvents(record), ...decisionEvents(record, endMs)],
    isError: record.status >= 400,
  }
  return [span, ...attemptSpans(record, span, options.conventions)]
}

/** The record has how long each took, not when it began: they are set one behind the other, within the call. */
function attemptSpans(
  record: CallRecord,
  { traceId, spanId, endMs }: CallSpan,
  conventions: TelemetryConventions,
): readonly CallSpan[] {
  let startMs = record.startedAt + record.overheadMs + (record.queuedMs ?? 0)
  return record.attempts.slice(0, maxAttempts).map((attempt, index) => {
    const start = Math.min(startMs, endMs)
    startMs = start + attempt.durationMs
    return {
      traceId,
      spanId: attemptSpanId(record.id, index),
      parent: { spanId, isRemote: false },
      name: nameOf(record, attempt.model),
      kind: 'client',
      startMs: start,
      endMs: Math.min(startMs, endMs),
      attributes: attemptAttributes(record, attempt, index, conventions),
      events: [],
      isError: attempt.errorCode !== undefined,
    }
  })
}

function nameOf(record: CallRecord, model: string | undefined): string {
  return model === undefined ? operationOf(record) : `${operationOf(record)} ${short(model)}`
}

function attemptAttributes(
  record: CallRecord,
  attempt: Attempt,
  index: number,
  conventions: TelemetryConventions,
): SpanAttributes {
  const provider = providerName(attempt.provider)
  const ofGenAi = {
    [genAi.operation]: operationOf(record),
    [genAi.provider]: provider,
    [genAi.requestModel]: attempt.model,
  }
  const ofOpenInference = {
    [openInference.provider]: attempt.provider,
    [openInference.model]: attempt.model,
  }
  return given({
    ...(conventions === 'openinference' ? {} : ofGenAi),
    // Without its kind: the call is the one that is counted.
    ...(conventions === 'gen_ai' ? {} : ofOpenInference),
    [own.account]: attempt.account,
    [own.attempt]: index + 1,
    [common.status]: attempt.status,
    [common.errorType]: attempt.errorCode,
  })
}

function attributesOf(record: CallRecord, conventions: TelemetryConventions): SpanAttributes {
  return {
    ...ownAttributes(record),
    ...(conventions === 'openinference' ? {} : genAiAttributes(record)),
    ...(conventions === 'gen_ai' ? {} : openInferenceAttributes(record)),
  }
}

/** Without its message: a provider's may quote what was said. */
function ownAttributes(record: CallRecord): SpanAttributes {
  const labels = Object.entries(record.metadata ?? {}).map(([name, text]) => [own.metadata + name, text])
  return given({
    ...Object.fromEntries(labels),
    [own.call]: record.id,
    [own.workspace]: record.workspace,
    [own.key]: record.key,
    [own.account]: record.account,
    [own.trace]: record.traceId,
    [own.route]: record.route,
    [own.cache]: record.cache,
    [own.cost]: usd(record.costNanoUsd),
    [own.saved]: usd(record.savedNanoUsd),
    [own.estimated]: record.usageEstimated,
    [own.overhead]: record.overheadMs,
    [own.queued]: record.queuedMs,
    [own.requestedModel]: record.requestedModel,
    [own.shadowOf]: record.shadowOf,
    [common.method]: 'POST',
    [common.route]: record.endpoint,
    [common.status]: record.status,
    [common.errorType]: record.errorCode,
    [common.session]: record.sessionId,
    [common.user]: record.user,
  })
}

function genAiAttributes(record: CallRecord): SpanAttributes {
  const provider = record.provider === undefined ? undefined : providerName(record.provider)
  const { usage, timeToFirstTokenMs } = record
  return given({
    [genAi.operation]: operationOf(record),
    [genAi.provider]: provider,
    [genAi.system]: provider,
    [genAi.requestModel]: record.requestedModel ?? record.model,
    [genAi.responseModel]: record.model,
    [genAi.requestStream]: record.stream,
    [genAi.finishReasons]: record.finishReason === undefined ? undefined : [record.finishReason],
    [genAi.timeToFirstChunk]: record.stream && timeToFirstTokenMs !== undefined ? timeToFirstTokenMs / 1000 : undefined,
    [genAi.inputTokens]: usage?.inputTokens,
    [genAi.outputTokens]: usage?.outputTokens,
    [genAi.cacheReadTokens]: usage?.cachedInputTokens,
    [genAi.cacheWriteTokens]: usage?.cacheWriteTokens,
    [genAi.reasoningTokens]: usage?.reasoningTokens,
    [genAi.conversation]: record.sessionId,
    [genAi.agentId]: record.agent,
  })
}

function openInferenceAttributes(record: CallRecord): SpanAttributes {
  const { usage, metadata } = record
  const isWhole = usage?.inputTokens !== undefined && usage.outputTokens !== undefined
  return given({
    [openInference.kind]: operationOf(record) === 'embeddings' ? 'EMBEDDING' : 'LLM',
    [openInference.model]: record.model ?? record.requestedModel,
    [openInference.provider]: record.provider,
    [openInference.inputTokens]: usage?.inputTokens,
    [openInference.outputTokens]: usage?.outputTokens,
    [openInference.totalTokens]: isWhole ? (usage.inputTokens ?? 0) + (usage.outputTokens ?? 0) : undefined,
    [openInference.cacheReadTokens]: usage?.cachedInputTokens,
    [openInference.cacheWriteTokens]: usage?.cacheWriteTokens,
    [openInference.reasoningTokens]: usage?.reasoningTokens,
    [openInference.cost]: usd(record.costNanoUsd),
    [openInference.finishReason]: record.finishReason,
    [openInference.metadata]: metadata === undefined ? undefined : JSON.stringify(metadata),
  })
}

function cacheEvents({ cache, cacheMatch, startedAt }: CallRecord): CallSpan['events'] {
  if (cache !== 'hit' && cache !== 'semantic') return []
  const attributes = given({ [own.cache]: cache, [own.call]: cacheMatch?.id })
  return [{ name: own.cacheHit, timeMs: startedAt, attributes }]
}

/** Their plain fields: who decided what and why, and no text that was found. */
function decisionEvents({ decisions }: CallRecord, timeMs: number): CallSpan['events'] {
  return decisions.slice(0, maxDecisions).flatMap((decision) => {
    if (!isJsonObject(decision as JsonValue)) return []
    const { rule, effect, state, point, detector, policy } = decision as Readonly<Record<string, JsonValue | undefined>>
    const fields = Object.entries({ rule, effect, state, point, detector, policy }).flatMap(([name, value]) =>
      typeof value === 'string' ? [[`${own.decision}.${name}`, short(value)] as const] : [],
    )
    return [{ name: own.decision, timeMs, attributes: Object.fromEntries(fields) }]
  })
}

function usd(nanoUsd: number | undefined): number | undefined {
  return nanoUsd === undefined ? undefined : nanoUsd / 1e9
}

function given(values: Readonly<Record<string, AttributeValue | undefined>>): SpanAttributes {
  const attributes: SpanAttributes = {}
  for (const [name, value] of Object.entries(values))
    if (value !== undefined) attributes[name] = typeof value === 'string' ? short(value) : value
  return attributes
}

function short(text: string): string {
  return text.length <= maxTextLength ? text : text.slice(0, maxTextLength).toWellFormed()
}
