import type { EncodedRequest } from '../../../core/model/model-request.ts'
import { isJsonObject, type JsonObject, type JsonValue } from '../../../core/wire/json.ts'
import { isWrapped } from './signatures.ts'

/** Takes the thinking of other vendors out of a body of this dialect: Gemini would refuse their signatures. */
export function adaptRequest(body: JsonObject): EncodedRequest | undefined {
  const { contents } = body
  if (!Array.isArray(contents) || !contents.some((content) => partsOf(content).some(isForeign))) return undefined
  const adapted = contents.flatMap((content) => {
    const parts = partsOf(content)
    const own = parts.filter((part) => !isForeign(part))
    if (own.length === parts.length || !isJsonObject(content)) return [content]
    return own.length === 0 ? [] : [{ ...content, parts: own }]
  })
  return { body: { ...body, contents: adapted }, dropped: ['thinking'] }
}

function partsOf(content: JsonValue): readonly JsonValue[] {
  const parts = isJsonObject(content) ? content['parts'] : undefined
  return Array.isArray(parts) ? parts : []
}

function isForeign(part: JsonValue): boolean {
  if (!isJsonObject(part)) return false
  const signature = part['thoughtSignature'] ?? part['thought_signature']
  return typeof signature === 'string' && isWrapped(signature)
}
