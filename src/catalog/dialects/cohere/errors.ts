import type { GatewayError } from '../../../core/errors.ts'
import type { WireEvent } from '../../../core/model/framing.ts'
import type { ReplyPart } from '../../../core/model/model-reply.ts'
import { isJsonObject, type JsonObject, type JsonValue } from '../../../core/wire/json.ts'

/** https://docs.cohere.com/reference/errors. The gateway's code stands beside the message, where clients that do not know it look over it. */
export function encodeError({ message, code }: GatewayError): JsonObject {
  return { message, code }
}

/** A stream that fails ends as any other, with another reason. */
export function encodeErrorEvent({ message }: GatewayError): WireEvent {
  return {
    event: 'message-end',
    data: JSON.stringify({ type: 'message-end', delta: { finish_reason: 'ERROR', error: message } }),
  }
}

/** The fault of a generation that failed, for which Cohere has no status. */
function replyError(message: JsonValue | undefined): ReplyPart & { type: 'reply-error' } {
  return {
    type: 'reply-error',
    status: 502,
    message:
      typeof message === 'string' && message !== ''
        ? message.slice(0, 1000)
        : 'The provider reported a fault in place of its reply.',
    vendorType: 'ERROR',
  }
}

/** What a `message-end`, an event of its own or a whole body says of a fault. */
export function faultIn(holder: JsonObject): (ReplyPart & { type: 'reply-error' }) | undefined {
  const { error, finish_reason: reason, message } = holder
  if (typeof error === 'string' && error !== '') return replyError(error)
  if (isJsonObject(error)) return replyError(error['message'])
  if (reason === 'ERROR') return replyError(undefined)
  // The body of an error: https://docs.cohere.com/reference/errors
  return typeof message === 'string' && reason === undefined ? replyError(message) : undefined
}
