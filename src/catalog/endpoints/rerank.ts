import { defineEndpoint } from '../../core/model/endpoint.ts'
import { usageIn } from '../../core/model/usage-in.ts'
import { openaiChat } from '../dialects/openai-chat.ts'
import { usageInMeta } from '../rerank/cohere.ts'
import { jinaRerank } from '../rerank/jina.ts'
import { rerankPlan } from '../rerank/served.ts'
import { voyageRerank } from '../rerank/voyage.ts'

/** Jina, Voyage and the first version of Cohere have their rankings at the same path: https://api.jina.ai/redoc#tag/rerank */
export default defineEndpoint({
  path: '/v1/rerank',
  body: 'json',
  errorDialect: openaiChat,
  isText: true,
  usageOf: (reply) => usageIn(reply) ?? usageInMeta(reply['meta']),
  plan: rerankPlan((body) => ('top_k' in body ? voyageRerank : jinaRerank)),
})
