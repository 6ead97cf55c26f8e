import { pathStep } from '../../core/model/path-step.ts'
import { defineProvider } from '../../core/model/provider.ts'
import { withApiPath, withoutSuffix } from '../base-url.ts'
import { needsResponses } from '../dialects/openai-chat/openai-models.ts'
import { openaiChat } from '../dialects/openai-chat.ts'
import { openaiResponses } from '../dialects/openai-responses.ts'
import { entraAccount, entraOrKey } from '../entra-account.ts'

/**
 * Two surfaces: `/openai/v1`, where the model in the body is the deployment, and the dated one, where it stands in
 * the URL. https://learn.microsoft.com/azure/foundry/openai/api-version-lifecycle
 */
export default defineProvider({
  ...entraAccount,
  id: 'azure-openai',
  title: 'Azure OpenAI',
  docs: 'https://learn.microsoft.com/azure/foundry/openai/api-version-lifecycle',
  dialect: openaiChat,
  environment: {
    apiKey: ['AZURE_OPENAI_API_KEY'],
    baseUrl: ['AZURE_OPENAI_ENDPOINT', 'AZURE_OPENAI_BASE_URL'],
    ...entraAccount.environment,
  },
  needsKey: true,
  authorize: entraOrKey('api-key'),
  options: {
    apiVersion:
      'A dated API version such as `2024-10-21`; calls then go to the URL of the deployment named by the model.',
    ...entraAccount.options,
  },
  url({ baseUrl, path, model, options }) {
    const { apiVersion } = options
    if (apiVersion === undefined) return v1Address(baseUrl) + path
    const resource = withoutSuffix(withoutSuffix(baseUrl, '/v1'), '/openai')
    const deployment = pathStep(model)
    return `${resource}/openai/deployments/${deployment}${path}?api-version=${encodeURIComponent(apiVersion)}`
  },
  // On the v1 surface only: https://learn.microsoft.com/azure/foundry/openai/how-to/responses
  alsoSpeaks: [{ dialect: openaiResponses, url: ({ baseUrl, path }) => v1Address(baseUrl) + path }],
  serves: (model) => !needsResponses(model),
  keepsFiles: true,
  keepsBatches: 'files',
  passThrough: { '/v1/embeddings': '/embeddings', '/v1/realtime': '/realtime' },
})

function v1Address(baseUrl: string): string {
  return withApiPath(withoutSuffix(baseUrl, '/openai'), '/openai/v1')
}
