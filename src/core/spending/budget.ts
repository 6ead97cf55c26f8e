import type { Refill } from './token-bucket.ts'

/**
 * How much of something may be used in a time. A limit of a key and a budget of a workspace are the same thing: an amount
 * of a measure in a window, counted by group. Money is in integer nano-USD, time in integer milliseconds.
 */
export const measures = [
  'requests',
  'inputTokens',
  'outputTokens',
  'tokens',
  'costUsd',
  'concurrentCalls',
  'streamSeconds',
] as const
export type Measure = (typeof measures)[number]

export const periods = ['second', 'minute', 'hour', 'day', 'week', 'month', 'total'] as const
export type Period = (typeof periods)[number]

/**
 * `fixed`: begins anew at the turn of the period, in UTC; weeks begin on Monday. `sliding`: the last period, whenever one
 * looks; what the period before used fades out evenly. `token-bucket`: fills evenly, up to the amount.
 */
export const windowKinds = ['fixed', 'sliding', 'token-bucket'] as const
export type WindowKind = (typeof windowKinds)[number]

export interface BudgetWindow {
  readonly kind: WindowKind
  readonly per: Period
}

export interface Budget {
  /** Names its counter, whatever the amount is: what was used stays used when a file is read again. */
  readonly id: string
  /** The key that has it, or the budget of the file that it is a part of. */
  readonly owner: { readonly kind: 'key' | 'budget'; readonly id: string }
  readonly measure: Measure
  /** In the units of the measure; `costUsd` in nano-USD, `streamSeconds` in milliseconds. */
  readonly amount: number
  /** Absent for what is held and given back: calls at once. */
  readonly window?: BudgetWindow
  /** Of `costUsd`: calls without a known price go on, uncounted. Absent: they are refused. */
  readonly allowsUnpriced?: boolean
  /** Percent of the amount that somebody is told of when so much is used; rising. */
  readonly alertAt?: readonly number[]
  /** What the values of its groups are of, in their order. */
  readonly groupedBy?: readonly string[]
}

/** A budget that a call is under, and whose share of it the call counts to. */
export interface Claim {
  readonly budget: Budget
  /** Values of what the budget is grouped by, in its order; empty for one counter for all. */
  readonly group: readonly string[]
}

/** What a call may come to, or has come to; in the units of budgets. A `costUsd` that is absent is not known. */
export type Demand = Readonly<Record<Exclude<Measure, 'costUsd'>, number>> & {
  readonly costUsd?: number
  /** Where it is not known for all targets: the most at those with a price. */
  readonly pricedCostUsd?: number
}

/** What of a window a call has used, under the name of its counter: the record keeps the sums, for the next start. */
export interface BudgetUse {
  readonly counter: string
  /** Unix milliseconds. Of a token bucket: when it was used, or when `used` was missing in it. */
  readonly windowStart: number
  readonly used: number
  /** Of a token bucket. */
  readonly refill?: Refill
  /** Of a sum that was read: the greater, the later something was added to it, whatever the clock said. */
  readonly order?: number
}

/** Of the counter of a budget and group. */
export function counterName({ id }: Budget, group: readonly string[]): string {
  return group.length === 0 ? id : JSON.stringify([id, ...group])
}

/** A window that is over before anybody could restart a process needs no memory. */
export function isLasting({ window }: Budget): boolean {
  return window !== undefined && window.per !== 'second' && window.per !== 'minute'
}

/** What a call holds of its budgets, from before it is sent until it is settled. */
export interface Reservation {
  readonly claims: readonly Claim[]
  readonly demand: Demand
  readonly isSettled?: boolean
}

/** Held beside what the call itself holds: of budgets of one target, and for what is asked as well. */
export interface HeldBeside {
  readonly reservation: Reservation
  /** What it has come to; absent: what the call has. */
  used?: Demand
  /** When it was settled before the call has ended. Unix milliseconds. */
  at?: number
}

/** One for all tries of a call: what the last of them holds is held in place of what those before it did. */
export interface ReservedCall {
  reservation: Reservation | undefined
  /** Settled with the call, but for what was given back before. */
  beside?: HeldBeside[] | undefined
  /** Its tokens are held and settled response by response. */
  isInSteps?: boolean
  /** Its consumption was judged already: this is another try. */
  readonly isJudged?: boolean
}

export const noDemand: Demand = {
  requests: 0,
  concurrentCalls: 0,
  inputTokens: 0,
  outputTokens: 0,
  tokens: 0,
  streamSeconds: 0,
  costUsd: 0,
}

/** Where a budget stands. */
export interface Standing {
  readonly budget: Budget
  /** Settled in this window. */
  readonly used: number
  /** Held for calls in flight. */
  readonly reserved: number
  readonly left: number
  /** A call was refused for it in this window, though the whole of it would have been enough. */
  readonly isRefusing?: true
  /** Of a fixed window that is used up: when that was first seen. Unix milliseconds. */
  readonly endedAt?: number
  /** Unix milliseconds at which all of it is there again, or begins anew; absent where that never happens. */
  readonly resetsAt?: number
}

/** As people say it: USD and seconds. */
export function inUnits(measure: Measure, amount: number): number {
  if (measure === 'costUsd') return amount / 1e9
  return measure === 'streamSeconds' ? amount / 1000 : amount
}

const unitNames: Readonly<Record<Measure, string>> = {
  requests: 'requests',
  inputTokens: 'input tokens',
  outputTokens: 'output tokens',
  tokens: 'tokens',
  costUsd: 'USD',
  concurrentCalls: 'calls at once',
  streamSeconds: 'seconds of streams',
}

/** `50.00 USD`, `1000 tokens`. */
export function amountText(measure: Measure, amount: number): string {
  return unitText(measure, inUnits(measure, amount))
}

/** The same of an amount in units: six digits as far as they stand behind the point, and of money two places at least. */
export function unitText(measure: Measure, units: number): string {
  const least = measure === 'costUsd' ? 2 : 0
  const digits = units === 0 ? 0 : 5 - Math.floor(Math.log10(Math.abs(units)))
  const [whole, places = ''] = units.toFixed(Math.min(9, Math.max(least, digits))).split('.')
  const kept = places.replace(/0+$/, '').padEnd(least, '0')
  return `${whole}${kept === '' ? '' : `.${kept}`} ${unitNames[measure]}`
}

/** The smallest part that is left of budgets in USD, from 0 to 1; 1 where there are none. */
export function budgetLeft(standings: readonly Standing[] = []): number {
  const ofMoney = standings.filter(({ budget }) => budget.measure === 'costUsd')
  return Math.min(1, ...ofMoney.map(({ left, budget }) => left / budget.amount))
}

const DAY = 86_400_000
const lengths: Readonly<Partial<Record<Period, number>>> = {
  second: 1000,
  minute: 60_000,
  hour: 3_600_000,
  day: DAY,
  week: 7 * DAY,
}

/** Milliseconds; `undefined` for a month and for all time, which have no one length. */
export function periodLength(per: Period): number | undefined {
  return lengths[per]
}

/** Unix milliseconds at which the fixed window of a moment began. */
export function windowStart(per: Period, at: number): number {
  if (per === 'total') return 0
  const date = new Date(at)
  if (per === 'month') return Date.UTC(date.getUTCFullYear(), date.getUTCMonth(), 1)
  const day = Date.UTC(date.getUTCFullYear(), date.getUTCMonth(), date.getUTCDate())
  if (per === 'week') return day - ((date.getUTCDay() + 6) % 7) * DAY
  const length = lengths[per] ?? DAY
  return Math.floor(at / length) * length
}

/** Unix milliseconds at which the window that began then ends. */
export function windowEnd(per: Period, start: number): number {
  if (per === 'total') return Number.POSITIVE_INFINITY
  if (per !== 'month') return start + (lengths[per] ?? DAY)
  const date = new Date(start)
  return Date.UTC(date.getUTCFullYear(), date.getUTCMonth() + 1, 1)
}
