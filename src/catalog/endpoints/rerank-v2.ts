import { defineEndpoint } from '../../core/model/endpoint.ts'
import { cohere } from '../dialects/cohere.ts'
import { cohereRerank, usageInMeta } from '../rerank/cohere.ts'
import { rerankPlan } from '../rerank/served.ts'

/** https://docs.cohere.com/reference/rerank */
export default defineEndpoint({
  path: '/v2/rerank',
  body: 'json',
  errorDialect: cohere,
  isText: true,
  usageOf: ({ meta }) => usageInMeta(meta),
  plan: rerankPlan(() => cohereRerank),
})
