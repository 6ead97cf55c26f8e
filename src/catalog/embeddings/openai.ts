import * as z from 'zod'
import { GatewayError } from '../../core/errors.ts'
import type { EmbeddingFormat, EmbeddingRequest } from '../../core/model/embeddings.ts'
import { givenNames } from '../../core/model/endpoint-format.ts'
import { usageIn } from '../../core/model/usage-in.ts'
import { isJsonObject, type JsonObject } from '../../core/wire/json.ts'
import { given } from '../dialects/given.ts'
import { readWith } from '../dialects/schema-error.ts'
import { unreadFields } from '../dialects/unread-fields.ts'
import { base64Of, floatsOf, readVector } from './vectors.ts'

const Request = z.looseObject({
  model: z.string(),
  input: z.union([
    z.string(),
    z.array(z.string()).min(1),
    z.array(z.int().nonnegative()).min(1),
    z.array(z.array(z.int().nonnegative()).min(1)).min(1),
  ]),
  dimensions: z.int().positive().nullish(),
  encoding_format: z.enum(['float', 'base64']).nullish(),
  user: z.string().nullish(),
})
const unreadIn = unreadFields(Request)

/** https://platform.openai.com/docs/api-reference/embeddings */
export const openaiEmbeddings: EmbeddingFormat = {
  id: 'openai',
  names: { endUser: 'user' },
  decodeRequest(body) {
    const { input, dimensions, encoding_format: encoding, user } = readWith(Request, body)
    return {
      inputs: inputsOf(input),
      encoding: encoding ?? 'float',
      ...given({ dimensions, endUser: user }),
      other: [...unreadIn(body)],
    }
  },
  encodeRequest(request, model) {
    const { inputs, encoding, dimensions, endUser } = request
    const [only, ...more] = inputs
    return {
      body: {
        model,
        input: more.length === 0 && only !== undefined ? mutable(only) : inputs.map(mutable),
        ...(encoding === 'base64' ? { encoding_format: encoding } : {}),
        ...given({ dimensions, user: endUser }),
      },
      unsaid: givenNames(request, ['purpose', 'title', 'truncate']),
    }
  },
  decodeReply(body) {
    const usage = usageIn(body)
    return { vectors: dataOf(body), ...(usage === undefined ? {} : { usage }) }
  },
  encodeReply({ vectors, usage }, { request, model }) {
    const tokens = usage?.inputTokens ?? 0
    return {
      object: 'list',
      data: vectors.map((vector, index) => ({
        object: 'embedding',
        index,
        embedding: request.encoding === 'base64' ? base64Of(vector) : floatsOf(vector),
      })),
      model,
      usage: { prompt_tokens: tokens, total_tokens: tokens },
    }
  },
}

/** One list of numbers is one text in tokens; a list of lists is several. */
function inputsOf(input: z.infer<typeof Request>['input']): EmbeddingRequest['inputs'] {
  if (typeof input === 'string') return [input]
  const numbers = input.filter((item) => typeof item === 'number')
  return numbers.length > 0 ? [numbers] : input.filter((item) => typeof item !== 'number')
}

function mutable(input: string | readonly number[]): string | number[] {
  return typeof input === 'string' ? input : [...input]
}

/** The vectors of OpenAI's `data`, in the order of their numbers. */
function dataOf(body: JsonObject): ReturnType<typeof readVector>[] {
  const { data } = body
  if (!Array.isArray(data)) throw new GatewayError('upstream_invalid_reply', 'The reply of the provider has no `data`.')
  const items = data.filter(isJsonObject)
  return items
    .map((item, position) => ({ index: typeof item['index'] === 'number' ? item['index'] : position, item }))
    .toSorted((a, b) => a.index - b.index)
    .map(({ item }) => readVector(item['embedding']))
}
