import { expect, it } from 'vitest'
import { type Budget, noDemand, type ReservedCall } from '../core/spending/budget.ts'
import { createBudgetLedger } from './budget-ledger.ts'

const daily: Budget = {
  id: 'streams',
  owner: { kind: 'budget', id: 'streams' },
  measure: 'streamSeconds',
  amount: 1_000_000,
  window: { kind: 'fixed', per: 'day' },
}
const claims = [{ budget: daily, group: [] }]

it('streams that go on at the turn of a day take of the new one what they go on for, and give it back', () => {
  let now = Date.UTC(2026, 10, 25, 23, 59, 59)
  const { reserve, settle, standing } = createBudgetLedger(() => now)
  const streams: readonly ReservedCall[] = [{ reservation: undefined }, { reservation: undefined }]
  const hold = (ms: number): void => {
    for (const stream of streams) void reserve(stream, claims, { ...noDemand, streamSeconds: ms })
  }
  const reserved = (): number | undefined => standing({ budget: daily, group: [] }).reserved
  hold(499_000)
  hold(500_000)
  expect(reserved()).toBe(1_000_000)
  now += 2000
  hold(501_000)
  expect(reserved()).toBe(2000)
  hold(503_000)
  expect(reserved()).toBe(6000)
  for (const { reservation } of streams) if (reservation !== undefined) settle(reservation, noDemand)
  expect(reserved()).toBe(0)
})
