import fc from 'fast-check'
import { expect, it } from 'vitest'
import { createBudget } from './budget.ts'

it('never gives more than its burst and its share of what was earned', () => {
  fc.assert(
    fc.property(
      fc.double({ min: 0.01, max: 1, noNaN: true }),
      fc.integer({ min: 1, max: 20 }),
      fc.array(fc.boolean(), { maxLength: 300 }),
      (share, burst, events) => {
        const budget = createBudget(share, burst)
        let earned = 0
        let spent = 0
        for (const isEarned of events) {
          if (isEarned) {
            budget.earn()
            earned++
          } else if (budget.spend()) spent++
          expect(spent).toBeLessThanOrEqual(burst + earned * share + 1e-6)
        }
      },
    ),
  )
})

it('saves no more than its burst, however quiet it was', () => {
  const budget = createBudget(0.5, 3)
  for (let call = 0; call < 1000; call++) budget.earn()
  expect([1, 2, 3, 4].map(() => budget.spend())).toEqual([true, true, true, false])
})
