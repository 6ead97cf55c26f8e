import { endsAs } from './ends-as.ts'

/** The words around a piece of text, lower case, cut once for all kinds that ask. */
export interface Context {
  readonly before: string
  readonly after: string
}

const reachBefore = 72
const reachAfter = 36

export function contextOf(text: string, start: number, end: number): Context {
  let before: string | undefined
  let after: string | undefined
  return {
    get before() {
      before ??= text.slice(Math.max(0, start - reachBefore), start).toLowerCase()
      return before
    },
    get after() {
      after ??= text.slice(end, end + reachAfter).toLowerCase()
      return after
    },
  }
}

/** Nothing but digits, blanks and the signs between them names nothing. */
export function hasWordsAround(text: string, start: number, end: number): boolean {
  return hasWordsIn(text, Math.max(0, start - reachBefore), start) || hasWordsIn(text, end, end + reachAfter)
}

function hasWordsIn(text: string, from: number, to: number): boolean {
  for (let at = Math.min(to, text.length) - 1; at >= from; at--) {
    const unit = text.charCodeAt(at)
    const isPlain = unit === 0x20 || unit === 0x0a || unit === 0x0d || (unit >= 0x28 && unit <= 0x3b)
    if (!isPlain) return true
  }
  return false
}

/** How far the nearest of the words stands, 0 beside it and 1 at the edge; undefined where there is none. */
export function nearness(words: RegExp, { before, after }: Context): number | undefined {
  const behind = lastEnd(words, before)
  if (behind !== undefined) return (before.length - behind) / reachBefore
  words.lastIndex = 0
  const ahead = words.exec(after)
  return ahead === null ? undefined : Math.min(1, 0.3 + ahead.index / reachAfter)
}

function lastEnd(words: RegExp, text: string): number | undefined {
  let end: number | undefined
  words.lastIndex = 0
  for (let match = words.exec(text); match !== null; match = words.exec(text)) {
    end = match.index + match[0].length
    if (match[0] === '') break
  }
  return end
}

/** Words that say that a number is something else: an order, a version, a commit. */
const otherThings = endsAs(
  /\b(?:orders?|invoices?|tickets?|tracking|refs?|reference|versions?|builds?|isbn|issn|doi|skus?|serial|models?|items?|issues?|commits?|hash|sha\d*|md5|uuid|guid|timestamps?|epoch|ports?|batch|transactions?|confirmation|parts?|products?|articles?|error|status|code|pull request|pr|bug|rows?|page|chapter|section|rfc|iso|rev|revision|request|req|trace|span|session|job|pid|offset|bytes|checksum|barcode|upc|ean|asin|arxiv|pmid|release|tag|line|bestellung|bestellnummer|rechnung|rechnungsnummer|commande|facture|pedido|factura|ordine|fattura)\b[\s:#=.'"№°()-]{0,6}(?:(?:number|no|nr|id|num|is|was|numéro|número)\b[\s:#=.'"-]{0,4}){0,2}$/,
)

export function isNamedOtherwise({ before }: Context): boolean {
  return otherThings(before)
}

/** A pattern for `nearness`: any of the words, whole. */
export function words(...alternatives: readonly string[]): RegExp {
  return new RegExp(`(?<![a-z])(?:${alternatives.join('|')})(?![a-z])`, 'g')
}
