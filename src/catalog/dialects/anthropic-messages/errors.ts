import type { GatewayError } from '../../../core/errors.ts'
import type { ProviderFault } from '../../../core/model/dialect.ts'
import type { WireEvent } from '../../../core/model/framing.ts'
import { isJsonObject, type JsonObject, parseJson } from '../../../core/wire/json.ts'
import { errorSentence, readError } from '../read-error.ts'

/** https://docs.anthropic.com/en/api/errors */
const statuses: Readonly<Record<string, number>> = {
  invalid_request_error: 400,
  authentication_error: 401,
  billing_error: 402,
  permission_error: 403,
  not_found_error: 404,
  conflict_error: 409,
  request_too_large: 413,
  rate_limit_error: 429,
  api_error: 500,
  timeout_error: 504,
  overloaded_error: 529,
}

/** The HTTP status of an error that came inside a stream. */
export function statusOf(type: string): number {
  return (Object.hasOwn(statuses, type) ? statuses[type] : undefined) ?? 502
}

/** `{"type":"error","error":{…}}`; anything else is what a server before Anthropic's says. */
export function decodeError(status: number, body: string): ProviderFault {
  const json = parseJson(body)
  const error = isJsonObject(json) && json['type'] === 'error' ? json['error'] : undefined
  if (!isJsonObject(error)) return readError(status, body)
  const { message, type, details } = error
  const code = isJsonObject(details) ? details['error_code'] : undefined
  return {
    message: errorSentence(typeof message === 'string' ? message : '', status),
    ...(typeof type === 'string' ? { vendorType: type } : {}),
    ...(typeof code === 'string' ? { vendorCode: code } : {}),
  }
}

/** Anthropic's shape. The gateway's code stands beside it, where clients that do not know it look over it. */
export function encodeError(error: GatewayError): JsonObject {
  return {
    type: 'error',
    error: {
      type: typeOf(error),
      message: error.message,
      code: error.code,
      ...(error.param === undefined ? {} : { param: error.param }),
    },
  }
}

export function encodeErrorEvent(error: GatewayError): WireEvent {
  return { event: 'error', data: JSON.stringify(encodeError(error)) }
}

function typeOf(error: GatewayError): string {
  const { status } = error
  if (status === 503) return 'overloaded_error'
  if (status === 408) return 'timeout_error'
  const known = Object.entries(statuses).find(([, value]) => value === status)?.[0]
  return known ?? (status >= 500 ? 'api_error' : 'invalid_request_error')
}
