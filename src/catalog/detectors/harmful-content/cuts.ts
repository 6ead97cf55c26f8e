import { placeBehind, type ReadText } from './blanks.ts'
import { neededStems } from './needed-words.generated.ts'

const stems = new Set(neededStems.split(' '))
/** Shorter words stand at the end of lines and at the beginning of the next by chance. */
const shortest = 4
const longest = 24

/**
 * The text without the ends of lines that cut a word, with a hyphen or without: "BO↵MB", "syn-↵thesize". Only where both halves
 * together begin a word that some expression needs and that the first half alone does not: lines of prose end between words. Undefined: there is none.
 */
export function withoutCuts(text: string): ReadText | undefined {
  let read = ''
  let from = 0
  const places: number[] = []
  const left: number[] = []
  for (let line = text.indexOf('\n'); line >= 0; line = text.indexOf('\n', line + 1)) {
    const { start, end } = cutAt(text, line)
    if (!isLetter(text.charCodeAt(start - 1)) || !isLetter(text.charCodeAt(end))) continue
    if (!isOneWord(text, start, end)) continue
    read += text.slice(from, start)
    from = end
    places.push(read.length)
    left.push(from - read.length)
  }
  if (from === 0) return undefined
  return { text: read + text.slice(from), at: placeBehind(places, left) }
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
  const word = (text.slice(first, start) + text.slice(end, last)).toLowerCase()
  for (let size = Math.max(shortest, half + 1); size <= word.length; size++)
    if (stems.has(word.slice(0, size))) return true
  return false
}

function isLetter(unit: number): boolean {
  return (unit | 0x20) >= 0x61 && (unit | 0x20) <= 0x7a
}
