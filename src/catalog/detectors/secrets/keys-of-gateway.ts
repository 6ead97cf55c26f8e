import { hash } from 'node:crypto'
import type { Finding } from '../../../core/inspection/detection.ts'
import type { InspectedText } from '../../../core/inspection/inspected-text.ts'
import { type KeyMark, rolling } from '../../../core/inspection/own-keys.ts'

export const gatewayKey = { rule: 'gateway-key', category: 'credential' } as const

/** Keys have 16 characters at least, of visible ASCII. */
const least = 16

/** Virtual keys that people chose, which no form tells: by a rolling hash of each length that one has, then by their hash. */
export function keysOfGateway({ views }: InspectedText, marks: readonly KeyMark[]): readonly Finding[] {
  const byLength = lengthsOf(marks)
  const found: Finding[] = []
  for (const view of views) {
    if (view.kind === 'leet' || view.kind === 'joined') continue
    for (const { start, end } of longWords(view.text)) {
      for (const known of byLength) {
        for (const at of placesIn(view.text, start, end, known))
          found.push({ ...gatewayKey, score: 1, span: view.spanOf(at, at + known.length) })
      }
    }
  }
  return found
}

/** Runs of visible ASCII that are long enough to hold a key. */
function* longWords(text: string): Iterable<{ readonly start: number; readonly end: number }> {
  for (let start = 0; start + least <= text.length; ) {
    // Most words are short: from where a long one would have its last letter, back to the end of another.
    let last = start + least - 1
    while (last >= start && isOfKey(text.charCodeAt(last))) last--
    if (last >= start) {
      start = last + 1
      continue
    }
    let end = start + least
    while (end < text.length && isOfKey(text.charCodeAt(end))) end++
    yield { start, end }
    start = end + 1
  }
}

function isOfKey(code: number): boolean {
  return code > 32 && code < 127
}

function* placesIn(text: string, start: number, end: number, { length, hashes, quick, weight }: KeysOfLength) {
  if (end - start < length) return
  let value = rolling.of(text.slice(start, start + length))
  for (let at = start; ; at++) {
    if (quick[value & (QUICK - 1)] === 1 && isOfItsOwn(text, at, at + length)) {
      if (hashes.has(hash('sha256', text.slice(at, at + length), 'hex'))) yield at
    }
    if (at + length >= end) return
    value = rolling.next(value, weight, text.charCodeAt(at), text.charCodeAt(at + length))
  }
}

/** Not the beginning or the end of a longer name. */
function isOfItsOwn(text: string, start: number, end: number): boolean {
  return (
    !/[A-Za-z0-9](?:[-_]$|$)/.test(text.slice(Math.max(0, start - 2), start)) &&
    !/^[-_]?[A-Za-z0-9]/.test(text.slice(end, end + 2))
  )
}

/** Keys of one length. */
interface KeysOfLength {
  readonly length: number
  readonly hashes: ReadonlySet<string>
  /** One for each end of a rolling hash that some key has: of most places one look says that there is none. */
  readonly quick: Uint8Array
  /** Of the first unit of a window. */
  readonly weight: number
}

const QUICK = 1 << 12

const sorted = new WeakMap<readonly KeyMark[], readonly KeysOfLength[]>()

function lengthsOf(marks: readonly KeyMark[]): readonly KeysOfLength[] {
  let lengths = sorted.get(marks)
  if (lengths === undefined) {
    lengths = [...Map.groupBy(marks, ({ length }) => length)].map(([length, own]) => {
      const quick = new Uint8Array(QUICK)
      for (const mark of own) quick[mark.quick & (QUICK - 1)] = 1
      return { length, hashes: new Set(own.map((mark) => mark.hash)), quick, weight: rolling.weightOf(length) }
    })
    sorted.set(marks, lengths)
  }
  return lengths
}
