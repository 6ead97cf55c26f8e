import type { ReplyContext, ReplyPart } from '../../../core/model/model-reply.ts'
import type { JsonObject } from '../../../core/wire/json.ts'
import { responseWriter } from './response-writer.ts'

/** A reply in one piece is what a stream would have ended with. */
export function encodeReply(parts: readonly ReplyPart[], context: ReplyContext): JsonObject {
  const writer = responseWriter(context, () => undefined)
  for (const part of parts) writer.push(part)
  writer.push({ type: 'reply-end' })
  return writer.response()
}
