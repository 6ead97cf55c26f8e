import { bearer, defineProvider } from '../../core/provider.ts'
import { withApiPath } from '../base-url.ts'
import { openaiChat } from '../dialects/openai-chat.ts'

export default defineProvider({
  id: 'groq',
  title: 'Groq',
  docs: 'https://console.groq.com/docs/openai',
  dialect: openaiChat,
  baseUrl: 'https://api.groq.com/openai/v1',
  environment: { apiKey: ['GROQ_API_KEY'], baseUrl: ['GROQ_BASE_URL'] },
  needsKey: true,
  authorize: bearer,
  // Groq's own SDK takes the bare origin in GROQ_BASE_URL.
  url: ({ baseUrl, path }) => withApiPath(baseUrl, '/openai/v1') + path,
  traits: {
    // "will result in a 400 error if they are supplied": https://console.groq.com/docs/openai. `n` must be 1.
    unsupported: ['logit_bias', 'logprobs', 'n', 'top_logprobs'],
  },
})
