import type { EmbeddingFormat, EmbeddingReply, EmbeddingRequest } from '../../core/model/embeddings.ts'
import { planner, type ServedFormat } from '../../core/model/endpoint-format.ts'
import type { Provider } from '../../core/model/provider.ts'
import type { JsonObject } from '../../core/wire/json.ts'
import { openaiChat } from '../dialects/openai-chat.ts'
import { speaks } from '../speaks.ts'
import { jinaEmbeddings } from './jina.ts'
import { openaiEmbeddings } from './openai.ts'
import { voyageEmbeddings } from './voyage.ts'

/** How targets get requests of clients that write this format. */
export function embeddingPlan(
  formatOf: Parameters<typeof planner<EmbeddingRequest, EmbeddingReply>>[0],
): ReturnType<typeof planner> {
  return planner(formatOf, servedEmbeddings)
}

function servedEmbeddings(provider: Provider): readonly ServedFormat<EmbeddingFormat>[] {
  const { embeddings, passThrough } = provider
  if (embeddings !== undefined) return embeddings
  const path = passThrough?.['/v1/embeddings'] ?? '/embeddings'
  return speaks(provider, openaiChat) ? [{ format: openaiEmbeddings, path, beside: openaiChat }] : []
}

const voyageFields = ['input_type', 'truncation', 'output_dimension', 'output_dtype']
const jinaFields = ['task', 'embedding_type', 'late_chunking', 'normalized']

/**
 * Whose format a body at the path of all three is written in: Voyage and Jina have fields of their own. A server of OpenAI's
 * format may have the same ones beside OpenAI's (NVIDIA needs `input_type`), so for it they are no sign of another.
 */
export function writtenFormat(body: JsonObject, first: EmbeddingFormat): EmbeddingFormat {
  if (first === openaiEmbeddings) return first
  if (voyageFields.some((name) => name in body)) return voyageEmbeddings
  return jinaFields.some((name) => name in body) ? jinaEmbeddings : openaiEmbeddings
}
