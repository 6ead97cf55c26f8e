import fc from 'fast-check'
import { expect, it } from 'vitest'
import { keywordAutomaton } from '../keyword-automaton.ts'
import { wordFinder } from '../word-finder.ts'
import { unitsOf } from './text-units.ts'

it('gives what charCodeAt gives, of halves of pairs too', () => {
  fc.assert(
    fc.property(fc.array(fc.integer({ min: 0, max: 0xffff }), { maxLength: 300 }), (units) => {
      expect([...unitsOf(String.fromCharCode(...units))]).toEqual(units)
    }),
  )
})

it('gives a text the same array again, and what is asked for anew is right whatever was asked between', () => {
  const long = 'x'.repeat(70_000)
  expect(unitsOf('first')).toBe(unitsOf('first'))
  for (const text of ['first', long, 'other', '', 'first', `${long}y`])
    expect(String.fromCharCode(...unitsOf(text).slice(-5))).toBe(text.slice(-5))
})

it('a search goes on where somebody looks at another text meanwhile', () => {
  const ends: number[] = []
  keywordAutomaton(['key']).scan('key and key and key', (_, end) => {
    ends.push(end)
    unitsOf('something else altogether')
  })
  expect(ends).toEqual([3, 11, 19])
  const places: number[] = []
  wordFinder(['word'])('word after word', (_, start) => {
    places.push(start)
    unitsOf('something else altogether')
  })
  expect(places).toEqual([0, 11])
})
