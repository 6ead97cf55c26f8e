import fc from 'fast-check'
import { expect, it } from 'vitest'
import { elements, members, memberValue, stringEnd, withPart } from './json-bytes.ts'

/** Also longer than what is looked through byte by byte, with many quotes and backslashes. */
const text = fc.oneof(
  fc.string({ maxLength: 200 }),
  fc.string({ unit: fc.constantFrom('"', '\\', 'a', 'ü'), maxLength: 200 }),
)

it('the end of a string is found, whatever is in it', () => {
  fc.assert(
    fc.property(text, text, (said, behind) => {
      const body = Buffer.from(JSON.stringify([said, behind]))
      expect(JSON.parse(body.toString('utf8', 1, stringEnd(body, 1)))).toBe(said)
    }),
  )
})

it('fields and items are found as they were written', () => {
  const value = fc.jsonValue()
  fc.assert(
    fc.property(
      fc.dictionary(text, value),
      fc.array(value),
      fc.constantFrom(undefined, 1, '\t'),
      (object, list, space) => {
        const body = Buffer.from(JSON.stringify({ ...object, list }, null, space))
        const read = JSON.parse(body.toString()) as Record<string, unknown>
        expect(members(body).map(({ name }) => name)).toEqual(Object.keys(read))
        const written = memberValue(body, 'list') ?? Buffer.alloc(0)
        expect(elements(written).map((item) => JSON.parse(item.toString()))).toEqual(JSON.parse(JSON.stringify(list)))
        const changed = withPart(body, written, Buffer.from('7'))
        expect(JSON.parse(changed.toString())).toEqual({ ...read, list: 7 })
      },
    ),
  )
})
