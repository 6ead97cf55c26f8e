import type { GatewayError } from '../../core/errors.ts'

/** What is held of a short-lived credential, and when to ask for the next. Pure: the time is an argument. */
export interface Held<Value> {
  readonly token?: { readonly value: Value; readonly sinceMs: number; readonly expiresAtMs: number }
  /** Of the last exchange, when it failed. */
  readonly failure?: { readonly error: GatewayError; readonly count: number; readonly untilMs: number }
}

export type Step<Value> =
  /** `isDue`: the next one is to be fetched while this one still holds. */
  | { readonly kind: 'use'; readonly value: Value; readonly isDue: boolean }
  | { readonly kind: 'exchange' }
  /** The last exchange failed, and it is too soon for another. */
  | { readonly kind: 'refuse'; readonly error: GatewayError }

export const nothingHeld: Held<never> = {}

/** Time for a refresh, where a token lives long enough. */
const refreshMs = 5 * 60_000
/** A token is not sent any more when it would expire on its way. */
const marginMs = 10_000
const firstPauseMs = 2000
const longestPauseMs = 60_000

export function nextStep<Value>({ token, failure }: Held<Value>, nowMs: number): Step<Value> {
  const mayAsk = failure === undefined || nowMs >= failure.untilMs
  if (token !== undefined) {
    const lifetimeMs = token.expiresAtMs - token.sinceMs
    if (nowMs < token.expiresAtMs - Math.min(marginMs, lifetimeMs / 10)) {
      const isDue = mayAsk && nowMs >= token.expiresAtMs - Math.min(refreshMs, lifetimeMs / 4)
      return { kind: 'use', value: token.value, isDue }
    }
  }
  return failure === undefined || mayAsk ? { kind: 'exchange' } : { kind: 'refuse', error: failure.error }
}

export function received<Value>(value: Value, expiresAtMs: number, nowMs: number): Held<Value> {
  return { token: { value, sinceMs: nowMs, expiresAtMs } }
}

/** The pause doubles with each failure in a row. A token that still holds is kept. */
export function failed<Value>(held: Held<Value>, error: GatewayError, nowMs: number): Held<Value> {
  const count = (held.failure?.count ?? 0) + 1
  const pauseMs = Math.min(longestPauseMs, firstPauseMs * 2 ** Math.min(count - 1, 10))
  return { ...held, failure: { error, count, untilMs: nowMs + pauseMs } }
}
