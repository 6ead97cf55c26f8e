import { unitsOf } from './text-units.ts'

const base64Words = /(?:[A-Za-z0-9+/]{4}(?:[A-Za-z0-9+/]{4}){0,5}[ \t]){4,}[A-Za-z0-9+/]{2,24}/y
const shortestRun = 16
const longestWord = 24

/** What may be base64, and where it stands. */
export interface Run {
  readonly run: string
  readonly index: number
}

/** Signs of base64 without a gap, over line ends where enough of them follow. None begins within a longer word. */
export function* longRuns(text: string): Generator<Run> {
  let at = nextRun(text, 0)
  while (at >= 0) {
    const index = at
    let end = endOfRun(text, index)
    for (;;) {
      const line = text[end] === '\r' && text[end + 1] === '\n' ? end + 2 : text[end] === '\n' ? end + 1 : -1
      const endOfLine = line < 0 ? -1 : endOfRun(text, line)
      if (endOfLine - line < shortestRun) break
      end = endOfLine
    }
    yield { run: text.slice(index, end), index }
    at = nextRun(text, end)
  }
}

/** Where the first long run begins behind a place; negative where there is none. */
function nextRun(text: string, from: number): number {
  const units = unitsOf(text)
  const { length } = units
  let start = from
  for (let at = from; at <= length; at++) {
    if (at < length && (kinds[units[at] ?? 0] ?? 0) >= kindOfRuns) continue
    if (at - start >= shortestRun) return start
    start = at + 1
  }
  return -1
}

function endOfRun(text: string, from: number): number {
  const units = unitsOf(text)
  let at = from
  while (at < units.length && (kinds[units[at] ?? 0] ?? 0) >= kindOfRuns) at++
  return at
}

/** Signs of all alphabets, and those of words in groups, which have no hyphens and underscores. */
const kindOfRuns = 1
const kindOfWords = 2
const kinds = new Uint8Array(65_536)
for (const sign of 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/')
  kinds[sign.charCodeAt(0)] = kindOfWords
for (const sign of '_-') kinds[sign.charCodeAt(0)] = kindOfRuns

/** Groups of fours. Looked for at gaps alone: where there are none, as in the digits of a key or a picture, each of them would be tried as a beginning. */
export function* groupedRuns(text: string): Generator<Run> {
  let from = 0
  for (let end = nextGap(text, 0); end >= 0; end = nextGap(text, end + 1)) {
    let start = end
    while (start > from && end - start < longestWord && isOfBase64(text.charCodeAt(start - 1))) start--
    // Groups of four: as many of them as there are before the gap.
    start += (end - start) % 4
    if (start === end) continue
    base64Words.lastIndex = start
    const run = base64Words.exec(text)?.[0]
    if (run === undefined) continue
    yield { run, index: start }
    from = start + run.length
  }
}

/** The next blank with a sign of base64 before it and three groups of fours behind, each with a blank; negative where there is none. */
function nextGap(text: string, from: number): number {
  const units = unitsOf(text)
  const { length } = units
  for (let at = from; at < length; at++) {
    const unit = units[at] ?? 0
    if ((unit !== 0x20 && unit !== 0x09) || at === 0 || kinds[units[at - 1] ?? 0] !== kindOfWords) continue
    let start = at + 1
    for (let groups = 0; groups < 3; groups++) {
      let end = start
      while (end - start <= longestWord && end < length && kinds[units[end] ?? 0] === kindOfWords) end++
      const size = end - start
      if (size === 0 || size % 4 !== 0 || size > longestWord || (units[end] !== 0x20 && units[end] !== 0x09)) {
        start = -1
        break
      }
      start = end + 1
    }
    if (start > 0) return at
  }
  return -1
}

function isOfBase64(unit: number): boolean {
  return kinds[unit] === kindOfWords
}
