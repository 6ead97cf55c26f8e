import type { FinishReason, ReplyContext, ReplyPart, Usage } from '../../../core/model/model-reply.ts'
import type { JsonObject } from '../../../core/wire/json.ts'
import { toolInput } from '../tool-input.ts'
import { encodeStopReason, encodeUsage } from './usage.ts'

/** A message has one answer, so of several choices only the first can be said. */
export function encodeReply(parts: readonly ReplyPart[], context: ReplyContext): JsonObject {
  const content: JsonObject[] = []
  const calls = new Map<number, { readonly block: JsonObject; json: string }>()
  let usage: Usage | undefined
  let refusal = ''
  let end: (ReplyPart & { type: 'choice-end' }) | undefined
  const extend = (type: string, field: string, text: string, isClosed: (block: JsonObject) => boolean): void => {
    const last = content.at(-1)
    if (last?.['type'] === type && !isClosed(last)) last[field] = String(last[field]) + text
    else content.push(type === 'thinking' ? { type, thinking: text, signature: '' } : { type, [field]: text })
  }
  const isSigned = (block: JsonObject): boolean => block['signature'] !== ''
  const sign = (signature: string): void => {
    const last = content.at(-1)
    if (last?.['type'] === 'thinking' && !isSigned(last)) last['signature'] = signature
    else content.push({ type: 'thinking', thinking: '', signature })
  }
  for (const part of parts) {
    if ('choice' in part && part.choice !== 0) continue
    switch (part.type) {
      case 'refusal-delta':
        refusal += part.text
        extend('text', 'text', part.text, () => false)
        break
      case 'text-delta':
        extend('text', 'text', part.text, () => false)
        break
      case 'reasoning-delta':
        extend('thinking', 'thinking', part.text, isSigned)
        break
      case 'reasoning-signature':
        sign(part.signature)
        break
      case 'reasoning-redacted':
        content.push({ type: 'redacted_thinking', data: part.data })
        break
      case 'tool-call-start': {
        // A call has no place for a signature here; clients return thinking as it came, and in its order.
        if (part.signature !== undefined) sign(part.signature)
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
        end = part
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
    ...encodeEnd(end?.reason, end?.stopSequence, refusal),
    usage: encodeUsage(usage),
  }
}

/** OpenAI tells a refusal by its text and ends with `stop`; Anthropic by the reason, and its text is the explanation. */
export function encodeEnd(reason: FinishReason = 'stop', sequence: string | undefined, refusal: string): JsonObject {
  const isRefusal = refusal !== '' && (reason === 'stop' || reason === 'other' || reason === 'refusal')
  return {
    stop_reason: encodeStopReason(isRefusal ? 'refusal' : reason),
    stop_sequence: sequence ?? null,
    ...(isRefusal ? { stop_details: { type: 'refusal', category: null, explanation: refusal } } : {}),
  }
}
