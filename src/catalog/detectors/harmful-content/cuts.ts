import { placeBehind, type ReadText } from './blanks.ts'
import { neededStems } from './needed-words.generated.ts'
import { maxPiece } from './sentences.ts'

/** Shorter words stand at the end of lines and at the beginning of the next by chance. */
const shortest = 4
const longest = 24
const stems = new Set(neededStems.split(' '))
/** Their first four letters: what few lines have where they meet is looked at more closely. */
const beginnings = new Set([...stems].map((stem) => fourOf((index) => stem.charCodeAt(index))))

/**
 * What stands around the ends of lines that cut a word, with a hyphen or without ("BO↵MB", "syn-↵thesize"), and these words whole.
 * Only where both halves together begin a word that some expression needs and that the first half alone does not: lines of prose end
 * between words. Undefined: there is none.
 */
export function aroundCuts(text: string): ReadText | undefined {
  let read = ''
  let from = -1
  const places: number[] = []
  const left: number[] = []
  const goOnAt = (at: number): void => {
    from = at
    places.push(read.length)
    left.push(at - read.length)
  }
  for (let line = text.indexOf('\n'); line >= 0; line = text.indexOf('\n', line + 1)) {
    const { start, end } = cutAt(text, line)
    if (!isLetter(text.charCodeAt(start - 1)) || !isLetter(text.charCodeAt(end))) continue
    if (!isOneWord(text, start, end)) continue
    if (from < 0 || start - from > 2 * maxPiece) {
      if (from >= 0) read += `${text.slice(from, from + maxPiece)}\n\n`
      goOnAt(Math.max(0, start - maxPiece))
    }
    read += text.slice(from, start)
    goOnAt(end)
  }
  return from < 0 ? undefined : { text: read + text.slice(from, from + maxPiece), at: placeBehind(places, left) }
}

/** Behind a hyphen the next line may be indented. */
function cutAt(text: string, line: number): { readonly start: number; readonly end: number } {
  let start = line
  if (text[start - 1] === '\r') start--
  let end = line + 1
  if (text[start - 1] !== '-') return { start, end }
  start--
  while (end < text.length && end - line < longest && (text[end] === ' ' || text[end] === '\t')) end++
  return { start, end }
}

function isOneWord(text: string, start: number, end: number): boolean {
  let first = start
  while (first > 0 && start - first < longest && isLetter(text.charCodeAt(first - 1))) first--
  let last = end
  while (last < text.length && last - end < longest && isLetter(text.charCodeAt(last))) last++
  const half = start - first
  if (half + last - end < shortest) return false
  const unitAt = (index: number): number => text.charCodeAt(index < half ? first + index : end + index - half)
  if (!beginnings.has(fourOf(unitAt))) return false
  const word = (text.slice(first, start) + text.slice(end, last)).toLowerCase()
  for (let size = Math.max(shortest, half + 1); size <= word.length; size++)
    if (stems.has(word.slice(0, size))) return true
  return false
}

/** Five bits of each letter, which one shares with its capital. */
function fourOf(unitAt: (index: number) => number): number {
  let four = 0
  for (let index = 0; index < shortest; index++) four = (four << 5) | (unitAt(index) & 31)
  return four
}

function isLetter(unit: number): boolean {
  return (unit | 0x20) >= 0x61 && (unit | 0x20) <= 0x7a
}
