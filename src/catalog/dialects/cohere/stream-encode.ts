import type { WireEvent } from '../../../core/model/framing.ts'
import type { FinishReason, ReplyContext, ReplyPart, Usage } from '../../../core/model/model-reply.ts'
import type { JsonObject } from '../../../core/wire/json.ts'
import type { StreamTransform } from '../../../core/wire/stream.ts'
import { blockOrder } from '../block-order.ts'
import { encodeFinishReason, encodeUsage } from './usage.ts'

type Open = 'text' | 'thinking' | 'tool'

/**
 * Writes one stream: https://docs.cohere.com/docs/streaming. Blocks follow one another, those of content and those of
 * tools numbered for themselves; usage and reason stand in the last event, so they wait for it.
 */
export function encodeEvents(context: ReplyContext): StreamTransform<ReplyPart, WireEvent> {
  let isStarted = false
  let isEnded = false
  let open: Open | undefined
  let contents = 0
  let tools = 0
  /** The open tool call has arguments. */
  let isWritten = false
  let usage: Usage | undefined
  let reason: FinishReason = 'stop'

  const toolDelta = (json: string): WireEvent => {
    isWritten = true
    return event(
      'tool-call-delta',
      `"index":${tools - 1},"delta":{"message":{"tool_calls":{"function":{"arguments":${JSON.stringify(json)}}}}}`,
    )
  }
  const close = (out: WireEvent[]): void => {
    if (open === 'tool') {
      // No arguments are no JSON, and clients parse what they get.
      if (!isWritten) out.push(toolDelta('{}'))
      out.push(event('tool-call-end', `"index":${tools - 1}`))
    } else if (open !== undefined) out.push(event('content-end', `"index":${contents - 1}`))
    open = undefined
  }
  const say = (kind: 'text' | 'thinking', text: string, out: WireEvent[]): void => {
    if (open !== kind) {
      close(out)
      open = kind
      const content = { type: kind, [kind]: '' }
      out.push(event('content-start', `"index":${contents++},"delta":${JSON.stringify({ message: { content } })}`))
    }
    out.push(
      event(
        'content-delta',
        `"index":${contents - 1},"delta":{"message":{"content":{"${kind}":${JSON.stringify(text)}}}}`,
      ),
    )
  }
  const call = (id: string, name: string, out: WireEvent[]): void => {
    close(out)
    open = 'tool'
    isWritten = false
    const calls: JsonObject = { id, type: 'function', function: { name, arguments: '' } }
    out.push(
      event('tool-call-start', `"index":${tools++},"delta":${JSON.stringify({ message: { tool_calls: calls } })}`),
    )
  }
  const order = blockOrder<WireEvent>((part, out) => {
    if (part.type === 'text-delta' || part.type === 'refusal-delta') say('text', part.text, out)
    else if (part.type === 'reasoning-delta') say('thinking', part.text, out)
    else if (part.type === 'tool-call-start') call(part.id, part.name, out)
    else if (part.type === 'tool-call-delta') out.push(toolDelta(part.json))
  })

  return {
    push(part) {
      if (isEnded || ('choice' in part && part.choice !== 0)) return []
      if (part.type === 'usage-report') {
        usage = { ...usage, ...part.usage }
        return []
      }
      if (part.type === 'reply-error') return []
      const out: WireEvent[] = []
      if (!isStarted) out.push(start(context))
      isStarted = true
      if (part.type !== 'choice-end' && part.type !== 'reply-end') {
        order.put(part, out)
        return out
      }
      order.finish(out)
      close(out)
      if (part.type === 'choice-end') reason = part.reason
      else {
        isEnded = true
        const delta = {
          finish_reason: encodeFinishReason(reason),
          ...(usage === undefined ? {} : { usage: encodeUsage(usage) }),
        }
        out.push(event('message-end', `"id":${JSON.stringify(context.callId)},"delta":${JSON.stringify(delta)}`))
      }
      return out
    },
  }
}

function start({ callId }: ReplyContext): WireEvent {
  const message = { role: 'assistant', content: [], tool_plan: '', tool_calls: [], citations: [] }
  return event('message-start', `"id":${JSON.stringify(callId)},"delta":${JSON.stringify({ message })}`)
}

/** `fields` is JSON text without its braces: most of a stream is deltas, and their form is known. */
function event(type: string, fields: string): WireEvent {
  return { event: type, data: `{"type":"${type}",${fields}}` }
}
