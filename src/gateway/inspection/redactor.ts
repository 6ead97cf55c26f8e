import { createHmac } from 'node:crypto'
import type { Span } from '../../core/inspection/detection.ts'
import type { Redacted } from '../../core/inspection/guardrail.ts'

/** Writes texts of one call anew, and puts back what it took out where the answer names it. */
export interface Redactor {
  /** What stands in the place of what is taken out. */
  edits(text: string, taken: readonly Redacted[]): readonly Edit[]
  /** For the answer: what is taken out of that does not come back. */
  answering(): Redactor
  /** Whether an answer may name something that was taken out. */
  readonly hasTokens: boolean
  /** What stands in the place of tokens in an answer. `isJson`: the text is JSON, in whose strings they stand. */
  restorations(text: string, isJson: boolean): readonly Edit[]
  /** Tokens that stay in it as they are, each in its own place: in a link they would go to its server. */
  keptTokens(text: string): readonly Edit[]
  /** Where a token may begin that the end of the text leaves open. */
  openFrom(text: string): number
}

/** Another text for a piece of one. */
export interface Edit extends Span {
  readonly text: string
}

/** Edits in order, which do not overlap. */
export function edited(text: string, edits: readonly Edit[]): string {
  let written = ''
  let from = 0
  for (const edit of edits) {
    written += text.slice(from, edit.start) + edit.text
    from = edit.end
  }
  return written + text.slice(from)
}

/** `hashKey`: whoever knows it can try what was hashed. */
export function createRedactor(hashKey: Uint8Array): Redactor {
  const tokens = new Map<string, string>()
  const originals = new Map<string, string>()
  const counts = new Map<string, number>()

  /** By the order in which things are said, so that the same conversation has the same tokens a turn later. */
  const tokenOf = (original: string, name: string, comesBack: boolean): string => {
    const key = `${name} ${original}`
    const known = tokens.get(key)
    if (known !== undefined) return known
    const count = (counts.get(name) ?? 0) + 1
    const token = `<${name}_${count}>`
    counts.set(name, count)
    tokens.set(key, token)
    if (comesBack) originals.set(token, original)
    return token
  }

  const hashOf = (text: string): string => createHmac('sha256', hashKey).update(text).digest('hex').slice(0, 12)

  const redactorFor = (comesBack: boolean): Redactor => ({
    answering: () => redactorFor(false),
    edits: (text, taken) =>
      taken.map(({ span, rule, redaction }) => {
        const original = text.slice(span.start, span.end)
        const name = nameOf(rule)
        if (redaction === 'token') return { ...span, text: tokenOf(original, name, comesBack) }
        return { ...span, text: redaction === 'hash' ? `[${name}:${hashOf(original)}]` : `[${name}]` }
      }),
    get hasTokens() {
      return originals.size > 0
    },
    restorations(text, isJson) {
      if (originals.size === 0 || !text.includes('<')) return []
      return Array.from(text.matchAll(tokenPattern), ({ 0: token, index }): readonly Edit[] => {
        const original = originals.get(token)
        // A link takes what is in it to its server, which is not where it came from.
        if (original === undefined || isInLink(text, index)) return []
        const written = isJson ? JSON.stringify(original).slice(1, -1) : original
        return [{ start: index, end: index + token.length, text: written }]
      }).flat()
    },
    keptTokens(text) {
      if (originals.size === 0 || !text.includes('<')) return []
      return Array.from(text.matchAll(tokenPattern), ({ 0: token, index }): readonly Edit[] =>
        originals.has(token) && isInLink(text, index) ? [{ start: index, end: index + token.length, text: token }] : [],
      ).flat()
    },
    openFrom(text) {
      const start = text.lastIndexOf('<')
      const isOpen = start >= 0 && text.length - start < MAX_TOKEN && /^<[A-Z0-9_]*$/.test(text.slice(start))
      return isOpen ? start : text.length
    },
  })
  return redactorFor(true)
}

const MAX_TOKEN = 64
const tokenPattern = /<[A-Z][A-Z0-9_]{0,48}_[0-9]{1,9}>/g
/** Before a token in a link stands its address, without a blank. */
const MAX_LINK = 2048

function isInLink(text: string, index: number): boolean {
  const before = text.slice(Math.max(0, index - MAX_LINK), index)
  const word = before.slice(before.search(/\S*$/))
  return /:\/\//.test(word) || /\]\(|href=|src=/i.test(word)
}

function nameOf(rule: string): string {
  return rule.toUpperCase().replace(/[^A-Z0-9]/g, '_')
}
