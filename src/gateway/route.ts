import type { Next, RoutedCall } from '../core/call.ts'
import { GatewayError } from '../core/errors.ts'
import type { ResolvedModel, Target } from '../core/registry.ts'

export interface RouteOptions<Call, Reply> {
  resolve(model: string): ResolvedModel
  attempt(call: Call, target: Target): Promise<Reply>
}

/** Sends a call to the first target that answers. The next one is tried on a retryable fault, before anything has reached the client. */
export function route<Call extends RoutedCall, Reply>({
  resolve,
  attempt,
}: RouteOptions<Call, Reply>): Next<Call, Reply> {
  return async (call) => {
    const resolved = resolve(call.model)
    call.emit({ type: 'route-resolved', route: resolved.route })
    const targets = reachable(resolved.targets, call)
    for (const target of targets.slice(0, -1)) {
      try {
        return await attempt(call, target)
      } catch (fault) {
        if (!(fault instanceof GatewayError) || !isWorthAnother(fault) || call.lifetime.reason !== undefined)
          throw fault
      }
    }
    return await attempt(call, targets.at(-1) ?? resolved.targets[0])
  }
}

function reachable(targets: ResolvedModel['targets'], { heldBy }: RoutedCall): readonly Target[] {
  if (heldBy === undefined) return targets
  const holders = targets.filter(({ account }) => account.id === heldBy.account)
  if (holders.length === 0) throw heldBy.otherwise
  return holders
}

/** A refused credential is this account's fault, not the request's: another target may well answer. */
function isWorthAnother(fault: GatewayError): boolean {
  return fault.retryable || fault.code === 'upstream_unauthorized' || fault.code === 'upstream_forbidden'
}
