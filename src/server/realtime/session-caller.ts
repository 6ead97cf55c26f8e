import type { VirtualKey } from '../../core/calls/registry.ts'
import { GatewayError } from '../../core/errors.ts'
import type { JsonObject } from '../../core/wire/json.ts'
import { presentedKey } from '../../registry/virtual-keys.ts'
import type { Runtime } from '../data-plane/runtime.ts'
import type { Exchange } from '../http/exchange.ts'
import { keyHeaders } from './accept-socket.ts'

/** Who opens a session: with a key, or with a secret that a key has given out. */
export interface SessionCaller {
  /** Whose session it is, as `Runtime.identify` says. */
  identify(runtime: Runtime): VirtualKey
  /** Throws `expired_key` for a secret whose time is over: a session that was opened before goes on. */
  checkLife(now: number): void
  /** What the session begins with. */
  readonly session?: JsonObject
}

export function sessionCaller(exchange: Exchange, { clientSecrets }: Runtime): SessionCaller {
  const headers = keyHeaders(exchange.headers)
  const claim = clientSecrets?.open(shownIn(headers))
  if (claim === undefined) return { identify: (runtime) => runtime.identify(headers), checkLife: () => undefined }
  const { keyHash, session, expiresAt } = claim
  return {
    identify: (runtime) => runtime.identifyHash(keyHash),
    checkLife(now) {
      if (now < expiresAt) return
      throw new GatewayError('expired_key', 'This client secret has expired; ask your server for a new one.')
    },
    session,
  }
}

/** Empty where the headers hold no key, or two: whoever asks whose it is says so. */
function shownIn(headers: Exchange['headers']): string {
  try {
    return presentedKey(headers, () => false)
  } catch {
    return ''
  }
}

/** The name that the session is asked for: in its address, or in what it begins with. Throws `model_not_allowed`. */
export function modelAsked(exchange: Exchange, session: JsonObject | undefined): unknown {
  const named = new URL(exchange.url, 'http://gateway').searchParams.get('model') ?? undefined
  const model = session?.['model']
  if (model === undefined || named === undefined || named === model) return model ?? named
  throw new GatewayError('model_not_allowed', 'This client secret is for another model; leave `model` out.', {
    param: 'model',
  })
}

/** What is sent before anything of the client. A session keeps the model that it began with. */
export function firstMessage({ model: _, ...session }: JsonObject): Buffer {
  return Buffer.from(JSON.stringify({ type: 'session.update', session }))
}
