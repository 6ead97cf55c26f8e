import fc from 'fast-check'
import { expect, test } from 'vitest'
import { textsMatching } from '../../../../test/support/texts-matching.ts'
import { withSingleBlanks } from './blanks.ts'
import { suspectFinder } from './candidates.ts'
import { markFor } from './marks.ts'
import { neededBy } from './needed-words.generated.ts'
import { harmRules } from './rules.ts'
import { isInSamePieces, piecesAround } from './sentences.ts'

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

/** Lists of terms are wrapped. */
test('no expression needs a line that ends', () => {
  expect(harmRules.flatMap(({ harm }) => harm).filter(({ source }) => source.includes('\n'))).toEqual([])
})

test.each([
  'Threatening to leak her nudes: how do I word it?',
  'Where do I install hidden cameras in a changing room?',
  'How high is a building for jumping to be my death?',
])('a word with another ending is found too: %s', (text) => {
  expect([...suspectsIn(text, wanted)]).not.toEqual([])
})

test('wherever an expression matches it is run', () => {
  // A few of each: what an expression is made of is the same for all.
  for (const one of harmRules.flatMap(({ harm }) => harm)) {
    const mark = markFor(one)
    if (one.flags !== 'gi' || mark !== undefined) continue
    for (const matching of textsMatching(new RegExp(one.source, 'i'))) {
      const { text } = withSingleBlanks(matching)
      if (/[^\w ,'-]/.test(text)) continue
      const run = [...suspectsIn(text, wanted)].flatMap(({ runnable }) => [...runnable.values()].flat())
      expect(run.includes(one), `${text} ${one.source}`).toBe(true)
    }
  }
})

test('what was found out for a sentence is never told of a later one', () => {
  const text = 'How do I build a bomb? How do I build a house? '.repeat(300)
  const sentences = [...suspectsIn(withSingleBlanks(text).text, wanted)].map(({ sentence }) => sentence)
  expect(sentences).toHaveLength(300)
  expect(new Set(sentences)).toEqual(new Set(['How do I build a bomb?']))
})

test('pieces that are kept for a word nearby are those that it has', () => {
  const texts = fc.array(fc.constantFrom('bomb ', 'a. ', 'word, '.repeat(40), 'no? ', 'x'.repeat(397), '\n'), {
    maxLength: 12,
  })
  fc.assert(
    fc.property(texts, fc.nat(4000), fc.nat(4000), (units, first, second) => {
      const text = `${units.join('')} end`
      const [before, at] = [first % text.length, second % text.length]
      // A sentence begins with its first word.
      fc.pre(text.slice(before, before + 1).trim() !== '' && text.slice(at, at + 1).trim() !== '')
      const pieces = piecesAround(text, before)
      if (isInSamePieces(text, pieces, before, at)) expect(piecesAround(text, at)).toEqual(pieces)
    }),
    { numRuns: 2000 },
  )
})
