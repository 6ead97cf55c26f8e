/** What a gateway tells the authority of a counter, and what it makes of the answer. */
import { type Budget, periodLength, windowEnd, windowStart } from '../core/spending/budget.ts'
import type { LeaseAnswer, LeaseAsk } from '../core/spending/budget-lease.ts'
import { type LeasedCounter, leftOf, roll } from './budget-counter.ts'
import { sliceOf } from './budget-lease.ts'

/** For what has no window. */
const ALWAYS = { start: 0, end: Number.MAX_SAFE_INTEGER, before: 0 }

/**
 * What is told now. What the gateway does not need any more is given back with it: from here on the counter has no more than
 * it keeps. `gateways`: so many were heard of lately; `mayKeep`: not at the end.
 */
export function askOf(
  counter: LeasedCounter,
  budget: Budget,
  now: number,
  { gateways, mayKeep }: { readonly gateways: number; readonly mayKeep: boolean },
): LeaseAsk {
  roll(counter, budget, now)
  const { lease } = counter
  const free = Math.max(0, leftOf(counter, budget, now))
  const slice = mayKeep ? sliceOf(recentOf(counter, budget), lease.others.room + free, gateways) : 0
  const kept = Math.min(free, Math.max(slice, lease.wanted))
  const wanted = Math.max(0, lease.wanted - kept)
  const more = Math.max(0, slice - kept - wanted)
  // Calls that wait hold as soon as they may.
  const awaited = lease.wanted
  lease.wanted = 0
  const common = { key: lease.key, amount: budget.amount, isKnown: lease.isKnown, isRetold: lease.isForgotten }
  if (budget.window?.kind === 'token-bucket') {
    const taken = counter.used + counter.reserved
    const debt = Math.max(0, Math.ceil(taken - lease.cap))
    // Told once and done with: the numbers stay small, and what the bucket lacks stands at the authority.
    counter.used = 0
    lease.cap = counter.reserved + kept
    return {
      ...common,
      kind: 'token-bucket',
      periodMs: periodLength(budget.window.per) ?? 1,
      need: wanted,
      wish: wanted + more,
      debt,
      giveBack: free - kept,
      missing: lease.isForgotten ? Math.max(0, lease.others.used) : 0,
    }
  }
  const { used, previous, reserved: held } = counter
  const keep = used + held + kept
  lease.cap = keep
  return {
    ...common,
    kind: budget.window?.kind ?? 'concurrent',
    ...(budget.window === undefined ? ALWAYS : timesOf(counter, budget.window.per)),
    used,
    previous,
    held: held + awaited,
    keep,
    need: keep + wanted,
    wish: keep + wanted + more,
    floor: lease.floor,
    others: lease.isForgotten ? lease.others.shares : [],
  }
}

/** Whether the authority has to be told once more. */
export function hear(
  counter: LeasedCounter,
  budget: Budget,
  asked: LeaseAsk,
  answer: LeaseAnswer,
  now: number,
): 'done' | 'again' {
  const { lease } = counter
  roll(counter, budget, now)
  if (answer.outcome === 'moved') return 'again'
  if (answer.outcome === 'forgotten') {
    lease.isForgotten = true
    return 'again'
  }
  // What was leased of a window that is over went with it.
  if ('start' in asked && asked.kind !== 'concurrent' && asked.start !== counter.startedAt) return 'again'
  lease.others = answer.others
  lease.toldAt = now
  if (asked.kind === 'token-bucket') lease.cap += answer.cap
  else {
    lease.cap = answer.cap
    counter.used += Math.max(0, answer.used - asked.used)
  }
  // Where it has nothing, the authority keeps nothing.
  lease.isKnown = asked.kind === 'token-bucket' || lease.cap > 0
  lease.isForgotten = false
  lease.floor = 0
  return 'done'
}

/** It may never have come there: what is owed is told again, and what was given back stays given back. */
export function unheard({ lease }: LeasedCounter, asked: LeaseAsk): void {
  if (asked.kind === 'token-bucket') lease.cap -= asked.debt
}

/** Whether the authority should hear of it at the next beat. */
export function hasToTell(counter: LeasedCounter, budget: Budget, now: number): boolean {
  return counter.reserved > 0 || leftOf(counter, budget, now) !== 0
}

function recentOf({ lease, reserved }: LeasedCounter, budget: Budget): { taken: number; takenBefore: number } {
  const { taken, takenBefore } = lease
  if (budget.window !== undefined) return { taken, takenBefore }
  return { taken: Math.max(taken, takenBefore) - reserved, takenBefore: 0 }
}

function timesOf({ startedAt, endsAt }: LeasedCounter, per: Parameters<typeof windowEnd>[0]): typeof ALWAYS {
  const end = Number.isFinite(endsAt) ? endsAt : windowEnd(per, startedAt)
  return {
    start: startedAt,
    end: Number.isFinite(end) ? end : ALWAYS.end,
    before: startedAt === 0 ? 0 : windowStart(per, startedAt - 1),
  }
}
