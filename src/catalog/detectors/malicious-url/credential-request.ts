import type { SaidBefore } from './carried-talk.ts'
import { abusedSuffixes, harvestWords, isKnownSite, isSharedHost, registeredDomain, shorteners } from './domains.ts'
import type { FoundUrl } from './find-urls.ts'
import { isPrivateAddress, numericHost } from './numeric-hosts.ts'
import { urlParts } from './url-parts.ts'

/** So far before a URL it is looked for what is asked for there; less than a stream looks at again. */
const lookBack = 200
/** So far behind it, where the words before it send somebody there: `Go to https://… and enter your password`. */
export const maxAsked = 120

/** What only its owner is to know. */
const secret =
  '(?:pass ?words?|pass ?codes?|passphrases?|pin(?: codes?| numbers?)?|credentials|log-?in (?:details|data|information)|(?:credit |debit |bank )?card(?: numbers?| details| data| information)|credit card|cvv|cvc|bank(?:ing)? (?:account|details|data|login)|social security number|ssn|(?:one[- ]time|verification|security|sms|2fa|mfa) (?:codes?|pass ?words?)|otp|tan|(?:seed|recovery|secret) (?:phrases?|words)|private keys?|passw[oö]rte?s?|kennw[oö]rte?s?|zugangsdaten|kreditkartendaten|kartennummer|mot de passe|identifiants|num[ée]ro de carte|contraseña|clave|n[uú]mero de tarjeta|senha|parola chiave)'
/** What is asked for on ordinary sites too. */
const ordinary =
  '(?:accounts?|identity|e-?mail(?: address)?|phone(?: number)?|payment(?: details| method| information)?|billing(?: details| information)?|wallet|konto|identit[äà]t|zahlungsdaten|compte|cuenta|conta)'
const owner = '(?:your|ihre?n?|deine?n?|votre|vos|ton|tes|su|sus|tu|tus|sua|seu|la tua|i tuoi)'
const enter =
  '(?:re-?enter|enter|type(?: in)?|submit|provide|input|confirm|verify|validate|fill in|supply|geben sie|gib|best[äa]tigen sie|best[äa]tige|saisissez|entrez|confirmez|introduzca|introduce|ingrese|confirme|digite|insira|inserisci|conferma)'
const change = '(?:reset|update|change|unlock|restore|recover|aktualisieren sie|actualice)'

const between = '[ \\t]{1,3}(?:[\\p{L},@-]{1,20}[ \\t]{1,3}){0,4}?'
const asksForSecret = new RegExp(
  `(?<!\\p{L})${enter}${between}(?:${owner}[ \\t]{1,3})(?:[\\p{L}-]{1,20}[ \\t]{1,3}){0,4}?${secret}(?!\\p{L})`,
  'iu',
)
const asksForMore = new RegExp(
  `(?<!\\p{L})(?:${enter}|${change})${between}(?:${owner}[ \\t]{1,3})(?:[\\p{L}-]{1,20}[ \\t]{1,3}){0,3}?(?:${secret}|${ordinary})(?!\\p{L})`,
  'iu',
)
/** Nobody is to enter anything: `Never enter your password at …`. */
const warning =
  /\b(?:never|not|don['’]?t|do not|avoid|without|no longer|phishing|scam|fake|fraudulent|suspicious|nie|niemals|nicht|keinesfalls|jamais|nunca)\b/i
const leads =
  /\b(?:go to|visit|open|head (?:over )?to|navigate to|browse to|click(?: on)?|follow|log ?in (?:at|to)|sign ?in (?:at|to)|at|öffnen sie|besuchen sie|rendez-vous sur|visite|vaya a|visita)\b[^\n.!?]{0,40}$/i

export interface Asked {
  readonly score: number
  /** Behind the last word that tells. */
  readonly end: number
}

/** Whether the words around a URL have somebody give away there what only they are to know. */
export function credentialRequest(text: string, found: FoundUrl, said: SaidBefore): Asked | undefined {
  const { start, end, url, scheme } = found
  if (scheme !== undefined && scheme !== 'http' && scheme !== 'https') return undefined
  const before = sentenceBefore(text, start)
  const after = sentenceAfter(text, end, before)
  if (warning.test(before) || warning.test(after)) return undefined
  const inFront = strengthOf(before)
  const behind = inFront === undefined ? strengthOf(after) : undefined
  const strength = inFront ?? behind
  if (strength === undefined) return undefined
  const { host } = urlParts(url, scheme)
  const domain = registeredDomain(host)
  if (isPlaceToAsk(host, domain) || said.holds(host) || said.holds(domain)) return undefined
  const isOdd = scheme === 'http' || isOddHost(host, domain)
  if (strength === 'more' && !isOdd) return undefined
  const score = strength === 'secret' ? (isOdd ? 0.8 : 0.55) : 0.6
  return { score, end: behind === undefined ? end : Math.min(text.length, end + after.length) }
}

/** Where a URL begins of which it is open what is asked for there; the length of the text where none is. */
export function openRequest(text: string): number {
  const tail = text.slice(-(maxAsked + maxUrlHeld))
  const colon = tail.lastIndexOf('://')
  if (colon < 0) return text.length
  const at = text.length - tail.length + colon
  let start = at
  while (start > 0 && at - start < 8 && /[a-z]/i.test(text[start - 1] ?? '')) start--
  const rest = text.slice(at)
  const gone = rest.search(/[\s<>"'`)\]]/)
  if (gone >= 0 && (rest.length - gone > maxAsked || rest.includes('\n', gone))) return text.length
  return leads.test(sentenceBefore(text, start)) ? start : text.length
}

const maxUrlHeld = 2048

/** From the line that the URL stands in, without what is before the last URL. */
function sentenceBefore(text: string, start: number): string {
  const near = text.slice(Math.max(0, start - lookBack), start)
  const line = near.slice(near.lastIndexOf('\n') + 1)
  const other = line.lastIndexOf('://')
  return other < 0 ? line : line.slice(other)
}

function sentenceAfter(text: string, end: number, before: string): string {
  if (!leads.test(before)) return ''
  const near = text.slice(end, end + maxAsked)
  const stop = near.search(/\n|:\/\//)
  return stop < 0 ? near : near.slice(0, stop)
}

function strengthOf(words: string): 'secret' | 'more' | undefined {
  if (words === '') return undefined
  return asksForSecret.test(words) ? 'secret' : asksForMore.test(words) ? 'more' : undefined
}

/** Sites of names that everybody knows, of this machine or network, and those that stand for any (RFC 2606). */
function isPlaceToAsk(host: string, domain: string): boolean {
  if (!host.includes('.') || /^example\.(?:com|org|net)$/.test(domain)) return true
  if (/\.(?:local|internal|lan|localhost|invalid|gov|mil|edu)$|\.gov\.[a-z]{2}$/.test(host)) return true
  const numeric = numericHost(host)
  return (numeric !== undefined && isPrivateAddress(numeric.address)) || isKnownSite(domain)
}

function isOddHost(host: string, domain: string): boolean {
  const own = domain.split('.')[0] ?? ''
  return (
    numericHost(host) !== undefined ||
    isSharedHost(host) ||
    shorteners.has(domain) ||
    abusedSuffixes.has(host.split('.').at(-1) ?? '') ||
    (own.includes('-') && own.split('-').some((word) => harvestWords.includes(word)))
  )
}
