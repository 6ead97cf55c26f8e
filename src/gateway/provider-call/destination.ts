import type { ProviderAccount } from '../../core/calls/registry.ts'
import { GatewayError } from '../../core/errors.ts'
import type { Dialect } from '../../core/model/dialect.ts'
import type { Provider, Surface } from '../../core/model/provider.ts'

export interface Destination {
  readonly path: string
  readonly host: string
  /** Names and values in turn. */
  readonly headers: readonly string[]
  /** The whole head but its length, for the usual case of a call without forwarded headers and query. */
  readonly head: string
}

/** What is asked of a surface. `dialect`: absent for endpoints without one. */
interface Asked {
  readonly path: string
  readonly model: string
  readonly stream: boolean
  readonly dialect: Dialect | undefined
}

/** Path and headers of an account's calls never change: they are put together once for each path and, where the URL holds it, each model. */
export function destinationOf(
  known: WeakMap<ProviderAccount, Map<string, Destination>>,
  account: ProviderAccount,
  surface: Surface,
  { path, model, stream, dialect }: Asked,
): Destination {
  let ofAccount = known.get(account)
  if (ofAccount === undefined) {
    ofAccount = new Map()
    known.set(account, ofAccount)
  }
  const { provider, baseUrl, options } = account
  const key = surface.url === undefined ? path : `${path} ${stream} ${model}`
  let destination = ofAccount.get(key)
  if (destination === undefined) {
    const url = new URL(surface.url?.({ baseUrl, path, model, options, stream }) ?? baseUrl + path)
    const headers = Object.entries({
      'content-type': 'application/json',
      accept: dialect === undefined ? '*/*' : `application/json, ${dialect.framing.contentType}`,
      'accept-encoding': 'identity',
      'user-agent': 'portcullis',
      ...provider.headers,
      ...provider.optionHeaders?.(options),
      ...(account.secret === undefined ? {} : authorization(account.secret, provider, surface, options)),
    }).flat()
    const pathAndQuery = url.pathname + url.search
    destination = {
      path: pathAndQuery,
      host: url.host,
      headers,
      head: headText('POST', pathAndQuery, url.host, headers),
    }
    // A caller chooses the model, so the number of entries and their length need a bound.
    if (ofAccount.size >= 1000) ofAccount.clear()
    if (key.length <= 512) ofAccount.set(key, destination)
  }
  return destination
}

function authorization(
  secret: string,
  provider: Provider,
  surface: Surface,
  options: ProviderAccount['options'],
): Readonly<Record<string, string>> {
  return surface.authorize?.(secret, options) ?? provider.authorize(secret, options)
}

interface SignedParts {
  readonly method: string
  readonly query: string
  readonly contentType: string
  /** SHA-256 of the body, in hex. */
  readonly payloadHash: string
}

/** Of a provider that wants each request signed: names and values in turn. */
export function signature(
  account: ProviderAccount,
  { path, host }: Destination,
  { method, query, contentType, payloadHash }: SignedParts,
): readonly string[] {
  const { sign } = account.provider
  if (sign === undefined) return none
  const headers = { host, 'content-type': contentType }
  const signed = sign({ method, path: withQuery(path, query), headers }, payloadHash, account, new Date())
  return signed === undefined ? none : Object.entries(signed).flat()
}

const none: readonly string[] = []

export function requestHead(
  destination: Destination,
  method: string,
  query: string,
  forwarded: readonly string[],
  length: number | undefined,
): string {
  const { path, host, headers, head } = destination
  const whole =
    query === '' && forwarded.length === 0 && method === 'POST'
      ? head
      : headText(method, withQuery(path, query), host, mergeHeaders(headers, forwarded))
  if (length === undefined) return `${whole}transfer-encoding: chunked\r\n\r\n`
  // RFC 9110, section 8.6: without a body, only methods that usually have one say so.
  return length === 0 && bodiless.has(method) ? `${whole}\r\n` : `${whole}content-length: ${length}\r\n\r\n`
}

const bodiless: ReadonlySet<string> = new Set(['GET', 'DELETE'])

function headText(method: string, path: string, host: string, headers: readonly string[]): string {
  let text = `${method} ${path} HTTP/1.1\r\nhost: ${host}\r\n`
  for (let index = 0; index < headers.length; index += 2) text += `${headers[index]}: ${headers[index + 1]}\r\n`
  // A line break in a credential or a path would be a second header, or a second request.
  if (!/^(?:[\t\x20-\x7e\x80-\xff]*\r\n)+$/.test(text)) {
    throw new GatewayError('upstream_unauthorized', 'The credential holds characters that no HTTP header can carry.')
  }
  return text
}

function withQuery(path: string, query: string): string {
  return query === '' ? path : path.includes('?') ? `${path}&${query.slice(1)}` : path + query
}

/** The client's forwarded headers replace the provider's defaults (`anthropic-version`), never the credential, which is not on the allow-list. */
function mergeHeaders(defaults: readonly string[], forwarded: readonly string[]): string[] {
  const merged: string[] = []
  for (let index = 0; index < defaults.length; index += 2) {
    const name = defaults[index] ?? ''
    if (!hasName(forwarded, name)) merged.push(name, defaults[index + 1] ?? '')
  }
  merged.push(...forwarded)
  return merged
}

function hasName(headers: readonly string[], name: string): boolean {
  for (let index = 0; index < headers.length; index += 2) if (headers[index] === name) return true
  return false
}
