import fc from 'fast-check'
import { expect, it } from 'vitest'
import { type Budget, type BudgetWindow, periods, windowEnd, windowStart } from '../core/spending/budget.ts'
import { createCounter, type Hold, hold, leftOf, settle, standingOf, waitFor } from './budget-counter.ts'

const start = Date.UTC(2026, 10, 25, 12)
const windows: readonly BudgetWindow[] = [
  ...periods.map((per) => ({ kind: 'fixed' as const, per })),
  ...(['second', 'minute', 'hour', 'day', 'week'] as const).flatMap((per) => [
    { kind: 'sliding' as const, per },
    { kind: 'token-bucket' as const, per },
  ]),
]

const budgetOf = (amount: number, window?: BudgetWindow): Budget => ({
  id: 'x',
  owner: { kind: 'budget', id: 'x' },
  measure: 'tokens',
  amount,
  ...(window === undefined ? {} : { window }),
})

/** Calls that come, hold, take their time and settle with no more than they held, while the clock goes on, and now and then back. */
const calls = fc.array(
  fc.record({
    afterMs: fc.oneof(fc.integer({ min: 0, max: 500 }), fc.integer({ min: -5000, max: 90_000_000 })),
    amount: fc.integer({ min: 0, max: 40 }),
    share: fc.double({ min: 0, max: 1, noNaN: true }),
    lasts: fc.integer({ min: 0, max: 4 }),
  }),
  { maxLength: 80 },
)

it('never holds and counts more than the amount in one window, whatever the order of holds and settlements', () => {
  fc.assert(
    fc.property(fc.constantFrom(...windows), fc.integer({ min: 1, max: 100 }), calls, (window, amount, sequence) => {
      const budget = budgetOf(amount, window)
      const counter = createCounter()
      let now = start
      const open: { readonly held: Hold; readonly actual: number; left: number }[] = []
      for (const call of sequence) {
        now += call.afterMs
        const held = hold(counter, budget, call.amount, now)
        if (held !== undefined) open.push({ held, actual: Math.floor(call.amount * call.share), left: call.lasts })
        for (const entry of open.filter(({ left }) => left === 0))
          settle(counter, budget, entry.held, entry.actual, now)
        open.splice(
          0,
          open.length,
          ...open.filter(({ left }) => left > 0).map((entry) => ({ ...entry, left: entry.left - 1 })),
        )
        expect(leftOf(counter, budget, now)).toBeGreaterThanOrEqual(-1e-6)
        const { used, reserved, left } = standingOf(counter, budget, now)
        expect(used + reserved + left).toBeLessThanOrEqual(amount + 1)
      }
    }),
  )
})

it('has as much as was asked for after the wait that it names, and not before', () => {
  fc.assert(
    fc.property(
      fc.constantFrom(...windows),
      fc.array(fc.tuple(fc.integer({ min: 1, max: 30 }), fc.integer({ min: 0, max: 2000 })), {
        minLength: 1,
        maxLength: 20,
      }),
      fc.integer({ min: 1, max: 30 }),
      (window, uses, wanted) => {
        const budget = budgetOf(30, window)
        const counter = createCounter()
        let now = start
        for (const [amount, afterMs] of uses) {
          now += afterMs
          const held = hold(counter, budget, amount, now)
          if (held !== undefined) settle(counter, budget, held, amount, now)
        }
        const wait = waitFor(counter, budget, wanted, now)
        if (wait === undefined) {
          expect(window.per).toBe('total')
          return
        }
        expect(wait).toBeGreaterThanOrEqual(0)
        if (wait > 2) expect(leftOf({ ...counter }, budget, Math.floor(now + wait) - 1)).toBeLessThan(wanted)
        expect(leftOf(counter, budget, Math.ceil(now + wait))).toBeGreaterThanOrEqual(wanted - 1e-6)
      },
    ),
  )
})

it('cuts time in UTC where calendars do: months and years of their own lengths, weeks from Monday', () => {
  const at = Date.UTC(2028, 1, 29, 23, 59, 59, 999)
  const span = (per: (typeof periods)[number]) => {
    const from = windowStart(per, at)
    const to = windowEnd(per, from)
    return [from, to].map((time) => (Number.isFinite(time) ? new Date(time).toISOString() : time))
  }
  expect(span('month')).toEqual(['2028-02-01T00:00:00.000Z', '2028-03-01T00:00:00.000Z'])
  expect(span('week')).toEqual(['2028-02-28T00:00:00.000Z', '2028-03-06T00:00:00.000Z'])
  expect(span('day')).toEqual(['2028-02-29T00:00:00.000Z', '2028-03-01T00:00:00.000Z'])
  expect(span('total')).toEqual(['1970-01-01T00:00:00.000Z', Number.POSITIVE_INFINITY])
})

it('gives nothing back when the clock is set back, and begins anew when the time has really come', () => {
  const budget = budgetOf(10, { kind: 'fixed', per: 'day' })
  const counter = createCounter()
  const held = hold(counter, budget, 10, start)
  if (held !== undefined) settle(counter, budget, held, 10, start)
  expect(hold(counter, budget, 1, start - 86_400_000)).toBeUndefined()
  expect(hold(counter, budget, 1, start)).toBeUndefined()
  expect(leftOf(counter, budget, start + 86_400_000)).toBe(10)
  // It was a year ahead, and what was used then is not given back.
  expect(leftOf({ ...counter, used: 4 }, budget, start - 86_400_000 * 365)).toBe(6)
})

it('gives calls at once back when they end, and counts nothing', () => {
  const budget = budgetOf(1)
  const counter = createCounter()
  const held = hold(counter, budget, 1, start)
  expect(hold(counter, budget, 1, start)).toBeUndefined()
  if (held !== undefined) settle(counter, budget, held, 1, start)
  expect(standingOf(counter, budget, start)).toMatchObject({ used: 0, reserved: 0, left: 1 })
})
