import type { ListedModel, Question } from '../../../core/model/dialect.ts'
import type { JsonObject } from '../../../core/wire/json.ts'

const isAskedBy: Question['isAskedBy'] = (headers) => headers['anthropic-version'] !== undefined

/** https://docs.anthropic.com/en/api/models-list */
export const modelQuestions: readonly Question[] = [
  {
    method: 'GET',
    path: '/v1/models',
    isAskedBy,
    answer: ({ models }) => ({
      data: models.map(encodeModel),
      has_more: false,
      first_id: models[0]?.id ?? null,
      last_id: models.at(-1)?.id ?? null,
    }),
  },
  {
    method: 'GET',
    path: '/v1/models/{model}',
    isAskedBy,
    answer: ({ modelNamed, model = '' }) => encodeModel(modelNamed(model)),
  },
]

function encodeModel({ id, facts }: ListedModel): JsonObject {
  return {
    type: 'model',
    id,
    display_name: facts?.title ?? id,
    created_at: `${facts?.releasedOn ?? '1970-01-01'}T00:00:00Z`,
  }
}
