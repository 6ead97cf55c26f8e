import { unitsOf } from '../../../core/text/views/text-units.ts'

/** A word that begins with a capital letter. */
export interface CapitalWord {
  readonly text: string
  readonly start: number
  readonly end: number
  /** More than one letter, all capital. */
  readonly isShouted: boolean
}

/** Words with capitals, on one line and next to each other but for particles. */
export interface Phrase {
  readonly words: readonly CapitalWord[]
}

const kinds = new Uint8Array(0x2000)
const [lower, upper, digit] = [1, 2, 3]
for (let unit = 0; unit < kinds.length; unit++) {
  const letter = String.fromCharCode(unit)
  if (/\p{Lu}/u.test(letter)) kinds[unit] = upper
  else if (/[\p{L}\p{M}]/u.test(letter)) kinds[unit] = lower
  else if (/[0-9_]/.test(letter)) kinds[unit] = digit
}

export interface Reading {
  readonly phrases: readonly Phrase[]
  /** Words with a capital in front, and all words. */
  readonly capitals: number
  readonly total: number
  /** A letter of an alphabet without capitals. */
  readonly hasOtherScripts: boolean
}

const longestWord = 30
const mostWords = 8

/** One pass over a text: all phrases of words with capitals. */
export function readPhrases(text: string): Reading {
  const phrases: Phrase[] = []
  let words: CapitalWord[] = []
  let total = 0
  let capitals = 0
  let hasOtherScripts = false
  const units = unitsOf(text)
  for (let place = 0; place < units.length; ) {
    const unit = units[place] ?? 0
    const kind = kinds[unit] ?? 0
    if (kind === 0) {
      if (unit > 0x58f && unit < 0xfb00 && (unit < 0x2000 || unit > 0x2e7f)) hasOtherScripts = true
      place++
      continue
    }
    const end = wordEnd(units, place)
    if (kind !== digit) total++
    // Letters without capitals: Hebrew, Arabic, those of India and South-East Asia.
    if (unit > 0x58f && unit < 0x1e00) hasOtherScripts = true
    if (kind === upper) {
      capitals++
      const word = capitalWord(text, place, end)
      if (word !== undefined) {
        const last = words.at(-1)
        if (last !== undefined && (words.length >= mostWords || !joins(text, last, place))) {
          phrases.push({ words })
          words = []
        }
        words.push(word)
      }
    }
    place = end
  }
  if (words.length > 0) phrases.push({ words })
  return { phrases, capitals, total, hasOtherScripts }
}

function wordEnd(units: Uint16Array, from: number): number {
  const { length } = units
  let place = from + 1
  while (place < length) {
    const unit = units[place] ?? 0
    // Most letters are small ones.
    const isSmall = unit >= 0x61 && unit <= 0x7a
    if (!isSmall && (kinds[unit] ?? 0) === 0 && !(isInner(unit) && isLetter(units[place + 1] ?? 0))) break
    place++
  }
  return place
}

/** Apostrophes and hyphens within a word. */
function isInner(unit: number): boolean {
  return unit === 0x27 || unit === 0x2019 || unit === 0x2d
}

function isLetter(unit: number): boolean {
  const kind = unit < 0x2000 ? (kinds[unit] ?? 0) : 0
  return kind === lower || kind === upper
}

/** What stands in code, in a path, in an address or beside digits is no word of a sentence. */
function capitalWord(text: string, start: number, wholeEnd: number): CapitalWord | undefined {
  if (wholeEnd - start > longestWord || isGlue(text.charCodeAt(start - 1))) return undefined
  if (wholeEnd - start > 1 && text.charCodeAt(start - 1) === 0x2e && isLetter(text.charCodeAt(start - 2)))
    return undefined
  const next = text.charCodeAt(wholeEnd)
  if (
    isGlue(next) ||
    next === 0x28 ||
    (next === 0x2e && isLetter(text.charCodeAt(wholeEnd + 1)) && wholeEnd - start > 1)
  )
    return undefined
  let end = wholeEnd
  const tail = text.slice(end - 2, end)
  if (tail === "'s" || tail === '’s' || tail === "'S") end -= 2
  let capitals = 0
  for (let place = start; place < end; place++) {
    const kind = kinds[text.charCodeAt(place)] ?? 0
    if (kind === upper) capitals++
    else if (kind === digit) return undefined
  }
  const letters = end - start
  return {
    text: text.slice(start, end),
    start,
    end,
    isShouted: letters > 1 && capitals >= letters - 1 && capitals > 1 && (letters > 2 || capitals === 2),
  }
}

function isGlue(unit: number): boolean {
  return (
    unit === 0x40 ||
    unit === 0x2f ||
    unit === 0x5c ||
    unit === 0x5f ||
    unit === 0x23 ||
    unit === 0x24 ||
    unit === 0x3d ||
    unit === 0x3c ||
    unit === 0x7b
  )
}

const particle =
  /^ (?:(?:de|del|della|di|da|do|dos|das|du|van|von|den|der|ter|ten|zu|zum|y|e|la|le|las|los|bin|ibn|bint|al|el|af|av|of the|vom|op|'t) ){1,3}$/
const afterShort = /^\.? $/
const shortened =
  /^(?:\p{Lu}|Mr|Mrs|Ms|Mx|Dr|Prof|Sr|Sra|Srta|Rev|Fr|Jr|St|Hr|Sig|Capt|Col|Gen|Lt|Sgt|Sen|Rep|Gov|Hon|Mme|Mlle|Ing|Dipl|Mag|Doc|Th|Chr|Ph|Wm|Jos|Geo)$/u

/** Whether a word goes on where another ended: a space, particles, or the full stop of a short form. */
function joins(text: string, last: CapitalWord, start: number): boolean {
  const size = start - last.end
  if (size > 14 || size < 1) return false
  if (size === 1) {
    const unit = text.charCodeAt(last.end)
    return unit === 0x20 || unit === 0xa0 || (unit === 0x2e && last.end - last.start === 1)
  }
  const between = text.slice(last.end, start)
  if (afterShort.test(between)) return shortened.test(last.text)
  return particle.test(between)
}
