import fc from 'fast-check'
import { expect, test } from 'vitest'
import { lastWordsFrom, wordsOf } from '../src/core/text/text-words.ts'
import { piecesOf, wordRuns } from '../src/core/text/word-runs.ts'

const words = fc.array(fc.constantFrom('red', 'Blue', 'GREEN', 'tea', 'x', 'ü', '日', 'ne'), { maxLength: 60 })

test('finds each word of what is shared word for word, and no other, in runs that do not touch', () => {
  fc.assert(
    fc.property(words, words, fc.integer({ min: 1, max: 6 }), (mine, theirs, size) => {
      const runs = wordRuns([theirs.join(' ')], size).in(wordsOf(mine.join(', ')))
      const fold = (list: readonly string[]) => list.join(' ').toLowerCase()
      const shared = mine.map(() => false)
      for (let at = 0; at + size <= mine.length; at++) {
        if (` ${fold(theirs)} `.includes(` ${fold(mine.slice(at, at + size))} `)) shared.fill(true, at, at + size)
      }
      expect(mine.map((_, word) => runs.some(({ first, last }) => first <= word && word < last))).toEqual(shared)
      for (const [index, { first }] of runs.entries()) expect(first).toBeGreaterThan(runs[index - 1]?.last ?? -1)
    }),
  )
})

test('words are where they stand', () => {
  const text = ' Ein  Wort—zwei日本, 3x!'
  const { count, starts, ends } = wordsOf(text)
  const found = Array.from({ length: count }, (_, index) => text.slice(starts[index], ends[index]))
  expect(found).toEqual(['Ein', 'Wort', 'zwei', '日', '本', '3x'])
  expect(text.slice(lastWordsFrom(text, 2))).toBe('日本, 3x!')
})

test('pieces of a run cover it, and begin where they begin in a longer one', () => {
  fc.assert(
    fc.property(
      fc.nat(50),
      fc.integer({ min: 1, max: 100 }),
      fc.integer({ min: 1, max: 12 }),
      (first, length, size) => {
        const pieces = piecesOf({ first, last: first + length }, size)
        expect(pieces[0]?.first).toBe(first)
        expect(pieces.at(-1)?.last).toBe(first + length)
        for (const [index, piece] of pieces.entries()) {
          expect(piece.first).toBe(first + index * size)
          expect(piece.last - piece.first).toBeLessThan(2 * size)
        }
      },
    ),
  )
})
