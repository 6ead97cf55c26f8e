import type { AssistantPart, CacheMarker } from '../../../core/model/model-request.ts'
import { given } from '../given.ts'
import { cacheOf } from './cache-marker.ts'
import { extraSignature } from './extra-content.ts'
import type { LegacyIds } from './legacy-ids.ts'
import type { RequestMessage } from './request-schema.ts'

type AssistantMessage = RequestMessage & { role: 'assistant' }

/** An earlier answer: its thinking, what it said, what it called. */
export function assistantParts(message: AssistantMessage, legacy: LegacyIds, other: Set<string>): AssistantPart[] {
  const parts = reasoningParts(message)
  const content = message.content ?? []
  if (typeof content === 'string') {
    if (content !== '') parts.push({ type: 'text', text: content })
  } else {
    for (const part of content) {
      if (part.type === 'refusal') parts.push({ type: 'refusal', text: part.refusal })
      else if (part.type === 'text') parts.push({ type: 'text', text: part.text, ...given({ cache: cacheOf(part) }) })
      else other.add(`messages[].content[].${part.type}`)
    }
  }
  if (message.refusal) parts.push({ type: 'refusal', text: message.refusal })
  for (const call of message.tool_calls ?? []) {
    // A custom tool takes text where a function takes an object.
    const [name, json] =
      'custom' in call && isCustom(call)
        ? [call.custom.name, JSON.stringify({ input: call.custom.input })]
        : 'function' in call && isFunction(call)
          ? [call.function.name, call.function.arguments ?? '']
          : ['', '']
    parts.push({ type: 'tool-call', id: call.id, name, arguments: json, ...extraSignature(call['extra_content']) })
  }
  const { function_call: old } = message
  if (old) parts.push({ type: 'tool-call', id: legacy.ofCall(old.name), name: old.name, arguments: old.arguments })
  return withMarker(parts, cacheOf(message))
}

type ToolCall = NonNullable<AssistantMessage['tool_calls']>[number]

function isCustom(call: ToolCall): call is Extract<ToolCall, { custom: object }> {
  return call.type === 'custom'
}

function isFunction(call: ToolCall): call is Extract<ToolCall, { function: object }> {
  return call.type !== 'custom'
}

/** A marker on the message stands for one on its last part that can carry it. */
function withMarker(parts: AssistantPart[], cache: CacheMarker | undefined): AssistantPart[] {
  if (cache === undefined) return parts
  const index = parts.findLastIndex(({ type }) => type === 'text' || type === 'tool-call')
  const part = parts[index]
  return part === undefined ? parts : parts.with(index, { cache, ...part } as AssistantPart)
}

function reasoningParts(message: AssistantMessage): AssistantPart[] {
  const plain = message.reasoning_content ?? message.reasoning ?? ''
  const blocks = message.thinking_blocks ?? []
  const details = message.reasoning_details ?? []
  if (blocks.length > 0) {
    return blocks.map((block) => {
      if (block.type === 'redacted_thinking') return { type: 'reasoning', text: '', redacted: block.data }
      // A client that put LiteLLM's stream together has the text beside the block and only the signature in it.
      const text = block.thinking || (blocks.length === 1 ? plain : '')
      return { type: 'reasoning', text, ...given({ signature: block.signature || undefined }) }
    })
  }
  if (details.length > 0) {
    return details.flatMap(({ type, text, summary, signature, data }): AssistantPart[] => {
      if (type === 'reasoning.encrypted') return data ? [{ type: 'reasoning', text: '', redacted: data }] : []
      return text || summary || signature
        ? [{ type: 'reasoning', text: text ?? summary ?? '', ...given({ signature: signature || undefined }) }]
        : []
    })
  }
  return plain === '' ? [] : [{ type: 'reasoning', text: plain }]
}
