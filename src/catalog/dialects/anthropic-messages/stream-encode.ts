import type { WireEvent } from '../../../core/model/framing.ts'
import type { ReplyContext, ReplyPart, Usage } from '../../../core/model/model-reply.ts'
import type { StreamTransform } from '../../../core/wire/stream.ts'
import { blockOrder } from '../block-order.ts'
import { blockWriter, event } from './block-writer.ts'
import { encodeEnd } from './reply-encode.ts'
import { encodeUsage } from './usage.ts'

export const terminator: WireEvent = { event: 'message_stop', data: '{"type":"message_stop"}' }

/** Writes one stream. The last usage belongs into `message_delta`, so that waits for the end of the reply. */
export function encodeEvents(context: ReplyContext): StreamTransform<ReplyPart, WireEvent> {
  let isStarted = false
  let isEnded = false
  const blocks = blockWriter()
  let usage: Usage | undefined
  let refusal = ''
  let end: (ReplyPart & { type: 'choice-end' }) | undefined

  const begin = (out: WireEvent[]): void => {
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
  const write = (part: ReplyPart, out: WireEvent[]): void => {
    switch (part.type) {
      case 'text-delta':
      case 'refusal-delta':
        if (part.type === 'refusal-delta') refusal += part.text
        if (blocks.open() !== 'text') blocks.start('text', { type: 'text', text: '' }, out)
        blocks.delta(`{"type":"text_delta","text":${JSON.stringify(part.text)}}`, out)
        break
      case 'reasoning-delta':
        startThinking(out)
        blocks.delta(`{"type":"thinking_delta","thinking":${JSON.stringify(part.text)}}`, out)
        break
      case 'reasoning-signature':
        startThinking(out)
        blocks.delta(`{"type":"signature_delta","signature":${JSON.stringify(part.signature)}}`, out)
        blocks.close(out)
        break
      case 'reasoning-redacted':
        blocks.start('thinking', { type: 'redacted_thinking', data: part.data }, out)
        blocks.close(out)
        break
      case 'tool-call-start':
        // A call has no place for a signature here; clients return thinking as it came, and in its order.
        if (part.signature !== undefined)
          write({ type: 'reasoning-signature', choice: part.choice, signature: part.signature }, out)
        blocks.start('tool', { type: 'tool_use', id: part.id, name: part.name, input: {} }, out)
        break
      case 'tool-call-delta':
        blocks.delta(`{"type":"input_json_delta","partial_json":${JSON.stringify(part.json)}}`, out)
        break
    }
  }
  const startThinking = (out: WireEvent[]): void => {
    if (blocks.open() !== 'thinking') blocks.start('thinking', { type: 'thinking', thinking: '', signature: '' }, out)
  }
  const order = blockOrder(write)
  const finish = (out: WireEvent[]): void => {
    order.finish(out)
    blocks.close(out)
  }

  return {
    push(part) {
      if (isEnded || ('choice' in part && part.choice !== 0)) return []
      if (part.type === 'usage-report') {
        usage = { ...usage, ...part.usage }
        return []
      }
      if (part.type === 'reply-error') return []
      const out: WireEvent[] = []
      begin(out)
      if (part.type === 'choice-end') {
        end = part
        finish(out)
      } else if (part.type === 'reply-end') {
        isEnded = true
        finish(out)
        const delta = encodeEnd(end?.reason, end?.stopSequence, refusal)
        out.push(event('message_delta', { delta, usage: encodeUsage(usage) }), terminator)
      } else order.put(part, out)
      return out
    },
  }
}
