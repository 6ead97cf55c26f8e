import { bearer, defineProvider } from '../../core/provider.ts'
import { trimSlashes, withApiPath, withoutSuffix } from '../base-url.ts'
import { clientCredentials } from '../credentials/client-credentials.ts'
import { looksLikeJwt } from '../credentials/looks-like-jwt.ts'
import { openaiChat } from '../dialects/openai-chat.ts'

const publicAuthority = 'https://login.microsoftonline.com'
// Taken by Azure OpenAI and by Foundry resources alike.
const publicScope = 'https://cognitiveservices.azure.com/.default'

/**
 * Two surfaces: `/openai/v1`, where the model in the body is the deployment, and the dated one, where it stands in
 * the URL. https://learn.microsoft.com/azure/foundry/openai/api-version-lifecycle
 *
 * Two credentials: the key of the resource, or a token of Microsoft Entra ID.
 * https://learn.microsoft.com/entra/identity-platform/v2-oauth2-client-creds-grant-flow
 */
export default defineProvider({
  id: 'azure-openai',
  title: 'Azure OpenAI',
  docs: 'https://learn.microsoft.com/azure/foundry/openai/api-version-lifecycle',
  dialect: openaiChat,
  environment: {
    apiKey: ['AZURE_OPENAI_API_KEY'],
    baseUrl: ['AZURE_OPENAI_ENDPOINT', 'AZURE_OPENAI_BASE_URL'],
    options: { authorityHost: ['AZURE_AUTHORITY_HOST'] },
    together: { apiKey: 'AZURE_CLIENT_SECRET', options: { tenantId: 'AZURE_TENANT_ID', clientId: 'AZURE_CLIENT_ID' } },
  },
  needsKey: true,
  authorize: (secret, { clientId }) =>
    clientId !== undefined || looksLikeJwt(secret) ? bearer(secret) : { 'api-key': secret },
  exchange({ secret, options: { tenantId, clientId, scope, authorityHost } }) {
    if (secret === undefined || tenantId === undefined || clientId === undefined) return undefined
    return clientCredentials({
      tokenUrl: `${trimSlashes(authorityHost ?? publicAuthority)}/${encodeURIComponent(tenantId)}/oauth2/v2.0/token`,
      clientId,
      clientSecret: secret,
      scope: scope ?? publicScope,
    })
  },
  addressOptions: ['authorityHost'],
  accountFault: ({ options: { tenantId, clientId } }) =>
    (tenantId === undefined) === (clientId === undefined)
      ? undefined
      : 'needs both `tenantId` and `clientId` for Entra ID, with the client secret as `apiKey`',
  options: {
    apiVersion:
      'A dated API version such as `2024-10-21`; calls then go to the URL of the deployment named by the model.',
    tenantId: 'Tenant of Entra ID; `apiKey` is then a client secret, and calls carry tokens.',
    clientId: 'Application (client) id that the secret belongs to.',
    scope: `What a token is for. Default \`${publicScope}\`.`,
    authorityHost: 'Entra ID of another cloud, such as `https://login.microsoftonline.us`.',
  },
  url({ baseUrl, path, model, options }) {
    const { apiVersion } = options
    if (apiVersion === undefined) return withApiPath(withoutSuffix(baseUrl, '/openai'), '/openai/v1') + path
    const resource = withoutSuffix(withoutSuffix(baseUrl, '/v1'), '/openai')
    const deployment = encodeURIComponent(model)
    return `${resource}/openai/deployments/${deployment}${path}?api-version=${encodeURIComponent(apiVersion)}`
  },
  passThrough: { '/v1/embeddings': '/embeddings', '/v1/realtime': '/realtime' },
})
