import type { BlockList } from './block-lists.ts'
import type { SaidBefore } from './carried-talk.ts'
import {
  abusedSuffixes,
  brands,
  fieldsOfRedirector,
  harvestWords,
  isSharedHost,
  registeredDomain,
  shorteners,
} from './domains.ts'
import { exfiltrationScore } from './exfiltration.ts'
import type { FoundUrl } from './find-urls.ts'
import { homographScore, imitatedBrand } from './homographs.ts'
import { isMetadataAddress, isPrivateAddress, type NumericHost, numericHost } from './numeric-hosts.ts'
import { decoded, queryFields, type UrlParts, urlParts } from './url-parts.ts'

export type UrlRule =
  | 'homograph-host'
  | 'lookalike-host'
  | 'brand-in-wrong-place'
  | 'punycode-host'
  | 'userinfo-trick'
  | 'disguised-address'
  | 'address-host'
  | 'metadata-address'
  | 'open-redirect'
  | 'data-exfiltration'
  | 'script-url'
  | 'misleading-link'
  | 'dangerous-download'
  | 'shortened-url'
  | 'credential-request'
  | 'blocked-url'

export interface Sign {
  readonly rule: UrlRule
  readonly score: number
}

/** What a URL is judged by, and beside what. */
export interface UrlJudge {
  readonly blocked: BlockList
  readonly trusted: BlockList
  /** The text is the arguments of a tool. */
  readonly isCalled: boolean
  readonly said: SaidBefore
}

/** What is wrong with a URL. */
export function* judgeUrl(found: FoundUrl, { blocked, trusted, isCalled, said }: UrlJudge): Iterable<Sign> {
  const { url, scheme } = found
  if (scheme === 'javascript' || scheme === 'vbscript' || scheme === 'data') return yield* judgeScript(found)
  const parts = urlParts(url, scheme)
  if (blocked.has(parts.host, url)) yield sign('blocked-url', 1)
  if (trusted.has(parts.host, url) || (scheme === undefined && !looksLikeHost(parts))) return
  yield* judgeHost(parts, found)
  if (scheme === undefined) return
  yield* judgeUserinfo(parts)
  yield* judgeRedirect(parts)
  const download = downloadScore(parts, scheme)
  if (download > 0) yield sign('dangerous-download', download)
  const exfiltration = exfiltrationScore(parts, { ...found, isCalled, said })
  if (exfiltration > 0) yield sign('data-exfiltration', exfiltration)
}

function sign(rule: UrlRule, score: number): Sign {
  return { rule, score }
}

function* judgeHost(parts: UrlParts, { scheme, label }: FoundUrl): Iterable<Sign> {
  const { host, unicodeHost } = parts
  if (host === '') return
  if (isMetadataAddress(host)) yield sign('metadata-address', 0.7)
  const numeric = scheme === undefined ? undefined : numericHost(host)
  if (numeric !== undefined) return yield* judgeAddress(numeric, parts)
  if (/[^\0-\x7f]/.test(unicodeHost)) {
    const score = homographScore(unicodeHost)
    if (score > 0) return yield sign('homograph-host', score)
  }
  if (host.includes('xn--')) yield sign('punycode-host', 0.3)
  const domain = registeredDomain(host)
  if (shorteners.has(domain) && parts.path.length > 1) yield sign('shortened-url', 0.3)
  yield* judgeBrand(parts, domain)
  if (label !== undefined && scheme !== undefined) yield* judgeLabel(label, domain)
}

function* judgeAddress({ kind, address }: NumericHost, { path }: UrlParts): Iterable<Sign> {
  if (kind === 'disguised') {
    yield sign(isMetadataAddress(address) ? 'metadata-address' : 'disguised-address', 0.9)
  } else if (!isPrivateAddress(address) && !isMetadataAddress(address)) {
    const asks = harvestWords.some((word) => path.toLowerCase().includes(word))
    yield sign('address-host', asks ? 0.7 : 0.4)
  }
}

function* judgeBrand({ host, path }: UrlParts, domain: string): Iterable<Sign> {
  const labels = host.split('.')
  const suffix = labels.at(-1) ?? ''
  const ownLabel = domain.split('.')[0] ?? ''
  const bare = host.replaceAll('-', '')
  const hasHarvest = (text: string) => harvestWords.some((word) => text.includes(word))
  for (const word of labels.slice(0, -1).flatMap((label) => label.split('-'))) {
    const imitated = imitatedBrand(word)
    if (imitated !== undefined)
      return yield sign('lookalike-host', word === ownLabel || hasHarvest(host + path) ? 0.85 : 0.6)
  }
  for (const [brand, own] of brands) {
    if (
      !(host.includes(brand) || (brand.length >= 8 && bare.includes(brand))) ||
      own.includes(domain) ||
      own.includes(host)
    )
      continue
    if (ownLabel === brand && !isSharedHost(host) && !abusedSuffixes.has(suffix)) continue
    const name = brandedLabel(labels, brand, hasHarvest)
    if (name === undefined) continue
    const rest = host.includes(brand) ? host.replace(brand, '') : bare.replace(brand, '')
    // `paypal.com.example.xyz`: the true host stands in front of another.
    const isPrefixed = new RegExp(`(?:^|\\.)${brand}[.-](?:com|net|org|de|co|fr|us|uk|es|it|br|in)[.-]`).test(host)
    if (isPrefixed && ownLabel !== brand) return yield sign('brand-in-wrong-place', 0.95)
    if (hasHarvest(rest)) return yield sign('brand-in-wrong-place', 0.85)
    if (hasHarvest(path.toLowerCase()) && (isSharedHost(host) || abusedSuffixes.has(suffix)))
      return yield sign('brand-in-wrong-place', 0.75)
    if (abusedSuffixes.has(suffix) && name === brand) return yield sign('brand-in-wrong-place', 0.5)
  }
  const asks = harvestWords.filter((word) => word.length > 4 && host.includes(word)).length
  if (asks >= 2 && (abusedSuffixes.has(suffix) || isSharedHost(host) || labels.length > 4))
    yield sign('brand-in-wrong-place', 0.6)
}

/** The label that names a brand: as a word of it, or run together with what phishing adds. */
function brandedLabel(
  labels: readonly string[],
  brand: string,
  hasHarvest: (text: string) => boolean,
): string | undefined {
  return labels.slice(0, -1).find((label) => {
    if (label === brand || label.split('-').includes(brand)) return true
    if (brand.length >= 5 && label.includes(brand) && hasHarvest(label.replace(brand, ' '))) return true
    return brand.length >= 8 && label.includes('-') && label.replaceAll('-', '').includes(brand)
  })
}

function* judgeUserinfo({ userinfo, host }: UrlParts): Iterable<Sign> {
  if (userinfo === '') return
  const user = decoded(userinfo.split(':')[0] ?? '').toLowerCase()
  const looksLikeSite = /^(?:https?[:/]{0,3})?(?:[\w-]{1,63}\.)+(?:[a-z]{2,24})(?:[:/\\?#].*)?$/.test(
    user.slice(0, 300),
  )
  const brand = user.split(/[^a-z0-9]/).find((word) => brands.has(word))
  if (looksLikeSite || userinfo.includes('%2f') || userinfo.includes('%2F')) return yield sign('userinfo-trick', 0.95)
  if (brand !== undefined && !host.includes(brand)) yield sign('userinfo-trick', 0.85)
}

const redirectField =
  /^(?:url|uri|u|r|q|to|go|goto|link|out|target|dest|destination|redir|redirect|redirect_?ur[il]|redirect_?to|return|return_?ur[il]|return_?to|next|continue|rurl|forward|callback|image_url|view|checkout_url|success_?url|logout|site|domain|location|returnpath|adurl)$/
const sharers =
  /(?:^|\.)(?:facebook\.com|twitter\.com|x\.com|linkedin\.com|reddit\.com|pinterest\.com|t\.me|telegram\.me|api\.whatsapp\.com|web\.archive\.org|validator\.w3\.org|translate\.google\.com|pagespeed\.web\.dev|getpocket\.com|news\.ycombinator\.com|tumblr\.com|vk\.com)$/

function* judgeRedirect({ host, path, query }: UrlParts): Iterable<Sign> {
  if (query === '' || !/https?|%2f%2f|\/\/|\\\\|script|data:/i.test(query)) return
  const known = fieldsOfRedirector(host, path)
  if (known.length === 0 && sharers.test(host)) return
  const fields = queryFields(query)
  // OAuth names where the answer goes; the server checks it.
  if (fields.some(([name]) => name === 'client_id' || name === 'response_type' || name.startsWith('saml'))) return
  for (const [name, value] of fields) {
    if (!(known.length === 0 ? redirectField.test(name) : known.includes(name))) continue
    if (/^\s{0,8}(?:javascript|vbscript|data):/i.test(value)) return yield sign('open-redirect', 0.85)
    const scheme = /^(https?|ftp):/i.exec(value)?.[1] ?? (/^[/\\]{2}/.test(value) ? 'http' : undefined)
    if (scheme === undefined) continue
    const target = urlParts(/^[a-z]/i.test(value) ? value.slice(0, 2048) : `http:${value.slice(0, 2048)}`, scheme)
    if (registeredDomain(target.host) === registeredDomain(host) || target.host === '' || host === 'localhost') continue
    let worst = 0
    const signs = judgeHost(target, { start: 0, end: 0, url: value, scheme, place: 'text', isJoined: false })
    for (const { score } of signs) worst = Math.max(worst, score)
    const isRedirector =
      known.length > 0 ||
      /redir|\/url$|\/out|\/away|\/go(?:to)?\b|\/link|\/click|\/r\/?$|logout|login|signin|\/l\.php|adurl/i.test(path)
    const isAbused = abusedSuffixes.has(target.host.split('.').at(-1) ?? '')
    return yield sign(
      'open-redirect',
      Math.min(0.95, (isRedirector ? 0.65 : 0.55) + (worst >= 0.4 || isAbused ? 0.25 : 0)),
    )
  }
}

/** The text of a link names another site than where the link leads. */
function* judgeLabel(label: string, domain: string): Iterable<Sign> {
  const shown = /^\s{0,4}[*_`]{0,3}(https?:\/\/)?((?:[\w-]{1,63}\.){1,8}([a-z]{2,24}))(?=[:/?#*_`\s]|$)/i.exec(label)
  if (shown === null) return
  const [, scheme, host = '', suffix = ''] = shown
  const isSite =
    scheme !== undefined ||
    host.startsWith('www.') ||
    /^(?:com|net|org|gov|edu|io|ai|de|uk|fr|eu|co|us|bank)$/i.test(suffix)
  if (isSite && registeredDomain(host.toLowerCase()) !== domain) yield sign('misleading-link', 0.75)
}

const programs = /\.(?:exe|scr|pif|bat|cmd|com|ps1|vbs|vbe|jse|wsf|hta|msi|lnk|apk|jar|dll|iso|img|elf|bin|sh)$/i
const doubled =
  /\.(?:pdf|docx?|xlsx?|pptx?|jpe?g|png|gif|txt|mp[34]|zip|html?)\.(?:exe|scr|pif|bat|cmd|com|ps1|vbs|js|jse|wsf|hta|msi|lnk|apk|jar|iso)$/i

function downloadScore({ host, path }: UrlParts, scheme: string): number {
  if (scheme === 'file' || scheme === 'smb') return 0
  if (scheme === 'ldap' || scheme === 'ldaps' || scheme === 'rmi' || scheme === 'jar')
    return /\.\w|\d/.test(host) && path.length > 1 ? 0.4 : 0
  if (doubled.test(path)) return 0.85
  if (!programs.test(path)) return 0
  const numeric = numericHost(host)
  if (numeric !== undefined) return isPrivateAddress(numeric.address) ? 0.4 : 0.85
  if (abusedSuffixes.has(host.split('.').at(-1) ?? '')) return 0.7
  return scheme === 'http' && /\.(?:exe|scr|pif|hta|vbs|ps1|apk|bat)$/i.test(path) && !isPrivateName(host) ? 0.5 : 0
}

function isPrivateName(host: string): boolean {
  return !host.includes('.') || /\.(?:local|internal|lan|test|example|invalid|localhost)$/.test(host)
}

function* judgeScript({ url, scheme, place }: FoundUrl): Iterable<Sign> {
  const body = decoded(url.slice(url.indexOf(':') + 1))
  if (scheme === 'data') {
    if (
      /^(?:text\/html|application\/(?:x-)?(?:java|ecma)script|text\/javascript|text\/xml|application\/xhtml|application\/x-msdownload|application\/hta)/i.test(
        body,
      )
    )
      yield sign('script-url', 0.8)
    else if (/^image\/svg\+xml/i.test(body) && hasScript(body)) yield sign('script-url', 0.85)
    return
  }
  if (/^(?:void\(?\s{0,4}0?\)?|;|undefined|false|\/\/)?;?$/i.test(body)) return
  if (/[(=`]/.test(body)) yield sign('script-url', place === 'text' ? 0.75 : 0.9)
}

function hasScript(body: string): boolean {
  const comma = body.indexOf(',')
  const isBase64 = /;base64$/i.test(body.slice(0, comma))
  const svg = isBase64 ? Buffer.from(body.slice(comma + 1), 'base64').toString('latin1') : body
  return /<script|\bon[a-z]{3,20}\s{0,4}=|javascript:|<foreignobject/i.test(svg)
}

/** A host without a scheme does not end as names of files and members of programs do. */
function looksLikeHost({ host, path }: UrlParts): boolean {
  if (host.startsWith('www.') || path !== '') return true
  const suffix = host.slice(host.lastIndexOf('.') + 1)
  return !/^(?:js|ts|tsx|jsx|py|rb|go|rs|md|html?|json|ya?ml|css|sh|txt|java|cs|cpp|php|pl|so|zip|mov|exe|dll|log|xml|csv|pdf|png|jpe?g|gif|svg|length|map|name|test|data|value|get|set|log|push|then|format|join|split)$/.test(
    suffix,
  )
}
