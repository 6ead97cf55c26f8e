import { anthropicMessages } from '../../src/catalog/dialects/anthropic-messages.ts'
import { openaiChat } from '../../src/catalog/dialects/openai-chat.ts'
import type { Dialect } from '../../src/core/model/dialect.ts'
import type { ReplyContext, ReplyPart } from '../../src/core/model/model-reply.ts'
import { isJsonObject, type JsonObject } from '../../src/core/wire/json.ts'

export const context: ReplyContext = { callId: 'c1', model: 'm', createdAt: 1, streamUsage: true }

/** The events that a client of one dialect gets for those of a provider of another. */
export function translated(from: Dialect, to: Dialect, events: readonly JsonObject[], end = ''): JsonObject[] {
  const decoder = from.decodeEvents()
  const encoder = to.encodeEvents(context)
  const out: JsonObject[] = []
  for (const data of [...events.map((event) => JSON.stringify(event)), ...(end === '' ? [] : [end])])
    for (const part of decoder.push({ data }))
      for (const event of encoder.push(part))
        if (event.data !== '[DONE]') out.push(JSON.parse(event.data) as JsonObject)
  return out
}

export function partsOf(dialect: Dialect, events: readonly JsonObject[], end = ''): ReplyPart[] {
  const decoder = dialect.decodeEvents()
  return [...events.map((event) => JSON.stringify(event)), ...(end === '' ? [] : [end])].flatMap((data) => [
    ...decoder.push({ data }),
  ])
}

/** As an OpenAI provider sends them. */
export const chunk = (delta: JsonObject, finish_reason: string | null = null, more: JsonObject = {}): JsonObject => ({
  id: 'gen-1',
  choices: [{ index: 0, delta, finish_reason }],
  ...more,
})
export const completion = (message: JsonObject, finish_reason = 'stop', more: JsonObject = {}): JsonObject => ({
  id: 'gen-1',
  choices: [{ index: 0, message: { role: 'assistant', content: null, ...message }, finish_reason }],
  ...more,
})
export const anthropicReply = (content: JsonObject[], more: JsonObject = {}): JsonObject => ({
  id: 'msg_1',
  type: 'message',
  content,
  stop_reason: 'end_turn',
  usage: { input_tokens: 1, output_tokens: 1 },
  ...more,
})
export const toAnthropic = (body: JsonObject): JsonObject =>
  anthropicMessages.encodeReply(openaiChat.decodeReply(body), context)
export const toOpenai = (body: JsonObject): JsonObject =>
  openaiChat.encodeReply(anthropicMessages.decodeReply(body), context)
export const firstMessage = (reply: JsonObject): JsonObject => {
  const choice = Array.isArray(reply['choices']) ? reply['choices'][0] : undefined
  return isJsonObject(choice) && isJsonObject(choice['message']) ? choice['message'] : {}
}
