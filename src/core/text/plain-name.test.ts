import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { meansName, plainName, plainPattern } from './plain-name.ts'

describe('the plain form of a name', () => {
  it.each([
    ['Support-Bot', 'a capital'],
    [' support-bot\t', 'blanks at the ends'],
    ['support\u200b-bot', 'a letter without width'],
    ['support-b\u00adot', 'a soft hyphen'],
    ['support-bot\u{e0020}', 'a tag character'],
    ['support-b\u043et', 'a Cyrillic letter'],
    ['\u0405UPP\u041eRT-BOT', 'Cyrillic capitals'],
    ['ｓｕｐｐｏｒｔ－ｂｏｔ', 'wide letters'],
    ['𝐬𝐮𝐩𝐩𝐨𝐫𝐭-𝐛𝐨𝐭', 'letters in a style'],
    ['support-b\u0336ot', 'a mark through a letter'],
    ['\u0000support-bot', 'a control character'],
  ])('has nothing of %j: %s', (name) => {
    expect(plainName(name)).toBe('support-bot')
  })

  it('keeps names of other letters apart', () => {
    const names = ['иван', 'ιωάννης', 'josé', 'jose', '山田', 'ada lovelace', 'ada-lovelace', 'bot-1', 'bot-l']
    expect(new Set(names.map(plainName)).size).toBe(names.length)
  })

  it('is the plain form of itself, and the same for capitals', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme' }), (name) => {
        const plain = plainName(name)
        expect(plainName(plain)).toBe(plain)
        expect(plainName(` ${name}\u200b`)).toBe(plain)
      }),
    )
  })

  it('of a pattern means any end where it has a star there', () => {
    expect(meansName(plainPattern('Support-*'), plainName('SUPPORT-bot'))).toBe(true)
    expect(meansName(plainPattern('Support'), plainName('support-bot'))).toBe(false)
    expect(meansName(plainPattern('*'), '')).toBe(true)
  })
})
