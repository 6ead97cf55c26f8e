import fc from 'fast-check'
import { expect, it } from 'vitest'
import { hasEachNameOnce } from './reads-one-way.ts'

it.each([
  ['{"a":1,"a" :2}', false],
  ['{"a":{"b":1,"b":1}}', false],
  ['{"a":1,"\\u0061":2}', false],
  ['[{"a":null,"b":[{"c":":"}]}]', true],
  ['{"a\\"":1,":":"x:\\\\"}', true],
  ['{"__proto__":1,"constructor":{}}', true],
])('tells whether a name stands twice: %s', (text, isOnce) => {
  expect(hasEachNameOnce(text, JSON.parse(text))).toBe(isOnce)
})

it('takes all that JSON.stringify writes, and nothing with a name once more', () => {
  fc.assert(
    fc.property(fc.dictionary(fc.string(), fc.jsonValue()), fc.string(), (fields, name) => {
      const text = JSON.stringify({ ...fields, [name]: 1 })
      expect(hasEachNameOnce(text, JSON.parse(text))).toBe(true)
      const twice = `{${JSON.stringify(name)}:":",${text.slice(1)}`
      expect(hasEachNameOnce(twice, JSON.parse(twice))).toBe(false)
    }),
  )
})
