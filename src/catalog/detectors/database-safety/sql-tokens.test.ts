import fc from 'fast-check'
import { expect, it } from 'vitest'
import { sqlReader } from './sql-tokens.ts'

const pieces = [
  'select ',
  'delete ',
  'a',
  "'",
  '"',
  '`',
  '\\',
  ';',
  '\n\n',
  ' ',
  '(',
  '--',
  '/*',
  '*/',
  '[b]',
  '1',
  '```',
  '#',
  '$1',
]

it('a reader that is asked again and again says what one says that is asked once', () => {
  fc.assert(
    fc.property(
      fc.array(fc.constantFrom(...pieces), { maxLength: 60 }),
      fc.integer({ min: 1, max: 40 }),
      (parts, times) => {
        const text = parts.join('').repeat(times)
        const read = sqlReader(text)
        for (const { index } of text.matchAll(/select|delete/g)) expect(read(index)).toEqual(sqlReader(text)(index))
      },
    ),
    { numRuns: 500 },
  )
})
