import { expect, it } from 'vitest'
import type { Budget, Demand, ReservedCall } from '../core/spending/budget.ts'
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

/** Of a time that the test sets. */
function ledgerAt(now: () => number) {
  const ledger = createBudgetLedger(now)
  return (budget: Budget, group: readonly string[]): void => {
    const made: ReservedCall = { reservation: undefined }
    void ledger.reserve(made, [{ budget, group }], demand)
    if (made.reservation !== undefined) ledger.settle(made.reservation, demand)
  }
}

it('a flood of groups makes nobody forget what a budget without groups has used', () => {
  let now = Date.UTC(2026, 10, 25, 12)
  const call = ledgerAt(() => now)
  const monthly = budgetOf('monthly', 2, 'month')
  for (const flooded of [budgetOf('grouped', 10, 'second'), budgetOf('other', 10, 'second')])
    for (let index = 0; index < 50_000; index++) call(flooded, [`group-${index}`])
  call(monthly, [])
  call(monthly, [])
  now += 5000
  call(budgetOf('grouped', 10, 'second'), ['another group'])
  expect(() => call(monthly, [])).toThrow('2 requests per month')
})

it('users that one workspace makes up share a counter when there are too many, and take none from another workspace', () => {
  const call = ledgerAt(() => Date.UTC(2026, 10, 25, 12))
  const each = { ...budgetOf('each-user', 2, 'month'), groupedBy: ['workspace', 'user'] }
  for (let index = 0; index < 50_002; index++) call(each, ['hostile', `made-up-${index}`])
  expect(() => call(each, ['hostile', 'one more'])).toThrow('2 requests per month')
  // Those that have a counter keep it.
  call(each, ['hostile', 'made-up-7'])
  call(each, ['other', 'alice'])
  call(each, ['other', 'alice'])
  expect(() => call(each, ['other', 'alice'])).toThrow('2 requests per month')
  call(each, ['other', 'bob'])
})
