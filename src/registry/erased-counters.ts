import type { BudgetUse, Claim } from '../core/spending/budget.ts'
import { budgetOfErased, wasOf } from '../core/spending/erased-names.ts'

/** Counters of persons who are to be forgotten, until they call again. */
export interface ErasedCounters<Counted> {
  put(nameless: string, counted: Counted): void
  /** Gives back the one that was of this claim, and what the record has of it to `earlier`. */
  take(name: string, claim: Claim): Counted | undefined
  /** What the record has of such counters, in place of what it had before; and all of the others. */
  restore(uses: readonly BudgetUse[]): readonly BudgetUse[]
  /** Forgets those that it is told to. */
  drop(isIdle: (counted: Counted) => boolean): void
}

interface Nameless<Counted> {
  readonly counted?: Counted
  readonly uses?: readonly BudgetUse[]
}

export function createErasedCounters<Counted>(earlier: Map<string, readonly BudgetUse[]>): ErasedCounters<Counted> {
  const byBudget = new Map<string, Map<string, Nameless<Counted>>>()

  function change(nameless: string, more: Nameless<Counted>): void {
    const budget = budgetOfErased(nameless)
    if (budget === undefined) return
    const own = byBudget.get(budget) ?? new Map<string, Nameless<Counted>>()
    byBudget.set(budget, own)
    own.set(nameless, { ...own.get(nameless), ...more })
  }

  return {
    put: (nameless, counted) => change(nameless, { counted }),
    take(name, { budget, group }) {
      const own = byBudget.get(budget.id)
      let found: Counted | undefined
      for (const [nameless, { counted, uses = [] }] of own ?? []) {
        if (!wasOf(nameless, group)) continue
        own?.delete(nameless)
        found ??= counted
        if (uses.length > 0) earlier.set(name, [...(earlier.get(name) ?? []), ...uses])
      }
      return found
    },
    restore(uses) {
      for (const own of byBudget.values())
        for (const [nameless, { counted }] of own) {
          if (counted === undefined) own.delete(nameless)
          else own.set(nameless, { counted })
        }
      const ofErased = uses.filter(({ counter }) => budgetOfErased(counter) !== undefined)
      if (ofErased.length === 0) return uses
      for (const [nameless, of] of Map.groupBy(ofErased, ({ counter }) => counter)) change(nameless, { uses: of })
      return uses.filter(({ counter }) => budgetOfErased(counter) === undefined)
    },
    drop(isIdle) {
      for (const own of byBudget.values())
        for (const [nameless, { counted }] of own) if (counted !== undefined && isIdle(counted)) own.delete(nameless)
    },
  }
}
