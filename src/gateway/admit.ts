import type { RoutedCall, Stage } from '../core/calls/call.ts'
import type { Principal } from '../core/calls/registry.ts'
import { GatewayError } from '../core/errors.ts'
import { nearestNames } from '../core/text/nearest-names.ts'

/** Lets a call pass when its key may use the model that it asks for. A slip is met with names that the key has, and with no others. */
export function admit<Call extends RoutedCall, Reply>(
  isAllowed: (principal: Principal, model: string) => boolean,
): Stage<Call, Reply> {
  return (call, next) => {
    const { principal, model } = call
    if (isAllowed(principal, model)) return next(call)
    const own = principal.models.filter((name) => !name.includes('*'))
    const near = nearestNames(model, own, 3).map((name) => `"${name}"`)
    const help = near.length === 0 ? '' : ` Did you mean ${near.join(' or ')}?`
    const message = `This key may not use the model "${model}".${help}`
    return Promise.reject(new GatewayError('model_not_allowed', message, { param: 'model' }))
  }
}
