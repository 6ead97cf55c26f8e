import fc from 'fast-check'
import { expect, it } from 'vitest'
import { allNeededWords, type NeededWord, neededWords } from './needed-words.ts'

it.each([
  [/\bcurl\s{1,4}https?:/, ['curl']],
  [/(?:wget|curl) x/, ['wget x', 'curl x']],
  [/ab?cdef/, ['acdef', 'abcdef']],
  [
    /(?:mak(?:e|ing)|brew) (?:him|her).*x/,
    ['make him', 'make her', 'making him', 'making her', 'brew him', 'brew her'],
  ],
  [/gr[ae]y/, ['gray', 'grey']],
  [/t[öo]te/i, ['töte', 'tote']],
  [/kill(?:ing|s)?/, ['kill']],
  [/abc{2,3}d/, ['abc']],
  [/abc{0,3}defg/, ['defg']],
  [/[Ee]val\(|new Function/, ['eval(', 'new function']],
  [/(?<name>one|three)+/, ['one', 'three']],
  [/(?<!not )(?=x)really(?! so)/, ['really']],
  [/(?<name>x)\x41\u0042\p{L}\k<name>word/u, ['word']],
  [/a\.b\.c|[^abc]def/, ['a.b.c', 'def']],
  [/skip/i, ['skip']],
])('the words that %s needs are read from it', (pattern, words) => {
  expect(neededWords(pattern)).toEqual(words)
})

it.each([[/a|bcd/], [/(?:abc)?/], [/\w+/], [/abc|/], [/(?:abc|\d)/], [/sky/iu], [/.*/]])('%s needs none', (pattern) => {
  expect(neededWords(pattern)).toBeUndefined()
})

it.each([
  /(?:nc|ncat|netcat)\s[^\n|;]{0,12}(?:-[a-z]{0,6}[ec]|--exec) ?(?:ba|z)?sh/,
  /(?:wget|curl)[^\n|]{0,20}\|\s{0,4}(?:sudo )?(?:ba|z|da)?sh/,
  /[Ww]rite (?:me )?(?:a|the)? ?(?:poem|song)s?/,
  /open\((?:request|input)[^)]{1,8}\)(?:\.read\(\))*/,
  /ab*c{1,3}[xX]y(?:z|zz){2}/,
])('whatever matches %s has one of its words', (pattern) => {
  const words = neededWords(pattern) ?? ['']
  fc.assert(
    fc.property(fc.stringMatching(pattern), (text) => words.some((word) => text.toLowerCase().includes(word))),
    { numRuns: 300 },
  )
})

const byLength = (words: readonly NeededWord[]) => words.reduce((sum, { word }) => sum + 1 / word.length, 0)
const setsOf = (pattern: RegExp) => allNeededWords(pattern, byLength)

it('all that is needed is told by sets, of each of which one word stands in a match, the least common first', () => {
  const words = (pattern: RegExp) => setsOf(pattern).map((set) => set.map(({ word }) => word))
  expect(words(/(?:make|build)\w* .{0,9}?(?:bombs?|a grenade)(?! squad)/)).toEqual([
    ['bomb', 'a grenade'],
    ['make', 'build'],
    [' '],
  ])
  expect(words(/(?:make|build) it|sell/)).toEqual([['make it', 'build it', 'sell']])
})

it.each([
  [/(?<![\w-])kill/, true, false],
  [/.kill\b/, false, true],
  [/\bkill(?!\w)/, true, true],
  [/(?:a )?kill/, false, false],
  [/(?<!\w)(?:a )?kill/, true, false],
  [/ kill/, true, false],
  [/kill\w*\b/, false, false],
  [/kill.{0,9}?\b(?:a|b)/, false, false],
  [/kill[a-z]?\b/, false, false],
  [/kill+\b/, false, false],
  [/kill(?:\w|-)*(?!\w)/, false, false],
  [/\b's kill\b/, false, true],
])('in %s it is known whether the word begins and ends there', (pattern, begins, ends) => {
  expect(setsOf(pattern)[0]).toEqual([expect.objectContaining({ begins, ends })])
})
