import type { WireEvent } from '../../../core/model/framing.ts'
import type { ReplyContext, ReplyPart } from '../../../core/model/model-reply.ts'
import type { StreamTransform } from '../../../core/wire/stream.ts'
import { responseWriter } from './response-writer.ts'

/** Writes one stream. Its events are numbered, and there is nothing behind the last one. */
export function encodeEvents(context: ReplyContext): StreamTransform<ReplyPart, WireEvent> {
  let events: WireEvent[] = []
  let number = 0
  const writer = responseWriter(context, (type, fields) => {
    events.push({ event: type, data: JSON.stringify({ type, sequence_number: number++, ...fields }) })
  })
  return {
    push(part) {
      events = []
      writer.push(part)
      return events
    },
  }
}
