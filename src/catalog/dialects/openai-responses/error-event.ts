import type { GatewayError } from '../../../core/errors.ts'
import type { WireEvent } from '../../../core/model/framing.ts'
import { encodeError } from '../openai-chat/errors.ts'

/** The events before it may have passed uncounted; this is above what any stream has. */
const lastSequenceNumber = 2 ** 31 - 1

/**
 * `code`, `message` and `param` stand where the API reference has them, and once more in `error`, where OpenAI's servers
 * put them and its own packages look.
 */
export function encodeErrorEvent(error: GatewayError): WireEvent {
  const { message, param, vendorCode, code } = error
  const data = {
    type: 'error',
    sequence_number: lastSequenceNumber,
    code: vendorCode ?? code,
    message,
    param: param ?? null,
    ...encodeError(error),
  }
  return { event: 'error', data: JSON.stringify(data) }
}
