import type { GatewayError } from '../../../core/errors.ts'
import type { EncryptedReasoning } from '../../../core/model/encrypted-reasoning.ts'
import { isJsonObject, type JsonObject, type JsonValue } from '../../../core/wire/json.ts'
import { geminiTraits } from './gemini-models.ts'
import { readSignature, unsignedCall } from './signatures.ts'

const fields = ['thoughtSignature', 'thought_signature'] as const

/** https://ai.google.dev/gemini-api/docs/thought-signatures */
export const encryptedReasoning: EncryptedReasoning = {
  name: 'thoughtSignature',
  piecesIn: ({ contents }) =>
    Array.isArray(contents)
      ? contents.flatMap((content) => partsOf(content).flatMap((part) => pieceOf(part) ?? []))
      : [],
  without(body, isForeign, model) {
    const { contents } = body
    if (!Array.isArray(contents)) return { body, dropped: [] }
    const { needsSignatures } = geminiTraits(model)
    const kept = contents.flatMap((content) => {
      const parts = partsOf(content)
      const isLost = (part: JsonValue): boolean => {
        const piece = pieceOf(part)
        return piece !== undefined && isForeign(piece)
      }
      if (!isJsonObject(content) || !parts.some(isLost)) return [content]
      const own = parts.flatMap((part) => (isLost(part) ? unsigned(part, needsSignatures) : [part]))
      return own.length === 0 ? [] : [{ ...content, parts: own }]
    })
    return { body: { ...body, contents: kept }, dropped: [encryptedReasoning.name] }
  },
  mayCome: (_, model) => geminiTraits(model).thinking.by !== 'none',
  landmarks: fields.map((field) => `"${field}"`),
}

/** "Thought signature is not valid", "Corrupted thought signature". */
export function isUnreadable({ message }: GatewayError): boolean {
  return /thought.?signature/i.test(message) && /corrupt|invalid|not valid/i.test(message)
}

/** The signature alone stood in a part without a text. */
function unsigned(part: JsonValue, needsSignatures: boolean): JsonValue[] {
  if (!isJsonObject(part)) return [part]
  const { thoughtSignature: _, thought_signature: __, ...rest }: JsonObject = part
  const isCall = rest['functionCall'] !== undefined || rest['function_call'] !== undefined
  if (isCall) return [needsSignatures ? { ...rest, thoughtSignature: unsignedCall } : rest]
  return rest['text'] === '' || Object.keys(rest).length === 0 ? [] : [rest]
}

function pieceOf(part: JsonValue): string | undefined {
  if (!isJsonObject(part)) return undefined
  const wire = part[fields[0]] ?? part[fields[1]]
  const signed = typeof wire === 'string' ? readSignature(wire) : undefined
  if (signed === undefined) return undefined
  return 'signature' in signed ? signed.signature : signed.redacted
}

function partsOf(content: JsonValue): readonly JsonValue[] {
  const parts = isJsonObject(content) ? content['parts'] : undefined
  return Array.isArray(parts) ? parts : []
}
