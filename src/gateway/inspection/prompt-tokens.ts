/** Prompts as numbers of tokens, which say something by the tokenizer of their model alone. */
import { isJsonObject, type JsonValue } from '../../core/wire/json.ts'
import { type Place, placeOf } from './wire-texts.ts'

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

/** Of OpenAI's API, whose tokenizers are known. */
const read: readonly string[] = ['prompt', 'input'] satisfies readonly (typeof names)[number][]

/** More tokens than a request may have there. */
const MAX_TOKENS = 400_000
/** More texts than one request may ask about (OpenAI takes 2048). */
const MAX_LISTS = 8192

export interface TokenList {
  readonly place: Place
  readonly numbers: readonly number[]
  /** Lists that have it in common are pieces of one text. */
  readonly run: string
}

/** `undefined`: nobody can read them, or there are too many. */
export function tokenListsIn(body: JsonValue | undefined): readonly TokenList[] | undefined {
  if (!isJsonObject(body)) return undefined
  if (names.some((name) => !read.includes(name) && isTokens(body[name])) || holdsTokens(body['body'])) return undefined
  const lists: TokenList[] = []
  for (const name of read) {
    const value = body[name]
    if (!Array.isArray(value) || !isTokens(value)) continue
    const found = value.every(isNumber)
      ? [{ place: placeOf(name), numbers: value }]
      : value.flatMap((item, index) =>
          typeof item === 'string' ? [] : [{ place: placeOf(name, index), numbers: item }],
        )
    if (found.length > MAX_LISTS) return undefined
    const longest = Math.max(...found.map(({ numbers }) => (Array.isArray(numbers) ? numbers.length : 0)))
    let group = 0
    for (const { place, numbers } of found) {
      if (!Array.isArray(numbers) || !numbers.every(isToken)) return undefined
      lists.push({ place, numbers, run: `tokens ${name} ${group}` })
      // Clients cut a text where it has more tokens than a model takes: what is shorter is the end of one.
      if (numbers.length < longest || longest < MIN_PIECE) group++
    }
  }
  return lists.reduce((sum, { numbers }) => sum + numbers.length, 0) > MAX_TOKENS ? undefined : lists
}
const MIN_PIECE = 128

/** Also of a line of a batch, whose body is one. */
export function holdsTokens(body: JsonValue | undefined): boolean {
  if (!isJsonObject(body)) return false
  return names.some((name) => isTokens(body[name])) || (isJsonObject(body['body']) && holdsTokens(body['body']))
}

function isTokens(value: JsonValue | undefined): boolean {
  if (!Array.isArray(value)) return false
  return value.some((item) => typeof item === 'number' || (Array.isArray(item) && item.some(isNumber)))
}

function isNumber(value: JsonValue): value is number {
  return typeof value === 'number'
}

function isToken(value: JsonValue): value is number {
  return isNumber(value) && Number.isSafeInteger(value) && value >= 0
}
