import type { Usage } from '../../../core/model/model-reply.ts'
import { isJsonObject, type JsonObject, type JsonValue } from '../../../core/wire/json.ts'
import { given } from '../given.ts'

/** As in Chat Completions, the totals hold the cached and the reasoning tokens. */
export function decodeUsage(value: JsonValue | undefined): Usage | undefined {
  if (!isJsonObject(value)) return undefined
  const { input_tokens_details: input = {}, output_tokens_details: output = {} } = value
  const usage = given({
    inputTokens: count(value['input_tokens']),
    cachedInputTokens: isJsonObject(input) ? count(input['cached_tokens']) : undefined,
    cacheWriteTokens: isJsonObject(input) ? count(input['cache_write_tokens']) : undefined,
    outputTokens: count(value['output_tokens']),
    reasoningTokens: isJsonObject(output) ? count(output['reasoning_tokens']) : undefined,
  })
  return usage.inputTokens === undefined && usage.outputTokens === undefined ? undefined : usage
}

export function encodeUsage(usage: Usage): JsonObject {
  const input = usage.inputTokens ?? 0
  const output = usage.outputTokens ?? 0
  return {
    input_tokens: input,
    input_tokens_details: {
      cached_tokens: usage.cachedInputTokens ?? 0,
      cache_write_tokens: usage.cacheWriteTokens ?? 0,
    },
    output_tokens: output,
    output_tokens_details: { reasoning_tokens: usage.reasoningTokens ?? 0 },
    total_tokens: input + output,
  }
}

function count(value: JsonValue | undefined): number | undefined {
  return typeof value === 'number' && Number.isFinite(value) && value >= 0 ? Math.round(value) : undefined
}
