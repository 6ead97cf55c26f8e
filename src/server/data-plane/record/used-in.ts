import type { Stretch } from '../../../core/calls/call.ts'
import { callCost } from '../../../core/model/prices.ts'
import { summedUsage } from '../../../gateway/routing/answer-so-far.ts'
/** Of an answer that several targets gave: each is paid for what it used. */
export function usedIn(stretches: readonly Stretch[]) {
  const costs = stretches.map(({ target, usage }) => callCost(target.facts?.price, usage))
  return {
    usage: summedUsage(stretches.map(({ usage }) => usage)),
    isEstimated: stretches.some(({ isEstimated }) => isEstimated),
    costNanoUsd: costs.every((cost) => cost !== undefined) ? costs.reduce((sum, cost) => sum + cost, 0) : undefined,
  }
}
