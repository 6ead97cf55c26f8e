import { createHmac } from 'node:crypto'
import type { Span } from '../../core/inspection/detection.ts'
import type { Redacted } from '../../core/inspection/guardrail.ts'
import type { AddressReader } from './addresses/address-reader.ts'
import { goesOnAsHost, MAX_HOST } from './addresses/host-behind.ts'

/** Writes texts of one call anew, and puts back what it took out where the answer names it. */
export interface Redactor {
  /** What stands in the place of what is taken out. */
  edits(text: string, taken: readonly Redacted[]): readonly Edit[]
  /** For the answer: what is taken out of that does not come back. */
  answering(): Redactor
  /** Whether an answer may name something that was taken out. */
  readonly hasTokens: boolean
  /** What stands in the place of tokens in an answer. */
  restorations(text: string, reading: TokenReading): Restorations
  /** Where a token may begin that the end of the text leaves open. */
  openFrom(text: string): number
}

/** A piece of a text in which tokens are looked for. */
export interface TokenReading {
  /** Has read the text up to the piece. */
  readonly addresses: AddressReader
  readonly from: number
  /** Of a token that begins before it, the rest stands in the text. */
  readonly until: number
  /** The text is JSON, in whose strings they stand. */
  readonly isJson: boolean
  /** It is said to a tool. */
  readonly isCall: boolean
}

export interface Restorations {
  readonly edits: readonly Edit[]
  /** Tokens that stay, each in its own place: in an address they would go to its server. */
  readonly kept: readonly Edit[]
  /** Up to here the text was read. */
  readonly end: number
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

/** What becomes of tokens in arguments of tools. */
export type TokensInCalls = 'restore' | 'keep'

/** `hashKey`: whoever knows it can try what was hashed. */
export function createRedactor(hashKey: Uint8Array, tokensInCalls: TokensInCalls = 'restore'): Redactor {
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
    restorations(text, { addresses, from, until, isJson, isCall }) {
      const keepsAll = isCall && tokensInCalls === 'keep'
      const edits: Edit[] = []
      const kept: Edit[] = []
      let read = from
      tokenPattern.lastIndex = from
      for (
        let found = tokenPattern.exec(text);
        found !== null && found.index < until;
        found = tokenPattern.exec(text)
      ) {
        const { 0: token, index } = found
        const original = originals.get(token)
        if (original === undefined) continue
        addresses.read(text.slice(read, index))
        read = index + token.length
        // An address takes what is in it to its server, which is not where it came from.
        const isKept = addresses.readToken() || goesOnAsHost(text, read) || keepsAll
        const written = isJson ? JSON.stringify(original).slice(1, -1) : original
        if (isKept) kept.push({ start: index, end: read, text: token })
        else edits.push({ start: index, end: read, text: written })
      }
      addresses.read(text.slice(read, until))
      return { edits, kept, end: Math.max(read, until) }
    },
    openFrom(text) {
      const start = text.lastIndexOf('<')
      const isOpen = start >= 0 && text.length - start < MAX_TOKEN + MAX_HOST && openToken.test(text.slice(start))
      return isOpen ? start : text.length
    },
  })
  return redactorFor(true)
}

const MAX_TOKEN = 64
const tokenPattern = /<[A-Z][A-Z0-9_]{0,48}_[0-9]{1,9}>/g
/** A token, or one that is whole and may be the beginning of a host. */
const openToken = /^<(?:[A-Z0-9_]*|[A-Z][A-Z0-9_]{0,48}_[0-9]{1,9}>[\p{L}\p{N}_.@%&#;\\{}+-]*)$/u

function nameOf(rule: string): string {
  return rule.toUpperCase().replace(/[^A-Z0-9]/g, '_')
}
