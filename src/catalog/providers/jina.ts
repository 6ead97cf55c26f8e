import { bearer, defineProvider } from '../../core/model/provider.ts'
import { openaiChat } from '../dialects/openai-chat.ts'
import { jinaEmbeddings } from '../embeddings/jina.ts'
import { jinaRerank } from '../rerank/jina.ts'

/** Embeddings and rankings only. */
export default defineProvider({
  id: 'jina',
  title: 'Jina AI',
  docs: 'https://api.jina.ai/redoc',
  dialect: openaiChat,
  baseUrl: 'https://api.jina.ai/v1',
  environment: { apiKey: ['JINA_API_KEY'], baseUrl: ['JINA_BASE_URL'] },
  needsKey: true,
  authorize: bearer,
  embeddings: [{ format: jinaEmbeddings, path: '/embeddings', beside: openaiChat }],
  rerank: [{ format: jinaRerank, path: '/rerank', beside: openaiChat }],
})
