import { expect, it } from 'vitest'
import { guardFacts } from './guards.ts'

it.each([
  'a',
  'A',
  '1',
  '.',
  '-',
  '_',
  '<',
  '<a',
  '"',
  '\u00ab',
  "'",
  " '",
  '`',
  '@',
  'a@',
  'a.',
  '1,',
  '$',
  '#',
  '(',
  'aB',
  'a1',
  'a_',
  '--',
  '+',
  ' ',
  'hi ',
  'tell me ',
  '\u0301',
])('a question of nothing but %j is read in bounded time', (piece) => {
  // Ten times the longest question that is looked up: what grows with the square would take seconds.
  const text = piece.repeat(Math.ceil(20_000 / piece.length))
  const begin = performance.now()
  guardFacts(text)
  expect(performance.now() - begin).toBeLessThan(500)
})
