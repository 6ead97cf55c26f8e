import { bearer, defineProvider, type Surface } from '../../core/model/provider.ts'
import { withApiPath } from '../base-url.ts'
import { openaiChat } from '../dialects/openai-chat.ts'
import { openaiCompletions } from '../dialects/openai-completions.ts'
import { openaiResponses } from '../dialects/openai-responses.ts'

const url: Surface['url'] = ({ baseUrl, path }) => withApiPath(baseUrl, '/inference/v1') + path

export default defineProvider({
  id: 'fireworks',
  title: 'Fireworks AI',
  docs: 'https://docs.fireworks.ai/tools-sdks/openai-compatibility',
  dialect: openaiChat,
  baseUrl: 'https://api.fireworks.ai/inference/v1',
  environment: { apiKey: ['FIREWORKS_API_KEY'], baseUrl: ['FIREWORKS_BASE_URL'] },
  needsKey: true,
  authorize: bearer,
  url,
  // https://docs.fireworks.ai/guides/response-api and https://docs.fireworks.ai/api-reference/post-completions
  alsoSpeaks: [
    { dialect: openaiResponses, url },
    { dialect: openaiCompletions, url },
  ],
  // https://docs.fireworks.ai/guides/reasoning: earlier thinking goes back as `reasoning_content`.
  traits: { reasoningField: 'reasoning_content' },
  passThrough: { '/v1/embeddings': '/embeddings' },
})
