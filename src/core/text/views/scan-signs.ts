import { commonWords } from './common-words.ts'
import { rotated } from './disguised-words.ts'
import { isInvisible, isLetters, isLooseMark, isNoCharacter } from './fold.ts'
import { endOfTags } from './inline-tags.ts'
import { addPlace, type Places } from './places.ts'
import { unitsOf } from './text-units.ts'

/** What a text may hide, from one look at each of its characters. */
export interface Signs {
  /** Unicode in disguise. */
  readonly disguises: Places
  readonly isMostlyAscii: boolean
  readonly hasHidden: boolean
  readonly escapes: Places
  readonly hasMarkup: boolean
  /** Tags within words. */
  readonly tags: Places
  /** Underscores that follow each other. */
  readonly chains: Places
  /** Letters and digits without a gap. */
  readonly hasRuns: boolean
  readonly hasGroups: boolean
  /** Codes of characters in a row, or without gaps. */
  readonly hasCodes: boolean
  readonly rotated: Places
  readonly reversed: Places
  readonly leet: Places
  readonly split: Places
}

/** From one underscore to the next. */
const longestInChain = 25
const buckets = 1 << 15
const isRotated = 1
const isReversed = 2
/** Words that are common ones moved by 13 or backwards, by a hash; those that are words themselves are none. */
const marks = wordMarks()
const marked = bytesOf(marks)

const letter = 1
const digit = 2
const sign = 3
/** What an ASCII character is: a letter, a digit, a sign that stands for a letter, or anything else. */
const kinds = kindsOfAscii()

export function scanSigns(text: string): Signs {
  const disguises: Places = []
  const escapes: Places = []
  const rotatedWords: Places = []
  const reversedWords: Places = []
  const leet: Places = []
  const split: Places = []
  const tags: Places = []
  const chains: Places = []
  let underscores = 0
  let lastUnderscore = 0
  let hasHidden = false
  let hasMarkup = false
  let hasRuns = false
  let groups = 0
  let codes = 0
  let codeEnd = -10
  let hasCodes = false
  let foreign = 0
  let alike = 0
  let alikeAt = 0
  let lastRotated = -1000
  let lastReversed = -1000
  let lastLeet = -1000
  let singles = 0
  let singleLetters = 0
  let firstSingle = 0
  let beforeSingle = 0
  const units = unitsOf(text)
  const { length } = units

  let at = 0
  while (at < length) {
    const unit = units[at] ?? 0
    if (unit < 128) {
      const kind = kinds[unit] ?? 0
      if (kind === 0) {
        if (unit === space) {
          at++
          continue
        }
        if (unit === 38 || unit === 37 || unit === 92) {
          const size = escapeAt(text, at, unit)
          if (size > 0) {
            addPlace(escapes, at, at + size)
            at += size
            continue
          }
        } else if (unit === 60 || unit === 93) {
          hasMarkup = true
          const end = unit === 60 && at > 0 && isLetter(units[at - 1] ?? 0) ? endOfTags(text, at) : 0
          if (end > 0) {
            addPlace(tags, at, end)
            at = end
            continue
          }
        } else if (unit === 95) {
          underscores = at - lastUnderscore <= longestInChain ? underscores + 1 : 1
          lastUnderscore = at
          if (underscores >= 3) addPlace(chains, at, at + 1)
        } else if ((unit < 32 || unit === 127) && partsLetters(text, at)) addPlace(disguises, at, at + 1)
        at++
        continue
      }
      // A word: letters, digits, and signs among them.
      const start = at
      let hash = 0
      let letters = 0
      let others = 0
      let inner = 0
      let current: number = unit
      let before = 0
      let shape: number = kind
      // Most words are of small letters only.
      while (current >= 97 && current <= 122) {
        hash = (Math.imul(hash, 31) + current) | 0
        if (++at >= length) break
        current = units[at] ?? 0
      }
      letters = at - start
      if (letters > 0) {
        before = letter
        shape = at < length && current < 128 ? (kinds[current] ?? 0) : 0
      }
      let capitals = 0
      while (shape !== 0) {
        if (shape === letter) {
          hash = (Math.imul(hash, 31) + (current | 32)) | 0
          letters++
          if (before === digit || before === sign) inner++
          else if (current < 96 && before === letter && (units[at - 1] ?? 0) > 96) capitals++
        } else others++
        before = shape
        at++
        if (at >= length) break
        current = units[at] ?? 0
        shape = current < 128 ? (kinds[current] ?? 0) : 0
      }
      const size = at - start
      groups += capitals
      if (size >= 16) {
        if (others > 0 || capitals > 0) hasRuns = true
        if (letters >= 20 && others === 0) addPlace(split, start, at)
      }
      // Codes of characters: numbers, or pairs of hexadecimal digits, in a row.
      if (size <= 8 && (others === size || size === 2 || (others > 0 && size <= 4))) {
        codes = start - codeEnd <= 3 ? codes + 1 : 1
        codeEnd = at
        if (codes >= 7) hasCodes = true
      } else codes = 0
      if (current >= 128 && at < length) continue
      if (size === 1) {
        if (singles === 0 || start - beforeSingle > 5) {
          singles = 0
          singleLetters = 0
          firstSingle = start
        }
        singles++
        singleLetters += letters
        beforeSingle = start
        if (singles >= 5 && singleLetters >= 4) addPlace(split, firstSingle, at)
      } else {
        singles = 0
        if (others === 0 && letters > 1) {
          const mark = marked[hash & (buckets - 1)] === 0 ? 0 : (marks.get(hash) ?? 0)
          if (mark !== 0) {
            if ((mark & isRotated) !== 0) {
              if (start - lastRotated < 60) addPlace(rotatedWords, Math.max(0, lastRotated), at)
              lastRotated = start
            }
            if ((mark & isReversed) !== 0) {
              if (start - lastReversed < 60) addPlace(reversedWords, Math.max(0, lastReversed), at)
              lastReversed = start
            }
          }
        } else if (letters > 0 && inner > 0) {
          if (start - lastLeet < 60) addPlace(leet, Math.max(0, lastLeet), at)
          lastLeet = start
        }
      }
      continue
    }
    foreign++
    const what = disguiseAt(text, at, unit)
    if (what === hiddenRun) {
      hasHidden = true
      const end = endOfHidden(text, at)
      addPlace(disguises, at, end)
      at = end
      continue
    }
    if (what === disguise) addPlace(disguises, at, at + 1)
    else if (what === foreignAlike) {
      if (alike++ === 0) alikeAt = at
    }
    at++
  }
  const isMostlyAscii = foreign * 2 < length
  // Letters of another script alone: in a text of ASCII letters they may stand for these.
  if (alike > 0 && alike * 4 < length && disguises.length === 0)
    addPlace(disguises, alikeAt, Math.min(length, alikeAt + 4000))
  return {
    disguises,
    isMostlyAscii,
    hasHidden,
    escapes,
    hasMarkup,
    tags,
    chains,
    hasRuns,
    hasGroups: groups >= 3,
    hasCodes: hasCodes || hasRuns,
    rotated: rotatedWords,
    reversed: reversedWords,
    leet,
    split,
  }
}

const disguise = 1
const hiddenRun = 2
const foreignAlike = 3
const space = 0x20

function disguiseAt(text: string, at: number, unit: number): number {
  if (unit < 0xa0) return partsLetters(text, at) ? disguise : 0
  if (unit < 0x250) return unit === 0xad || unit === 0x17f ? disguise : 0
  if (unit < 0x300) return disguise
  if (unit <= 0x36f) return isLooseMark(unit) ? disguise : 0
  if (unit < 0x590) {
    if (isLooseMark(unit)) return disguise
    return besideAscii(text, at) ? disguise : foreignAlike
  }
  if (unit < 0x1680) return isInvisible(unit) || (unit >= 0x13a0 && unit <= 0x13ff) ? disguise : 0
  if (unit < 0x2000) {
    if (unit >= 0x1d00 && unit <= 0x1dff) return disguise
    return isInvisible(unit) || isLooseMark(unit) ? disguise : 0
  }
  if (unit < 0x2e80) {
    if (unit === 0x200b || unit === 0x2060 || unit === 0x2063) return hiddenRun
    if (unit === 0x200c || unit === 0x200d) {
      // Part of the spelling of Persian and Indic languages, and of emoji; not of East Asian ones.
      const before = at === 0 ? 0 : text.charCodeAt(at - 1)
      if (before < 0x590 || (before >= 0x2e80 && before < 0xd800) || before >= 0xff00) return hiddenRun
      return before === 0x200b || before === 0x200c || before === 0x200d ? hiddenRun : 0
    }
    if (unit <= 0x206f) return isInvisible(unit) ? disguise : 0
    if (unit === 0x2071 || unit === 0x207f || (unit >= 0x2090 && unit <= 0x209c)) return disguise
    if (unit >= 0x20d0 && unit <= 0x20ff) return disguise
    if (unit >= 0x2100 && unit <= 0x217f) {
      return unit === 0x2103 || unit === 0x2109 || unit === 0x2116 || unit === 0x2122 || unit === 0x2126 ? 0 : disguise
    }
    return unit >= 0x249c && unit <= 0x24e9 ? disguise : 0
  }
  if (unit < 0xa640) return unit === 0x3164 ? disguise : 0
  if (unit < 0xac00) return (unit >= 0xa720 && unit <= 0xa7ff) || (unit >= 0xab30 && unit <= 0xabbf) ? disguise : 0
  if (unit < 0xd800) return 0
  if (unit < 0xe000) return partsLetters(text, at) ? disguise : astralAt(text, at, unit)
  if (unit < 0xfb00) return unit < 0xf900 && partsLetters(text, at) ? disguise : 0
  if (unit <= 0xfb06) return disguise
  if (unit >= 0xfe00 && unit <= 0xfe0e) return hiddenRun
  if (unit === 0xfe0f) return text.charCodeAt(at + 1) === 0xfe0f ? hiddenRun : 0
  if (unit === 0xfeff) return at === 0 ? 0 : hiddenRun
  if (unit >= 0xff10 && unit <= 0xff5a)
    return unit <= 0xff19 || unit === 0xff20 || (unit >= 0xff21 && unit <= 0xff3a) || unit >= 0xff41 ? disguise : 0
  return unit === 0xffa0 || partsLetters(text, at) ? disguise : 0
}

/** No characters, behind a letter and before another, or before something else that may be in disguise. */
function partsLetters(text: string, at: number): boolean {
  // Only at the first of them: each is looked at once.
  if (at === 0 || !isNoCharacter(text.codePointAt(at) ?? 0) || !isLetters(text.charAt(at - 1))) return false
  let behind = at + 1
  while (isNoCharacter(text.codePointAt(behind) ?? space)) behind++
  const next = text.charCodeAt(behind)
  return next >= 128 || isAsciiLetter(next)
}

function astralAt(text: string, at: number, unit: number): number {
  const low = text.charCodeAt(at + 1)
  if (unit === 0xdb40) return hiddenRun
  if (unit === 0xd835) return disguise
  if (unit !== 0xd83c) return 0
  if (low >= 0xdd10 && low <= 0xdd89) return disguise
  // Flags are two letters of an area each; one alone, or many, are letters.
  if (isAreaLetter(low)) {
    const before = at > 1 && text.charCodeAt(at - 2) === 0xd83c && isAreaLetter(text.charCodeAt(at - 1))
    const behind = text.charCodeAt(at + 2) === 0xd83c && isAreaLetter(text.charCodeAt(at + 3))
    if (!before && !behind) return disguise
    const isLong = [4, 6, 8].every(
      (offset) => text.charCodeAt(at + offset) === 0xd83c && isAreaLetter(text.charCodeAt(at + offset + 1)),
    )
    return isLong ? disguise : 0
  }
  return 0
}

function isAreaLetter(low: number): boolean {
  return low >= 0xdde6 && low <= 0xddff
}

function endOfHidden(text: string, from: number): number {
  let at = from
  while (at < text.length) {
    const unit = text.charCodeAt(at)
    if (unit === 0xdb40) at += 2
    else if (unit >= 0x200b && isInvisible(unit)) at++
    else break
  }
  return Math.min(text.length, Math.max(from + 1, at))
}

function besideAscii(text: string, at: number): boolean {
  return isAsciiLetter(text.charCodeAt(at + 1)) || (at > 0 && isAsciiLetter(text.charCodeAt(at - 1)))
}

function isAsciiLetter(unit: number): boolean {
  const lower = unit | 32
  return lower >= 97 && lower <= 122
}

function isLetter(unit: number): boolean {
  return isAsciiLetter(unit) || unit >= 0xc0
}

function isHex(unit: number): boolean {
  return (unit >= 48 && unit <= 57) || ((unit | 32) >= 97 && (unit | 32) <= 102)
}

/** The least length of what looks like an escape here; 0: none. */
function escapeAt(text: string, at: number, unit: number): number {
  const next = text.charCodeAt(at + 1)
  if (unit === 37) return isHex(next) && isHex(text.charCodeAt(at + 2)) ? 3 : 0
  if (unit === 38) {
    if (next === 35) return 3
    return isAsciiLetter(next) && text.slice(at + 3, at + 10).includes(';') ? 3 : 0
  }
  if (next === 117 || next === 120) return isHex(text.charCodeAt(at + 2)) || text.charCodeAt(at + 2) === 123 ? 4 : 0
  // A line end in a string of JSON hides the first letter of the next word.
  if (next === 110 || next === 114 || next === 116) return isAsciiLetter(text.charCodeAt(at + 2)) ? 2 : 0
  return next === 34 && isAsciiLetter(text.charCodeAt(at + 2)) ? 0 : 0
}

function kindsOfAscii(): Uint8Array {
  const kinds = new Uint8Array(128)
  for (let unit = 48; unit < 58; unit++) kinds[unit] = digit
  for (let unit = 65; unit < 91; unit++) kinds[unit] = kinds[unit + 32] = letter
  kinds[36] = kinds[64] = sign
  return kinds
}

/** By the whole hash. */
function wordMarks(): ReadonlyMap<number, number> {
  const found = new Map<number, number>()
  const mark = (word: string, as: number): void => {
    if (!commonWords.has(word)) found.set(hashOf(word), (found.get(hashOf(word)) ?? 0) | as)
  }
  for (const word of commonWords) {
    if (word.length < 3) continue
    mark(word.replace(/[a-z]/g, rotated), isRotated)
    mark([...word].reverse().join(''), isReversed)
  }
  return found
}

/** Most words are none of these: one look at a byte says so. */
function bytesOf(found: ReadonlyMap<number, number>): Uint8Array {
  const bytes = new Uint8Array(buckets)
  for (const hash of found.keys()) bytes[hash & (buckets - 1)] = 1
  return bytes
}

function hashOf(word: string): number {
  let hash = 0
  for (let at = 0; at < word.length; at++) hash = (Math.imul(hash, 31) + word.charCodeAt(at)) | 0
  return hash
}
