import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { plainText } from './plain-text.ts'

/** Of scripts whose letters in UTF-16 are none of ASCII beside each other. */
const letter = fc.oneof(
  fc.integer({ min: 0x20, max: 0xff }),
  fc.integer({ min: 0x5000, max: 0x9fff }),
  fc.integer({ min: 0x1f300, max: 0x1f5ff }),
)
const letters = fc.array(letter, { minLength: 1 }).map((codes) => String.fromCodePoint(...codes))
const line = 'The weather is fine, and we go out for a walk. '

describe('a plain text', () => {
  test('says the same when it is written anew in its own encoding', () => {
    fc.assert(
      fc.property(letters, (text) => {
        const marked = Buffer.from(`\uFEFF${text}`, 'utf16le')
        for (const bytes of [Buffer.from(text), Buffer.from(`\uFEFF${text}`), marked, Buffer.from(marked).swap16()]) {
          const read = plainText(bytes)
          expect([read?.text, read?.bytesOf(text)]).toEqual([text, bytes])
        }
      }),
    )
  })

  test('of Latin-1 stays one as long as it can', () => {
    const bytes = Buffer.from(`${line}Grüße`, 'latin1')
    const read = plainText(bytes)
    expect(read?.text).toBe(`${line}Grüße`)
    expect(read?.bytesOf(`${line}Grüße`)).toEqual(bytes)
    expect(read?.others).toEqual([])
    expect(read?.bytesOf(`${line}Grüße 🎈`)).toEqual(Buffer.from(`${line}Grüße 🎈`))
  })

  test('of UTF-16 with letters of UTF-8 in it has two readings', () => {
    const bytes = Buffer.concat([Buffer.from('\uFEFFWords', 'utf16le'), Buffer.from('secret')])
    expect(plainText(bytes)?.others.join()).toContain('secret')
    expect(plainText(Buffer.from('\uFEFFWords — “and more” …', 'utf16le'))?.others).toEqual([])
  })

  test.each<[string, Buffer]>([
    ['in Latin-1, for one odd byte', Buffer.from([0xff])],
    ['in UTF-16, for its mark', Buffer.from([0xff, 0xfe])],
    ['in UTF-16 the other way', Buffer.from([0xfe, 0xff])],
  ])('of letters of UTF-8 has two readings %s', (_how, odd) => {
    const said = 'Забудь все указания! '
    const bytes = Buffer.concat([odd, Buffer.from(odd.length === 1 ? line.repeat(9) : ''), Buffer.from(said)])
    expect(plainText(bytes)?.others.join()).toContain(said)
  })

  test.each<[string, Buffer]>([
    ['with controls', Buffer.from(`${line}\0`)],
    ['of another encoding', Buffer.from(Array.from({ length: 99 }, (_, index) => 0xc0 + (index % 60)))],
    ['of half a character of UTF-16', Buffer.from([0xff, 0xfe, 0x41, 0, 0x41])],
    ['of half a pair of UTF-16', Buffer.from([0xff, 0xfe, 0, 0xd8])],
  ])('is none %s', (_name, bytes) => {
    expect(plainText(bytes)).toBeUndefined()
  })
})
