import type { GatewayError } from '../../../core/errors.ts'
import { isJsonObject, type JsonObject, type JsonValue } from '../../../core/json.ts'
import type { EncodedRequest } from '../../../core/model-request.ts'

/**
 * Reasoning is encrypted for the organisation whose key the call had, and says nothing of it: another account, or another
 * server of the dialect, refuses the whole request with this code.
 */
const refusal = 'invalid_encrypted_content'

/** Items that their server made beside its reasoning. With their ids, it asks for the reasoning that belongs to them. */
const ledByReasoning: ReadonlySet<JsonValue | undefined> = new Set(['function_call', 'custom_tool_call', 'message'])

export function withoutUnreadable(body: JsonObject, { vendorCode }: GatewayError): EncodedRequest | undefined {
  const { input } = body
  if (vendorCode !== refusal || !Array.isArray(input)) return undefined
  const kept = input.filter((item) => !isEncryptedReasoning(item))
  if (kept.length === input.length) return undefined
  return { body: { ...body, input: kept.map(withoutId) }, dropped: ['input[].reasoning'] }
}

function isEncryptedReasoning(item: JsonValue): boolean {
  return isJsonObject(item) && item['type'] === 'reasoning' && typeof item['encrypted_content'] === 'string'
}

function withoutId(item: JsonValue): JsonValue {
  if (!isJsonObject(item) || !ledByReasoning.has(item['type'])) return item
  const { id: _, ...kept } = item
  return kept
}
