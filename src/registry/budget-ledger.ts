import { randomBytes } from 'node:crypto'
import type { GatewayError } from '../core/errors.ts'
import type { DataSubject } from '../core/record/retention.ts'
import {
  type Budget,
  type BudgetUse,
  type Claim,
  counterName,
  type Demand,
  type Reservation,
  type ReservedCall,
  type Standing,
} from '../core/spending/budget.ts'
import { withoutPerson } from '../core/spending/erased-names.ts'
import { plainName } from '../core/text/plain-name.ts'
import {
  type BudgetCounter,
  createCounter,
  type Hold,
  hold,
  holdNothing,
  isIdle,
  isLeased,
  settle,
  standingOf,
  stillHeld,
  waitFor,
} from './budget-counter.ts'
import { goOn } from './budget-recall.ts'
import { refusal, unavailable, unpriced } from './budget-refusals.ts'
import { createErasedCounters } from './erased-counters.ts'
import type { Leased, Leasing, Shortage } from './leasing.ts'

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
  /** Counts a person on and names it no more, until it calls again. */
  forgetPerson(subject: DataSubject): void
}

/** A group may be named by a caller: more groups than this share one counter, so that they are limited all the same. */
const MAX_COUNTERS = 100_000
/** Of one budget, and of each workspace where it is grouped by that: who makes up groups takes them from nobody else. */
const MAX_GROUPS = 50_000
const LOOK_AGAIN_MS = 1000

export function createBudgetLedger(now: () => number, leasing?: Leasing): BudgetLedger {
  const counters = new Map<string, Counted>()
  /** By the name of their counter, until that is made. */
  const earlier = new Map<string, readonly BudgetUse[]>()
  const erased = createErasedCounters<Counted>(earlier)
  /** How many groups there are, by whose they are. */
  const groups = new Map<string, number>()
  let lookedAt = Number.NEGATIVE_INFINITY

  function counterOf({ budget, group }: Claim, at: number): Counted {
    const known = counters.get(counterName(budget, group))
    if (known !== undefined) {
      known.budget = budget
      return known
    }
    // One without groups is one of few, and must be found again under its own name.
    const shared = group.length > 0 && isFull(budget, group, at) ? sharedGroup(budget, group) : group
    const name = counterName(budget, shared)
    const kept = counters.get(name)
    const again = kept === undefined ? erased.take(name, { budget, group: shared }) : undefined
    if (again !== undefined) {
      counters.set(name, Object.assign(again, { budget, group: shared }))
      remember(name, again.counter, budget, at)
      return again
    }
    if (kept === undefined) countGroup(budget, shared, 1)
    const counted = { counter: kept?.counter ?? createCounter(leasing?.open(name)), budget, group: shared }
    counters.set(name, counted)
    remember(name, counted.counter, budget, at)
    if (kept === undefined && hasLease(counted)) leasing?.follow(counted)
    return counted
  }

  function isFull(budget: Budget, group: readonly string[], at: number): boolean {
    const isWithin = (): boolean => counters.size < MAX_COUNTERS && (groups.get(whose(budget, group)) ?? 0) < MAX_GROUPS
    if (isWithin()) return false
    forgetIdle(at)
    return !isWithin()
  }

  function countGroup(budget: Budget, group: readonly string[], more: 1 | -1): void {
    if (group.length === 0) return
    const name = whose(budget, group)
    const count = (groups.get(name) ?? 0) + more
    if (count > 0) groups.set(name, count)
    else groups.delete(name)
  }

  function remember(name: string, counter: BudgetCounter, budget: Budget, at: number): void {
    const uses = earlier.get(name)
    if (uses === undefined) return
    earlier.delete(name)
    goOn(counter, budget, uses, { now: at, isRecordShared: leasing?.isRecordShared === true })
  }

  /** Looks at all of them, so not for each call of a flood of groups. */
  function forgetIdle(at: number): void {
    if (at >= lookedAt && at < lookedAt + LOOK_AGAIN_MS) return
    lookedAt = at
    const forget = (counted: Counted): boolean => {
      if (!isIdle(counted.counter, counted.budget, at)) return false
      countGroup(counted.budget, counted.group, -1)
      if (hasLease(counted)) leasing?.forget(counted)
      return true
    }
    for (const [name, counted] of counters) if (forget(counted)) counters.delete(name)
    erased.drop(forget)
  }

  /** Holds all or nothing; what there is not enough of. */
  function tryToHold(call: ReservedCall, claims: readonly Claim[], demand: Demand): readonly Short[] {
    const at = now()
    const before = holdsOf(call.reservation)
    const held: Held[] = []
    const short: Short[] = []
    for (const claim of claims) {
      const { budget } = claim
      const amount = mostOf(budget, demand)
      if (amount === undefined) {
        undo(held, at)
        throw unpriced(budget)
      }
      const counted = counterOf(claim, at)
      const { counter } = counted
      const already = before.length === 0 ? 0 : alreadyHeld(before, counter, at)
      const past = budget.measure === 'streamSeconds' ? heldInPast(before, counter, already) : 0
      const more = Math.max(0, amount - already - past)
      // What may cost nothing, or nobody knows what, is let in also where too much was used.
      const isFree = more === 0 && (already > 0 || demand[budget.measure] === undefined)
      const kept = isFree ? holdNothing(counter, budget, at) : hold(counter, budget, more, at)
      if (kept === undefined) {
        short.push({ counted, more, amount })
        // Of others that are leased there may be too little as well: they are asked for together.
        if (leasing === undefined) break
        continue
      }
      held.push({
        counted,
        hold: already + past === 0 ? kept : { amount: already + kept.amount, startedAt: kept.startedAt, past },
        more: kept.amount,
      })
    }
    if (short.length > 0) {
      undo(held, at)
      return short
    }
    for (const had of before)
      if (held.every(({ counted }) => counted.counter !== had.counted.counter)) giveBack(had, had.hold, at)
    if (leasing !== undefined) for (const { counted, more } of held) if (hasLease(counted)) leasing.taken(counted, more)
    call.reservation = new HeldReservation(claims, demand, held)
    return short
  }

  function refused({ counted: { counter, budget }, more, amount }: Short): GatewayError {
    const at = now()
    if (more <= budget.amount) counter.refusedAt = at
    return refusal(budget, waitFor(counter, budget, more, at), amount)
  }

  /** What is leased is not enough: the authority is asked for more, twice where the window turned meanwhile. */
  async function holdMore(from: Leasing, short: readonly Short[], again: () => readonly Short[]): Promise<void> {
    let missing = short
    for (let draws = 0; ; draws++) {
      const hopeless = missing.find(({ counted, more, amount }) => {
        return amount > counted.budget.amount || (hasLease(counted) && from.isInVain({ leased: counted, more }))
      })
      if (hopeless !== undefined) throw refused(hopeless)
      const outcome = await from.draw(missing.flatMap(shortage))
      missing = again()
      const [first] = missing
      if (first === undefined) return
      if (outcome === 'away') throw unavailable(first.counted.budget)
      if (draws === 1) throw refused(first)
    }
  }

  return {
    reserve(call, claims, demand) {
      if (leasing?.isRefusing() === true && claims.length > 0) throw unavailable(claims[0]?.budget)
      const short = tryToHold(call, claims, demand)
      const [first] = short
      if (first === undefined) return
      if (leasing === undefined) throw refused(first)
      return holdMore(leasing, short, () => tryToHold(call, claims, demand))
    },
    settle(reservation, used) {
      const at = now()
      // What nobody can tell is taken to be what was held, but for what may go on uncounted.
      for (const { counted, hold: kept } of takenFrom(reservation)) {
        const { counter, budget } = counted
        settle(counter, budget, kept, used[budget.measure] ?? (budget.allowsUnpriced ? 0 : kept.amount), at)
        if (leasing !== undefined && hasLease(counted)) leasing.settled(counted)
      }
    },
    restore(uses) {
      for (const [name, of] of Map.groupBy(erased.restore(uses), ({ counter }) => counter)) earlier.set(name, of)
      const at = now()
      for (const [name, { counter, budget, group }] of counters) {
        erased.take(name, { budget, group })
        remember(name, counter, budget, at)
      }
    },
    forgetPerson({ workspace, user }) {
      const salt = randomBytes(16).toString('hex')
      for (const [name, counted] of counters) {
        const place = counted.budget.groupedBy?.indexOf('workspace') ?? -1
        if (place >= 0 && counted.group[place] !== workspace) continue
        const nameless = withoutPerson(name, user, salt)
        if (nameless === undefined) continue
        counters.delete(name)
        const plain = plainName(user)
        counted.group = counted.group.map((value) => (plainName(value) === plain ? '' : value))
        erased.put(nameless, counted)
      }
    },
    claims: () => [...counters.values()],
    standing(claim) {
      const at = now()
      return standingOf(counterOf(claim, at).counter, claim.budget, at)
    },
  }
}

/** Who would be short of groups if there were too many. */
function whose({ id, groupedBy = [] }: Budget, group: readonly string[]): string {
  const place = groupedBy.indexOf('workspace')
  return place < 0 ? id : JSON.stringify([id, group[place]])
}

/** Of those for which there is no room. */
function sharedGroup({ groupedBy = [] }: Budget, group: readonly string[]): readonly string[] {
  const place = groupedBy.indexOf('workspace')
  return place < 0 ? ['*'] : group.map((value, index) => (index === place ? value : '*'))
}

interface Short {
  readonly counted: Counted
  readonly more: number
  readonly amount: number
}

function shortage({ counted, more }: Short): Shortage[] {
  return hasLease(counted) ? [{ leased: counted, more }] : []
}

function hasLease(counted: Counted): counted is Counted & Leased {
  return isLeased(counted.counter)
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

  get isSettled(): boolean {
    return this.holds === nothing
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

/** The budget is the one of the last call: its amount may change. */
interface Counted {
  budget: Budget
  /** Without names that are to be forgotten. */
  group: readonly string[]
  readonly counter: BudgetCounter
}

interface Held {
  readonly counted: Counted
  readonly hold: Hold
  /** How much of it the last try of the call has added. */
  readonly more: number
}

/** Gives back what a try has added that could not have all. */
function undo(held: readonly Held[], at: number): void {
  for (const one of held) giveBack(one, { amount: one.more, startedAt: one.hold.startedAt }, at)
}

function giveBack({ counted: { counter, budget } }: Held, kept: Hold, at: number): void {
  settle(counter, budget, kept, 0, at)
}

/** A stream that goes on at the turn of a day takes of the new one only what it goes on for. */
function heldInPast(before: readonly Held[], counter: BudgetCounter, already: number): number {
  const had = before.find(({ counted }) => counted.counter === counter)?.hold
  return had === undefined ? 0 : (had.past ?? 0) + had.amount - already
}

function alreadyHeld(before: readonly Held[], counter: BudgetCounter, at: number): number {
  const had = before.find(({ counted }) => counted.counter === counter)
  return had === undefined ? 0 : stillHeld(counter, had.counted.budget, had.hold, at)
}
