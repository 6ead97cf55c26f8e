/** How a URL stands in its text: an image is fetched without a click. */
export type UrlPlace = 'image' | 'link' | 'text'

export interface FoundUrl {
  readonly start: number
  readonly end: number
  readonly url: string
  /** `http`, `javascript`; absent for a host without a scheme. */
  readonly scheme?: string
  readonly place: UrlPlace
  /** A script adds something secret to its end, which is part of it then. */
  readonly isJoined: boolean
  /** What a person sees in place of the URL. */
  readonly label?: string
}

/** Longer ones are read and reported up to here. */
export const maxUrl = 2048
/** An attribute in quotes may hold white space, up to so much. */
export const maxQuoted = 400
/** So far back it is looked for what a URL stands in. */
const lookBack = 300

/** Each URL, and each host without a scheme (`www.example.com/path`). One pass: a text without `:` and inner dots costs a look for them. */
export function findUrls(text: string): readonly FoundUrl[] {
  const found: FoundUrl[] = []
  let end = 0
  let colon = text.indexOf(':')
  let dot = text.indexOf('.')
  while (colon >= 0 || dot >= 0) {
    const isColon = dot < 0 || (colon >= 0 && colon < dot)
    const at = isColon ? colon : dot
    if (at >= end) {
      const url = isColon ? withScheme(text, at) : withoutScheme(text, at, end)
      if (url !== undefined) {
        found.push(url)
        end = url.end
      }
    }
    const from = Math.max(at + 1, end)
    if (colon >= 0 && colon < from) colon = text.indexOf(':', from)
    if (dot >= 0 && dot < from) dot = text.indexOf('.', from)
  }
  return found
}

const schemes = new Set([
  'http',
  'https',
  'ftp',
  'ftps',
  'ws',
  'wss',
  'javascript',
  'vbscript',
  'data',
  'file',
  'smb',
  'ldap',
  'ldaps',
  'rmi',
  'jar',
])

function withScheme(text: string, colon: number): FoundUrl | undefined {
  let start = colon
  while (start > 0 && colon - start < 12 && isLetter(text.charCodeAt(start - 1))) start--
  let scheme = text.slice(start, colon).toLowerCase()
  if (!schemes.has(scheme)) {
    // Run together with a word before it, a program that looks for links finds it all the same.
    scheme = /https?$/.exec(scheme)?.[0] ?? ''
    start = colon - scheme.length
    if (scheme === '') return undefined
  }
  const next = text.charCodeAt(colon + 1)
  const isScript = scheme === 'javascript' || scheme === 'vbscript' || scheme === 'data'
  // Browsers take `http:\\host` and `http:/host` for `http://host`.
  if (!isScript && next !== 0x2f && next !== 0x5c) return undefined
  if (isScript && !(next > 0x20)) return undefined
  return placed(text, start, Math.max(urlEnd(text, colon + 1, isScript), quotedEnd(text, start)), scheme)
}

function withoutScheme(text: string, dot: number, from: number): FoundUrl | undefined {
  const next = text.charCodeAt(dot + 1)
  // The last label of a name begins with a letter; `3.5` is a number.
  if (!(isLetter(next) || isHostUnit(next)) || !isHostUnit(text.charCodeAt(dot - 1))) return undefined
  let start = dot
  while (start > from && dot - start < 253 && isHostUnit(text.charCodeAt(start - 1))) start--
  if (isWithoutScheme.test(text.slice(Math.max(0, start - 4), start))) {
    const from = start - 2
    const found = placed(text, from, Math.max(urlEnd(text, dot, false), quotedEnd(text, from)), 'https')
    return { ...found, url: `https:${found.url}` }
  }
  // `user@example.com` is an address, `./a.b` and `a/b.c` are paths.
  const before = text.charCodeAt(start - 1)
  if (before === 0x40 || before === 0x2f || before === 0x2e || before === 0x5c || before === 0x24) return undefined
  const end = urlEnd(text, dot, false)
  return nameOfHost.test(text.slice(start, Math.min(end, start + 254)))
    ? placed(text, start, end, undefined)
    : undefined
}

/** `![](//host/…)`, `src="//host/…"`: a browser takes the scheme of the page. */
const isWithoutScheme = /(?:\(<?|=["']?|["'])\/\/$/

const nameOfHost = /^(?:[\p{L}\p{M}\p{N}-]{1,63}\.){1,12}(?:\p{L}{2,24}|xn--[a-z0-9-]{2,59})(?![\p{L}\p{N}(_-])/iu

function placed(text: string, start: number, end: number, scheme: string | undefined): FoundUrl {
  const url = text.slice(start, end)
  const joined = scheme === undefined ? undefined : joins.exec(text.slice(end, end + maxJoined))
  const common = {
    start,
    end: end + (joined?.[0].length ?? 0),
    url,
    isJoined: joined != null,
    ...(scheme === undefined ? {} : { scheme }),
  }
  const before = text.slice(Math.max(0, start - 2), start)
  if (before.endsWith('(') || before.endsWith('(<')) return { ...common, ...markdownPlace(text, start) }
  const label = /^["']?[^<>]{0,200}>([^<>]{1,200})<\/a\b/i.exec(text.slice(end, end + 420))?.[1]
  const attribute = /(\b[a-z-]{2,12})\s{0,4}=\s{0,4}["']?\s{0,4}$/i
    .exec(text.slice(Math.max(0, start - 24), start))?.[1]
    ?.toLowerCase()
  if (attribute === 'src' || attribute === 'srcset' || attribute === 'background' || attribute === 'poster')
    return { ...common, place: 'image' }
  if (attribute === 'href' || attribute === 'action')
    return { ...common, place: 'link', ...(label === undefined ? {} : { label }) }
  // A reference of Markdown: `[1]: https://…`.
  const reference = /\[([^\][]{1,100})\]:\s{0,3}<?$/.exec(text.slice(Math.max(0, start - 106), start))?.[1]
  if (reference !== undefined) return { ...common, place: isOfImage(text, reference) ? 'image' : 'link' }
  return { ...common, place: 'text' }
}

/** An image names the reference: `![alt][1]`, `![1][]`, `![1]`. */
function isOfImage(text: string, reference: string): boolean {
  const bang = text.indexOf('![')
  if (bang < 0) return false
  const mark = `[${reference}]`
  let at = text.indexOf(mark, bang + 1)
  for (let looks = 0; at >= 0 && looks < maxUses; looks++, at = text.indexOf(mark, at + 1)) {
    if (text[at - 1] === '!') return true
    if (text[at - 1] === ']' && /!\[[^\][]{0,200}\]$/.test(text.slice(Math.max(0, at - 204), at))) return true
  }
  return false
}

/** So many uses of a reference are looked at. */
const maxUses = 16

export const maxJoined = 64
/** Of a page in JavaScript. */
const joins =
  /^\??["'`]\s{0,4}\+\s{0,4}(?:(?:encodeURIComponent|encodeURI|escape|btoa|JSON\.stringify|str|quote)\(){0,3}(?:(?:window\.|self\.)?(?:document\.(?:cookie|body|documentElement)|localStorage|sessionStorage)|(?:chat|conversation)(?:_?history|_?log)?\b|history\b|messages\b|system_?prompt\b|process\.env\b|os\.environ\b|credentials\b|secrets?\b)/i

function markdownPlace(text: string, start: number): Pick<FoundUrl, 'place' | 'label'> {
  const before = text.slice(Math.max(0, start - lookBack), start)
  const close = before.lastIndexOf('](')
  if (close < 0 || before.length - close > 3) return { place: /url\(<?$/i.test(before) ? 'image' : 'text' }
  const open = before.lastIndexOf('[', close)
  if (open < 0) return { place: 'link' }
  const label = before.slice(open + 1, close)
  return { place: before[open - 1] === '!' ? 'image' : 'link', label }
}

function urlEnd(text: string, from: number, isScript: boolean): number {
  const limit = Math.min(text.length, from + maxUrl)
  let end = from
  let depth = 0
  for (; end < limit; end++) {
    const unit = text.charCodeAt(end)
    if (
      unit <= 0x20 ||
      unit === 0x22 ||
      unit === 0x3c ||
      unit === 0x3e ||
      unit === 0x60 ||
      unit === 0xa0 ||
      unit === 0x3000
    ) {
      // A hole such as `<secret>` belongs to its URL.
      if (unit !== 0x3c || isScript || !/^<[a-z_ -]{2,40}>/i.test(text.slice(end, end + 42))) break
      end = text.indexOf('>', end)
      continue
    }
    // The end of the text of a Markdown link.
    if (unit === 0x5d && text.charCodeAt(end + 1) === 0x28) break
    if (unit === 0x28) depth++
    if (unit === 0x29 && --depth < 0) break
    if (unit >= 0x3001 && (unit === 0x3001 || unit === 0x300d || unit === 0xff0c || unit === 0xff09)) break
  }
  while (end > from && !isScript && trailing.includes(text[end - 1] ?? '')) end--
  return end
}

/** The end of an attribute: `src="https://example.com/?text=with spaces"`. */
function quotedEnd(text: string, start: number): number {
  const quote = text[start - 1]
  if ((quote !== '"' && quote !== "'") || text[start - 2] !== '=') return 0
  const inside = text.slice(start, start + maxQuoted)
  const end = inside.indexOf(quote)
  return end < 0 || inside.slice(0, end).includes('\n') ? 0 : start + end
}

const trailing = `.,;:!?'*_|`

function isLetter(unit: number): boolean {
  return (unit | 0x20) >= 0x61 && (unit | 0x20) <= 0x7a
}

/** Letters, digits, hyphens, and what is beyond ASCII: a letter in most cases, which is looked at later. */
function isHostUnit(unit: number): boolean {
  return (
    isLetter(unit) ||
    (unit >= 0x30 && unit <= 0x39) ||
    unit === 0x2d ||
    (unit >= 0xc0 && unit < 0x2000) ||
    unit >= 0x3040
  )
}
