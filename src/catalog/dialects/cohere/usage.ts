import { isJsonObject, type JsonObject, type JsonValue } from '../../../core/json.ts'
import type { FinishReason, Usage } from '../../../core/model-reply.ts'

/** `tokens` counts all that the model read and wrote; `billed_units` leaves out what Cohere itself adds to a prompt. */
export function decodeUsage(value: JsonValue | undefined): Usage | undefined {
  if (!isJsonObject(value)) return undefined
  const { tokens, billed_units: billed, cached_tokens: cached } = value
  const counts = isJsonObject(tokens) ? tokens : isJsonObject(billed) ? billed : {}
  const input = count(counts['input_tokens'])
  const output = count(counts['output_tokens'])
  if (input === undefined && output === undefined) return undefined
  const read = count(cached)
  return {
    ...(input === undefined ? {} : { inputTokens: input }),
    ...(output === undefined ? {} : { outputTokens: output }),
    ...(read === undefined ? {} : { cachedInputTokens: read }),
  }
}

export function encodeUsage({ inputTokens = 0, outputTokens = 0, cachedInputTokens: cached }: Usage): JsonObject {
  const tokens = { input_tokens: inputTokens, output_tokens: outputTokens }
  return { billed_units: tokens, tokens, ...(cached === undefined ? {} : { cached_tokens: cached }) }
}

/** `ERROR_TOXIC` and `ERROR_LIMIT` are of version 1: https://docs.cohere.com/v1/reference/chat */
const fromWire: Readonly<Record<string, FinishReason>> = {
  COMPLETE: 'stop',
  STOP_SEQUENCE: 'stop-sequence',
  MAX_TOKENS: 'length',
  ERROR_LIMIT: 'length',
  // The answer is cut short, whatever did it.
  TIMEOUT: 'length',
  TOOL_CALL: 'tool-calls',
  ERROR_TOXIC: 'content-filter',
}

/** Clients act by the reason, so calls are what a reply with calls ends in. */
export function decodeFinishReason(value: JsonValue | undefined, isCalling: boolean): FinishReason {
  const name = typeof value === 'string' ? value.toUpperCase() : ''
  const reason = (Object.hasOwn(fromWire, name) ? fromWire[name] : undefined) ?? 'other'
  return isCalling && (reason === 'stop' || reason === 'other') ? 'tool-calls' : reason
}

const toWire: Readonly<Record<FinishReason, string>> = {
  stop: 'COMPLETE',
  'stop-sequence': 'STOP_SEQUENCE',
  length: 'MAX_TOKENS',
  'tool-calls': 'TOOL_CALL',
  'content-filter': 'ERROR_TOXIC',
  refusal: 'ERROR_TOXIC',
  pause: 'COMPLETE',
  other: 'COMPLETE',
}

export function encodeFinishReason(reason: FinishReason): string {
  return toWire[reason]
}

function count(value: JsonValue | undefined): number | undefined {
  return typeof value === 'number' && Number.isFinite(value) && value >= 0 ? Math.round(value) : undefined
}
