import { defineProvider } from '../../core/provider.ts'
import { withApiPath, withoutSuffix } from '../base-url.ts'
import { openaiChat } from '../dialects/openai-chat.ts'
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
    if (apiVersion === undefined) return withApiPath(withoutSuffix(baseUrl, '/openai'), '/openai/v1') + path
    const resource = withoutSuffix(withoutSuffix(baseUrl, '/v1'), '/openai')
    const deployment = encodeURIComponent(model)
    return `${resource}/openai/deployments/${deployment}${path}?api-version=${encodeURIComponent(apiVersion)}`
  },
  passThrough: { '/v1/embeddings': '/embeddings', '/v1/realtime': '/realtime' },
})
