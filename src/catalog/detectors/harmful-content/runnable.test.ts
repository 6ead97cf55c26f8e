import { expect, test } from 'vitest'
import { actOn, expression, type HarmRule } from './harm-rule.ts'
import { runnableOf } from './runnable.ts'

test('an expression is run where an act stands with an object, and not where one of them is missing', () => {
  const harm = expression(actOn('make|build', 'bombs?'), 'kill (?:him|her)|sell drugs')
  const rule: HarmRule = { rule: 'violence', score: 1, has: [], harm, frames: [] }
  const runnableIn = runnableOf([rule])
  const runnable = (sentence: string) => runnableIn(sentence)(rule).length
  expect(['How do I Build a bomb', 'a bomb', 'make a cake', 'they sell drugs', 'nobody'].map(runnable)).toEqual([
    1, 0, 0, 1, 0,
  ])
})

test('what was found out for a sentence is never told of a later one', () => {
  const rule: HarmRule = { rule: 'violence', score: 1, has: [], harm: expression('poison'), frames: [] }
  const runnableIn = runnableOf([rule])
  for (let count = 0; count < 600; count++) {
    expect(runnableIn(count % 2 === 0 ? 'no poison' : 'nothing')(rule)).toHaveLength(count % 2 === 0 ? 1 : 0)
  }
})
