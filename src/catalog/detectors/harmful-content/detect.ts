import type { Detect, Finding } from '../../../core/inspection/detection.ts'
import { distinctFindings } from '../../../core/inspection/distinct-findings.ts'
import type { TextView } from '../../../core/inspection/inspected-text.ts'
import { type ReadText, withSingleBlanks } from './blanks.ts'
import { suspectFinder } from './candidates.ts'
import { aroundCuts } from './cuts.ts'
import { asksForWay, isDenied, isExcused } from './excuses.ts'
import { hasFrame } from './frames.ts'
import type { HarmExpression, HarmRule } from './harm-rule.ts'
import { markFor } from './marks.ts'
import { harmRules } from './rules.ts'
import { maxPiece, type Piece } from './sentences.ts'

/** Of one view: whoever puts a hundred in front of a request hides nothing, as it is refused for the first. */
const mostFindings = 100
/** So close in front of the harm stands what asks for it. */
const maxGap = 160

const suspectsIn = suspectFinder(harmRules)

export function harmDetector(wanted: ReadonlySet<string>): Detect {
  const rules = new Set(
    harmRules.filter(
      ({ rule, whenMeant }) => wanted.has(rule) || (whenMeant !== undefined && wanted.has(whenMeant.rule)),
    ),
  )
  return ({ views }) => {
    const findings: Finding[] = []
    for (const view of views) collect(view, rules, findings)
    return distinctFindings(findings.filter(({ rule }) => wanted.has(rule)))
  }
}

function collect(view: TextView, wanted: ReadonlySet<HarmRule>, findings: Finding[]): void {
  let count = 0
  for (const read of readings(view.text)) {
    for (const { piece, sentence, runnable } of suspectsIn(read.text, wanted)) {
      const known: KnownOfSentence = { framed: new Map(), marked: new Map() }
      for (const [rule, expressions] of runnable) {
        const harm = harmIn(sentence, rule, expressions, known)
        if (harm === undefined) continue
        if (++count > mostFindings) return
        findings.push({ ...harm, category: `harm-${harm.rule}`, span: spanOf(view, read, piece) })
      }
    }
  }
}

/** As it stands, and where lines cut words, with these whole. */
function* readings(text: string): Iterable<ReadText> {
  yield withSingleBlanks(text)
  const whole = aroundCuts(text)
  if (whole === undefined) return
  const read = withSingleBlanks(whole.text)
  yield { text: read.text, at: (index) => whole.at(read.at(index)) }
}

/** Of a sentence that blanks blow up, its end: there the harm is. */
function spanOf(view: TextView, { at }: ReadText, piece: Piece): Finding['span'] {
  const end = at(piece.end - 1) + 1
  return view.spanOf(Math.max(at(piece.start), end - maxPiece), end)
}

/** What was found out for other expressions: whether it has any frame of these, and how it reads with marks. */
interface KnownOfSentence {
  readonly framed: Map<string, boolean>
  readonly marked: Map<unknown, string>
}

function harmIn(
  sentence: string,
  rule: HarmRule,
  runnable: readonly HarmExpression[],
  known: KnownOfSentence,
): { readonly rule: string; readonly score: number } | undefined {
  const { frames, lifted, whenMeant } = rule
  const isFramed = frames.length > 0
  for (const one of runnable) {
    for (const match of matches(one, sentence, rule, known)) {
      const end = match.index + match[0].length
      const before = sentence.slice(Math.max(0, match.index - maxGap), end)
      if (isFramed && !hasFrame(frames, before)) continue
      if (lifted?.test(sentence) === true) return undefined
      const asked = isFramed && asksForWay(before)
      if (isDenied(sentence, match.index, isFramed, asked)) continue
      if (isExcused(sentence, { start: match.index, end }, rule, asked)) continue
      if (whenMeant !== undefined && !asked && hasFrame(['meant'], before)) return whenMeant
      return { rule: rule.rule, score: rule.score }
    }
  }
  return undefined
}

/** In the sentence as it stands, and, for an expression with marks, where they stand. */
function* matches(
  one: HarmExpression,
  sentence: string,
  { frames }: HarmRule,
  known: KnownOfSentence,
): Iterable<RegExpExecArray> {
  yield* matchesIn(sentence, one.compiled())
  const mark = markFor(one)
  // Most sentences ask for nothing, and to mark one takes long.
  if (mark === undefined || !mayHaveFrame(sentence, frames, known)) return
  let read = known.marked.get(mark)
  if (read === undefined) {
    read = mark(sentence)
    known.marked.set(mark, read)
  }
  if (read !== sentence) yield* matchesIn(read, one.compiled())
}

function mayHaveFrame(sentence: string, frames: HarmRule['frames'], { framed }: KnownOfSentence): boolean {
  if (frames.length === 0) return true
  const key = frames.join()
  let is = framed.get(key)
  if (is === undefined) {
    is = hasFrame(frames, sentence)
    framed.set(key, is)
  }
  return is
}

/** `matchAll` makes an expression anew each time, which may be compiled anew. */
function* matchesIn(text: string, harm: RegExp): Iterable<RegExpExecArray> {
  harm.lastIndex = 0
  for (let match = harm.exec(text); match !== null; match = harm.exec(text)) yield match
}
