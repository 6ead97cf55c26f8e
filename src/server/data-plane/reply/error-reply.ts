import type { Endpoint } from '../../../core/calls/call.ts'
import type { GatewayError } from '../../../core/errors.ts'
import type { Dialect } from '../../../core/model/dialect.ts'
import type { CallExchange } from '../../http/exchange.ts'
import type { CallRecorder } from '../record/call-recorder.ts'
import { addLimitFields } from './limit-fields.ts'
import { headerValue } from './reply-head.ts'
import { vendorOf } from './vendor-of.ts'

/** Answers a call with an error in the client's dialect. A provider's own error goes to a client of the same dialect as it came. */
export function sendError(
  exchange: CallExchange,
  endpoint: Endpoint,
  error: GatewayError,
  recorder: CallRecorder,
): void {
  const dialect = vendorOf(endpoint)
  const head = ['x-portcullis-call-id', recorder.id, 'x-portcullis-cache', 'bypass']
  const dropped = recorder.droppedParameters
  if (dropped.length > 0) head.push('x-portcullis-dropped', headerValue(dropped.join(', ')))
  if (recorder.decided !== undefined) head.push('x-portcullis-decision', recorder.decided)
  if (recorder.replyFields !== undefined) head.push(...recorder.replyFields())
  const { standings } = recorder
  if (standings !== undefined) addLimitFields(head, standings, dialect)
  writeError(exchange, dialect, error, head)
}

/** The same for a request that is no call yet: an unknown path, a wrong method. */
export function writeError(exchange: CallExchange, dialect: Dialect, error: GatewayError, head: string[]): void {
  if (exchange.isCommitted) {
    exchange.destroy()
    return
  }
  const wire = error.wire?.dialect === dialect.id && error.wire.isMisleading !== true ? error.wire : undefined
  const body = wire?.bytes ?? Buffer.from(JSON.stringify(dialect.encodeError(error)))
  head.push('content-type', wire?.contentType ?? 'application/json', 'x-portcullis-error', error.code)
  // The body may be the provider's own, which knows of no gateway: what to do here stands beside it.
  head.push('x-portcullis-help', error.help)
  const own = wire === undefined ? dialect.errorHeaders?.(error) : undefined
  for (const name in own) head.push(name, own[name] ?? '')
  for (const name in wire?.headers) head.push(name, wire.headers[name] ?? '')
  if (error.retryAfterSeconds !== undefined && wire?.headers['retry-after'] === undefined) {
    head.push('retry-after', String(Math.ceil(error.retryAfterSeconds)))
  }
  // SDKs of OpenAI and Anthropic ask again at any 429, at once, unless they are told not to.
  if (error.status === 429 && wire === undefined && !isSoon(error)) head.push('x-should-retry', 'false')
  exchange.reply(error.status, head, body)
}

function isSoon({
  isForGood,
  retryable,
  retryAfterSeconds = retryable ? 0 : Number.POSITIVE_INFINITY,
}: GatewayError): boolean {
  return !isForGood && retryAfterSeconds <= 60
}
