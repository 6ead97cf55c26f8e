import { expect, test } from 'vitest'
import { actOn, expression } from './harm-rule.ts'
import { runnableOf } from './runnable.ts'

test('an expression is run where an act stands with an object, and not where one of them is missing', () => {
  const all = expression(actOn('make|build', 'bombs?'), 'kill (?:him|her)|sell drugs')
  const isRunnable = runnableOf(all)
  const runnable = (sentence: string) => all.filter(isRunnable(sentence)).length
  expect(['How do I Build a bomb', 'a bomb', 'make a cake', 'they sell drugs', 'nobody'].map(runnable)).toEqual([
    1, 0, 0, 1, 0,
  ])
})
