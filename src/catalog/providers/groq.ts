import { bearer, defineProvider, type Surface } from '../../core/model/provider.ts'
import { withApiPath } from '../base-url.ts'
import { openaiChat } from '../dialects/openai-chat.ts'
import { openaiResponses } from '../dialects/openai-responses.ts'

// Groq's own SDK takes the bare origin in GROQ_BASE_URL.
const url: Surface['url'] = ({ baseUrl, path }) => withApiPath(baseUrl, '/openai/v1') + path

export default defineProvider({
  id: 'groq',
  title: 'Groq',
  docs: 'https://console.groq.com/docs/openai',
  dialect: openaiChat,
  baseUrl: 'https://api.groq.com/openai/v1',
  environment: { apiKey: ['GROQ_API_KEY'], baseUrl: ['GROQ_BASE_URL'] },
  needsKey: true,
  authorize: bearer,
  url,
  // https://console.groq.com/docs/batch: as OpenAI's. Its files are for batches only.
  keepsBatches: 'files',
  // https://console.groq.com/docs/responses-api: nothing is stored.
  alsoSpeaks: [{ dialect: openaiResponses, url, traits: { keepsReplies: false } }],
  traits: {
    // "will result in a 400 error if they are supplied": https://console.groq.com/docs/openai. `n` must be 1.
    unsupported: ['logit_bias', 'logprobs', 'n', 'top_logprobs'],
    // "property … is unsupported" with status 400 for each field of a message that it does not know, as users report.
    takesExtraContent: false,
  },
})
