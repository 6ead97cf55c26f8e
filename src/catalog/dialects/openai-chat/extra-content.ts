import { isJsonObject, type JsonObject } from '../../../core/json.ts'
import { signatureOf, signedBy } from '../../../core/signature.ts'

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
