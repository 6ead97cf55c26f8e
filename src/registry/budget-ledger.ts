import {
  type Budget,
  type BudgetUse,
  type Claim,
  counterName,
  type Demand,
  inUnits,
  type Measure,
  type Reservation,
  type ReservedCall,
  type Standing,
  windowEnd,
} from '../core/budget.ts'
import { GatewayError } from '../core/errors.ts'
import {
  type BudgetCounter,
  createCounter,
  type Hold,
  hold,
  holdNothing,
  isIdle,
  settle,
  standingOf,
  stillHeld,
  waitFor,
} from './budget-counter.ts'

/**
 * What has been used of budgets, and what calls in flight hold of them. Before a call the most that it may come to is held;
 * behind it the difference goes back. No store is asked: what was used before the process began is told to it.
 */
export interface BudgetLedger {
  /**
   * Holds a demand of all budgets or of none. A call that holds already and tries again in another way holds the larger of
   * both, and counts to the budgets of its last try.
   * Throws `rate_limited`, `budget_exceeded` or `unpriced_call`, or rejects with it where another process counts.
   */
  reserve(call: ReservedCall, claims: readonly Claim[], demand: Demand): void | Promise<void>
  /** The call has ended, and came to this. Only the first settlement counts. */
  settle(reservation: Reservation, used: Demand): void
  standing(claim: Claim): Standing
  /** All that is counted. */
  claims(): readonly Claim[]
  /** What was used before: where more is known already, that counts. */
  restore(uses: readonly BudgetUse[]): void
}

/** A group may be named by a caller: more groups than this share one counter, so that they are limited all the same. */
const MAX_COUNTERS = 100_000
const LOOK_AGAIN_MS = 1000

export function createBudgetLedger(now: () => number): BudgetLedger {
  const counters = new Map<string, Claim & { readonly counter: BudgetCounter }>()
  /** By the name of their counter, until that is made. */
  const earlier = new Map<string, BudgetUse>()
  let lookedAt = Number.NEGATIVE_INFINITY

  function counterOf({ budget, group }: Claim, at: number): BudgetCounter {
    const known = counters.get(counterName(budget, group))
    if (known !== undefined) return known.counter
    // One without groups is one of few, and must be found again under its own name.
    const isFull = group.length > 0 && counters.size >= MAX_COUNTERS && !forgetIdle(at)
    const shared = isFull ? ['*'] : group
    const name = counterName(budget, shared)
    const counter = counters.get(name)?.counter ?? createCounter()
    counters.set(name, { counter, budget, group: shared })
    remember(name, counter, budget)
    return counter
  }

  function remember(name: string, counter: BudgetCounter, { window }: Budget): void {
    const use = earlier.get(name)
    if (use === undefined || window === undefined) return
    earlier.delete(name)
    if (counter.startedAt > use.windowStart) return
    counter.used = counter.startedAt === use.windowStart ? Math.max(counter.used, use.used) : use.used
    counter.startedAt = use.windowStart
    counter.endsAt = windowEnd(window.per, use.windowStart)
  }

  /** Whether there is room now. Looks at all of them, so not for each call of a flood of groups. */
  function forgetIdle(at: number): boolean {
    if (at >= lookedAt && at < lookedAt + LOOK_AGAIN_MS) return false
    lookedAt = at
    for (const [name, { counter, budget }] of counters) if (isIdle(counter, budget, at)) counters.delete(name)
    return counters.size < MAX_COUNTERS
  }

  return {
    reserve(call, claims, demand) {
      const at = now()
      const before = holdsOf(call.reservation)
      const held: Held[] = []
      for (const claim of claims) {
        const { budget } = claim
        const amount = mostOf(budget, demand)
        if (amount === undefined) {
          undo(held, at)
          throw unpriced(budget)
        }
        const counter = counterOf(claim, at)
        const already = before.length === 0 ? 0 : alreadyHeld(before, counter, at)
        const more = Math.max(0, amount - already)
        // What may cost nothing, or nobody knows what, is let in also where too much was used.
        const isFree = more === 0 && (already > 0 || demand[budget.measure] === undefined)
        const kept = isFree ? holdNothing(counter, budget, at) : hold(counter, budget, more, at)
        if (kept === undefined) {
          undo(held, at)
          throw refusal(budget, waitFor(counter, budget, more, at), amount)
        }
        held.push({
          counter,
          budget,
          hold: already === 0 ? kept : { amount: already + kept.amount, startedAt: kept.startedAt },
          more: kept.amount,
        })
      }
      for (const had of before)
        if (held.every((one) => one.counter !== had.counter)) settle(had.counter, had.budget, had.hold, 0, at)
      call.reservation = new HeldReservation(claims, demand, held)
    },
    settle(reservation, used) {
      const at = now()
      // What nobody can tell is taken to be what was held, but for what may go on uncounted.
      for (const { counter, budget, hold: kept } of takenFrom(reservation))
        settle(counter, budget, kept, used[budget.measure] ?? (budget.allowsUnpriced ? 0 : kept.amount), at)
    },
    restore(uses) {
      for (const use of uses) {
        const later = earlier.get(use.counter)
        if (later === undefined || later.windowStart <= use.windowStart) earlier.set(use.counter, use)
      }
      for (const [name, { counter, budget }] of counters) remember(name, counter, budget)
    },
    claims: () => [...counters.values()],
    standing(claim) {
      const at = now()
      return standingOf(counterOf(claim, at), claim.budget, at)
    },
  }
}

/** Of a route that leads to models without a price too, what the others come to; `undefined`: such a call is refused. */
function mostOf({ measure, allowsUnpriced }: Budget, demand: Demand): number | undefined {
  if (measure !== 'costUsd' || demand.costUsd !== undefined || allowsUnpriced !== true) return demand[measure]
  return demand.pricedCostUsd ?? 0
}

/**
 * Carried by its call and not found by its id: a table of calls in flight changes with each of them, and what it held last
 * would outlive the collector's first look.
 */
class HeldReservation implements Reservation {
  readonly claims: readonly Claim[]
  readonly demand: Demand
  holds: readonly Held[]

  constructor(claims: readonly Claim[], demand: Demand, holds: readonly Held[]) {
    this.claims = claims
    this.demand = demand
    this.holds = holds
  }
}

const nothing: readonly Held[] = []

function holdsOf(reservation: Reservation | undefined): readonly Held[] {
  return reservation instanceof HeldReservation ? reservation.holds : nothing
}

function takenFrom(reservation: Reservation): readonly Held[] {
  const holds = holdsOf(reservation)
  if (reservation instanceof HeldReservation) reservation.holds = nothing
  return holds
}

interface Held {
  readonly counter: BudgetCounter
  readonly budget: Budget
  readonly hold: Hold
  /** How much of it the last try of the call has added. */
  readonly more: number
}

/** Gives back what a try has added that could not have all. */
function undo(held: readonly Held[], at: number): void {
  for (const { counter, budget, hold: kept, more } of held)
    settle(counter, budget, { amount: more, startedAt: kept.startedAt }, 0, at)
}

function alreadyHeld(before: readonly Held[], counter: BudgetCounter, at: number): number {
  const had = before.find((one) => one.counter === counter)
  return had === undefined ? 0 : stillHeld(counter, had.budget, had.hold, at)
}

function unpriced(budget: Budget): GatewayError {
  return new GatewayError(
    'unpriced_call',
    `What this call costs is not known, and there is a limit of ${limitText(budget)}.`,
  )
}

/** What is over, until when, and what to do. The longest wait is told as it is: whoever waits for a month should know. */
function refusal(budget: Budget, waitMs: number | undefined, amount: number): GatewayError {
  const isMoney = budget.measure === 'costUsd'
  const code = isMoney ? 'budget_exceeded' : 'rate_limited'
  const limit = limitText(budget)
  if (amount > budget.amount) {
    const needed = amountText(budget.measure, amount)
    return new GatewayError(code, `This call may come to ${needed}, more than all of ${limit}; ask for less output.`)
  }
  const when = waitMs === undefined ? '' : ` There is enough again in ${waitText(waitMs)}.`
  return new GatewayError(code, `The limit of ${limit} is reached.${when}`, {
    ...(waitMs === undefined ? {} : { retryAfterSeconds: Math.max(1, Math.ceil(waitMs / 1000)) }),
  })
}

const units: Readonly<Record<Measure, string>> = {
  requests: 'requests',
  inputTokens: 'input tokens',
  outputTokens: 'output tokens',
  tokens: 'tokens',
  costUsd: 'USD',
  concurrentCalls: 'calls at once',
  streamSeconds: 'seconds of streams',
}

/** One of the file has its name in it: whoever asks for more has to say of what. */
function limitText({ owner, measure, amount, window }: Budget): string {
  const text = `${amountText(measure, amount)}${window === undefined ? '' : periodText(window.per)}`
  return owner.kind === 'budget' ? `${text} (budget "${owner.id}")` : text
}

function amountText(measure: Measure, amount: number): string {
  return `${Number(inUnits(measure, amount).toPrecision(6))} ${units[measure]}`
}

function periodText(per: string): string {
  return per === 'total' ? ' in all' : ` per ${per}`
}

function waitText(waitMs: number): string {
  const seconds = Math.max(1, Math.ceil(waitMs / 1000))
  if (seconds < 120) return `${seconds} s`
  if (seconds < 7200) return `${Math.ceil(seconds / 60)} min`
  return seconds < 172_800 ? `${Math.ceil(seconds / 3600)} h` : `${Math.ceil(seconds / 86_400)} days`
}
