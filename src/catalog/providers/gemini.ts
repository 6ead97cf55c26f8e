import { bearer, defineProvider } from '../../core/provider.ts'
import { withApiPath } from '../base-url.ts'
import { openaiChat } from '../dialects/openai-chat.ts'

export default defineProvider({
  id: 'gemini',
  title: 'Google Gemini',
  docs: 'https://ai.google.dev/gemini-api/docs/openai',
  dialect: openaiChat,
  baseUrl: 'https://generativelanguage.googleapis.com/v1beta/openai',
  environment: {
    apiKey: ['GEMINI_API_KEY', 'GOOGLE_API_KEY'],
    // The name that Google's own SDK reads (https://github.com/googleapis/js-genai) and the one that others made up.
    baseUrl: ['GOOGLE_GEMINI_BASE_URL', 'GEMINI_BASE_URL'],
  },
  needsKey: true,
  authorize: bearer,
  url: ({ baseUrl, path }) => withApiPath(baseUrl, '/v1beta/openai') + path,
  traits: {
    // "Unknown name: Cannot find field" with status 400 for each of these, as users report
    // (Vali-98/ChatterUI#227, ed-donner/agents#45); none is in https://ai.google.dev/api/compatibility.
    unsupported: ['frequency_penalty', 'seed', 'store', 'metadata'],
  },
  passThrough: { '/v1/embeddings': '/embeddings' },
})
