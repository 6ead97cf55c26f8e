import { bearer, defineProvider } from '../../core/model/provider.ts'
import { withoutSuffix } from '../base-url.ts'
import { anthropicMessages } from '../dialects/anthropic-messages.ts'
import { openaiChat } from '../dialects/openai-chat.ts'
import { openaiCompletions } from '../dialects/openai-completions.ts'

export default defineProvider({
  id: 'deepseek',
  title: 'DeepSeek',
  docs: 'https://api-docs.deepseek.com',
  dialect: openaiChat,
  baseUrl: 'https://api.deepseek.com',
  environment: { apiKey: ['DEEPSEEK_API_KEY'], baseUrl: ['DEEPSEEK_BASE_URL'] },
  needsKey: true,
  authorize: bearer,
  // https://api-docs.deepseek.com/guides/anthropic_api
  alsoSpeaks: [
    { dialect: anthropicMessages, url: ({ baseUrl, path }) => `${withoutSuffix(baseUrl, '/v1')}/anthropic${path}` },
    // https://api-docs.deepseek.com/guides/fim_completion
    {
      dialect: openaiCompletions,
      url: ({ baseUrl, path }) => `${['/v1', '/beta'].reduce(withoutSuffix, baseUrl)}/beta${path}`,
    },
  ],
  traits: {
    // https://api-docs.deepseek.com/api/create-chat-completion names `max_tokens`; another name would be ignored.
    maxTokensField: 'max_tokens',
    // https://api-docs.deepseek.com/guides/thinking_mode
    reasoningField: 'reasoning_content',
  },
})
