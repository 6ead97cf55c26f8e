import { bearer, defineProvider } from '../../core/provider.ts'
import { openaiChat } from '../dialects/openai-chat.ts'

export default defineProvider({
  id: 'deepseek',
  title: 'DeepSeek',
  docs: 'https://api-docs.deepseek.com',
  dialect: openaiChat,
  baseUrl: 'https://api.deepseek.com',
  environment: { apiKey: ['DEEPSEEK_API_KEY'], baseUrl: ['DEEPSEEK_BASE_URL'] },
  needsKey: true,
  authorize: bearer,
  traits: {
    // https://api-docs.deepseek.com/api/create-chat-completion names `max_tokens`; another name would be ignored.
    maxTokensField: 'max_tokens',
    // https://api-docs.deepseek.com/guides/thinking_mode
    reasoningField: 'reasoning_content',
  },
})
