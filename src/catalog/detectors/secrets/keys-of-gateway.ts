import { hash } from 'node:crypto'
import type { Finding } from '../../../core/inspection/detection.ts'
import type { InspectedText } from '../../../core/inspection/inspected-text.ts'
import type { KeyMark } from '../../../core/inspection/own-keys.ts'

export const gatewayKey = { rule: 'gateway-key', category: 'credential' } as const

/** Keys have 16 characters at least; what stands in quotes, brackets and lists is looked at by itself. */
const word = /[^\s"'`<>,;(){}[\]|\\]{16,512}/g
/** Behind which a key may begin: `key=…`, `Bearer:…`. */
const joints = /[=:/]/g

/** Virtual keys that people chose, which no form tells: by their length, then by their hash. */
export function keysOfGateway({ views }: InspectedText, marks: readonly KeyMark[]): readonly Finding[] {
  const known = new Map(marks.map(({ hash: hashed, length }) => [hashed, length]))
  const lengths = new Set(known.values())
  const found: Finding[] = []
  for (const view of views) {
    if (view.kind === 'leet' || view.kind === 'joined') continue
    for (const { 0: whole, index } of view.text.matchAll(word)) {
      for (const [from, to] of piecesOf(whole, lengths)) {
        if (known.get(hash('sha256', whole.slice(from, to), 'hex')) !== to - from) continue
        found.push({ ...gatewayKey, score: 1, span: view.spanOf(index + from, index + to) })
      }
    }
  }
  return found
}

/** The word and what stands behind a joint of it, with and without the mark that ends a sentence, of a length that a key has. */
function* piecesOf(whole: string, lengths: ReadonlySet<number>): Iterable<readonly [from: number, to: number]> {
  const end = whole.replace(/[.!?*_]{1,4}$/, '').length
  const ends = end === whole.length ? [end] : [whole.length, end]
  const starts = [0, ...Array.from(whole.matchAll(joints), ({ index }) => index + 1).slice(0, 16)]
  for (const from of starts) {
    for (const to of ends) if (lengths.has(to - from)) yield [from, to]
  }
}
