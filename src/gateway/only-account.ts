import type { Principal, ProviderAccount, ResolvedModel, Target } from '../core/calls/registry.ts'
import { onlyTarget } from '../core/calls/route-plan.ts'
import { GatewayError } from '../core/errors.ts'
import type { JsonObject } from '../core/wire/json.ts'
import { modelsBeside } from './hold-models.ts'
import type { MayReach } from './reach.ts'

export interface OnlyAccountOptions {
  resolve(model: string): ResolvedModel
  isAllowed(principal: Principal, model: string): boolean
  readonly mayReach: MayReach
}

/** An account, and the names of the models there, one for each request. */
export interface OnlyAccount {
  readonly account: ProviderAccount
  readonly models: readonly string[]
}

/** The account that all of some requests lead to, and to no other, with models that the key may use; `undefined` where there is none. */
export function onlyAccount({
  resolve,
  isAllowed,
  mayReach,
}: OnlyAccountOptions): (principal: Principal, bodies: readonly JsonObject[]) => OnlyAccount | undefined {
  const targetOf = (principal: Principal, model: string): Target | undefined => {
    if (!isAllowed(principal, model)) return undefined
    try {
      const target = onlyTarget(resolve(model).plan)
      return target !== undefined && mayReach(principal, target.account) ? target : undefined
    } catch (fault) {
      if (fault instanceof GatewayError) return undefined
      throw fault
    }
  }
  return (principal, bodies) => {
    const known = new Map<string, Target>()
    const models: string[] = []
    let account: ProviderAccount | undefined
    for (const body of bodies) {
      const { model } = body
      if (typeof model !== 'string') return undefined
      const target = known.get(model) ?? targetOf(principal, model)
      if (target === undefined || (account !== undefined && target.account !== account)) return undefined
      known.set(model, target)
      account = target.account
      models.push(target.model)
      for (const [, others] of modelsBeside(body)) {
        if (!others.every((other) => isAllowed(principal, `${target.account.id}/${other}`))) return undefined
      }
    }
    return account === undefined ? undefined : { account, models }
  }
}
