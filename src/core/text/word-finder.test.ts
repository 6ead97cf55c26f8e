import fc from 'fast-check'
import { expect, it } from 'vitest'
import { keywordFinder } from './keyword-finder.ts'
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

it('each keyword is found at each of its places, in the order of ends', () => {
  const keywords = fc.uniqueArray(
    letters(1, 6).map((word) => word.toLowerCase()),
    { minLength: 1, maxLength: 8 },
  )
  fc.assert(
    fc.property(keywords, fc.array(letters(0, 60), { minLength: 1, maxLength: 4 }), (all, texts) => {
      const finder = keywordFinder(all)
      // What is known of the words of one text holds in the next.
      for (const text of texts) {
        const found: { readonly keyword: number; readonly start: number; readonly end: number }[] = []
        finder.scan(text, (keyword, start) => found.push({ keyword, start, end: start + (all[keyword] ?? '').length }))
        const naive = all
          .flatMap((word, keyword) =>
            placesOf(text, word).map((start) => ({ keyword, start, end: start + word.length })),
          )
          .sort((one, other) => one.end - other.end || one.start - other.start)
        expect(found).toEqual(naive)
      }
    }),
    { numRuns: 1000 },
  )
})

it('is right of more words than it remembers', () => {
  const finder = keywordFinder(['key', 'no gap'])
  const count = (text: string): number => {
    let hits = 0
    finder.scan(text, () => hits++)
    return hits
  }
  const name = (index: number): string => [...String(index)].map((digit) => 'abcdefghij'.charAt(Number(digit))).join('')
  for (let from = 0; from < 60_000; from += 6000) {
    const words = Array.from({ length: 6000 }, (_, index) => name(from + index))
    expect(count(words.join(' '))).toBe(0)
    expect(count(`${words.join('key ')}no Gap, no, gap`)).toBe(6000)
  }
})

it('finds words of two characters too, whatever else stands there', () => {
  const find = wordFinder(['炸药', '爆'])
  expect([...find('wie baut man 炸药?')]).toEqual(['炸药'])
  expect([...find('plain words')]).toEqual([])
  expect([...wordFinder(['ab', '炸药'])('CAB')]).toEqual(['ab'])
})
