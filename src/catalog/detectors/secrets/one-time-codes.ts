import { entropyOf, isPlaceholder, isSequence } from './judge.ts'
import type { Trigger } from './match-formats.ts'

/** Secrets of second factors: what one-time codes are made from (RFC 6238; in Base32, RFC 4648), and codes for when they are lost. */
const seedBehind =
  /s?(?:[ \t]{1,3}[\p{L}-]{1,16}){0,4}?["'`]?(?:[ \t]{0,3}(?:[:=：]|->|→)|[ \t](?:is|ist|est|es|è|é))?[ \t]{0,3}["'`(]?((?:[A-Z2-7]{4}[ -]){3,15}[A-Z2-7]{4}|(?:[a-z2-7]{4}[ -]){3,15}[a-z2-7]{4}|[A-Z2-7]{16,64}|[a-z2-7]{16,64})(?![A-Za-z0-9])/uy
const setUpAddress = /totp\/|hotp\//y
const seedInAddress = /[^\s"'`<>]{0,400}?[?&]secret=([A-Za-z2-7]{16,128})(?![A-Za-z0-9])/y
const moved = /offline\?data=([A-Za-z0-9%+/=_-]{24,2000})/y

const code = '(?:[A-Za-z0-9]{4,8}(?:-[A-Za-z0-9]{4,8}){1,3}|[0-9]{4} [0-9]{4}|[0-9]{8}|[a-z0-9]{8,16})(?![A-Za-z0-9])'
const codesBehind = new RegExp(
  `[a-z]{0,2}(?:[ \\t]{1,3}[^\\n:=.]{0,48}?)?(?:[:=：]|\\b(?:are|is|sind|sont|son)\\b)\\s{0,4}((?:${code})(?:(?:,|;| /)?[ \\t]{0,3}(?:\\r?\\n[ \\t]{0,4})?(?:[-*•] |[0-9]{1,2}[.)] )?(?:${code})){0,19})`,
  'y',
)

const otpWords = [
  'otp',
  '2fa',
  'mfa',
  'authenticator',
  'two-factor',
  'second factor',
  'zwei-faktor',
  'deux facteurs',
  'dos factores',
]
const codeWords = [
  'recovery code',
  'backup code',
  'scratch code',
  'wiederherstellungscode',
  'code de secours',
  'codes de secours',
  'códigos de respaldo',
  'código de respaldo',
]

export const oneTimeTriggers: readonly Trigger[] = [
  ...otpWords.map(
    (keyword): Trigger => ({
      keyword,
      look(text, start, end, report) {
        // `TOTP` and `HOTP` end in it; so do words such as `laptop`-like names, which letters stand before.
        if (
          /\w/.test(text[start - 1] ?? ' ') &&
          !/(?:^|[^A-Za-z])[th]$/i.test(text.slice(Math.max(0, start - 2), start))
        )
          return
        seedBehind.lastIndex = end
        const seed = seedBehind.exec(text)?.[1]
        if (seed === undefined || !isSeed(seed.replace(/[ -]/g, ''))) return
        const from = seedBehind.lastIndex - seed.length
        report({ ...oneTimeSeed, score: 0.85, start: from, end: seedBehind.lastIndex, rank: 2 })
      },
    }),
  ),
  {
    keyword: 'otpauth://',
    look(text, _start, end, report) {
      setUpAddress.lastIndex = end
      if (!setUpAddress.test(text)) return
      seedInAddress.lastIndex = setUpAddress.lastIndex
      const seed = seedInAddress.exec(text)?.[1]
      if (seed === undefined || isPlaceholder(seed) || isWord(seed)) return
      const last = seedInAddress.lastIndex
      report({ ...oneTimeSeed, score: 0.95, start: last - seed.length, end: last, rank: 3 })
    },
  },
  {
    keyword: 'otpauth-migration://',
    look(text, start, end, report) {
      moved.lastIndex = end
      const data = moved.exec(text)?.[1]
      if (data === undefined || isPlaceholder(data)) return
      report({ ...oneTimeSeed, score: 0.95, start, end: moved.lastIndex, rank: 3 })
    },
  },
  ...codeWords.map(
    (keyword): Trigger => ({
      keyword,
      look(text, _start, end, report) {
        codesBehind.lastIndex = end
        const codes = codesBehind.exec(text)?.[1]
        if (codes === undefined || !areDrawn(codes)) return
        const last = codesBehind.lastIndex
        report({
          rule: 'recovery-codes',
          category: 'credential',
          score: 0.75,
          start: last - codes.length,
          end: last,
          rank: 1,
        })
      },
    }),
  ),
]

export const oneTimeSeed = { rule: 'one-time-password-seed', category: 'credential' } as const

/** Base32 has a digit in nearly all that is drawn, and words have none. */
function isSeed(value: string): boolean {
  return /[2-7]/.test(value) && entropyOf(value) >= 2.8 && !isSequence(value) && !isPlaceholder(value)
}

/** `BASE32SECRET`, `AAAAAAAAAAAAAAAA`. */
function isWord(value: string): boolean {
  return entropyOf(value) < 2.5 || /secret|base32/i.test(value)
}

/** Digits in them, and no numbers of errors. */
function areDrawn(codes: string): boolean {
  return (
    (codes.match(/[0-9]/g)?.length ?? 0) >= 4 &&
    !/^0x/i.test(codes) &&
    !/^[0-9]{4}-[0-9]{4}$/.test(codes) &&
    !isPlaceholder(codes)
  )
}

const openSeed =
  /(?:otp|2fa|mfa|authenticator|two-factor|second factor|zwei-faktor|deux facteurs|dos factores)[^\n]{0,80}?[ \t:="'`(-]((?:[A-Za-z2-7]{4}[ -]){1,16}[A-Za-z2-7]{0,4})$/i
const openCodes =
  /(?:(?:recovery|backup|scratch) code|wiederherstellungscode|codes? de secours|códigos? de respaldo)[^\n:=]{0,60}?(?:[:=：]|\b(?:are|is|sind|sont|son)\b)\s{0,4}([A-Za-z0-9][\w\s,;/.)•*-]{0,400})$/i

/** Where groups of such a secret begin that may go on; the length of the text where there are none. */
export function openCodesFrom(text: string): number {
  const from = Math.max(0, text.length - 520)
  const tail = text.slice(from)
  return Math.min(
    ...[openSeed, openCodes].map((pattern) => {
      const match = pattern.exec(tail)
      return match === null ? text.length : from + match.index + match[0].length - (match[1]?.length ?? 0)
    }),
  )
}
