/** Entry of the thread that reads spans: what a program sends of itself must not hold up a call. */
import { parentPort } from 'node:worker_threads'
import { gunzipSync } from 'node:zlib'
import { maxBytes } from '../../observe/spans/bounds.ts'
import { OtlpFault } from '../../observe/spans/raw-span.ts'
import { type OtlpEncoding, type ReadSpans, readOtlp } from '../../observe/spans/read-otlp.ts'
import { lowestPriority, setThreadPriority } from '../process/thread-priority.ts'
import type { FromThread, ToThread } from '../process/thread-questions.ts'

export interface SpanQuestion {
  readonly bytes: Uint8Array
  readonly encoding: OtlpEncoding
  readonly isGzip: boolean
  readonly receivedAt: number
  readonly keepsContent: boolean
}

const port = parentPort
if (port === null) throw new Error('This file is the entry of a worker thread.')
setThreadPriority(lowestPriority)

port.on('message', (message: ToThread<SpanQuestion>) => {
  if (message.type === 'close') process.exit()
  const answer = answerOf(message.question)
  port.postMessage({ number: message.number, answer } satisfies FromThread<ReadSpans>)
})

function answerOf({ bytes, encoding, isGzip, ...options }: SpanQuestion): FromThread<ReadSpans>['answer'] {
  try {
    const body = isGzip ? unpacked(bytes, maxBytes[encoding]) : bytes
    if (body.length > maxBytes[encoding]) throw tooLarge
    return { value: readOtlp({ bytes: body, encoding }, options) }
  } catch (fault) {
    if (isTooLarge(fault)) {
      const message = `The body is larger than ${maxBytes[encoding]} bytes when it is unpacked; send fewer spans with each request.`
      return { error: { code: 'body_too_large', message } }
    }
    const message = fault instanceof OtlpFault ? fault.message : 'The body cannot be read as spans.'
    return { error: { code: 'invalid_request', message } }
  }
}

function unpacked(bytes: Uint8Array, maxOutputLength: number): Uint8Array {
  try {
    return gunzipSync(bytes, { maxOutputLength })
  } catch (fault) {
    if (isTooLarge(fault)) throw fault
    throw new OtlpFault('The body is not valid gzip.')
  }
}

const tooLarge = new Error('too large')

function isTooLarge(fault: unknown): boolean {
  return fault === tooLarge || (fault instanceof Error && 'code' in fault && fault.code === 'ERR_BUFFER_TOO_LARGE')
}
