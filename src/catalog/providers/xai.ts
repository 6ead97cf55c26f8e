import { bearer, defineProvider, type Surface } from '../../core/model/provider.ts'
import { withApiPath } from '../base-url.ts'
import { openaiChat } from '../dialects/openai-chat.ts'
import { openaiResponses } from '../dialects/openai-responses.ts'

const url: Surface['url'] = ({ baseUrl, path }) => withApiPath(baseUrl, '/v1') + path

/**
 * Reasoning models refuse `presence_penalty`, `frequency_penalty` and `stop`, the others take them
 * (https://docs.x.ai/docs/guides/reasoning): that is the model's trait, not the provider's, so nothing is dropped here.
 */
export default defineProvider({
  id: 'xai',
  title: 'xAI',
  docs: 'https://docs.x.ai/docs/api-reference',
  dialect: openaiChat,
  baseUrl: 'https://api.x.ai/v1',
  environment: { apiKey: ['XAI_API_KEY'], baseUrl: ['XAI_BASE_URL'] },
  needsKey: true,
  authorize: bearer,
  url,
  // https://docs.x.ai/developers/rest-api-reference/inference/responses
  alsoSpeaks: [{ dialect: openaiResponses, url }],
  // https://docs.x.ai/developers/model-capabilities/text/reasoning#effort-levels
  traits: { reasoningEfforts: ['low', 'medium', 'high'] },
})
