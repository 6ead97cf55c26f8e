import { GatewayError } from '../../../core/errors.ts'
import type { WireEvent } from '../../../core/model/framing.ts'
import type { ReplyPart } from '../../../core/model/model-reply.ts'
import { isJsonObject, type JsonObject } from '../../../core/wire/json.ts'
import type { StreamTransform } from '../../../core/wire/stream.ts'
import { decodeChoices } from '../openai-chat/reply-decode.ts'
import { decodeChunks } from '../openai-chat/stream-decode.ts'

/** Reads a whole reply. Throws `upstream_invalid_reply` when no choice has a text, and the fault that it holds in place of them. */
export function decodeReply(body: JsonObject): readonly ReplyPart[] {
  const parts = decodeChoices(body, messageOf)
  const { choices } = body
  if (Array.isArray(choices) && !choices.some((choice) => isJsonObject(choice) && 'text' in choice))
    throw new GatewayError('upstream_invalid_reply', "The choices of the provider's reply have no `text`.")
  return parts
}

export function decodeEvents(): StreamTransform<WireEvent, ReplyPart> {
  return decodeChunks(messageOf)
}

/** A choice has its text where one of Chat Completions has a message; some servers put the thinking beside it. */
function messageOf({ text, reasoning, reasoning_content }: JsonObject): JsonObject {
  return {
    content: text ?? null,
    ...(reasoning === undefined ? {} : { reasoning }),
    ...(reasoning_content === undefined ? {} : { reasoning_content }),
  }
}
