import type { WireEvent } from '../../../core/model/framing.ts'
import type { ReplyContext, ReplyPart, Usage } from '../../../core/model/model-reply.ts'
import type { JsonObject } from '../../../core/wire/json.ts'
import type { StreamTransform } from '../../../core/wire/stream.ts'
import { extraContent } from './extra-content.ts'
import { isLegacy } from './legacy-functions.ts'
import { encodeFinishReason, encodeUsage } from './usage.ts'

export const terminator: WireEvent = { data: '[DONE]' }

const nothing: readonly WireEvent[] = []

/** Writes one stream: role first, then deltas, finish chunks, the usage chunk if it was asked for, and `[DONE]` once. */
export function encodeEvents(context: ReplyContext): StreamTransform<ReplyPart, WireEvent> {
  const head = JSON.stringify({
    id: context.replyId ?? `chatcmpl-${context.callId}`,
    object: 'chat.completion.chunk',
    created: context.createdAt,
    model: context.model,
  })
  // Everything before `choices` is the same in each chunk, so it is written once.
  const prefix = `${head.slice(0, -1)},"choices":[`
  const isOld = isLegacy(context.body)
  const usageField = context.streamUsage ? ',"usage":null' : ''
  /** Choices whose role has been told. */
  const known = new Set<number>()
  /** Thinking of a choice since its last signature. */
  const thinking = new Map<number, string>()
  /** Tool calls that have no arguments yet: `choice:index`. */
  const bare = new Map<string, { readonly choice: number; readonly index: number }>()
  let usage: Usage | undefined
  let isEnded = false

  const chunk = (choice: number, delta: string, finishReason: string | null): WireEvent => ({
    data: `${prefix}{"index":${choice},"delta":${delta},"logprobs":null,"finish_reason":${finishReason === null ? 'null' : `"${finishReason}"`}}]${usageField}}`,
  })
  const introduced = (choice: number, chunks: readonly WireEvent[]): readonly WireEvent[] => {
    if (known.has(choice)) return chunks
    known.add(choice)
    return [chunk(choice, '{"role":"assistant","content":"","refusal":null}', null), ...chunks]
  }
  const deltas = (choice: number, delta: string): readonly WireEvent[] =>
    introduced(choice, [chunk(choice, delta, null)])
  const json = (choice: number, delta: JsonObject): readonly WireEvent[] => deltas(choice, JSON.stringify(delta))

  /** The older form has a place for one call only. */
  const callDelta = (index: number, called: JsonObject, more: JsonObject = {}): JsonObject =>
    !isOld ? { tool_calls: [{ index, ...more, function: called }] } : index === 0 ? { function_call: called } : {}

  /** No arguments are no JSON, and clients parse what they get. */
  const emptyArguments = (choice: number): WireEvent[] =>
    [...bare.values()]
      .filter((call) => call.choice === choice)
      .map(({ index }) => chunk(choice, JSON.stringify(callDelta(index, { arguments: '{}' })), null))

  return {
    push(part) {
      if (isEnded) return nothing
      switch (part.type) {
        case 'reply-start':
          // At once, as OpenAI does: the first word may be a long time coming.
          return introduced(0, nothing)
        case 'text-delta':
          return deltas(part.choice, `{"content":${JSON.stringify(part.text)}}`)
        case 'refusal-delta':
          return json(part.choice, { refusal: part.text })
        case 'reasoning-delta':
          thinking.set(part.choice, (thinking.get(part.choice) ?? '') + part.text)
          return json(part.choice, { reasoning_content: part.text })
        case 'reasoning-signature': {
          // The block again and whole, beside its signature: of text put together from the deltas nobody could tell
          // where one block ends, and Anthropic refuses a block that was changed.
          const block = { type: 'thinking', thinking: thinking.get(part.choice) ?? '', signature: part.signature }
          thinking.delete(part.choice)
          return json(part.choice, { thinking_blocks: [block] })
        }
        case 'reasoning-redacted':
          return json(part.choice, { thinking_blocks: [{ type: 'redacted_thinking', data: part.data }] })
        case 'tool-call-start':
          bare.set(`${part.choice}:${part.index}`, part)
          return json(
            part.choice,
            callDelta(
              part.index,
              { name: part.name, arguments: '' },
              { id: part.id, type: 'function', ...extraContent(part.signature) },
            ),
          )
        case 'tool-call-delta':
          bare.delete(`${part.choice}:${part.index}`)
          return json(part.choice, callDelta(part.index, { arguments: part.json }))
        case 'usage-report':
          usage = { ...usage, ...part.usage }
          return nothing
        case 'choice-end': {
          const end = chunk(part.choice, '{}', encodeFinishReason(part.reason, isOld))
          return introduced(part.choice, [...emptyArguments(part.choice), end])
        }
        case 'reply-end': {
          isEnded = true
          const report =
            context.streamUsage && usage !== undefined
              ? [{ data: `${prefix}],"usage":${JSON.stringify(encodeUsage(usage))}}` }]
              : []
          return [...report, terminator]
        }
        default:
          return nothing
      }
    },
  }
}
