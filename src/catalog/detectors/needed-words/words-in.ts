import type { TextView } from '../../../core/inspection/inspected-text.ts'
import { wordFinder } from '../../../core/text/word-finder.ts'
import { streetWords } from '../pii/street-signs.ts'
import { framedWords } from '../prompt-injection/framed-words.ts'
import { harmfulCode, insecureCode } from '../unsafe-code/patterns.ts'

const find = wordFinder([
  ...[...harmfulCode, ...insecureCode].flatMap(({ has = [] }) => has),
  ...streetWords,
  ...framedWords,
])
const known = new WeakMap<TextView, ReadonlySet<string>>()

/**
 * Words that expressions of several detectors need, as far as they stand in a text: one pass finds those of all, and most
 * expressions never run.
 */
export function wordsIn(view: TextView): ReadonlySet<string> {
  let words = known.get(view)
  if (words === undefined) {
    words = find(view.text)
    known.set(view, words)
  }
  return words
}
