import type { ModelReply } from '../../../core/calls/call.ts'
import type { CallRecorder } from './call-recorder.ts'

/** Puts the bytes of a unary reply and what it says into the record. */
export function recordUnary(recorder: CallRecorder, reply: ModelReply): void {
  if (reply.body.kind !== 'unary') return
  recorder.contentSeen()
  recorder.parts(reply.body.parts)
  recorder.wholeReply(reply.body.recorded ?? reply.body.bytes)
}
