import * as z from 'zod'
import { isJsonObject, type JsonObject, type JsonValue } from '../../core/json.ts'
import { documentText, type RerankFormat, type RerankReply } from '../../core/rerank.ts'
import { given } from '../dialects/given.ts'
import { readWith } from '../dialects/schema-error.ts'
import { unreadFields } from '../dialects/unread-fields.ts'
import { readResults, writtenResults } from './results.ts'

const Request = z.looseObject({
  model: z.string(),
  query: z.string(),
  documents: z.array(z.string()).min(1),
  top_n: z.int().positive().nullish(),
  max_tokens_per_doc: z.int().positive().nullish(),
})
const unreadIn = unreadFields(Request)

/** Cohere Rerank, version 2: https://docs.cohere.com/reference/rerank */
export const cohereRerank: RerankFormat = {
  id: 'cohere',
  decodeRequest(body) {
    const { query, documents, top_n: count, max_tokens_per_doc: maxTokensPerDocument } = readWith(Request, body)
    return {
      query,
      documents,
      returnsDocuments: false,
      ...given({ count, maxTokensPerDocument }),
      other: [...unreadIn(body)],
    }
  },
  encodeRequest({ query, documents, count, maxTokensPerDocument, truncate, other }, model) {
    return {
      body: {
        model,
        query,
        documents: documents.map(documentText),
        ...given({ top_n: count, max_tokens_per_doc: maxTokensPerDocument }),
      },
      dropped: [...other, ...(truncate === undefined ? [] : ['truncation'])],
    }
  },
  decodeReply({ id, results, meta }) {
    return { ...(typeof id === 'string' ? { id } : {}), results: readResults(results), ...readMeta(meta) }
  },
  encodeReply: (reply, { request, callId }) => ({
    id: reply.id ?? callId,
    results: writtenResults(reply, request, (text) => ({ text })),
    meta: writtenMeta(reply, '2'),
  }),
}

/** https://docs.cohere.com/reference/rerank#response.body.meta */
export function readMeta(meta: JsonValue | undefined): Pick<RerankReply, 'searchUnits' | 'usage'> {
  if (!isJsonObject(meta)) return {}
  const { billed_units: billed, tokens } = meta
  const units = isJsonObject(billed) ? billed['search_units'] : undefined
  const input = isJsonObject(tokens) ? tokens['input_tokens'] : undefined
  return {
    ...(typeof units === 'number' ? { searchUnits: units } : {}),
    ...(typeof input === 'number' ? { usage: { inputTokens: input, outputTokens: 0 } } : {}),
  }
}

export function writtenMeta({ searchUnits, usage }: RerankReply, version: string): JsonObject {
  return {
    api_version: { version },
    ...(searchUnits === undefined ? {} : { billed_units: { search_units: searchUnits } }),
    ...(usage?.inputTokens === undefined ? {} : { tokens: { input_tokens: usage.inputTokens } }),
  }
}
