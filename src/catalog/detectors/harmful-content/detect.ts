import type { Detect, Finding } from '../../../core/inspection/detection.ts'
import { distinctFindings } from '../../../core/inspection/distinct-findings.ts'
import type { TextView } from '../../../core/inspection/inspected-text.ts'
import { wordFinder } from '../../../core/text/word-finder.ts'
import { type ReadText, withSingleBlanks } from './blanks.ts'
import { asksForWay, isDenied, isExcused } from './excuses.ts'
import { hasFrame } from './frames.ts'
import type { HarmExpression, HarmRule } from './harm-rule.ts'
import { markFor } from './marks.ts'
import { beginWords, harmRules, harmWords } from './rules.ts'
import { runnableOf } from './runnable.ts'
import { maxPiece, type Piece, piecesAround } from './sentences.ts'

/** Of one view: whoever puts a hundred in front of a request hides nothing, as it is refused for the first. */
const mostFindings = 100
/** So close in front of the harm stands what asks for it. */
const maxGap = 160

const places = wordFinder(harmWords)
const runnableIn = runnableOf(harmRules)
const shortWords = harmWords.filter((word) => word.length < 3)

export function harmDetector(wanted: ReadonlySet<string>): Detect {
  const rulesOf = new Map<string, HarmRule[]>()
  for (const rule of harmRules) {
    if (!wanted.has(rule.rule) && !(rule.whenMeant !== undefined && wanted.has(rule.whenMeant.rule))) continue
    for (const word of rule.has) {
      const others = rulesOf.get(word)
      if (others === undefined) rulesOf.set(word, [rule])
      else others.push(rule)
    }
  }
  return ({ views }) => {
    const findings: Finding[] = []
    for (const view of views) collect(view, rulesOf, findings)
    return distinctFindings(findings.filter(({ rule }) => wanted.has(rule)))
  }
}

/** Only sentences with a needed word are read, each once, by the rules that need it. */
function collect(view: TextView, rulesOf: ReadonlyMap<string, readonly HarmRule[]>, findings: Finding[]): void {
  let count = 0
  const read = withSingleBlanks(view.text)
  for (const { piece, rules } of piecesWithRules(read.text, rulesOf)) {
    const sentence = read.text.slice(piece.start, piece.end)
    const runnableFor = runnableIn(sentence)
    const framed = new Map<string, boolean>()
    const marked = new Map<unknown, string>()
    for (const rule of rules) {
      const runnable = runnableFor(rule)
      // Most sentences ask for nothing: then most expressions need not run.
      if (runnable.length === 0 || !mayHaveFrame(sentence, rule, framed)) continue
      const harm = harmIn(sentence, rule, runnable, marked)
      if (harm === undefined) continue
      if (++count > mostFindings) return
      findings.push({ ...harm, category: `harm-${harm.rule}`, span: spanOf(view, read, piece) })
    }
  }
}

/** Of a sentence that blanks blow up, its end: there the harm is. */
function spanOf(view: TextView, { at }: ReadText, piece: Piece): Finding['span'] {
  const end = at(piece.end - 1) + 1
  return view.spanOf(Math.max(at(piece.start), end - maxPiece), end)
}

interface ReadPiece {
  readonly piece: Piece
  readonly rules: Set<HarmRule>
}

function piecesWithRules(text: string, rulesOf: ReadonlyMap<string, readonly HarmRule[]>): Iterable<ReadPiece> {
  const found = new Map<number, ReadPiece>()
  let known: readonly Piece[] = []
  let knownTo = -1
  const add = (word: string, at: number): void => {
    const rules = rulesOf.get(word)
    if (rules === undefined || (isInWord(text, at) && beginWords.has(word))) return
    if (known.length !== 1 || at >= knownTo || at < (known[0]?.start ?? 0)) {
      known = piecesAround(text, at)
      knownTo = known[0]?.end ?? 0
    }
    for (const piece of known) {
      const there = found.get(piece.start)
      if (there === undefined) found.set(piece.start, { piece, rules: new Set(rules) })
      else for (const rule of rules) there.rules.add(rule)
    }
  }
  places(text, add)
  // Chinese has words of two characters, of which the finder tells no places.
  for (const word of shortWords) {
    if (!rulesOf.has(word)) continue
    for (let at = text.indexOf(word); at >= 0; at = text.indexOf(word, at + 1)) add(word, at)
  }
  return found.values()
}

/** `nobody` has no body: behind a letter of ASCII no word begins. */
function isInWord(text: string, at: number): boolean {
  const unit = at === 0 ? 0x20 : text.charCodeAt(at - 1)
  return (unit >= 0x30 && unit <= 0x39) || ((unit | 0x20) >= 0x61 && (unit | 0x20) <= 0x7a)
}

function mayHaveFrame(sentence: string, { frames }: HarmRule, known: Map<string, boolean>): boolean {
  if (frames.length === 0) return true
  const key = frames.join()
  let is = known.get(key)
  if (is === undefined) {
    is = hasFrame(frames, sentence)
    known.set(key, is)
  }
  return is
}

/** `marked`: the sentence as it was marked for other expressions. */
function harmIn(
  sentence: string,
  rule: HarmRule,
  runnable: readonly HarmExpression[],
  marked: Map<unknown, string>,
): { readonly rule: string; readonly score: number } | undefined {
  const { frames, lifted, whenMeant } = rule
  const isFramed = frames.length > 0
  for (const one of runnable) {
    for (const match of matches(one, sentence, marked)) {
      const end = match.index + match[0].length
      const before = sentence.slice(Math.max(0, match.index - maxGap), end)
      if (isFramed && !hasFrame(frames, before)) continue
      if (lifted?.test(sentence) === true) return undefined
      const asked = isFramed && asksForWay(before)
      if (isDenied(sentence, match.index, isFramed, asked)) continue
      if (isExcused(sentence, end, rule, asked)) continue
      if (whenMeant !== undefined && !asked && hasFrame(['meant'], before)) return whenMeant
      return { rule: rule.rule, score: rule.score }
    }
  }
  return undefined
}

/** In the sentence as it stands, and, for an expression with marks, where they stand. */
function* matches(one: HarmExpression, sentence: string, marked: Map<unknown, string>): Iterable<RegExpExecArray> {
  yield* matchesIn(sentence, one.compiled())
  const mark = markFor(one)
  if (mark === undefined) return
  let read = marked.get(mark)
  if (read === undefined) {
    read = mark(sentence)
    marked.set(mark, read)
  }
  if (read !== sentence) yield* matchesIn(read, one.compiled())
}

/** `matchAll` makes an expression anew each time, which may be compiled anew. */
function* matchesIn(text: string, harm: RegExp): Iterable<RegExpExecArray> {
  harm.lastIndex = 0
  for (let match = harm.exec(text); match !== null; match = harm.exec(text)) yield match
}
