import { keywordAutomaton } from '../../../core/text/keyword-automaton.ts'
import { headers, type LabelPlace, type LabelRow, labels } from './labels.ts'

export interface FoundLabel {
  readonly rule: string
  readonly score: number
  readonly start: number
  readonly end: number
}

interface Row {
  readonly rule: string
  readonly place: LabelPlace
  readonly label: string
}

/** All labels in one pass; where one ends, what stands around it decides. `own`: those of a customer. */
export function labelScan(own: readonly string[]): (text: string) => readonly FoundLabel[] {
  const all: readonly LabelRow[] = [...labels, ['own-label', 'anywhere', own]]
  const rows = all.flatMap(([rule, place, words]) => words.map((label) => ({ rule, place, label })))
  const automaton = keywordAutomaton(rows.map(({ label }) => label))
  return (text) => {
    let found: FoundLabel[] | undefined
    automaton.scan(text, (keyword, end) => {
      const row = rows[keyword]
      if (row === undefined) return
      const start = end - row.label.length
      const score = scoreOf(text, start, end, row)
      if (score === 0) return
      found ??= []
      found.push({ rule: row.rule, score, start, end })
    })
    return found === undefined ? [] : longest(found)
  }
}

function scoreOf(text: string, start: number, end: number, { rule, label, place }: Row): number {
  if (isLetter(text[start - 1]) && isLetter(text[start])) return 0
  if (isLetter(text[end]) && isLetter(text[end - 1]) && text[end - 1] !== '_') return 0
  if (place === 'capitals' && text.slice(start, end) !== label) return 0
  const before = text.slice(Math.max(0, start - 64), start)
  const after = text.slice(end, end + 48)
  if (/(?:\bnot |\bnon[- ]|\bun|\bno longer |\bde)$/i.test(before)) return 0
  if (headerBefore.test(before)) return 0.95
  const line = { before: before.slice(before.lastIndexOf('\n') + 1), after: after.split('\n', 1)[0] ?? '' }
  const stands = standing(line.before, line.after, start - before.length > 0)
  if (place === 'anywhere') {
    if (asked.test(before) || /^["'”’]?\s*(?:mean|stand for|label|marking|means)/i.test(after)) return 0
    if (stands === 'alone') return 0.95
    if (ofCompanies.has(rule) && isHandedOver(line.before, line.after)) return 0.8
    if (isInQuestion(line.after)) return 0
    if (isCapital(text.slice(start, end))) return 0.95
    // Scripts without blanks between words have other marks around a label.
    return !ofCompanies.has(rule) ||
      /[^\0-\u04ff]/.test(label) ||
      isPartOfItsOwn(line.before, line.after) ||
      saysWhatItIs.test(before)
      ? 0.8
      : 0
  }
  if (stands === 'alone' || stands === 'in brackets') return place === 'capitals' ? 0.9 : 0.75
  if (stands !== 'at an end') return 0
  // "Acme — Confidential", a running head.
  const isHead =
    rule === 'confidential' &&
    /^\p{Lu}/u.test(text.slice(start, end)) &&
    line.before.length < 60 &&
    line.after.trim() === ''
  return place === 'capitals' ? 0.75 : isHead ? 0.65 : 0
}

const headerBefore = new RegExp(
  `(?:^|[^\\p{L}])(?:${headers})["'*_]{0,3}\\s{0,3}(?:level|label|class|stufe|statement)?["'*_]{0,3}\\s{0,3}[:：=|>-]\\s{0,3}["'*_\\[(]{0,3}$`,
  'iu',
)
const asked =
  /(?:what (?:does|is|are)|meaning of|define|explain|difference between|stands? for|the (?:term|label|word|marking)|was bedeutet|que signifie|qué significa|что (?:такое|значит))[^.!?\n]{0,48}$/i

/** Words that people also say of papers in general, in a sentence. */
const ofCompanies = new Set(['confidential', 'internal-only'])
/** "This document is for internal use only": a sentence that marks what it stands in. */
const saysWhatItIs =
  /\b(?:this|these|the (?:attached|enclosed|following)|diese[rs]?|dieses|ce|cette|este|esta|questo) (?:[\p{L}-]{1,20} ){0,3}(?:is|are|was|ist|sind|est|es|è) (?:marked |classified |labell?ed |considered |strictly )?(?:as )?(?:for )?["'“]?$/iu

const papers =
  '(?:documents?|reports?|plans?|memos?|minutes|decks?|slides?|presentations?|papers?|contracts?|agreements?|drafts?|files?|attachments?|figures|numbers|forecasts?|budgets?|roadmaps?|strateg(?:y|ies)|e-?mails?|letters?|notes?|spreadsheets?|lists?|analys[ei]s|proposals?|offers?|summary|briefing|texts?|data|results|terms)'
const paperBehind = new RegExp(`^ (?:[\\p{L}\\d'’&-]{1,20} ){0,3}?${papers}\\b`, 'iu')
const pointsBefore =
  /(?:^|[:;,.] |\b(?:the|this|these|our|my|your|attached|enclosed|following|here(?: is|['’]s)|is an?|are) )["'“*_]{0,2}$/iu
/** What is to be done with a paper that is at hand. */
const atHand =
  /\b(?:attached|enclosed|below|above|following|here(?: is| are|['’]s)|this|these|summari[sz]e|translate|rewrite|proofread|shorten|review|analy[sz]e|extract|rephrase|condense|edit)\b/i
/** "The plan is for internal use only". */
const paperBefore = new RegExp(
  `\\b(?:the|our|my) (?:[\\p{L}\\d-]{1,20} ){0,2}?${papers} (?:(?:below|above|attached|enclosed) )?(?:is|are) (?:marked |strictly )?(?:for )?$`,
  'iu',
)

/** "Summarise the strictly confidential minutes below": a paper that the text hands over, whatever is asked beside it. */
function isHandedOver(before: string, after: string): boolean {
  if (paperBefore.test(before)) return !isInQuestion(after)
  return pointsBefore.test(before) && paperBehind.test(after) && (atHand.test(before) || atHand.test(after))
}

function isInQuestion(after: string): boolean {
  return /^[^.!?]{0,47}\?/.test(after)
}

/** Nothing but marks parts it from the ends of its sentence or line: "Acme Corp. - Strictly Confidential - page 3". */
function isPartOfItsOwn(before: string, after: string): boolean {
  return (
    /(?:^|[.!?|•*#:;–—_>([©]|\s-)["'“*_\s]*(?:(?:confidential|proprietary|private|vertraulich|draft|©?\s?[\p{Lu}][\p{L}.&]{0,20}(?: \p{Lu}[\p{L}.&]{0,20}){0,2})\s?[-–—/,:.]?\s)?$/iu.test(
      before,
    ) && /^["'”*_\s]*(?:$|[.!|•*#;:–—_<)\]©]|-\s|,?\s(?:copy|page|version|v\d|©|do not))/i.test(after)
  )
}

/** Alone on its line (marks, numbers of pages and dates aside), in brackets, or at the beginning or end of a line with a mark between. */
function standing(before: string, after: string, isCut: boolean): 'alone' | 'in brackets' | 'at an end' | 'within' {
  const isFirst = /^[\s#*_>=~|/\\.:–—-]*$/.test(before) && !(isCut && before.length >= 64)
  const isLast = /^[\s#*_<=~|/\\.!–—-]*$/.test(after)
  if (isFirst && isLast) return 'alone'
  if (/[[(【〔<「《]\s?$/.test(before) && /^\s?[\])】〕>」》]/.test(after)) return 'in brackets'
  if (isFirst && /^\s{0,3}(?:[-–—:|/·•]|\/\/)\s?\S/.test(after)) return 'at an end'
  if (isFirst && /^\s?[*=_~#|>-]{2}/.test(after)) return 'at an end'
  if (isLast && /(?:[-–—|·•]|\/\/|\t| {3})\s{0,3}$/.test(before)) return 'at an end'
  return 'within'
}

function isLetter(character: string | undefined): boolean {
  return (
    character !== undefined &&
    /[\p{L}\p{N}_]/u.test(character) &&
    !/[\p{scx=Han}\p{scx=Hang}\p{scx=Kana}\p{scx=Hira}]/u.test(character)
  )
}

function isCapital(words: string): boolean {
  return words === words.toUpperCase() && words !== words.toLowerCase()
}

/** Of labels within each other the longest. */
function longest(found: readonly FoundLabel[]): readonly FoundLabel[] {
  const kept: FoundLabel[] = []
  for (const label of [...found].sort((a, b) => a.start - b.start || b.end - a.end)) {
    const last = kept.at(-1)
    if (last === undefined || label.start >= last.end) kept.push(label)
    else if (label.end - label.start > last.end - last.start) kept[kept.length - 1] = label
  }
  return kept
}
