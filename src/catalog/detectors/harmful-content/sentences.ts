/** The longest piece of a text that is read at once, in UTF-16 units: a longer sentence is read in pieces that overlap. */
export const maxPiece = 400

const step = maxPiece / 2

export interface Piece {
  readonly start: number
  readonly end: number
}

/** The pieces that what begins at `at` may stand in. None of them is longer than `maxPiece`. */
export function piecesAround(text: string, at: number): readonly Piece[] {
  const start = sentenceStart(text, at)
  if (start >= 0) {
    const end = sentenceEnd(text, at, start + maxPiece)
    if (end >= 0) return [{ start, end }]
  }
  // Of a long one the pieces lie where they always lie, so that words beside each other have the same.
  const first = Math.floor(at / step) * step
  return [first - step, first]
    .filter((from) => from >= 0)
    .map((from) => ({ start: from, end: Math.min(text.length, from + maxPiece) }))
}

/** Whether `at` has the pieces that were found around `before`, which few words have to be looked for anew. */
export function isInSamePieces(text: string, pieces: readonly Piece[], before: number, at: number): boolean {
  if (at === before) return true
  const [only] = pieces
  if (only === undefined) return false
  if (pieces.length === 1 && only.end - only.start < maxPiece) return at >= only.start && at < only.end
  if (Math.floor(at / step) !== Math.floor(before / step)) return false
  for (let index = Math.min(at, before); index < Math.max(at, before); index++)
    if (endsSentence(text, index)) return false
  return true
}

/** -1: it is further away than a piece is long. */
function sentenceStart(text: string, at: number): number {
  const least = Math.max(0, at - maxPiece)
  for (let index = at; index > least; index--) {
    if (endsSentence(text, index - 1)) {
      let start = index
      while (start < at && isBlank(text.charCodeAt(start))) start++
      return start
    }
  }
  return least === 0 ? 0 : -1
}

function sentenceEnd(text: string, at: number, most: number): number {
  const last = Math.min(text.length, most)
  for (let index = at; index < last; index++) if (endsSentence(text, index)) return index + 1
  return text.length <= most ? text.length : -1
}

function endsSentence(text: string, index: number): boolean {
  const unit = text.charCodeAt(index)
  // Letters, most of all.
  if (unit > 0x3f && unit < 0x3002) return false
  // Line feed, and the full-width signs of Chinese and Japanese.
  if (unit === 0x0a || unit === 0x3002 || unit === 0xff01 || unit === 0xff1f) return true
  if (unit !== 0x2e && unit !== 0x3f && unit !== 0x21) return false
  return index + 1 >= text.length || isBlank(text.charCodeAt(index + 1))
}

function isBlank(unit: number): boolean {
  return unit === 0x20 || (unit >= 0x09 && unit <= 0x0d) || unit === 0xa0
}
