import type { Client, Dispatcher } from 'undici'
import type { ModelCall, ModelReply } from '../core/call.ts'
import { GatewayError } from '../core/errors.ts'
import type { Limits, ProviderAccount, Target } from '../core/registry.ts'
import { encodeCall } from './encode-call.ts'
import { networkError } from './outbound/network-error.ts'
import { ProviderReply } from './provider-reply.ts'

export interface CallProviderOptions {
  readonly limits: Limits
  acquire(account: ProviderAccount): { readonly client: Client; release(): void }
}

/** The last step: encodes, signs, sends, and gives the reply when its first event (or its whole body) is there. */
export function callProvider({
  limits,
  acquire,
}: CallProviderOptions): (call: ModelCall, target: Target) => Promise<ModelReply> {
  const destinations = new WeakMap<ProviderAccount, Map<string, Destination>>()
  return async (call, target) => {
    const { account } = target
    const { provider } = account
    const clientDialect = call.endpoint.kind === 'dialect' ? call.endpoint.dialect : undefined
    const { path, bytes, dropped } = encodeCall(call, target)
    if (dropped.length > 0) call.emit({ type: 'parameters-dropped', names: dropped })
    const destination = destinationOf(destinations, account, path, target.model)
    call.emit({ type: 'attempt-started', target })
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
    try {
      const reply = await send(call, target, limits, acquire, {
        path: withQuery(destination.path, provider.dialect === clientDialect ? call.query : ''),
        method: 'POST',
        headers: call.headers.length === 0 ? destination.headers : mergeHeaders(destination.headers, call.headers),
        body: bytes,
        headersTimeout: limits.upstreamTimeoutMs,
        bodyTimeout: limits.upstreamTimeoutMs,
      })
      ended({ status: reply.status })
      return reply
    } catch (fault) {
      const error = fault instanceof GatewayError ? fault : networkError(fault as Error, account.id)
      ended({ errorCode: error.code, ...(error.wire === undefined ? {} : { status: error.status }) })
      throw error
    }
  }
}

function send(
  call: ModelCall,
  target: Target,
  limits: Limits,
  acquire: CallProviderOptions['acquire'],
  request: Dispatcher.DispatchOptions,
): Promise<ModelReply> {
  return new Promise((resolve, reject) => {
    const { client, release } = acquire(target.account)
    const handler = new ProviderReply({ call, target, limits, resolve, reject, release })
    try {
      client.dispatch(request, handler)
    } catch (fault) {
      handler.onResponseError(undefined, fault as Error)
    }
  })
}

interface Destination {
  readonly path: string
  readonly headers: string[]
}

/** Path and headers of an account's calls never change: they are put together once for each path and, where the URL holds it, each model. */
function destinationOf(
  known: WeakMap<ProviderAccount, Map<string, Destination>>,
  account: ProviderAccount,
  path: string,
  model: string,
): Destination {
  let ofAccount = known.get(account)
  if (ofAccount === undefined) {
    ofAccount = new Map()
    known.set(account, ofAccount)
  }
  const { provider, baseUrl, options } = account
  const key = provider.url === undefined ? path : `${path} ${model}`
  let destination = ofAccount.get(key)
  if (destination === undefined) {
    const url = new URL(provider.url?.({ baseUrl, path, model, options }) ?? baseUrl + path)
    const headers = {
      'content-type': 'application/json',
      accept: 'application/json, text/event-stream',
      'accept-encoding': 'identity',
      'user-agent': 'portcullis',
      ...provider.headers,
      ...(account.secret === undefined ? {} : provider.authorize(account.secret)),
    }
    destination = { path: url.pathname + url.search, headers: Object.entries(headers).flat() }
    // A caller chooses the model, so the number of entries needs a bound.
    if (ofAccount.size >= 1000) ofAccount.clear()
    ofAccount.set(key, destination)
  }
  return destination
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
