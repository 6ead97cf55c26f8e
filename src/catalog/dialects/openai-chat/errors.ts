import type { ProviderFault } from '../../../core/dialect.ts'
import type { GatewayError } from '../../../core/errors.ts'
import { isJsonObject, type JsonObject, type JsonValue, parseJson } from '../../../core/json.ts'
import type { ServerSentEvent } from '../../../core/sse.ts'

/** What an error body of an OpenAI-style provider says: `{"error":{…}}`, `{"error":"…"}`, `{"detail":…}`, `{"message":…}`, or no JSON at all. */
export function decodeError(status: number, body: string): ProviderFault {
  const json = parseJson(body)
  const first = Array.isArray(json) ? json[0] : json
  if (isJsonObject(first)) {
    const error = first['error'] ?? first
    if (typeof error === 'string') return { message: sentence(error, status) }
    if (isJsonObject(error)) {
      const { message, type, code, param } = error
      const detail = message ?? first['message'] ?? first['detail']
      return {
        message: sentence(readable(detail), status),
        ...(typeof type === 'string' ? { vendorType: type } : {}),
        ...(typeof code === 'string' || typeof code === 'number' ? { vendorCode: String(code) } : {}),
        ...(typeof param === 'string' ? { param } : {}),
      }
    }
  }
  return { message: sentence('', status) }
}

/** FastAPI lists its findings (Mistral, vLLM): their place and reason are read, never `input`, which is the caller's text. */
function readable(detail: JsonValue | undefined): string {
  if (typeof detail === 'string') return detail
  const list = isJsonObject(detail) ? detail['detail'] : detail
  if (!Array.isArray(list)) return ''
  const findings = list.slice(0, 5).flatMap((item) => {
    if (!isJsonObject(item) || typeof item['msg'] !== 'string') return []
    return [Array.isArray(item['loc']) ? `${item['loc'].join('.')}: ${item['msg']}` : item['msg']]
  })
  return findings.join('; ')
}

function sentence(message: string, status: number): string {
  const text = message.trim().slice(0, 1000)
  return text === '' || text.startsWith('<')
    ? `The provider answered with status ${status} and no readable message.`
    : text
}

/** OpenAI's shape. `code` is the vendor's own where a provider gave one, else ours. */
export function encodeError(error: GatewayError): JsonObject {
  return {
    error: {
      message: error.message,
      type: typeOf(error.status),
      param: error.param ?? null,
      code: error.vendorCode ?? error.code,
    },
  }
}

export function encodeErrorEvent(error: GatewayError): ServerSentEvent {
  return { data: JSON.stringify(encodeError(error)) }
}

/** https://platform.openai.com/docs/guides/error-codes */
function typeOf(status: number): string {
  switch (status) {
    case 401:
      return 'authentication_error'
    case 403:
      return 'permission_error'
    case 404:
      return 'not_found_error'
    case 429:
      return 'rate_limit_error'
    default:
      return status >= 500 ? 'server_error' : 'invalid_request_error'
  }
}
