import { GatewayError } from '../../../core/errors.ts'
import type { WireEvent } from '../../../core/model/framing.ts'
import type { ReplyPart } from '../../../core/model/model-reply.ts'
import { isJsonObject, type JsonObject, type JsonValue, parseJson } from '../../../core/wire/json.ts'
import type { StreamTransform } from '../../../core/wire/stream.ts'
import { idBase } from '../openai-chat/choice-reader.ts'
import { toolCallReader } from '../openai-chat/tool-call-reader.ts'
import { faultIn } from './errors.ts'
import { replyStart, said, textDelta } from './reply-decode.ts'
import { decodeFinishReason, decodeUsage } from './usage.ts'

const nothing: readonly ReplyPart[] = []

/** Reads the events of one stream: https://docs.cohere.com/docs/streaming. Unknown events (citations, `[DONE]`) give nothing. */
export function decodeEvents(): StreamTransform<WireEvent, ReplyPart> {
  let id: JsonValue | undefined
  const calls = toolCallReader(0, () => idBase(id))

  const decodeCall = (index: JsonValue | undefined, { tool_calls: call }: JsonObject): readonly ReplyPart[] => {
    if (!isJsonObject(call)) return nothing
    const parts: ReplyPart[] = []
    calls.read(index === undefined ? call : { ...call, index }, parts)
    return parts
  }
  const decodeEnd = (delta: JsonObject): readonly ReplyPart[] => {
    const fault = faultIn(delta)
    if (fault !== undefined) return [fault]
    const parts: ReplyPart[] = []
    calls.end(parts)
    const usage = decodeUsage(delta['usage'])
    if (usage !== undefined) parts.push({ type: 'usage-report', usage })
    const reason = decodeFinishReason(delta['finish_reason'], calls.hasCalls())
    parts.push({ type: 'choice-end', choice: 0, reason }, { type: 'reply-end' })
    return parts
  }
  return {
    push({ event: name, data }) {
      if (data === '' || data.trim() === '[DONE]') return nothing
      const event = parseJson(data)
      if (event === undefined)
        throw new GatewayError('upstream_invalid_reply', 'The provider sent a stream event that is not JSON.')
      if (!isJsonObject(event)) return nothing
      const { type = name, index } = event
      const delta = isJsonObject(event['delta']) ? event['delta'] : {}
      const message = isJsonObject(delta['message']) ? delta['message'] : {}
      switch (type) {
        case 'message-start':
          id = event['id']
          return [replyStart(id)]
        case 'content-start':
        case 'content-delta':
          return isJsonObject(message['content']) ? said(message['content']) : nothing
        case 'tool-plan-delta':
          return textDelta(message['tool_plan'])
        case 'tool-call-start':
        case 'tool-call-delta':
          return decodeCall(index, message)
        case 'message-end':
          return decodeEnd(delta)
        case undefined:
        case 'error': {
          const fault = faultIn(event)
          return fault === undefined ? nothing : [fault]
        }
        default:
          return nothing
      }
    },
  }
}
