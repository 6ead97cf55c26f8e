import type { GatewayError } from '../../../core/errors.ts'
import type { WireEvent } from '../../../core/model/framing.ts'
import type { JsonObject } from '../../../core/wire/json.ts'

/** https://docs.ollama.com/api/errors: one sentence, in a body of its own or as a line of a stream. */
export function encodeError(error: GatewayError): JsonObject {
  return { error: error.message }
}

export function encodeErrorEvent(error: GatewayError): WireEvent {
  return { data: JSON.stringify(encodeError(error)) }
}
