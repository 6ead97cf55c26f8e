import fc from 'fast-check'
import { expect, it } from 'vitest'
import { lineCutter } from './line-cutter.ts'

function linesOf(file: Buffer, cuts: readonly number[] = []) {
  const cutter = lineCutter()
  const places = [0, ...cuts.filter((at) => at <= file.length).sort((a, b) => a - b), file.length]
  const found = places.flatMap((at, index) => cutter.push(file.subarray(at, places[index + 1] ?? file.length)))
  return [...found, ...cutter.end()]
}

it('the lines of a file, in whatever pieces it comes, are what stands between its line breaks, but for what is blank', () => {
  const word = fc.constantFrom('\n', '\r\n', '\r', ' ', '\t', '{}', 'é', '\u00a0', '\0', '\ufeff')
  fc.assert(
    fc.property(fc.array(word), fc.array(fc.nat(30)), (words, cuts) => {
      const text = words.join('')
      const file = Buffer.from(text)
      const lines = text
        .replace(/^\ufeff/, '')
        .split('\n')
        .map((line) => line.replace(/^[ \t-\r]+/, ''))
        .filter((line) => line !== '')
      const found = linesOf(file, cuts)
      expect(found.map(({ bytes }) => bytes.toString())).toEqual(lines)
      for (const { start, bytes } of found) expect(file.subarray(start, start + bytes.length)).toEqual(bytes)
    }),
  )
})

it('a file that is blank has none, however long it is', () => {
  expect(linesOf(Buffer.alloc(8 << 20, '\r\n'))).toEqual([])
})
