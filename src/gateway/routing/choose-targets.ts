import type { ProviderAccount, ResolvedModel, Target } from '../../core/calls/registry.ts'
import {
  addDistinct,
  type PassedOver,
  type RouteDecision,
  type RouteFacts,
  type RoutePlan,
} from '../../core/calls/route-plan.ts'
import { rankPlans } from './rank-plans.ts'
import type { TargetHealth } from './target-state.ts'

/** What a choice depends on beside the plan. The same view gives the same choice. */
export interface RoutingView {
  /** In [0, 1). */
  random(): number
  /** Worked out when a plan asks for them. */
  facts(): RouteFacts
  health(target: Target): TargetHealth
  /** The one account that may serve the call. */
  readonly heldBy?: string
  /** Whether the caller's key and workspace let the call go there. */
  mayReach(account: ProviderAccount): boolean
  /** The account that is asked first, where the plan leads to it at all. */
  readonly preferred?: string
}

/** The target that is always asked, however it is doing: there is no other one, and no second try. */
export function onlyTry({ plan, settings }: ResolvedModel): Target | undefined {
  return plan.kind === 'target' && settings.retries === 0 ? plan.target : undefined
}

/** Puts the targets of a plan in the order in which they are tried. Pure: it reads the view and changes nothing. */
export function chooseTargets(plan: RoutePlan, view: RoutingView): RouteDecision {
  const steps: string[] = []
  const targets: Target[] = []
  const passedOver: Passed[] = []
  const found: Target[] = []
  walk({ view, steps, found }, plan, 'route')
  for (const target of found) {
    const why = reasonAgainst(target, view)
    if (why === undefined) targets.push(target)
    else passedOver.push({ target, why })
  }
  const decision = { plan, targets, steps, passedOver }
  return makerFirst(targets.length > 0 ? decision : despiteChecks(decision), view)
}

type Passed = RouteDecision['passedOver'][number]

/** A check may be wrong where a call would be answered: it takes nobody out of service when that leaves nobody. */
function despiteChecks(decision: RouteDecision): RouteDecision {
  const { steps, passedOver } = decision
  const hasFailedCheck = ({ why }: Passed): boolean => why === 'check-failed'
  const asked = passedOver.filter(hasFailedCheck)
  if (asked.length === 0) return decision
  return {
    ...decision,
    targets: asked.map(({ target }) => target),
    steps: [...steps, 'route: every target that is left fails its health check, so they are asked all the same'],
    passedOver: passedOver.filter((passed) => !hasFailedCheck(passed)),
  }
}

/** The account that made the reasoning of the call, where the plan leads there. */
function makerFirst(decision: RouteDecision, { preferred }: RoutingView): RouteDecision {
  if (preferred === undefined) return decision
  const { targets, steps } = decision
  const first = targets.filter(({ account }) => account.id === preferred)
  if (first.length === 0) return decision
  const others = targets.filter(({ account }) => account.id !== preferred)
  const step = `route: ${preferred} first, as it made the reasoning that the call brings back`
  return { ...decision, targets: [...first, ...others], steps: [...steps, step] }
}

function reasonAgainst(target: Target, { heldBy, mayReach, health }: RoutingView): PassedOver | undefined {
  if (!mayReach(target.account)) return 'not-allowed'
  return heldBy === undefined || heldBy === target.account.id ? health(target).paused : 'not-the-holder'
}

interface Walk {
  readonly view: RoutingView
  readonly steps: string[]
  /** Each target once, where it came first. */
  readonly found: Target[]
}

function walk(way: Walk, plan: RoutePlan, place: string): void {
  const { view, steps, found } = way
  switch (plan.kind) {
    case 'target':
      addDistinct(found, plan.target)
      return
    case 'fallback':
      for (const [index, inner] of plan.plans.entries()) walkBelow(way, inner, place, 'fallback', index)
      return
    case 'loadbalance': {
      const { order, why } = rankPlans(plan, view)
      steps.push(`${place}.loadbalance: ${order.join(', ')} ${why}`)
      for (const index of order) {
        const entry = plan.plans[index]
        if (entry !== undefined) walkBelow(way, entry.plan, place, 'loadbalance', index)
      }
      return
    }
    case 'conditional': {
      const index = plan.cases.findIndex(({ when }) => when.evaluate(view.facts()) === true)
      const chosen = plan.cases[index]
      const inner = chosen === undefined ? `${place}.otherwise` : `${place}.conditional[${index}]`
      steps.push(chosen === undefined ? `${inner}: no condition holds` : `${inner}: ${chosen.when.text}`)
      walk(way, chosen?.plan ?? plan.otherwise, inner)
      return
    }
    case 'semantic': {
      const { index, why } = plan.sort(view.facts())
      const chosen = index === undefined ? undefined : plan.cases[index]
      const inner = chosen === undefined ? `${place}.otherwise` : `${place}.semantic[${chosen.name}]`
      steps.push(`${inner}: ${why}`)
      walk(way, chosen?.plan ?? plan.otherwise, inner)
      return
    }
  }
}

/** The name of the place is written only where somebody will say it: most plans have targets right below them. */
function walkBelow(way: Walk, plan: RoutePlan, place: string, kind: string, index: number): void {
  if (plan.kind === 'target') addDistinct(way.found, plan.target)
  else walk(way, plan, `${place}.${kind}[${index}]`)
}
