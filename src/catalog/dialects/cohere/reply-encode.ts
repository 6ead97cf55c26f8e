import type { FinishReason, ReplyContext, ReplyPart, Usage } from '../../../core/model/model-reply.ts'
import type { JsonObject } from '../../../core/wire/json.ts'
import { encodeFinishReason, encodeUsage } from './usage.ts'

/** A reply has one answer, so of several choices only the first can be said; signatures of thinking have no place. */
export function encodeReply(parts: readonly ReplyPart[], context: ReplyContext): JsonObject {
  const content: ({ type: 'text'; text: string } | { type: 'thinking'; thinking: string })[] = []
  const calls: { id: string; name: string; json: string }[] = []
  let usage: Usage | undefined
  let reason: FinishReason = 'stop'
  for (const part of parts) {
    if ('choice' in part && part.choice !== 0) continue
    const last = content.at(-1)
    switch (part.type) {
      case 'text-delta':
      case 'refusal-delta':
        if (last?.type === 'text') last.text += part.text
        else content.push({ type: 'text', text: part.text })
        break
      case 'reasoning-delta':
        if (last?.type === 'thinking') last.thinking += part.text
        else content.push({ type: 'thinking', thinking: part.text })
        break
      case 'tool-call-start':
        calls[part.index] = { id: part.id, name: part.name, json: '' }
        break
      case 'tool-call-delta': {
        const call = calls[part.index]
        if (call !== undefined) call.json += part.json
        break
      }
      case 'usage-report':
        usage = { ...usage, ...part.usage }
        break
      case 'choice-end':
        reason = part.reason
        break
    }
  }
  const made = calls.flatMap((call) => (call === undefined ? [] : [encodeCall(call)]))
  return {
    id: context.callId,
    message: {
      role: 'assistant',
      ...(content.length > 0 || made.length === 0 ? { content } : {}),
      ...(made.length === 0 ? {} : { tool_calls: made }),
    },
    finish_reason: encodeFinishReason(reason),
    ...(usage === undefined ? {} : { usage: encodeUsage(usage) }),
  }
}

function encodeCall({ id, name, json }: { id: string; name: string; json: string }): JsonObject {
  // No arguments are no JSON, and clients parse what they get.
  return { id, type: 'function', function: { name, arguments: json === '' ? '{}' : json } }
}
