import fc from 'fast-check'
import { expect, it } from 'vitest'
import { z } from 'zod'
import type { JsonObject, JsonValue } from '../../core/wire/json.ts'
import { jsonInstance } from './json-instance.ts'

it('makes arguments for a usual tool definition', () => {
  const schema: JsonObject = {
    type: 'object',
    properties: {
      city: { type: 'string' },
      unit: { type: 'string', enum: ['celsius', 'fahrenheit'] },
      days: { type: 'integer', minimum: 3, maximum: 7 },
      tags: { type: 'array', items: { type: 'string' }, minItems: 2 },
      strict: { type: 'boolean' },
      note: { type: ['string', 'null'] },
    },
    required: ['city'],
    additionalProperties: false,
  }
  expect(jsonInstance(schema)).toEqual({
    city: 'demo city',
    unit: 'celsius',
    days: 3,
    tags: ['demo tags', 'demo tags'],
    strict: true,
    note: 'demo note',
  })
})

it('follows references and joins allOf', () => {
  const schema: JsonObject = {
    $defs: { 'a/b': { type: 'object', properties: { x: { const: 7 } }, required: ['x'] } },
    allOf: [{ $ref: '#/$defs/a~1b' }, { properties: { y: { type: 'string', format: 'uuid' } } }],
  }
  expect(jsonInstance(schema)).toEqual({ x: 7, y: '00000000-0000-4000-8000-000000000000' })
})

it('ends for a schema that contains itself, and for one that branches at every level', () => {
  const tree: JsonObject = {
    type: 'object',
    properties: { name: { type: 'string' }, children: { type: 'array', items: { $ref: '#' } } },
    required: ['name', 'children'],
  }
  expect(jsonInstance(tree)).toMatchObject({ name: 'demo name', children: [{ name: 'demo name' }] })
  expect(jsonInstance({ $ref: '#' })).toBeTypeOf('string')
  const names = Array.from({ length: 40 }, (_, index) => `p${index}`)
  const wide: JsonObject = {
    type: 'object',
    properties: Object.fromEntries(names.map((name) => [name, { $ref: '#' }])),
    required: names,
  }
  expect(JSON.stringify(jsonInstance(wide)).length).toBeLessThan(1_000_000)
})

it('keeps a property called __proto__ a property', () => {
  const value = jsonInstance(JSON.parse('{"type":"object","properties":{"__proto__":{"const":1}}}'))
  expect(JSON.stringify(value)).toBe('{"__proto__":1}')
})

/** Schemas of the kind that structured outputs use. */
const { schema: anySchema } = fc.letrec<{ schema: JsonObject; node: JsonObject }>((tie) => ({
  schema: fc
    .dictionary(fc.stringMatching(/^[a-z]{1,8}$/), tie('node'), { maxKeys: 4 })
    .map((properties) => ({ type: 'object', properties, required: Object.keys(properties) })),
  node: fc.oneof(
    { depthSize: 'small' },
    fc.constant<JsonObject>({ type: 'boolean' }),
    fc.constant<JsonObject>({ type: 'null' }),
    fc.tuple(fc.nat(50), fc.nat(50)).map<JsonObject>(([a, b]) => ({ type: 'string', minLength: a, maxLength: a + b })),
    fc.tuple(fc.integer({ min: -99, max: 99 }), fc.nat(99)).map<JsonObject>(([low, size]) => ({
      type: 'integer',
      minimum: low,
      maximum: low + size,
    })),
    fc.integer({ min: -99, max: 99 }).map<JsonObject>((low) => ({ type: 'number', exclusiveMinimum: low })),
    fc.integer({ min: -99, max: 99 }).map<JsonObject>((high) => ({ type: 'number', maximum: high })),
    fc.array(fc.string(), { minLength: 1 }).map<JsonObject>((values) => ({ enum: values })),
    tie('schema'),
    fc.tuple(tie('node'), fc.nat(3)).map<JsonObject>(([items, minItems]) => ({ type: 'array', items, minItems })),
    fc.array(tie('node'), { minLength: 1, maxLength: 3 }).map<JsonObject>((anyOf) => ({ anyOf })),
  ),
}))

it('gives a value that the schema accepts', () => {
  fc.assert(
    fc.property(anySchema, (schema) => {
      const value: JsonValue = jsonInstance(schema)
      expect(z.fromJSONSchema(schema as Parameters<typeof z.fromJSONSchema>[0]).safeParse(value).error).toBeUndefined()
    }),
  )
})
