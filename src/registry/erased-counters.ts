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
  readonly use?: BudgetUse
}

export function createErasedCounters<Counted>(earlier: Map<string, BudgetUse>): ErasedCounters<Counted> {
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
      for (const [nameless, { counted, use }] of own ?? []) {
        if (!wasOf(nameless, group)) continue
        own?.delete(nameless)
        found ??= counted
        if (use !== undefined) earlier.set(name, added(earlier.get(name), { ...use, counter: name }))
      }
      return found
    },
    restore(uses) {
      for (const own of byBudget.values())
        for (const [nameless, { counted }] of own) {
          if (counted === undefined) own.delete(nameless)
          else own.set(nameless, { counted })
        }
      const latest = new Map<string, BudgetUse>()
      const named = uses.filter((use) => {
        if (budgetOfErased(use.counter) === undefined) return true
        const before = latest.get(use.counter)
        if (before === undefined || before.windowStart < use.windowStart) latest.set(use.counter, use)
        return false
      })
      for (const [nameless, use] of latest) change(nameless, { use })
      return named
    },
    drop(isIdle) {
      for (const own of byBudget.values())
        for (const [nameless, { counted }] of own) if (counted !== undefined && isIdle(counted)) own.delete(nameless)
    },
  }
}

/** Of the later window, both where it is the same. */
function added(one: BudgetUse | undefined, other: BudgetUse): BudgetUse {
  if (one === undefined || one.windowStart < other.windowStart) return other
  return one.windowStart > other.windowStart ? one : { ...one, used: one.used + other.used }
}
