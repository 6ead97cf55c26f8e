import { hash } from 'node:crypto'
import type { Finding } from '../../../core/inspection/detection.ts'
import type { InspectedText } from '../../../core/inspection/inspected-text.ts'
import { type KeyMark, leastKey, rolling } from '../../../core/inspection/own-keys.ts'

export const gatewayKey = { rule: 'gateway-key', category: 'credential' } as const

/** Virtual keys that people chose, which no form tells: by a rolling hash of how they start, then by the hash of the whole. */
export function keysOfGateway({ views }: InspectedText, marks: readonly KeyMark[]): readonly Finding[] {
  const known = startsOf(marks)
  const found: Finding[] = []
  for (const view of views) {
    if (view.kind === 'leet' || view.kind === 'joined') continue
    for (const { start, end } of longWords(view.text)) {
      for (const key of keysIn(view.text, start, end, known))
        found.push({ ...gatewayKey, score: 1, span: view.spanOf(key.start, key.end) })
    }
  }
  return found
}

/** Runs of visible ASCII that are long enough to hold a key. */
function* longWords(text: string): Iterable<{ readonly start: number; readonly end: number }> {
  for (let start = 0; start + leastKey <= text.length; ) {
    // Most words are short: from where a long one would have its last letter, back to the end of another.
    let last = start + leastKey - 1
    while (last >= start && isOfKey(text.charCodeAt(last))) last--
    if (last >= start) {
      start = last + 1
      continue
    }
    let end = start + leastKey
    while (end < text.length && isOfKey(text.charCodeAt(end))) end++
    yield { start, end }
    start = end + 1
  }
}

function isOfKey(code: number): boolean {
  return code > 32 && code < 127
}

/** One walk over a word, however many keys there are and however long. */
function* keysIn(text: string, start: number, end: number, { quick, lengths }: Starts) {
  let value = rolling.of(text, start)
  for (let at = start; ; at++) {
    if (quick[value & (QUICK - 1)] === 1 && !isLetterBefore(text, at)) {
      let whole = value
      let next = at + leastKey
      for (const { length, wholes, hashes } of lengths.get(value) ?? []) {
        const last = at + length
        if (last > end) break
        while (next < last) whole = rolling.longer(whole, text.charCodeAt(next++))
        if (!wholes.has(whole) || isLetterBehind(text, last)) continue
        if (hashes.has(hash('sha256', text.slice(at, last), 'hex'))) yield { start: at, end: last }
      }
    }
    if (at + leastKey >= end) return
    value = rolling.next(value, text.charCodeAt(at), text.charCodeAt(at + leastKey))
  }
}

/** What stands here is the end of a longer name. */
function isLetterBefore(text: string, start: number): boolean {
  return /[A-Za-z0-9](?:[-_]$|$)/.test(text.slice(Math.max(0, start - 2), start))
}

/** What stands before it is the beginning of a longer name. */
function isLetterBehind(text: string, end: number): boolean {
  return /^[-_]?[A-Za-z0-9]/.test(text.slice(end, end + 2))
}

interface Starts {
  /** One for each end of a rolling hash that some key has: of most places one look says that there is none. */
  readonly quick: Uint8Array
  /** The keys that start so: their hashes by length, the shortest first. */
  readonly lengths: ReadonlyMap<number, readonly OfLength[]>
}

interface OfLength {
  readonly length: number
  readonly wholes: ReadonlySet<number>
  readonly hashes: ReadonlySet<string>
}

const QUICK = 1 << 14

const sorted = new WeakMap<readonly KeyMark[], Starts>()

function startsOf(marks: readonly KeyMark[]): Starts {
  let starts = sorted.get(marks)
  if (starts === undefined) {
    const quick = new Uint8Array(QUICK)
    for (const { start } of marks) quick[start & (QUICK - 1)] = 1
    starts = { quick, lengths: new Map([...Map.groupBy(marks, ({ start }) => start)].map(byLength)) }
    sorted.set(marks, starts)
  }
  return starts
}

function byLength([start, marks]: [number, readonly KeyMark[]]) {
  const lengths = [...Map.groupBy(marks, ({ length }) => length)].sort(([a], [b]) => a - b)
  const ofLength = ([length, own]: [number, readonly KeyMark[]]): OfLength => ({
    length,
    wholes: new Set(own.map(({ whole }) => whole)),
    hashes: new Set(own.map((mark) => mark.hash)),
  })
  return [start, lengths.map(ofLength)] as const
}
