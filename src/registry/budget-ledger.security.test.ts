import { expect, it } from 'vitest'
import type { Budget, Demand } from '../core/budget.ts'
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
  const call = (id: string, budget: Budget, group: readonly string[]): void => {
    void ledger.reserve(id, [{ budget, group }], demand)
    ledger.settle(id, (held) => held)
  }
  const grouped = budgetOf('grouped', 10, 'second')
  const monthly = budgetOf('monthly', 2, 'month')
  for (let index = 0; index < 100_000; index++) call(`call-${index}`, grouped, [`group-${index}`])
  call('first', monthly, [])
  call('second', monthly, [])
  now += 5000
  call('other', grouped, ['another group'])
  expect(() => call('third', monthly, [])).toThrow('2 requests per month')
})
