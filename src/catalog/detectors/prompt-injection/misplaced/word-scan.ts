/** Where in a text the words stand that expressions need: one pass for all of them, however many pieces of the text are looked at. */
import { firstHash, hashStep } from '../word-table.ts'
import { gapless, isWordUnit, type Need } from './needed-words.ts'

/** Sets of needs by number, and by the words in them; filled before the first text. */
export interface NeededIndex {
  readonly numbers: Map<string, number>
  /** Of whole words, of what words begin with, and of single characters, by their hash: numbers of sets. */
  readonly words: Map<number, number[]>
  readonly starts: Map<number, number[]>
  readonly signs: Map<number, number[]>
  /** Most words are none of these: one look at a byte says so. */
  readonly marked: Uint8Array
  /** What each of the first characters is: bits. */
  readonly units: Uint8Array
}

const ofWord = 1
const ofStart = 2
const ofSign = 4

export function createNeededIndex(): NeededIndex {
  const units = new Uint8Array(128)
  for (let unit = 0; unit < 128; unit++) if (isWordUnit(unit)) units[unit] = ofWord
  return {
    numbers: new Map(),
    words: new Map(),
    starts: new Map(),
    signs: new Map(),
    marked: new Uint8Array(1 << 14),
    units,
  }
}

/** The number of a set. */
export function addNeeds(index: NeededIndex, needs: readonly Need[]): number {
  const key = needs.join()
  const known = index.numbers.get(key)
  if (known !== undefined) return known
  const number = index.numbers.size
  index.numbers.set(key, number)
  for (const need of needs) {
    const text = need.slice(need.indexOf(':') + 1)
    if (need.startsWith('sign:')) {
      const unit = text.charCodeAt(0)
      if (unit < 128) index.units[unit] = ofSign
      addTo(index.signs, unit, number)
      continue
    }
    const isWord = need.startsWith('word:')
    let hash = firstHash
    for (let at = 0; at < text.length; at++) hash = hashStep(hash, text.charCodeAt(at))
    addTo(isWord ? index.words : index.starts, hash, number)
    const slot = hash & 0x3fff
    index.marked[slot] = (index.marked[slot] ?? 0) | (isWord ? ofWord : ofStart)
  }
  return number
}

function addTo(map: Map<number, number[]>, hash: number, number: number): void {
  const list = map.get(hash)
  if (list === undefined) map.set(hash, [number])
  else list.push(number)
}

/** What stands in a text, in the order of where it ends. */
interface Scan {
  readonly froms: number[]
  readonly ends: number[]
  readonly needs: (readonly number[])[]
}

function scanInto(scan: Scan, index: NeededIndex, text: string, from: number, end: number): void {
  const { words, starts, signs, marked, units } = index
  const note = (needs: readonly number[] | undefined, at: number, until: number): void => {
    if (needs === undefined) return
    scan.froms.push(at)
    scan.ends.push(until)
    scan.needs.push(needs)
  }
  for (let at = from; at < end; ) {
    const unit = text.charCodeAt(at)
    if (!(unit < 128 ? units[unit] === ofWord : isWordUnit(unit))) {
      if (unit >= gapless) note(signs.get(gapless), at, at + 1)
      else if (unit < 128 && units[unit] === ofSign && (unit !== 46 || isWordUnit(text.charCodeAt(at + 1))))
        note(signs.get(unit), at, at + 1)
      else if (unit > 127) note(signs.get(unit), at, at + 1)
      at++
      continue
    }
    // An expression may mean letters of any script in a row, or those of \w.
    const start = at
    let hash = firstHash
    let plain = firstHash
    let plainAt = at
    let isPlain = true
    while (at < end) {
      const next = text.charCodeAt(at)
      if (next < 128 ? units[next] !== ofWord : !isWordUnit(next)) break
      at++
      hash = hashStep(hash, next)
      if (((marked[hash & 0x3fff] ?? 0) & ofStart) !== 0) note(starts.get(hash), start, at)
      if (next > 127) {
        if (plain !== firstHash && ((marked[plain & 0x3fff] ?? 0) & ofWord) !== 0)
          note(words.get(plain), plainAt, at - 1)
        plain = firstHash
        plainAt = at
        isPlain = false
        if (next >= gapless) note(signs.get(gapless), at - 1, at)
        continue
      }
      if (isPlain) {
        plain = hash
        continue
      }
      plain = hashStep(plain, next)
      if (((marked[plain & 0x3fff] ?? 0) & ofStart) !== 0) note(starts.get(plain), plainAt, at)
    }
    if (((marked[hash & 0x3fff] ?? 0) & ofWord) !== 0) note(words.get(hash), start, at)
    if (!isPlain && ((marked[plain & 0x3fff] ?? 0) & ofWord) !== 0) note(words.get(plain), plainAt, at)
  }
}

/** A bit for each set of which something stands in a piece of a text. */
export type Seen = readonly number[]

/** Of pieces of a text in lower case, which are asked for in order: no part is read twice, and what is in no piece is not read. */
export function needsIn(index: NeededIndex, text: string): (start: number, end: number) => Seen {
  let scan: Scan = { froms: [], ends: [], needs: [] }
  let begun = 0
  let read = 0
  const size = (index.numbers.size >> 5) + 1
  return (start, end) => {
    if (start < begun || start > read) {
      scan = { froms: [], ends: [], needs: [] }
      begun = read = start
    }
    if (end > read) {
      const from = read
      read = endOfWord(text, end, text.length)
      scanInto(scan, index, text, from, read)
    }
    const seen: number[] = []
    for (let word = 0; word < size; word++) seen.push(0)
    mark(scan, start, end, seen)
    // Words that the piece cuts are other words in it.
    if (start > begun && isInWord(text, start)) markCut(index, text, start, endOfWord(text, start, end), seen)
    if (end < text.length && isInWord(text, end)) markCut(index, text, startOfWord(text, start, end), end, seen)
    return seen
  }
}

function markCut(index: NeededIndex, text: string, start: number, end: number, seen: number[]): void {
  const scan: Scan = { froms: [], ends: [], needs: [] }
  scanInto(scan, index, text, start, end)
  mark(scan, start, end, seen)
}

function mark({ froms, ends, needs }: Scan, start: number, end: number, seen: number[]): void {
  let low = 0
  let high = ends.length
  while (low < high) {
    const middle = (low + high) >> 1
    if ((ends[middle] ?? 0) <= start) low = middle + 1
    else high = middle
  }
  for (let at = low; at < ends.length && (ends[at] ?? 0) <= end; at++)
    if ((froms[at] ?? 0) >= start)
      for (const number of needs[at] ?? []) seen[number >> 5] = (seen[number >> 5] ?? 0) | (1 << (number & 31))
}

function isInWord(text: string, at: number): boolean {
  return isWordUnit(text.charCodeAt(at - 1)) && isWordUnit(text.charCodeAt(at))
}

function endOfWord(text: string, start: number, most: number): number {
  let at = start
  while (at < most && isWordUnit(text.charCodeAt(at))) at++
  return at
}

function startOfWord(text: string, least: number, end: number): number {
  let at = end
  while (at > least && isWordUnit(text.charCodeAt(at - 1))) at--
  return at
}
