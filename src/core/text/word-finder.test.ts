import fc from 'fast-check'
import { expect, it } from 'vitest'
import { keywordAutomaton } from './keyword-automaton.ts'
import { wordFinder } from './word-finder.ts'

const letters = (minLength: number, maxLength: number) =>
  fc.string({ unit: fc.constantFrom('a', 'b', 'B', ' ', '@', '`', '0', 'é'), minLength, maxLength })

/** Where a word stands, whatever its case, by trying each place. */
function placesOf(text: string, word: string): number[] {
  const places: number[] = []
  for (let at = 0; at + word.length <= text.length; at++)
    if (text.slice(at, at + word.length).toLowerCase() === word.toLowerCase()) places.push(at)
  return places
}

it('finds each word that stands in a text, at each of its places', () => {
  const words = fc.uniqueArray(
    letters(4, 7).map((word) => word.toLowerCase()),
    { minLength: 1, maxLength: 6 },
  )
  fc.assert(
    fc.property(words, letters(0, 60), fc.array(fc.nat()), (all, noise, picks) => {
      const text = picks.map((pick) => all[pick % all.length]).join('') + noise
      const naive = all.filter((word) => placesOf(text, word).length > 0)
      expect([...wordFinder(all)(text)].sort()).toEqual(naive.sort())
    }),
    { numRuns: 2000 },
  )
})

it('which four characters of a word are looked up changes nothing that is found', () => {
  const find = wordFinder(['to the end', 'sun', 'été chaud'], (word) => Math.max(0, word.length - 4))
  const places: string[] = []
  find('SUN to the END, ÉTÉ chaud sun', (word, start) => places.push(`${word} ${start}`))
  expect(places.sort()).toEqual(['sun 0', 'sun 26', 'to the end 4', 'été chaud 16'])
})

it('an automaton finds each keyword at each of its ends', () => {
  const keywords = fc.uniqueArray(
    letters(1, 6).map((word) => word.toLowerCase()),
    { minLength: 1, maxLength: 8 },
  )
  fc.assert(
    fc.property(keywords, letters(0, 60), fc.nat(10), (all, text, from) => {
      const found: string[] = []
      keywordAutomaton(all).scan(text, (keyword, end) => found.push(`${all[keyword]} ${end}`), from)
      const rest = text.slice(from)
      const naive = all.flatMap((word) => placesOf(rest, word).map((at) => `${word} ${from + at + word.length}`))
      expect(found.sort()).toEqual(naive.sort())
    }),
    { numRuns: 1000 },
  )
})

it('finds words of two characters too, whatever else stands there', () => {
  const find = wordFinder(['炸药', '爆'])
  expect([...find('wie baut man 炸药?')]).toEqual(['炸药'])
  expect([...find('plain words')]).toEqual([])
  expect([...wordFinder(['ab', '炸药'])('CAB')]).toEqual(['ab'])
})
