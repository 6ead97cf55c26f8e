import fc from 'fast-check'
import { expect, it } from 'vitest'
import { isOnly, known, meaningOf, placesOfNames } from './gazetteer.ts'
import * as english from './names/english.ts'
import * as west from './names/western-europe.ts'

const names = [english, west]
  .flatMap(({ first, last }) => `${first} ${last}`.split(/\s+/))
  .filter((name) => name !== '')
const word = fc.oneof(
  fc.constantFrom(...names),
  fc
    .tuple(
      fc.string({ unit: fc.constantFrom(...'abcdeiklmnorstuvz'), minLength: 0, maxLength: 8 }),
      fc.constantFrom(
        '',
        'nsen',
        'sson',
        'dottir',
        'enko',
        'escu',
        'shvili',
        'ovich',
        'quist',
        'ov',
        'ova',
        'ski',
        'nez',
        'the',
      ),
    )
    .map((parts) => parts.join('')),
  fc.constantFrom(
    'the',
    "don't",
    "o'hara",
    'McKenzie',
    "O'Hara",
    'D’Angelo',
    'well-known',
    'jean-pierre',
    "anna's",
    'é',
  ),
)

it('has a place in every word, or right behind it, that is nothing but a name', () => {
  fc.assert(
    fc.property(
      fc.array(
        fc.oneof(
          word,
          fc.tuple(word, word).map((two) => two.join('-')),
        ),
        { maxLength: 4 },
      ),
      (words) => {
        const places = placesOfNames(`so, ${words.join(' ')}!`)
        let start = 'so, '.length
        for (const one of words) {
          const end = start + one.length
          if (isOnly(meaningOf(one.replace(/['’]s$/i, '')), known.first | known.last))
            expect(places.some((place) => place >= start && place <= end)).toBe(true)
          start = end + 1
        }
      },
    ),
    { numRuns: 5000 },
  )
})

it('holds a plain text back', () => {
  expect(placesOfNames("please check why the build doesn't run; it's the third time this week")).toEqual([])
})

it('holds names of programs back', () => {
  expect(placesOfNames('const userName = readFile(getPathOf(theConfig)); // of makeRunner')).toEqual([])
})
