import { GatewayError } from '../../../core/errors.ts'
import { isJsonObject, type JsonObject, type JsonValue, parseJson } from '../../../core/json.ts'
import type { ReplyPart } from '../../../core/model-reply.ts'
import type { ServerSentEvent } from '../../../core/sse.ts'
import type { StreamTransform } from '../../../core/stream.ts'
import { statusOf } from './errors.ts'
import { choiceEnd, replyStart } from './reply.ts'
import { decodeUsage } from './usage.ts'

const nothing: readonly ReplyPart[] = []

/** Reads the events of one stream: https://docs.anthropic.com/en/docs/build-with-claude/streaming. Unknown events and deltas give nothing. */
export function decodeEvents(): StreamTransform<ServerSentEvent, ReplyPart> {
  /** Position of a content block -> position among the tool calls. */
  const toolOf = new Map<number, number>()
  let tools = 0
  const decodeStart = (index: number, block: JsonObject): readonly ReplyPart[] => {
    const { type, text, thinking, data, id, name } = block
    if (type === 'tool_use') {
      const tool = tools++
      toolOf.set(index, tool)
      return [
        {
          type: 'tool-call-start',
          choice: 0,
          index: tool,
          id: String(id ?? `toolu_${tool}`),
          name: String(name ?? ''),
        },
      ]
    }
    if (type === 'redacted_thinking' && typeof data === 'string')
      return [{ type: 'reasoning-redacted', choice: 0, data }]
    if (type === 'text' && typeof text === 'string' && text !== '') return [{ type: 'text-delta', choice: 0, text }]
    if (type === 'thinking' && typeof thinking === 'string' && thinking !== '')
      return [{ type: 'reasoning-delta', choice: 0, text: thinking }]
    return nothing
  }
  const decodeDelta = (index: number, delta: JsonObject): readonly ReplyPart[] => {
    const { type, text, thinking, signature, partial_json: json } = delta
    if (type === 'text_delta' && typeof text === 'string' && text !== '')
      return [{ type: 'text-delta', choice: 0, text }]
    if (type === 'thinking_delta' && typeof thinking === 'string' && thinking !== '')
      return [{ type: 'reasoning-delta', choice: 0, text: thinking }]
    if (type === 'signature_delta' && typeof signature === 'string' && signature !== '')
      return [{ type: 'reasoning-signature', choice: 0, signature }]
    const tool = toolOf.get(index)
    if (type === 'input_json_delta' && typeof json === 'string' && json !== '' && tool !== undefined) {
      return [{ type: 'tool-call-delta', choice: 0, index: tool, json }]
    }
    return nothing
  }
  return {
    push({ data }) {
      if (data === '') return nothing
      const event = parseJson(data)
      if (event === undefined)
        throw new GatewayError('upstream_invalid_reply', 'The provider sent a stream event that is not JSON.')
      if (!isJsonObject(event)) return nothing
      const index = typeof event['index'] === 'number' ? event['index'] : 0
      switch (event['type']) {
        case 'message_start': {
          const message = event['message']
          return isJsonObject(message) ? [replyStart(message), ...usagePart(message['usage'])] : nothing
        }
        case 'content_block_start': {
          const block = event['content_block']
          return isJsonObject(block) ? decodeStart(index, block) : nothing
        }
        case 'content_block_delta': {
          const delta = event['delta']
          return isJsonObject(delta) ? decodeDelta(index, delta) : nothing
        }
        case 'message_delta': {
          const delta = event['delta']
          const end =
            isJsonObject(delta) && typeof delta['stop_reason'] === 'string'
              ? [choiceEnd(delta['stop_reason'], delta['stop_sequence'])]
              : []
          return [...usagePart(event['usage']), ...end]
        }
        case 'message_stop':
          return [{ type: 'reply-end' }]
        case 'error':
          return [replyError(event['error'])]
        default:
          return nothing
      }
    },
  }
}

function usagePart(value: JsonValue | undefined): readonly ReplyPart[] {
  const usage = decodeUsage(value)
  return usage === undefined ? nothing : [{ type: 'usage-report', usage }]
}

function replyError(fault: JsonValue | undefined): ReplyPart {
  const { message, type }: JsonObject = isJsonObject(fault) ? fault : {}
  return {
    type: 'reply-error',
    status: statusOf(typeof type === 'string' ? type : ''),
    message: typeof message === 'string' ? message.slice(0, 1000) : 'The provider reported a fault inside its stream.',
    ...(typeof type === 'string' ? { vendorType: type } : {}),
  }
}
