/** Answers to exporters of OpenTelemetry: https://opentelemetry.io/docs/specs/otlp/#otlphttp-response */
import protobuf from 'protobufjs/minimal.js'
import type { GatewayError } from '../../../core/errors.ts'
import type { OtlpEncoding, ReadSpans } from '../../../observe/spans/read-otlp.ts'
import type { Exchange } from '../../http/exchange.ts'

/** `google.rpc.Code`, by the HTTP status that it usually is. */
const codes: Readonly<Record<number, number>> = { 401: 16, 403: 7, 404: 5, 408: 4, 429: 8, 500: 13, 503: 14 }
const invalidArgument = 3

/** `ExportTraceServiceResponse`: what was not taken is said, and is not to be sent again. */
export function sendTaken(exchange: Exchange, encoding: OtlpEncoding, { rejected, reason = '' }: ReadSpans): void {
  const partial: Message = {
    json: { partialSuccess: { rejectedSpans: String(rejected), errorMessage: reason } },
    write: (response) => response.uint32(10).fork().uint32(8).int64(rejected).uint32(18).string(reason).ldelim(),
  }
  send(exchange, 200, [], encoding, rejected === 0 ? { json: {}, write: () => undefined } : partial)
}

/** `google.rpc.Status`. */
export function sendOtlpError(exchange: Exchange, encoding: OtlpEncoding, error: GatewayError): void {
  if (exchange.isCommitted) {
    exchange.destroy()
    return
  }
  const { status, message } = error
  const code = codes[status] ?? invalidArgument
  const head = ['x-portcullis-error', error.code]
  if (error.retryAfterSeconds !== undefined) head.push('retry-after', String(Math.ceil(error.retryAfterSeconds)))
  send(exchange, status, head, encoding, {
    json: { code, message },
    write: (response) => response.uint32(8).int32(code).uint32(18).string(message),
  })
}

interface Message {
  readonly json: object
  /** The same in protobuf; a tag is eight times the number of its field, and the kind of what follows. */
  write(response: protobuf.Writer): unknown
}

function send(
  exchange: Exchange,
  status: number,
  head: readonly string[],
  encoding: OtlpEncoding,
  { json, write }: Message,
): void {
  if (encoding === 'json') {
    exchange.reply(status, [...head, 'content-type', 'application/json'], Buffer.from(JSON.stringify(json)))
    return
  }
  const writer = protobuf.Writer.create()
  write(writer)
  exchange.reply(status, [...head, 'content-type', 'application/x-protobuf'], Buffer.from(writer.finish()))
}
