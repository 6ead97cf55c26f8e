/** Prompts as numbers of tokens, which only the model's own tokenizer can read. */
import { isJsonObject, type JsonValue } from '../../core/wire/json.ts'

/** Of Completions, embeddings, vLLM, text-generation servers, and what Ollama gives back of a conversation. */
const names = [
  'prompt',
  'input',
  'inputs',
  'prompt_token_ids',
  'input_ids',
  'tokens',
  'context',
  'prompt_embeds',
] as const

/** Also of a line of a batch, whose body is one. */
export function holdsTokens(body: JsonValue | undefined): boolean {
  if (!isJsonObject(body)) return false
  return names.some((name) => isTokens(body[name])) || (isJsonObject(body['body']) && holdsTokens(body['body']))
}

function isTokens(value: JsonValue | undefined): boolean {
  if (!Array.isArray(value)) return false
  return value.some((item) => typeof item === 'number' || (Array.isArray(item) && item.some(isNumber)))
}

function isNumber(value: JsonValue): boolean {
  return typeof value === 'number'
}
