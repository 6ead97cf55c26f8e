import { defineEndpoint } from '../../core/model/endpoint.ts'
import { usageIn } from '../../core/model/usage-in.ts'
import { bareMethodPath } from '../dialects/gemini/method-paths.ts'
import { gemini } from '../dialects/gemini.ts'
import { geminiEmbed } from '../embeddings/gemini.ts'
import { embeddingPlan } from '../embeddings/served.ts'

/** https://ai.google.dev/api/embeddings#method:-models.embedcontent */
export default defineEndpoint({
  path: '/v1beta/models/{model}:embedContent',
  alsoAt: ['/v1/models/{model}:embedContent', bareMethodPath('embedContent')],
  body: 'json',
  errorDialect: gemini,
  isText: true,
  usageOf: usageIn,
  modelIn: 'path',
  plan: embeddingPlan(() => geminiEmbed),
})
