import type { Standing } from '../../../core/budget.ts'
import type { LimitKind } from '../../../core/dialect.ts'

/** `anthropic-ratelimit-requests-remaining` and its like; times as RFC 3339. https://docs.anthropic.com/en/api/rate-limits */
export function limitHeaders(kind: LimitKind, { budget, left, resetsAt }: Standing): Readonly<Record<string, string>> {
  const name = `anthropic-ratelimit-${kind}`
  return {
    [`${name}-limit`]: String(budget.amount),
    [`${name}-remaining`]: String(left),
    ...(resetsAt === undefined ? {} : { [`${name}-reset`]: new Date(resetsAt).toISOString() }),
  }
}
