/** What stands for the model of a call in budgets, by whatever name it is asked for. */
import type { ResolvedModel, Target } from '../core/calls/registry.ts'
import { onlyTarget, targetsOf } from '../core/calls/route-plan.ts'
import { GatewayError } from '../core/errors.ts'
import { namesOfTarget, plainForms } from '../core/model/model-names.ts'
import { plainName } from '../core/text/plain-name.ts'
import { otherForm, untagged } from './model-tags.ts'

/** Throws where the name leads nowhere. */
export type Resolve = (model: string) => Pick<ResolvedModel, 'plan'>

export interface AskedModel {
  /** In plain forms: what was asked for, and where that leads to one model only, what that is called. */
  readonly names: readonly string[]
  /** All that may be asked; none for a name that leads nowhere. */
  readonly targets: readonly Target[]
}

/** Callers choose the names. */
const MAX_KNOWN = 1000

export function askedModels(resolve: Resolve): (model: string) => AskedModel {
  const known = new Map<string, AskedModel>()
  return (model) => {
    let found = known.get(model)
    if (found === undefined) {
      const targets = led(resolve, model)
      const [only, ...others] = targets
      const own = only !== undefined && others.length === 0 ? namesAt(only) : []
      found = { names: [...plainForms([model]), ...own], targets }
      if (known.size >= MAX_KNOWN) known.clear()
      known.set(model, found)
    }
    return found
  }
}

const knownAt = new WeakMap<Target, readonly string[]>()

/** What the model of a target is called, in plain forms. */
export function namesAt(target: Target): readonly string[] {
  let names = knownAt.get(target)
  if (names === undefined) {
    names = plainForms(namesOfTarget(target).flatMap((name) => [name, otherForm(name) ?? name]))
    knownAt.set(target, names)
  }
  return names
}

/** A model counts once, in whichever form it is asked for: as its provider calls it. */
export function countedName(asked: string, target: Target | undefined): string {
  const name = target === undefined || target.model === '' ? asked : target.model
  return plainName(untagged(name) ?? name)
}

function led(resolve: Resolve, model: string): readonly Target[] {
  try {
    const { plan } = resolve(model)
    // Further credentials of an account ask the same model.
    const only = onlyTarget(plan)
    return only === undefined ? targetsOf(plan) : [only]
  } catch (fault) {
    if (fault instanceof GatewayError) return []
    throw fault
  }
}
