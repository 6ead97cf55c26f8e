import type { FinishReason, Usage } from '../../../core/model/model-reply.ts'
import { isJsonObject, type JsonObject, type JsonValue } from '../../../core/wire/json.ts'

/**
 * `usageMetadata`. Thinking and what tools put into the prompt are counted beside the rest; cached tokens are a part of the
 * prompt: https://ai.google.dev/api/generate-content#UsageMetadata. A count of 0 is left out on the wire.
 */
export function decodeUsage(value: JsonValue | undefined): Usage | undefined {
  if (!isJsonObject(value)) return undefined
  const prompt = count(value['promptTokenCount'])
  const said = count(value['candidatesTokenCount'])
  const thoughts = count(value['thoughtsTokenCount'])
  const cached = count(value['cachedContentTokenCount'])
  if (prompt === undefined && said === undefined) return undefined
  return {
    ...(prompt === undefined ? {} : { inputTokens: prompt + (count(value['toolUsePromptTokenCount']) ?? 0) }),
    ...(cached === undefined ? {} : { cachedInputTokens: cached }),
    outputTokens: (said ?? 0) + (thoughts ?? 0),
    ...(thoughts === undefined ? {} : { reasoningTokens: thoughts }),
  }
}

export function encodeUsage(usage: Usage): JsonObject {
  const input = usage.inputTokens ?? 0
  const output = usage.outputTokens ?? 0
  const { cachedInputTokens: cached, reasoningTokens: thoughts } = usage
  return {
    promptTokenCount: input,
    ...(cached === undefined ? {} : { cachedContentTokenCount: cached }),
    candidatesTokenCount: Math.max(0, output - (thoughts ?? 0)),
    ...(thoughts === undefined ? {} : { thoughtsTokenCount: thoughts }),
    totalTokenCount: input + output,
  }
}

/** https://ai.google.dev/api/generate-content#FinishReason */
const fromWire: Readonly<Record<string, FinishReason>> = {
  STOP: 'stop',
  MAX_TOKENS: 'length',
  SAFETY: 'content-filter',
  RECITATION: 'content-filter',
  BLOCKLIST: 'content-filter',
  PROHIBITED_CONTENT: 'content-filter',
  SPII: 'content-filter',
  IMAGE_SAFETY: 'content-filter',
  IMAGE_PROHIBITED_CONTENT: 'content-filter',
  IMAGE_RECITATION: 'content-filter',
}

export function decodeFinishReason(value: string): FinishReason {
  return (Object.hasOwn(fromWire, value) ? fromWire[value] : undefined) ?? 'other'
}

const faults: Readonly<Record<string, string>> = {
  MALFORMED_FUNCTION_CALL: 'The model wrote a function call that cannot be read.',
  UNEXPECTED_TOOL_CALL: 'The model called a function that was not declared.',
  TOO_MANY_TOOL_CALLS: 'The model made too many tool calls in one answer.',
  MISSING_THOUGHT_SIGNATURE: 'The request lacks a thought signature.',
}

/** What to tell a client of another dialect, where no reason says that the answer failed. */
export function finishFault(reason: string): string | undefined {
  return Object.hasOwn(faults, reason) ? faults[reason] : undefined
}

const toWire: Readonly<Record<FinishReason, string>> = {
  stop: 'STOP',
  'stop-sequence': 'STOP',
  'tool-calls': 'STOP',
  length: 'MAX_TOKENS',
  'content-filter': 'SAFETY',
  refusal: 'PROHIBITED_CONTENT',
  pause: 'STOP',
  other: 'OTHER',
}

/** OpenAI tells a refusal by its text alone and ends with `stop`. */
export function encodeFinishReason(reason: FinishReason, isRefusal: boolean): string {
  return toWire[isRefusal && (reason === 'stop' || reason === 'other') ? 'refusal' : reason]
}

function count(value: JsonValue | undefined): number | undefined {
  return typeof value === 'number' && Number.isFinite(value) && value >= 0 ? Math.round(value) : undefined
}
