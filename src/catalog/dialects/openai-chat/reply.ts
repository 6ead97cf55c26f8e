import { GatewayError } from '../../../core/errors.ts'
import { isJsonObject, type JsonObject, type JsonValue } from '../../../core/json.ts'
import type { FinishReason, ReplyContext, ReplyPart, Usage } from '../../../core/model-reply.ts'
import { decodeFinishReason, decodeUsage, encodeFinishReason, encodeUsage } from './usage.ts'

/** Reads a whole reply. Throws `upstream_invalid_reply` when it has no choices. */
export function decodeReply(body: JsonObject): readonly ReplyPart[] {
  const choices = body['choices']
  if (!Array.isArray(choices))
    throw new GatewayError('upstream_invalid_reply', "The provider's reply has no `choices`.")
  const parts: ReplyPart[] = [replyStart(body)]
  for (const [position, choice] of choices.entries()) {
    if (!isJsonObject(choice)) continue
    const index = choiceIndex(choice['index'], position)
    const message = choice['message']
    if (isJsonObject(message)) decodeMessage(message, index, parts)
    const reason = choice['finish_reason']
    parts.push({
      type: 'choice-end',
      choice: index,
      reason: typeof reason === 'string' ? decodeFinishReason(reason) : 'other',
    })
  }
  const usage = decodeUsage(body['usage'])
  if (usage !== undefined) parts.push({ type: 'usage-report', usage })
  parts.push({ type: 'reply-end' })
  return parts
}

/** OpenAI allows 128 choices. An index beyond is a fault, or an attempt to make us allocate. */
export function choiceIndex(value: JsonValue | undefined, position: number): number {
  return typeof value === 'number' && Number.isInteger(value) && value >= 0 && value < 128
    ? value
    : Math.min(position, 127)
}

export function replyStart(body: JsonObject): ReplyPart {
  const { id, model, created } = body
  return {
    type: 'reply-start',
    ...(typeof id === 'string' ? { id } : {}),
    ...(typeof model === 'string' ? { model } : {}),
    ...(typeof created === 'number' ? { createdAt: created } : {}),
  }
}

function decodeMessage(message: JsonObject, choice: number, parts: ReplyPart[]): void {
  decodeReasoning(message, choice, parts)
  const content = textOf(message['content'])
  if (content !== '') parts.push({ type: 'text-delta', choice, text: content })
  const { refusal, tool_calls: calls, function_call: legacy } = message
  if (typeof refusal === 'string' && refusal !== '') parts.push({ type: 'refusal-delta', choice, text: refusal })
  const list =
    Array.isArray(calls) && calls.length > 0
      ? calls
      : isJsonObject(legacy)
        ? [{ id: `call_${String(legacy['name'])}`, function: legacy }]
        : []
  let index = 0
  for (const call of list) {
    if (!isJsonObject(call) || !isJsonObject(call['function'])) continue
    const { name, arguments: json } = call['function']
    parts.push({
      type: 'tool-call-start',
      choice,
      index,
      id: typeof call['id'] === 'string' ? call['id'] : `call_${index}`,
      name: typeof name === 'string' ? name : '',
    })
    const text = typeof json === 'string' ? json : isJsonObject(json) ? JSON.stringify(json) : ''
    if (text !== '') parts.push({ type: 'tool-call-delta', choice, index, json: text })
    index++
  }
}

/** `thinking_blocks` (LiteLLM) keep signatures; `reasoning_content` (DeepSeek, vLLM) and `reasoning` (OpenRouter, vLLM, Groq) are text only. */
export function decodeReasoning(holder: JsonObject, choice: number, parts: ReplyPart[]): void {
  const blocks = holder['thinking_blocks']
  if (Array.isArray(blocks) && blocks.length > 0) {
    for (const block of blocks) {
      if (!isJsonObject(block)) continue
      const { thinking, signature, data } = block
      if (typeof data === 'string') parts.push({ type: 'reasoning-redacted', choice, data })
      if (typeof thinking === 'string' && thinking !== '')
        parts.push({ type: 'reasoning-delta', choice, text: thinking })
      if (typeof signature === 'string' && signature !== '')
        parts.push({ type: 'reasoning-signature', choice, signature })
    }
    return
  }
  const text = holder['reasoning_content'] ?? holder['reasoning']
  if (typeof text === 'string' && text !== '') parts.push({ type: 'reasoning-delta', choice, text })
}

/** Content as a string, or as parts (Mistral's reasoning models send them). */
export function textOf(content: JsonValue | undefined): string {
  if (typeof content === 'string') return content
  if (!Array.isArray(content)) return ''
  return content
    .map((part) =>
      isJsonObject(part) && part['type'] === 'text' && typeof part['text'] === 'string' ? part['text'] : '',
    )
    .join('')
}

interface Choice {
  text: string
  refusal: string
  reasoning: string
  blocks: JsonObject[]
  open: string
  calls: { id: string; name: string; json: string }[]
  reason: FinishReason
}

export function encodeReply(parts: readonly ReplyPart[], context: ReplyContext): JsonObject {
  const choices: Choice[] = []
  let usage: Usage | undefined
  const choiceAt = (index: number): Choice => {
    while (choices.length <= index)
      choices.push({ text: '', refusal: '', reasoning: '', blocks: [], open: '', calls: [], reason: 'stop' })
    return choices[index] as Choice
  }
  for (const part of parts) {
    switch (part.type) {
      case 'text-delta':
        choiceAt(part.choice).text += part.text
        break
      case 'refusal-delta':
        choiceAt(part.choice).refusal += part.text
        break
      case 'reasoning-delta': {
        const choice = choiceAt(part.choice)
        choice.reasoning += part.text
        choice.open += part.text
        break
      }
      case 'reasoning-signature': {
        const choice = choiceAt(part.choice)
        choice.blocks.push({ type: 'thinking', thinking: choice.open, signature: part.signature })
        choice.open = ''
        break
      }
      case 'reasoning-redacted':
        choiceAt(part.choice).blocks.push({ type: 'redacted_thinking', data: part.data })
        break
      case 'tool-call-start':
        choiceAt(part.choice).calls[part.index] = { id: part.id, name: part.name, json: '' }
        break
      case 'tool-call-delta': {
        const call = choiceAt(part.choice).calls[part.index]
        if (call !== undefined) call.json += part.json
        break
      }
      case 'usage-report':
        usage = { ...usage, ...part.usage }
        break
      case 'choice-end':
        choiceAt(part.choice).reason = part.reason
        break
    }
  }
  return {
    id: `chatcmpl-${context.callId}`,
    object: 'chat.completion',
    created: context.createdAt,
    model: context.model,
    choices: choices.map((choice, index) => encodeChoice(choice, index)),
    ...(usage === undefined ? {} : { usage: encodeUsage(usage) }),
  }
}

function encodeChoice({ text, refusal, reasoning, blocks, calls, reason }: Choice, index: number): JsonObject {
  const made = calls.filter((call) => call !== undefined)
  return {
    index,
    message: {
      role: 'assistant',
      content: text === '' && (made.length > 0 || refusal !== '') ? null : text,
      refusal: refusal === '' ? null : refusal,
      ...(reasoning === '' ? {} : { reasoning_content: reasoning }),
      ...(blocks.length === 0 ? {} : { thinking_blocks: blocks }),
      ...(made.length === 0
        ? {}
        : {
            tool_calls: made.map(({ id, name, json }) => ({
              id,
              type: 'function',
              function: { name, arguments: json === '' ? '{}' : json },
            })),
          }),
    },
    logprobs: null,
    finish_reason: encodeFinishReason(reason),
  }
}
