import * as z from 'zod'
import { givenNames } from '../../core/model/endpoint-format.ts'
import { documentText, type RerankFormat } from '../../core/model/rerank.ts'
import { usageIn } from '../../core/model/usage-in.ts'
import { given } from '../dialects/given.ts'
import { readWith } from '../dialects/schema-error.ts'
import { unreadFields } from '../dialects/unread-fields.ts'
import { readResults, writtenResults } from './results.ts'

const Request = z.looseObject({
  model: z.string(),
  query: z.string(),
  documents: z.array(z.string()).min(1),
  top_k: z.int().positive().nullish(),
  return_documents: z.boolean().nullish(),
  truncation: z.boolean().nullish(),
})
const unreadIn = unreadFields(Request)

/** https://docs.voyageai.com/reference/reranker-api */
export const voyageRerank: RerankFormat = {
  id: 'voyage',
  names: { truncate: 'truncation' },
  decodeRequest(body) {
    const { query, documents, top_k: count, return_documents: returns, truncation: truncate } = readWith(Request, body)
    return {
      query,
      documents,
      returnsDocuments: returns ?? false,
      ...given({ count, truncate }),
      other: [...unreadIn(body)],
    }
  },
  encodeRequest(request, model) {
    const { query, documents, count, truncate } = request
    return {
      body: {
        model,
        query,
        documents: documents.map(documentText),
        ...given({ top_k: count, truncation: truncate }),
      },
      unsaid: givenNames(request, ['maxTokensPerDocument']),
    }
  },
  decodeReply(body) {
    const usage = usageIn(body)
    return { results: readResults(body['data']), ...(usage === undefined ? {} : { usage }) }
  },
  encodeReply: (reply, { request, model }) => ({
    object: 'list',
    data: writtenResults(reply, request, (text) => text),
    model,
    usage: { total_tokens: reply.usage?.inputTokens ?? 0 },
  }),
}
