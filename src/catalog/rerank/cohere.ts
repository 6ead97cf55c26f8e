import * as z from 'zod'
import { givenNames } from '../../core/model/endpoint-format.ts'
import type { Usage } from '../../core/model/model-reply.ts'
import { documentText, type RerankFormat, type RerankReply } from '../../core/model/rerank.ts'
import { isJsonObject, type JsonObject, type JsonValue } from '../../core/wire/json.ts'
import { given } from '../dialects/given.ts'
import { readWith } from '../dialects/schema-error.ts'
import { unreadFields } from '../dialects/unread-fields.ts'
import { Documents, readResults, writtenResults } from './results.ts'

const Request = z.looseObject({
  model: z.string(),
  query: z.string(),
  documents: Documents,
  top_n: z.int().positive().nullish(),
  max_tokens_per_doc: z.int().positive().nullish(),
})
const unreadIn = unreadFields(Request)

/** Cohere Rerank, version 2: https://docs.cohere.com/reference/rerank */
export const cohereRerank: RerankFormat = {
  id: 'cohere',
  names: { maxTokensPerDocument: 'max_tokens_per_doc' },
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
  encodeRequest(request, model) {
    const { query, documents, count, maxTokensPerDocument } = request
    return {
      body: {
        model,
        query,
        documents: documents.map(documentText),
        ...given({ top_n: count, max_tokens_per_doc: maxTokensPerDocument }),
      },
      unsaid: givenNames(request, ['truncate']),
    }
  },
  decodeReply({ id, results, meta }) {
    return {
      ...(typeof id === 'string' ? { id } : {}),
      results: readResults(results),
      ...given({ usage: usageInMeta(meta) }),
    }
  },
  encodeReply: (reply, { request, callId }) => ({
    id: reply.id ?? callId,
    results: writtenResults(reply, request, (text) => ({ text })),
    meta: writtenMeta(reply, '2'),
  }),
}

/** https://docs.cohere.com/reference/rerank#response.body.meta */
export function usageInMeta(meta: JsonValue | undefined): Usage | undefined {
  if (!isJsonObject(meta)) return undefined
  const { billed_units: billed, tokens } = meta
  const units = isJsonObject(billed) ? billed['search_units'] : undefined
  const input = isJsonObject(tokens) ? tokens['input_tokens'] : undefined
  if (typeof units !== 'number' && typeof input !== 'number') return undefined
  return {
    ...(typeof input === 'number' ? { inputTokens: input, outputTokens: 0 } : {}),
    ...(typeof units === 'number' ? { billed: { searchUnits: units } } : {}),
  }
}

export function writtenMeta({ usage }: RerankReply, version: string): JsonObject {
  const searchUnits = usage?.billed?.searchUnits
  return {
    api_version: { version },
    ...(searchUnits === undefined ? {} : { billed_units: { search_units: searchUnits } }),
    ...(usage?.inputTokens === undefined ? {} : { tokens: { input_tokens: usage.inputTokens } }),
  }
}
