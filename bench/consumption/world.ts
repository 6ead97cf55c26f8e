import type { AttackCall } from './attacks.ts'
import type { Bill } from './billed-provider.ts'

/** Where an attack is played: keys, their workspace, a provider that bills, and a clock that goes only when it is told to. */
export interface World {
  readonly clock: { now: number }
  readonly isWatched: boolean
  bill(): Bill
  /** Ends when the provider has the call, or when it is refused. */
  send(call: AttackCall): Promise<SentCall>
  close(): Promise<void>
}

export type SentCall =
  | { readonly kind: 'refused'; readonly isHeld: boolean; readonly reason: string }
  | {
      readonly kind: 'arrived'
      /** The provider answers. Ends when all that is known of the call is up to date. */
      answer(): Promise<{ readonly wasSlowed: boolean }>
    }

export const networkOf = (key: number): string => `203.0.113.${key + 1}`
