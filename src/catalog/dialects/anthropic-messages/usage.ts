import type { FinishReason, Usage } from '../../../core/model/model-reply.ts'
import { isJsonObject, type JsonObject, type JsonValue } from '../../../core/wire/json.ts'

/** Counts as the wire has them. Anthropic's `input_tokens` leaves out what was read from and written to the cache. */
interface Counts {
  readonly plain?: number | undefined
  readonly read?: number | undefined
  readonly written?: number | undefined
  readonly written1h?: number | undefined
  readonly output?: number | undefined
  readonly thinking?: number | undefined
}

export function decodeUsage(value: JsonValue | undefined): Usage | undefined {
  return usageReader()(value)
}

/**
 * Reads the reports of one reply. Each counts from the start, and may leave out what an earlier one said: so the
 * highest count of each kind holds, and the totals are made of those.
 */
export function usageReader(): (value: JsonValue | undefined) => Usage | undefined {
  let seen: Counts = {}
  return (value) => {
    if (!isJsonObject(value)) return undefined
    const { plain, read, written, written1h, output, thinking } = readCounts(value)
    seen = {
      plain: higher(seen.plain, plain),
      read: higher(seen.read, read),
      written: higher(seen.written, written),
      written1h: higher(seen.written1h, written1h),
      output: higher(seen.output, output),
      thinking: higher(seen.thinking, thinking),
    }
    return usageOf(seen)
  }
}

function higher(one: number | undefined, other: number | undefined): number | undefined {
  return one === undefined ? other : other === undefined ? one : Math.max(one, other)
}

function readCounts(value: JsonObject): Counts {
  const { cache_creation: creation, output_tokens_details: details } = value
  return {
    plain: count(value['input_tokens']),
    read: count(value['cache_read_input_tokens']),
    written: count(value['cache_creation_input_tokens']),
    written1h: isJsonObject(creation) ? count(creation['ephemeral_1h_input_tokens']) : undefined,
    output: count(value['output_tokens']),
    thinking: isJsonObject(details) ? count(details['thinking_tokens']) : undefined,
  }
}

function usageOf({ plain, read, written, written1h, output, thinking }: Counts): Usage | undefined {
  if (plain === undefined && output === undefined) return undefined
  return {
    ...(plain === undefined ? {} : { inputTokens: plain + (read ?? 0) + (written ?? 0) }),
    ...(read === undefined ? {} : { cachedInputTokens: read }),
    ...(written === undefined ? {} : { cacheWriteTokens: written }),
    ...(written1h === undefined ? {} : { cacheWrite1hTokens: written1h }),
    ...(output === undefined ? {} : { outputTokens: output }),
    ...(thinking === undefined ? {} : { reasoningTokens: thinking }),
  }
}

export function encodeUsage(usage: Usage | undefined): JsonObject {
  const read = usage?.cachedInputTokens ?? 0
  const written = usage?.cacheWriteTokens ?? 0
  const written1h = usage?.cacheWrite1hTokens
  return {
    input_tokens: Math.max(0, (usage?.inputTokens ?? 0) - read - written),
    cache_creation_input_tokens: written,
    cache_read_input_tokens: read,
    ...(written1h === undefined
      ? {}
      : { cache_creation: { ephemeral_5m_input_tokens: written - written1h, ephemeral_1h_input_tokens: written1h } }),
    output_tokens: usage?.outputTokens ?? 0,
    ...(usage?.reasoningTokens === undefined
      ? {}
      : { output_tokens_details: { thinking_tokens: usage.reasoningTokens } }),
  }
}

const fromWire: Readonly<Record<string, FinishReason>> = {
  end_turn: 'stop',
  stop_sequence: 'stop-sequence',
  max_tokens: 'length',
  model_context_window_exceeded: 'length',
  tool_use: 'tool-calls',
  pause_turn: 'pause',
  refusal: 'refusal',
}

export function decodeStopReason(value: string): FinishReason {
  return (Object.hasOwn(fromWire, value) ? fromWire[value] : undefined) ?? 'other'
}

const toWire: Readonly<Record<FinishReason, string>> = {
  stop: 'end_turn',
  'stop-sequence': 'stop_sequence',
  length: 'max_tokens',
  'tool-calls': 'tool_use',
  pause: 'pause_turn',
  refusal: 'refusal',
  'content-filter': 'refusal',
  other: 'end_turn',
}

export function encodeStopReason(reason: FinishReason): string {
  return toWire[reason]
}

function count(value: JsonValue | undefined): number | undefined {
  return typeof value === 'number' && Number.isFinite(value) && value >= 0 ? Math.round(value) : undefined
}
