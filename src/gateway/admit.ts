import type { RoutedCall, Stage } from '../core/call.ts'
import { GatewayError } from '../core/errors.ts'
import type { Principal } from '../core/registry.ts'

/** Lets a call pass when its key may use the model that it asks for. */
export function admit<Call extends RoutedCall, Reply>(
  isAllowed: (principal: Principal, model: string) => boolean,
): Stage<Call, Reply> {
  return (call, next) => {
    if (!isAllowed(call.principal, call.model)) {
      return Promise.reject(
        new GatewayError('model_not_allowed', `This key may not use the model "${call.model}".`, { param: 'model' }),
      )
    }
    return next(call)
  }
}
