import { BudgetEntry } from '../server/config/budgets-section.ts'
import type { KeySettings } from '../server/key-settings.ts'
import { UsageError } from './command.ts'

/** What stands beside the id of a new key. */
export const keyOptions = {
  budget: { type: 'string', multiple: true },
  limit: { type: 'string', multiple: true },
  expires: { type: 'string' },
  owner: { type: 'string' },
} as const

export interface KeyOptions {
  readonly budget?: readonly string[] | undefined
  readonly limit?: readonly string[] | undefined
  readonly expires?: string | undefined
  readonly owner?: string | undefined
}

/** Throws `UsageError`. */
export function keySettings({ budget, limit, expires, owner }: KeyOptions, now: Date): KeySettings {
  return {
    ...(budget === undefined ? {} : { budgets: budget.map(budgetEntry) }),
    ...(limit === undefined ? {} : { limits: limit.map(budgetEntry) }),
    ...(expires === undefined ? {} : { expiresAt: expiry(expires, now) }),
    ...(owner === undefined ? {} : { owner }),
  }
}

/** `costUsd=50/month`, `requests=600/minute`, `concurrentCalls=20`. */
function budgetEntry(text: string): BudgetEntry {
  const [, measure = '', amount = '', per] = /^(\w+)=([\d.]+)(?:\/(\w+))?$/.exec(text) ?? []
  const read = BudgetEntry.safeParse({ [measure]: Number(amount), ...(per === undefined ? {} : { per }) })
  if (read.success) return read.data
  throw new UsageError(
    `An amount is written like costUsd=50/month, requests=600/minute or concurrentCalls=20, not "${text}".`,
  )
}

/** A date, or days from now: `90d`. */
function expiry(text: string, now: Date): string {
  const days = /^(\d{1,4})d$/.exec(text)?.[1]
  const at = days === undefined ? new Date(text) : new Date(now.getTime() + Number(days) * 86_400_000)
  if (Number.isNaN(at.getTime()) || (days === undefined && !/^\d{4}-\d\d-\d\d/.test(text)))
    throw new UsageError(`Write a date such as 2027-01-31 for --expires, or days from now such as 90d, not "${text}".`)
  if (at <= now) throw new UsageError(`The time of --expires is over already: "${text}".`)
  return at.toISOString()
}

/** `90s`, `24h`, `7d`, in seconds. */
export function durationSeconds(text: string): number {
  const [, count = '', unit = ''] = /^(\d{1,6})([smhd])$/.exec(text) ?? []
  const seconds = Number(count) * ({ s: 1, m: 60, h: 3600, d: 86_400 }[unit] ?? Number.NaN)
  if (!Number.isFinite(seconds))
    throw new UsageError(`Write a time such as 30m, 24h or 7d for --overlap, not "${text}".`)
  return seconds
}
