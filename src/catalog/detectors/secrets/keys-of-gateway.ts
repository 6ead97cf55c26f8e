import { hash } from 'node:crypto'
import type { Finding } from '../../../core/inspection/detection.ts'
import type { InspectedText } from '../../../core/inspection/inspected-text.ts'
import type { KeyMark } from '../../../core/inspection/own-keys.ts'

export const gatewayKey = { rule: 'gateway-key', category: 'credential' } as const

/** Keys have 16 characters at least, and nobody looks at a word of thousands. */
const least = 16
const longest = 512
/** Blanks and what stands around words in quotes, brackets and lists. */
const ends = Uint8Array.from({ length: 128 }, (_, code) =>
  Number(code <= 32 || '"\'`<>,;(){}[]|\\'.includes(String.fromCharCode(code))),
)
/** Behind which a key may begin: `key=…`, `Bearer:…`. */
const joints = /[=:/]/g

/** Virtual keys that people chose, which no form tells: by their length, then by their hash. */
export function keysOfGateway({ views }: InspectedText, marks: readonly KeyMark[]): readonly Finding[] {
  const lengths = lengthsOf(marks)
  const found: Finding[] = []
  for (const view of views) {
    if (view.kind === 'leet' || view.kind === 'joined') continue
    for (let start = 0; start + least <= view.text.length; ) {
      // Most words are short: from where a long one would have its last letter, back to the end of another.
      let last = start + least - 1
      while (last >= start && !isEnd(view.text, last)) last--
      if (last >= start) {
        start = last + 1
        continue
      }
      const end = endOfWord(view.text, start + least)
      if (end - start <= longest) {
        for (const [from, to] of piecesOf(view.text.slice(start, end), lengths)) {
          const hashed = hash('sha256', view.text.slice(start + from, start + to), 'hex')
          if (!marks.some((mark) => mark.hash === hashed)) continue
          found.push({ ...gatewayKey, score: 1, span: view.spanOf(start + from, start + to) })
        }
      }
      start = end + 1
    }
  }
  return found
}

function endOfWord(text: string, from: number): number {
  let at = from
  while (at < text.length && !isEnd(text, at)) at++
  return at
}

function isEnd(text: string, at: number): boolean {
  const code = text.charCodeAt(at)
  return code < 128 && ends[code] === 1
}

const knownLengths = new WeakMap<readonly KeyMark[], ReadonlySet<number>>()

function lengthsOf(marks: readonly KeyMark[]): ReadonlySet<number> {
  let lengths = knownLengths.get(marks)
  if (lengths === undefined) {
    lengths = new Set(marks.map(({ length }) => length))
    knownLengths.set(marks, lengths)
  }
  return lengths
}

/** The word and what stands behind a joint of it, with and without the mark that ends a sentence, of a length that a key has. */
function* piecesOf(whole: string, lengths: ReadonlySet<number>): Iterable<readonly [from: number, to: number]> {
  const end = whole.replace(/[.!?*_]{1,4}$/, '').length
  const stops = end === whole.length ? [end] : [whole.length, end]
  const starts = [0, ...Array.from(whole.matchAll(joints), ({ index }) => index + 1).slice(0, 16)]
  for (const from of starts) {
    for (const to of stops) if (lengths.has(to - from)) yield [from, to]
  }
}
