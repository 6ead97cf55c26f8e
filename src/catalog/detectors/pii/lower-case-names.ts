import type { Span } from '../../../core/inspection/detection.ts'
import { endsAs } from './ends-as.ts'
import { isOnly, known, meaningOf, placesOfNames } from './gazetteer.ts'
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
  const found: Sighting[] = []
  let count = 0
  for (const { start: from, end: to } of surroundings(text, placesOfNames(text))) {
    let previous: Word | undefined
    word.lastIndex = from
    for (let match = word.exec(text); match !== null && count < mostWords; match = word.exec(text), count++) {
      const start = match.index
      if (start >= to) break
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
  }
  return found
}

/** Words at ascending places, each up to the blanks around it, with those beside: a name is of two words at most. */
function surroundings(text: string, places: readonly number[]): readonly Span[] {
  const found: { start: number; end: number }[] = []
  let end = -1
  for (const place of places) {
    if (place <= end) continue
    const last = found.at(-1)
    const least = last?.end ?? 0
    let start = startOfWord(text, place, least)
    end = endOfWord(text, place)
    if (isOneBlank(text, start - 1)) start = startOfWord(text, start - 1, least)
    const behind = isOneBlank(text, end) ? endOfWord(text, end + 1) : end
    if (last !== undefined && start <= last.end) last.end = behind
    else found.push({ start, end: behind })
  }
  return found
}

function startOfWord(text: string, from: number, least: number): number {
  let at = from
  while (at > least && !isBlank(text.charCodeAt(at - 1))) at--
  return at
}

function endOfWord(text: string, from: number): number {
  let at = from
  while (at < text.length && !isBlank(text.charCodeAt(at))) at++
  return at
}

function isOneBlank(text: string, at: number): boolean {
  return (
    at > 0 && !isBlank(text.charCodeAt(at - 1)) && isBlank(text.charCodeAt(at)) && !isBlank(text.charCodeAt(at + 1))
  )
}

function isBlank(unit: number): boolean {
  return unit <= 0x20
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
