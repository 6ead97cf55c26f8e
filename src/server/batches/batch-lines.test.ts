import fc from 'fast-check'
import { expect, it } from 'vitest'
import { lineSpans } from './batch-lines.ts'

const linesOf = (file: Buffer): string[] =>
  [...lineSpans(file)].map(({ start, length }) => file.toString('utf8', start, start + length))

it('the lines of a file are what stands between its line breaks, but for what is blank', () => {
  const piece = fc.constantFrom('\n', '\r\n', '\r', ' ', '\t', '{}', 'é', '\u00a0', '\0', '\ufeff')
  fc.assert(
    fc.property(fc.array(piece), (pieces) => {
      const text = pieces.join('')
      const lines = text
        .replace(/^\ufeff/, '')
        .split('\n')
        .map((line) => line.replace(/^[ \t-\r]+/, ''))
        .filter((line) => line !== '')
      expect(linesOf(Buffer.from(text))).toEqual(lines)
    }),
  )
})

it('a file that is blank has none, however long it is', () => {
  expect(linesOf(Buffer.alloc(8 << 20, '\r\n'))).toEqual([])
})
