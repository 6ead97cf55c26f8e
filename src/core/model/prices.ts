import type { BilledUnits, Usage } from './model-reply.ts'

/** Prices of a model in nano-USD per token, which is USD per million tokens times 1,000. Absent: unknown. */
export interface ModelPrice {
  readonly input: number
  readonly output: number
  readonly cachedInput?: number
  readonly cacheWrite?: number
  readonly cacheWrite1h?: number
  /** Applies where reasoning tokens cost something other than output tokens. */
  readonly reasoning?: number
  /** Dearer prices for long prompts: the last tier whose `aboveInputTokens` is exceeded applies to the whole call. */
  readonly tiers?: readonly (Omit<ModelPrice, 'tiers'> & { readonly aboveInputTokens: number })[]
}

/** Nano-USD per token as USD per million tokens, which is a thousandth, without the noise of binary fractions. */
export function usdPerMillion(nanoUsd: number): number {
  return Number((nanoUsd / 1000).toFixed(9))
}

/** A model of the catalogue. */
export interface ModelFacts {
  readonly id: string
  readonly title: string
  readonly contextTokens?: number
  readonly maxOutputTokens?: number
  readonly inputModalities: readonly string[]
  readonly outputModalities: readonly string[]
  readonly supportsTools?: boolean
  readonly supportsReasoning?: boolean
  /** `false`: refuses `temperature` and `top_p`. */
  readonly supportsSampling?: boolean
  readonly price?: ModelPrice
  /** ISO date. */
  readonly releasedOn?: string
}

/**
 * Cost of a call in integer nano-USD; `undefined` when the price or a token count that it needs is unknown.
 * Cached and written tokens are parts of `inputTokens`. Reasoning tokens are part of `outputTokens`.
 */
export function callCost(price: ModelPrice | undefined, usage: Usage | undefined): number | undefined {
  if (price === undefined || usage === undefined) return undefined
  if (usage.billed !== undefined) return billedCost(price, usage.billed, usage)
  if (usage.inputTokens === undefined) return undefined
  const input = usage.inputTokens
  const tier = tierFor(price, input)
  const output = usage.outputTokens ?? 0
  const cached = usage.cachedInputTokens ?? 0
  const written = usage.cacheWriteTokens ?? 0
  const written1h = Math.min(usage.cacheWrite1hTokens ?? 0, written)
  const reasoning = tier.reasoning === undefined ? 0 : Math.min(usage.reasoningTokens ?? 0, output)
  const plain = Math.max(0, input - cached - written)
  const cacheWrite = tier.cacheWrite ?? tier.input
  const cost =
    plain * tier.input +
    cached * (tier.cachedInput ?? tier.input) +
    (written - written1h) * cacheWrite +
    written1h * (tier.cacheWrite1h ?? cacheWrite) +
    (output - reasoning) * tier.output +
    reasoning * (tier.reasoning ?? tier.output)
  return Math.round(cost)
}

function tierFor(price: ModelPrice, inputTokens: number): Omit<ModelPrice, 'tiers'> {
  return price.tiers?.findLast(({ aboveInputTokens }) => inputTokens > aboveInputTokens) ?? price
}

/** A search has no price in the catalogue, and the tokens that it read are not what is paid. */
function billedCost(price: ModelPrice, billed: BilledUnits, { inputTokens, outputTokens }: Usage): number | undefined {
  const input = billed.inputTokens ?? inputTokens
  const output = billed.outputTokens ?? outputTokens ?? 0
  if (billed.searchUnits !== undefined || input === undefined) return undefined
  const tier = tierFor(price, inputTokens ?? input)
  return Math.round(input * tier.input + output * tier.output)
}
