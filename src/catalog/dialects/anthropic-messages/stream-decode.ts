import { GatewayError } from '../../../core/errors.ts'
import type { WireEvent } from '../../../core/model/framing.ts'
import type { ReplyPart } from '../../../core/model/model-reply.ts'
import { isJsonObject, type JsonObject, type JsonValue, parseJson } from '../../../core/wire/json.ts'
import type { StreamTransform } from '../../../core/wire/stream.ts'
import { endReader, inputText, replyError, replyStart, toolStart } from './reply-decode.ts'
import { usageReader } from './usage.ts'

const nothing: readonly ReplyPart[] = []

interface Tool {
  /** Counts from 0 among the tool calls. */
  readonly index: number
  readonly input: JsonValue | undefined
  isWritten: boolean
}

/** Reads the events of one stream: https://docs.anthropic.com/en/docs/build-with-claude/streaming. Unknown events and deltas give nothing. */
export function decodeEvents(): StreamTransform<WireEvent, ReplyPart> {
  /** By the position of the content block. */
  const toolOf = new Map<number, Tool>()
  const readUsage = usageReader()
  const ending = endReader()
  const usagePart = (value: JsonValue | undefined): readonly ReplyPart[] => {
    const usage = readUsage(value)
    return usage === undefined ? nothing : [{ type: 'usage-report', usage }]
  }
  const say = (text: string): readonly ReplyPart[] => {
    ending.said(text)
    return [{ type: 'text-delta', choice: 0, text }]
  }
  const decodeStart = (index: number, block: JsonObject): readonly ReplyPart[] => {
    const { type, text, thinking, data, id, name, input } = block
    if (type === 'tool_use') {
      const tool: Tool = { index: toolOf.size, input, isWritten: false }
      toolOf.set(index, tool)
      ending.called()
      return [toolStart(tool.index, id, name)]
    }
    if (type === 'redacted_thinking' && typeof data === 'string')
      return [{ type: 'reasoning-redacted', choice: 0, data }]
    if (type === 'text' && typeof text === 'string' && text !== '') return say(text)
    if (type === 'thinking' && typeof thinking === 'string' && thinking !== '')
      return [{ type: 'reasoning-delta', choice: 0, text: thinking }]
    return nothing
  }
  const decodeDelta = (index: number, delta: JsonObject): readonly ReplyPart[] => {
    const { type, text, thinking, signature, partial_json: json } = delta
    if (type === 'text_delta' && typeof text === 'string' && text !== '') return say(text)
    if (type === 'thinking_delta' && typeof thinking === 'string' && thinking !== '')
      return [{ type: 'reasoning-delta', choice: 0, text: thinking }]
    if (type === 'signature_delta' && typeof signature === 'string' && signature !== '')
      return [{ type: 'reasoning-signature', choice: 0, signature }]
    const tool = toolOf.get(index)
    if (type === 'input_json_delta' && typeof json === 'string' && json !== '' && tool !== undefined) {
      tool.isWritten = true
      return [{ type: 'tool-call-delta', choice: 0, index: tool.index, json }]
    }
    return nothing
  }
  /** A call without arguments has no deltas, and some servers send all of them with its start. */
  const decodeStop = (index: number): readonly ReplyPart[] => {
    const tool = toolOf.get(index)
    if (tool === undefined || tool.isWritten) return nothing
    tool.isWritten = true
    return [{ type: 'tool-call-delta', choice: 0, index: tool.index, json: inputText(tool.input) }]
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
        case 'content_block_stop':
          return decodeStop(index)
        case 'message_delta': {
          const delta = event['delta']
          const end = isJsonObject(delta) && typeof delta['stop_reason'] === 'string' ? ending.end(delta) : []
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
