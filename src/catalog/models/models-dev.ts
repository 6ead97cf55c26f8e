/** Facts of models.dev (MIT licence, https://models.dev) in our own schema. */
import * as z from 'zod'
import type { ModelFacts, ModelPrice } from '../../core/model/prices.ts'
import { rowProviders } from '../provider-rows.ts'
import { unlistedModels } from './unlisted-models.ts'

interface Origin {
  /** Id in models.dev. */
  readonly from: string
  readonly to: string
  readonly includes?: (id: string) => boolean
  readonly adjust?: (price: ModelPrice) => ModelPrice
}

/** Providers that are called otherwise here. Those of the table have the ids of models.dev, but for what a file name cannot hold. */
const renamed: readonly Origin[] = [
  { from: 'openai', to: 'openai' },
  // Foundry serves Claude at an Anthropic endpoint of its own, not at the one of Azure OpenAI.
  { from: 'azure', to: 'azure-openai', includes: (id) => !id.startsWith('claude') },
  { from: 'azure', to: 'azure-anthropic', includes: (id) => id.startsWith('claude'), adjust: anthropicCachePrices },
  { from: 'anthropic', to: 'anthropic', adjust: anthropicCachePrices },
  { from: 'google', to: 'gemini' },
  { from: 'mistral', to: 'mistral' },
  { from: 'groq', to: 'groq' },
  { from: 'togetherai', to: 'together' },
  { from: 'fireworks-ai', to: 'fireworks' },
  { from: 'deepseek', to: 'deepseek' },
  { from: 'xai', to: 'xai' },
  { from: 'openrouter', to: 'openrouter' },
  { from: 'perplexity', to: 'perplexity' },
  { from: 'cohere', to: 'cohere' },
  { from: 'amazon-bedrock', to: 'bedrock' },
  { from: 'google-vertex', to: 'vertex-ai' },
  { from: 'google-vertex-anthropic', to: 'vertex-anthropic', adjust: anthropicCachePrices },
  { from: 'cloudflare-workers-ai', to: 'cloudflare-workers-ai' },
  { from: 'cloudflare-ai-gateway', to: 'cloudflare-ai-gateway' },
  { from: 'databricks', to: 'databricks' },
  { from: 'snowflake-cortex', to: 'snowflake' },
  { from: 'sap-ai-core', to: 'sap-ai-core' },
  { from: 'github-models', to: 'github-models' },
  { from: 'wafer.ai', to: 'wafer-ai' },
]
const origins: readonly Origin[] = [
  ...renamed,
  ...Object.keys(rowProviders)
    .filter((id) => !renamed.some(({ to }) => to === id))
    .map((id) => ({ from: id, to: id })),
]

/** Ids of models.dev that are providers here. */
export const modelsDevProviders: ReadonlySet<string> = new Set(origins.map(({ from }) => from))

const Amount = z.number().nonnegative().optional()
const Cost = z.object({
  input: z.number().nonnegative(),
  output: z.number().nonnegative(),
  reasoning: Amount,
  cache_read: Amount,
  cache_input: Amount,
  cached_input: Amount,
  cache_write: Amount,
  cached_write: Amount,
  request: Amount,
  citation: Amount,
})
type Cost = z.infer<typeof Cost>
const Tier = Cost.partial().extend({ tier: z.object({ size: z.int().positive() }) })

/** A model, as far as it is read: each field is what its name says, or the whole model is left out. */
export const ModelsDevModel = z.object({
  id: z.string(),
  name: z.string(),
  reasoning: z.boolean(),
  tool_call: z.boolean(),
  temperature: z.boolean().optional(),
  release_date: z.string().optional(),
  limit: z.object({ context: z.number().optional(), output: z.number().optional() }),
  modalities: z.object({ input: z.array(z.string()).default(['text']), output: z.array(z.string()).default(['text']) }),
  cost: Cost.extend({
    tiers: z.array(Tier).optional(),
    // How `api.json` writes a single tier.
    context_over_200k: Cost.partial().optional(),
  }).optional(),
})
export type ModelsDevModel = z.infer<typeof ModelsDevModel>

/** The models of each provider that we have, those that models.dev leaves out among them, in the order of their ids. `modelsOf` gets an id of models.dev. */
export function fromModelsDev(
  modelsOf: (id: string) => readonly ModelsDevModel[],
): ReadonlyMap<string, readonly ModelFacts[]> {
  const found = new Map<string, readonly ModelFacts[]>()
  for (const origin of origins) {
    const listed = modelsOf(origin.from)
      .filter(({ id }) => origin.includes?.(id) ?? true)
      .map((model) => modelFacts(model, origin))
    if (listed.length === 0) continue
    const ids = new Set(listed.map(({ id }) => id))
    const unlisted = unlistedModels[origin.to]?.filter(({ id }) => !ids.has(id)) ?? []
    found.set(
      origin.to,
      [...listed, ...unlisted].sort((a, b) => (a.id < b.id ? -1 : 1)),
    )
  }
  return found
}

function modelFacts(model: ModelsDevModel, { adjust }: Origin): ModelFacts {
  const price = modelPrice(model)
  return {
    id: model.id,
    title: model.name,
    ...(model.limit.context ? { contextTokens: model.limit.context } : {}),
    ...(model.limit.output ? { maxOutputTokens: model.limit.output } : {}),
    inputModalities: model.modalities.input,
    outputModalities: model.modalities.output,
    supportsTools: model.tool_call,
    supportsReasoning: model.reasoning,
    ...(model.temperature === false ? { supportsSampling: false } : {}),
    ...(price === undefined ? {} : { price: adjust?.(price) ?? price }),
    ...(model.release_date === undefined ? {} : { releasedOn: model.release_date }),
  }
}

function modelPrice({ id, cost }: ModelsDevModel): ModelPrice | undefined {
  if (cost === undefined) return undefined
  // A price that tokens alone do not make up would be too low, and unknown is better than wrong.
  if (cost.request !== undefined || cost.citation !== undefined) return undefined
  // Zero often stands for "charged in another way" (per song, per image, by subscription).
  if (cost.input === 0 && cost.output === 0 && !id.endsWith(':free')) return undefined
  const { context_over_200k: over } = cost
  const tiers = (cost.tiers ?? (over === undefined ? [] : [{ ...over, tier: { size: 200_000 } }]))
    .map(({ tier, input = cost.input, output = cost.output, ...rest }) => ({
      ...tokenPrices({ ...cost, ...rest, input, output }),
      aboveInputTokens: tier.size,
    }))
    .sort((a, b) => a.aboveInputTokens - b.aboveInputTokens)
  return { ...tokenPrices(cost), ...(tiers.length === 0 ? {} : { tiers }) }
}

function tokenPrices(cost: Cost): Omit<ModelPrice, 'tiers'> {
  const cachedInput = cost.cache_read ?? cost.cached_input ?? cost.cache_input
  const cacheWrite = cost.cache_write ?? cost.cached_write
  return {
    input: nanoUsd(cost.input),
    output: nanoUsd(cost.output),
    ...(cachedInput === undefined || (cachedInput === 0 && cost.input > 0)
      ? {}
      : { cachedInput: nanoUsd(cachedInput) }),
    ...(cacheWrite === undefined ? {} : { cacheWrite: nanoUsd(cacheWrite) }),
    ...(cost.reasoning === undefined || cost.reasoning === cost.output ? {} : { reasoning: nanoUsd(cost.reasoning) }),
  }
}

/** USD per million tokens to nano-USD per token, without the noise of binary fractions. */
function nanoUsd(usdPerMillion: number): number {
  return Number((usdPerMillion * 1000).toFixed(6))
}

/**
 * A write that lives one hour costs twice the input price
 * (https://docs.anthropic.com/en/docs/build-with-claude/prompt-caching#pricing); models.dev has the five-minute price only.
 * A write never costs less than plain input there, so such an entry is a mistake.
 */
function anthropicCachePrices({ cacheWrite, ...price }: ModelPrice): ModelPrice {
  if (cacheWrite === undefined || cacheWrite < price.input) return price
  return { ...price, cacheWrite, cacheWrite1h: price.input * 2 }
}
