import type { ModelCall, ModelReply } from '../core/call.ts'
import type { Dialect } from '../core/dialect.ts'
import { GatewayError } from '../core/errors.ts'
import type { Surface } from '../core/provider.ts'
import type { Limits, ProviderAccount, Target } from '../core/registry.ts'
import { type StreamedBody, wholeBody } from '../core/streamed-body.ts'
import type { Credentials } from './credentials.ts'
import { type Destination, destinationOf, requestHead, signature } from './destination.ts'
import type { Connection } from './outbound/connection.ts'
import { networkError } from './outbound/network-error.ts'
import { ProviderReply } from './provider-reply.ts'

export interface SendOptions {
  readonly limits: Limits
  readonly credentials: Pick<Credentials, 'usable' | 'refused'>
  /** A free connection to the account's base URL. Throws `overloaded` or `blocked_address`. */
  acquire(account: ProviderAccount, limits: Limits): Connection
  /** The same, but for a connection that has carried nothing yet. */
  acquireNew(account: ProviderAccount, limits: Limits): Connection
  /** A new connection, in place of one that was cut. Throws `blocked_address`. */
  replace(account: ProviderAccount, limits: Limits): Connection
}

/** A request as it goes out. */
export interface Outgoing {
  readonly call: Pick<ModelCall, 'endpoint' | 'stream' | 'lifetime' | 'emit'>
  readonly target: Target
  readonly surface: Surface
  /** What the provider is spoken to in; absent for endpoints without a dialect. */
  readonly dialect: Dialect | undefined
  readonly method: string
  /** Below the base URL. */
  readonly path: string
  /** Empty, or with its `?`. */
  readonly query: string
  readonly headers: readonly string[]
  readonly contentType: string
  readonly body: Buffer | StreamedBody
  /** The client's names of tools, by those in the reply. */
  readonly toolNames?: ReadonlyMap<string, string> | undefined
}

/**
 * Signs and sends a request, and gives the reply when its first event (or its whole body) is there. Once more with a new
 * token where the provider takes an old one no longer.
 */
export function sender({
  limits,
  credentials,
  acquire,
  acquireNew,
  replace,
}: SendOptions): (outgoing: Outgoing) => Promise<ModelReply> {
  const destinations = new WeakMap<ProviderAccount, Map<string, Destination>>()
  const attempt = async (outgoing: Outgoing, isLast: boolean): Promise<ModelReply> => {
    const { call, target, surface, dialect, method, path, query, contentType, toolNames } = outgoing
    let { body } = outgoing
    const { account, model } = target
    call.emit({
      type: 'attempt-started',
      target,
      ...(dialect === undefined ? {} : { dialect }),
      ...(toolNames === undefined ? {} : { toolNames }),
    })
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
    // As it is sent: with a token in place of the credential that it was traded for.
    let usable = account
    try {
      const found = credentials.usable(account, { lifetime: call.lifetime, timeoutMs: target.timeoutMs })
      // Most accounts have their credential at once, and no call waits a turn for nothing.
      usable = found instanceof Promise ? await found : found
      const reached = usable === account ? target : { ...target, account: usable, ...timeLeft(target, started) }
      const destination = destinationOf(destinations, usable, surface, { path, model, stream: call.stream, dialect })
      // A signature stands in the head, and covers all of the body.
      if (!Buffer.isBuffer(body) && account.provider.sign !== undefined) body = await wholeBody(body)
      const isWhole = Buffer.isBuffer(body)
      const signed = Buffer.isBuffer(body) ? signature(usable, destination, { method, query, contentType, body }) : none
      const headers = signed.length === 0 ? outgoing.headers : [...outgoing.headers, ...signed]
      const head = requestHead(destination, method, query, headers, body.length)
      const reply = await new Promise<ModelReply>((resolve, reject) => {
        const connection = isWhole ? acquire(account, limits) : acquireNew(account, limits)
        const reconnect = (): Connection => replace(account, limits)
        new ProviderReply({
          call,
          target: reached,
          dialect,
          limits,
          head,
          body,
          toolNames,
          reconnect,
          resolve,
          reject,
        }).start(connection)
      })
      ended({ status: reply.status })
      return reply
    } catch (fault) {
      const error = fault instanceof GatewayError ? fault : networkError(fault as Error, account.id)
      ended({ errorCode: error.code, ...(error.wire === undefined ? {} : { status: error.status }) })
      const isRenewed = usable !== account && credentials.refused(usable, error)
      const isGone = !Buffer.isBuffer(body) && body.isSpent
      if (isLast || !isRenewed || isGone || call.lifetime.reason !== undefined) throw error
      return await attempt({ ...outgoing, body, target: { ...target, ...timeLeft(target, started) } }, true)
    }
  }
  return (outgoing) => attempt(outgoing, false)
}

const none: readonly string[] = []

/** Waiting for a token takes from the time of the attempt. */
function timeLeft({ timeoutMs }: Target, started: number): { timeoutMs?: number } {
  return timeoutMs === undefined ? {} : { timeoutMs: Math.max(1, timeoutMs - Math.floor(performance.now() - started)) }
}
