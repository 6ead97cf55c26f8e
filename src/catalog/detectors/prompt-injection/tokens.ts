import { shouted as inCapitals, type ReadWords, readWords } from '../../../core/text/read-words.ts'
import { unitsOf } from '../../../core/text/views/text-units.ts'
import { foldedLetter, isGapless, skipped } from './letters.ts'
import { endOfName, endOfRun, isCurrency, isDigitUnit, isDomain, isMark, isSlot, isWordUnit } from './token-signs.ts'
import { wordClasses } from './word-classes.ts'
import { formOf, wordForms } from './word-forms.ts'
import { firstHash, hashStep, type KnownWords, type WordTable } from './word-table.ts'

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

/** Room for all that a text of this length may have. */
function grow(tokens: Tokens, length: number): void {
  let size = tokens.classes.length
  while (size < length) size *= 2
  Object.assign(tokens, sized(size))
}

const prefixes = new Int32Array(16)

export function tokenize(text: string, table: WordTable, tokens: Tokens): void {
  const words = readWords(text)
  const units = unitsOf(text)
  const { known } = table
  if (known.generation !== words.generation) {
    known.isKnown.fill(0)
    known.generation = words.generation
  }
  if (tokens.classes.length < units.length) grow(tokens, units.length)
  tokens.count = 0
  const place: Place = { at: 0, word: 0, flag: begins, previous: 0, previousAt: -1 }
  while (place.at < units.length) {
    readKnown(units, words, known, tokens, place)
    if (place.at < units.length) readOne(text, units, words, table, tokens, place)
  }
}

interface Place {
  at: number
  /** The first word that does not stand before it. */
  word: number
  flag: number
  previous: number
  previousAt: number
}

/** Words that are known, with a blank between them, as far as there are no others. A loop of its own: so it is with most of a text. */
function readKnown(units: Uint16Array, words: ReadWords, known: KnownWords, tokens: Tokens, place: Place): void {
  const { count, starts, ends, numbers, shapes } = words
  const { classes, hashes, flags, forms } = tokens
  const { length } = units
  let { at, word, flag } = place
  let index = tokens.count
  while (word < count && (starts[word] ?? 0) < at) word++
  while (word < count && starts[word] === at) {
    const number = numbers[word] ?? 0
    if (number === 0 || known.isKnown[number] === 0) break
    const end = ends[word] ?? 0
    const behind = end < length ? (units[end] ?? 0) : 0
    if (behind !== 32 && ((foldedLetter[behind] ?? 0) > 0 || (mayGoOn(behind) && mayBeBehind(units, end + 1)))) break
    if (shapes[word] === inCapitals && end - at >= 4) flag |= shouted
    place.previous = known.hashes[number] ?? 0
    classes[index] = known.classes[number] ?? -1
    hashes[index] = place.previous
    tokens.starts[index] = at
    tokens.ends[index] = end
    flags[index] = flag
    forms[index++] = known.forms[number] ?? 0
    place.previousAt = end
    flag = 0
    // A blank means nothing.
    at = behind === 32 ? end + 1 : end
    word++
  }
  tokens.count = index
  place.at = at
  place.word = word
  place.flag = flag
}

/** What comes next: a word, a number, or a sign. */
function readOne(
  text: string,
  units: Uint16Array,
  words: ReadWords,
  table: WordTable,
  tokens: Tokens,
  place: Place,
): void {
  const { length } = units
  let { at, flag } = place
  const unit = units[at] ?? 0
  if ((foldedLetter[unit] ?? 0) > skipped && unit !== 39 && unit !== 0x2019) {
    readWord(text, units, words, table, tokens, place)
    return
  }
  if (unit >= 48 && unit <= 57) {
    const start = at
    while (at < length && isDigitUnit(units[at] ?? 0)) at++
    const isSum = start > 0 && isCurrency(units[start - 1] ?? 0)
    put(tokens, isSum ? signClasses.sum : signClasses.number, 0x30 + Math.min(9, at - start), start, at, flag)
    place.at = at
    place.flag = 0
    return
  }
  if (unit > 127 && isGapless(unit)) {
    const found = table.gaplessAt(text, at)
    const size = found === 0 ? 1 : found >> 8
    put(tokens, found === 0 ? -1 : found & 255, unit + size * 65536, at, at + size, flag)
    place.at = at + size
    place.flag = unit === 0x3002 ? begins : 0
    return
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
  place.at = at + 1
  place.flag = flag
}

function readWord(
  text: string,
  units: Uint16Array,
  { starts, ends, numbers }: ReadWords,
  table: WordTable,
  tokens: Tokens,
  place: Place,
): void {
  const { known } = table
  const { length } = units
  const { previous, previousAt } = place
  let { at, flag } = place
  const number = starts[place.word] === at ? (numbers[place.word] ?? 0) : 0
  const unit = units[at] ?? 0
  const start = at
  let hash = firstHash
  let size = 0
  let capitals = 0
  let current: number = foldedLetter[unit] ?? 0
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
    let raw = units[at] ?? 0
    // Most letters are small ones, which are read as they are.
    while (raw >= 97 && raw <= 122) {
      hash = hashStep(hash, raw)
      if (++size < 16) prefixes[size] = hash
      raw = units[++at] ?? 0
    }
    if (at >= length) break
    current = foldedLetter[raw] ?? 0
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
      for (let part = Math.min(size, 12); found < 0 && part >= 4; part--) found = table.classOfStem(prefixes[part] ?? 0)
      if (found < 0 && unit >= 0x590 && unit < 0x700) found = withoutPrefix(text, start, at, table)
    }
  }
  if (capitals >= 4 && capitals === size) flag |= shouted
  const form = found >= first ? wordForms.other : formOf(hash, units, at, size)
  put(tokens, found, hash, start, at, flag, form)
  if (number > 0 && at === ends[place.word] && found < first) {
    known.hashes[number] = hash
    known.classes[number] = found
    known.forms[number] = form
    known.isKnown[number] = 1
  }
  place.at = place.previousAt = at
  place.previous = hash
  place.flag = 0
}

/** An address or a name may begin with the word in front of it. */
function mayGoOn(unit: number): boolean {
  return unit === 58 || unit === 64 || unit === 46 || unit === 95
}

/** A slash, a digit or a letter. */
function mayBeBehind(units: Uint16Array, at: number): boolean {
  return at < units.length && (units[at] ?? 0) >= 47
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
