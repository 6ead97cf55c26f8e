import { endsAs } from './ends-as.ts'
import { isOnly, known, mayHoldNames, meaningOf } from './gazetteer.ts'
import { greetings, isPresented, plainTitles } from './name-cues.ts'
import type { Sighting } from './rules.ts'

const word = /(?<![\p{L}\p{N}_@./#'’-])\p{L}[\p{L}\p{M}'’-]{1,24}(?![\p{L}\p{N}_@/=({]|\.\p{L})/gu
const cue = endsAs(
  /(?:\bmy (?:full |first |last )?name(?:'s| is)|\bname is|\bname:|\bi am|\bi'm|\bthis is|\bcall me|\bmr\.?|\bmrs\.?|\bms\.?|\bdr\.?|\bprof\.?|\bdear|\bhi|\bhello|\bhey|\bthanks,?|\bregards,?|\bme llamo|\bmi nombre es|\bich hei(?:ß|ss)e|\bje m'appelle|\bmi chiamo)\s+$/iu,
)
const mostWords = 20_000

interface Word {
  readonly text: string
  readonly start: number
  readonly end: number
  readonly meaning: number
}

/** Names in texts that have no capitals, or nothing else: only what the lists surely know. */
export function lowerCaseNames(text: string): Sighting[] {
  if (!mayHoldNames(text)) return []
  const found: Sighting[] = []
  let previous: Word | undefined
  let count = 0
  word.lastIndex = 0
  for (let match = word.exec(text); match !== null && count < mostWords; match = word.exec(text), count++) {
    const start = match.index
    const written = match[0].replace(/['’]s$/i, '')
    const current: Word = { text: written, start, end: start + written.length, meaning: meaningOf(written) }
    if (previous !== undefined && isPair(previous, current) && current.start - previous.end === 1) {
      found.push(sighting(previous.start, current.end, 0.75))
      previous = undefined
      continue
    }
    if (isOnly(current.meaning, known.first) || isOnly(current.meaning, known.last)) {
      const before = text.slice(Math.max(0, start - 24), start)
      if (cue(before)) found.push(sighting(start, current.end, 0.7))
      else if (isOnly(current.meaning, known.first) && written.length > 2) {
        found.push(sighting(start, current.end, isPresented(before) || before === '' ? 0.52 : 0.45))
      }
    }
    previous = current
  }
  return found
}

function isPair(first: Word, last: Word): boolean {
  if (greetings.has(first.text) || plainTitles.has(first.text)) return false
  if (isOnly(first.meaning, known.first))
    return (
      isOnly(last.meaning, known.last | known.first) ||
      (last.meaning === 0 &&
        last.text.length > 3 &&
        /^\p{L}+$/u.test(last.text) &&
        !/(?:ed|ing|ly|tion|ment|ness|able|ous|ive|ers|ies|s)$/.test(last.text))
    )
  return first.meaning === 0 && first.text.length > 3 && isOnly(last.meaning, known.last)
}

function sighting(start: number, end: number, score: number): Sighting {
  return { rule: 'person-name', category: 'identity', score, start, end }
}
