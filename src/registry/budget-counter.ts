import { type Budget, periodLength, type Standing, windowEnd, windowStart } from '../core/spending/budget.ts'
import { refill } from '../core/spending/token-bucket.ts'
import { type Lease, turnLease } from './budget-lease.ts'

/**
 * What one budget has used in one group. A plain record that its functions change: there is one for each budget of each
 * key, and it is looked at in each call.
 */
export interface BudgetCounter {
  /** Of the window. For a token bucket, when it was last looked at. Unix milliseconds. */
  startedAt: number
  /** When the window ends. Infinite for all time; without meaning for a token bucket. */
  endsAt: number
  /** Settled in this window; of a token bucket, what is missing in it. */
  used: number
  /** Settled in the window before; only a sliding window looks at it. */
  previous: number
  /** Held for calls in flight. */
  reserved: number
  /** When a call was last refused that the whole amount would have been enough for. Unix milliseconds. */
  refusedAt: number
  /** When it was first seen to be used up in this window; 0: it is not. Unix milliseconds. */
  endedAt: number
  /** What a record knows of windows that have not come yet, by their starts. */
  later: ReadonlyMap<number, number> | undefined
  /** Where several gateways count together: all above is of this one, and `used` of a bucket is of what it has leased. */
  readonly lease?: Lease
}

export type LeasedCounter = BudgetCounter & { readonly lease: Lease }

export function isLeased(counter: BudgetCounter): counter is LeasedCounter {
  return counter.lease !== undefined
}

/** What a call holds of a counter until it has ended. */
export interface Hold {
  readonly amount: number
  readonly startedAt: number
  /** Of the time of a stream: what it held in fixed windows that are over. */
  readonly past?: number
}

export function createCounter(lease?: Lease): BudgetCounter {
  const counter = {
    startedAt: 0,
    endsAt: 0,
    used: 0,
    previous: 0,
    reserved: 0,
    refusedAt: 0,
    endedAt: 0,
    later: undefined,
  }
  return lease === undefined ? counter : { ...counter, lease }
}

/** Holds an amount; `undefined`: there is not so much left. */
export function hold(counter: BudgetCounter, budget: Budget, amount: number, now: number): Hold | undefined {
  if (amount > leftOf(counter, budget, now)) {
    // Where it is leased, there may be more.
    if (amount <= budget.amount && counter.lease === undefined) counter.refusedAt = now
    return undefined
  }
  counter.reserved += amount
  return { amount, startedAt: counter.startedAt }
}

/** For what counts behind the call only. */
export function holdNothing(counter: BudgetCounter, budget: Budget, now: number): Hold {
  roll(counter, budget, now)
  return { amount: 0, startedAt: counter.startedAt }
}

/** What is still held of it: with a fixed window that is over, what it held went too. */
export function stillHeld(counter: BudgetCounter, budget: Budget, held: Hold, now: number): number {
  roll(counter, budget, now)
  return budget.window?.kind === 'fixed' && held.startedAt !== counter.startedAt ? 0 : held.amount
}

/** Gives back what was held and counts what was used. */
export function settle(counter: BudgetCounter, budget: Budget, held: Hold, actual: number, now: number): void {
  roll(counter, budget, now)
  // It belongs to a window that is over: what it held went with it.
  if (budget.window?.kind === 'fixed' && held.startedAt !== counter.startedAt) return
  counter.reserved = Math.max(0, counter.reserved - held.amount)
  if (budget.window !== undefined) counter.used += actual
}

export function leftOf(counter: BudgetCounter, budget: Budget, now: number): number {
  roll(counter, budget, now)
  if (counter.lease !== undefined) {
    const { cap, until } = counter.lease
    const free = cap - counter.used - counter.reserved
    return budget.window === undefined && now >= until ? Math.min(0, free) : free
  }
  return budget.amount - usedOf(counter, budget, now) - counter.reserved
}

export function standingOf(own: BudgetCounter, budget: Budget, now: number): Standing {
  const counter = ofAll(own, budget, now)
  roll(counter, budget, now)
  const used = Math.round(usedOf(counter, budget, now))
  const left = Math.max(0, Math.floor(budget.amount - used - counter.reserved))
  const resetsAt = resetOf(counter, budget, now)
  const isRefusing = budget.window?.kind === 'fixed' && counter.refusedAt >= counter.startedAt && counter.refusedAt > 0
  const isUsedUp = budget.window?.kind === 'fixed' && used >= budget.amount
  if (!isUsedUp) own.endedAt = 0
  else if (own.endedAt < counter.startedAt || own.endedAt === 0) own.endedAt = now
  return {
    budget,
    used,
    reserved: counter.reserved,
    left,
    ...(isRefusing ? { isRefusing: true } : {}),
    ...(isUsedUp ? { endedAt: own.endedAt } : {}),
    ...(resetsAt === undefined ? {} : { resetsAt }),
  }
}

/** With what the other gateways had when they were last heard of. */
function ofAll(counter: BudgetCounter, budget: Budget, now: number): BudgetCounter {
  if (counter.lease === undefined) return counter
  const { endsAt, refusedAt, endedAt, later } = counter
  const left = leftOf(counter, budget, now)
  const { others, toldAt } = counter.lease
  if (budget.window?.kind === 'token-bucket') {
    const { reserved } = counter
    // What is leased is missing in the bucket, used or not.
    const used = Math.max(0, others.used - Math.max(0, left) - reserved)
    return { startedAt: Math.max(0, toldAt), endsAt, used, previous: 0, reserved, refusedAt, endedAt, later }
  }
  return {
    startedAt: counter.startedAt,
    endsAt: counter.endsAt,
    used: counter.used + others.used,
    previous: counter.previous + others.previous,
    reserved: counter.reserved + others.held,
    refusedAt,
    endedAt,
    later,
  }
}

/** Nothing that it counts is of any consequence now. */
export function isIdle(counter: BudgetCounter, budget: Budget, now: number): boolean {
  roll(counter, budget, now)
  if (counter.later !== undefined) return false
  if (counter.lease !== undefined)
    return counter.reserved === 0 && counter.used === 0 && counter.previous === 0 && counter.lease.cap === 0
  return counter.reserved === 0 && usedOf(counter, budget, now) === 0
}

/**
 * Milliseconds until there is as much, if nothing else is used meanwhile; `undefined` where time does not help: the amount
 * is larger than the budget, the budget is for all time, or calls in flight hold it.
 */
export function waitFor(own: BudgetCounter, budget: Budget, amount: number, now: number): number | undefined {
  const { window } = budget
  if (window === undefined || amount > budget.amount) return undefined
  const counter = ofAll(own, budget, now)
  roll(counter, budget, now)
  const missing = usedOf(counter, budget, now) + counter.reserved + amount - budget.amount
  if (missing <= 0) return 0
  switch (window.kind) {
    case 'fixed':
      return Number.isFinite(counter.endsAt) ? counter.endsAt - now : undefined
    case 'token-bucket':
      if (counter.reserved + amount > budget.amount) return undefined
      return (missing / budget.amount) * lengthOf(budget)
    case 'sliding':
      return slidingWait(counter, budget, amount, now)
  }
}

/** In this window what the one before used fades; in the next one, what this one did. */
function slidingWait(counter: BudgetCounter, budget: Budget, amount: number, now: number): number | undefined {
  const length = lengthOf(budget)
  const elapsed = now - counter.startedAt
  const room = budget.amount - counter.reserved - amount
  if (room < 0) return undefined
  if (room >= counter.used) return (1 - (room - counter.used) / counter.previous) * length - elapsed
  return length - elapsed + (1 - room / counter.used) * length
}

function resetOf(counter: BudgetCounter, budget: Budget, now: number): number | undefined {
  const { window } = budget
  if (window === undefined) return undefined
  if (window.kind === 'token-bucket') return Math.ceil(now + (counter.used / budget.amount) * lengthOf(budget))
  if (!Number.isFinite(counter.endsAt)) return undefined
  return window.kind === 'sliding' && counter.used > 0 ? counter.endsAt + lengthOf(budget) : counter.endsAt
}

function usedOf(counter: BudgetCounter, budget: Budget, now: number): number {
  if (budget.window?.kind !== 'sliding' || counter.previous === 0) return counter.used
  const gone = Math.min(1, Math.max(0, (now - counter.startedAt) / lengthOf(budget)))
  return counter.used + counter.previous * (1 - gone)
}

/**
 * Moves the counter to the window of `now`. A clock that is set back, and perhaps forth again, gives nothing back; one that
 * had been more than a whole window ahead is believed, or what is used now would count to a day of next year.
 */
export function roll(counter: BudgetCounter, budget: Budget, now: number): void {
  const { window } = budget
  if (window === undefined) return
  if (window.kind === 'token-bucket') {
    // What is leased was taken out of the bucket once, and stays that.
    if (counter.lease === undefined) refill(counter, budget.amount, lengthOf(budget), now)
    return
  }
  const { startedAt, endsAt } = counter
  if (now < endsAt && now >= startedAt - (endsAt - startedAt)) return
  const start = windowStart(window.per, now)
  if (start > startedAt) {
    const { later } = counter
    counter.previous = start === endsAt ? counter.used : (later?.get(windowStart(window.per, start - 1)) ?? 0)
    counter.used = later?.get(start) ?? 0
    if (later !== undefined && Math.max(...later.keys()) <= start) counter.later = undefined
    // What is in flight is held in the window in which it began; one that slides holds it as long as it takes.
    if (window.kind === 'fixed') counter.reserved = 0
    if (counter.lease !== undefined) turnLease(counter.lease, counter.reserved, start === endsAt)
  }
  counter.startedAt = start
  counter.endsAt = windowEnd(window.per, start)
}

/** Months and all time are fixed windows, which the configuration sees to. */
function lengthOf(budget: Budget): number {
  return periodLength(budget.window?.per ?? 'day') ?? 1
}
