import { bearer, defineProvider } from '../../core/provider.ts'
import { withApiPath } from '../base-url.ts'
import { openaiChat } from '../dialects/openai-chat.ts'

export default defineProvider({
  id: 'ollama',
  title: 'Ollama',
  docs: 'https://docs.ollama.com/api/openai-compatibility',
  dialect: openaiChat,
  baseUrl: 'http://127.0.0.1:11434/v1',
  // Not OLLAMA_HOST: it is the address that the server listens on, often 0.0.0.0 and without a scheme.
  environment: { apiKey: ['OLLAMA_API_KEY'], baseUrl: ['OLLAMA_BASE_URL'] },
  needsKey: false,
  authorize: bearer,
  url: ({ baseUrl, path }) => withApiPath(baseUrl, '/v1') + path,
  // `max_tokens` is in the list of request fields, `max_completion_tokens` is not.
  traits: { maxTokensField: 'max_tokens' },
  passThrough: { '/v1/embeddings': '/embeddings' },
})
