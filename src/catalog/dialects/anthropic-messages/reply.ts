import { GatewayError } from '../../../core/errors.ts'
import { isJsonObject, type JsonObject } from '../../../core/json.ts'
import type { ReplyContext, ReplyPart, Usage } from '../../../core/model-reply.ts'
import { toolInput } from './encode-content.ts'
import { decodeStopReason, decodeUsage, encodeStopReason, encodeUsage } from './usage.ts'

/** Reads a whole reply. Throws `upstream_invalid_reply` when it has no content. */
export function decodeReply(body: JsonObject): readonly ReplyPart[] {
  const content = body['content']
  if (!Array.isArray(content))
    throw new GatewayError('upstream_invalid_reply', "The provider's reply has no `content`.")
  const parts: ReplyPart[] = [replyStart(body)]
  let tools = 0
  for (const block of content) {
    if (!isJsonObject(block)) continue
    const { type, text, thinking, signature, data, id, name, input } = block
    if (type === 'text' && typeof text === 'string' && text !== '') parts.push({ type: 'text-delta', choice: 0, text })
    else if (type === 'thinking') {
      if (typeof thinking === 'string' && thinking !== '')
        parts.push({ type: 'reasoning-delta', choice: 0, text: thinking })
      if (typeof signature === 'string' && signature !== '')
        parts.push({ type: 'reasoning-signature', choice: 0, signature })
    } else if (type === 'redacted_thinking' && typeof data === 'string')
      parts.push({ type: 'reasoning-redacted', choice: 0, data })
    else if (type === 'tool_use') {
      const index = tools++
      parts.push({
        type: 'tool-call-start',
        choice: 0,
        index,
        id: String(id ?? `toolu_${index}`),
        name: String(name ?? ''),
      })
      parts.push({ type: 'tool-call-delta', choice: 0, index, json: JSON.stringify(input ?? {}) })
    }
  }
  const usage = decodeUsage(body['usage'])
  if (usage !== undefined) parts.push({ type: 'usage-report', usage })
  parts.push(choiceEnd(body['stop_reason'], body['stop_sequence']), { type: 'reply-end' })
  return parts
}

export function replyStart(message: JsonObject): ReplyPart {
  const { id, model } = message
  return {
    type: 'reply-start',
    ...(typeof id === 'string' ? { id } : {}),
    ...(typeof model === 'string' ? { model } : {}),
  }
}

export function choiceEnd(reason: unknown, sequence: unknown): ReplyPart {
  return {
    type: 'choice-end',
    choice: 0,
    reason: typeof reason === 'string' ? decodeStopReason(reason) : 'other',
    ...(typeof sequence === 'string' ? { stopSequence: sequence } : {}),
  }
}

/** A message has one answer, so of several choices only the first can be said. */
export function encodeReply(parts: readonly ReplyPart[], context: ReplyContext): JsonObject {
  const content: JsonObject[] = []
  const calls = new Map<number, { readonly block: JsonObject; json: string }>()
  let usage: Usage | undefined
  let stopReason = 'end_turn'
  let stopSequence: string | null = null
  const extend = (type: string, field: string, text: string, isClosed: (block: JsonObject) => boolean): void => {
    const last = content.at(-1)
    if (last?.['type'] === type && !isClosed(last)) last[field] = String(last[field]) + text
    else content.push(type === 'thinking' ? { type, thinking: text, signature: '' } : { type, [field]: text })
  }
  const isSigned = (block: JsonObject): boolean => block['signature'] !== ''
  for (const part of parts) {
    if ('choice' in part && part.choice !== 0) continue
    switch (part.type) {
      case 'text-delta':
      case 'refusal-delta':
        extend('text', 'text', part.text, () => false)
        break
      case 'reasoning-delta':
        extend('thinking', 'thinking', part.text, isSigned)
        break
      case 'reasoning-signature': {
        const last = content.at(-1)
        if (last?.['type'] === 'thinking' && !isSigned(last)) last['signature'] = part.signature
        else content.push({ type: 'thinking', thinking: '', signature: part.signature })
        break
      }
      case 'reasoning-redacted':
        content.push({ type: 'redacted_thinking', data: part.data })
        break
      case 'tool-call-start': {
        const block: JsonObject = { type: 'tool_use', id: part.id, name: part.name, input: {} }
        content.push(block)
        calls.set(part.index, { block, json: '' })
        break
      }
      case 'tool-call-delta': {
        const call = calls.get(part.index)
        if (call !== undefined) call.json += part.json
        break
      }
      case 'usage-report':
        usage = { ...usage, ...part.usage }
        break
      case 'choice-end':
        stopReason = encodeStopReason(part.reason)
        stopSequence = part.stopSequence ?? null
        break
    }
  }
  for (const { block, json } of calls.values()) block['input'] = toolInput(json)
  return {
    id: `msg_${context.callId}`,
    type: 'message',
    role: 'assistant',
    model: context.model,
    content,
    stop_reason: stopReason,
    stop_sequence: stopSequence,
    usage: encodeUsage(usage),
  }
}
