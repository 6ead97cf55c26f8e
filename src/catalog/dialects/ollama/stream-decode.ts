import { GatewayError } from '../../../core/errors.ts'
import type { WireEvent } from '../../../core/model/framing.ts'
import type { ReplyPart } from '../../../core/model/model-reply.ts'
import { isJsonObject, type JsonObject, parseJson } from '../../../core/wire/json.ts'
import type { StreamTransform } from '../../../core/wire/stream.ts'
import { objectReader } from './reply-decode.ts'

/** Reads the lines of one stream. */
export function decodeEvents(
  contentOf: (body: JsonObject) => JsonObject | undefined,
): () => StreamTransform<WireEvent, ReplyPart> {
  return () => {
    const reader = objectReader(contentOf)
    return {
      push({ data }) {
        const body = parseJson(data)
        if (body === undefined)
          throw new GatewayError('upstream_invalid_reply', 'The provider sent a stream event that is not JSON.')
        return isJsonObject(body) ? reader.read(body) : []
      },
    }
  }
}
