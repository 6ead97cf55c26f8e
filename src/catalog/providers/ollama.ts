import { bearer, defineProvider, type Surface } from '../../core/model/provider.ts'
import { withoutSuffix } from '../base-url.ts'
import { ollama } from '../dialects/ollama.ts'
import { ollamaGenerate } from '../dialects/ollama-generate.ts'
import { openaiChat } from '../dialects/openai-chat.ts'
import { openaiCompletions } from '../dialects/openai-completions.ts'
import { ollamaEmbed, ollamaEmbeddings } from '../embeddings/ollama.ts'
import { openaiEmbeddings } from '../embeddings/openai.ts'

/** People write the `/v1` of its OpenAI-compatible side into OLLAMA_BASE_URL, or not. */
const root: NonNullable<Surface['url']> = ({ baseUrl, path }) => withoutSuffix(baseUrl, '/v1') + path
const compatible: NonNullable<Surface['url']> = ({ baseUrl, path }) => `${withoutSuffix(baseUrl, '/v1')}/v1${path}`

export default defineProvider({
  id: 'ollama',
  title: 'Ollama',
  docs: 'https://docs.ollama.com/api',
  dialect: ollama,
  baseUrl: 'http://127.0.0.1:11434',
  // Not OLLAMA_HOST: it is the address that the server listens on, often 0.0.0.0 and without a scheme.
  environment: { apiKey: ['OLLAMA_API_KEY'], baseUrl: ['OLLAMA_BASE_URL'] },
  needsKey: false,
  latestIsUsual: true,
  authorize: bearer,
  url: root,
  // Not Responses and Anthropic Messages: only the newest releases serve them, and its own dialect has what they say.
  alsoSpeaks: [
    { dialect: ollamaGenerate, url: root },
    // https://docs.ollama.com/api/openai-compatibility. `max_tokens` is in its list of fields, `max_completion_tokens` is not.
    { dialect: openaiChat, url: compatible, traits: { maxTokensField: 'max_tokens' } },
    { dialect: openaiCompletions, url: compatible },
  ],
  embeddings: [
    { format: ollamaEmbed, path: '/api/embed', beside: ollama },
    { format: ollamaEmbeddings, path: '/api/embeddings', beside: ollama },
    { format: openaiEmbeddings, path: '/embeddings', beside: openaiChat },
  ],
  rerank: [],
})
