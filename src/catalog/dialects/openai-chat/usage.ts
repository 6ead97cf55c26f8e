import type { FinishReason, Usage } from '../../../core/model/model-reply.ts'
import { isJsonObject, type JsonObject, type JsonValue } from '../../../core/wire/json.ts'

/** OpenAI's `prompt_tokens` includes cached tokens, and `completion_tokens` the reasoning; the neutral form means the same. */
export function decodeUsage(value: JsonValue | undefined): Usage | undefined {
  if (!isJsonObject(value)) return undefined
  const input = count(value['prompt_tokens'])
  const total = count(value['total_tokens'])
  const reasoning = count(object(value['completion_tokens_details'])?.['reasoning_tokens'])
  const cached =
    count(object(value['prompt_tokens_details'])?.['cached_tokens']) ?? count(value['prompt_cache_hit_tokens'])
  const written = count(object(value['prompt_tokens_details'])?.['cache_write_tokens'])
  const told = count(value['completion_tokens'])
  // xAI and Gemini count reasoning beside `completion_tokens`; only the total shows it
  // (https://docs.x.ai/docs/guides/reasoning, https://ai.google.dev/gemini-api/docs/openai).
  const hasMore = told !== undefined && input !== undefined && total !== undefined && total > input + told
  const output = hasMore ? total - input : told
  if (input === undefined && output === undefined) return undefined
  return {
    ...(input === undefined ? {} : { inputTokens: input }),
    ...(output === undefined ? {} : { outputTokens: output }),
    ...(cached === undefined ? {} : { cachedInputTokens: cached }),
    ...(written === undefined ? {} : { cacheWriteTokens: written }),
    ...(reasoning === undefined ? {} : { reasoningTokens: reasoning }),
  }
}

export function encodeUsage(usage: Usage): JsonObject {
  const input = usage.inputTokens ?? 0
  const output = usage.outputTokens ?? 0
  return {
    prompt_tokens: input,
    completion_tokens: output,
    total_tokens: input + output,
    prompt_tokens_details: {
      cached_tokens: usage.cachedInputTokens ?? 0,
      ...(usage.cacheWriteTokens === undefined ? {} : { cache_write_tokens: usage.cacheWriteTokens }),
      audio_tokens: 0,
    },
    completion_tokens_details: {
      reasoning_tokens: usage.reasoningTokens ?? 0,
      audio_tokens: 0,
      accepted_prediction_tokens: 0,
      rejected_prediction_tokens: 0,
    },
  }
}

const fromWire: Readonly<Record<string, FinishReason>> = {
  stop: 'stop',
  length: 'length',
  tool_calls: 'tool-calls',
  function_call: 'tool-calls',
  content_filter: 'content-filter',
  // Other vendors: Mistral, Together, servers that speak several dialects, Gemini.
  model_length: 'length',
  max_tokens: 'length',
  eos: 'stop',
  end_turn: 'stop',
  stop_sequence: 'stop-sequence',
  tool_use: 'tool-calls',
  refusal: 'refusal',
  safety: 'content-filter',
  recitation: 'content-filter',
}

export function decodeFinishReason(value: string): FinishReason {
  const name = value.toLowerCase()
  return (Object.hasOwn(fromWire, name) ? fromWire[name] : undefined) ?? 'other'
}

const toWire: Readonly<Record<FinishReason, string>> = {
  stop: 'stop',
  'stop-sequence': 'stop',
  length: 'length',
  'tool-calls': 'tool_calls',
  'content-filter': 'content_filter',
  // The reply itself carries the refusal; OpenAI ends such replies with `stop`.
  refusal: 'content_filter',
  pause: 'stop',
  other: 'stop',
}

export function encodeFinishReason(reason: FinishReason, isLegacy = false): string {
  return isLegacy && reason === 'tool-calls' ? 'function_call' : toWire[reason]
}

function count(value: JsonValue | undefined): number | undefined {
  return typeof value === 'number' && Number.isFinite(value) && value >= 0 ? Math.round(value) : undefined
}

function object(value: JsonValue | undefined): JsonObject | undefined {
  return isJsonObject(value) ? value : undefined
}
