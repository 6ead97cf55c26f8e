import { GatewayError } from '../../../core/errors.ts'
import type { FinishReason, ReplyPart } from '../../../core/model/model-reply.ts'
import { isJsonObject, type JsonObject, type JsonValue } from '../../../core/wire/json.ts'
import { stringified } from '../../../core/wire/json-depth.ts'
import { faultError, faultIn } from '../openai-chat/fault.ts'
import { readEncrypted } from './encrypted-content.ts'
import { decodeUsage } from './usage.ts'

/** Reads a whole response. Throws `upstream_invalid_reply` when it has no output, and the fault of one that failed. */
export function decodeReply(body: JsonObject): readonly ReplyPart[] {
  const fault = faultOf(body)
  if (fault !== undefined) throw faultError(fault)
  const output = body['output']
  if (!Array.isArray(output)) throw new GatewayError('upstream_invalid_reply', "The provider's reply has no `output`.")
  const parts: ReplyPart[] = [replyStart(body)]
  let calls = 0
  for (const item of output) {
    if (!isJsonObject(item)) continue
    if (isCall(item)) parts.push(...callStart(item, calls), ...callArguments(item, calls++))
    else parts.push(...saidBy(item))
  }
  parts.push(...replyEnd(body))
  return parts
}

export function faultOf(response: JsonObject): (ReplyPart & { type: 'reply-error' }) | undefined {
  const { error, status } = response
  return faultIn(status === 'failed' && !isJsonObject(error) ? { error: { code: 'server_error' } } : { error })
}

export function replyStart({ id, model, created_at: createdAt }: JsonObject): ReplyPart {
  return {
    type: 'reply-start',
    ...(typeof id === 'string' ? { id } : {}),
    ...(typeof model === 'string' ? { model } : {}),
    ...(typeof createdAt === 'number' ? { createdAt } : {}),
  }
}

/** Usage, how the answer ended, and that it did. */
export function replyEnd(response: JsonObject): ReplyPart[] {
  const usage = decodeUsage(response['usage'])
  return [
    ...(usage === undefined ? [] : [{ type: 'usage-report', usage } as const]),
    { type: 'choice-end', choice: 0, reason: finishReason(response) },
    { type: 'reply-end' },
  ]
}

function finishReason({ status, incomplete_details: details, output }: JsonObject): FinishReason {
  if (status === 'incomplete') {
    const reason = isJsonObject(details) ? details['reason'] : undefined
    return reason === 'max_output_tokens' ? 'length' : reason === 'content_filter' ? 'content-filter' : 'other'
  }
  if (Array.isArray(output) && output.some((item) => isJsonObject(item) && isCall(item))) return 'tool-calls'
  return status === 'completed' || status === undefined || status === null ? 'stop' : 'other'
}

/** A call that the client has to make. Others (`web_search_call`, …) the provider made itself. */
export function isCall({ type }: JsonObject): boolean {
  return type === 'function_call' || type === 'custom_tool_call'
}

export function callStart({ call_id: callId, id, name }: JsonObject, index: number): ReplyPart[] {
  const known = [callId, id].find((value) => typeof value === 'string' && value !== '')
  return [
    {
      type: 'tool-call-start',
      choice: 0,
      index,
      id: typeof known === 'string' ? known : `call_${index}`,
      name: typeof name === 'string' ? name : '',
    },
  ]
}

export function callArguments({ type, arguments: json, input }: JsonObject, index: number): ReplyPart[] {
  const value = type === 'custom_tool_call' ? { input: stringOf(input) } : json
  const text = isJsonObject(value) ? stringified(value) : stringOf(value)
  if (text === undefined)
    throw new GatewayError('upstream_invalid_reply', 'The arguments of a tool call in the reply are nested too deep.')
  return text === '' ? [] : [{ type: 'tool-call-delta', choice: 0, index, json: text }]
}

/** What an item that is no call says. */
export function saidBy(item: JsonObject): ReplyPart[] {
  if (item['type'] === 'reasoning') return reasoningOf(item)
  if (item['type'] !== 'message' || !Array.isArray(item['content'])) return []
  return item['content'].flatMap((part): ReplyPart[] => {
    if (!isJsonObject(part)) return []
    const { type, text, refusal } = part
    if (type === 'output_text' && typeof text === 'string' && text !== '')
      return [{ type: 'text-delta', choice: 0, text }]
    return type === 'refusal' && typeof refusal === 'string' && refusal !== ''
      ? [{ type: 'refusal-delta', choice: 0, text: refusal }]
      : []
  })
}

function reasoningOf(item: JsonObject): ReplyPart[] {
  const text = joined(item['summary']) || joined(item['content'])
  return [...(text === '' ? [] : [{ type: 'reasoning-delta', choice: 0, text } as const]), ...proofOf(item)]
}

/** The encrypted thinking of an item, which ends it. */
export function proofOf({ id, encrypted_content: encrypted }: JsonObject): ReplyPart[] {
  if (typeof encrypted !== 'string' || encrypted === '') return []
  const { signature, redacted } = readEncrypted(stringOf(id), encrypted)
  if (redacted !== undefined) return [{ type: 'reasoning-redacted', choice: 0, data: redacted }]
  return signature === undefined ? [] : [{ type: 'reasoning-signature', choice: 0, signature }]
}

/** What stands between two parts of a summary when they become one text. */
export const betweenParts = '\n\n'

function joined(list: JsonValue | undefined): string {
  const texts = Array.isArray(list) ? list.map((part) => (isJsonObject(part) ? stringOf(part['text']) : '')) : []
  return texts.join(betweenParts)
}

function stringOf(value: JsonValue | undefined): string {
  return typeof value === 'string' ? value : ''
}
