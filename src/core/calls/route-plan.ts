/**
 * How a route sends calls: a tree whose leaves are targets. `Leaf` is the name of a target in a configuration, and the target
 * itself once it was found.
 */
import type { Target } from './registry.ts'

export type RoutePlan<Leaf = Target> =
  | { readonly kind: 'target'; readonly target: Leaf }
  /** Tried in this order. */
  | { readonly kind: 'fallback'; readonly plans: NonEmpty<RoutePlan<Leaf>> }
  | LoadbalancePlan<Leaf>
  /** The first whose condition holds. */
  | {
      readonly kind: 'conditional'
      readonly cases: readonly { readonly when: Expression<boolean>; readonly plan: RoutePlan<Leaf> }[]
      readonly otherwise: RoutePlan<Leaf>
    }
  | SemanticPlan<Leaf>

/** By what the user said. */
export interface SemanticPlan<Leaf = Target> {
  readonly kind: 'semantic'
  readonly sort: CallSorter
  /** Asked before `sort`, which finds what it said among the facts. */
  readonly classifier?: Classifier<Leaf>
  readonly cases: readonly { readonly name: string; readonly plan: RoutePlan<Leaf> }[]
  /** For calls of which the sorter knows nothing, too. */
  readonly otherwise: RoutePlan<Leaf>
}

/** A model that is asked how hard a call is. */
export interface Classifier<Leaf = Target> {
  /** As the configuration names it. */
  readonly name: string
  readonly plan: RoutePlan<Leaf>
  readonly timeoutMs: number
}

/** What a classifier said, or why it said nothing that can be used. */
export type Verdict = { readonly says: 'easy' | 'hard' } | { readonly fault: string }

/** Finds the case that a call belongs to, and says why without a word of the call. The same facts have the same case. */
export type CallSorter = (facts: RouteFacts) => Sorted

/** `index` of the case; absent: none of them. */
export interface Sorted {
  readonly index?: number
  readonly why: string
}

/** One of several. The others are tried after it, in the order in which they would have been chosen. */
export interface LoadbalancePlan<Leaf = Target> {
  readonly kind: 'loadbalance'
  readonly by: BalanceRule
  /** Calls for which it gives the same text go to the same plan, as long as that one is healthy. For `by: weight`. */
  readonly stickyBy?: Expression<string>
  readonly plans: NonEmpty<{ readonly weight: number; readonly plan: RoutePlan<Leaf> }>
}

export type NonEmpty<Item> = readonly [Item, ...Item[]]

/**
 * `weight`: by chance, in the proportion of the weights. `least-busy`: fewest calls in flight for each unit of weight.
 * `latency`: least time to the first byte lately. `cost`: cheapest for the tokens of the call. `headroom`: most left of the
 * rate limit, as its provider said last.
 */
export type BalanceRule = 'weight' | 'least-busy' | 'latency' | 'cost' | 'headroom'

/** What holds for a named route as a whole. */
export interface RouteSettings {
  /** How often all targets are tried again after all have failed. */
  readonly retries: number
  /** When an answer is late, so that the next target is asked as well: later than 95 of 100 lately, or after a fixed time. */
  readonly hedge?: 'p95' | { readonly afterMs: number }
  /** An answer that breaks off is continued by the next target that can. */
  readonly continues?: true
  /** Absent: as for all calls. */
  readonly cache?: { readonly ttlMs: number } | 'off'
}

/** Where copies of calls go, and how many of a hundred. */
export interface RouteShadow<Leaf = Target> {
  readonly percent: number
  readonly plan: RoutePlan<Leaf>
}

export const plainRoute: RouteSettings = { retries: 0 }

/** An expression of a configuration, compiled. */
export interface Expression<Result> {
  readonly text: string
  /** `undefined`: it cannot be worked out for these facts, such as `metadata.tier` where there is none. */
  evaluate(facts: RouteFacts): Result | undefined
}

/** What expressions see of a call. All times are UTC. */
export interface RouteFacts {
  readonly request: RequestFacts
  /** From the body's `metadata` and the header `x-portcullis-metadata`. */
  readonly metadata: Readonly<Record<string, string>>
  readonly principal: { readonly key: string; readonly workspace: string }
  /** The smallest part that is left of the budgets in USD that the call is under; 1 where there are none. */
  readonly budget: { readonly left: number }
  readonly time: { readonly hour: number /** 1 is Monday, 7 is Sunday (ISO 8601). */; readonly weekday: number }
  /** By the names of the classifiers that were asked. */
  readonly verdicts?: ReadonlyMap<string, Verdict>
}

export interface RequestFacts {
  /** The name that the client asked for. */
  readonly model: string
  /** The client's path: `/v1/chat/completions`. */
  readonly endpoint: string
  readonly stream: boolean
  readonly messages: number
  readonly tools: number
  readonly hasImages: boolean
  readonly hasDocuments: boolean
  readonly hasAudio: boolean
  readonly wantsReasoning: boolean
  readonly wantsJson: boolean
  /** Of the prompt. */
  readonly estimatedTokens: number
  /** 0: the client sets none. */
  readonly maxOutputTokens: number
  /** What the user said last. */
  readonly text: string
  /** What the user said in the turns before, the latest first; at most two of them. */
  readonly earlierTexts: readonly string[]
}

/** Where a call goes and why: made before it is sent, and kept in its record. */
export interface RouteDecision {
  readonly plan: RoutePlan
  /** In the order in which they are tried. */
  readonly targets: readonly Target[]
  /** What was chosen at each turn of the plan, from its root. */
  readonly steps: readonly string[]
  /** Those that were chosen, and not tried all the same. */
  readonly passedOver: readonly { readonly target: Target; readonly why: PassedOver }[]
}

/**
 * `circuit-open`: it failed too often lately. `cooling-down`: it asked for a pause. `check-failed`: its account fails its health
 * check. `not-the-holder`: another account holds what the call goes on from.
 */
export type PassedOver = 'circuit-open' | 'cooling-down' | 'check-failed' | 'not-the-holder' | 'not-allowed'

/** What stands at the leaves of a plan, from left to right. */
export function leavesOf<Leaf>(plan: RoutePlan<Leaf>): readonly Leaf[] {
  return plan.kind === 'target' ? [plan.target] : plansBelow(plan).flatMap(leavesOf)
}

/** Where all credentials of one account lead, if the plan leads nowhere else. */
export function onlyTarget(plan: RoutePlan): Target | undefined {
  const [first, ...others] = leavesOf(plan)
  const accountOf = ({ account }: Target): string => account.furtherOf ?? account.id
  if (first === undefined) return undefined
  const isOther = (target: Target): boolean => target.model !== first.model || accountOf(target) !== accountOf(first)
  return others.some(isOther) ? undefined : first
}

/** The same plan with a plan in place of each leaf. */
export function mapPlan<From, To>(plan: RoutePlan<From>, map: (leaf: From) => RoutePlan<To>): RoutePlan<To> {
  const mapped = (inner: RoutePlan<From>): RoutePlan<To> => mapPlan(inner, map)
  const entry = <Entry extends { readonly plan: RoutePlan<From> }>(inner: Entry) => ({
    ...inner,
    plan: mapped(inner.plan),
  })
  switch (plan.kind) {
    case 'target':
      return map(plan.target)
    case 'fallback': {
      const [first, ...rest] = plan.plans
      return { kind: plan.kind, plans: [mapped(first), ...rest.map(mapped)] }
    }
    case 'loadbalance': {
      const [first, ...rest] = plan.plans
      return { ...plan, plans: [entry(first), ...rest.map(entry)] }
    }
    case 'conditional':
      return { kind: plan.kind, cases: plan.cases.map(entry), otherwise: mapped(plan.otherwise) }
    case 'semantic': {
      const { classifier, ...rest } = plan
      return {
        ...rest,
        ...(classifier === undefined ? {} : { classifier: entry(classifier) }),
        cases: plan.cases.map(entry),
        otherwise: mapped(plan.otherwise),
      }
    }
  }
}

/** The plans right below a plan, those of classifiers not among them. */
export function plansBelow<Leaf>(plan: RoutePlan<Leaf>): readonly RoutePlan<Leaf>[] {
  switch (plan.kind) {
    case 'target':
      return []
    case 'fallback':
      return plan.plans
    case 'loadbalance':
      return plan.plans.map((entry) => entry.plan)
    case 'conditional':
    case 'semantic':
      return [...plan.cases.map((entry) => entry.plan), plan.otherwise]
  }
}

/** Those that a call of the plan may be shown to. */
export function classifiersIn<Leaf>(plan: RoutePlan<Leaf>): readonly Classifier<Leaf>[] {
  const own = plan.kind === 'semantic' && plan.classifier !== undefined ? [plan.classifier] : []
  return [...own, ...plansBelow(plan).flatMap(classifiersIn)]
}

/** All targets that a plan may lead to, each once, from left to right. Worked out once for each plan. */
export function targetsOf(plan: RoutePlan): readonly Target[] {
  let targets = known.get(plan)
  if (targets === undefined) {
    const found: Target[] = []
    for (const target of leavesOf(plan)) addDistinct(found, target)
    targets = found
    known.set(plan, targets)
  }
  return targets
}

const known = new WeakMap<RoutePlan, readonly Target[]>()

export function addDistinct(targets: Target[], target: Target): void {
  for (const other of targets) if (isSameTarget(other, target)) return
  targets.push(target)
}

export function isSameTarget(a: Target, b: Target): boolean {
  return a === b || (a.account === b.account && a.model === b.model)
}
