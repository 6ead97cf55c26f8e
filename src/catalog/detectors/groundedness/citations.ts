import type { Span } from '../../../core/inspection/detection.ts'

const number = String.raw`\d{1,3}(?:\s?[,;–-]\s?\^?\d{1,3}){0,3}`
/** `[1]`, `[2, 3]`, `[^4]`, `【5†source】`, `(source 6)`, behind what they are for. Longer lists and what is reckoned with are none. */
const citation = new RegExp(
  String.raw`(?<=[\w.!?"”)\]]) ?\[\^?(${number})\](?=[\s.,;:!?)[]|$)(?!\s{0,2}[=+*/<>(-])|【(${number})(?:[:†][^】\n]{0,60})?】|[(\[](?:sources?|docs?|documents?|refs?|references?|quellen?)\.?\s?#?(${number})[)\]]|^\[\^?(\d{1,3})\]:?(?=\s)`,
  'gim',
)

/** The same with blanks where it says what it rests on: those numbers are no claim. */
export function withoutCitations(text: string): string {
  return text.replace(citation, (piece) => ' '.repeat(piece.length))
}

export interface Citation extends Span {
  readonly numbers: readonly number[]
}

export function citationsIn(text: string): readonly Citation[] {
  return [...text.matchAll(citation)].map((match) => ({
    start: match.index + (match[0].length - match[0].trimStart().length),
    end: match.index + match[0].length,
    numbers: ((match.slice(1).find((digits) => digits !== undefined) ?? '').match(/\d+/g) ?? []).map(Number),
  }))
}

/** As texts number their parts: `[7]`, `7.` at the head of a line, `Document 7`, `"id": 7`. */
const label =
  /[[【(]\^?(\d{1,3})[\]】):†]|^[ \t]{0,8}(\d{1,3})[.):]|\b(?:doc(?:ument)?|source|ref(?:erence)?|passage|chunk|context|result|quelle)s?\W{0,4}(\d{1,3})\b|\b(?:id|index|number|rank|n)["']?\s{0,3}[:=]\s{0,3}["']?(\d{1,3})\b/gim
const maxLabelled = 400_000

/** The numbers that parts of the text have. */
export function labelledIn(text: string): ReadonlySet<number> {
  const known = new Set<number>()
  for (const [, ...groups] of text.slice(0, maxLabelled).matchAll(label))
    for (const digits of groups) if (digits !== undefined) known.add(Number(digits))
  return known
}
