import fc from 'fast-check'
import { expect, it } from 'vitest'
import { withFields } from './field-splice.ts'
import type { JsonObject } from './json.ts'

it('what does not change keeps its digits and its spelling', () => {
  const text = '{ "seed": 12345678901234567890 , "x":1.0,"s":"\\u00e9", "old": [1, {"a":"}"}], "n" : 1e2}'
  const before = JSON.parse(text) as JsonObject
  const { old: _, ...kept } = before
  const body = withFields(Buffer.from(text), before, { ...kept, n: 5, added: { a: true } })
  expect(body.toString()).toBe('{"seed": 12345678901234567890,"x":1.0,"s":"\\u00e9","n":5,"added":{"a":true}}')
})

it('a name that stands twice goes with both', () => {
  const text = '{"a":1,"b":2,"a":3}'
  const before = JSON.parse(text) as JsonObject
  expect(withFields(Buffer.from(text), before, { b: 2 }).toString()).toBe('{"b":2}')
  expect(withFields(Buffer.from(text), before, { ...before, a: 4 }).toString()).toBe('{"b":2,"a":4}')
})

it('reads as what was meant, whatever the object, its spacing and the change', () => {
  const change = fc.dictionary(fc.string(), fc.option(fc.jsonValue(), { nil: undefined }), { noNullPrototype: true })
  const object = fc.dictionary(fc.string(), fc.jsonValue(), { noNullPrototype: true })
  fc.assert(
    fc.property(object, change, fc.constantFrom(undefined, 1, '\t'), (fields, changed, space) => {
      const text = JSON.stringify(fields, null, space)
      const before = JSON.parse(text) as JsonObject
      const after = { ...before, ...changed } as JsonObject
      const read: unknown = JSON.parse(withFields(Buffer.from(text), before, after).toString())
      expect(read).toEqual(JSON.parse(JSON.stringify(after)))
    }),
  )
})
