import type { ModelReply } from '../../../core/calls/call.ts'
import type { CallRecorder } from '../record/call-recorder.ts'
import { addLimitFields, isLimitField } from './limit-fields.ts'

/** Head of a reply, as the flat list that `writeHead` takes without copying. */
export function replyHead(recorder: CallRecorder, reply: ModelReply, contentType: string): string[] {
  const { target } = reply
  const head = [
    'content-type',
    contentType,
    'x-portcullis-call-id',
    recorder.id,
    'x-portcullis-provider',
    target.account.provider.id,
    'x-portcullis-account',
    headerValue(target.account.id),
    'x-portcullis-model',
    headerValue(target.model),
    'x-portcullis-cache',
    recorder.cache,
    'x-portcullis-overhead-ms',
    recorder.overheadMs().toFixed(3),
  ]
  // RFC 9111, section 5.1.
  if (recorder.cache === 'hit' || recorder.cache === 'semantic')
    head.push('age', String(Math.floor(recorder.cacheAgeMs / 1000)))
  const { standings } = recorder
  for (const name in reply.headers) {
    // The account's own limits say nothing to a caller who has others.
    if (standings === undefined || !isLimitField(name)) head.push(name, reply.headers[name] ?? '')
  }
  if (standings !== undefined) addLimitFields(head, standings, recorder.vendor)
  const dropped = recorder.droppedParameters
  if (dropped.length > 0) head.push('x-portcullis-dropped', headerValue(dropped.join(', ')))
  if (recorder.decided !== undefined) head.push('x-portcullis-decision', recorder.decided)
  if (recorder.replyFields !== undefined) head.push(...recorder.replyFields())
  if (contentType.startsWith('text/event-stream')) head.push('cache-control', 'no-cache')
  return head
}

/** Names that a client or a catalogue chose may hold what a header cannot (RFC 9110, section 5.5). */
export function headerValue(text: string): string {
  return /^[\x20-\x7e]*$/.test(text) ? text : encodeURI(text.toWellFormed())
}
