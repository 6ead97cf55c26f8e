import fc from 'fast-check'
import { expect, it } from 'vitest'
import { unitsOf } from './text-units.ts'

it('gives what charCodeAt gives, of halves of pairs too', () => {
  fc.assert(
    fc.property(fc.array(fc.integer({ min: 0, max: 0xffff }), { maxLength: 300 }), (units) => {
      expect([...unitsOf(String.fromCharCode(...units))]).toEqual(units)
    }),
  )
})

it('keeps what it gave as it was', () => {
  const first = unitsOf('first')
  unitsOf('other')
  expect(first).toEqual(unitsOf('first'))
})
