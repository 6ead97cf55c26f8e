import { pathStep } from '../../core/model/path-step.ts'
import { bearer, defineProvider } from '../../core/model/provider.ts'
import { trimSlashes, withoutSuffix } from '../base-url.ts'
import { clientCredentials } from '../credentials/client-credentials.ts'
import { openaiChat } from '../dialects/openai-chat.ts'

const defaultApiVersion = '2024-10-21'

/**
 * A model is served by a deployment, whose id stands in the URL. Only deployments that speak Chat Completions.
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
  accountFault({ options: { clientId, tokenUrl, deployments } }) {
    if (clientId === undefined || tokenUrl === undefined) {
      return 'needs the options `clientId` and `tokenUrl`, of the service key'
    }
    const isRead = deployments === undefined || deployments.split(',').every((entry) => entryPattern.test(entry))
    return isRead ? undefined : 'has `deployments` that are not of the form `model=deployment, model=deployment`'
  },
  options: {
    clientId: '`clientid` of the service key; `apiKey` is its `clientsecret`, `baseUrl` its `serviceurls.AI_API_URL`.',
    tokenUrl: '`url` of the service key.',
    resourceGroup: 'Resource group of the deployments. Default `default`.',
    deployments:
      'Deployment of each model: `gpt-5=d0123456789abcde, gpt-5-mini=d…`. Another name is taken for the id of one.',
    apiVersion: `Version of the API of deployed OpenAI models. Default \`${defaultApiVersion}\`.`,
  },
  url({ baseUrl, path, model, options: { deployments = '', apiVersion } }) {
    const deployment = pathStep(readDeployments(deployments).get(model) ?? model)
    const version = encodeURIComponent(apiVersion ?? defaultApiVersion)
    return `${withoutSuffix(baseUrl, '/v2')}/v2/inference/deployments/${deployment}${path}?api-version=${version}`
  },
  passThrough: { '/v1/embeddings': '/embeddings' },
})

const entryPattern = /^\s*([^\s=,]+)\s*=\s*([a-zA-Z0-9-]+)\s*$/

function readDeployments(text: string): ReadonlyMap<string, string> {
  return new Map(
    text.split(',').flatMap((entry) => {
      const [, model, deployment] = entryPattern.exec(entry) ?? []
      return model === undefined || deployment === undefined ? [] : [[model, deployment] as const]
    }),
  )
}
