import { beginsAt, type FoundSecret } from './finding.ts'
import type { Trigger } from './match-formats.ts'

/** Keys in PEM (RFC 7468), of OpenSSH, PGP (RFC 9580), PuTTY and JSON Web Keys (RFC 7517). */
export const longestKey = 16_384

const pemBegin = /-----BEGIN (?:[A-Za-z0-9]+ ){0,4}(?:PRIVATE KEY(?: BLOCK)?|Static key V1)-----/y
const ssh2Begin = /---- ?BEGIN SSH2 ENCRYPTED PRIVATE KEY ?----/y
const keyMaterial = /[A-Za-z0-9+/=]{24,}/

export const keyTriggers: readonly Trigger[] = [
  {
    keyword: '-----begin ',
    look: (text, start, _end, report) => give(blockAt(text, start, pemBegin, '-----END'), report),
  },
  {
    keyword: '---- begin ssh2 ',
    look: (text, start, _end, report) => give(blockAt(text, start, ssh2Begin, '---- END'), report),
  },
  { keyword: 'putty-user-key-file-', look: (text, start, end, report) => give(puttyKey(text, start, end), report) },
  { keyword: 'LS0tLS1CRUdJTi', look: (text, start, end, report) => give(encodedKey(text, start, end), report) },
  { keyword: '"kty"', look: (text, start, _end, report) => give(webKey(text, start), report) },
]

function give(found: FoundSecret | undefined, report: (found: FoundSecret) => void): void {
  if (found !== undefined) report(found)
}

function blockAt(text: string, start: number, begin: RegExp, endMark: string): FoundSecret | undefined {
  begin.lastIndex = start
  const header = begin.exec(text)?.[0]
  if (header === undefined) return undefined
  const from = start + header.length
  const block = upTo(text.slice(from, start + longestKey), header.slice(0, 10))
  const close = block.indexOf(endMark)
  const isClosed = close >= 0 && notOfKeys.test(block.slice(0, close)) === false
  const body = block.slice(0, isClosed ? close : openBody(block))
  if (!keyMaterial.test(body)) return undefined
  const footer = isClosed ? (/^-{4,5} ?END [A-Za-z0-9 ]{3,48}-{0,5}/.exec(block.slice(close))?.[0].length ?? 0) : 0
  const isService = /"private_key"\s{0,4}:\s{0,4}"$/.test(text.slice(Math.max(0, start - 24), start))
  return {
    rule: isService ? 'google-service-account' : 'private-key',
    category: 'private-key',
    score: isClosed ? 1 : 0.9,
    start,
    end: from + body.length + footer,
    rank: 3,
  }
}

/** Neither base64 nor a header such as `Proc-Type: 4,ENCRYPTED`, nor a mark of quoting at the start of a line. */
const notOfKeys = /[^A-Za-z0-9+/=\s:,.()\\>#@"'<_-]/
const keyLine = /^[>#\s"']{0,8}(?:[A-Za-z0-9+/=]{16,}|[A-Za-z0-9+/=]{0,76}(?:$|["']|\\)|[A-Za-z-]{2,20}: .{0,80})/

/** A key ends where another begins: so a text of beginnings only is read once. */
function upTo(block: string, beginning: string): string {
  const next = block.indexOf(beginning)
  return next < 0 ? block : block.slice(0, next)
}

/** How far a key goes that nothing ends: as long as its lines look like one. */
function openBody(block: string): number {
  let length = 0
  let at = 0
  for (const line of block.split(/\r?\n|\\r\\n|\\n/)) {
    const part = /^[>#\s"']{0,8}([A-Za-z0-9+/=]*)/.exec(line)
    if (!keyLine.test(line)) break
    // `\n` as two characters or a line end as one: what is left out here is looked for again.
    at = block.indexOf(line, at)
    if ((part?.[1] ?? '') !== '') length = at + (part?.[0].length ?? 0)
    at += line.length
  }
  return length
}

function puttyKey(text: string, start: number, end: number): FoundSecret | undefined {
  const block = upTo(text.slice(end, start + longestKey), 'PuTTY-User-Key-File-')
  const lines = block.indexOf('Private-Lines:')
  if (lines < 0 || !keyMaterial.test(block.slice(lines))) return undefined
  const mac = /Private-(?:MAC|Hash): ?[0-9a-f]{8,80}/.exec(block.slice(lines))
  const length = mac === null ? lines + openBody(block.slice(lines)) : lines + mac.index + mac[0].length
  return { rule: 'putty-private-key', category: 'private-key', score: 1, start, end: end + length, rank: 3 }
}

/** PEM once more in base64, as secrets of Kubernetes have it. */
function encodedKey(text: string, start: number, end: number): FoundSecret | undefined {
  if (!text.startsWith('LS0tLS1CRUdJTi', start) || !beginsAt(text, start)) return undefined
  const head = Buffer.from(text.slice(start, start + 64), 'base64').toString('latin1')
  if (!/^-----BEGIN [A-Za-z0-9 ]{0,20}PRIVATE KEY/.test(head)) return undefined
  let last = end
  while (last < start + longestKey && /[A-Za-z0-9+/=]/.test(text[last] ?? ' ')) last += 1
  return last - start < 100
    ? undefined
    : { rule: 'encoded-private-key', category: 'private-key', score: 1, start, end: last, rank: 3 }
}

const privateMember = /"d"\s{0,4}:\s{0,4}"([A-Za-z0-9_-]{32,1400})"/

/** The private part of a JSON Web Key. */
function webKey(text: string, at: number): FoundSecret | undefined {
  const from = Math.max(0, at - 3000)
  const near = text.slice(from, at + 3000)
  const match = privateMember.exec(near)
  const value = match?.[1]
  if (match === null || value === undefined) return undefined
  const start = from + match.index + match[0].length - 1 - value.length
  return { rule: 'json-web-key', category: 'private-key', score: 0.95, start, end: start + value.length, rank: 3 }
}

/** Where a key begins that the end of the text leaves open; the length of the text where none does. */
export function openKeyFrom(text: string): number {
  const tail = Math.max(0, text.length - longestKey)
  let open = text.length
  for (const { begin, isOther, end } of blocks) {
    // To look forward for what is not there takes a tenth of the time.
    const start = text.includes(begin, tail) ? text.lastIndexOf(begin) : -1
    if (start < tail || start < 0) continue
    const rest = text.slice(start)
    if (!isOther.test(rest) && !end.test(rest)) open = Math.min(open, start)
  }
  return open
}

const blocks = [
  {
    begin: '-----BEGIN ',
    isOther: /^-----BEGIN (?:[A-Za-z0-9]+ ){0,5}(?:CERTIFICATE|PUBLIC|MESSAGE|SIGNATURE|REQUEST|PARAMETERS|CRL|DATA)\b/,
    end: /-----END [A-Za-z0-9 ]{3,48}-----/,
  },
  { begin: '---- BEGIN SSH2', isOther: /^---- BEGIN SSH2 PUB/, end: /---- END [A-Za-z0-9 ]{3,48}----/ },
  { begin: 'PuTTY-User-Key-File-', isOther: /^(?!P)/, end: /Private-(?:MAC|Hash): ?[0-9a-f]{8,80}\s/ },
]
