import { bearer, defineProvider } from '../../core/model/provider.ts'
import { openaiChat } from '../dialects/openai-chat.ts'
import { openaiCompletions } from '../dialects/openai-completions.ts'

/** Any server that speaks Chat Completions. Nothing is known about it, so nothing is dropped or renamed. */
export default defineProvider({
  id: 'openai-compatible',
  title: 'OpenAI-compatible server',
  docs: 'https://platform.openai.com/docs/api-reference/chat',
  dialect: openaiChat,
  environment: { apiKey: ['OPENAI_COMPATIBLE_API_KEY'], baseUrl: ['OPENAI_COMPATIBLE_BASE_URL'] },
  needsKey: false,
  authorize: bearer,
  // llama.cpp, LM Studio, SGLang, LocalAI and others serve both; a prompt in place of messages means something else to them.
  alsoSpeaks: [{ dialect: openaiCompletions }],
  keepsFiles: true,
  keepsBatches: 'files',
  passThrough: { '/v1/embeddings': '/embeddings' },
})
