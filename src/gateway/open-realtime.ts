import type { IncomingMessage } from 'node:http'
import type { LookupFunction } from 'node:net'
import { WebSocket } from 'ws'
import type { RoutedCall } from '../core/calls/call.ts'
import type { Limits, ProviderAccount, Target } from '../core/calls/registry.ts'
import { GatewayError } from '../core/errors.ts'
import { credentialFilter } from './credentials/credential-filter.ts'
import type { Credentials } from './credentials/credentials.ts'
import { headersForAccount } from './outbound/headers.ts'
import { networkError } from './outbound/network-error.ts'
import { providerHead } from './provider-call/provider-head.ts'
import { upstreamError } from './provider-call/upstream-error.ts'

/** A session that a client asks for: `GET /v1/realtime?model=…` with `Upgrade: websocket`. */
export interface RealtimeCall extends RoutedCall {
  /** The client's path: which endpoint of the provider is meant. */
  readonly path: string
  /** Client headers that may go to a provider: names and values in turn. */
  readonly headers: readonly string[]
}

/** The provider's side of a session, open. */
export interface RealtimeSession {
  readonly target: Target
  /** Paused: it reads nothing before it is resumed, so that no event is lost. */
  readonly socket: WebSocket
}

export interface OpenRealtimeOptions {
  readonly limits: Limits
  readonly credentials: Pick<Credentials, 'usable' | 'refused'>
  /** Resolves a host to addresses that were checked for the account. Throws `blocked_address` for a base URL that names one itself. */
  lookupFor(account: ProviderAccount): LookupFunction
}

const HANDSHAKE_TIMEOUT_MS = 10_000
const MAX_ERROR_BYTES = 64 * 1024

/** Opens a session with a target. Rejects with the fault of the provider or of the network. */
export function openRealtime({
  limits,
  credentials,
  lookupFor,
}: OpenRealtimeOptions): (call: RealtimeCall, target: Target) => Promise<RealtimeSession> {
  const attempt = async (call: RealtimeCall, target: Target, isLast: boolean): Promise<RealtimeSession> => {
    const { account, model } = target
    const url = sessionUrl(target, call.path)
    call.emit({ type: 'attempt-started', target })
    const started = performance.now()
    const ended = (result: { status?: number; errorCode?: string }): void =>
      call.emit({
        type: 'attempt-ended',
        attempt: {
          account: account.id,
          provider: account.provider.id,
          model,
          durationMs: performance.now() - started,
          ...result,
        },
      })
    let usable = account
    try {
      usable = await credentials.usable(account, { lifetime: call.lifetime, timeoutMs: target.timeoutMs })
      // What the provider says is searched for the very secret that it was sent.
      const usableTarget = { ...target, account: usable }
      const socket = await handshake(url, call, usableTarget, limits, lookupFor(account))
      ended({ status: 101 })
      return { target: usableTarget, socket }
    } catch (fault) {
      const error = fault instanceof GatewayError ? fault : networkError(fault as Error, account.id)
      ended({ errorCode: error.code })
      const isRenewed = usable !== account && credentials.refused(usable, error)
      if (isLast || !isRenewed || call.lifetime.reason !== undefined) throw error
      return await attempt(call, target, true)
    }
  }
  return (call, target) => attempt(call, target, false)
}

function sessionUrl({ account, model }: Target, clientPath: string): URL {
  const { provider, baseUrl, options } = account
  const path = provider.passThrough?.[clientPath]
  if (path === undefined) {
    throw new GatewayError('unsupported_endpoint', `The provider "${provider.id}" does not serve ${clientPath}.`)
  }
  const url = new URL(provider.url?.({ baseUrl, path, model, options, stream: true }) ?? baseUrl + path)
  url.protocol = url.protocol === 'http:' ? 'ws:' : 'wss:'
  url.searchParams.set('model', model)
  return url
}

function handshake(
  url: URL,
  call: RealtimeCall,
  target: Target,
  limits: Limits,
  lookup: LookupFunction,
): Promise<WebSocket> {
  const { account } = target
  const headers: Record<string, string> = { 'user-agent': 'portcullis' }
  const passed = headersForAccount(call.headers, account, call.id)
  for (let index = 0; index < passed.length; index += 2) {
    headers[passed[index] ?? ''] = passed[index + 1] ?? ''
  }
  Object.assign(
    headers,
    account.provider.optionHeaders?.(account.options),
    account.secret === undefined ? {} : account.provider.authorize(account.secret, account.options),
  )
  return new Promise((resolve, reject) => {
    const socket = new WebSocket(url, {
      headers,
      lookup,
      handshakeTimeout: HANDSHAKE_TIMEOUT_MS,
      maxPayload: limits.maxStreamEventBytes,
      // Compressed messages of two peers would need two windows of memory each, and audio does not shrink.
      perMessageDeflate: false,
      autoPong: false,
      followRedirects: false,
    })
    const removeEndListener = call.lifetime.onEnd((reason) => {
      socket.terminate()
      reject(reason)
    })
    socket.once('open', () => {
      removeEndListener()
      socket.pause()
      resolve(socket)
    })
    socket.once('unexpected-response', (_request, response) => {
      refusal(response, target).then(reject, reject)
      socket.once('error', () => undefined)
      removeEndListener()
    })
    socket.once('error', (fault) => {
      removeEndListener()
      reject(fault)
    })
  })
}

/** What a provider says in place of `101 Switching Protocols`. */
async function refusal(response: IncomingMessage, target: Target): Promise<GatewayError> {
  const credential = credentialFilter(target.account)
  const chunks: Buffer[] = []
  let size = 0
  for await (const chunk of response as AsyncIterable<Buffer>) {
    size += chunk.length
    if (size > MAX_ERROR_BYTES) break
    chunks.push(chunk)
  }
  const headers = Object.fromEntries(Object.entries(response.headers).map(([name, value]) => [name, String(value)]))
  const { framing } = target.account.provider.dialect
  const head = providerHead(response.statusCode ?? 502, headers, target.account.id, credential, framing, false)
  if (head.status < 400) {
    return new GatewayError(
      'upstream_invalid_reply',
      `The provider account "${target.account.id}" answered with the status ${head.status} where a WebSocket was asked for.`,
    )
  }
  return upstreamError(target, undefined, head, credential.bytes(Buffer.concat(chunks)))
}
