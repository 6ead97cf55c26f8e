import { unitsOf } from '../../../core/text/views/text-units.ts'

/**
 * Whether some word of a text may be one of many, whatever its case: one pass with a hash of each word. Where it says no there is none;
 * words of letters that are not ASCII, or with capitals inside, may always be one.
 */
export function wordSieve({ names, fronts, ends }: Sought): (text: string) => boolean {
  const sieve = { names: hashesOf(names), fronts: hashesOf(fronts), tails: new Uint8Array(1 << 15) }
  for (const end of ends) sieve.tails[tailOf(end)] = 1
  return (text) => mayHold(unitsOf(text), sieve)
}

/** All in small letters of ASCII. */
export interface Sought {
  readonly names: Iterable<string>
  /** What stands before the first hyphen of a word that may be one. */
  readonly fronts: Iterable<string>
  /** The last three letters of longer words that may be one. */
  readonly ends: readonly string[]
}

interface Sieve {
  readonly names: Hashes
  readonly fronts: Hashes
  readonly tails: Uint8Array
}

/** Most words are none of them: one look at a bit says so. */
interface Hashes {
  readonly marked: Uint32Array
  readonly all: ReadonlySet<number>
}

function hashesOf(words: Iterable<string>): Hashes {
  const marked = new Uint32Array(SLOTS >> 5)
  const all = new Set<number>()
  for (const word of words) {
    let hash = seed
    for (let at = 0; at < word.length; at++) hash = step(hash, word.charCodeAt(at))
    all.add(hash)
    const slot = hash & (SLOTS - 1)
    marked[slot >> 5] = (marked[slot >> 5] ?? 0) | (1 << (slot & 31))
  }
  return { marked, all }
}

function has({ marked, all }: Hashes, hash: number): boolean {
  const slot = hash & (SLOTS - 1)
  return (((marked[slot >> 5] ?? 0) >>> (slot & 31)) & 1) === 1 && all.has(hash)
}

function tailOf(end: string): number {
  let tail = 0
  for (let at = 0; at < end.length; at++) tail = ((tail << 5) | (end.charCodeAt(at) & 31)) & 0x7fff
  return tail
}

const SLOTS = 1 << 18
const seed = 0x811c9dc5 | 0
/** Shorter words have no ending that says something. */
const shortestWithEnd = 6

function step(hash: number, unit: number): number {
  return Math.imul(hash ^ unit, 0x01000193)
}

function mayHold(units: Uint16Array, { names, fronts, tails }: Sieve): boolean {
  const { length } = units
  let hash = seed
  let size = 0
  let tail = 0
  for (let at = 0; at <= length; at++) {
    // Behind the last letter stands no letter.
    const unit = at < length ? (units[at] ?? 0) : 0
    const letter = unit | 0x20
    if (letter >= 0x61 && letter <= 0x7a && unit < 0x80) {
      // McKenzie, O'Hara.
      if (unit < 0x61 && size > 0 && !isCapital(units[at - 1] ?? 0)) return true
      hash = step(hash, letter)
      tail = ((tail << 5) | (letter & 31)) & 0x7fff
      size++
      continue
    }
    // Punctuation of Unicode stands between words as that of ASCII does.
    if (unit >= 0xc0 && (unit < 0x2000 || unit > 0x206f)) return true
    if (size > 0) {
      if (has(names, hash) || (size >= shortestWithEnd && (tails[tail] ?? 0) === 1)) return true
      if (unit === 0x2d && has(fronts, hash)) return true
      // An apostrophe is a part of a word, and may stand behind one too.
      if (unit === 0x27 || unit === 0x2019) continue
    }
    hash = seed
    size = 0
    tail = 0
  }
  return false
}

function isCapital(unit: number): boolean {
  return unit >= 0x41 && unit <= 0x5a
}
