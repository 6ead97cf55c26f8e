import { bearer, defineProvider } from '../../core/model/provider.ts'
import { openaiChat } from '../dialects/openai-chat.ts'

export default defineProvider({
  id: 'perplexity',
  title: 'Perplexity',
  docs: 'https://docs.perplexity.ai/docs/sonar/openai-compatibility',
  dialect: openaiChat,
  // No version in the path: https://docs.perplexity.ai/docs/sonar/openai-compatibility
  baseUrl: 'https://api.perplexity.ai',
  environment: { apiKey: ['PERPLEXITY_API_KEY'], baseUrl: ['PERPLEXITY_BASE_URL'] },
  needsKey: true,
  authorize: bearer,
  // The same page lists `max_tokens`, not `max_completion_tokens`.
  traits: { maxTokensField: 'max_tokens' },
})
