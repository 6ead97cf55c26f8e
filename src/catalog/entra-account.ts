import { bearer, type Provider } from '../core/model/provider.ts'
import { trimSlashes } from './base-url.ts'
import { clientAssertion, clientCredentials } from './credentials/client-credentials.ts'
import { looksLikeJwt } from './credentials/looks-like-jwt.ts'
import { managedIdentity } from './credentials/managed-identity.ts'

const publicAuthority = 'https://login.microsoftonline.com'
// Taken by Azure OpenAI and by Foundry resources alike.
const publicScope = 'https://cognitiveservices.azure.com/.default'

/**
 * What resources of Azure take beside their own key: tokens of Microsoft Entra ID, for a client secret or for the token
 * of a workload. https://learn.microsoft.com/entra/identity-platform/v2-oauth2-client-creds-grant-flow
 */
export const entraAccount = {
  environment: {
    options: { authorityHost: ['AZURE_AUTHORITY_HOST'] },
    together: { apiKey: 'AZURE_CLIENT_SECRET', options: { tenantId: 'AZURE_TENANT_ID', clientId: 'AZURE_CLIENT_ID' } },
  },
  exchange({ secret, options }) {
    const { tenantId, clientId, scope = publicScope, authorityHost, federatedTokenFile } = options
    if (options['credentialSource'] !== undefined) return managedIdentity(scope, clientId)
    if (tenantId === undefined || clientId === undefined) return undefined
    const authority = trimSlashes(authorityHost ?? publicAuthority)
    const tokenUrl = `${authority}/${encodeURIComponent(tenantId)}/oauth2/v2.0/token`
    if (secret !== undefined) return clientCredentials({ tokenUrl, clientId, clientSecret: secret, scope })
    return federatedTokenFile === undefined
      ? undefined
      : clientAssertion({ tokenUrl, clientId, assertionFile: federatedTokenFile, scope })
  },
  addressOptions: ['authorityHost'],
  accountFault({ secret, options: { tenantId, clientId, federatedTokenFile, credentialSource } }) {
    if (credentialSource !== undefined) {
      if (credentialSource !== 'managed-identity')
        return 'has a `credentialSource` that is none; it can be `managed-identity`'
      return tenantId === undefined && federatedTokenFile === undefined
        ? undefined
        : 'has a credential of a tenant beside its `credentialSource`'
    }
    if ((tenantId === undefined) !== (clientId === undefined)) {
      return 'needs both `tenantId` and `clientId` for Entra ID, with the client secret as `apiKey`'
    }
    if (federatedTokenFile === undefined) return undefined
    if (secret !== undefined) return 'has both `apiKey` and `federatedTokenFile`'
    return tenantId === undefined ? 'needs `tenantId` and `clientId` beside `federatedTokenFile`' : undefined
  },
  options: {
    tenantId: 'Tenant of Entra ID; `apiKey` is then a client secret, and calls carry tokens.',
    clientId: 'Application (client) id that the secret belongs to.',
    federatedTokenFile: 'File with the token of a workload identity, in place of a client secret.',
    credentialSource:
      '`managed-identity`: that of the machine in Azure that the gateway runs on; with several, `clientId` says which.',
    scope: `What a token is for. Default \`${publicScope}\`.`,
    authorityHost: 'Entra ID of another cloud, such as `https://login.microsoftonline.us`.',
  },
} satisfies Pick<Provider, 'exchange' | 'addressOptions' | 'accountFault' | 'options'> & { environment: object }

/** A token goes as a bearer, a key of the resource in the header of its API. */
export function entraOrKey(header: string): Provider['authorize'] {
  return (secret, { clientId, credentialSource }) =>
    clientId !== undefined || credentialSource !== undefined || looksLikeJwt(secret)
      ? bearer(secret)
      : { [header]: secret }
}
