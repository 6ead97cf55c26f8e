import type { ReplyContext, ReplyPart, Usage } from '../../../core/model/model-reply.ts'
import type { JsonObject } from '../../../core/wire/json.ts'
import { toolInput } from '../tool-input.ts'
import { encodeStopReason, encodeUsage } from './usage.ts'

interface Thought {
  text: string
  signature?: string
}

/** A Converse reply has one answer, so of several choices only the first can be said. */
export function encodeReply(parts: readonly ReplyPart[], context: ReplyContext): JsonObject {
  const content: JsonObject[] = []
  const calls = new Map<number, { readonly toolUse: JsonObject; json: string }>()
  /** The last block, while it may grow. */
  let thought: Thought | undefined
  let saying: { text: string } | undefined
  let usage: Usage | undefined
  let isRefusal = false
  let end: (ReplyPart & { type: 'choice-end' }) | undefined
  const add = (block: JsonObject): void => {
    content.push(block)
    thought = undefined
    saying = undefined
  }
  const think = (): Thought => {
    if (thought !== undefined) return thought
    const reasoningText: Thought & JsonObject = { text: '' }
    add({ reasoningContent: { reasoningText } })
    thought = reasoningText
    return reasoningText
  }
  const sign = (signature: string): void => {
    think().signature = signature
    thought = undefined
  }
  const say = (text: string): void => {
    if (saying !== undefined) saying.text += text
    else {
      const block: { text: string } & JsonObject = { text }
      add(block)
      saying = block
    }
  }
  for (const part of parts) {
    if ('choice' in part && part.choice !== 0) continue
    switch (part.type) {
      case 'refusal-delta':
        isRefusal = true
        say(part.text)
        break
      case 'text-delta':
        say(part.text)
        break
      case 'reasoning-delta':
        think().text += part.text
        break
      case 'reasoning-signature':
        sign(part.signature)
        break
      case 'reasoning-redacted':
        add({ reasoningContent: { redactedContent: part.data } })
        break
      case 'tool-call-start': {
        // A call has no place for a signature here; clients return thinking as it came, and in its order.
        if (part.signature !== undefined) sign(part.signature)
        const toolUse: JsonObject = { toolUseId: part.id, name: part.name, input: {} }
        add({ toolUse })
        calls.set(part.index, { toolUse, json: '' })
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
  for (const { toolUse, json } of calls.values()) toolUse['input'] = toolInput(json)
  return {
    output: { message: { role: 'assistant', content } },
    ...encodeEnd(end, isRefusal),
    usage: encodeUsage(usage),
    metrics: encodeMetrics(context),
  }
}

export function encodeEnd(end: (ReplyPart & { type: 'choice-end' }) | undefined, isRefusal: boolean): JsonObject {
  const sequence = end?.stopSequence
  return {
    stopReason: encodeStopReason(end?.reason, isRefusal),
    ...(sequence === undefined ? {} : { additionalModelResponseFields: { stop_sequence: sequence } }),
  }
}

export function encodeMetrics({ elapsedMs }: ReplyContext): JsonObject {
  return { latencyMs: elapsedMs?.() ?? 0 }
}
