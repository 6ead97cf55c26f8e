import type { BalanceRule } from '../../core/calls/route-plan.ts'
import type { PlanEntry, RoutesSection } from '../../server/config/routes-section.ts'
import type { Field } from './field.ts'

/** A route as the result writes it. */
export type RouteDraft = RoutesSection[string]

export function targetPlan(target: string, timeoutMs: number | undefined): PlanEntry {
  return timeoutMs === undefined ? { target } : { target, timeoutMs }
}

/** Tried in this order. `undefined`: there is nothing to try. */
export function inOrder(plans: readonly PlanEntry[]): PlanEntry | undefined {
  const [first, ...others] = plans
  if (others.length === 0) return first
  return { fallback: plans.flatMap((plan) => plan.fallback ?? [plan]) }
}

export interface Share {
  readonly plan: PlanEntry
  readonly weight: number
}

/** One of them, and the others when it fails. */
export function balanced(shares: readonly Share[], by: BalanceRule = 'weight'): PlanEntry | undefined {
  const [first, ...others] = shares
  if (others.length === 0) return first?.plan
  return {
    loadbalance: shares.map(({ plan, weight }) => (by === 'cost' || weight === 1 ? plan : { ...plan, weight })),
    ...(by === 'weight' ? {} : { by }),
  }
}

export function withRetries(plan: PlanEntry | undefined, retries: number | undefined): RouteDraft | undefined {
  return plan === undefined || retries === undefined ? plan : { ...plan, retries }
}

/** A number from 0 on, as number or text, without taking it. */
export function peekCount(field: Field): number | undefined {
  const text = field.peek()
  const given = field.peekNumber() ?? (text === undefined || text.trim() === '' ? Number.NaN : Number(text))
  return Number.isFinite(given) && given >= 0 ? given : undefined
}

export function weightOf(field: Field, usual: number): number {
  if (!field.isThere) return usual
  const weight = peekCount(field)
  if (weight === undefined) field.unmapped(`is not a number from 0 on; ${usual} is taken`)
  else field.take()
  return weight ?? usual
}

const maxRetries = 10

/** Further rounds of a route. `undefined`: none. */
export function retriesOf(field: Field): number | undefined {
  const count = peekCount(field)
  if (count === undefined) {
    field.unmapped('is not a number of retries')
    return undefined
  }
  field.take()
  const retries = Math.floor(count)
  if (retries > maxRetries) field.remark(`is more than the ${maxRetries} that a route may have`)
  return retries === 0 ? undefined : Math.min(retries, maxRetries)
}

const maxTtlSeconds = 30 * 86_400

/** Whole seconds that an answer may be kept. */
export function ttlOf(field: Field, usual: number): number {
  const seconds = field.number() ?? usual
  if (seconds > maxTtlSeconds) field.remark('is more than the 30 days that an answer is kept here')
  return Math.min(Math.ceil(seconds), maxTtlSeconds)
}
