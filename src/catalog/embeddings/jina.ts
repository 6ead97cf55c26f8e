import * as z from 'zod'
import { GatewayError } from '../../core/errors.ts'
import type { EmbeddingFormat, EmbeddingPurpose } from '../../core/model/embeddings.ts'
import { givenNames } from '../../core/model/endpoint-format.ts'
import { given } from '../dialects/given.ts'
import { readWith } from '../dialects/schema-error.ts'
import { unreadFields } from '../dialects/unread-fields.ts'
import { openaiEmbeddings } from './openai.ts'
import { textsOf } from './texts.ts'

const Input = z.union([z.string(), z.looseObject({ text: z.string() })])
const Request = z.looseObject({
  model: z.string(),
  input: z.union([Input, z.array(Input).min(1)]),
  task: z.string().nullish(),
  dimensions: z.int().positive().nullish(),
  truncate: z.boolean().nullish(),
  embedding_type: z.union([z.string(), z.array(z.string())]).nullish(),
})
const unreadIn = unreadFields(Request)

/** The first of a name is what the name is read as. */
const tasks: Partial<Readonly<Record<EmbeddingPurpose, string>>> = {
  query: 'retrieval.query',
  question: 'retrieval.query',
  fact: 'retrieval.query',
  code: 'retrieval.query',
  document: 'retrieval.passage',
  classification: 'classification',
  clustering: 'separation',
  similarity: 'text-matching',
}

/** OpenAI's reply behind a request with names of its own: https://api.jina.ai/redoc#tag/embeddings */
export const jinaEmbeddings: EmbeddingFormat = {
  ...openaiEmbeddings,
  id: 'jina',
  names: { purpose: 'task' },
  decodeRequest(body) {
    const { input, task, dimensions, truncate, embedding_type: type } = readWith(Request, body)
    const purpose = Object.entries(tasks).find(([, name]) => name === task)?.[0] as EmbeddingPurpose | undefined
    return {
      inputs: (Array.isArray(input) ? input : [input]).map((item) => (typeof item === 'string' ? item : item.text)),
      encoding: encodingOf(type),
      ...given({ purpose, dimensions, truncate }),
      other: [...unreadIn(body), ...(task == null || purpose !== undefined ? [] : ['task'])],
    }
  },
  encodeRequest(request, model) {
    const { encoding, dimensions, purpose, truncate } = request
    return {
      body: {
        model,
        input: textsOf(request),
        ...given({ task: purpose && tasks[purpose], dimensions, truncate }),
        ...(encoding === 'base64' ? { embedding_type: 'base64' } : {}),
      },
      unsaid: givenNames(request, ['title', 'endUser']),
    }
  },
}

function encodingOf(type: z.infer<typeof Request>['embedding_type']): 'float' | 'base64' {
  const types = typeof type === 'string' ? [type] : (type ?? ['float'])
  if (types.includes('float')) return 'float'
  if (types.includes('base64')) return 'base64'
  throw new GatewayError('invalid_request', 'The provider of this model makes `float` and `base64` only.', {
    param: 'embedding_type',
  })
}
