import * as z from 'zod'
import { GatewayError } from '../../core/errors.ts'
import type { EmbeddingFormat } from '../../core/model/embeddings.ts'
import { givenNames } from '../../core/model/endpoint-format.ts'
import type { JsonObject } from '../../core/wire/json.ts'
import { given } from '../dialects/given.ts'
import { readWith } from '../dialects/schema-error.ts'
import { unreadFields } from '../dialects/unread-fields.ts'
import { textsOf } from './texts.ts'
import { floatsOf, readVector } from './vectors.ts'

const Request = z.looseObject({
  model: z.string(),
  input: z.union([z.string(), z.array(z.string()).min(1)]),
  truncate: z.boolean().nullish(),
  dimensions: z.int().positive().nullish(),
})
const unreadIn = unreadFields(Request)

const OldRequest = z.looseObject({ model: z.string(), prompt: z.string() })
const unreadInOld = unreadFields(OldRequest)

/** https://docs.ollama.com/api/embed */
export const ollamaEmbed: EmbeddingFormat = {
  id: 'ollama',
  names: {},
  decodeRequest(body) {
    const { input, truncate, dimensions } = readWith(Request, body)
    return {
      inputs: typeof input === 'string' ? [input] : input,
      encoding: 'float',
      ...given({ truncate, dimensions }),
      other: [...unreadIn(body)],
    }
  },
  encodeRequest(request, model) {
    const { truncate, dimensions } = request
    return {
      body: { model, input: textsOf(request), ...given({ truncate, dimensions }) },
      unsaid: givenNames(request, ['purpose', 'title', 'endUser']),
    }
  },
  decodeReply(body) {
    const { embeddings, prompt_eval_count: tokens } = body
    if (!Array.isArray(embeddings))
      throw new GatewayError('upstream_invalid_reply', 'The reply of the provider has no `embeddings`.')
    return {
      vectors: embeddings.map(readVector),
      ...(typeof tokens === 'number' ? { usage: { inputTokens: tokens, outputTokens: 0 } } : {}),
    }
  },
  encodeReply({ vectors, usage }, { model }) {
    return { model, embeddings: vectors.map(floatsOf), prompt_eval_count: usage?.inputTokens ?? 0 }
  },
}

/** The older endpoint, of one text: https://github.com/ollama/ollama/blob/main/docs/api.md#generate-embedding */
export const ollamaEmbeddings: EmbeddingFormat = {
  ...ollamaEmbed,
  id: 'ollama-embeddings',
  decodeRequest(body) {
    const { prompt } = readWith(OldRequest, body)
    return { inputs: [prompt], encoding: 'float', other: [...unreadInOld(body)] }
  },
  encodeReply: ({ vectors: [first] }): JsonObject => ({ embedding: first === undefined ? [] : floatsOf(first) }),
}
