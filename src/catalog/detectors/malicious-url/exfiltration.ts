import { isQuestion, isTalk, isTalkOfNoPage, isTalkOfNoUsualPage, type SaidBefore, spoken } from './carried-talk.ts'
import { catchAllHosts, outOfBandHosts, registeredDomain } from './domains.ts'
import type { UrlPlace } from './find-urls.ts'
import { decoded, queryFields, type UrlParts } from './url-parts.ts'

/** Where a URL stands, and beside what. */
export interface UrlSurroundings {
  readonly url: string
  readonly place: UrlPlace
  /** A script adds something secret to its end. */
  readonly isJoined: boolean
  /** It stands in the arguments of a tool, so that it is fetched without a click. */
  readonly isCalled: boolean
  readonly said: SaidBefore
}

/** How sure it is that a URL carries away what a conversation holds. */
export function exfiltrationScore(parts: UrlParts, around: UrlSurroundings): number {
  const { place, said } = around
  if (around.isJoined && /[?=/&]/.test(parts.path + parts.query)) return 0.9
  const domain = registeredDomain(parts.host)
  const isCatchAll = catchAllHosts.has(domain)
  const hasMore = parts.query !== '' || place === 'image'
  let score = outOfBandHosts.has(domain) ? 0.75 : isCatchAll && hasMore ? 0.7 : 0
  if (isHarmless(parts.host, domain)) return score
  const fields = queryFields(parts.query)
  for (const [name, value] of fields) score = Math.max(score, holeScore(name, value, place, isCatchAll))
  const pieces = [...decoded(parts.path).split('/').slice(0, 32), ...parts.host.split('.')]
  for (const piece of pieces) score = Math.max(score, pieceHoleScore(piece, place))
  // A picture of a document, with the signature that it has there, tells nobody anything.
  if (said.holds(around.url)) return score
  for (const [name, value] of fields) score = Math.max(score, fieldScore(name, value, place, isCatchAll))
  for (const piece of pieces) score = Math.max(score, pieceScore(piece, place))
  return Math.max(score, spreadScore(fields, place), talkScore(parts, fields, pieces, around))
}

/** Hidden text in several fields, of which each is too short to tell. */
function spreadScore(fields: readonly (readonly [string, string])[], place: UrlPlace): number {
  if (fields.length < 3) return 0
  const short = fields.filter(([name, value]) => name.length <= 3 && value.length <= 64).map(([, value]) => value)
  return short.length >= 3 && hiddenText(short.join('')) !== undefined ? (place === 'image' ? 0.85 : 0.6) : 0
}

/** Fields that nothing but a conversation is put in. */
const ofConversation =
  /^(?:conversation|chat(?:_?(?:history|log))?|history|transcript|system_?prompt|memory|memories|messages|exfil|stolen|leak(?:ed)?|dump|secrets?|passw(?:or)?d|pwd|creds?|credentials|cookies?|ssn|user_?(?:data|info|message|prompt))$/
const searched = /^(?:q|query|search|search_query|s|term|terms|keywords?|k|text|w|wd|p)$/

/** What was said, in words: of the user, or quoted from the conversation. */
function talkScore(
  { path, host }: UrlParts,
  fields: readonly (readonly [name: string, value: string])[],
  pieces: readonly string[],
  { place, isCalled, said }: UrlSurroundings,
): number {
  const isFetched = place === 'image' || isCalled
  const isSearch = isPublicSearch(host) || /\/(?:search|find|results|maps?|s)\b/i.test(path)
  const isEngine = engines.test(host.replace(ofEngines, ''))
  let score = 0
  for (const [name, value] of fields) {
    if (value.length < 4 || signature.test(name) || holeIn(value) !== undefined) continue
    const words = spoken(value)
    const count = words === '' ? 0 : words.split(' ').length
    if (ofConversation.test(name) && !/^(?:true|false|on|off|yes|no|all|none|\d{1,6})$/i.test(value))
      score = Math.max(score, isFetched ? 0.75 : count >= 3 ? 0.65 : 0)
    // A tool looks up what it was asked to: at a search engine, or as a question at a site's own search.
    if (place !== 'image' && isCalled && searched.test(name) && (isEngine || (isSearch && isQuestion(words)))) continue
    if (count >= 3 && (isFetched ? isTalk(words) : !isSearch && isTalkOfNoPage(words)))
      score = Math.max(score, isFetched ? 0.8 : 0.65)
    if (isFetched && mail.test(value) && place === 'image') score = Math.max(score, 0.6)
    if (isSearch || (isCalled && searched.test(name))) continue
    if (count >= 5 && said.quotes(words)) score = Math.max(score, place === 'image' ? 0.85 : isCalled ? 0.65 : 0.55)
  }
  if (place !== 'image' && !isCalled) return score
  for (const piece of pieces) {
    if (piece.length < 16) continue
    const words = spoken(piece.replace(/\.[a-z]{2,4}$/, ''))
    if (words.split(' ').length < 4) continue
    if (place === 'image' ? isTalkOfNoPage(words) : isTalkOfNoUsualPage(words)) score = Math.max(score, 0.7)
    else if (place === 'image' && said.quotes(words)) score = Math.max(score, 0.6)
  }
  return score
}

const mail = /^[\w.+-]{1,64}@[\w-]{1,63}(?:\.[\w-]{1,63}){1,4}$/

/** Sites that answer what is asked in their address, or that post what stands there. */
function isPublicSearch(host: string): boolean {
  return /(?:^|\.)(?:google|bing|duckduckgo|yahoo|ecosia|startpage|brave|qwant|baidu|yandex|wikipedia|wiktionary|youtube|amazon|ebay|github|stackoverflow|stackexchange|reddit|twitter|x|facebook|linkedin|telegram|whatsapp|deepl|wolframalpha|arxiv|openstreetmap|waze|npmjs|pypi|crates|mozilla|microsoft|apple)\.[a-z.]{2,7}$/.test(
    host,
  )
}

/** Those whose owner alone reads what is asked there. */
const engines =
  /^(?:google\.(?:com|[a-z]{2}|com?\.[a-z]{2})|bing\.com|duckduckgo\.com|(?:yahoo|ecosia|startpage|brave|qwant|baidu|wolframalpha|github|stackoverflow|stackexchange|reddit|youtube|mozilla|microsoft|apple|npmjs)\.(?:com|org)|yandex\.(?:ru|com)|wikipedia\.org|wiktionary\.org|arxiv\.org|pypi\.org|crates\.io)$/
const ofEngines = /^(?:www|m|search|scholar|news|maps|images|lite|html|support|learn|developer|[a-z]{2})\./

/** Names of what an instruction wants to have sent away. */
const sensitive =
  /conversation|chat[_ -]?(?:history|log|content)|history|system[_ -]?prompt|secret|passw|user[_ -]?(?:data|info|input|message|prompt|name|email)|memor(?:y|ies)|previous|confidential|private|credential|cookie|all[_ -]?messages|messages?\b|e-?mails?\b|inbox|api[_ -]?keys?|\bkeys?\b|env(?:ironment)?\b|context|summary|answer|document|file[_ -]?content|session|exfil|stolen|leak|ssn|card/i
const carrier =
  /^(?:d|data|q|c|m|s|p|t|x|b|b64|base64|msg|message|text|content|payload|body|log|leak|exfil|info|context|history|chat|conversation|summary|secret|secrets|prompt|cookie|cookies|session|key|keys|password|pass|creds?|user|email|stolen|dump|input|output|response|answer|note|result|out|value|v|param|query|z|i|k|h)$/
/** Fields that carry a signature or a token of who serves an image. */
const signature =
  /^(?:x-(?:amz|goog|oss|cos)-.*|sig|signature|sign|token|jwt|expires|policy|key-pair-id|googleaccessid|awsaccesskeyid|hash|hmac|auth|se|sp|sv|sr|st|ixid|ixlib|oh|oe|_nc_.*|utm_.*|gclid|fbclid|state|code|nonce|id_token|access_token|saml.*|ticket|cb|cache|ver|version|rev|etag|cid|sid|uid|fs|fit|crop)$/

function holeScore(name: string, value: string, place: UrlPlace, isCatchAll: boolean): number {
  const hole = holeIn(value)
  if (hole === undefined) return 0
  const isSensitive = sensitive.test(hole) || /exfil|leak|stolen|secret|history|conversation/.test(name)
  if (place === 'image')
    return isSensitive
      ? 0.95
      : carrier.test(name) && !/^(?:w|h|width|height|size|id|url|src|name)$/i.test(hole.trim())
        ? 0.75
        : 0
  // `?api_key={API_KEY}` is how documents of an API write.
  const isDocumented =
    /^[^a-z]*(?:your[_ -]?)?(?:api[_ -]?key|key|token|secret|password|e-?mail|user[_ -]?name|session|card|file|document)s?[^a-z]*$/i.test(
      hole,
    )
  return isSensitive && (!isDocumented || isCatchAll) ? 0.7 : 0
}

function fieldScore(name: string, value: string, place: UrlPlace, isCatchAll: boolean): number {
  if (holeIn(value) !== undefined) return 0
  if (value.length < 16 || signature.test(name)) return 0
  const text = hiddenText(value)
  if (text !== undefined) {
    // A link may carry an address or a state of its own in base64.
    if (/^(?:https?:|\{"|\[|<\?xml|<svg|\/)/.test(text) && place !== 'image' && !isCatchAll)
      return sensitive.test(text) ? 0.6 : 0
    return place === 'image' || isCatchAll ? 0.9 : carrier.test(name) ? 0.7 : 0.5
  }
  const isProse = value.length >= 24 && value.split(/[\s,;|]+/, 6).length >= 4
  const namesData = /[\w.]{2,}@[\w-]{2,}\.|passw|\bsk-|secret|api[ _-]?key|\bssn\b|\d{3}-\d{2}-\d{4}/i.test(value)
  const holdsData = /[\w.]{2,}@[\w-]{2,}\.|\bsk-\w{16}|\b\d{3}-\d{2}-\d{4}\b/i.test(value)
  if (place === 'image' && namesData) return 0.85
  if (place === 'image' && isProse && carrier.test(name)) return 0.65
  if (place === 'image' && isProse && !/^(?:alt|title|caption|label|subtitle|heading|name|font|prompt)$/.test(name))
    return 0.55
  if (isCatchAll && (isProse || namesData)) return 0.8
  return holdsData && isProse && carrier.test(name) ? 0.5 : 0
}

function pieceHoleScore(piece: string, place: UrlPlace): number {
  const hole = holeIn(piece)
  return hole !== undefined && place === 'image' && sensitive.test(hole) ? 0.85 : 0
}

function pieceScore(piece: string, place: UrlPlace): number {
  if (holeIn(piece) !== undefined) return 0
  if (piece.length < 24) return 0
  return hiddenText(piece.replace(/\.[a-z]{2,4}$/, '')) === undefined ? 0 : place === 'image' ? 0.8 : 0.5
}

/** What stands between the brackets of a hole that a program or a model is to fill. */
function holeIn(value: string): string | undefined {
  const bracketed = brackets
    .exec(value)
    ?.slice(1)
    .find((name) => name !== undefined)
  return bracketed ?? capitals.exec(value)?.[1]
}

const brackets =
  /\{\{([^{}]{1,64})(?:\}\}|$)|\$\{([^{}]{1,64})\}|\{([a-z_ -]{1,64})\}|<([a-z_ -]{2,64})>|\[([a-z_ -]{3,64})\]|%%?([a-z_]{3,40})%/i
const capitals = /(?:^|[^A-Za-z0-9])([A-Z]{2,20}(?:_[A-Z]{2,20}){1,5}|INSERT[_ -].{1,40})(?![A-Za-z0-9])/

/** Base64 or hexadecimal that is a text: what is signed or random does not decode to one. */
function hiddenText(value: string): string | undefined {
  if (value.length < 16 || value.length > 4096) return undefined
  if (/^(?:[0-9a-f]{2}){12,}$/i.test(value)) return readable(Buffer.from(value, 'hex'))
  if (!/^[A-Za-z0-9+/_ -]{16,}={0,2}$/.test(value) || !/\d|[a-z][A-Z]/.test(value)) return undefined
  return readable(Buffer.from(value.replaceAll(' ', '+'), 'base64'))
}

function readable(bytes: Buffer): string | undefined {
  if (bytes.length < 10) return undefined
  for (const byte of bytes)
    if ((byte < 0x20 && byte !== 0x0a && byte !== 0x0d && byte !== 0x09) || byte > 0x7e) return undefined
  return bytes.toString('latin1')
}

/** Hosts that draw a picture of the text that they are given. */
function isHarmless(host: string, domain: string): boolean {
  return (
    /^(?:img\.)?shields\.io$|^quickchart\.io$|^chart\.googleapis\.com$|^chart\.apis\.google\.com$|^latex\.codecogs\.com$|^mermaid\.ink$|^kroki\.io$|^api\.qrserver\.com$|^maps\.(?:googleapis|google)\.[a-z]{2,3}$|^api\.mapbox\.com$|^dev\.virtualearth\.net$|^static-maps\.yandex\.ru$|^readme-typing-svg/.test(
      host,
    ) ||
    /^(?:placehold\.co|placeholder\.com|dummyimage\.com|plantuml\.com|codecogs\.com|badgen\.net|imgix\.net|cloudinary\.com|gravatar\.com|ui-avatars\.com|dicebear\.com|robohash\.org|geoapify\.com|pollinations\.ai|localhost)$/.test(
      domain,
    )
  )
}
