import { GatewayError } from '../../../core/errors.ts'
import type { WireEvent } from '../../../core/model/framing.ts'
import type { ReplyContext, ReplyPart } from '../../../core/model/model-reply.ts'
import { isJsonObject, parseJson } from '../../../core/wire/json.ts'
import type { StreamTransform } from '../../../core/wire/stream.ts'
import { decodeEvents as decodeMessageEvents } from '../anthropic-messages/stream-decode.ts'
import { encodeEvents as encodeMessageEvents } from '../anthropic-messages/stream-encode.ts'
import { isException, replyError } from '../bedrock-converse/stream-decode.ts'
import { decodeUsage } from '../bedrock-converse/usage.ts'
import { usageParts } from './reply.ts'

const nothing: readonly ReplyPart[] = []
/** Stands in the last event of each stream, whoever made the model. */
const metricsName = 'amazon-bedrock-invocationMetrics'

/**
 * Reads the events of one stream, each a `chunk` with the vendor's event in base64:
 * https://docs.aws.amazon.com/bedrock/latest/APIReference/API_runtime_PayloadPart.html. Another vendor's give only what was used.
 */
export function decodeEvents(): StreamTransform<WireEvent, ReplyPart> {
  const messages = decodeMessageEvents()
  return {
    push({ event = '', data }) {
      if (isException(event)) return [replyError(event, data)]
      const payload = data === '' ? {} : parseJson(data)
      if (payload === undefined)
        throw new GatewayError('upstream_invalid_reply', 'The provider sent a stream event that is not JSON.')
      const bytes = isJsonObject(payload) ? payload['bytes'] : undefined
      if (typeof bytes !== 'string') return nothing
      const text = Buffer.from(bytes, 'base64').toString('utf8')
      const parts = [...messages.push({ data: text })]
      const isEnd = text.includes(metricsName) && !parts.some(({ type }) => type === 'reply-end')
      return isEnd ? [...parts, ...metricsParts(text)] : parts
    },
  }
}

function metricsParts(text: string): readonly ReplyPart[] {
  const event = parseJson(text)
  const metrics = isJsonObject(event) ? event[metricsName] : undefined
  if (!isJsonObject(metrics)) return nothing
  const { inputTokenCount: inputTokens = null, outputTokenCount: outputTokens = null } = metrics
  const { cacheReadInputTokenCount = null, cacheWriteInputTokenCount = null } = metrics
  return usageParts(
    decodeUsage({
      inputTokens,
      outputTokens,
      cacheReadInputTokens: cacheReadInputTokenCount,
      cacheWriteInputTokens: cacheWriteInputTokenCount,
    }),
  )
}

export function encodeEvents(context: ReplyContext): StreamTransform<ReplyPart, WireEvent> {
  const messages = encodeMessageEvents(context)
  return { push: (part) => Array.from(messages.push(part), chunk) }
}

function chunk({ data }: WireEvent): WireEvent {
  return { event: 'chunk', data: `{"bytes":"${Buffer.from(data).toString('base64')}"}` }
}

export const landmarks: readonly string[] = [
  ...['"message_start"', '"message_delta"', '"message_stop"', metricsName].flatMap(inBase64),
  ':exception-type',
  ':error-code',
]

/** Claude's events begin with their type. */
export const contentLandmark = inBase64('{"type":"content_block_delta"')[0] ?? ''

/** What of a text is the same in base64 whatever stands around it, for each of the three places where it can begin. */
export function inBase64(text: string): readonly string[] {
  return [0, 1, 2].map((offset) => {
    const encoded = Buffer.from('\0'.repeat(offset) + text).toString('base64')
    const length = offset + text.length
    // A digit that holds bits of a neighbour is left out.
    return encoded.slice(offset === 0 ? 0 : offset + 1, Math.floor((length * 8) / 6))
  })
}
