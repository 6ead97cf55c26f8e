import type { CallLifetime } from '../../core/calls/lifetime.ts'
import { asGatewayError } from '../data-plane/reply/reply-writer.ts'
import { watchKey } from '../keys/watch-key.ts'

/**
 * Ends a lifetime with the fault of its key once that no longer opens a session: revoked, expired, taken out of the file, or
 * the earlier value of one that was rotated. Each look is one hash, and asks the runtime in use by then, not the one that the
 * session began with. Returns how to stop looking.
 */
export function endWithKey(lifetime: CallLifetime, authenticate: () => unknown): () => void {
  return watchKey(authenticate, (fault) => lifetime.end(asGatewayError(fault)))
}
