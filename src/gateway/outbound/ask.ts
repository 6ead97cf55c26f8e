import { GatewayError } from '../../core/errors.ts'
import type { TokenReply } from '../../core/secrets/credential.ts'
import { networkError } from './network-error.ts'
import { requestWhole, type WholeRequest } from './request-whole.ts'

/** One small request to a token endpoint, and its whole reply. `name`: of the endpoint, in a fault. Rejects with a `GatewayError`. */
export async function ask(request: WholeRequest, name = 'The token endpoint'): Promise<TokenReply> {
  try {
    const { status, body } = await requestWhole(request)
    return { status, body: body.toString('utf8') }
  } catch (fault) {
    throw endpointError(fault as Error, name)
  }
}

function endpointError(fault: Error, endpoint: string): GatewayError {
  if (fault instanceof GatewayError) return fault
  // Only the code: the sentence speaks of the provider.
  const { code } = networkError(fault, '')
  const name = 'code' in fault ? String(fault.code) : ''
  return new GatewayError(
    code === 'upstream_reset' ? 'upstream_unreachable' : code,
    `${endpoint} cannot be reached, or broke off${/^[A-Z][A-Z0-9_]*$/.test(name) ? ` (${name})` : ''}.`,
  )
}
