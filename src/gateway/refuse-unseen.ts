import type { ModelCall, ModelReply } from '../core/calls/call.ts'
import type { Target } from '../core/calls/registry.ts'

type Attempt = (call: ModelCall, target: Target) => Promise<ModelReply>

/** A call that names what the gateway has not seen made reaches an account only where that says that such things are everybody's. */
export function refuseUnseen(attempt: Attempt): Attempt {
  return (call, target) =>
    call.unseen === undefined || target.account.passesUnknownIds === true
      ? attempt(call, target)
      : Promise.reject(call.unseen)
}
