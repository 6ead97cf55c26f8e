import { activeGuardrails, type GuardOptions } from './guard.ts'
import type { FormOwner } from './guard-form.ts'

/**
 * Which models a session may name beside the one that it began with, whose guardrails look at it: none with further guardrails.
 * `undefined`: any.
 */
export function sessionModels(
  options: GuardOptions,
): (owner: Pick<FormOwner, 'principal'> & { readonly model: string }) => ((name: string) => boolean) | undefined {
  const { reachesOf, routeOf } = options
  return ({ principal: { workspace, key }, model }) => {
    if (reachesOf === undefined) return undefined
    const route = routeOf(model)
    const owned = { workspace, key, model, ...(route === undefined ? {} : { route }) }
    const lookers = (reaches: readonly string[]): number => activeGuardrails(options, { ...owned, reaches }).length
    return (name) => lookers(reachesOf(model, { models: [name] })) === lookers(reachesOf(model))
  }
}
