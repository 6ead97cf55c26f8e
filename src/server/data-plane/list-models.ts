import { GatewayError } from '../../core/errors.ts'
import type { ListedModel } from './runtime.ts'

/** Whose listing the asker understands: OpenAI's `GET /v1/models` or Anthropic's of the same path. */
type ListingShape = 'openai' | 'anthropic'

export function modelList(models: readonly ListedModel[], shape: ListingShape): object {
  const data = models.map((model) => shapes[shape](model))
  if (shape === 'openai') return { object: 'list', data }
  return { data, has_more: false, first_id: models[0]?.id ?? null, last_id: models.at(-1)?.id ?? null }
}

export function oneModel(models: readonly ListedModel[], id: string, shape: ListingShape): object {
  const model = models.find((candidate) => candidate.id === id)
  if (model === undefined) {
    throw new GatewayError('unknown_model', `There is no model "${id.slice(0, 200)}" for this key.`, { param: 'model' })
  }
  return shapes[shape](model)
}

const shapes = {
  openai: ({ id, provider, facts }: ListedModel) => ({
    id,
    object: 'model',
    created: facts?.releasedOn === undefined ? 0 : Math.floor(Date.parse(facts.releasedOn) / 1000),
    owned_by: provider,
    ...(facts === undefined
      ? {}
      : {
          context_window: facts.contextTokens ?? null,
          max_output_tokens: facts.maxOutputTokens ?? null,
          input_modalities: facts.inputModalities,
          output_modalities: facts.outputModalities,
          // Nano-USD per token is USD per million tokens times 1,000.
          pricing:
            facts.price === undefined
              ? null
              : { input_per_million_usd: facts.price.input / 1000, output_per_million_usd: facts.price.output / 1000 },
        }),
  }),
  anthropic: ({ id, facts }: ListedModel) => ({
    type: 'model',
    id,
    display_name: facts?.title ?? id,
    created_at: `${facts?.releasedOn ?? '1970-01-01'}T00:00:00Z`,
  }),
}
