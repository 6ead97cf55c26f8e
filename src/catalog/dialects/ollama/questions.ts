import { GatewayError } from '../../../core/errors.ts'
import type { ListedModel, Question } from '../../../core/model/dialect.ts'
import type { JsonObject } from '../../../core/wire/json.ts'

/** The release whose API is spoken here; clients ask, to see whether tools and thinking are there. */
const version = '0.13.0'

/** https://docs.ollama.com/api/tags, /api/show, /api/ps and /api/version. */
export const questions: readonly Question[] = [
  { method: 'GET', path: '/api/tags', answer: ({ models }) => ({ models: models.map(encodeTag) }) },
  { method: 'GET', path: '/api/ps', answer: () => ({ models: [] }) },
  { method: 'GET', path: '/api/version', answer: () => ({ version }) },
  {
    method: 'POST',
    path: '/api/show',
    answer({ modelNamed, body }) {
      const name = body['model'] ?? body['name']
      if (typeof name !== 'string' || name === '')
        throw new GatewayError('invalid_request', '`model` must be a non-empty string.', { param: 'model' })
      return encodeModel(modelNamed(name))
    },
  },
]

function encodeTag({ id, provider, facts }: ListedModel): JsonObject {
  // What only a file on a disk has is empty.
  return { name: id, model: id, modified_at: releasedAt(facts), size: 0, digest: '', details: detailsOf(provider) }
}

function encodeModel({ provider, facts }: ListedModel): JsonObject {
  const capabilities = ['completion']
  if (facts?.supportsTools === true) capabilities.push('tools')
  if (facts?.inputModalities.includes('image') === true) capabilities.push('vision')
  if (facts?.supportsReasoning === true) capabilities.push('thinking')
  return {
    modelfile: '',
    parameters: '',
    template: '',
    details: detailsOf(provider),
    model_info: {
      'general.architecture': provider,
      ...(facts?.contextTokens === undefined ? {} : { [`${provider}.context_length`]: facts.contextTokens }),
    },
    capabilities,
    modified_at: releasedAt(facts),
  }
}

function detailsOf(provider: string): JsonObject {
  return {
    parent_model: '',
    format: '',
    family: provider,
    families: [provider],
    parameter_size: '',
    quantization_level: '',
  }
}

function releasedAt(facts: ListedModel['facts']): string {
  const time = Date.parse(facts?.releasedOn ?? '')
  return new Date(Number.isNaN(time) ? 0 : time).toISOString()
}
