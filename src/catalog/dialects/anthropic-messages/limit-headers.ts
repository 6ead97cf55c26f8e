import { type LimitHeaders, limitNames } from '../../../core/spending/limit-headers.ts'

/** `anthropic-ratelimit-requests-remaining` and its like; times as RFC 3339. https://docs.anthropic.com/en/api/rate-limits */
export const limitHeaders: LimitHeaders = {
  names: limitNames((kind, what) => `anthropic-ratelimit-${kind}-${what}`),
  resetText: (resetsAt) => new Date(resetsAt).toISOString(),
}
