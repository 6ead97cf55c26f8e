import type { GatewayError } from '../../../core/errors.ts'
import type { WireEvent } from '../../../core/model/framing.ts'
import type { JsonObject } from '../../../core/wire/json.ts'

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

export function encodeErrorEvent(error: GatewayError): WireEvent {
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
