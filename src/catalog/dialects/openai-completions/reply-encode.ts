import type { WireEvent } from '../../../core/model/framing.ts'
import type { FinishReason, ReplyContext, ReplyPart, Usage } from '../../../core/model/model-reply.ts'
import type { JsonObject } from '../../../core/wire/json.ts'
import type { StreamTransform } from '../../../core/wire/stream.ts'
import { terminator } from '../openai-chat/stream-encode.ts'
import { encodeFinishReason, encodeUsage } from '../openai-chat/usage.ts'

/** There is a place for text only: thinking is left out. */
export function encodeReply(parts: readonly ReplyPart[], context: ReplyContext): JsonObject {
  const choices: { text: string; reason: FinishReason; isRefusal: boolean }[] = []
  let usage: Usage | undefined
  for (const part of parts) {
    if (part.type === 'usage-report') usage = { ...usage, ...part.usage }
    if (!('choice' in part)) continue
    while (choices.length <= part.choice) choices.push({ text: '', reason: 'stop', isRefusal: false })
    const choice = choices[part.choice]
    if (choice === undefined) continue
    if (part.type === 'refusal-delta') choice.isRefusal = true
    if (part.type === 'text-delta' || part.type === 'refusal-delta') choice.text += part.text
    else if (part.type === 'choice-end') choice.reason = part.reason
  }
  return {
    ...head(context),
    choices: choices.map(({ text, reason, isRefusal }, index) => ({
      text,
      index,
      logprobs: null,
      finish_reason: encodeReason(reason, isRefusal),
    })),
    ...(usage === undefined ? {} : { usage: encodeUsage(usage) }),
  }
}

/** Text as it comes, the reason with an empty one, the usage chunk if it was asked for, and `[DONE]` once. */
export function encodeEvents(context: ReplyContext): StreamTransform<ReplyPart, WireEvent> {
  // Everything before `choices` is the same in each chunk, so it is written once.
  const prefix = `${JSON.stringify(head(context)).slice(0, -1)},"choices":[`
  const usageField = context.streamUsage ? ',"usage":null' : ''
  const refused = new Set<number>()
  let usage: Usage | undefined
  let isEnded = false
  const chunk = (index: number, text: string, reason: string | null): WireEvent => ({
    data: `${prefix}{"text":${JSON.stringify(text)},"index":${index},"logprobs":null,"finish_reason":${reason === null ? 'null' : `"${reason}"`}}]${usageField}}`,
  })
  return {
    push(part) {
      if (isEnded) return []
      switch (part.type) {
        case 'text-delta':
        case 'refusal-delta':
          if (part.type === 'refusal-delta') refused.add(part.choice)
          return [chunk(part.choice, part.text, null)]
        case 'usage-report':
          usage = { ...usage, ...part.usage }
          return []
        case 'choice-end':
          return [chunk(part.choice, '', encodeReason(part.reason, refused.has(part.choice)))]
        case 'reply-end': {
          isEnded = true
          const isAsked = context.streamUsage && usage !== undefined
          return [
            ...(isAsked ? [{ data: `${prefix}],"usage":${JSON.stringify(encodeUsage(usage ?? {}))}}` }] : []),
            terminator,
          ]
        }
        default:
          return []
      }
    },
  }
}

function head({ callId, createdAt, model }: ReplyContext): JsonObject {
  return { id: `cmpl-${callId}`, object: 'text_completion', created: createdAt, model }
}

/** There are no tools to call, and no other word for a refusal. */
function encodeReason(reason: FinishReason, isRefusal: boolean): string {
  if (isRefusal && (reason === 'stop' || reason === 'other')) return encodeFinishReason('refusal')
  return encodeFinishReason(reason === 'tool-calls' ? 'stop' : reason)
}
