import type { SipHasher } from '../../../core/secrets/sip-hash.ts'
import type { TextWords } from '../../../core/text/text-words.ts'
import { piecesOf } from '../../../core/text/word-runs.ts'
import { eachShingle, type Fingerprints, hashTable, hashValue, type Letters, lettersOf } from './fingerprints.ts'

export interface Match {
  readonly start: number
  readonly end: number
  /** Above 0 and up to 1. */
  readonly score: number
}

export type Matcher = (text: string, words: TextWords) => readonly Match[]

/** Long excerpts are reported in pieces, so that a stream can let go of what is judged. */
export const wordsOfPiece = 12

/** Numbers may be cut into so many groups. */
const mostGroups = 8

/** Passages of the document with at least `least` words; a word here and there may be another. */
export function documentMatcher(fingerprints: Fingerprints, hasher: SipHasher, least: number): Matcher {
  const table = hashTable(fingerprints.hashes)
  const size = fingerprints.words
  return (_text, words) => {
    if (words.count < size) return []
    const matches: Match[] = []
    let [from, to, count] = [-1, -1, 0]
    const close = (): void => {
      if (from >= 0 && count >= least - size + 1) matches.push(...excerpt(words, from, to, count))
      from = -1
      count = 0
    }
    eachShingle(words, size, hasher, (first) => {
      if (!table.has(hasher.high, hasher.low)) return
      // One other word spoils as many shingles as a shingle has words.
      if (from >= 0 && first > to + 1) close()
      if (from < 0) from = first
      to = first + size
      count += 1
    })
    close()
    return matches
  }
}

function excerpt(words: TextWords, first: number, last: number, count: number): readonly Match[] {
  const score = Math.min(1, 0.75 + count / 100)
  return piecesOf({ first, last }, wordsOfPiece).map((piece) => ({
    start: words.starts[piece.first] ?? 0,
    end: words.ends[piece.last - 1] ?? 0,
    score,
  }))
}

/** Values of the column, however they are spaced and punctuated, if at least `least` different ones are there. */
export function valueMatcher(fingerprints: Fingerprints, hasher: SipHasher, least: number): Matcher {
  const table = hashTable(fingerprints.hashes)
  const isLength = new Uint8Array(512)
  for (const length of fingerprints.lengths) isLength[length] = 1
  const longest = fingerprints.lengths.at(-1) ?? 0
  return (text, words) => {
    const letters = lettersOf(text, words)
    const matches: Match[] = []
    const different = new Set<string>()
    for (let first = 0; first < words.count; ) {
      const last = valueAt(text, words, letters, first)
      if (last === first) first += 1
      else {
        matches.push({ start: words.starts[first] ?? 0, end: words.ends[last - 1] ?? 0, score: 0.95 })
        different.add(`${hasher.high} ${hasher.low}`)
        first = last
      }
    }
    return different.size >= least ? matches : []
  }

  /** Behind the last word of the longest value that begins with `first`; `first` where none does. */
  function valueAt(text: string, words: TextWords, { units, offsets }: Letters, first: number): number {
    const from = offsets[first] ?? 0
    let found = first
    let [high, low] = [0, 0]
    let mostWords: number | undefined
    for (let last = first; last < words.count; last++) {
      const to = offsets[last + 1] ?? 0
      const count = last + 1 - first
      if (to - from > longest) break
      if (count > fingerprints.words) {
        mostWords ??= groupsHaveDigits(text, words, first)
        if (count > mostWords) break
      }
      if (isLength[to - from] !== 1) continue
      hashValue(units, from, to, hasher)
      if (table.has(hasher.high, hasher.low)) {
        found = last + 1
        high = hasher.high
        low = hasher.low
      }
    }
    hasher.high = high
    hasher.low = low
    return found
  }
}

/** How many words that follow each other have digits: groups of one number, as they may be. */
function groupsHaveDigits(text: string, words: TextWords, first: number): number {
  let count = 0
  while (count < mostGroups && first + count < words.count && hasDigit(text, words, first + count)) count += 1
  return count
}

function hasDigit(text: string, words: TextWords, word: number): boolean {
  for (let index = words.starts[word] ?? 0; index < (words.ends[word] ?? 0); index++) {
    const unit = text.charCodeAt(index)
    if (unit >= 0x30 && unit <= 0x39) return true
  }
  return false
}
