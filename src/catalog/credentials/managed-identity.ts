import type { Exchange } from '../../core/secrets/credential.ts'
import { readTokenReply } from './token-reply.ts'

/** https://learn.microsoft.com/entra/identity/managed-identities-azure-resources/how-to-use-vm-token#get-a-token-using-http */
export function managedIdentity(scope: string, clientId: string | undefined): Exchange {
  const query = new URLSearchParams({
    'api-version': '2018-02-01',
    // It wants the resource that the scope is of.
    resource: scope.replace(/\/\.default$/, ''),
    ...(clientId === undefined ? {} : { client_id: clientId }),
  })
  const path = `/metadata/identity/oauth2/token?${query}`
  return async ({ now, metadata }) =>
    readTokenReply(await metadata('machine', { method: 'GET', path, headers: { metadata: 'true' } }), now())
}
