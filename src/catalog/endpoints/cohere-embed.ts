import { defineEndpoint } from '../../core/model/endpoint.ts'
import { cohere } from '../dialects/cohere.ts'
import { cohereEmbed, usageInMeta } from '../embeddings/cohere.ts'
import { embeddingPlan } from '../embeddings/served.ts'

/** https://docs.cohere.com/reference/embed */
export default defineEndpoint({
  path: '/v2/embed',
  body: 'json',
  errorDialect: cohere,
  isText: true,
  usageOf: ({ meta }) => usageInMeta(meta),
  plan: embeddingPlan(() => cohereEmbed),
})
