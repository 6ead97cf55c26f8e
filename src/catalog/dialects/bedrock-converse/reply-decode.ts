import { GatewayError } from '../../../core/errors.ts'
import type { ReplyPart } from '../../../core/model/model-reply.ts'
import { isJsonObject, type JsonObject, type JsonValue } from '../../../core/wire/json.ts'
import { stringified } from '../../../core/wire/json-depth.ts'
import { stopSequenceIn } from './stop-sequence.ts'
import { decodeStopReason, decodeUsage } from './usage.ts'

/** Reads a whole reply. Throws `upstream_invalid_reply` when it has no message. */
export function decodeReply(body: JsonObject): readonly ReplyPart[] {
  const { output, stopReason, additionalModelResponseFields: fields } = body
  const message = isJsonObject(output) ? output['message'] : undefined
  const content = isJsonObject(message) ? message['content'] : undefined
  if (!Array.isArray(content))
    throw new GatewayError('upstream_invalid_reply', "The provider's reply has no `output.message.content`.")
  const parts: ReplyPart[] = [{ type: 'reply-start' }]
  let tools = 0
  for (const block of content) {
    if (!isJsonObject(block)) continue
    parts.push(...said(block))
    const { toolUse } = block
    if (isJsonObject(toolUse)) parts.push(...called(toolUse, tools++))
  }
  const usage = decodeUsage(body['usage'])
  if (usage !== undefined) parts.push({ type: 'usage-report', usage })
  const reason = decodeStopReason(stopReason, tools > 0)
  parts.push({ type: 'choice-end', choice: 0, reason, ...stopSequenceIn(fields) }, { type: 'reply-end' })
  return parts
}

function said({ text, citationsContent, reasoningContent }: JsonObject): readonly ReplyPart[] {
  const cited = isJsonObject(citationsContent) ? citationsContent['content'] : undefined
  const texts = [text, ...(Array.isArray(cited) ? cited.map((item) => (isJsonObject(item) ? item['text'] : '')) : [])]
  return [...(isJsonObject(reasoningContent) ? thought(reasoningContent) : []), ...texts.flatMap(textDelta)]
}

function textDelta(text: JsonValue | undefined): readonly ReplyPart[] {
  return typeof text === 'string' && text !== '' ? [{ type: 'text-delta', choice: 0, text }] : []
}

function thought({ reasoningText, redactedContent: data }: JsonObject): readonly ReplyPart[] {
  if (!isJsonObject(reasoningText))
    return typeof data === 'string' ? [{ type: 'reasoning-redacted', choice: 0, data }] : []
  const { text, signature } = reasoningText
  return [
    ...(typeof text === 'string' && text !== '' ? [{ type: 'reasoning-delta', choice: 0, text } as const] : []),
    ...(typeof signature === 'string' && signature !== ''
      ? [{ type: 'reasoning-signature', choice: 0, signature } as const]
      : []),
  ]
}

function called({ toolUseId, name, input }: JsonObject, index: number): readonly ReplyPart[] {
  const json = stringified(input)
  if (json === undefined)
    throw new GatewayError('upstream_invalid_reply', 'The arguments of a tool call in the reply are nested too deep.')
  return [toolStart(index, toolUseId, name), { type: 'tool-call-delta', choice: 0, index, json }]
}

export function toolStart(index: number, id: JsonValue | undefined, name: JsonValue | undefined): ReplyPart {
  return {
    type: 'tool-call-start',
    choice: 0,
    index,
    id: typeof id === 'string' && id !== '' ? id : `tooluse_${index}`,
    name: typeof name === 'string' ? name : '',
  }
}
