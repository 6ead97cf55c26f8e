import { GatewayError, upstreamErrorCode } from '../../../core/errors.ts'
import type { WireEvent } from '../../../core/model/framing.ts'
import type { ReplyPart } from '../../../core/model/model-reply.ts'
import { isJsonObject, type JsonObject, parseJson } from '../../../core/wire/json.ts'
import type { StreamTransform } from '../../../core/wire/stream.ts'
import { replyError } from './errors.ts'
import { replyReader } from './reply-reader.ts'

/** Reads a whole reply. Throws `upstream_invalid_reply` when it has no candidates, and the error that it holds in place of them. */
export function decodeReply(body: JsonObject): readonly ReplyPart[] {
  const fault = replyError(body)
  if (fault !== undefined) {
    const { status, message, vendorType } = fault
    throw new GatewayError(upstreamErrorCode(status), message, {
      status,
      ...(vendorType === undefined ? {} : { vendorType }),
    })
  }
  if (!Array.isArray(body['candidates']) && !isJsonObject(body['promptFeedback']))
    throw new GatewayError('upstream_invalid_reply', "The provider's reply has no `candidates`.")
  const parts: ReplyPart[] = []
  replyReader().read(body, parts)
  parts.push({ type: 'reply-end' })
  return parts
}

/** Reads one stream, which is bodies of the same form. It has no terminator: the end of the connection is its end. */
export function decodeEvents(): StreamTransform<WireEvent, ReplyPart> {
  const reader = replyReader()
  return {
    push({ data }) {
      if (data === '') return []
      const body = parseJson(data)
      if (body === undefined)
        throw new GatewayError('upstream_invalid_reply', 'The provider sent a stream event that is not JSON.')
      if (!isJsonObject(body)) return []
      const fault = replyError(body)
      if (fault !== undefined) return [fault]
      const parts: ReplyPart[] = []
      reader.read(body, parts)
      return parts
    },
  }
}
