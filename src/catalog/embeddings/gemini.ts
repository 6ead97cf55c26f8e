import * as z from 'zod'
import { GatewayError } from '../../core/errors.ts'
import type {
  EmbeddingFormat,
  EmbeddingPurpose,
  EmbeddingReply,
  EmbeddingRequest,
} from '../../core/model/embeddings.ts'
import { givenNames } from '../../core/model/endpoint-format.ts'
import { isJsonObject, type JsonObject, type JsonValue } from '../../core/wire/json.ts'
import { given } from '../dialects/given.ts'
import { readWith } from '../dialects/schema-error.ts'
import { unreadFields } from '../dialects/unread-fields.ts'
import { textsOf } from './texts.ts'
import { floatsOf, readVector } from './vectors.ts'

const Single = z.looseObject({
  model: z.string().nullish(),
  content: z.looseObject({
    role: z.string().nullish(),
    parts: z.array(z.looseObject({ text: z.string().nullish() })).min(1),
  }),
  taskType: z.string().nullish(),
  title: z.string().nullish(),
  outputDimensionality: z.int().positive().nullish(),
})
type Single = z.infer<typeof Single>
const Batch = z.looseObject({ requests: z.array(Single).min(1) })
const unreadInSingle = unreadFields(Single)
const unreadInBatch = unreadFields(Batch)

/** https://ai.google.dev/api/embeddings#TaskType */
const taskTypes: Readonly<Record<EmbeddingPurpose, string>> = {
  query: 'RETRIEVAL_QUERY',
  document: 'RETRIEVAL_DOCUMENT',
  classification: 'CLASSIFICATION',
  clustering: 'CLUSTERING',
  similarity: 'SEMANTIC_SIMILARITY',
  question: 'QUESTION_ANSWERING',
  fact: 'FACT_VERIFICATION',
  code: 'CODE_RETRIEVAL_QUERY',
}

/** https://ai.google.dev/api/embeddings#method:-models.batchembedcontents */
export const geminiBatchEmbed: EmbeddingFormat = {
  id: 'gemini-batch',
  names: { purpose: 'taskType' },
  decodeRequest(body) {
    const { requests } = readWith(Batch, body)
    return neutral(requests, unreadInBatch(body))
  },
  encodeRequest(request, model) {
    const { purpose, title, dimensions } = request
    const settings = given({
      taskType: purpose && taskTypes[purpose],
      title,
      outputDimensionality: dimensions,
    })
    return {
      body: {
        requests: textsOf(request).map((text) => ({
          model: resourceName(model),
          content: { parts: [{ text }] },
          ...settings,
        })),
      },
      unsaid: givenNames(request, ['truncate', 'endUser']),
    }
  },
  decodeReply(body) {
    const { embeddings } = body
    if (!Array.isArray(embeddings))
      throw new GatewayError('upstream_invalid_reply', 'The reply of the provider has no `embeddings`.')
    return { vectors: embeddings.map(valuesOf), ...usageOf(body) }
  },
  encodeReply: ({ vectors, usage }) => ({
    embeddings: vectors.map((vector) => ({ values: floatsOf(vector) })),
    ...usageMetadata(usage),
  }),
  renamed(body, model, replacement) {
    const { requests } = readWith(Batch, body)
    for (const [index, request] of requests.entries()) checkName(request, model, `requests[${index}].model`)
    if (model === replacement || !Array.isArray(body['requests'])) return undefined
    return {
      ...body,
      requests: body['requests'].map((request) =>
        isJsonObject(request) && 'model' in request ? { ...request, model: resourceName(replacement) } : request,
      ),
    }
  },
}

/** https://ai.google.dev/api/embeddings#method:-models.embedcontent */
export const geminiEmbed: EmbeddingFormat = {
  ...geminiBatchEmbed,
  id: 'gemini',
  decodeRequest: (body) => neutral([readWith(Single, body)], unreadInSingle(body)),
  encodeReply: ({ vectors: [first], usage }) => ({
    embedding: { values: first === undefined ? [] : floatsOf(first) },
    ...usageMetadata(usage),
  }),
  renamed(body, model, replacement) {
    checkName(readWith(Single, body), model, 'model')
    return model === replacement || !('model' in body) ? undefined : { ...body, model: resourceName(replacement) }
  },
}

function neutral(requests: readonly Single[], other: ReadonlySet<string>): EmbeddingRequest {
  const [first] = requests
  const { taskType, title, outputDimensionality } = first ?? {}
  for (const [index, request] of requests.entries()) {
    // One request to another vendor has one setting for all its texts.
    const isSame = request.taskType === taskType && request.outputDimensionality === outputDimensionality
    if (!isSame) {
      throw new GatewayError(
        'invalid_request',
        'The provider of this model takes one `taskType` and one `outputDimensionality` for all texts.',
        { param: `requests[${index}]` },
      )
    }
  }
  const purpose = purposeOf(taskType)
  return {
    inputs: requests.map(({ content: { parts } }, index) => parts.map(({ text }) => partText(text, index)).join('\n')),
    encoding: 'float',
    ...given({ dimensions: outputDimensionality, purpose, title: requests.length === 1 ? title : undefined }),
    other: [...other, ...(taskType == null || purpose !== undefined ? [] : ['taskType'])],
  }
}

function purposeOf(taskType: string | null | undefined): EmbeddingPurpose | undefined {
  const found = Object.entries(taskTypes).find(([, name]) => name === taskType)
  return found?.[0] as EmbeddingPurpose | undefined
}

function partText(text: string | null | undefined, index: number): string {
  if (text != null) return text
  throw new GatewayError('invalid_request', 'The provider of this model embeds texts only.', {
    param: `requests[${index}].content.parts`,
  })
}

function resourceName(model: string): string {
  return model.startsWith('models/') || model.startsWith('tunedModels/') ? model : `models/${model}`
}

/** The key's list is held against the path: a body must not name another model. */
function checkName({ model: named }: Single, model: string, param: string): void {
  if (named == null || resourceName(named) === resourceName(model)) return
  throw new GatewayError('invalid_request', `\`${param}\` is not the model of the path.`, { param })
}

function valuesOf(embedding: JsonValue): ReturnType<typeof readVector> {
  return readVector(isJsonObject(embedding) ? embedding['values'] : undefined)
}

function usageOf({ usageMetadata: usage }: JsonObject): Pick<EmbeddingReply, 'usage'> {
  const tokens = isJsonObject(usage) ? usage['promptTokenCount'] : undefined
  return typeof tokens === 'number' ? { usage: { inputTokens: tokens, outputTokens: 0 } } : {}
}

function usageMetadata(usage: EmbeddingReply['usage']): JsonObject {
  return usage?.inputTokens === undefined ? {} : { usageMetadata: { promptTokenCount: usage.inputTokens } }
}
