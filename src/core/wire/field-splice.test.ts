import fc from 'fast-check'
import { expect, it } from 'vitest'
import { withFields } from './field-splice.ts'
import { isJsonObject, type JsonObject } from './json.ts'

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

it('objects within are changed where they stand, field by field', () => {
  const text = '{"a":{"x":1},"in" : { "id":12345678901234567890, "model":"m","list":[1.0] },"a":2,"in2":{"y":1.0}}'
  const before = JSON.parse(text) as { in: JsonObject }
  const after = { ...before, in: { ...before.in, model: 'n' } }
  expect(withFields(Buffer.from(text), before, after).toString()).toBe(
    '{"a":{"x":1},"in" : {"id":12345678901234567890,"list":[1.0],"model":"n"},"a":2,"in2":{"y":1.0}}',
  )
  const twice = '{"in":{"b":1.0},"in":{"a":1.0}}'
  const read = JSON.parse(twice) as { in: JsonObject }
  expect(withFields(Buffer.from(twice), read, { in: { ...read.in, c: 3 } }).toString()).toBe('{"in":{"a":1.0,"c":3}}')
})

it('lists of the same length are changed where they stand', () => {
  const text = '{"l":[ 12345678901234567890, {"id":12345678901234567890,"model":"m"} , [1.0,"x"], true ],"m":[1.0]}'
  const before = JSON.parse(text) as { l: [number, JsonObject, [number, string], boolean]; m: number[] }
  const [number, object, [first], last] = before.l
  const after = { ...before, l: [number, { ...object, model: 'n' }, [first, 'y'], !last], m: [1, 2] }
  expect(withFields(Buffer.from(text), before, after).toString()).toBe(
    '{"l":[12345678901234567890,{"id":12345678901234567890,"model":"n"},[1.0,"y"],false],"m":[1,2]}',
  )
})

it('reads as what was meant, whatever the object, its spacing and the change', () => {
  const change = fc.dictionary(fc.string(), fc.option(fc.jsonValue(), { nil: undefined }), { noNullPrototype: true })
  const object = fc.dictionary(fc.string(), fc.jsonValue(), { noNullPrototype: true })
  fc.assert(
    fc.property(object, change, fc.constantFrom(undefined, 1, '\t'), (fields, changed, space) => {
      const text = JSON.stringify(fields, null, space)
      const before = JSON.parse(text) as JsonObject
      const after = { ...before, ...changed, ...within(before, changed as JsonObject), ...inList(before) } as JsonObject
      const read: unknown = JSON.parse(withFields(Buffer.from(text), before, after).toString())
      expect(read).toEqual(JSON.parse(JSON.stringify(after)))
    }),
  )
})

/** The change once more, in the first object within. */
function within(before: JsonObject, change: JsonObject): JsonObject {
  const [name, object] = Object.entries(before).find(([, value]) => isJsonObject(value)) ?? []
  return name === undefined || !isJsonObject(object) ? {} : { [name]: { ...object, ...change } }
}

/** Another first item in each list. */
function inList(before: JsonObject): JsonObject {
  const lists = Object.entries(before).flatMap(([name, value]) =>
    Array.isArray(value) ? [[name, value] as const] : [],
  )
  return Object.fromEntries(lists.map(([name, [_, ...rest]]) => [name, [{ changed: true }, ...rest]]))
}
