import type { Principal, ProviderAccount } from '../core/calls/registry.ts'
import { GatewayError } from '../core/errors.ts'

/** Whether an account may have what calls of the principal say. */
export type MayReach = (principal: Principal, account: ProviderAccount) => boolean

/** None of these accounts, which are all that could serve it. */
export function outOfReach(accounts: readonly Pick<ProviderAccount, 'id'>[]): GatewayError {
  const ids = [...new Set(accounts.map(({ id }) => id))].slice(0, 10).join(', ')
  return new GatewayError('provider_not_allowed', `This key or its workspace may not send anything to: ${ids}.`)
}
