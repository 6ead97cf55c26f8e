import { bearer, defineProvider } from '../../core/model/provider.ts'
import { openaiChat } from '../dialects/openai-chat.ts'
import { openaiCompletions } from '../dialects/openai-completions.ts'

export default defineProvider({
  id: 'together',
  title: 'Together AI',
  docs: 'https://docs.together.ai/docs/inference/openai-compatibility',
  dialect: openaiChat,
  baseUrl: 'https://api.together.ai/v1',
  environment: { apiKey: ['TOGETHER_API_KEY'], baseUrl: ['TOGETHER_BASE_URL'] },
  needsKey: true,
  authorize: bearer,
  // https://docs.together.ai/reference/completions-1
  alsoSpeaks: [{ dialect: openaiCompletions }],
  // https://docs.together.ai/reference/chat-completions-1 knows `max_tokens` only.
  traits: { maxTokensField: 'max_tokens' },
  passThrough: { '/v1/embeddings': '/embeddings' },
})
