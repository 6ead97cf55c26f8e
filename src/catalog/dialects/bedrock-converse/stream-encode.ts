import type { WireEvent } from '../../../core/model/framing.ts'
import type { ReplyContext, ReplyPart, Usage } from '../../../core/model/model-reply.ts'
import type { StreamTransform } from '../../../core/wire/stream.ts'
import { blockOrder } from '../block-order.ts'
import { encodeEnd, encodeMetrics } from './reply-encode.ts'
import { encodeUsage } from './usage.ts'

/**
 * Writes one stream: https://docs.aws.amazon.com/bedrock/latest/APIReference/API_runtime_ConverseStreamOutput.html.
 * Blocks follow one another, since clients gather the block that they are in; only those of tools have a start.
 */
export function encodeEvents(context: ReplyContext): StreamTransform<ReplyPart, WireEvent> {
  let isStarted = false
  let isEnded = false
  let blocks = 0
  let open: 'text' | 'thinking' | 'tool' | undefined
  let usage: Usage | undefined
  let isRefusal = false
  let end: (ReplyPart & { type: 'choice-end' }) | undefined

  const close = (out: WireEvent[]): void => {
    if (open === undefined) return
    out.push({ event: 'contentBlockStop', data: `{"contentBlockIndex":${blocks - 1}}` })
    open = undefined
  }
  const begin = (kind: 'text' | 'thinking' | 'tool', out: WireEvent[]): void => {
    close(out)
    blocks++
    open = kind
  }
  /** `fields` is the delta as JSON text: most of a stream is deltas, and their form is known. */
  const delta = (fields: string, out: WireEvent[]): void => {
    out.push({ event: 'contentBlockDelta', data: `{"contentBlockIndex":${blocks - 1},"delta":${fields}}` })
  }
  const think = (name: string, value: string, out: WireEvent[]): void => {
    if (open !== 'thinking') begin('thinking', out)
    delta(`{"reasoningContent":{"${name}":${JSON.stringify(value)}}}`, out)
  }
  const sign = (signature: string, out: WireEvent[]): void => {
    think('signature', signature, out)
    close(out)
  }
  const order = blockOrder<WireEvent>((part, out) => {
    switch (part.type) {
      case 'text-delta':
      case 'refusal-delta':
        if (part.type === 'refusal-delta') isRefusal = true
        if (open !== 'text') begin('text', out)
        delta(`{"text":${JSON.stringify(part.text)}}`, out)
        break
      case 'reasoning-delta':
        think('text', part.text, out)
        break
      case 'reasoning-signature':
        sign(part.signature, out)
        break
      case 'reasoning-redacted':
        close(out)
        think('redactedContent', part.data, out)
        close(out)
        break
      case 'tool-call-start': {
        // A call has no place for a signature here; clients return thinking as it came, and in its order.
        if (part.signature !== undefined) sign(part.signature, out)
        begin('tool', out)
        const start = { toolUse: { toolUseId: part.id, name: part.name } }
        out.push({ event: 'contentBlockStart', data: JSON.stringify({ contentBlockIndex: blocks - 1, start }) })
        break
      }
      case 'tool-call-delta':
        delta(`{"toolUse":{"input":${JSON.stringify(part.json)}}}`, out)
        break
    }
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
      if (!isStarted) out.push({ event: 'messageStart', data: '{"role":"assistant"}' })
      isStarted = true
      if (part.type !== 'choice-end' && part.type !== 'reply-end') {
        order.put(part, out)
        return out
      }
      order.finish(out)
      close(out)
      if (part.type === 'choice-end') end = part
      else {
        isEnded = true
        const metadata = { usage: encodeUsage(usage), metrics: encodeMetrics(context) }
        out.push({ event: 'messageStop', data: JSON.stringify(encodeEnd(end, isRefusal)) })
        out.push({ event: 'metadata', data: JSON.stringify(metadata) })
      }
      return out
    },
  }
}
