import { GatewayError, upstreamErrorCode } from '../../../core/errors.ts'
import type { ReplyPart } from '../../../core/model/model-reply.ts'
import { isJsonObject, type JsonObject, type JsonValue } from '../../../core/wire/json.ts'
import { idBase } from '../openai-chat/choice-reader.ts'
import { toolCallReader } from '../openai-chat/tool-call-reader.ts'
import { faultIn } from './errors.ts'
import { decodeFinishReason, decodeUsage } from './usage.ts'

/** Reads a whole reply. Throws `upstream_invalid_reply` when it has no message, and the fault that it holds in place of one. */
export function decodeReply(body: JsonObject): readonly ReplyPart[] {
  const fault = faultIn(body)
  if (fault !== undefined)
    throw new GatewayError(upstreamErrorCode(fault.status), fault.message, { status: fault.status })
  const { id, message, finish_reason: reason } = body
  if (!isJsonObject(message)) throw new GatewayError('upstream_invalid_reply', "The provider's reply has no `message`.")
  const parts: ReplyPart[] = [replyStart(id)]
  const { content, tool_plan: plan, tool_calls: list } = message
  if (typeof content === 'string') parts.push(...textDelta(content))
  for (const block of Array.isArray(content) ? content : []) if (isJsonObject(block)) parts.push(...said(block))
  parts.push(...textDelta(plan))
  const calls = toolCallReader(0, () => idBase(id))
  for (const call of Array.isArray(list) ? list : []) if (isJsonObject(call)) calls.read(call, parts)
  calls.end(parts)
  const usage = decodeUsage(body['usage'])
  if (usage !== undefined) parts.push({ type: 'usage-report', usage })
  parts.push({ type: 'choice-end', choice: 0, reason: decodeFinishReason(reason, calls.hasCalls()) })
  parts.push({ type: 'reply-end' })
  return parts
}

export function replyStart(id: JsonValue | undefined): ReplyPart {
  return { type: 'reply-start', ...(typeof id === 'string' ? { id } : {}) }
}

export function textDelta(text: JsonValue | undefined): readonly ReplyPart[] {
  return typeof text === 'string' && text !== '' ? [{ type: 'text-delta', choice: 0, text }] : []
}

/** A content block, or a delta of one. */
export function said({ text, thinking }: JsonObject): readonly ReplyPart[] {
  if (typeof thinking === 'string' && thinking !== '') return [{ type: 'reasoning-delta', choice: 0, text: thinking }]
  return textDelta(text)
}
