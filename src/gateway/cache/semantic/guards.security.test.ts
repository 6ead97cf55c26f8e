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
  // A hundred times the longest question that is looked up: what grows with the square would not end within the test's limit.
  expect(guardFacts(piece.repeat(Math.ceil(200_000 / piece.length))).signature).not.toBe('')
})
