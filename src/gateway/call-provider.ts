import type { ModelCall, ModelReply } from '../core/call.ts'
import { GatewayError } from '../core/errors.ts'
import { type Provider, type Surface, surfaceFor } from '../core/provider.ts'
import type { Limits, ProviderAccount, Target } from '../core/registry.ts'
import type { Credentials } from './credentials.ts'
import { encodeCall } from './encode-call.ts'
import type { Connection } from './outbound/connection.ts'
import { networkError } from './outbound/network-error.ts'
import { ProviderReply } from './provider-reply.ts'

export interface CallProviderOptions {
  readonly limits: Limits
  readonly credentials: Pick<Credentials, 'usable' | 'refused'>
  /** A free connection to the account's base URL. Throws `overloaded` or `blocked_address`. */
  acquire(account: ProviderAccount, limits: Limits): Connection
  /** A new connection, in place of one that was cut. Throws `blocked_address`. */
  replace(account: ProviderAccount, limits: Limits): Connection
}

/** The last step: encodes, signs, sends, and gives the reply when its first event (or its whole body) is there. */
export function callProvider({
  limits,
  credentials,
  acquire,
  replace,
}: CallProviderOptions): (call: ModelCall, target: Target) => Promise<ModelReply> {
  const destinations = new WeakMap<ProviderAccount, Map<string, Destination>>()
  return async (call, target) => {
    const { account } = target
    const { endpoint } = call
    const client = endpoint.kind === 'dialect' ? endpoint.dialect : undefined
    // An endpoint beside a dialect stands where its family does (`/v1/embeddings` beside Chat Completions).
    const family = endpoint.kind === 'dialect' ? endpoint.dialect : endpoint.errorDialect
    const surface = surfaceFor(account.provider, family, target.model)
    const dialect = client === undefined ? undefined : surface.dialect
    const { path, bytes, dropped } = encodeCall(call, target, surface)
    if (dropped.length > 0) call.emit({ type: 'parameters-dropped', names: dropped })
    call.emit({ type: 'attempt-started', target, ...(dialect === undefined ? {} : { dialect }) })
    const started = performance.now()
    const ended = (result: { status?: number; errorCode?: string }): void =>
      call.emit({
        type: 'attempt-ended',
        attempt: {
          account: account.id,
          provider: account.provider.id,
          model: target.model,
          durationMs: performance.now() - started,
          ...result,
        },
      })
    // As it is sent: with a token in place of the credential that it was traded for.
    let usable = account
    try {
      const found = credentials.usable(account, { lifetime: call.lifetime, timeoutMs: target.timeoutMs })
      // Most accounts have their credential at once, and no call waits a turn for nothing.
      usable = found instanceof Promise ? await found : found
      const attempt = usable === account ? target : { ...target, account: usable, ...timeLeft(target, started) }
      const destination = destinationOf(destinations, usable, surface, path, target.model, call.stream)
      const isSame = surface.dialect === client || endpoint.kind === 'count-tokens'
      const query = isSame ? call.query : ''
      const signed = signature(usable, destination, query, bytes)
      const headers = signed.length === 0 ? call.headers : [...call.headers, ...signed]
      const head = requestHead(destination, query, headers, bytes.length)
      const reply = await new Promise<ModelReply>((resolve, reject) => {
        const connection = acquire(account, limits)
        const reconnect = (): Connection => replace(account, limits)
        new ProviderReply({
          call,
          target: attempt,
          dialect,
          limits,
          head,
          body: bytes,
          reconnect,
          resolve,
          reject,
        }).start(connection)
      })
      ended({ status: reply.status })
      return reply
    } catch (fault) {
      const error = fault instanceof GatewayError ? fault : networkError(fault as Error, account.id)
      if (error.code === 'upstream_unauthorized' && usable !== account) credentials.refused(usable)
      ended({ errorCode: error.code, ...(error.wire === undefined ? {} : { status: error.status }) })
      throw error
    }
  }
}

/** Waiting for a token takes from the time of the attempt. */
function timeLeft({ timeoutMs }: Target, started: number): { timeoutMs?: number } {
  return timeoutMs === undefined ? {} : { timeoutMs: Math.max(1, timeoutMs - Math.floor(performance.now() - started)) }
}

interface Destination {
  readonly path: string
  readonly host: string
  /** Names and values in turn. */
  readonly headers: readonly string[]
  /** The whole head but its length, for the usual case of a call without forwarded headers and query. */
  readonly head: string
}

/** Path and headers of an account's calls never change: they are put together once for each path and, where the URL holds it, each model. */
function destinationOf(
  known: WeakMap<ProviderAccount, Map<string, Destination>>,
  account: ProviderAccount,
  surface: Surface,
  path: string,
  model: string,
  stream: boolean,
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
      accept: `application/json, ${surface.dialect.framing.contentType}`,
      'accept-encoding': 'identity',
      'user-agent': 'portcullis',
      ...provider.headers,
      ...provider.optionHeaders?.(options),
      ...(account.secret === undefined ? {} : authorization(account.secret, provider, surface, options)),
    }).flat()
    const pathAndQuery = url.pathname + url.search
    destination = { path: pathAndQuery, host: url.host, headers, head: headText(pathAndQuery, url.host, headers) }
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

/** Of a provider that wants each request signed: names and values in turn. */
function signature(
  account: ProviderAccount,
  { path, host }: Destination,
  query: string,
  body: Buffer,
): readonly string[] {
  const { sign } = account.provider
  if (sign === undefined) return none
  const headers = { host, 'content-type': 'application/json' }
  const signed = sign({ method: 'POST', path: withQuery(path, query), headers }, body, account, new Date())
  return signed === undefined ? none : Object.entries(signed).flat()
}

const none: readonly string[] = []

function requestHead(destination: Destination, query: string, forwarded: readonly string[], length: number): string {
  const { path, host, headers, head } = destination
  const whole =
    query === '' && forwarded.length === 0
      ? head
      : headText(withQuery(path, query), host, mergeHeaders(headers, forwarded))
  return `${whole}content-length: ${length}\r\n\r\n`
}

function headText(path: string, host: string, headers: readonly string[]): string {
  let text = `POST ${path} HTTP/1.1\r\nhost: ${host}\r\n`
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
