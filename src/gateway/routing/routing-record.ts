import type { RoutingRecord } from '../../core/call-record.ts'
import type { Usage } from '../../core/model-reply.ts'
import { callCost } from '../../core/prices.ts'
import { distinctTargets, isSameTarget, leavesOf, type RouteDecision } from '../../core/route-plan.ts'

/** How a call came to its targets, and what it would have cost at each. */
export function routingRecord(
  { plan, steps, targets, passedOver }: RouteDecision,
  usage: Usage | undefined,
): RoutingRecord {
  const candidates = distinctTargets(leavesOf(plan)).map((target): RoutingRecord['candidates'][number] => {
    const place = targets.findIndex((chosen) => isSameTarget(chosen, target))
    const why = passedOver.find((passed) => isSameTarget(passed.target, target))?.why ?? 'not-chosen'
    const costNanoUsd = callCost(target.facts?.price, usage)
    return {
      account: target.account.id,
      model: target.model,
      ...(place < 0 ? { passedOver: why } : { place: place + 1 }),
      ...(costNanoUsd === undefined ? {} : { costNanoUsd }),
    }
  })
  return { steps, candidates }
}
