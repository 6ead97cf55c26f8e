import { signatureOf, signedBy } from '../../../core/model/signature.ts'
import { isJsonObject, type JsonObject, type JsonValue } from '../../../core/wire/json.ts'

/**
 * Where Google's own endpoint of this dialect puts the signature of a call, and its clients return it:
 * https://ai.google.dev/gemini-api/docs/thought-signatures, "OpenAI compatibility".
 */
export function extraContent(signature: string | undefined): JsonObject {
  const own = signatureOf('gemini', signature)
  return own === undefined ? {} : { extra_content: { google: { thought_signature: own } } }
}

/** The signature in `extra_content`, as the neutral form has it. */
export function extraSignature(extra: unknown): { readonly signature?: string } {
  const google = isJsonObject(extra) ? extra['google'] : undefined
  const signature = isJsonObject(google) ? google['thought_signature'] : undefined
  return typeof signature === 'string' && signature !== '' ? { signature: signedBy('gemini', signature) } : {}
}

/** The messages for a server that refuses it, beside calls and beside the text of a message; `undefined` when none has it. */
export function withoutExtraContent(messages: JsonValue | undefined): JsonValue[] | undefined {
  if (!Array.isArray(messages)) return undefined
  const kept = messages.map((message) => {
    const said = without(message)
    const calls = isJsonObject(said) ? said['tool_calls'] : undefined
    return isJsonObject(said) && Array.isArray(calls) && calls.some(hasExtra)
      ? { ...said, tool_calls: calls.map(without) }
      : said
  })
  return kept.every((message, index) => message === messages[index]) ? undefined : kept
}

function hasExtra(value: JsonValue): value is JsonObject {
  return isJsonObject(value) && value['extra_content'] !== undefined
}

function without(value: JsonValue): JsonValue {
  if (!hasExtra(value)) return value
  const { extra_content: _, ...kept } = value
  return kept
}
