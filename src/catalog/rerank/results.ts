import * as z from 'zod'
import { GatewayError } from '../../core/errors.ts'
import { documentText, type RerankReply, type RerankRequest } from '../../core/model/rerank.ts'
import { isJsonObject, type JsonObject, type JsonValue } from '../../core/wire/json.ts'

/** Cohere's first version and Jina take objects with a text among their fields, and clients that moved on still write them. */
export const Documents = z.array(z.union([z.string(), z.record(z.string(), z.json())])).min(1)

type Result = RerankReply['results'][number]

/** Reads the list of a reply, the best first. Throws `upstream_invalid_reply` when there is none. */
export function readResults(list: JsonValue | undefined): Result[] {
  if (!Array.isArray(list))
    throw new GatewayError('upstream_invalid_reply', 'The reply of the provider has no list of results.')
  return list
    .filter(isJsonObject)
    .map(({ index, relevance_score: score }) => {
      if (typeof index === 'number' && typeof score === 'number') return { index, score }
      throw new GatewayError(
        'upstream_invalid_reply',
        'The provider sent a result without `index` or `relevance_score`.',
      )
    })
    .toSorted((a, b) => b.score - a.score)
}

/** What a client gets: no more than it asked for, and its documents where it wants them back. */
export function writtenResults(
  { results }: RerankReply,
  { count, returnsDocuments, documents }: RerankRequest,
  written: (text: string) => JsonValue,
): JsonObject[] {
  return results.slice(0, count).map(({ index, score }) => {
    const document = returnsDocuments ? documents[index] : undefined
    return {
      index,
      relevance_score: score,
      ...(document === undefined ? {} : { document: written(documentText(document)) }),
    }
  })
}
