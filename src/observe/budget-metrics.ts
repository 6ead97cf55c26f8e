import type { Claim, Standing } from '../core/spending/budget.ts'
import { labelValue, type MetricsSnapshot } from './metrics.ts'

/** A scraper keeps each series for long: of more budgets, those that have the least left are shown. */
const MAX_SERIES = 200

/** What is left of each budget, as a part of it, for alerts. Shares of groups are not shown: callers may name any number of them. */
export function budgetMetrics(
  listed: readonly { readonly claim: Claim; readonly standing: Standing }[],
): MetricsSnapshot {
  const shown = listed
    .filter(({ claim: { group, budget } }) => group.length === 0 && budget.window !== undefined)
    .map(({ claim: { budget }, standing }) => {
      const { owner, measure, window } = budget
      const labels = `${owner.kind}="${labelValue(owner.id)}",measure="${measure}",per="${window?.per}"`
      return [`portcullis_budget_left_ratio{${labels}}`, standing.left / budget.amount] as const
    })
    .sort(([, one], [, other]) => one - other)
  return Object.fromEntries(shown.slice(0, MAX_SERIES))
}
