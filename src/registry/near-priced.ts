import type { Principal, Target } from '../core/calls/registry.ts'
import { targetsOf } from '../core/calls/route-plan.ts'
import { GatewayError } from '../core/errors.ts'
import { nearestNames } from '../core/text/nearest-names.ts'
import { suggestion } from './model-faults.ts'
import type { Resolver } from './resolve-model.ts'

/** What is said of a name that the catalogue does not know, to a caller under a budget in USD: near ones that have a price and that the key may use. */
export function createNearPriced(
  { resolve, list }: Pick<Resolver, 'resolve' | 'list'>,
  usable: (principal: Principal) => (name: string) => boolean,
): (principal: Principal, model: string) => string {
  const leadsOnly = (name: string, isSo: (target: Target) => boolean): boolean => {
    try {
      return targetsOf(resolve(name).plan).every(isSo)
    } catch (fault) {
      if (fault instanceof GatewayError) return false
      throw fault
    }
  }
  return (principal, model) => {
    // What is known has no price, whatever it is called.
    if (!leadsOnly(model, ({ facts }) => facts === undefined)) return ''
    const mayUse = usable(principal)
    const listed = new Set(list(mayUse).map(({ id }) => id))
    const behind = model.indexOf('/') + 1
    const near = [
      ...nearestNames(model.slice(behind), listed, MOST_LOOKED_AT).map((name) => model.slice(0, behind) + name),
      ...nearestNames(model, listed, MOST_LOOKED_AT),
    ]
    const isPriced = (name: string): boolean => leadsOnly(name, ({ facts }) => facts?.price !== undefined)
    const found = [...new Set(near)].filter((name) => mayUse(name) && isPriced(name))
    return suggestion(found.slice(0, MOST_TOLD))
  }
}

const MOST_TOLD = 3
/** Some of those that are near have no price, or are another account's. */
const MOST_LOOKED_AT = 8
