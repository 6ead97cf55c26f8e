import type { ListedModel, Question } from '../../../core/model/dialect.ts'
import type { JsonObject } from '../../../core/wire/json.ts'

const isAskedBy: Question['isAskedBy'] = (headers) => headers['x-goog-api-key'] !== undefined

/** https://ai.google.dev/api/models */
export const modelQuestions: readonly Question[] = (['/v1beta', '/v1'] as const).flatMap((version): Question[] => {
  // Other dialects ask at `/v1/models` too.
  const shared = version === '/v1' ? { isAskedBy } : {}
  return [
    {
      method: 'GET',
      path: `${version}/models`,
      ...shared,
      answer: ({ models }) => ({ models: models.map(encodeModel) }),
    },
    {
      method: 'GET',
      path: `${version}/models/{model}`,
      ...shared,
      answer: ({ modelNamed, model = '' }) => encodeModel(modelNamed(model)),
    },
  ]
})

function encodeModel({ id, facts }: ListedModel): JsonObject {
  return {
    name: `models/${id}`,
    displayName: facts?.title ?? id,
    ...(facts?.contextTokens === undefined ? {} : { inputTokenLimit: facts.contextTokens }),
    ...(facts?.maxOutputTokens === undefined ? {} : { outputTokenLimit: facts.maxOutputTokens }),
    supportedGenerationMethods: ['generateContent', 'streamGenerateContent', 'countTokens'],
    ...(facts?.supportsReasoning === undefined ? {} : { thinking: facts.supportsReasoning }),
  }
}
