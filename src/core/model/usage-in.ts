import { isJsonObject, type JsonValue } from '../wire/json.ts'
import type { Usage } from './model-reply.ts'

/** Token counts by the names that OpenAI and most others give them, in a reply of any endpoint. */
export function usageIn(reply: JsonValue | undefined): Usage | undefined {
  const usage = isJsonObject(reply) ? reply['usage'] : undefined
  if (!isJsonObject(usage)) return undefined
  const input = count(usage['prompt_tokens'] ?? usage['input_tokens'])
  const output = count(usage['completion_tokens'] ?? usage['output_tokens'])
  // Embeddings and rankings have input only, and some vendors only a total.
  const total = count(usage['total_tokens'])
  if (input === undefined && output === undefined && total === undefined) return undefined
  return { inputTokens: input ?? Math.max(0, (total ?? 0) - (output ?? 0)), outputTokens: output ?? 0 }
}

function count(value: JsonValue | undefined): number | undefined {
  return typeof value === 'number' && Number.isFinite(value) && value >= 0 ? Math.round(value) : undefined
}
