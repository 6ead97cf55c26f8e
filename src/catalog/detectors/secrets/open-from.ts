import { lineFrom } from '../../../core/text/line-from.ts'
import { longestKey, openKeyFrom } from './private-keys.ts'
import { openPhraseFrom } from './seed-phrases.ts'

/** A quotation behind the name of a secret, which blanks do not end. */
const openQuote =
  /(?:pass|pwd|secret|token|key|cred|auth|sess|pw|mdp|clave|senha|parola|lozinka|has[lł]o|heslo|jelsz|salasana|[sş]ifre|kennwort|wachtwoord|contrase|by)[^\n]{0,80}?\\?(?:["'`]|"""|''')[^\n]{0,300}$/i

/**
 * Where the first secret may begin that the end of the text leaves open: the unfinished word, or where a private key or a
 * quotation behind the name of a secret has begun.
 */
export function openFrom(text: string): number {
  const least = Math.max(0, text.length - longestKey)
  let word = text.length
  while (word > least && !isBlank(text.charCodeAt(word - 1))) word -= 1
  return Math.max(least, Math.min(word, openKeyFrom(text), openQuoteFrom(text), openPhraseFrom(text)))
}

function isBlank(code: number): boolean {
  return (
    code === 32 || (code >= 9 && code <= 13) || code === 0xa0 || (code >= 0x2000 && code <= 0x200a) || code === 0x3000
  )
}

function openQuoteFrom(text: string): number {
  const line = lineFrom(text, 480)
  const match = openQuote.exec(text.slice(line))
  return match === null ? text.length : line + match.index
}
