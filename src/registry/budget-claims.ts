import type { Budget, Claim } from '../core/budget.ts'
import type { RoutedCall } from '../core/call.ts'
import type { Principal } from '../core/registry.ts'
import { matchesAny } from './virtual-keys.ts'

export type GroupField = 'workspace' | 'key' | 'model' | `metadata.${string}`

/** Budgets of the file: for which calls, and counted by what. */
export interface BudgetRule {
  readonly budgets: readonly Budget[]
  /** Patterns with `*`. Absent: any. */
  readonly match: {
    readonly workspaces?: readonly string[] | undefined
    readonly keys?: readonly string[] | undefined
    readonly models?: readonly string[] | undefined
  }
  readonly groupBy: readonly GroupField[]
}

export type BudgetedCall = Pick<RoutedCall, 'principal' | 'model' | 'facts'>

/** The budgets that a call is under: those of its key, then those of the file. Throws `invalid_request` for metadata that cannot be read. */
export function createClaims(rules: readonly BudgetRule[]): (call: BudgetedCall) => readonly Claim[] {
  if (rules.length === 0) return ({ principal }) => ofKey(principal)
  return (call) => {
    const claims = [...ofKey(call.principal)]
    for (const { budgets, match, groupBy } of rules) {
      if (!isMeant(match, call)) continue
      const group = groupBy.map((field) => groupValue(field, call))
      for (const budget of budgets) claims.push({ budget, group })
    }
    return claims
  }
}

const none: readonly Claim[] = []
const known = new WeakMap<readonly Budget[], readonly Claim[]>()

function ofKey({ budgets }: Principal): readonly Claim[] {
  if (budgets === undefined) return none
  let claims = known.get(budgets)
  if (claims === undefined) {
    claims = budgets.map((budget) => ({ budget, group: [] }))
    known.set(budgets, claims)
  }
  return claims
}

function isMeant({ workspaces, keys, models }: BudgetRule['match'], { principal, model }: BudgetedCall): boolean {
  return (
    (workspaces === undefined || matchesAny(workspaces, principal.workspace)) &&
    (keys === undefined || matchesAny(keys, principal.key)) &&
    (models === undefined || matchesAny(models, model))
  )
}

/** As long as the record keeps them: a client may choose what stands here, and each value is kept for its budget's time. */
const maxGroupLength = 512

/** A call that does not say counts with the others that do not. */
function groupValue(field: GroupField, call: BudgetedCall): string {
  const { principal, model } = call
  switch (field) {
    case 'workspace':
      return principal.workspace
    case 'key':
      return principal.key
    case 'model':
      return model
    default:
      return call.facts().metadata[field.slice('metadata.'.length)]?.slice(0, maxGroupLength) ?? ''
  }
}
