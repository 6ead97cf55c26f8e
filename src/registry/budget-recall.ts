import { type Budget, type BudgetUse, type BudgetWindow, windowEnd, windowStart } from '../core/spending/budget.ts'
import { type BudgetCounter, roll } from './budget-counter.ts'
import { turnLease } from './budget-lease.ts'

/**
 * Lets a counter go on where a record says that it was before the process began. Where more is known already, that counts.
 * Of a person who was erased and has come again there are several entries of one window.
 */
export function goOn(
  counter: BudgetCounter,
  budget: Budget,
  uses: readonly BudgetUse[],
  { now, isRecordShared }: { readonly now: number; readonly isRecordShared: boolean },
): void {
  const { window } = budget
  if (window === undefined) return
  if (window.kind === 'token-bucket') goOnFilling(counter, budget, uses, now)
  else goOnCounting(counter, window, recalled(uses, window, now), isRecordShared)
}

function goOnFilling(counter: BudgetCounter, budget: Budget, uses: readonly BudgetUse[], now: number): void {
  // What is leased was taken out of a bucket that the authority keeps.
  if (counter.lease !== undefined) return
  roll(counter, budget, now)
  const known = { ...counter, startedAt: 0, used: 0 }
  for (const { windowStart: at, used } of uses.toSorted((a, b) => a.windowStart - b.windowStart)) {
    roll(known, budget, at)
    known.used += used
  }
  roll(known, budget, now)
  if (known.used <= counter.used) return
  counter.used = known.used
  counter.startedAt = known.startedAt
}

function goOnCounting(
  counter: BudgetCounter,
  { per }: BudgetWindow,
  { startedAt, used, previous, later }: Recalled,
  isRecordShared: boolean,
): void {
  if ((used === 0 && previous === 0 && later.size === 0) || counter.startedAt > startedAt) return
  if (counter.startedAt < startedAt) {
    counter.used = 0
    counter.previous = 0
    counter.startedAt = startedAt
    counter.endsAt = windowEnd(per, startedAt)
    if (counter.lease !== undefined) turnLease(counter.lease, 0, false)
  }
  if (later.size > 0) counter.later = later
  // What all gateways have used is nothing that this one tells of as its own.
  if (isRecordShared && counter.lease !== undefined) {
    counter.lease.floor = used
    return
  }
  counter.used = Math.max(counter.used, used)
  counter.previous = Math.max(counter.previous, previous)
}

interface Recalled {
  readonly startedAt: number
  readonly used: number
  readonly previous: number
  /** What was used of windows that have not come yet, by their starts: the clock was ahead then, or is behind now. */
  readonly later: ReadonlyMap<number, number>
}

/**
 * A clock that was set back gives nothing back. One window ahead the counter goes on there, as it does in a process; what was
 * used further ahead counts to the window of now. That it did so once is seen by what was used after it: else it would
 * count to each window until its own has come.
 */
function recalled(uses: readonly BudgetUse[], { kind, per }: BudgetWindow, now: number): Recalled {
  const sums = new Map<number, number>()
  for (const use of uses) sums.set(use.windowStart, (sums.get(use.windowStart) ?? 0) + use.used)
  const present = windowStart(per, now)
  const next = windowEnd(per, present)
  const startedAt = sums.has(next) ? next : present
  const later = uses.filter((use) => use.windowStart > startedAt)
  const uncounted = later.filter(
    ({ order = 0 }) => !uses.some((use) => use.windowStart < present && (use.order ?? 0) > order),
  )
  return {
    startedAt,
    used: uncounted.reduce((sum, use) => sum + use.used, sums.get(startedAt) ?? 0),
    previous: kind === 'sliding' ? (sums.get(windowStart(per, startedAt - 1)) ?? 0) : 0,
    later: new Map([...sums].filter(([start]) => start > startedAt)),
  }
}
