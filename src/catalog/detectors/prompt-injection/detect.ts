import type { Detect, Finding, InspectionPoint } from '../../../core/inspection/detection.ts'
import type { TextView, TextViewKind } from '../../../core/inspection/inspected-text.ts'
import { wordsIn } from '../needed-words/words-in.ts'
import { mostOfWindow } from './chat-requests.ts'
import type { Reading } from './excused/reading.ts'
import { withoutExcused } from './excused/without-excused.ts'
import { findFramed } from './framed-rules.ts'
import { withoutNotes } from './harness-notes.ts'
import { findMisplaced } from './misplaced/find.ts'
import { isManual } from './misplaced/manuals.ts'
import { createJudge, type Judge, marginOfScore, type StoredModel, scoreOfMargin } from './model.ts'
import { findByRules, ruleOfWindow } from './rules.ts'
import { createTokens, type Tokens, tokenize } from './tokens.ts'
import { createWordTable, type WordTable } from './word-table.ts'

/** Below it, nothing is said. */
const weakest = marginOfScore(0.3)

/** How much more suspect it makes a text that somebody took pains to hide it. */
const hiding: Readonly<Record<TextViewKind, number>> = {
  original: 0,
  folded: 0.5,
  unescaped: 0,
  'hidden-text': 0.7,
  tagless: 0,
  'words-apart': 0,
  'hidden-characters': 3,
  base64: 0.5,
  hex: 0.5,
  binary: 0.7,
  numbers: 0.7,
  rot13: 0.7,
  reversed: 0.6,
  leet: 0.5,
  joined: 0.5,
}

/** Of what an excuse was found for. */
const excusedScore = 0.4

export interface Models {
  /** For what a user writes. */
  readonly prompt: StoredModel
  /** For what is read on the way. */
  readonly document: StoredModel
}

export function createDetect(categories: Readonly<Record<string, string>>, models: Models): Detect {
  const table = createWordTable()
  const tokens = createTokens()
  const judges = { prompt: createJudge(models.prompt), document: createJudge(models.document) }
  return ({ views, text }, { point }) => {
    const isDocument = point !== 'input'
    const judge = isDocument ? judges.document : judges.prompt
    const found: Finding[] = []
    for (const view of views) {
      const context = { point, whole: text.length }
      const read = (text: string): Reading => {
        tokenize(text, table, tokens)
        // What other detectors have worked out of a view is known by the view itself.
        const seen = text === view.text ? view : { ...view, text }
        return { tokens, found: () => [...findInView(seen, tokens, table, judge, context)] }
      }
      for (const finding of withExcuses(view, point, read)) addApart(found, finding)
    }
    return found.map((finding) => ({ ...finding, category: categories[finding.rule] ?? 'injection' }))
  }
}

/** What had been found in what is excused is a weak sign. */
function withExcuses(view: TextView, point: InspectionPoint, read: (text: string) => Reading): readonly Finding[] {
  const found = read(view.text).found()
  if (point === 'tool-definition' || !readable.has(view.kind) || !found.some(({ score }) => score >= 0.5)) return found
  const rest = withoutExcused(view.text, point !== 'input', read)
  if (rest === view.text) return found
  return [
    ...read(rest).found(),
    ...found.map((finding) => ({ ...finding, score: Math.min(finding.score, excusedScore) })),
  ]
}

function* findInView(
  view: TextView,
  tokens: Tokens,
  table: WordTable,
  judge: Judge,
  { point, whole }: { readonly point: InspectionPoint; readonly whole: number },
): Iterable<Finding> {
  if (tokens.count < 2) return
  const isDocument = point !== 'input'
  // Descriptions of tools tell the model what to do, and are right to.
  const extra = (hiding[view.kind] ?? 0) - (point === 'tool-definition' ? 1.5 : 0)
  const spanOf = (from: number, to: number): Finding['span'] =>
    view.spanOf(tokens.starts[from] ?? 0, tokens.ends[to - 1] ?? 0)
  for (const { rule, score, from, to } of findByRules(tokens, view.text, !isDocument)) {
    const span = spanOf(from, to)
    yield { rule: hiddenRule(view.kind) ?? rule, category: '', score: Math.min(0.99, score), span }
  }
  // Documents are full of instructions that somebody is to summarise.
  if (point === 'input')
    for (const { rule, score, start, end } of findFramed(view.text, wordsIn(view)))
      yield { rule: hiddenRule(view.kind) ?? rule, category: '', score, span: view.spanOf(start, end) }
  const text = withoutNotes(view.text, isDocument)
  if (text !== view.text) tokenize(text, table, tokens)
  if (isDocument && view.kind !== 'leet' && view.kind !== 'joined' && view.kind !== 'words-apart') {
    const place = view.kind === 'hidden-text' ? 'hidden' : point === 'tool-definition' ? 'definition' : 'shown'
    for (const { rule, score, start, end } of findMisplaced(text, tokens, place))
      yield { rule: hiddenRule(view.kind) ?? rule, category: '', score, span: view.spanOf(start, end) }
  }
  // Nobody hides a request about the chat.
  const mostOf = isDocument || extra > 0 ? undefined : mostOfWindow
  // What was decoded is a part of the text that it stands in.
  const times = timesLonger(view, whole)
  for (const { from, to, margin } of judge(tokens, weakest - extra, { times, mostOf })) {
    const rule =
      hiddenRule(view.kind) ??
      ruleOfWindow(tokens, from, to, isDocument) ??
      (isDocument ? 'indirect-injection' : 'direct-injection')
    // Who writes a manual shows it.
    const mayBeManual = isDocument && extra <= 0 && margin + extra > 0
    const least = mayBeManual && isManual(textOf(view, tokens, from, to)) ? weakest : margin + extra
    const score = rounded(scoreOfMargin(least))
    yield { rule, category: '', score, span: spanOf(from, to) }
  }
}

/** Behind a colon stands what it is all about. */
const behindColon = 160

function textOf({ text }: TextView, { starts, ends }: Tokens, from: number, to: number): string {
  const end = ends[to - 1] ?? 0
  return text.slice(starts[from] ?? 0, text[end] === ':' ? end + behindColon : end)
}

const readable: ReadonlySet<TextViewKind> = new Set(['original', 'folded', 'unescaped', 'tagless'])

/** How much longer the whole text is than what the view was made of. */
function timesLonger(view: TextView, whole: number): number {
  if (view.kind === 'original') return 1
  const { start, end } = view.spanOf(0, view.text.length)
  return Math.max(1, whole / Math.max(1, end - start))
}

function hiddenRule(kind: TextViewKind): string | undefined {
  if (kind === 'hidden-text' || kind === 'hidden-characters') return 'hidden-instruction'
  return readable.has(kind) ? undefined : 'encoded-instruction'
}

function rounded(score: number): number {
  return Math.max(0.001, Math.round(score * 1000) / 1000)
}

/** What overlaps is one finding: the surer one names it, and both spans are covered where the rules are the same. */
function addApart(found: Finding[], finding: Finding): void {
  for (let index = 0; index < found.length; index++) {
    const other = found[index]
    if (other === undefined || other.span.end <= finding.span.start || other.span.start >= finding.span.end) continue
    const higher = finding.score > other.score ? finding : other
    // That it was hidden is what a person wants to know of it.
    const isHidden = finding.score >= 0.5 && /^(?:hidden|encoded)-/.test(finding.rule)
    const surer = isHidden ? { ...finding, score: higher.score } : higher
    const span =
      finding.rule === other.rule
        ? {
            start: Math.min(finding.span.start, other.span.start),
            end: Math.max(finding.span.end, other.span.end),
          }
        : surer.span
    found[index] = { ...surer, span }
    return
  }
  found.push(finding)
}
