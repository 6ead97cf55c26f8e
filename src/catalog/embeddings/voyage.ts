import * as z from 'zod'
import { GatewayError } from '../../core/errors.ts'
import type { EmbeddingFormat, EmbeddingPurpose } from '../../core/model/embeddings.ts'
import { givenNames } from '../../core/model/endpoint-format.ts'
import { given } from '../dialects/given.ts'
import { readWith } from '../dialects/schema-error.ts'
import { unreadFields } from '../dialects/unread-fields.ts'
import { openaiEmbeddings } from './openai.ts'
import { textsOf } from './texts.ts'

const Request = z.looseObject({
  model: z.string(),
  input: z.union([z.string(), z.array(z.string()).min(1)]),
  input_type: z.string().nullish(),
  truncation: z.boolean().nullish(),
  output_dimension: z.int().positive().nullish(),
  output_dtype: z.string().nullish(),
  encoding_format: z.string().nullish(),
})
const unreadIn = unreadFields(Request)

/** The two that Voyage tells apart; the others have no prompt of their own. */
const inputTypes: Partial<Readonly<Record<EmbeddingPurpose, string>>> = {
  query: 'query',
  question: 'query',
  fact: 'query',
  code: 'query',
  document: 'document',
}

/** Its own, and those of others whose clients write `input_type` at OpenAI's path: Cohere, NVIDIA. */
const purposes: ReadonlyMap<string, EmbeddingPurpose> = new Map([
  ['query', 'query'],
  ['document', 'document'],
  ['passage', 'document'],
  ['search_query', 'query'],
  ['search_document', 'document'],
  ['classification', 'classification'],
  ['clustering', 'clustering'],
])

/** OpenAI's reply behind a request with names of its own: https://docs.voyageai.com/reference/embeddings-api */
export const voyageEmbeddings: EmbeddingFormat = {
  ...openaiEmbeddings,
  id: 'voyage',
  names: { purpose: 'input_type', truncate: 'truncation' },
  decodeRequest(body) {
    const {
      input,
      input_type: type,
      truncation,
      output_dimension,
      output_dtype,
      encoding_format,
    } = readWith(Request, body)
    if (output_dtype != null && output_dtype !== 'float') {
      throw new GatewayError('invalid_request', 'The provider of this model makes `float` only.', {
        param: 'output_dtype',
      })
    }
    const purpose = type == null ? undefined : purposes.get(type)
    return {
      inputs: typeof input === 'string' ? [input] : input,
      encoding: encoding_format === 'base64' ? 'base64' : 'float',
      ...given({ purpose, truncate: truncation, dimensions: output_dimension }),
      other: [...unreadIn(body), ...(type == null || purpose !== undefined ? [] : ['input_type'])],
    }
  },
  encodeRequest(request, model) {
    const { encoding, dimensions, purpose, truncate } = request
    return {
      body: {
        model,
        input: textsOf(request),
        ...given({
          input_type: purpose && inputTypes[purpose],
          output_dimension: dimensions,
          truncation: truncate,
        }),
        // It refuses the word `float`.
        ...(encoding === 'base64' ? { encoding_format: 'base64' } : {}),
      },
      unsaid: givenNames(request, ['title', 'endUser']),
    }
  },
}
