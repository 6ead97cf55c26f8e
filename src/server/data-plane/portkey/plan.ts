import type { JsonObject } from '../../../core/wire/json.ts'
import type { Condition } from './conditions.ts'
import type { DropPath } from './drop-params.ts'

/** Where a call goes by its Portkey headers, in the order in which it is tried. */
export type Plan = TargetPlan | FallbackPlan | LoadbalancePlan | ConditionalPlan

/** The first whose condition holds. */
export interface ConditionalPlan {
  readonly kind: 'conditional'
  readonly cases: readonly { readonly holds: Condition; readonly plan: Plan }[]
  readonly otherwise?: Plan
}

/** One of them by chance, in the proportion of the weights. As Portkey has it, no other is tried when that one fails. */
export interface LoadbalancePlan {
  readonly kind: 'loadbalance'
  readonly entries: readonly { readonly weight: number; readonly plan: Plan }[]
}

export interface FallbackPlan {
  readonly kind: 'fallback'
  /** Statuses on which the next one is tried; absent: those that another attempt may cure. */
  readonly onStatusCodes?: readonly number[]
  readonly plans: readonly Plan[]
}

export interface TargetPlan {
  readonly kind: 'target'
  /** As Portkey names it in its replies: `config`, `config.targets[1]`. */
  readonly path: string
  /** Account or provider that the config names: goes before one in the model's name. */
  readonly account?: string
  /** Account or provider of the headers: where nothing closer names one. */
  readonly defaultAccount?: string
  /** Until the head of the reply. */
  readonly timeoutMs?: number
  readonly retry?: RetryRule
  /** How long the answer is given again, where the operator has a cache. */
  readonly cacheTtlMs?: number
  /** That the config has for its calls. */
  readonly metadata: Readonly<Record<string, string>>
  readonly changes: BodyChanges
}

/** How often the same target is asked again, and on which statuses; absent: on those that another attempt may cure. */
export interface RetryRule {
  readonly attempts: number
  readonly onStatusCodes?: readonly number[]
}

/** What happens to the client's body, in this order. */
export interface BodyChanges {
  /** Where the client said nothing. */
  readonly defaults: JsonObject
  readonly overrides: JsonObject
  readonly drops: readonly DropPath[]
}

export const noChanges: BodyChanges = { defaults: {}, overrides: {}, drops: [] }
