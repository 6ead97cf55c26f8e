import { bearer, defineProvider } from '../../core/model/provider.ts'
import { withApiPath } from '../base-url.ts'
import { clientCredentials } from '../credentials/client-credentials.ts'
import { openaiChat } from '../dialects/openai-chat.ts'

/** A model is a serving endpoint of the workspace. OAuth: https://docs.databricks.com/aws/en/dev-tools/auth/oauth-m2m */
export default defineProvider({
  id: 'databricks',
  title: 'Databricks',
  docs: 'https://docs.databricks.com/aws/en/machine-learning/model-serving/query-chat-models',
  dialect: openaiChat,
  environment: {
    apiKey: ['DATABRICKS_TOKEN'],
    baseUrl: [],
    options: { host: ['DATABRICKS_HOST'] },
    together: { apiKey: 'DATABRICKS_CLIENT_SECRET', options: { clientId: 'DATABRICKS_CLIENT_ID' } },
  },
  needsKey: true,
  authorize: bearer,
  exchange: ({ secret, baseUrl, options: { clientId } }) =>
    secret === undefined || clientId === undefined
      ? undefined
      : clientCredentials({
          tokenUrl: `${new URL(baseUrl).origin}/oidc/v1/token`,
          clientId,
          clientSecret: secret,
          scope: 'all-apis',
          style: 'basic',
        }),
  // Databricks' own tools take the host with and without its scheme.
  addressOf: ({ host }) => (host === undefined ? undefined : host.includes('://') ? host : `https://${host}`),
  addressOptions: ['host'],
  accountFault: ({ baseUrl }) => (baseUrl === '' ? 'needs the option `host`, the address of the workspace' : undefined),
  options: {
    host: 'Address of the workspace, such as `dbc-a1b2345c-d6e7.cloud.databricks.com`.',
    clientId:
      'Client id of a service principal; `apiKey` is then its OAuth secret. Without it, a personal access token.',
  },
  url: ({ baseUrl, path }) => withApiPath(baseUrl, '/serving-endpoints') + path,
  passThrough: { '/v1/embeddings': '/embeddings' },
})
