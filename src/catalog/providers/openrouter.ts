import { bearer, defineProvider, type Surface } from '../../core/model/provider.ts'
import { withApiPath } from '../base-url.ts'
import { openaiChat } from '../dialects/openai-chat.ts'
import { openaiCompletions } from '../dialects/openai-completions.ts'
import { openaiResponses } from '../dialects/openai-responses.ts'

const url: Surface['url'] = ({ baseUrl, path }) => withApiPath(baseUrl, '/api/v1') + path

export default defineProvider({
  id: 'openrouter',
  title: 'OpenRouter',
  docs: 'https://openrouter.ai/docs/api-reference/overview',
  dialect: openaiChat,
  baseUrl: 'https://openrouter.ai/api/v1',
  environment: { apiKey: ['OPENROUTER_API_KEY'], baseUrl: ['OPENROUTER_BASE_URL'] },
  needsKey: true,
  authorize: bearer,
  url,
  // Stateless: https://openrouter.ai/docs/api_reference/responses/error-handling
  alsoSpeaks: [
    { dialect: openaiResponses, url, traits: { keepsReplies: false } },
    // https://openrouter.ai/docs/api-reference/completion
    { dialect: openaiCompletions, url },
  ],
  // Parameters that a model does not take are ignored there. Earlier thinking goes back with its signatures:
  // https://openrouter.ai/docs/use-cases/reasoning-tokens#preserving-reasoning-blocks
  traits: { reasoningField: 'reasoning_details' },
  passThrough: { '/v1/embeddings': '/embeddings' },
})
