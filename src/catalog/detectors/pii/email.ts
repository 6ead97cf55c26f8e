import { contextOf, nearness, words } from './context.ts'
import type { Sighting } from './rules.ts'

const longestLocal = 64
const longestDomain = 190

/** RFC 5321 addresses, and those that are written with "at" and "dot" so that programs do not find them. */
export function emails(text: string): Sighting[] {
  const found: Sighting[] = []
  for (let at = text.indexOf('@'); at >= 0; at = text.indexOf('@', at + 1)) {
    const sighting = around(text, at)
    if (sighting !== undefined) found.push(sighting)
  }
  return text.includes('dot') || text.includes('DOT') ? [...found, ...spelledOut(text)] : found
}

const plainLocal = /[A-Za-z0-9\u00c0-\u024f._%+'&$!#=~-]/
const anyLocal = /[\p{L}\p{N}._%+'&$!#=~-]/u
const plainDomain =
  /(?:[A-Za-z0-9](?:[A-Za-z0-9-]{0,62}[A-Za-z0-9])?\.){1,8}(?:xn--[a-z0-9-]{2,59}|[A-Za-z]{2,24})(?![A-Za-z0-9_\u00c0-\u024f])/y
const anyDomain = /(?:[\p{L}\p{N}](?:[\p{L}\p{N}-]{0,62}[\p{L}\p{N}])?\.){1,8}\p{L}{2,24}(?![\p{L}\p{N}_])/uy

function around(text: string, at: number): Sighting | undefined {
  // In a script without spaces, what stands before an address is no part of it.
  const local = plainLocal.test(text[at - 1] ?? '') ? plainLocal : anyLocal
  let start = at
  while (start > at - longestLocal && start > 0 && local.test(text[start - 1] ?? '')) start--
  start += behindParameter(text.slice(start, at), text[start - 1])
  while (start < at && /[.'&$!#=~%-]/.test(text[start] ?? '')) start++
  if (start === at || text[at - 1] === '.') return undefined
  const near = text.length > at + longestDomain ? text.slice(0, at + longestDomain) : text
  const end = endOf(plainDomain, near, at + 1) ?? endOf(anyDomain, near, at + 1)
  if (end === undefined) return undefined
  const score = scoreOf(text, start, at, end)
  return score === undefined ? undefined : { rule: 'email', category: 'contact', score, start, end }
}

/**
 * In `u=ann@…` and `to%3Dann@…` the address begins behind the name. Bounces have a domain there, which is part of them:
 * `ann=example.com@lists.example`.
 */
const parameter = /^.*(?:[=&#]|%(?:[01][\da-f]|2[0-46-9acf]|3[a-f]|40|5[b-e]|60|7[bcd]))/i
const bounce = /^[^&]*=[a-z\d.-]{1,60}\.(?:com|net|org|edu|gov|info|io|eu|uk|de|fr|it|es|nl|pl|ru|jp|cn)$/i

function behindParameter(local: string, before: string | undefined): number {
  return bounce.test(local) && before !== '?' ? 0 : (parameter.exec(local)?.[0].length ?? 0)
}

function endOf(domain: RegExp, text: string, from: number): number | undefined {
  domain.lastIndex = from
  return domain.test(text) ? domain.lastIndex : undefined
}

const assets = /\.(?:png|jpe?g|gif|svg|webp|css|jsx?|tsx?|json|html?|scss|map|pdf)$/i
const documentation =
  /@(?:[\w-]+\.)?(?:example\.(?:com|org|net|edu)|[\w-]+\.(?:example|test|invalid|localhost)|domain\.(?:com|tld)|test\.com|email\.com|company\.com|foo\.(?:com|bar)|bar\.com|yourdomain\.com|mydomain\.com)$/i
const placeholder =
  /^(?:users?|you|your|me|myself|name|names?|example|tests?|tester|testing|foo|bar|foobar|noreply|no-reply|donotreply|do-not-reply|email|e-mail|mail|someone|somebody|username|your[._-]?(?:name|email|mail)|my[._-]?(?:name|email)|first(?:name)?[._-]?last(?:name)?|abc|xyz|admin|root|info|sales|support|contact|hello|help|postmaster|webmaster|security|alerts?|demo|sample|customer|client|recipient|sender|to|from|user\d{0,3}|test\d{0,3})$/i
const machine = /^(?:no-?reply|do-?not-?reply|mailer-daemon|postmaster|notifications?|bounces?|git)$/i
const named = words(
  'e-?mails?\\S{0,12}',
  'mail',
  'contact\\w*',
  'reach',
  'write',
  'correo\\S*',
  'courriel',
  'adresse',
  'e-posta',
  'почт\\S*',
  '邮箱\\S{0,4}',
  '邮件',
  'メール\\S*',
  '이메일\\S*',
  'بريد',
)

function scoreOf(text: string, start: number, at: number, end: number): number | undefined {
  const name = text.slice(start, at)
  const address = text.slice(start, end)
  if (assets.test(address)) return undefined
  const before = text.slice(Math.max(0, start - 80), start)
  // A password in a URL and the login of git are credentials and machines.
  if (/:\/\/[^\s/?#]*$/.test(before) || (name === 'git' && /^[:/]/.test(text.slice(end, end + 1)))) return undefined
  if (documentation.test(address)) {
    if (placeholder.test(name)) return undefined
    return nearness(named, contextOf(text, start, end)) === undefined ? 0.6 : 0.75
  }
  if (machine.test(name)) return 0.4
  return placeholder.test(name) ? 0.6 : 0.95
}

const spelled =
  /(?<![\w.+-])(?:[\w+-]{1,30}(?: ?[[({<](?:dot|DOT)[\])}>] ?| (?:dot|DOT) )){0,3}[\w.+-]{2,40}(?: ?[[({<](?:at|AT|@)[\])}>] ?| (?:at|AT) )[A-Za-z0-9-]{2,40}(?:(?: ?[[({<](?:dot|DOT|\.)[\])}>] ?| (?:dot|DOT) )[A-Za-z]{2,12}){1,3}(?![\w-])/g

function spelledOut(text: string): Sighting[] {
  return Array.from(text.matchAll(spelled), (match) => ({
    rule: 'email',
    category: 'contact',
    score: 0.8,
    start: match.index,
    end: match.index + match[0].length,
  }))
}
