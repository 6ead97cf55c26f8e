import { GatewayError } from '../../core/errors.ts'

/** Puts a fault of the network into the words of the error catalogue. Codes: connection.ts; Node docs, "Common system errors". */
export function networkError(fault: Error, account: string): GatewayError {
  if (fault instanceof GatewayError) return fault
  if (fault.cause instanceof GatewayError) return fault.cause
  const code = 'code' in fault ? String(fault.code) : ''
  const details = { cause: fault }
  switch (code) {
    case 'SILENT':
      return new GatewayError('upstream_timeout', `The provider account "${account}" was silent for too long.`, details)
    case 'CONNECT_TIMEOUT':
    case 'ETIMEDOUT':
      return new GatewayError(
        'upstream_unreachable',
        `The provider account "${account}" did not accept a connection in time.`,
        details,
      )
    case 'ECONNREFUSED':
    case 'ENOTFOUND':
    case 'EAI_AGAIN':
    case 'EHOSTUNREACH':
    case 'ENETUNREACH':
      return new GatewayError(
        'upstream_unreachable',
        `The provider account "${account}" cannot be reached (${code}).`,
        details,
      )
    case 'ECONNRESET':
    case 'EPIPE':
    case 'CUT':
      return new GatewayError('upstream_reset', `The provider account "${account}" cut the connection.`, details)
    case 'INVALID_HTTP':
      return new GatewayError(
        'upstream_invalid_reply',
        `The provider account "${account}" sent a reply that is not valid HTTP/1.1.`,
        details,
      )
    default:
      if (isTlsCode(code)) {
        return new GatewayError(
          'upstream_unreachable',
          `TLS with the provider account "${account}" failed (${code}).`,
          details,
        )
      }
      return new GatewayError(
        'upstream_reset',
        `The call to the provider account "${account}" failed${code === '' ? '' : ` (${code})`}.`,
        details,
      )
  }
}

/** Of Node and of OpenSSL: Node docs, "X509 certificate error codes". */
export function isTlsCode(code: string): boolean {
  return /^(?:ERR_TLS|ERR_SSL|EPROTO$|UNABLE_TO_|CRL_|HOSTNAME_MISMATCH$)|CERT/.test(code)
}
