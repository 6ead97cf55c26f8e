import type { JsonObject } from '../../../core/json.ts'
import type { FinishReason, ReplyContext, ReplyPart, Usage } from '../../../core/model-reply.ts'
import type { ServerSentEvent } from '../../../core/sse.ts'
import type { StreamTransform } from '../../../core/stream.ts'
import { encodeStopReason, encodeUsage } from './usage.ts'

export const terminator: ServerSentEvent = { event: 'message_stop', data: '{"type":"message_stop"}' }

interface WaitingTool {
  readonly id: string
  readonly name: string
  json: string
}

/**
 * Writes one stream. Blocks follow one another at Anthropic, so a tool call that starts while another is open waits for
 * its end; and the last usage belongs into `message_delta`, so that waits for the end of the reply.
 */
export function encodeEvents(context: ReplyContext): StreamTransform<ReplyPart, ServerSentEvent> {
  let isStarted = false
  let isEnded = false
  let blocks = 0
  let open: 'text' | 'thinking' | 'tool' | undefined
  let openTool = -1
  const waiting = new Map<number, WaitingTool>()
  let usage: Usage | undefined
  let end: { readonly reason: FinishReason; readonly sequence: string | undefined } | undefined

  const event = (type: string, fields: JsonObject): ServerSentEvent => ({
    event: type,
    data: JSON.stringify({ type, ...fields }),
  })
  const delta = (fields: string): ServerSentEvent => ({
    event: 'content_block_delta',
    data: `{"type":"content_block_delta","index":${blocks - 1},"delta":${fields}}`,
  })
  const begin = (out: ServerSentEvent[]): void => {
    if (isStarted) return
    isStarted = true
    const message = {
      id: `msg_${context.callId}`,
      type: 'message',
      role: 'assistant',
      model: context.model,
      content: [],
      stop_reason: null,
      stop_sequence: null,
      usage: encodeUsage(usage),
    }
    out.push(event('message_start', { message }))
  }
  const close = (out: ServerSentEvent[]): void => {
    if (open === undefined) return
    out.push(event('content_block_stop', { index: blocks - 1 }))
    open = undefined
  }
  const openBlock = (kind: NonNullable<typeof open>, block: JsonObject, out: ServerSentEvent[]): void => {
    close(out)
    out.push(event('content_block_start', { index: blocks++, content_block: block }))
    open = kind
  }
  const startTool = (index: number, { id, name, json }: WaitingTool, out: ServerSentEvent[]): void => {
    openBlock('tool', { type: 'tool_use', id, name, input: {} }, out)
    openTool = index
    if (json !== '') out.push(delta(`{"type":"input_json_delta","partial_json":${JSON.stringify(json)}}`))
  }
  /** Tool calls that had to wait, in their order. */
  const release = (out: ServerSentEvent[]): void => {
    for (const [index, tool] of waiting) {
      waiting.delete(index)
      startTool(index, tool, out)
    }
  }
  const text = (value: string, out: ServerSentEvent[]): void => {
    if (open === 'tool') release(out)
    if (open !== 'text') openBlock('text', { type: 'text', text: '' }, out)
    out.push(delta(`{"type":"text_delta","text":${JSON.stringify(value)}}`))
  }

  return {
    push(part) {
      if (isEnded || ('choice' in part && part.choice !== 0)) return []
      if (part.type === 'usage-report') {
        usage = { ...usage, ...part.usage }
        return []
      }
      const out: ServerSentEvent[] = []
      if (part.type !== 'reply-start') begin(out)
      switch (part.type) {
        case 'text-delta':
        case 'refusal-delta':
          text(part.text, out)
          break
        case 'reasoning-delta':
          if (open !== 'thinking') openBlock('thinking', { type: 'thinking', thinking: '', signature: '' }, out)
          out.push(delta(`{"type":"thinking_delta","thinking":${JSON.stringify(part.text)}}`))
          break
        case 'reasoning-signature':
          if (open !== 'thinking') openBlock('thinking', { type: 'thinking', thinking: '', signature: '' }, out)
          out.push(delta(`{"type":"signature_delta","signature":${JSON.stringify(part.signature)}}`))
          close(out)
          break
        case 'reasoning-redacted':
          openBlock('thinking', { type: 'redacted_thinking', data: part.data }, out)
          close(out)
          break
        case 'tool-call-start': {
          const tool = { id: part.id, name: part.name, json: '' }
          // Pieces of the open call may still come, and its block cannot be opened again.
          if (open === 'tool') waiting.set(part.index, tool)
          else startTool(part.index, tool, out)
          break
        }
        case 'tool-call-delta': {
          const tool = waiting.get(part.index)
          if (open === 'tool' && openTool === part.index)
            out.push(delta(`{"type":"input_json_delta","partial_json":${JSON.stringify(part.json)}}`))
          else if (tool !== undefined) tool.json += part.json
          break
        }
        case 'choice-end':
          end = { reason: part.reason, sequence: part.stopSequence }
          release(out)
          close(out)
          break
        case 'reply-end':
          isEnded = true
          release(out)
          close(out)
          out.push(
            event('message_delta', {
              delta: { stop_reason: encodeStopReason(end?.reason ?? 'stop'), stop_sequence: end?.sequence ?? null },
              usage: encodeUsage(usage),
            }),
            terminator,
          )
          break
      }
      return out
    },
  }
}
