import { unitsOf } from '../../../core/text/views/text-units.ts'
import { foldedLetter, isGapless, skipped } from './letters.ts'
import { wordClasses } from './word-classes.ts'
import { formOf, wordForms } from './word-forms.ts'
import { firstHash, hashStep, type WordTable } from './word-table.ts'

/** Classes of what is no word. They follow those of words. */
const first = wordClasses.length
export const signClasses = {
  url: first,
  mail: first + 1,
  number: first + 2,
  sum: first + 3,
  mark: first + 4,
  slot: first + 5,
  fence: first + 6,
  name: first + 7,
  question: first + 8,
  cry: first + 9,
}
export const classCount = first + 10

/** A text as words: parallel arrays, of which the first `count` are in use. Belongs to one detector and is used again. */
export interface Tokens {
  count: number
  /** -1: of no class. */
  classes: Int8Array
  hashes: Int32Array
  starts: Int32Array
  ends: Int32Array
  /** Bits of `begins` and `shouted`. */
  flags: Uint8Array
  /** What kind of word it is, whatever it means: see word-forms.ts. */
  forms: Uint8Array
}

/** A sentence, a line or a quotation begins here. */
export const begins = 1
/** In capitals. */
export const shouted = 2
/** Directly behind an opening quotation mark. */
export const quoted = 4

export function createTokens(): Tokens {
  return sized(1024)
}

function sized(size: number): Tokens {
  return {
    count: 0,
    classes: new Int8Array(size),
    hashes: new Int32Array(size),
    starts: new Int32Array(size),
    ends: new Int32Array(size),
    flags: new Uint8Array(size),
    forms: new Uint8Array(size),
  }
}

function grow(tokens: Tokens): void {
  const larger = sized(tokens.classes.length * 2)
  larger.classes.set(tokens.classes)
  larger.hashes.set(tokens.hashes)
  larger.starts.set(tokens.starts)
  larger.ends.set(tokens.ends)
  larger.flags.set(tokens.flags)
  larger.forms.set(tokens.forms)
  Object.assign(tokens, larger, { count: tokens.count })
}

const prefixes = new Int32Array(16)

export function tokenize(text: string, table: WordTable, tokens: Tokens): void {
  const units = unitsOf(text)
  const { length } = units
  tokens.count = 0
  let flag = begins
  let at = 0
  let previous = 0
  let previousAt = -1
  while (at < length) {
    const unit = units[at] ?? 0
    const letter = foldedLetter[unit] ?? 0
    if (letter > skipped && unit !== 39 && unit !== 0x2019) {
      // A word.
      const start = at
      let hash = firstHash
      let size = 0
      let capitals = 0
      let current: number = letter
      let plain = true
      while (true) {
        if (current > skipped) {
          hash = hashStep(hash, current)
          size++
          if (size < 16) prefixes[size] = hash
          const raw = units[at] ?? 0
          if (raw < 91) capitals += raw === 39 ? 0 : 1
          else if (raw > 127) plain = false
        }
        at++
        let next = units[at] ?? 0
        // Most letters are small ones, which are read as they are.
        while (next >= 97 && next <= 122) {
          hash = hashStep(hash, next)
          if (++size < 16) prefixes[size] = hash
          next = units[++at] ?? 0
        }
        if (at >= length) break
        current = foldedLetter[next] ?? 0
        if (current === 0) {
          // A hyphen or an underscore inside of a name.
          break
        }
      }
      // An apostrophe at the end closes a quotation.
      if ((units[at - 1] ?? 0) === 39 && size > 1) {
        size--
        if (size < 16) hash = prefixes[size] ?? hash
      }
      const behind = at < length ? (units[at] ?? 0) : 0
      let found: number
      if (behind === 58 && (units[at + 1] ?? 0) === 47 && (units[at + 2] ?? 0) === 47) {
        at = endOfRun(text, at)
        found = signClasses.url
      } else if (behind === 64 && isWordUnit(text, at + 1)) {
        at = endOfRun(text, at)
        found = signClasses.mail
      } else if (behind === 46 && size > 1 && isDomain(text, at)) {
        at = endOfRun(text, at)
        found = signClasses.url
      } else if (behind === 95 && isWordUnit(text, at + 1)) {
        at = endOfName(text, at)
        found = signClasses.name
      } else {
        found = table.classOf(hash)
        if (found < 0) {
          if (!plain && previousAt >= 0 && start - previousAt < 3) found = table.classOfPair(previous, hash)
          for (let part = Math.min(size, 12); found < 0 && part >= 4; part--)
            found = table.classOfStem(prefixes[part] ?? 0)
          if (found < 0 && unit >= 0x590 && unit < 0x700) found = withoutPrefix(text, start, at, table)
        }
      }
      previous = hash
      previousAt = at
      if (capitals >= 4 && capitals === size) flag |= shouted
      put(tokens, found, hash, start, at, flag, found >= first ? wordForms.other : formOf(hash, units, at, size))
      flag = 0
      continue
    }
    if (unit >= 48 && unit <= 57) {
      const start = at
      while (at < length && isDigitUnit(units[at] ?? 0)) at++
      const isSum = start > 0 && isCurrency(units[start - 1] ?? 0)
      put(tokens, isSum ? signClasses.sum : signClasses.number, 0x30 + Math.min(9, at - start), start, at, flag)
      flag = 0
      continue
    }
    if (unit > 127 && isGapless(unit)) {
      const found = table.gaplessAt(text, at)
      const size = found === 0 ? 1 : found >> 8
      put(tokens, found === 0 ? -1 : found & 255, unit + size * 65536, at, at + size, flag)
      at += size
      flag = 0
      if (unit === 0x3002 || unit === 0x3001) flag = unit === 0x3002 ? begins : 0
      continue
    }
    switch (unit) {
      case 63: // ?
      case 0x61f:
      case 0xff1f:
        put(tokens, signClasses.question, 63, at, at + 1, 0)
        flag |= begins
        break
      case 33: // !
      case 0xff01:
        put(tokens, signClasses.cry, 33, at, at + 1, 0)
        flag |= begins
        break
      case 10:
      case 0x964:
        flag |= begins
        break
      case 46: // .
      case 58: // :
      case 59: // ;
        if (at + 1 >= length || (units[at + 1] ?? 0) <= 32 || (units[at + 1] ?? 0) === 34) flag |= begins
        break
      case 34: // "
      case 39: // '
      case 0x201c:
      case 0xab:
        flag |= atQuote(text, at)
        break
      case 124: // |
      case 62: // >
      case 40: // (
      case 42: // *
      case 0xff1a:
        flag |= begins
        break
      case 91: // [
        if (isSlot(text, at)) put(tokens, signClasses.slot, 91, at, at + 1, flag)
        flag |= begins
        break
      case 60: // <
        if (isMark(text, at)) put(tokens, signClasses.mark, 60, at, at + 1, flag)
        break
      case 35: // #
        if (text.startsWith('###', at) && (at === 0 || (units[at - 1] ?? 0) !== 35))
          put(tokens, signClasses.mark, 35, at, at + 3, flag)
        flag |= begins
        break
      case 96: // `
        if (text.startsWith('```', at)) {
          put(tokens, signClasses.fence, 96, at, at + 3, flag)
          at += 2
          flag |= begins
        }
        break
      default:
    }
    at++
  }
}

/** A quotation within a sentence is talked about; a string in JSON, or alone on a line, is a text of its own. */
function atQuote(text: string, at: number): number {
  let before = at - 1
  while (before >= 0 && text.charCodeAt(before) === 32) before--
  if (before < 0) return begins
  const unit = text.charCodeAt(before)
  // An apostrophe or a closing quotation mark.
  if (before === at - 1 && unit !== 40 && unit !== 91 && unit !== 58 && unit !== 61 && unit !== 10 && unit !== 123)
    return 0
  return unit === 58 || unit === 44 || unit === 91 || unit === 123 || unit === 10 || unit === 61 ? begins : quoted
}

function put(
  tokens: Tokens,
  found: number,
  hash: number,
  start: number,
  end: number,
  flag: number,
  form: number = wordForms.other,
): void {
  if (tokens.count === tokens.classes.length) grow(tokens)
  const index = tokens.count++
  tokens.classes[index] = found
  tokens.hashes[index] = hash
  tokens.starts[index] = start
  tokens.ends[index] = end
  tokens.flags[index] = flag
  tokens.forms[index] = form
}

/** Arabic and Hebrew write articles and prepositions in front of a word. */
function withoutPrefix(text: string, start: number, end: number, table: WordTable): number {
  for (let skip = 1; skip <= 3 && end - start - skip >= 2; skip++) {
    let hash = firstHash
    for (let at = start + skip; at < end; at++) {
      const letter = foldedLetter[text.charCodeAt(at)] ?? 0
      if (letter > skipped) hash = hashStep(hash, letter)
    }
    const found = table.classOf(hash)
    if (found >= 0) return found
  }
  return -1
}

const maxRun = 2000

function endOfRun(text: string, from: number): number {
  let at = from
  const most = Math.min(text.length, from + maxRun)
  while (at < most) {
    const unit = text.charCodeAt(at)
    if (unit <= 32 || unit === 34 || unit === 39 || unit === 60 || unit === 62 || unit === 96 || unit > 127) break
    at++
  }
  // A full stop or a bracket at the end belongs to the sentence.
  while (at > from + 1 && isClosing(text.charCodeAt(at - 1))) at--
  return at
}

function isClosing(unit: number): boolean {
  return (
    unit === 46 || unit === 44 || unit === 41 || unit === 33 || unit === 63 || unit === 59 || unit === 58 || unit === 93
  )
}

function endOfName(text: string, from: number): number {
  let at = from
  while (at < text.length && (text.charCodeAt(at) === 95 || isWordUnit(text, at))) at++
  return at
}

function isWordUnit(text: string, at: number): boolean {
  const unit = text.charCodeAt(at)
  return (unit | 32) >= 97 && (unit | 32) <= 122 ? true : unit >= 48 && unit <= 57
}

function isDigitUnit(unit: number): boolean {
  return (unit >= 48 && unit <= 57) || unit === 46 || unit === 44
}

function isCurrency(unit: number): boolean {
  return unit === 36 || unit === 0x20ac || unit === 0xa3 || unit === 0xa5
}

/** `.example`, `.com`: letters behind a full stop, up to the end of a word. */
function isDomain(text: string, at: number): boolean {
  let end = at + 1
  while (end < text.length && end < at + 12 && isLowerLetter(text.charCodeAt(end))) end++
  const size = end - at - 1
  if (size < 2 || size > 8) return false
  const behind = end < text.length ? text.charCodeAt(end) : 32
  return behind <= 32 ||
    behind === 47 ||
    behind === 46 ||
    behind === 44 ||
    behind === 41 ||
    behind === 63 ||
    behind === 34
    ? isTopLevel(text.slice(at + 1, end))
    : false
}

const topLevels = new Set(
  'com org net io ai app dev example co uk de fr ru cn info biz xyz site online shop club top link me gov edu test'.split(
    ' ',
  ),
)

function isTopLevel(name: string): boolean {
  return topLevels.has(name)
}

function isLowerLetter(unit: number): boolean {
  return unit >= 97 && unit <= 122
}

/** `[INSERT PROMPT HERE]`, `[goal]`: to be filled in. */
function isSlot(text: string, at: number): boolean {
  for (let index = at + 1; index < at + 40; index++) {
    const unit = text.charCodeAt(index)
    if (unit === 93) return index - at >= 5
    if (!((unit >= 65 && unit <= 90) || unit === 32 || unit === 95)) return false
  }
  return false
}

const marks = [
  '<|',
  '</system',
  '<system',
  '<<SYS',
  '</user',
  '<user>',
  '<assistant',
  '</assistant',
  '<s>',
  '</s>',
  '<instruction',
  '</instruction',
  '<admin',
  '<human',
  '<tool',
  '</tool',
  '</document',
  '</context',
  '</data',
  '</input',
  '</prompt',
  '<prompt',
  '<important',
  '<IMPORTANT',
  '<start_of_turn',
  '<end_of_turn',
  '<SYSTEM',
  '</SYSTEM',
  '<function_',
]

function isMark(text: string, at: number): boolean {
  for (const mark of marks) if (text.startsWith(mark, at)) return true
  return false
}
