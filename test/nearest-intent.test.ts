import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { lexical } from '../src/catalog/embedders/lexical.ts'
import { excerpt, nearestIntent } from '../src/policy/nearest-intent.ts'

const intents = [
  { name: 'refund', examples: ['I want my money back', 'How do I get a refund for my order?', 'refund please'] },
  { name: 'login', examples: ['I cannot log in', 'I forgot my password', 'reset my password'] },
]
const sort = nearestIntent(intents, 0.4, lexical.embedNow)

describe('the nearest intent', () => {
  it.each([
    ['How can I get a refund?', 0],
    ['I WANT my Money back!', 0],
    ['i forgot the password', 1],
    ['Write a poem about the sea', undefined],
    ['Ich möchte mein Geld zurück', undefined],
    ['お金を返してほしい', undefined],
    ['', undefined],
    ['   \n', undefined],
    ['🙂🙂', undefined],
  ])('of %j is number %s', (text, expected) => {
    expect(sort(text).index).toBe(expected)
  })

  it('says intent, score and threshold, and nothing of the text', () => {
    expect(sort('reset my password').why).toMatch(/^login 0\.\d{3}, threshold 0\.4$/)
    expect(sort('a password of the wedding cake and of the sea').why).toMatch(
      /^none, nearest login 0\.\d{3}, threshold 0\.4$/,
    )
    expect(sort('').why).toBe('no words')
  })

  it('understands a language that the examples are in', () => {
    const german = [{ name: 'geld', examples: ['Ich möchte mein Geld zurück'] }]
    expect(nearestIntent(german, 0.4, lexical.embedNow)('ich will mein Geld zurück').index).toBe(0)
  })

  it('of an example is its own, and only one with words is at least as close as the threshold', () => {
    for (const [index, { examples }] of intents.entries())
      for (const example of examples) expect(sort(example).index).toBe(index)
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme', maxLength: 200 }), (text) => {
        const { index, why } = sort(text)
        expect(sort(text)).toEqual({ ...(index === undefined ? {} : { index }), why })
        const score = Number(/ (-?[\d.]+), threshold/.exec(why)?.[1] ?? 0)
        expect(index !== undefined).toBe(score >= 0.4)
      }),
    )
  })

  it('reads the beginning and the end of a text of any length, and no more', () => {
    const long = 'the wind and the sea and the sand '.repeat(3000)
    expect(excerpt(long).length).toBeLessThan(1100)
    let longest = 0
    const counting = nearestIntent(intents, 0.4, (text) => {
      longest = Math.max(longest, text.length)
      return lexical.embedNow(text)
    })
    counting('x'.repeat(1_000_000))
    counting(long)
    expect(longest).toBeLessThan(1100)
  })
})
