/**
 * The words of a text as runs of letters and digits in lower case, so that marks, blanks and case make no difference.
 * Of scripts without blanks between words each character is one.
 */
export interface TextWords {
  readonly count: number
  readonly starts: Int32Array
  readonly ends: Int32Array
  /** 32 bits of each word: equal for equal words, and rarely for others. */
  readonly hashes: Int32Array
  /** How many words it is worth: a character of a script without blanks is half a one. */
  readonly weights: Float32Array
}

export function wordsOf(text: string): TextWords {
  const most = text.length
  const starts = new Int32Array(most)
  const ends = new Int32Array(most)
  const hashes = new Int32Array(most)
  const weights = new Float32Array(most)
  let count = 0
  let start = -1
  let hash = 0
  const close = (end: number): void => {
    starts[count] = start
    ends[count] = end
    hashes[count] = hash
    weights[count++] = 1
    start = -1
  }
  for (let index = 0; index < text.length; index++) {
    const unit = text.charCodeAt(index)
    const folded = foldedUnit(unit)
    if (start >= 0 && (folded === separator || isWhole(unit))) close(index)
    if (folded === separator) continue
    if (start < 0) {
      start = index
      hash = 0x811c9dc5
    }
    hash = Math.imul(hash ^ folded, 0x01000193)
    if (isWhole(unit)) {
      close(index + 1)
      weights[count - 1] = 0.5
    }
  }
  if (start >= 0) close(text.length)
  return { count, starts, ends, hashes, weights }
}

const separator = 1
/** What `foldedUnit` has worked out; 0 is not yet. */
const known = new Uint16Array(65_536)

/** A letter in lower case, a digit, or `separator`. */
export function foldedUnit(unit: number): number {
  const before = known[unit] ?? 0
  if (before !== 0) return before
  const character = String.fromCharCode(unit)
  const lower = character.toLowerCase()
  const isPart = /[\p{L}\p{N}\p{M}]/u.test(character) || (unit >= 0xd800 && unit <= 0xdfff)
  const folded = isPart ? (lower.length === 1 ? lower.charCodeAt(0) : unit) : separator
  known[unit] = folded
  return folded
}

/** Kana, Han, Thai, Lao, Burmese, Khmer. */
function isWhole(unit: number): boolean {
  if (unit < 0x0e00) return false
  return (
    (unit >= 0x3040 && unit <= 0x9fff) ||
    unit <= 0x0eff ||
    (unit >= 0x1000 && unit <= 0x109f) ||
    (unit >= 0x1780 && unit <= 0x17ff)
  )
}

/** Where the last words of a text begin, so many of them; 0 where it has fewer. */
export function lastWordsFrom(text: string, words: number): number {
  let at = text.length
  for (let count = 0; count <= words; count++) {
    while (at > 0 && foldedUnit(text.charCodeAt(at - 1)) === separator) at -= 1
    if (at > 0 && isWhole(text.charCodeAt(at - 1))) {
      at -= 1
      continue
    }
    while (at > 0 && foldedUnit(text.charCodeAt(at - 1)) !== separator && !isWhole(text.charCodeAt(at - 1))) at -= 1
  }
  return at
}
