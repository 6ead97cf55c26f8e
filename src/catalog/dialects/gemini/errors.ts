import type { GatewayError } from '../../../core/errors.ts'
import type { ProviderFault } from '../../../core/model/dialect.ts'
import type { WireEvent } from '../../../core/model/framing.ts'
import type { ReplyPart } from '../../../core/model/model-reply.ts'
import { isJsonObject, type JsonObject, type JsonValue, parseJson } from '../../../core/wire/json.ts'
import { errorSentence, googleReason, readError } from '../read-error.ts'

/** https://cloud.google.com/apis/design/errors#handling_errors */
const statuses: Readonly<Record<string, number>> = {
  INVALID_ARGUMENT: 400,
  UNAUTHENTICATED: 401,
  PERMISSION_DENIED: 403,
  NOT_FOUND: 404,
  ABORTED: 409,
  RESOURCE_EXHAUSTED: 429,
  CANCELLED: 499,
  INTERNAL: 500,
  UNIMPLEMENTED: 501,
  UNAVAILABLE: 503,
  DEADLINE_EXCEEDED: 504,
  FAILED_PRECONDITION: 400,
  OUT_OF_RANGE: 400,
  ALREADY_EXISTS: 409,
  DATA_LOSS: 500,
  UNKNOWN: 500,
}

/** `{"error":{"code","message","status","details"}}`, alone or in an array; anything else is what a server before Google's says. */
export function decodeError(status: number, body: string): ProviderFault {
  const error = errorIn(parseJson(body))
  if (error === undefined || typeof error['status'] !== 'string') return readError(status, body)
  const { message, status: type, details } = error
  const wait = waitIn(details)
  return {
    message: errorSentence(typeof message === 'string' ? message : '', status),
    vendorType: type as string,
    ...(wait === undefined ? {} : { retryAfterSeconds: wait }),
    ...googleReason(details),
  }
}

/** The error that stands in place of a reply, or in a stream. */
export function replyError(body: JsonObject): (ReplyPart & { type: 'reply-error' }) | undefined {
  const error = errorIn(body)
  if (error === undefined) return undefined
  const { code, message, status } = error
  const named = typeof status === 'string' && Object.hasOwn(statuses, status) ? statuses[status] : undefined
  const number = typeof code === 'number' && Number.isInteger(code) && code >= 400 && code < 600 ? code : undefined
  return {
    type: 'reply-error',
    status: number ?? named ?? 502,
    message:
      typeof message === 'string' ? message.slice(0, 1000) : 'The provider reported a fault in place of its reply.',
    ...(typeof status === 'string' ? { vendorType: status } : {}),
  }
}

function errorIn(body: JsonValue | undefined): JsonObject | undefined {
  const first = Array.isArray(body) ? body[0] : body
  const error = isJsonObject(first) ? first['error'] : undefined
  return isJsonObject(error) ? error : undefined
}

/** `google.rpc.RetryInfo` holds a time to wait as `"7.5s"`; Gemini sends no header. A day at the most. */
function waitIn(details: JsonValue | undefined): number | undefined {
  for (const detail of Array.isArray(details) ? details : []) {
    const delay = isJsonObject(detail) ? detail['retryDelay'] : undefined
    const { 1: seconds } = (typeof delay === 'string' && /^(\d{1,12}(?:\.\d{1,9})?)s$/.exec(delay)) || []
    if (seconds !== undefined) return Math.min(86_400, Number(seconds))
  }
  return undefined
}

/** Google's shape. The gateway's code stands where Google says the cause in a word. */
export function encodeError(error: GatewayError): JsonObject {
  const info: JsonObject = {
    '@type': 'type.googleapis.com/google.rpc.ErrorInfo',
    reason: error.code.toUpperCase(),
    domain: 'portcullis',
    ...(error.param === undefined ? {} : { metadata: { field: error.param } }),
  }
  return { error: { code: error.status, message: error.message, status: nameOf(error.status), details: [info] } }
}

export function encodeErrorEvent(error: GatewayError): WireEvent {
  return { data: JSON.stringify(encodeError(error)) }
}

function nameOf(status: number): string {
  if (status === 502) return 'UNAVAILABLE'
  const known = Object.entries(statuses).find(([, value]) => value === status)?.[0]
  return known ?? (status >= 500 ? 'INTERNAL' : 'INVALID_ARGUMENT')
}
