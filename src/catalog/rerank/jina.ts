import * as z from 'zod'
import { givenNames } from '../../core/model/endpoint-format.ts'
import type { RerankFormat } from '../../core/model/rerank.ts'
import { usageIn } from '../../core/model/usage-in.ts'
import { given } from '../dialects/given.ts'
import { readWith } from '../dialects/schema-error.ts'
import { unreadFields } from '../dialects/unread-fields.ts'
import { usageInMeta, writtenMeta } from './cohere.ts'
import { Documents, readResults, writtenResults } from './results.ts'

const Request = z.looseObject({
  model: z.string(),
  query: z.string(),
  documents: Documents,
  top_n: z.int().positive().nullish(),
  return_documents: z.boolean().nullish(),
})
const unreadIn = unreadFields(Request)

/**
 * What most vendors and servers have at `/v1/rerank`: Jina, Cohere's first version, vLLM, Together, SiliconFlow.
 * https://api.jina.ai/redoc#tag/rerank, https://docs.cohere.com/v1/reference/rerank
 */
export const jinaRerank: RerankFormat = {
  id: 'jina',
  names: {},
  decodeRequest(body) {
    const { query, documents, top_n: count, return_documents: returns } = readWith(Request, body)
    return { query, documents, returnsDocuments: returns ?? false, ...given({ count }), other: [...unreadIn(body)] }
  },
  encodeRequest(request, model) {
    const { query, documents, count } = request
    return {
      body: {
        model,
        query,
        documents: documents.map((document) => (typeof document === 'string' ? document : { ...document })),
        ...given({ top_n: count }),
        // The client's documents are at hand: they need not come back.
        return_documents: false,
      },
      unsaid: givenNames(request, ['maxTokensPerDocument', 'truncate']),
    }
  },
  decodeReply(body) {
    const { id, results, meta } = body
    const usage = usageIn(body) ?? usageInMeta(meta)
    return {
      ...(typeof id === 'string' ? { id } : {}),
      results: readResults(results),
      ...(usage === undefined ? {} : { usage }),
    }
  },
  encodeReply: (reply, { request, model, callId }) => ({
    id: reply.id ?? callId,
    model,
    results: writtenResults(reply, request, (text) => ({ text })),
    ...(reply.usage === undefined
      ? {}
      : { usage: { prompt_tokens: reply.usage.inputTokens ?? 0, total_tokens: reply.usage.inputTokens ?? 0 } }),
    meta: writtenMeta(reply, '1'),
  }),
}
