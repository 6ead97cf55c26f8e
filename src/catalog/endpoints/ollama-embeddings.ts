import { defineEndpoint } from '../../core/model/endpoint.ts'
import { usageIn } from '../../core/model/usage-in.ts'
import { ollama } from '../dialects/ollama.ts'
import { ollamaEmbeddings } from '../embeddings/ollama.ts'
import { embeddingPlan } from '../embeddings/served.ts'

/** The older way: https://github.com/ollama/ollama/blob/main/docs/api.md#generate-embedding */
export default defineEndpoint({
  path: '/api/embeddings',
  body: 'json',
  errorDialect: ollama,
  isText: true,
  usageOf: usageIn,
  plan: embeddingPlan(() => ollamaEmbeddings),
})
