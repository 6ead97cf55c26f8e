import { lineFrom } from '../../../core/text/line-from.ts'
import { openGroupsFrom } from './groups.ts'
import { openCodesFrom } from './one-time-codes.ts'
import { prefixFormats } from './prefix-formats.ts'
import { longestKey, openKeyFrom } from './private-keys.ts'
import { openPhraseFrom } from './seed-phrases.ts'
import { openRunFrom } from './spaced-out.ts'

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
  const others = [openKeyFrom, openQuoteFrom, openPhraseFrom, openCodesFrom, openRunFrom, openSayingFrom]
  const open = others.reduce((from, openIn) => Math.min(from, openIn(text)), word)
  return Math.max(least, Math.min(open, openGroupsFrom(text, beginning)))
}

/** In no order that says anything: it only asks whether a word begins as a key does. */
const beginning = new RegExp(
  `^[^A-Za-z0-9]{0,3}(?:${prefixFormats
    .flatMap(([, , starts]) => starts.split('|'))
    .map((start) => start.replace(/[.+*?^$(){}|[\]\\/]/g, '\\$&'))
    .join('|')})`,
)

/** "hunter2 as the …", which may go on with a word for password. */
const openSaying = /(?:^|[\s:,(])["'`“]?([^\s"'`“”(),:]{6,64})["'`”]? (?:a|as(?: [a-z]{0,9}){0,4})$/

function openSayingFrom(text: string): number {
  const from = Math.max(0, text.length - 140)
  const match = openSaying.exec(text.slice(from))
  if (match === null || !/[0-9]/.test(match[1] ?? '')) return text.length
  return from + match.index
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
