import { GatewayError } from '../../../core/errors.ts'
import type { FinishReason, ReplyPart, Usage } from '../../../core/model/model-reply.ts'
import { isJsonObject, type JsonObject, type JsonValue } from '../../../core/wire/json.ts'
import { stringified } from '../../../core/wire/json-depth.ts'

/** Reads one object of a reply: a whole one, or a line of a stream. */
export interface ObjectReader {
  read(body: JsonObject): readonly ReplyPart[]
}

/** `contentOf`: what the model said, which the two endpoints have at different places. */
export function objectReader(contentOf: (body: JsonObject) => JsonObject | undefined): ObjectReader {
  let calls = 0
  let isStarted = false
  return {
    read(body) {
      const fault = body['error']
      if (typeof fault === 'string') return [{ type: 'reply-error', status: 502, message: fault.slice(0, 1000) }]
      const said = contentOf(body)
      if (said === undefined && body['done'] !== true) return []
      const parts: ReplyPart[] = []
      if (!isStarted) parts.push(replyStart(body))
      isStarted = true
      const { content, thinking, tool_calls: list } = said ?? {}
      if (typeof thinking === 'string' && thinking !== '')
        parts.push({ type: 'reasoning-delta', choice: 0, text: thinking })
      if (typeof content === 'string' && content !== '') parts.push({ type: 'text-delta', choice: 0, text: content })
      for (const call of Array.isArray(list) ? list : []) {
        if (isJsonObject(call)) parts.push(...toolCall(call, calls++, body))
      }
      if (body['done'] === true) {
        const usage = decodeUsage(body)
        if (usage !== undefined) parts.push({ type: 'usage-report', usage })
        const reason = calls > 0 && body['done_reason'] !== 'length' ? 'tool-calls' : decodeReason(body['done_reason'])
        parts.push({ type: 'choice-end', choice: 0, reason }, { type: 'reply-end' })
      }
      return parts
    },
  }
}

export function chatContent({ message }: JsonObject): JsonObject | undefined {
  return isJsonObject(message) ? message : undefined
}

export function generateContent({ response, thinking }: JsonObject): JsonObject | undefined {
  return typeof response === 'string'
    ? { content: response, ...(thinking === undefined ? {} : { thinking }) }
    : undefined
}

/** Reads a whole reply. Throws `upstream_invalid_reply` when it is none, and the fault that it holds in place of one. */
export function wholeReply(
  contentOf: (body: JsonObject) => JsonObject | undefined,
): (body: JsonObject) => readonly ReplyPart[] {
  return (body) => {
    const parts = objectReader(contentOf).read(body['error'] === undefined ? { ...body, done: true } : body)
    const [first] = parts
    if (first?.type === 'reply-error') throw new GatewayError('upstream_error', first.message)
    if (contentOf(body) === undefined)
      throw new GatewayError('upstream_invalid_reply', 'The reply of the provider holds no answer.')
    return parts
  }
}

function replyStart({ model, created_at: createdAt }: JsonObject): ReplyPart {
  const time = typeof createdAt === 'string' ? Date.parse(createdAt) : Number.NaN
  return {
    type: 'reply-start',
    ...(typeof model === 'string' ? { model } : {}),
    ...(Number.isNaN(time) ? {} : { createdAt: Math.floor(time / 1000) }),
  }
}

/** Older servers give calls no ids; the time of the reply makes one that is unique in a conversation. */
function toolCall(call: JsonObject, index: number, { created_at: createdAt }: JsonObject): ReplyPart[] {
  const definition = isJsonObject(call['function']) ? call['function'] : {}
  const { name, arguments: given } = definition
  const json = typeof given === 'string' ? given : stringified(isJsonObject(given) ? given : {})
  if (json === undefined)
    throw new GatewayError('upstream_invalid_reply', 'The arguments of a tool call in the reply are nested too deep.')
  const stamp = typeof createdAt === 'string' ? createdAt.replace(/\D/g, '').slice(0, 20) : ''
  const id = typeof call['id'] === 'string' && call['id'] !== '' ? call['id'] : `call_${stamp}_${index}`
  return [
    { type: 'tool-call-start', choice: 0, index, id, name: typeof name === 'string' ? name : '' },
    { type: 'tool-call-delta', choice: 0, index, json: json === '' ? '{}' : json },
  ]
}

function decodeUsage({ prompt_eval_count: input, eval_count: output }: JsonObject): Usage | undefined {
  if (typeof input !== 'number' && typeof output !== 'number') return undefined
  return {
    ...(typeof input === 'number' ? { inputTokens: input } : {}),
    ...(typeof output === 'number' ? { outputTokens: output } : {}),
  }
}

function decodeReason(reason: JsonValue | undefined): FinishReason {
  return reason === 'length' ? 'length' : reason === 'stop' || reason === undefined ? 'stop' : 'other'
}
