import { unitsOf } from '../../../core/text/views/text-units.ts'

/**
 * Where words of a text may be some of many, whatever their case: one pass with a hash of each word. Each place is in such a word or
 * right behind it; words of letters that are not ASCII may always be one. What has no place is none.
 */
export function wordSieve({ names, fronts, starts, ends }: Sought): (text: string) => readonly number[] {
  const sieve: Sieve = {
    names: hashesOf(names),
    fronts: hashesOf(fronts),
    starts: hashesOf(starts),
    tails: new Uint8Array(1 << 15),
  }
  for (const end of ends) sieve.tails[tailOf(end)] = 1
  return (text) => placesIn(unitsOf(text), sieve)
}

/** All in small letters of ASCII. */
export interface Sought {
  readonly names: Iterable<string>
  /** What stands before the first hyphen of a word that may be one. */
  readonly fronts: Iterable<string>
  /** What stands before a capital inside of a word that may be one, without apostrophes. */
  readonly starts: Iterable<string>
  /** The last three letters of longer words that may be one. */
  readonly ends: readonly string[]
}

interface Sieve {
  readonly names: Hashes
  readonly fronts: Hashes
  readonly starts: Hashes
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

function placesIn(units: Uint16Array, { names, fronts, starts, tails }: Sieve): readonly number[] {
  const { length } = units
  let places: number[] | undefined
  let hash = seed
  let size = 0
  let tail = 0
  const add = (at: number): void => {
    if (places === undefined) places = [at]
    else places.push(at)
  }
  for (let at = 0; at <= length; at++) {
    // Behind the last letter stands no letter.
    const unit = at < length ? (units[at] ?? 0) : 0
    const letter = unit | 0x20
    if (letter >= 0x61 && letter <= 0x7a && unit < 0x80) {
      // McKenzie, O'Hara.
      if (unit < 0x61 && size > 0 && has(starts, hash)) add(at)
      hash = step(hash, letter)
      tail = ((tail << 5) | (letter & 31)) & 0x7fff
      size++
      continue
    }
    // Punctuation of Unicode stands between words as that of ASCII does.
    if (unit >= 0xaa && (unit < 0x2000 || unit > 0x206f)) add(at)
    else if (size > 0) {
      if (
        has(names, hash) ||
        (size >= shortestWithEnd && (tails[tail] ?? 0) === 1) ||
        (unit === 0x2d && has(fronts, hash))
      )
        add(at)
      // An apostrophe is a part of a word, and may stand behind one too.
      if (unit === 0x27 || unit === 0x2019) continue
    }
    hash = seed
    size = 0
    tail = 0
  }
  return places ?? none
}

const none: readonly number[] = []
