import { GatewayError } from '../../../core/errors.ts'
import type { ReplyPart } from '../../../core/model/model-reply.ts'
import { isJsonObject, type JsonObject, type JsonValue } from '../../../core/wire/json.ts'
import { choiceIndex, choiceReader, idBase } from './choice-reader.ts'
import { faultError, faultIn } from './fault.ts'
import { decodeUsage } from './usage.ts'

export function decodeReply(body: JsonObject): readonly ReplyPart[] {
  return decodeChoices(body, ({ message }) => message)
}

/** Reads a whole reply; `messageOf` gives what a choice says. Throws `upstream_invalid_reply` when it has no choices, and the fault that it holds in place of them. */
export function decodeChoices(
  body: JsonObject,
  messageOf: (choice: JsonObject) => JsonValue | undefined,
): readonly ReplyPart[] {
  const fault = faultIn(body)
  if (fault !== undefined) throw faultError(fault)
  const choices = body['choices']
  if (!Array.isArray(choices))
    throw new GatewayError('upstream_invalid_reply', "The provider's reply has no `choices`.")
  const parts: ReplyPart[] = [replyStart(body)]
  for (const [position, choice] of choices.entries()) {
    if (!isJsonObject(choice)) continue
    const reader = choiceReader(choiceIndex(choice['index'], position), () => idBase(body['id']))
    const message = messageOf(choice)
    if (isJsonObject(message)) reader.read(message, parts)
    reader.end(choice['finish_reason'], parts)
  }
  const usage = decodeUsage(body['usage'])
  if (usage !== undefined) parts.push({ type: 'usage-report', usage })
  parts.push({ type: 'reply-end' })
  return parts
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
