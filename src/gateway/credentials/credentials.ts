import { createHash } from 'node:crypto'
import type { CallLifetime } from '../../core/calls/lifetime.ts'
import type { ProviderAccount } from '../../core/calls/registry.ts'
import { GatewayError } from '../../core/errors.ts'
import type { Exchange, ExchangeIo, ShortLivedSecret, TokenReply } from '../../core/secrets/credential.ts'
import { failed, type Held, nextStep, nothingHeld, received } from './credential-state.ts'
import type { SecretReferences } from './secret-references.ts'

/**
 * Trades credentials of accounts for short-lived ones, and keeps these until shortly before they expire. Outlives a
 * configuration: an account that did not change keeps its token.
 */
export interface Credentials {
  /**
   * The account with the secret that its provider takes: at once for an account whose credential is sent as it is or
   * whose token is valid, else after an exchange that all waiting calls share. Throws why there is none.
   */
  usable(account: ProviderAccount, wait: Wait): ProviderAccount | Promise<ProviderAccount>
  /** The provider refused the secret of this account, which came from `usable`. True when it is given up, and `usable` gets another. */
  refused(account: ProviderAccount, error: GatewayError): boolean
  /** Forgets the tokens of accounts that are no longer there, or that changed. */
  keep(accounts: readonly ProviderAccount[]): void
}

/** How long a call waits for a token. */
export interface Wait {
  readonly lifetime: CallLifetime
  readonly timeoutMs: number | undefined
}

export interface CredentialsOptions {
  /** Unix milliseconds. */
  now(): number
  /** Asks a token endpoint on behalf of an account, with the same checks of addresses as a call. Without a body: a GET. */
  ask(
    account: ProviderAccount,
    url: string,
    headers: Readonly<Record<string, string>>,
    body?: string,
  ): Promise<TokenReply>
  metadata: ExchangeIo['metadata']
  readFile: ExchangeIo['readFile']
  replaceFile: ExchangeIo['replaceFile']
  run: ExchangeIo['run']
  readonly references: Pick<SecretReferences, 'value' | 'renew'>
}

/** What is held for one account. */
interface Slot {
  held: Held<ProviderAccount>
  pending: Promise<ProviderAccount> | undefined
  /** When a token was last given up because it had expired. */
  expiredMs: number
}

/** A token that was refused sooner than this is not the fault of its age, and another would be refused as well. */
const minAgeToGiveUpMs = 60_000
/** A token may have expired before we got it (a profile that somebody renews), but not each that we get. */
const minTimeBetweenExpiredMs = 60_000

export function createCredentials(options: CredentialsOptions): Credentials {
  const { now, ask, metadata, readFile, replaceFile, run, references } = options
  const slots = new Map<string, Slot>()
  // Calls find what is held by the account itself; `undefined` for one whose credential is sent as it is.
  let byAccount = new WeakMap<ProviderAccount, { readonly slot: Slot; readonly exchange: Exchange } | undefined>()

  /** Accounts whose secret is elsewhere, as they are with it. */
  let withSecret = new WeakMap<ProviderAccount, ProviderAccount>()

  /** The same object as long as the secret is the same, so that what is kept for it is found. */
  const resolved = (account: ProviderAccount, secret: string): ProviderAccount => {
    const before = withSecret.get(account)
    if (before?.secret === secret) return before
    if (before !== undefined) slots.delete(slotKey(before))
    const made = { ...account, secret }
    if (made.provider.exchange?.(made) === undefined && !secretPattern.test(secret)) {
      const message = `The secret "${account.secretReference}" has characters or a length that no header can carry.`
      throw new GatewayError('secret_unavailable', message)
    }
    withSecret.set(account, made)
    return made
  }

  const find = (account: ProviderAccount) => {
    if (byAccount.has(account)) return byAccount.get(account)
    const exchange = account.provider.exchange?.(account)
    const found = exchange === undefined ? undefined : { slot: slotOf(slots, account), exchange }
    byAccount.set(account, found)
    return found
  }

  const start = (account: ProviderAccount, slot: Slot, exchange: Exchange): Promise<ProviderAccount> => {
    const io: ExchangeIo = {
      now,
      readFile,
      replaceFile,
      run,
      metadata,
      post: (url, headers, body) => ask(account, url, headers, body),
      get: (url, headers) => ask(account, url, headers),
    }
    const pending = exchange(io)
      .then((secret) => {
        const checked = checkedSecret(secret, now())
        const usable = { ...account, secret: checked.secret }
        slot.held = received(usable, checked.expiresAtMs, now())
        return usable
      })
      .catch((fault: unknown) => {
        const error = exchangeError(fault, account.id)
        if (account.secretReference !== undefined && error.code === 'upstream_unauthorized')
          references.renew(account.secretReference, account.secret)
        slot.held = failed(slot.held, error, now())
        throw error
      })
      .finally(() => {
        slot.pending = undefined
      })
    slot.pending = pending
    // Whoever waits hears of a fault; a refresh that nobody waits for shows at the next call without a token.
    pending.catch(() => undefined)
    return pending
  }

  const referenced = (account: ProviderAccount, reference: string, wait: Wait) => {
    const found = references.value(reference)
    if (typeof found === 'string') return traded(resolved(account, found), wait)
    return waitFor(found, account, wait).then((secret) => traded(resolved(account, secret), wait))
  }

  const traded = (account: ProviderAccount, wait: Wait): ProviderAccount | Promise<ProviderAccount> => {
    if (account.provider.exchange === undefined) return account
    const found = find(account)
    if (found === undefined) return account
    const { slot, exchange } = found
    const step = nextStep(slot.held, now())
    switch (step.kind) {
      case 'use':
        if (step.isDue && slot.pending === undefined) void start(account, slot, exchange)
        return step.value
      case 'exchange':
        return waitFor(slot.pending ?? start(account, slot, exchange), account, wait)
      case 'refuse':
        return Promise.reject(step.error)
    }
  }

  return {
    usable(account, wait) {
      const { secretReference } = account
      return secretReference === undefined ? traded(account, wait) : referenced(account, secretReference, wait)
    },
    refused(account, { code, isExpired }) {
      if (code !== 'upstream_unauthorized') return false
      const { secretReference, provider } = account
      if (secretReference !== undefined && provider.exchange?.(account) === undefined)
        return references.renew(secretReference, account.secret)
      const slot = slots.values().find(({ held }) => held.token?.value === account)
      if (slot === undefined) return false
      const nowMs = now()
      const isOld = nowMs - (slot.held.token?.sinceMs ?? nowMs) >= minAgeToGiveUpMs
      if (!isOld && !(isExpired && nowMs - slot.expiredMs >= minTimeBetweenExpiredMs)) return false
      if (isExpired) slot.expiredMs = nowMs
      slot.held = nothingHeld
      return true
    },
    keep(accounts) {
      const wanted = new Set(accounts.map((account) => slotKey(withSecret.get(account) ?? account)))
      for (const key of slots.keys()) if (!wanted.has(key)) slots.delete(key)
      byAccount = new WeakMap()
      withSecret = new WeakMap()
    },
  }
}

function slotOf(slots: Map<string, Slot>, account: ProviderAccount): Slot {
  const key = slotKey(account)
  let slot = slots.get(key)
  if (slot === undefined) {
    slot = { held: nothingHeld, pending: undefined, expiredMs: Number.NEGATIVE_INFINITY }
    slots.set(key, slot)
  }
  return slot
}

/** Changes with everything that a token depends on. Two accounts never share one, even with the same credential. */
function slotKey({ id, provider, baseUrl, secret, options, ...rest }: ProviderAccount): string {
  const entries = Object.entries(options).sort(([a], [b]) => (a < b ? -1 : 1))
  const flags = [rest.allowPrivateNetwork, rest.allowPrivateTokenEndpoint ?? false]
  const text = JSON.stringify([id, provider.id, baseUrl, secret ?? null, rest.secretReference ?? null, entries, flags])
  return createHash('sha256').update(text).digest('base64')
}

/** Goes into a header. */
const secretPattern = /^[\x21-\x7e]{1,16384}$/
const minLifetimeMs = 10_000

function checkedSecret({ secret, expiresAtMs }: ShortLivedSecret, nowMs: number): ShortLivedSecret {
  if (!secretPattern.test(secret)) {
    throw new GatewayError('upstream_invalid_reply', 'The token has characters or a length that no header can carry.')
  }
  // Else each call would ask for another.
  if (!(expiresAtMs - nowMs >= minLifetimeMs)) {
    throw new GatewayError(
      'upstream_invalid_reply',
      `The token is valid for less than ${minLifetimeMs / 1000} seconds.`,
    )
  }
  return { secret, expiresAtMs }
}

/** Anything but a `GatewayError` may quote a part of the credential (`JSON.parse` does), so nothing is kept of it. */
function exchangeError(fault: unknown, account: string): GatewayError {
  const { code, message } =
    fault instanceof GatewayError
      ? fault
      : new GatewayError('upstream_unauthorized', 'The credential cannot be used; check its form.')
  return new GatewayError(code, `No token for the provider account "${account}": ${message}`)
}

/** The exchange goes on for the others when one call ends. */
function waitFor<Result>(
  pending: Promise<Result>,
  account: ProviderAccount,
  { lifetime, timeoutMs }: Wait,
): Promise<Result> {
  return new Promise((resolve, reject) => {
    const timer =
      timeoutMs === undefined
        ? undefined
        : setTimeout(() => {
            const message = `The provider account "${account.id}" got no token within ${timeoutMs} ms.`
            reject(new GatewayError('upstream_timeout', message))
          }, timeoutMs)
    const removeEndListener = lifetime.onEnd(reject)
    void pending.then(resolve, reject).finally(() => {
      clearTimeout(timer)
      removeEndListener()
    })
  })
}
