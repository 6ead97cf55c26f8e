import { bearer, defineProvider } from '../../core/provider.ts'
import { trimSlashes, withoutSuffix } from '../base-url.ts'
import { clientCredentials } from '../credentials/client-credentials.ts'
import { openaiChat } from '../dialects/openai-chat.ts'

const defaultApiVersion = '2024-10-21'

/**
 * A model is a deployment: its id is the name to ask for. Only deployments that speak Chat Completions.
 * https://help.sap.com/docs/sap-ai-core/sap-ai-core-service-guide/consume-generative-ai-models
 */
export default defineProvider({
  id: 'sap-ai-core',
  title: 'SAP AI Core',
  docs: 'https://help.sap.com/docs/sap-ai-core/sap-ai-core-service-guide/consume-generative-ai-models',
  dialect: openaiChat,
  environment: {
    apiKey: [],
    baseUrl: ['AICORE_BASE_URL'],
    options: { resourceGroup: ['AICORE_RESOURCE_GROUP'] },
    together: {
      apiKey: 'AICORE_CLIENT_SECRET',
      options: { clientId: 'AICORE_CLIENT_ID', tokenUrl: 'AICORE_AUTH_URL' },
    },
  },
  needsKey: true,
  authorize: bearer,
  exchange: ({ secret, options: { clientId, tokenUrl } }) =>
    secret === undefined || clientId === undefined || tokenUrl === undefined
      ? undefined
      : clientCredentials({
          // The service key has the address without this path, SAP's own tools take both.
          tokenUrl: `${withoutSuffix(trimSlashes(tokenUrl), '/oauth/token')}/oauth/token`,
          clientId,
          clientSecret: secret,
        }),
  optionHeaders: ({ resourceGroup }) => ({ 'ai-resource-group': resourceGroup ?? 'default' }),
  addressOptions: ['tokenUrl'],
  accountFault: ({ options: { clientId, tokenUrl } }) =>
    clientId === undefined || tokenUrl === undefined
      ? 'needs the options `clientId` and `tokenUrl`, of the service key'
      : undefined,
  options: {
    clientId: '`clientid` of the service key; `apiKey` is its `clientsecret`, `baseUrl` its `serviceurls.AI_API_URL`.',
    tokenUrl: '`url` of the service key.',
    resourceGroup: 'Resource group of the deployments. Default `default`.',
    deploymentId: 'The deployment for all models of the account, where names are not to be ids of deployments.',
    apiVersion: `Version of the API of deployed OpenAI models. Default \`${defaultApiVersion}\`.`,
  },
  url({ baseUrl, path, model, options: { deploymentId, apiVersion } }) {
    const deployment = encodeURIComponent(deploymentId ?? model)
    const version = encodeURIComponent(apiVersion ?? defaultApiVersion)
    return `${withoutSuffix(baseUrl, '/v2')}/v2/inference/deployments/${deployment}${path}?api-version=${version}`
  },
  passThrough: { '/v1/embeddings': '/embeddings' },
})
