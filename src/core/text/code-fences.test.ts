import fc from 'fast-check'
import { expect, test } from 'vitest'
import { codeFences } from './code-fences.ts'

test('a text that is read in two parts has the same blocks as one, wherever it is cut between lines', () => {
  const line = fc.constantFrom('```', '```js', '~~~~', 'words', '> ```', '', '`` `', '````')
  fc.assert(
    fc.property(fc.array(line, { maxLength: 12 }), fc.nat(12), (lines, at) => {
      const [before, after] = [lines.slice(0, at), lines.slice(at)].map((some) =>
        some.map((one) => `${one}\n`).join(''),
      )
      const first = codeFences(before ?? '')
      const second = codeFences(after ?? '', first.open)
      expect(second.open).toBe(codeFences((before ?? '') + (after ?? '')).open)
    }),
  )
})

test('a block goes to its closing fence, or to the end', () => {
  const text = 'a\n```js\nb\n```\nc\n~~~\nd'
  const { blocks, open } = codeFences(text)
  expect(blocks.map(({ start, end }) => text.slice(start, end))).toEqual(['```js\nb\n```', '~~~\nd'])
  expect(open).toBe('~~~')
})
