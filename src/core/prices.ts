import type { Usage } from './model-reply.ts'

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
  if (price === undefined || usage?.inputTokens === undefined) return undefined
  const input = usage.inputTokens
  const tier = price.tiers?.findLast(({ aboveInputTokens }) => input > aboveInputTokens) ?? price
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
