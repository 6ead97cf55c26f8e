/**
 * Writes `src/catalog/models/*.generated.json` from a dump of models.dev (MIT licence), whose format is known:
 *
 *   node scripts/generate-models.ts <folder with models.jsonl> <date of the dump, YYYY-MM-DD>
 */
import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { z } from 'zod'
import { rowProviders } from '../src/catalog/provider-rows.ts'
import type { ModelFacts, ModelPrice } from '../src/core/prices.ts'

interface Source {
  /** Id in models.dev. */
  readonly from: string
  readonly to: string
  readonly includes?: (id: string) => boolean
  readonly adjust?: (price: ModelPrice) => ModelPrice
}

/** Providers that are called otherwise here. Those of the table have the ids of models.dev, but for what a file name cannot hold. */
const renamed: readonly Source[] = [
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
const sources: readonly Source[] = [
  ...renamed,
  ...Object.keys(rowProviders)
    .filter((id) => !renamed.some(({ to }) => to === id))
    .map((id) => ({ from: id, to: id })),
]

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
const Tier = Cost.partial().extend({ tier: z.object({ size: z.number().int().positive() }) })
const Row = z.object({
  provider: z.string(),
  id: z.string(),
  name: z.string(),
  reasoning: z.boolean(),
  tool_call: z.boolean(),
  temperature: z.boolean().optional(),
  release_date: z.string().optional(),
  limit: z.object({ context: z.number().optional(), output: z.number().optional() }),
  modalities: z.object({ input: z.array(z.string()).default(['text']), output: z.array(z.string()).default(['text']) }),
  cost: Cost.extend({ tiers: z.array(Tier).optional() }).optional(),
})
type Row = z.infer<typeof Row>

if (import.meta.main) await main()

async function main(): Promise<void> {
  const [folder, asOf] = process.argv.slice(2)
  if (folder === undefined || asOf === undefined || !/^\d{4}-\d{2}-\d{2}$/.test(asOf)) {
    throw new Error('Usage: node scripts/generate-models.ts <folder with models.jsonl> <date of the dump, YYYY-MM-DD>')
  }
  const rows = (await readFile(join(folder, 'models.jsonl'), 'utf8'))
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as { provider?: unknown })
    .filter(({ provider }) => sources.some(({ from }) => from === provider))
    .map((line) => Row.parse(line))

  for (const source of sources) {
    const models = rows
      .filter(({ provider, id }) => provider === source.from && (source.includes?.(id) ?? true))
      .map((row) => modelFacts(row, source))
      .sort((a, b) => (a.id < b.id ? -1 : 1))
    if (models.length === 0) continue
    const lines = models.map((model) => `    ${JSON.stringify(model)}`)
    const head = `{\n  "source": "models.dev (MIT licence)",\n  "asOf": "${asOf}",\n  "models": [\n`
    const url = new URL(`../src/catalog/models/${source.to}.generated.json`, import.meta.url)
    await writeFile(url, `${head}${lines.join(',\n')}\n  ]\n}\n`)
    console.log(`${source.to}: ${models.length} models, ${models.filter(({ price }) => price).length} with prices`)
  }
}

function modelFacts(row: Row, source: Source): ModelFacts {
  const price = modelPrice(row)
  return {
    id: row.id,
    title: row.name,
    ...(row.limit.context ? { contextTokens: row.limit.context } : {}),
    ...(row.limit.output ? { maxOutputTokens: row.limit.output } : {}),
    inputModalities: row.modalities.input,
    outputModalities: row.modalities.output,
    supportsTools: row.tool_call,
    supportsReasoning: row.reasoning,
    ...(row.temperature === false ? { supportsSampling: false } : {}),
    ...(price === undefined ? {} : { price: source.adjust?.(price) ?? price }),
    ...(row.release_date === undefined ? {} : { releasedOn: row.release_date }),
  }
}

function modelPrice({ id, cost }: Row): ModelPrice | undefined {
  if (cost === undefined) return undefined
  // A price that tokens alone do not make up would be too low, and unknown is better than wrong.
  if (cost.request !== undefined || cost.citation !== undefined) return undefined
  // Zero often stands for "charged in another way" (per song, per image, by subscription).
  if (cost.input === 0 && cost.output === 0 && !id.endsWith(':free')) return undefined
  const tiers = (cost.tiers ?? [])
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
