import { isJsonObject, parseJson } from '../../../core/json.ts'
import type { ReplyContext, ReplyPart, Usage } from '../../../core/model-reply.ts'
import type { ServerSentEvent } from '../../../core/sse.ts'
import type { StreamTransform } from '../../../core/stream.ts'
import { blockWriter, event } from './block-writer.ts'
import { encodeEnd } from './reply-encode.ts'
import { encodeUsage } from './usage.ts'

export const terminator: ServerSentEvent = { event: 'message_stop', data: '{"type":"message_stop"}' }

/**
 * Writes one stream. Blocks follow one another at Anthropic, so what comes while the arguments of a tool call are not yet
 * whole waits for them; and the last usage belongs into `message_delta`, so that waits for the end of the reply.
 */
export function encodeEvents(context: ReplyContext): StreamTransform<ReplyPart, ServerSentEvent> {
  let isStarted = false
  let isEnded = false
  const blocks = blockWriter()
  /** The tool call whose block is open. */
  let tool = { index: -1, json: '' }
  let waiting: ReplyPart[] = []
  let usage: Usage | undefined
  let refusal = ''
  let end: (ReplyPart & { type: 'choice-end' }) | undefined

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
  const write = (part: ReplyPart, out: ServerSentEvent[]): void => {
    switch (part.type) {
      case 'text-delta':
      case 'refusal-delta':
        if (part.type === 'refusal-delta') refusal += part.text
        if (blocks.open !== 'text') blocks.start('text', { type: 'text', text: '' }, out)
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
        blocks.start('tool', { type: 'tool_use', id: part.id, name: part.name, input: {} }, out)
        tool = { index: part.index, json: '' }
        break
      case 'tool-call-delta':
        if (!isOfOpenTool(part)) break
        tool.json += part.json
        blocks.delta(`{"type":"input_json_delta","partial_json":${JSON.stringify(part.json)}}`, out)
        break
    }
  }
  const startThinking = (out: ServerSentEvent[]): void => {
    if (blocks.open !== 'thinking') blocks.start('thinking', { type: 'thinking', thinking: '', signature: '' }, out)
  }
  const isOfOpenTool = (part: ReplyPart): boolean =>
    blocks.open === 'tool' && part.type === 'tool-call-delta' && part.index === tool.index
  /** A tool's block cannot be opened again, so it is closed only when its arguments are whole. */
  const isToolOpen = (): boolean => blocks.open === 'tool' && !isWholeObject(tool.json)
  const put = (part: ReplyPart, out: ServerSentEvent[]): void => {
    if (isOfOpenTool(part)) {
      write(part, out)
      if (waiting.length > 0 && !isToolOpen()) release(out)
    } else if (waiting.length > 0 || isToolOpen()) waiting.push(part)
    else write(part, out)
  }
  const release = (out: ServerSentEvent[]): void => {
    const parts = waiting
    waiting = []
    for (const part of parts) put(part, out)
  }
  /** Nothing more will come: the rest in its order, each tool's pieces together. */
  const finish = (out: ServerSentEvent[]): void => {
    while (waiting.length > 0) {
      const parts = waiting
      waiting = []
      for (const part of parts.filter(isOfOpenTool)) write(part, out)
      const rest = parts.filter((part) => !isOfOpenTool(part))
      const [first, ...others] = rest
      if (first !== undefined) write(first, out)
      for (const part of others) put(part, out)
    }
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
      const out: ServerSentEvent[] = []
      begin(out)
      if (part.type === 'choice-end') {
        end = part
        finish(out)
      } else if (part.type === 'reply-end') {
        isEnded = true
        finish(out)
        const delta = encodeEnd(end?.reason, end?.stopSequence, refusal)
        out.push(event('message_delta', { delta, usage: encodeUsage(usage) }), terminator)
      } else put(part, out)
      return out
    },
  }
}

function isWholeObject(json: string): boolean {
  return json.trimEnd().endsWith('}') && isJsonObject(parseJson(json))
}
