import type { TargetTraits } from '../../../core/model/dialect.ts'
import type { EncodedRequest } from '../../../core/model/model-request.ts'
import { isJsonObject, type JsonObject, type JsonValue } from '../../../core/wire/json.ts'
import { isWrapped, ownReasoning, readEncrypted } from './encrypted-content.ts'
import { refuseKept } from './kept-replies.ts'

/**
 * Fits a body of this dialect to a provider of it; `undefined` when the bytes can go as they are. A conversation that
 * another vendor's model led has thinking in it that this one cannot decrypt, and would refuse.
 */
export function adaptRequest(
  body: JsonObject,
  { unsupported = [], keepsReplies = true }: TargetTraits,
): EncodedRequest | undefined {
  if (!keepsReplies) refuseKept(body)
  const refused = unsupported.filter((name) => body[name] !== undefined)
  const { input } = body
  const hasForeign = Array.isArray(input) && input.some(isForeign)
  // It is kept here instead, and OpenRouter refuses to be asked for it.
  const asksForStore = !keepsReplies && body['store'] === true
  if (refused.length === 0 && !hasForeign && !asksForStore) return undefined
  const adapted: JsonObject = { ...body }
  if (asksForStore) delete adapted['store']
  for (const name of refused) delete adapted[name]
  const dropped = new Set(refused)
  if (hasForeign) adapted['input'] = input.flatMap((item) => (isForeign(item) ? unwrapped(item, dropped) : [item]))
  return { body: adapted, dropped: [...dropped] }
}

type ForeignItem = JsonObject & { readonly encrypted_content: string }

function isForeign(item: JsonValue): item is ForeignItem {
  if (!isJsonObject(item) || item['type'] !== 'reasoning') return false
  const encrypted = item['encrypted_content']
  return typeof encrypted === 'string' && isWrapped(encrypted)
}

/** What this dialect's vendor made and another dialect carried is its own again. */
function unwrapped(item: ForeignItem, dropped: Set<string>): JsonObject[] {
  const own = ownReasoning(readEncrypted('', item.encrypted_content))
  if (own !== undefined) return [{ ...item, id: own.id, encrypted_content: own.encrypted }]
  dropped.add('input[].reasoning')
  return []
}
