import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { lexical } from './lexical.ts'

const vector = (text: string): Float32Array => lexical.embedNow?.(text) ?? new Float32Array()
const closeness = (a: string, b: string): number => {
  const [left, right] = [vector(a), vector(b)]
  return left.reduce((sum, value, index) => sum + value * (right[index] ?? 0), 0)
}

describe('the lexical embedder', () => {
  it('gives vectors of length 1, the same for the same text, and only zeros for one without words', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme' }), (text) => {
        const found = vector(text)
        const length = Math.hypot(...found)
        expect(found).toHaveLength(lexical.dimensions ?? 0)
        expect(length === 0 || Math.abs(length - 1) < 1e-4).toBe(true)
        expect(vector(text)).toEqual(found)
        expect(length > 0).toBe(/[\p{L}\p{M}\p{N}]/u.test(text.normalize('NFKC')))
      }),
    )
  })

  it.each([
    ['How do I cancel my order?', 'how do i cancel an order', 'How do I track my order?'],
    ["I can't log in", 'I cannot log in', 'I can log out'],
    ['Which currencies are supported?', 'which currency is supported', 'which countries are supported'],
    ['Wie kündige ich mein Abo?', 'wie kündige ich das Abo', 'Wie ändere ich meine Adresse?'],
    ['パスワードを変更したい', 'パスワードを変更したいです', '注文をキャンセルしたい'],
  ])('finds %j closer to %j than to %j', (text, near, far) => {
    expect(closeness(text, near)).toBeGreaterThan(closeness(text, far))
  })

  it('takes a text of the largest size in bounded time', () => {
    // What grows with the square takes minutes, and the test's own limit ends it.
    expect(vector('word '.repeat(2000)).length).toBe(vector('x'.repeat(10_000)).length)
  })
})
