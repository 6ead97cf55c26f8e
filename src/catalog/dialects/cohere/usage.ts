import type { BilledUnits, FinishReason, Usage } from '../../../core/model/model-reply.ts'
import { isJsonObject, type JsonObject, type JsonValue } from '../../../core/wire/json.ts'
import { given } from '../given.ts'

/**
 * `tokens` counts all that the model read and wrote; `billed_units` leaves out what Cohere itself adds to a prompt:
 * https://docs.cohere.com/docs/how-does-cohere-pricing-work
 */
export function decodeUsage(value: JsonValue | undefined): Usage | undefined {
  if (!isJsonObject(value)) return undefined
  const billed = countsIn(value['billed_units'])
  const counts = countsIn(value['tokens']) ?? billed
  if (counts === undefined) return undefined
  const isBilledAsCounted =
    billed === undefined || (billed.inputTokens === counts.inputTokens && billed.outputTokens === counts.outputTokens)
  return {
    ...counts,
    ...given({ cachedInputTokens: count(value['cached_tokens']) }),
    ...(isBilledAsCounted ? {} : { billed }),
  }
}

function countsIn(value: JsonValue | undefined): BilledUnits | undefined {
  if (!isJsonObject(value)) return undefined
  const inputTokens = count(value['input_tokens'])
  const outputTokens = count(value['output_tokens'])
  return inputTokens === undefined && outputTokens === undefined ? undefined : given({ inputTokens, outputTokens })
}

export function encodeUsage(usage: Usage): JsonObject {
  const { inputTokens = 0, outputTokens = 0, cachedInputTokens: cached, billed = {} } = usage
  const { inputTokens: billedInput = inputTokens, outputTokens: billedOutput = outputTokens } = billed
  return {
    billed_units: { input_tokens: billedInput, output_tokens: billedOutput },
    tokens: { input_tokens: inputTokens, output_tokens: outputTokens },
    ...(cached === undefined ? {} : { cached_tokens: cached }),
  }
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
