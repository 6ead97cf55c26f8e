import { defineEndpoint } from '../../core/model/endpoint.ts'
import { usageIn } from '../../core/model/usage-in.ts'
import { bareMethodPath } from '../dialects/gemini/method-paths.ts'
import { gemini } from '../dialects/gemini.ts'
import { geminiBatchEmbed } from '../embeddings/gemini.ts'
import { embeddingPlan } from '../embeddings/served.ts'

/** Google's own SDKs ask here for one text too: https://ai.google.dev/api/embeddings#method:-models.batchembedcontents */
export default defineEndpoint({
  path: '/v1beta/models/{model}:batchEmbedContents',
  alsoAt: ['/v1/models/{model}:batchEmbedContents', bareMethodPath('batchEmbedContents')],
  body: 'json',
  errorDialect: gemini,
  isText: true,
  usageOf: usageIn,
  modelIn: 'path',
  plan: embeddingPlan(() => geminiBatchEmbed),
})
