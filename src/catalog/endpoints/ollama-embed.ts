import { defineEndpoint } from '../../core/model/endpoint.ts'
import { usageIn } from '../../core/model/usage-in.ts'
import { ollama } from '../dialects/ollama.ts'
import { ollamaEmbed } from '../embeddings/ollama.ts'
import { embeddingPlan } from '../embeddings/served.ts'

/** https://docs.ollama.com/api/embed */
export default defineEndpoint({
  path: '/api/embed',
  body: 'json',
  errorDialect: ollama,
  isText: true,
  usageOf: usageIn,
  plan: embeddingPlan(() => ollamaEmbed),
})
