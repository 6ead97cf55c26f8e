import * as z from 'zod'
import { GatewayError } from '../../core/errors.ts'
import type { EmbeddingFormat, EmbeddingPurpose } from '../../core/model/embeddings.ts'
import { givenNames } from '../../core/model/endpoint-format.ts'
import type { Usage } from '../../core/model/model-reply.ts'
import { isJsonObject, type JsonObject, type JsonValue } from '../../core/wire/json.ts'
import { given } from '../dialects/given.ts'
import { readWith } from '../dialects/schema-error.ts'
import { unreadFields } from '../dialects/unread-fields.ts'
import { textsOf } from './texts.ts'
import { base64Of, floatsOf, readVector } from './vectors.ts'

const Request = z.looseObject({
  model: z.string(),
  input_type: z.string().nullish(),
  texts: z.array(z.string()).min(1).nullish(),
  images: z.array(z.unknown()).nullish(),
  inputs: z
    .array(z.looseObject({ content: z.array(z.looseObject({ type: z.string(), text: z.string().nullish() })) }))
    .nullish(),
  output_dimension: z.int().positive().nullish(),
  embedding_types: z.array(z.string()).min(1).nullish(),
  truncate: z.enum(['NONE', 'START', 'END']).nullish(),
})
type Request = z.infer<typeof Request>
const unreadIn = unreadFields(Request)

const purposes = {
  search_query: 'query',
  search_document: 'document',
  classification: 'classification',
  clustering: 'clustering',
} as const satisfies Readonly<Record<string, EmbeddingPurpose>>

/** Those of Cohere that come nearest. Its newer models need one, and a text without a purpose is one to be found. */
const inputTypes: Readonly<Record<EmbeddingPurpose, keyof typeof purposes>> = {
  query: 'search_query',
  document: 'search_document',
  classification: 'classification',
  clustering: 'clustering',
  similarity: 'clustering',
  question: 'search_query',
  fact: 'search_query',
  code: 'search_query',
}

/** Cohere Embed, version 2: https://docs.cohere.com/reference/embed */
export const cohereEmbed: EmbeddingFormat = {
  id: 'cohere',
  names: { purpose: 'input_type' },
  decodeRequest(body) {
    const request = readWith(Request, body)
    const { input_type: type, output_dimension: dimensions, truncate } = request
    const purpose = Object.entries(purposes).find(([name]) => name === type)?.[1]
    return {
      inputs: inputsOf(request),
      encoding: encodingOf(request),
      ...given({ dimensions, purpose, truncate: truncate === 'NONE' ? false : truncate && true }),
      other: [...unreadIn(body), ...(type == null || purpose !== undefined ? [] : ['input_type'])],
    }
  },
  encodeRequest(request, model) {
    const { purpose = 'document', dimensions, truncate } = request
    return {
      body: {
        model,
        texts: textsOf(request),
        input_type: inputTypes[purpose],
        embedding_types: ['float'],
        ...given({ output_dimension: dimensions }),
        ...(truncate === undefined ? {} : { truncate: truncate ? 'END' : 'NONE' }),
      },
      unsaid: givenNames(request, ['endUser', 'title']),
    }
  },
  decodeReply(body) {
    const { id, meta } = body
    const usage = usageInMeta(meta)
    return {
      vectors: vectorsOf(body),
      ...(typeof id === 'string' ? { id } : {}),
      ...(usage === undefined ? {} : { usage }),
    }
  },
  encodeReply({ id, vectors, usage }, { request, callId }) {
    const embeddings =
      request.encoding === 'base64' ? { base64: vectors.map(base64Of) } : { float: vectors.map(floatsOf) }
    return {
      id: id ?? callId,
      embeddings,
      texts: request.inputs.filter((input) => typeof input === 'string'),
      meta: {
        api_version: { version: '2' },
        ...(usage?.inputTokens === undefined ? {} : { billed_units: { input_tokens: usage.inputTokens } }),
      },
      response_type: 'embeddings_by_type',
    }
  },
}

function inputsOf({ texts, images, inputs }: Request): string[] {
  if (images != null && images.length > 0) throw textOnly('images')
  const found = texts ?? inputs?.map(({ content }) => content.map((part) => partText(part.type, part.text)).join('\n'))
  if (found === undefined || found.length === 0)
    throw new GatewayError('invalid_request', '`texts` is missing.', { param: 'texts' })
  return found
}

function partText(type: string, text: string | null | undefined): string {
  if (type !== 'text' || text == null) throw textOnly('inputs')
  return text
}

function textOnly(param: string): GatewayError {
  return new GatewayError('invalid_request', 'The provider of this model embeds texts only.', { param })
}

/** Only Cohere makes vectors of small integers and of bits. */
function encodingOf({ embedding_types: types }: Request): 'float' | 'base64' {
  if (types == null || types.includes('float')) return 'float'
  if (types.includes('base64')) return 'base64'
  throw new GatewayError('invalid_request', 'The provider of this model makes `float` and `base64` only.', {
    param: 'embedding_types',
  })
}

/** `embeddings` is an object by type; version 1 had the floats themselves. */
function vectorsOf({ embeddings }: JsonObject): ReturnType<typeof readVector>[] {
  const list = isJsonObject(embeddings) ? (embeddings['float'] ?? embeddings['base64']) : embeddings
  if (Array.isArray(list)) return list.map(readVector)
  throw new GatewayError('upstream_invalid_reply', 'The reply of the provider has no `embeddings`.')
}

export function usageInMeta(meta: JsonValue | undefined): Usage | undefined {
  const units = isJsonObject(meta) ? meta['billed_units'] : undefined
  const tokens = isJsonObject(units) ? units['input_tokens'] : undefined
  return typeof tokens === 'number' ? { inputTokens: tokens, outputTokens: 0 } : undefined
}
