import type { CallFact, Stretch } from '../../../core/calls/call.ts'
import type { ReplyPart, Usage } from '../../../core/model/model-reply.ts'
import { callCost, type ModelPrice } from '../../../core/model/prices.ts'
import { summedUsage } from '../../../gateway/routing/answer-so-far.ts'

interface Used {
  readonly usage: Usage | undefined
  readonly isEstimated: boolean
  /** `undefined`: not known yet, or never. */
  readonly costNanoUsd: number | undefined
}

/** What the answer of one call used, and how it ended, as far as the provider has said. */
export class UsedByCall {
  finishReason: string | undefined
  isWhole = false
  /** Where several targets gave the answer, one after the other. */
  stretches: (() => readonly Stretch[]) | undefined
  #usage: Usage | undefined
  #refused: Extract<CallFact, { readonly type: 'answer-refused' }> | undefined

  said(part: ReplyPart): void {
    if (part.type === 'usage-report') this.#usage = { ...this.#usage, ...part.usage }
    else if (part.type === 'choice-end') this.finishReason ??= part.reason
    else if (part.type === 'reply-end') this.isWhole = true
  }

  refused(fact: Extract<CallFact, { readonly type: 'answer-refused' }>): void {
    this.#usage = { ...this.#usage, ...fact.usage }
    this.#refused = fact
  }

  /** Of the output, what a guardrail held back. */
  get unsentTokens(): number | undefined {
    return this.#refused?.unsentTokens
  }

  /** `price` is that of the last target; each stretch is paid for by its own. */
  total(price: ModelPrice | undefined): Used {
    if (this.stretches !== undefined) return usedIn(this.stretches())
    const usage = this.#finalUsage()
    return { usage, isEstimated: false, costNanoUsd: hasBothCounts(usage) ? callCost(price, usage) : undefined }
  }

  /** A reply that broke off has only a first, low figure for its output: better none, so that it is estimated from the text. */
  #finalUsage(): Usage | undefined {
    const isWhole = this.isWhole || this.finishReason !== undefined || this.#refused?.isWhole === true
    if (this.#usage === undefined || isWhole) return this.#usage
    const { outputTokens: _, reasoningTokens: __, billed: ___, ...known } = this.#usage
    return known
  }
}

export function hasBothCounts(usage: Usage | undefined): usage is Usage {
  return usage?.inputTokens !== undefined && usage.outputTokens !== undefined
}

function usedIn(stretches: readonly Stretch[]): Used {
  const costs = stretches.map(({ target, usage }) => callCost(target.facts?.price, usage))
  return {
    usage: summedUsage(stretches.map(({ usage }) => usage)),
    isEstimated: stretches.some(({ isEstimated }) => isEstimated),
    costNanoUsd: costs.every((cost) => cost !== undefined) ? costs.reduce((sum, cost) => sum + cost, 0) : undefined,
  }
}
