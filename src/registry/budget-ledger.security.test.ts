import { expect, it } from 'vitest'
import type { Budget, Demand, ReservedCall } from '../core/budget.ts'
import { createBudgetLedger } from './budget-ledger.ts'

const demand: Demand = {
  requests: 1,
  concurrentCalls: 1,
  inputTokens: 0,
  outputTokens: 0,
  tokens: 0,
  streamSeconds: 0,
}
const budgetOf = (id: string, amount: number, per: 'second' | 'month'): Budget => {
  return { id, owner: { kind: 'budget', id }, measure: 'requests', amount, window: { kind: 'fixed', per } }
}

it('a flood of groups makes nobody forget what a budget without groups has used', () => {
  let now = Date.UTC(2026, 10, 25, 12)
  const ledger = createBudgetLedger(() => now)
  const call = (budget: Budget, group: readonly string[]): void => {
    const made: ReservedCall = { reservation: undefined }
    void ledger.reserve(made, [{ budget, group }], demand)
    if (made.reservation !== undefined) ledger.settle(made.reservation, demand)
  }
  const grouped = budgetOf('grouped', 10, 'second')
  const monthly = budgetOf('monthly', 2, 'month')
  for (let index = 0; index < 100_000; index++) call(grouped, [`group-${index}`])
  call(monthly, [])
  call(monthly, [])
  now += 5000
  call(grouped, ['another group'])
  expect(() => call(monthly, [])).toThrow('2 requests per month')
})
