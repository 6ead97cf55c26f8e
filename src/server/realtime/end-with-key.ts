import type { CallLifetime } from '../../core/calls/lifetime.ts'
import { asGatewayError } from '../data-plane/reply/reply-writer.ts'

/** With what a worker needs to hear of a change, a session is over within a second of its key's end. */
const LOOK_EVERY_MS = 250

/**
 * Ends a lifetime with the fault of its key once that no longer opens a session: revoked, expired, taken out of the file, or
 * the earlier value of one that was rotated. Each look is one hash, and asks the runtime in use by then, not the one that the
 * session began with. Returns how to stop looking.
 */
export function endWithKey(lifetime: CallLifetime, authenticate: () => unknown): () => void {
  const looking = setInterval(() => {
    try {
      authenticate()
    } catch (fault) {
      clearInterval(looking)
      lifetime.end(asGatewayError(fault))
    }
  }, LOOK_EVERY_MS).unref()
  return () => clearInterval(looking)
}
