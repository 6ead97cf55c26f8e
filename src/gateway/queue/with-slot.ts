import type { ModelCall, ModelReply } from '../../core/calls/call.ts'
import type { Target } from '../../core/calls/registry.ts'
import { whenOver } from '../routing/watch-reply.ts'
import type { AccountSlots } from './account-slots.ts'

type Attempt = (call: ModelCall, target: Target) => Promise<ModelReply>

/** Attempts at an account with a limit of its own hold one of its places until the last byte of the reply. */
export function withSlot(slots: AccountSlots, attempt: Attempt): Attempt {
  return (call, target) => (target.account.slots === undefined ? attempt(call, target) : inSlot(call, target))

  async function inSlot(call: ModelCall, target: Target): Promise<ModelReply> {
    const release = await slots.take(target.account, call)
    try {
      return whenOver(await attempt(call, target), release)
    } catch (fault) {
      release()
      throw fault
    }
  }
}
