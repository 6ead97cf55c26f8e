import type { TargetTraits } from '../../../core/dialect.ts'
import { isJsonObject, type JsonObject, type JsonValue } from '../../../core/json.ts'
import type { EncodedRequest } from '../../../core/model-request.ts'
import { isAnthropicSignature } from '../../../core/signature.ts'

/** Fits a body of this dialect to a provider that takes less of it, and takes out thinking that another vendor signed. */
export function adaptRequest(body: JsonObject, traits: TargetTraits): EncodedRequest | undefined {
  const refused = (traits.unsupported ?? []).filter((name) => body[name] !== undefined)
  const messages = ownMessages(body['messages'])
  if (refused.length === 0 && messages === undefined) return undefined
  const adapted: JsonObject = { ...body, ...(messages === undefined ? {} : { messages }) }
  for (const name of refused) delete adapted[name]
  return { body: adapted, dropped: messages === undefined ? refused : [...refused, 'thinking'] }
}

/** Without the blocks that Anthropic would refuse; `undefined` when there are none. */
function ownMessages(messages: JsonValue | undefined): JsonValue[] | undefined {
  if (!Array.isArray(messages) || !messages.some((message) => blocksOf(message).some(isForeign))) return undefined
  return messages.flatMap((message) => {
    const blocks = blocksOf(message)
    const own = blocks.filter((block) => !isForeign(block))
    if (own.length === blocks.length || !isJsonObject(message)) return [message]
    return own.length === 0 ? [] : [{ ...message, content: own }]
  })
}

function blocksOf(message: JsonValue): readonly JsonValue[] {
  const content = isJsonObject(message) ? message['content'] : undefined
  return Array.isArray(content) ? content : []
}

function isForeign(block: JsonValue): boolean {
  if (!isJsonObject(block) || block['type'] !== 'thinking') return false
  return typeof block['signature'] === 'string' && !isAnthropicSignature(block['signature'])
}
