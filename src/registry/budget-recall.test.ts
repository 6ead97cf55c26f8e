import fc from 'fast-check'
import { expect, it } from 'vitest'
import type { Budget, BudgetUse, BudgetWindow, Demand } from '../core/spending/budget.ts'
import { type BucketLevel, poured } from '../core/spending/token-bucket.ts'
import { createCounter, hold, leftOf, settle } from './budget-counter.ts'
import { createBudgetLedger } from './budget-ledger.ts'

const HOUR = 3_600_000
const DAY = 24 * HOUR
const noon = Date.UTC(2026, 10, 25, 12)
const today = noon - 12 * HOUR
const budgetOf = (kind: BudgetWindow['kind'], per: BudgetWindow['per']): Budget => ({
  id: 'x',
  owner: { kind: 'key', id: 'x' },
  measure: 'requests',
  amount: 10,
  window: { kind, per },
})
const one: Demand = { requests: 1, concurrentCalls: 1, inputTokens: 0, outputTokens: 0, tokens: 0, streamSeconds: 0 }
const use = (windowStart: number, used: number, order = 0): BudgetUse => ({ counter: 'x', windowStart, used, order })

/** What is left at each of these times, for a process that begins at the first. */
function leftAt(budget: Budget, uses: readonly BudgetUse[], ...times: readonly number[]): number[] {
  let now = times[0] ?? 0
  const ledger = createBudgetLedger(() => now)
  ledger.restore(uses)
  return times.map((time) => {
    now = time
    return ledger.standing({ budget, group: [] }).left
  })
}

it('a sliding window goes on where it was: what the window before used fades out', () => {
  const sliding = budgetOf('sliding', 'day')
  expect(leftAt(sliding, [use(today - DAY, 8), use(today, 3)], noon, noon + 6 * HOUR, today + DAY)).toEqual([3, 5, 7])
  expect(leftAt(sliding, [use(today - DAY, 8)], noon)).toEqual([6])
  expect(leftAt(sliding, [use(today - 2 * DAY, 8)], noon)).toEqual([10])
})

it('a bucket goes on filling from where it was, also while nobody was there', () => {
  const bucket = budgetOf('token-bucket', 'day')
  expect(leftAt(bucket, [use(noon, 10)], noon, noon + DAY / 2, noon + DAY)).toEqual([0, 5, 10])
  expect(leftAt(bucket, [use(noon - DAY / 2, 10)], noon)).toEqual([5])
})

it.each(['fixed', 'sliding'] as const)(
  'a clock that is set while nobody is there gives nothing of a %s window back',
  (kind) => {
    const budget = budgetOf(kind, 'day')
    // Back, by an hour over midnight, by days, and by a year.
    expect(leftAt(budget, [use(today, 10)], today - HOUR, noon)[1]).toBe(0)
    for (const back of [HOUR, 2 * DAY, 365 * DAY]) expect(leftAt(budget, [use(today, 10)], noon - back)).toEqual([0])
    // Back, and right again while the process runs.
    expect(leftAt(budget, [use(today, 10)], noon - 40 * DAY, noon)).toEqual([0, 0])
    // Ahead for a while, and right again: all that was used counts.
    expect(leftAt(budget, [use(today, 4), use(today + 9 * DAY, 5, 7)], noon)).toEqual([1])
  },
)

it('what was used while the clock was ahead counts to one window, and not to each until then', () => {
  const budget = budgetOf('fixed', 'day')
  const ahead = use(today + 300 * DAY, 10, 7)
  expect(leftAt(budget, [use(today, 1, 5), ahead], noon, noon + DAY)).toEqual([0, 10])
  // The next day began after it, and so did calls of today.
  expect(leftAt(budget, [use(today, 1, 8), ahead], noon)).toEqual([0])
  expect(leftAt(budget, [use(today, 1, 8), ahead], noon + DAY)).toEqual([10])
  expect(leftAt(budget, [use(today, 1, 5), ahead, use(today + DAY, 2, 9)], noon + 2 * DAY)).toEqual([10])
  // Should its own time come, it counts to that.
  expect(leftAt(budget, [use(today, 1, 8), ahead], noon + DAY, noon + 300 * DAY)).toEqual([10, 0])
})

it('a bucket is not given back by a clock that was set, and not empty for ever', () => {
  const bucket = budgetOf('token-bucket', 'day')
  for (const back of [HOUR, 2 * DAY, 365 * DAY]) expect(leftAt(bucket, [use(noon, 10)], noon - back)).toEqual([0])
  expect(leftAt(bucket, [use(noon, 10)], noon - 365 * DAY, noon - 364 * DAY)).toEqual([0, 10])
})

it('a record that is read while calls go on takes nothing back from them', () => {
  for (const kind of ['fixed', 'sliding', 'token-bucket'] as const) {
    const budget = budgetOf(kind, 'day')
    const ledger = createBudgetLedger(() => noon)
    const claim = { budget, group: [] }
    for (let made = 0; made < 3; made++) void ledger.reserve({ reservation: undefined }, [claim], one)
    ledger.restore([use(kind === 'token-bucket' ? noon : today, 4)])
    expect([kind, ledger.standing(claim)]).toMatchObject([kind, { used: 4, reserved: 3, left: 3 }])
  }
})

it('a record has as much missing in a bucket as the counter, whatever is used and when', () => {
  const steps = fc.array(fc.record({ afterMs: fc.integer({ min: 0, max: 2 * DAY }), used: fc.nat(10) }), {
    maxLength: 40,
  })
  fc.assert(
    fc.property(steps, (taken) => {
      const budget = budgetOf('token-bucket', 'day')
      const counter = createCounter()
      let level: BucketLevel | undefined
      let now = noon
      for (const { afterMs, used } of taken) {
        now += afterMs
        const held = hold(counter, budget, used, now)
        if (held === undefined) continue
        settle(counter, budget, held, used, now)
        level = poured(level, { windowStart: now, used, refill: { amount: 10, periodMs: DAY } })
      }
      if (level === undefined) return
      const again = { ...createCounter(), ...level }
      expect(leftOf(again, budget, now)).toBeCloseTo(leftOf(counter, budget, now), 6)
    }),
  )
})
