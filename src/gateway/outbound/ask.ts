import type { TokenReply } from '../../core/credential.ts'
import { GatewayError } from '../../core/errors.ts'
import { networkError } from './network-error.ts'
import { requestWhole, type WholeRequest } from './request-whole.ts'

export interface AskOptions extends Omit<WholeRequest, 'method' | 'body'> {
  readonly body: string
}

/** One small POST to a token endpoint, and its whole reply. Rejects with a `GatewayError`. */
export async function ask(options: AskOptions): Promise<TokenReply> {
  try {
    const { status, body } = await requestWhole({ ...options, method: 'POST' })
    return { status, body: body.toString('utf8') }
  } catch (fault) {
    throw endpointError(fault as Error)
  }
}

function endpointError(fault: Error): GatewayError {
  if (fault instanceof GatewayError) return fault
  // Only the code: the sentence speaks of the provider.
  const { code } = networkError(fault, '')
  const name = 'code' in fault ? String(fault.code) : ''
  return new GatewayError(
    code === 'upstream_reset' ? 'upstream_unreachable' : code,
    `The token endpoint cannot be reached, or broke off${/^[A-Z][A-Z0-9_]*$/.test(name) ? ` (${name})` : ''}.`,
  )
}
