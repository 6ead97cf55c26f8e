/**
 * Rules for instructions to a model that stand in what it reads: somebody addresses an assistant, or orders steps of its answer, and
 * wants what a text has no business to want. Each part alone is ordinary: manuals address assistants, and people forward mails.
 */
import type { RuleId } from '../rules.ts'
import type { Tokens } from '../tokens.ts'
import { isAddressed } from './addresses.ts'
import { type Aim, aims, destructionElsewhere, givesAwayElsewhere, mayGiveElsewhere } from './aims.ts'
import { alteredSummary, claim, secrecy, slanted } from './answers.ts'
import { allowedCall, claimedConsent, riskyCall } from './consents.ts'
import { definitionRules, needsTalk, startsEmpty } from './definitions.ts'
import { agentsRun, fetchedAndRun, forAssistants, sentAway, toRun, uploads } from './leaks.ts'
import { type Expression, mayStandIn, type Piece, pieceOf, piecesOf, standsIn } from './patterns.ts'
import { stepIn } from './steps.ts'
import { signedSentences, signs } from './words.ts'

export interface MisplacedHit {
  readonly rule: RuleId
  readonly score: number
  readonly start: number
  readonly end: number
}

/** `hidden`: the text is not shown to people. `definition`: it describes a tool. */
export type Place = 'shown' | 'hidden' | 'definition'
type Pieces = ReturnType<typeof piecesOf>
type Found = Pick<MisplacedHit, 'rule' | 'score'>

/** How far an address reaches. */
const reach = 360
/** How long an aim may be. */
const longestAim = 240
const most = 32
/** Signs that are weak alone: few say as much as many. */
const mostWeak = 4
const asked: Readonly<Record<Place, number>> = {
  shown: signs.name | signs.answer | signs.secret | signs.consent | signs.vault,
  definition: signs.name | signs.answer | signs.secret | signs.tool,
  hidden: signs.any,
}

export function findMisplaced(text: string, tokens: Tokens, place: Place): readonly MisplacedHit[] {
  const hits: MisplacedHit[] = []
  let behind = -1
  let weak = 0
  let bare = -1
  let pieces: Pieces | undefined
  for (const { signs: sum, from, to } of signedSentences(tokens, asked[place])) {
    if (hits.length >= most) break
    const start = tokens.starts[from] ?? 0
    const end = tokens.ends[to - 1] ?? start
    if (start < behind || (sum === 0 && start < bare)) continue
    pieces ??= piecesOf(text)
    const last = endOfRegion(text, start, end)
    const found = strongest(
      judged(pieces, start, Math.min(end + 2, last), last, sum, place === 'hidden'),
      place === 'definition'
        ? ofDefinition(pieces(start, Math.min(end + 60, last)), () => around(text, start))
        : (unaddressed(pieces, start, Math.min(end + 2, last), last, sum) ??
            ((sum & signs.name) === 0 ? undefined : underHeading(text, pieces, start, end))),
    )
    // Where sentences are of a word or two, the same characters are not looked through for each.
    if (found === undefined && sum === 0 && last - longestAim > end && !mayAim(pieces(start, last)))
      bare = last - longestAim
    if (found === undefined || isTalk(text, start)) continue
    if (found.score < 0.5 && ++weak > mostWeak) continue
    hits.push({ ...found, start, end: last })
    if (found.score >= 0.5) behind = last
  }
  if (place === 'shown') for (const hit of inAttributes(text)) if (hits.push(hit) >= most) break
  return hits
}

function strongest(first: Found | undefined, second: Found | undefined): Found | undefined {
  return (first?.score ?? 0) >= (second?.score ?? 0) ? first : second
}

function judged(
  pieces: Pieces,
  start: number,
  end: number,
  last: number,
  sum: number,
  isHidden: boolean,
): Found | undefined {
  const region = pieces(start, last)
  // Who is addressed and for which step is of no interest where nothing is wanted.
  if (!mayWant(region)) return undefined
  const sentence = pieces(start, end)
  const isToAssistant = (sum & signs.name) !== 0 && isAddressed(sentence.text)
  const step = (sum & signs.answer) === 0 ? undefined : stepIn(sentence)
  const isStep = step === 'answer'
  const isSecret = (sum & signs.secret) !== 0 && isOrder(secrecy, sentence)
  if (!isToAssistant && step === undefined && !isSecret && !isHidden) return undefined
  const isKept = isSecret || ((step !== undefined || isToAssistant) && isOrder(secrecy, region))
  const places: readonly Aim['where'][] = [
    'anywhere',
    ...(isToAssistant || isStep || isKept || isHidden ? (['unasked'] as const) : []),
    ...(isKept ? (['secret'] as const) : []),
    ...(isToAssistant ? (['addressed'] as const) : []),
  ]
  if (hasAim(region, places)) return { rule: 'tool-abuse', score: isToAssistant ? 0.75 : 0.7 }
  if ((isToAssistant || isStep || isHidden) && givesAwayElsewhere(region)) return { rule: 'tool-abuse', score: 0.7 }
  if (isToAssistant && standsIn(destructionElsewhere, region)) return { rule: 'tool-abuse', score: 0.7 }
  if (isToAssistant && isKept) return { rule: 'tool-abuse', score: 0.65 }
  if ((isToAssistant || isStep || isKept) && isOrder(claim, region)) {
    const isSlanted = standsIn(slanted, region) || (isStep && standsIn(alteredSummary, region))
    return { rule: 'answer-manipulation', score: isSlanted ? 0.6 : isKept ? 0.45 : 0.4 }
  }
  return undefined
}

/** What is wanted of whoever reads it. */
function unaddressed(pieces: Pieces, start: number, end: number, last: number, sum: number): Found | undefined {
  if ((sum & signs.consent) !== 0) {
    const isClaimed = standsIn(claimedConsent, pieces(start, Math.min(end + 20, last)))
    if (isClaimed && isOrder(riskyCall, pieces(start, last))) return { rule: 'tool-abuse', score: 0.7 }
    if (standsIn(allowedCall, pieces(start, last))) return { rule: 'tool-abuse', score: 0.7 }
  }
  if ((sum & signs.name) !== 0 && standsIn(agentsRun, pieces(start, last))) return { rule: 'tool-abuse', score: 0.7 }
  if ((sum & signs.vault) === 0) return undefined
  const region = pieces(start, last)
  if (isOrder(sentAway, region)) return { rule: 'tool-abuse', score: 0.7 }
  const isRun = standsIn(uploads, region) && isOrder(toRun, pieces(Math.max(0, start - longestAim / 2), last))
  return isRun ? { rule: 'tool-abuse', score: 0.7 } : undefined
}

/** "## For coding agents": what is fetched there and run at once. */
function underHeading(text: string, pieces: Pieces, start: number, end: number): Found | undefined {
  if (!/(?:^|\n)#{1,6}[ *_]{1,4}$/.test(text.slice(Math.max(0, start - 11), start))) return undefined
  if (!standsIn(forAssistants, pieces(start, end))) return undefined
  const next = text.slice(start, start + reach).search(/\n#{1,6} /)
  const region = pieces(start, next < 0 ? start + reach : start + next)
  return isOrder(fetchedAndRun, region) ? { rule: 'tool-abuse', score: 0.7 } : undefined
}

const wanted: readonly Expression[] = [...aims.map(({ pattern }) => pattern), claim, secrecy, destructionElsewhere]

function mayWant(region: Piece): boolean {
  for (const expression of wanted) if (mayStandIn(expression, region)) return true
  return mayGiveElsewhere(region)
}

function hasAim(region: Piece, places: readonly Aim['where'][]): boolean {
  return aims.some(({ where, pattern }) => places.includes(where) && isOrder(pattern, region))
}

/** Whether there is something that is wanted where no sign stands, though nobody be told to do it. */
function mayAim(region: Piece): boolean {
  return (
    aims.some(({ where, pattern }) => (where === 'anywhere' || where === 'unasked') && standsIn(pattern, region)) ||
    mayGiveElsewhere(region)
  )
}

/** Texts of pictures and of the head of a page: a model reads them, few people do. */
const attribute =
  /\b(?:alt|title|content|aria-label)\s?=\s?(["'])([^"'<>\n]{12,400})\1|!\[([^\]\n]{12,400})\]|<desc>([^<\n]{12,400})</gi

function* inAttributes(text: string): Iterable<MisplacedHit> {
  if (!(text.includes('![') || (text.includes('<') && /<(?:img|a|meta|desc|area|input)\b/i.test(text)))) return
  for (const { 0: found, index, 2: quoted, 3: image, 4: drawing } of text.matchAll(attribute)) {
    const piece = (quoted ?? image ?? drawing ?? '').toLowerCase()
    if (hasAim(pieceOf(piece), ['anywhere', 'unasked']))
      yield { rule: 'tool-abuse', score: 0.7, start: index, end: index + found.length }
  }
}

function ofDefinition(sentence: Piece, context: () => string): Found | undefined {
  let score = 0
  let isNeeded: boolean | undefined
  for (const rule of definitionRules) {
    const { score: one, isOfTalk, parts } = rule
    if (one <= score || !mayStandIn(rule, sentence)) continue
    const [first, ...others] = parts
    if (first === undefined) continue
    if (!isOrder(first, sentence) || !others.every((part) => standsIn(part, sentence))) continue
    if (isOfTalk) isNeeded ??= isTalkNeeded(context())
    score = Math.max(score, isOfTalk && isNeeded === true ? 0.4 : one)
  }
  return score === 0 ? undefined : { rule: 'tool-abuse', score }
}

function isTalkNeeded(context: string): boolean {
  return needsTalk.pattern.test(context) || startsEmpty.pattern.test(context)
}

const noOrder =
  /\b(?:not|never|no|nor|without|avoid|refrain|cannot|instead of)\b|n't\b|(?:(?<!\b(?:have|has|need|needs|required|asked|sure|going|is|are|ought)\s)\bto|\b(?:can|could|may|might|will|would|who|which|that|users?|people|he|she|they|we|i))\s+$/
const clauseBreak = /[.!?;:\n]|\b(?:and|but|then|instead|so)\b/g

/** "Do not delete", "to delete", "users delete", "delete all files?": nobody is told to do it. */
export function isOrder(expression: Expression, piece: Piece): boolean {
  if (!mayStandIn(expression, piece)) return false
  const region = piece.text
  const found = expression.pattern.exec(region)
  if (found === null) return false
  const before = region.slice(Math.max(0, found.index - 90), found.index)
  let from = 0
  for (const { index, 0: mark } of before.matchAll(clauseBreak)) if (mark !== 'instead') from = index + mark.length
  if (noOrder.test(before.slice(from))) return false
  const rest = region.slice(found.index, found.index + 160)
  return !/^[^.!\n]*\?/.test(rest.replaceAll(/https?:\S+/g, ''))
}

function around(text: string, start: number): string {
  return text.slice(Math.max(0, start - reach), start + reach).toLowerCase()
}

/** To the end of the paragraph; behind a colon, of the next one. */
function endOfRegion(text: string, start: number, end: number): number {
  const last = Math.min(text.length, start + reach)
  const gap = gapIn(text, Math.max(start, end - 1), last)
  if (gap < 0) return last
  if (!isColon(text, start, gap)) return gap
  const next = gapIn(text, gap + 2, last)
  return next < 0 ? last : next
}

function gapIn(text: string, from: number, last: number): number {
  const piece = text.slice(from, last)
  const gap = piece.indexOf('\n\n')
  return gap < 0 ? gap : from + gap
}

/** "The following:", "**Note:**" */
function isColon(text: string, start: number, end: number): boolean {
  const piece = text.slice(start, end).trimEnd()
  let at = piece.length
  while (piece[at - 1] === '*') at--
  return piece[at - 1] === ':' || piece[at - 1] === '：'
}

const talk =
  /\b(?:attack(?:er)?s?|injections?|malicious|e\.g\.|for example|such as|payloads?|jailbreaks?|phishing)\b[^.\n]{0,60}$/i

/** "Attackers write: …" */
function isTalk(text: string, start: number): boolean {
  return talk.test(text.slice(Math.max(0, start - 80), start))
}
