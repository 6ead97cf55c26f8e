import type { GatewayError } from '../../../core/errors.ts'
import type { EncryptedReasoning } from '../../../core/model/encrypted-reasoning.ts'
import { isJsonObject, type JsonObject, type JsonValue } from '../../../core/wire/json.ts'
import { readEncrypted } from './encrypted-content.ts'

const included = 'reasoning.encrypted_content'

/** Items that their server made beside its reasoning. With their ids, it asks for the reasoning that belongs to them. */
const ledByReasoning: ReadonlySet<JsonValue | undefined> = new Set(['function_call', 'custom_tool_call', 'message'])

/**
 * Encrypted for the organisation whose key the call had, without a word of it:
 * https://platform.openai.com/docs/guides/reasoning, "Encrypted reasoning items".
 */
export const encryptedReasoning: EncryptedReasoning = {
  name: 'input[].reasoning',
  piecesIn: ({ input }) => (Array.isArray(input) ? input.flatMap((item) => pieceOf(item) ?? []) : []),
  without(body, isForeign) {
    const { input } = body
    if (!Array.isArray(input)) return { body, dropped: [] }
    let isLedByDropped = false
    const kept = input.flatMap((item): JsonValue[] => {
      const piece = pieceOf(item)
      if (piece !== undefined) {
        isLedByDropped = isForeign(piece)
        return isLedByDropped ? [] : [item]
      }
      return [isLedByDropped ? withoutId(item) : item]
    })
    return { body: { ...body, input: kept }, dropped: [encryptedReasoning.name] }
  },
  mayCome: ({ include }) => Array.isArray(include) && include.includes(included),
  landmarks: ['"encrypted_content"'],
}

/** Another account, or another server of the dialect, refuses the whole request. */
export function isUnreadable({ vendorCode }: GatewayError): boolean {
  return vendorCode === 'invalid_encrypted_content'
}

function pieceOf(item: JsonValue): string | undefined {
  if (!isJsonObject(item) || item['type'] !== 'reasoning') return undefined
  const { id, encrypted_content: encrypted } = item
  if (typeof encrypted !== 'string' || encrypted === '') return undefined
  const { signature, redacted } = readEncrypted(typeof id === 'string' ? id : '', encrypted)
  return signature ?? redacted
}

function withoutId(item: JsonValue): JsonValue {
  if (!isJsonObject(item) || !ledByReasoning.has(item['type'])) return item
  const { id: _, ...kept }: JsonObject = item
  return kept
}
