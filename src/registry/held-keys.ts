import { GatewayError } from '../core/errors.ts'
import type { KeyHold } from '../core/spending/consumption.ts'

/** Keys that may not be used now, as this process knows them. Without any, a look costs one comparison. */
export interface HeldKeys {
  /** Throws `key_suspended` or `approval_required`. */
  check(key: string): void
  /** All of them, in place of those before. */
  use(holds: readonly KeyHold[]): void
}

export function createHeldKeys(): HeldKeys {
  let held: ReadonlyMap<string, KeyHold> = new Map()
  return {
    check(key) {
      if (held.size === 0) return
      const hold = held.get(key)
      if (hold !== undefined) throw heldFault(hold)
    },
    use(holds) {
      held = new Map(holds.map((hold) => [hold.key, hold]))
    },
  }
}

export function heldFault({ kind, id, reason }: Pick<KeyHold, 'kind' | 'id' | 'reason'>): GatewayError {
  return kind === 'suspend'
    ? new GatewayError('key_suspended', `This key is suspended (decision ${id}). ${reason}`)
    : new GatewayError('approval_required', `This key waits for approval (decision ${id}). ${reason}`)
}
