import type { Principal } from '../core/calls/registry.ts'
import { GatewayError } from '../core/errors.ts'

/** The end of what a caller is told whose call has no price. Empty where no name is near. */
export type NearPriced = (principal: Principal, model: string) => string

/** The fault, and where it is that nobody knows the price of a call, the names that may have been meant. */
export function withNearNames(
  fault: unknown,
  { principal, model }: { readonly principal: Principal; readonly model: string },
  nearPriced: NearPriced,
): unknown {
  if (!(fault instanceof GatewayError) || fault.code !== 'unpriced_call') return fault
  const near = nearPriced(principal, model)
  return near === ''
    ? fault
    : new GatewayError(fault.code, fault.message + near, { param: 'model', status: fault.status, cause: fault })
}
