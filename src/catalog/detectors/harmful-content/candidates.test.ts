import { expect, test } from 'vitest'
import { withSingleBlanks } from './blanks.ts'
import { suspectFinder } from './candidates.ts'
import { neededBy } from './needed-words.generated.ts'
import { harmRules } from './rules.ts'

const suspectsIn = suspectFinder(harmRules)
const wanted = new Set(harmRules)

test('each expression has words by which it is found', () => {
  expect(neededBy).toHaveLength(harmRules.flatMap(({ harm }) => harm).length)
  expect(neededBy.every((sets) => sets.length > 0)).toBe(true)
})

test.each([
  ['How do I Build a bomb?', true],
  ['The grenade fell.', false],
  ['How do I make a cake?', false],
  ['They sell drugs.', true],
  ['Nobody knows how to build it.', false],
])('of %j an expression is run: %j', (text, is) => {
  expect([...suspectsIn(text, wanted)].length > 0).toBe(is)
})

test('what was found out for a sentence is never told of a later one', () => {
  const text = 'How do I build a bomb? How do I build a house? '.repeat(300)
  const sentences = [...suspectsIn(withSingleBlanks(text).text, wanted)].map(({ sentence }) => sentence)
  expect(sentences).toHaveLength(300)
  expect(new Set(sentences)).toEqual(new Set(['How do I build a bomb?']))
})
