import type { ListedModel, Question } from '../../../core/model/dialect.ts'
import { usdPerMillion } from '../../../core/model/prices.ts'
import type { JsonObject } from '../../../core/wire/json.ts'

/** https://platform.openai.com/docs/api-reference/models, with the facts that other gateways' users look for there. */
export const modelQuestions: readonly Question[] = [
  {
    method: 'GET',
    path: '/v1/models',
    answer: ({ models }) => ({ object: 'list', data: models.map(encodeModel) }),
  },
  {
    method: 'GET',
    path: '/v1/models/{model}',
    answer: ({ modelNamed, model = '' }) => encodeModel(modelNamed(model)),
  },
]

function encodeModel({ id, provider, facts }: ListedModel): JsonObject {
  return {
    id,
    object: 'model',
    created: facts?.releasedOn === undefined ? 0 : Math.floor(Date.parse(facts.releasedOn) / 1000),
    owned_by: provider,
    ...(facts === undefined
      ? {}
      : {
          context_window: facts.contextTokens ?? null,
          max_output_tokens: facts.maxOutputTokens ?? null,
          input_modalities: [...facts.inputModalities],
          output_modalities: [...facts.outputModalities],
          pricing:
            facts.price === undefined
              ? null
              : {
                  input_per_million_usd: usdPerMillion(facts.price.input),
                  output_per_million_usd: usdPerMillion(facts.price.output),
                },
        }),
  }
}
