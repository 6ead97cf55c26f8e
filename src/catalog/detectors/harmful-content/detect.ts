import type { Detect, Finding } from '../../../core/inspection/detection.ts'
import { distinctFindings } from '../../../core/inspection/distinct-findings.ts'
import type { TextView } from '../../../core/inspection/inspected-text.ts'
import { wordFinder } from '../../../core/text/word-finder.ts'
import { wordsIn } from '../needed-words/words-in.ts'
import { asksForWay, hasFrame, isDenied, isExcused } from './frames.ts'
import type { HarmRule } from './harm-rule.ts'
import { markTargets, needsMarks } from './persons.ts'
import { harmRules, harmWords } from './rules.ts'
import { type Piece, piecesAround } from './sentences.ts'

/** Of one view: whoever puts a hundred in front of a request hides nothing, as it is refused for the first. */
const mostFindings = 100
/** So close in front of the harm stands what asks for it. */
const maxGap = 160

const places = wordFinder(harmWords)
const onTargets = new Set(harmRules.filter(({ harm }) => needsMarks(harm)))
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
    for (const view of views) {
      const found = wordsIn(view)
      if (found.size > 0 && [...found].some((word) => rulesOf.has(word))) collect(view, rulesOf, findings)
    }
    return distinctFindings(findings.filter(({ rule }) => wanted.has(rule)))
  }
}

/** Only sentences with a needed word are read, each once, by the rules that need it. */
function collect(view: TextView, rulesOf: ReadonlyMap<string, readonly HarmRule[]>, findings: Finding[]): void {
  const { text } = view
  const rulesAt = new Map<number, { readonly piece: Piece; readonly rules: Set<HarmRule> }>()
  let known: readonly Piece[] = []
  let knownTo = -1
  const add = (word: string, at: number): void => {
    const rules = rulesOf.get(word)
    if (rules === undefined) return
    if (known.length !== 1 || at >= knownTo || at < (known[0]?.start ?? 0)) {
      known = piecesAround(text, at)
      knownTo = known[0]?.end ?? 0
    }
    for (const piece of known) {
      const there = rulesAt.get(piece.start)
      if (there === undefined) rulesAt.set(piece.start, { piece, rules: new Set(rules) })
      else for (const rule of rules) there.rules.add(rule)
    }
  }
  places(text, add)
  // Chinese has words of two characters, of which the finder tells no places.
  for (const word of shortWords) {
    if (!rulesOf.has(word)) continue
    for (let at = text.indexOf(word); at >= 0; at = text.indexOf(word, at + 1)) add(word, at)
  }
  let count = 0
  for (const { piece, rules } of rulesAt.values()) {
    const sentence = text.slice(piece.start, piece.end)
    // Most sentences ask for nothing: then most expressions need not run.
    const framed = new Map<string, boolean>()
    let marked: string | undefined
    for (const rule of rules) {
      if (!mayHaveFrame(sentence, rule, framed)) continue
      let harm = harmIn(sentence, sentence, rule)
      if (harm === undefined && onTargets.has(rule)) {
        marked ??= markTargets(sentence)
        if (marked !== sentence) harm = harmIn(sentence, marked, rule)
      }
      if (harm === undefined) continue
      if (++count > mostFindings) return
      findings.push({ ...harm, category: `harm-${harm.rule}`, span: view.spanOf(piece.start, piece.end) })
    }
  }
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

/** `read`: the sentence, or the same with marks. */
function harmIn(
  sentence: string,
  read: string,
  rule: HarmRule,
): { readonly rule: string; readonly score: number } | undefined {
  const { harm, frames, lifted, excuses = ['purpose', 'telling', 'play'], whenMeant } = rule
  harm.lastIndex = 0
  for (let match = harm.exec(read); match !== null; match = harm.exec(read)) {
    const end = match.index + match[0].length
    const before = sentence.slice(Math.max(0, match.index - maxGap), end)
    const isFramed = frames.length > 0
    if (isFramed && !hasFrame(frames, before)) continue
    if (isDenied(sentence, match.index, isFramed)) continue
    if (lifted?.test(sentence) === true) return undefined
    const told = isFramed && asksForWay(before) ? excuses.filter((excuse) => excuse !== 'telling') : excuses
    if (isExcused(sentence, sentence.slice(0, end), told)) continue
    if (whenMeant !== undefined && hasFrame(['meant'], before) && !asksForWay(before)) return whenMeant
    return { rule: rule.rule, score: rule.score }
  }
  return undefined
}
