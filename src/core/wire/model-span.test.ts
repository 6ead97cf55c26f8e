import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { GatewayError } from '../errors.ts'
import { withModel } from './model-span.ts'

const space = fc.string({ unit: fc.constantFrom(' ', '\n', '\r', '\t'), maxLength: 3 })
const name = fc.oneof(fc.constantFrom('gpt-5', 'a"b\\c', 'modèle/𝄞', '"model":', ''), fc.string({ unit: 'binary' }))

/** A string of JSON as some client may write it: the bits of `mask` say which letters are escaped without need. */
function quoted(text: string, mask: number): string {
  const letters = Array.from(text, (letter, index) =>
    letter.length === 1 && ((mask >> (index % 16)) & 1) === 1
      ? `\\u${letter.charCodeAt(0).toString(16).padStart(4, '0')}`
      : JSON.stringify(letter).slice(1, -1),
  )
  return `"${letters.join('')}"`
}

/** One time in two nothing is escaped that need not be, as most clients write. */
const escapes = fc.oneof(fc.constant(0), fc.nat(0xffff))
const string = fc.tuple(name, escapes).map(([text, mask]) => quoted(text, mask))
const scalar = fc.oneof(
  string,
  fc.constantFrom(
    'null',
    'true',
    '-1.50e+3',
    '9007199254740993',
    '"model"',
    '"\\"model\\":\\"x\\""',
    '"\\\\"',
    '"}{]["',
  ),
)

const anyKey = fc.oneof(fc.constantFrom('"model"', '"Model"', '"\\u006dodel"', '"a\\"model\\""', '"\\\\"'), string)

/** Text of JSON with its own spaces, in which `model` is as likely a key as any. */
const { value } = fc.letrec<{ value: string }>((tie) => ({
  value: fc.oneof(
    { depthSize: 'small', withCrossShrink: true },
    scalar,
    fc.array(fc.tuple(space, tie('value'), space), { maxLength: 3 }).map((items) => `[${joined(items)}]`),
    fc
      .array(fc.tuple(space, anyKey, space, space, tie('value'), space), { maxLength: 3 })
      .map((items) => `{${items.map(([a, key, b, c, text, d]) => `${a}${key}${b}:${c}${text}${d}`).join(',')}}`),
  ),
}))

const otherKey = anyKey.filter((key) => JSON.parse(key) !== 'model')
const member = fc.tuple(space, otherKey, space, space, value, space).map((parts) => {
  const [before, key, behindKey, beforeValue, text, behind] = parts
  return `${before}${key}${behindKey}:${beforeValue}${text}${behind}`
})
const modelKey = escapes.map((mask) => quoted('model', mask))

function joined(items: readonly (readonly string[])[]): string {
  return items.map((parts) => parts.join('')).join(',')
}

/** An object that names the model once at its top level, cut where the value of that begins and ends. */
const request = fc
  .record({
    before: fc.array(member, { maxLength: 3 }),
    behind: fc.array(member, { maxLength: 3 }),
    key: modelKey,
    current: name,
    mask: escapes,
    spaces: fc.tuple(space, space, space, space, space, space),
  })
  .map(({ before, behind, key, current, mask, spaces: [start, end, a, b, c, d] }) => ({
    head: `${start}{${[...before, `${a}${key}${b}:${c}`].join(',')}`,
    current,
    written: quoted(current, mask),
    tail: `${[d, ...behind].join(',')}}${end}`,
  }))

describe('another name for the model', () => {
  test('changes that value and no other byte', () => {
    fc.assert(
      fc.property(request, name, ({ head, current, written, tail }, replacement) => {
        const body = Buffer.from(`${head}${written}${tail}`)
        fc.pre(replacement !== current)
        expect(JSON.parse(body.toString()).model).toBe(current)
        const changed = withModel(body, current, replacement).toString()
        expect(changed).toBe(`${head}${JSON.stringify(replacement)}${tail}`)
        expect(JSON.parse(changed)).toEqual({ ...JSON.parse(body.toString()), model: replacement })
      }),
    )
  })

  test('that is the same name gives the very same bytes', () => {
    fc.assert(
      fc.property(request, ({ head, current, written, tail }) => {
        const body = Buffer.from(`${head}${written}${tail}`)
        expect(withModel(body, current, current)).toBe(body)
      }),
    )
  })

  test('is refused when the body names the model twice, however it is written', () => {
    fc.assert(
      fc.property(request, modelKey, string, fc.boolean(), ({ head, current, written, tail }, key, other, isFirst) => {
        const [first, second] = isFirst ? [other, written] : [written, other]
        const body = Buffer.from(`${head}${first},${key}:${second}${tail}`)
        const last = JSON.parse(second)
        for (const replacement of ['another', last, current]) {
          expect(() => withModel(body, last, replacement)).toThrow(
            expect.objectContaining({ name: 'GatewayError', code: 'invalid_request', param: 'model' }),
          )
        }
      }),
    )
  })

  test.each([
    ['{"model":"a"}', '{"model":"b"}'],
    ['{"\\u006dodel":"a"}', '{"\\u006dodel":"b"}'],
    ['{"\\u006Dodel" : "\\u0061"}', '{"\\u006Dodel" : "b"}'],
    ['{"x":{"model":"a"},"model":"a"}', '{"x":{"model":"a"},"model":"b"}'],
    ['{"x":[{"model":"a"}],"model":"a"}', '{"x":[{"model":"a"}],"model":"b"}'],
    ['{"model":"a","x":"\\"model\\":\\"a\\""}', '{"model":"b","x":"\\"model\\":\\"a\\""}'],
    ['{"x\\"model":"a","model":"a"}', '{"x\\"model":"a","model":"b"}'],
    ['{"x":"model","model":"a"}', '{"x":"model","model":"b"}'],
    ['{"x":"}","model":"a"}', '{"x":"}","model":"b"}'],
    ['{"x":"\\\\","model":"a"}', '{"x":"\\\\","model":"b"}'],
    ['{"x":9007199254740993,"x":1,"model":"a"}', '{"x":9007199254740993,"x":1,"model":"b"}'],
  ])('%s', (body, changed) => {
    expect(withModel(Buffer.from(body), 'a', 'b').toString()).toBe(changed)
  })

  test('is refused when there is no name at the top level', () => {
    expect(() => withModel(Buffer.from('{"x":{"\\u006dodel":"a"}}'), 'a', 'b')).toThrow(GatewayError)
  })
})
