import type { ListedModel, Question } from '../../../core/model/dialect.ts'
import type { JsonObject } from '../../../core/wire/json.ts'

/** Cohere's SDKs name themselves (`cohere-ai`, `cohere`); without it, the path alone is also OpenAI's and Anthropic's. */
const isAskedBy: Question['isAskedBy'] = (headers) => headers['x-fern-sdk-name']?.startsWith('cohere') === true

/** https://docs.cohere.com/reference/list-models */
export const modelQuestions: readonly Question[] = [
  {
    method: 'GET',
    path: '/v1/models',
    isAskedBy,
    answer: ({ models }) => ({ models: models.map(encodeModel) }),
  },
  {
    method: 'GET',
    path: '/v1/models/{model}',
    isAskedBy,
    answer: ({ modelNamed, model = '' }) => encodeModel(modelNamed(model)),
  },
]

function encodeModel({ id, facts }: ListedModel): JsonObject {
  const { inputModalities = [], supportsTools, supportsReasoning, contextTokens } = facts ?? {}
  return {
    name: id,
    is_deprecated: false,
    endpoints: ['chat'],
    default_endpoints: [],
    finetuned: false,
    ...(contextTokens === undefined ? {} : { context_length: contextTokens }),
    features: [
      ...(supportsTools === true ? ['tools', 'tool_choice'] : []),
      ...(supportsReasoning === true ? ['reasoning'] : []),
      ...(inputModalities.includes('image') ? ['vision'] : []),
    ],
  }
}
