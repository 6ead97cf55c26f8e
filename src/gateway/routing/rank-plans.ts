import { createHash } from 'node:crypto'
import type { Target } from '../../core/calls/registry.ts'
import type { LoadbalancePlan, RequestFacts, RoutePlan } from '../../core/calls/route-plan.ts'
import type { Usage } from '../../core/model/model-reply.ts'
import { callCost } from '../../core/model/prices.ts'
import type { RoutingView } from './choose-targets.ts'

/** Indexes of the plans of a loadbalance node, the chosen one first, and why it was chosen. */
export interface Ranking {
  readonly order: readonly number[]
  readonly why: string
}

export function rankPlans({ by, stickyBy, plans }: LoadbalancePlan, view: RoutingView): Ranking {
  if (by === 'weight') {
    const stuckTo = stickyBy?.evaluate(view.facts())
    // Nothing to stick to: as if it were not asked for, rather than all such calls to one target.
    return stuckTo === undefined || stuckTo === ''
      ? { order: leastFirst(plans.map(({ weight }) => arrival(view.random(), weight))), why: 'by weight' }
      : {
          order: leastFirst(
            plans.map(({ plan, weight }) => arrival(hashOf(`${stuckTo}\n${nameOf(firstTarget(plan))}`), weight)),
          ),
          why: `sticky by ${stickyBy?.text ?? ''}`,
        }
  }
  const measure = measures[by]
  // A tie is broken by chance, or all calls would go to the first while nothing is known.
  const chance = plans.map(() => view.random())
  const rank = plans.map(({ plan, weight }) => measure(firstTarget(plan), weight, view))
  return { order: leastFirst(rank, chance), why: `by ${by}` }
}

/** Indexes in the order of their values, by insertion: there are few. Of two that are equal, the one with less in `ties` comes first. */
function leastFirst(values: readonly number[], ties: readonly number[] = values): number[] {
  const order: number[] = []
  for (const [index, value] of values.entries()) {
    let place = order.length
    for (; place > 0; place--) {
      const before = order[place - 1] ?? 0
      const difference = (values[before] ?? 0) - value || (ties[before] ?? 0) - (ties[index] ?? 0)
      if (difference <= 0) break
      order[place] = before
    }
    order[place] = index
  }
  return order
}

/** What is compared; the least is chosen. */
const measures = {
  'least-busy': (target: Target, weight: number, view: RoutingView) => (view.health(target).inFlight + 1) / weight,
  // Not measured yet: tried first, so that it gets measured.
  latency: (target: Target, weight: number, view: RoutingView) => (view.health(target).latencyMs ?? 0) / weight,
  // What has said nothing may have all of it.
  headroom: (target: Target, weight: number, view: RoutingView) => -(view.health(target).headroom ?? 1) * weight,
  cost: (target: Target, _weight: number, view: RoutingView) => estimatedCost(target, view) ?? Number.MAX_VALUE,
} as const

/** In nano-USD. `undefined`: no price is known. */
function estimatedCost({ facts }: Target, view: RoutingView): number | undefined {
  return facts?.price === undefined ? undefined : callCost(facts.price, estimatedUsage(view.facts().request))
}

/** The estimated prompt, and as much output as the client allows. */
export function estimatedUsage({ estimatedTokens, maxOutputTokens }: RequestFacts): Usage {
  return { inputTokens: estimatedTokens, outputTokens: maxOutputTokens || assumedOutputTokens }
}

/** Where the client names no bound. Only the order matters, and it is the same bound for all. */
const assumedOutputTokens = 500

/**
 * When the plan would come first if each came by itself, `weight` times in a unit of time: the least of them is each plan in
 * proportion to its weight (Efraimidis and Spirakis, 2006), and it stays the least when another plan is added or taken away.
 */
function arrival(uniform: number, weight: number): number {
  return weight === 0 ? Number.MAX_VALUE : -Math.log(1 - uniform) / weight
}

/** In [0, 1), evenly spread, and the same on every machine. */
function hashOf(text: string): number {
  return createHash('sha256').update(text).digest().readUIntBE(0, 6) / 2 ** 48
}

function nameOf({ account, model }: Target): string {
  return `${account.id}/${model}`
}

/** The one that would be asked if all were well, whatever the conditions below say: a measure must not cost a walk. */
function firstTarget(plan: RoutePlan): Target {
  switch (plan.kind) {
    case 'target':
      return plan.target
    case 'fallback':
      return firstTarget(plan.plans[0])
    case 'loadbalance':
      return firstTarget(plan.plans[0].plan)
    case 'conditional':
    case 'semantic':
      return firstTarget(plan.otherwise)
  }
}
