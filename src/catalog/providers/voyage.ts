import { bearer, defineProvider } from '../../core/model/provider.ts'
import { openaiChat } from '../dialects/openai-chat.ts'
import { voyageEmbeddings } from '../embeddings/voyage.ts'
import { voyageRerank } from '../rerank/voyage.ts'

/** Embeddings and rankings only. */
export default defineProvider({
  id: 'voyage',
  title: 'Voyage AI',
  docs: 'https://docs.voyageai.com/reference',
  dialect: openaiChat,
  baseUrl: 'https://api.voyageai.com/v1',
  environment: { apiKey: ['VOYAGE_API_KEY'], baseUrl: ['VOYAGE_BASE_URL'] },
  needsKey: true,
  authorize: bearer,
  embeddings: [{ format: voyageEmbeddings, path: '/embeddings', beside: openaiChat }],
  rerank: [{ format: voyageRerank, path: '/rerank', beside: openaiChat }],
})
