import type { TargetTraits } from '../../../core/model/dialect.ts'
import type { EncodedRequest } from '../../../core/model/model-request.ts'
import { isAnthropicSignature } from '../../../core/model/signature.ts'
import { isJsonObject, type JsonObject, type JsonValue } from '../../../core/wire/json.ts'
import { withoutThinking } from './encrypted-reasoning.ts'

/** Fits a body of this dialect to a provider that takes less of it, and takes out thinking that another vendor signed. */
export function adaptRequest(body: JsonObject, traits: TargetTraits): EncodedRequest | undefined {
  const refused = (traits.unsupported ?? []).filter((name) => body[name] !== undefined)
  const own = withoutThinking(body, isForeign)
  if (refused.length === 0) return own
  const adapted: JsonObject = { ...(own?.body ?? body) }
  for (const name of refused) delete adapted[name]
  return { body: adapted, dropped: [...refused, ...(own?.dropped ?? [])] }
}

function isForeign(block: JsonValue): boolean {
  if (!isJsonObject(block) || block['type'] !== 'thinking') return false
  return typeof block['signature'] === 'string' && !isAnthropicSignature(block['signature'])
}
