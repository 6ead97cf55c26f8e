import { CallLifetime } from '../../../core/calls/lifetime.ts'
import { GatewayError } from '../../../core/errors.ts'
import type { SpanSink } from '../../../core/record/span.ts'
import { maxBytes } from '../../../observe/spans/bounds.ts'
import type { OtlpEncoding, ReadSpans } from '../../../observe/spans/read-otlp.ts'
import type { Exchange } from '../../http/exchange.ts'
import type { SpanReading } from '../../spans/span-reading.ts'
import type { SpanQuestion } from '../../spans/span-thread.ts'
import type { Concurrency } from '../concurrency.ts'
import type { Deadlines } from '../deadlines.ts'
import type { SpanAllowance } from '../record/span-allowance.ts'
import { sendOtlpError, sendTaken } from '../reply/otlp-reply.ts'
import { asGatewayError } from '../reply/reply-writer.ts'
import { readBody, tooLarge } from '../request/read-body.ts'
import type { Runtime } from '../runtime.ts'
import { bodyTimeout } from './handle-call.ts'

/** Where exporters of OpenTelemetry send spans, over HTTP: https://opentelemetry.io/docs/specs/otlp/#otlphttp-request */
export const spansPath = '/v1/traces'

/** Since the start. */
export interface SpanCounts {
  taken: number
  refused: number
}

export interface SpanHandling {
  readonly deadlines: Deadlines
  readonly concurrency: Concurrency
  readonly spans: SpanSink
  readonly spanReading: SpanReading
  readonly spanCounts: SpanCounts
  readonly spanAllowance: SpanAllowance
  log(fault: unknown, callId: string): void
}

/** As it is sent. */
const MAX_BODY_BYTES = 8 * 2 ** 20
/** An exporter sends one request after the other. */
const MAX_AT_ONCE = 4
const RETRY_SECONDS = 5

/** Takes the spans of a program into the record of its key's workspace. */
export async function serveSpans(exchange: Exchange, runtime: Runtime, handling: SpanHandling): Promise<void> {
  const { spans, spanReading, spanCounts, spanAllowance, log } = handling
  const encoding = encodingOf(exchange) ?? 'json'
  let leave: (() => void) | undefined
  try {
    const { id: key, workspace } = runtime.authenticate(exchange.headers, exchange, undefined)
    leave = handling.concurrency.enter(
      `spans of ${key}`,
      { ...runtime.limits, maxConcurrentCallsPerKey: MAX_AT_ONCE },
      'low',
    )
    spanAllowance.check(key, runtime.limits.maxSpanBytesPerMinute)
    const isGzip = checkHead(exchange)
    const body = await wholeBody(exchange, runtime, handling.deadlines)
    const receivedAt = Date.now()
    const keepsContent = runtime.recordSettings(workspace).bodies !== 'off'
    const question = { bytes: body, encoding, isGzip, receivedAt, keepsContent }
    const read = await charged(spanReading.read, question, (bytes) =>
      spanAllowance.use(key, bytes, runtime.limits.maxSpanBytesPerMinute),
    )
    spanCounts.refused += read.rejected
    if (!read.chunks.every((chunk) => spans.keepSpans({ workspace, key, receivedAt }, chunk))) {
      spanCounts.refused += read.taken
      throw noRoom()
    }
    spanCounts.taken += read.taken
    sendTaken(exchange, encoding, read)
  } catch (fault) {
    const error = asGatewayError(fault)
    if (error.code === 'internal_error') log(fault, '')
    sendOtlpError(exchange, encoding, error)
  } finally {
    leave?.()
  }
}

/** What is refused was work too: of a body that grew beyond its bound, as much as is unpacked of it. */
async function charged(
  read: SpanReading['read'],
  question: SpanQuestion,
  charge: (bytes: number) => void,
): Promise<ReadSpans> {
  try {
    const answer = await read(question)
    charge(answer.bytes)
    return answer
  } catch (fault) {
    charge(asGatewayError(fault).code === 'body_too_large' ? maxBytes[question.encoding] : question.bytes.length)
    throw fault
  }
}

function encodingOf({ headers }: Exchange): OtlpEncoding | undefined {
  const [type = ''] = (headers['content-type'] ?? '').split(';', 1)
  if (type.trim().toLowerCase() === 'application/json') return 'json'
  return type.trim().toLowerCase() === 'application/x-protobuf' ? 'protobuf' : undefined
}

/** Whether the body is packed. Throws what can be said of it before it is read. */
function checkHead(exchange: Exchange): boolean {
  if (encodingOf(exchange) === undefined) {
    const message = 'Spans are sent as `application/x-protobuf` or `application/json`.'
    throw new GatewayError('invalid_content_type', message)
  }
  const packing = exchange.headers['content-encoding']?.trim().toLowerCase() ?? 'identity'
  if (packing !== 'identity' && packing !== 'gzip')
    throw new GatewayError('invalid_encoding', 'Spans are packed with gzip, or not at all.')
  if (Number(exchange.headers['content-length'] ?? 0) > MAX_BODY_BYTES) throw tooLarge(MAX_BODY_BYTES)
  return packing === 'gzip'
}

async function wholeBody(exchange: Exchange, { limits }: Runtime, deadlines: Deadlines): Promise<Buffer> {
  const lifetime = new CallLifetime()
  exchange.onOver = (isWhole) => {
    deadlines.delete(lifetime)
    if (!isWhole) lifetime.end(new GatewayError('client_closed', 'The client left before its spans had come.'))
  }
  deadlines.set(lifetime, limits.bodyTimeoutMs, () => bodyTimeout(limits))
  const bytes = await readBody(exchange, MAX_BODY_BYTES, lifetime)
  deadlines.delete(lifetime)
  return bytes
}

/** Sent again, what was kept already is left as it is. */
function noRoom(): GatewayError {
  const message = 'The record has no room for spans now; send them again.'
  return new GatewayError('record_unavailable', message, { retryAfterSeconds: RETRY_SECONDS })
}
