import type { FinishReason, Usage } from '../../../core/model/model-reply.ts'
import { isJsonObject, type JsonObject, type JsonValue } from '../../../core/wire/json.ts'

/**
 * `inputTokens` leaves out what was read from and written to the cache:
 * https://docs.aws.amazon.com/bedrock/latest/userguide/prompt-caching.html
 */
export function decodeUsage(value: JsonValue | undefined): Usage | undefined {
  if (!isJsonObject(value)) return undefined
  const plain = count(value['inputTokens'])
  const output = count(value['outputTokens'])
  if (plain === undefined && output === undefined) return undefined
  const read = count(value['cacheReadInputTokens'])
  const written = count(value['cacheWriteInputTokens'])
  const written1h = ofLifetime(value['cacheDetails'], '1h')
  return {
    ...(plain === undefined ? {} : { inputTokens: plain + (read ?? 0) + (written ?? 0) }),
    ...(read === undefined ? {} : { cachedInputTokens: read }),
    ...(written === undefined ? {} : { cacheWriteTokens: written }),
    ...(written1h === undefined ? {} : { cacheWrite1hTokens: written1h }),
    ...(output === undefined ? {} : { outputTokens: output }),
  }
}

function ofLifetime(details: JsonValue | undefined, ttl: string): number | undefined {
  if (!Array.isArray(details)) return undefined
  const found = details.find((detail) => isJsonObject(detail) && detail['ttl'] === ttl)
  return isJsonObject(found) ? count(found['inputTokens']) : undefined
}

export function encodeUsage(usage: Usage | undefined): JsonObject {
  const { inputTokens = 0, cachedInputTokens: read, cacheWriteTokens: written, outputTokens = 0 } = usage ?? {}
  const written1h = usage?.cacheWrite1hTokens
  return {
    inputTokens: Math.max(0, inputTokens - (read ?? 0) - (written ?? 0)),
    outputTokens,
    totalTokens: inputTokens + outputTokens,
    ...(read === undefined ? {} : { cacheReadInputTokens: read }),
    ...(written === undefined ? {} : { cacheWriteInputTokens: written }),
    ...(written1h === undefined
      ? {}
      : {
          cacheDetails: [
            { ttl: '1h', inputTokens: written1h },
            { ttl: '5m', inputTokens: Math.max(0, (written ?? 0) - written1h) },
          ],
        }),
  }
}

/** https://docs.aws.amazon.com/bedrock/latest/APIReference/API_runtime_Converse.html, `stopReason`. */
const fromWire: Readonly<Record<string, FinishReason>> = {
  end_turn: 'stop',
  stop_sequence: 'stop-sequence',
  max_tokens: 'length',
  model_context_window_exceeded: 'length',
  tool_use: 'tool-calls',
  guardrail_intervened: 'content-filter',
  content_filtered: 'content-filter',
  refusal: 'refusal',
  pause_turn: 'pause',
}

/** Some models say `end_turn` after a tool call; clients act by the reason. */
export function decodeStopReason(value: JsonValue | undefined, isCalling: boolean): FinishReason {
  const known = typeof value === 'string' && Object.hasOwn(fromWire, value) ? fromWire[value] : undefined
  const reason = known ?? 'other'
  return isCalling && (reason === 'stop' || reason === 'other') ? 'tool-calls' : reason
}

const toWire: Readonly<Record<FinishReason, string>> = {
  stop: 'end_turn',
  'stop-sequence': 'stop_sequence',
  length: 'max_tokens',
  'tool-calls': 'tool_use',
  pause: 'end_turn',
  refusal: 'content_filtered',
  'content-filter': 'content_filtered',
  other: 'end_turn',
}

/** Text of a refusal stands in the answer; its reason tells it from any other text. */
export function encodeStopReason(reason: FinishReason = 'stop', isRefusal = false): string {
  return isRefusal && (reason === 'stop' || reason === 'other') ? toWire.refusal : toWire[reason]
}

function count(value: JsonValue | undefined): number | undefined {
  return typeof value === 'number' && Number.isFinite(value) && value >= 0 ? Math.round(value) : undefined
}
