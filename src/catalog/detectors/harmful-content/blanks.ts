import { unitsOf } from '../../../core/text/views/text-units.ts'

export interface ReadText {
  readonly text: string
  /** Where what stands at `index` was written. */
  readonly at: (index: number) => number
}

/** All white space but a single blank, and the sign that it stands behind. */
const wide = /[^\S ]\s*| \s+/g

/**
 * The text with one blank between words, however many signs of whatever kind stand there: every expression has one. A line that
 * ends in the middle of a sentence is a blank too.
 */
export function withSingleBlanks(text: string): ReadText {
  const first = firstWide(text)
  if (first < 0) return { text, at: (index) => index }
  let read = ''
  let from = 0
  /** Where in what is read something was left out, and how much until there. */
  const places: number[] = []
  const left: number[] = []
  wide.lastIndex = first
  for (let blanks = wide.exec(text); blanks !== null; blanks = wide.exec(text)) {
    const end = wide.lastIndex
    read += text.slice(from, blanks.index) + (endsLine(text, blanks.index, end, blanks[0]) ? '\n' : ' ')
    from = end
    if (blanks[0].length === 1) continue
    places.push(read.length)
    left.push(from - read.length)
  }
  return { text: read + text.slice(from), at: placeBehind(places, left) }
}

/** Of a text in which something was left out at `places` of what is read, `left` until there: where what stands there was written. */
export function placeBehind(places: readonly number[], left: readonly number[]): ReadText['at'] {
  return (index) => index + (left[countUpTo(places, index) - 1] ?? 0)
}

/** -1: most texts have no other white space than single blanks. */
function firstWide(text: string): number {
  const units = unitsOf(text)
  let all = 0
  for (let index = 0; index < units.length; index++) {
    const unit = units[index] ?? 0
    if (unit <= 0x20 && (unit !== 0x20 || units[index + 1] === 0x20)) return index
    all |= unit
  }
  return all < 0xa0 ? -1 : text.search(wide)
}

/** Lines wrap between a word and one in lower case, or two in capitals; a list, a heading or an empty line is no such thing. */
function endsLine(text: string, start: number, end: number, blanks: string): boolean {
  const first = blanks.indexOf('\n')
  if (first < 0) return false
  const before = text.slice(Math.max(0, start - 2), start)
  const behind = text.slice(end, end + 2)
  return (
    first !== blanks.lastIndexOf('\n') ||
    !/[\p{L}\p{N},'’"”]$/u.test(before) ||
    !(
      /^(?:\p{Ll}|I\b)/u.test(behind) ||
      (/(?:\p{Lu}|^\P{L})\p{Lu},?$/u.test(before) && /^\p{Lu}(?:\p{Lu}|\P{L})/u.test(behind))
    )
  )
}

function countUpTo(sorted: readonly number[], most: number): number {
  let low = 0
  let high = sorted.length
  while (low < high) {
    const middle = (low + high) >> 1
    if ((sorted[middle] ?? 0) <= most) low = middle + 1
    else high = middle
  }
  return low
}
