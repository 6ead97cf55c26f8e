import { hash } from 'node:crypto'
import type { ModelCall, ModelReply } from '../../core/calls/call.ts'
import type { Limits, ProviderAccount, Target } from '../../core/calls/registry.ts'
import type { ScratchFile } from '../../core/calls/scratch.ts'
import { GatewayError } from '../../core/errors.ts'
import type { Dialect } from '../../core/model/dialect.ts'
import type { Surface } from '../../core/model/provider.ts'
import type { StreamedBody } from '../../core/wire/streamed-body.ts'
import type { Credentials } from '../credentials/credentials.ts'
import type { Connection } from '../outbound/connection.ts'
import { headersForAccount } from '../outbound/headers.ts'
import { networkError } from '../outbound/network-error.ts'
import { whenOver } from '../routing/watch-reply.ts'
import { type Destination, destinationOf, requestHead, signature } from './destination.ts'
import { ProviderReply } from './provider-reply.ts'
import { spooledBody } from './spooled-body.ts'

export interface SendOptions {
  readonly limits: Limits
  readonly credentials: Pick<Credentials, 'usable' | 'refused'>
  /** A free connection to the account's base URL. Throws `overloaded` or `blocked_address`. */
  acquire(account: ProviderAccount, limits: Limits): Connection
  /** The same, but for a connection that has carried nothing yet. */
  acquireNew(account: ProviderAccount, limits: Limits): Connection
  /** A new connection, in place of one that was cut. Throws `blocked_address`. */
  replace(account: ProviderAccount, limits: Limits): Connection
  /** For bodies that must be whole before their first byte leaves, and are larger than what is held. */
  scratch(key?: string): ScratchFile
}

/** A request as it goes out. */
export interface Outgoing {
  readonly call: Pick<ModelCall, 'endpoint' | 'stream' | 'lifetime' | 'emit'> & { readonly id?: string }
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
  scratch,
}: SendOptions): (outgoing: Outgoing) => Promise<ModelReply> {
  const destinations = new WeakMap<ProviderAccount, Map<string, Destination>>()
  const attempt = async (outgoing: Outgoing, isLast: boolean, spool?: ScratchFile): Promise<ModelReply> => {
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
      const isWhole = Buffer.isBuffer(body)
      let signed = none
      if (account.provider.sign !== undefined) {
        const sign = (payloadHash: string) =>
          signature(usable, destination, { method, query, contentType, payloadHash })
        if (Buffer.isBuffer(body)) signed = sign(hash('sha256', body, 'hex'))
        // A signature stands in the head, and covers all of the body. Not each account of such a provider signs.
        else if (spool !== undefined && sign('').length > 0) {
          const whole = await spooledBody(body, spool)
          body = whole.body
          signed = sign(whole.sha256)
        }
      }
      const passed = headersForAccount(outgoing.headers, account, call.id)
      const headers = signed.length === 0 ? passed : [...passed, ...signed]
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
      return await attempt({ ...outgoing, body, target: { ...target, ...timeLeft(target, started) } }, true, spool)
    }
  }
  /** The file is not there before a byte goes into it, and gone with the reply. */
  const streamed = async (outgoing: Outgoing): Promise<ModelReply> => {
    const spool = scratch()
    try {
      return whenOver(await attempt(outgoing, false, spool), () => spool.close())
    } catch (fault) {
      spool.close()
      throw fault
    }
  }
  return (outgoing) => (Buffer.isBuffer(outgoing.body) ? attempt(outgoing, false) : streamed(outgoing))
}

const none: readonly string[] = []

/** Waiting for a token takes from the time of the attempt. */
function timeLeft({ timeoutMs }: Target, started: number): { timeoutMs?: number } {
  return timeoutMs === undefined ? {} : { timeoutMs: Math.max(1, timeoutMs - Math.floor(performance.now() - started)) }
}
