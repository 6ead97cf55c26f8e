/** Looks at budgets now and then: which have passed a threshold, and when they end at their pace. */

import type { VirtualKey } from '../../core/calls/registry.ts'
import type { AlertDraft } from '../../core/spending/alert.ts'
import {
  amountText,
  type Budget,
  type Claim,
  counterName,
  inUnits,
  periodLength,
  type Standing,
  windowEnd,
  windowStart,
} from '../../core/spending/budget.ts'
import { type Forecast, forecast, type Sample, sampleEvery, sampleSpan } from '../../core/spending/forecast.ts'

export interface BudgetWatchOptions {
  /** All that is counted and has `alertAt`, or belongs to a key that has. */
  list(): readonly { readonly claim: Claim; readonly standing: Standing }[]
  keys(): readonly VirtualKey[]
  now(): number
}

export interface BudgetWatch {
  /** What is to be told now. To be called every few seconds: paces are of what was seen then. */
  look(): readonly AlertDraft[]
  /** When the budget ends, where that can be told. */
  forecast(claim: Claim, standing: Standing): Forecast | undefined
}

const DAY_MS = 86_400_000
const MONTH_MS = 30 * DAY_MS
/** A caller may make up groups: of one budget and window so many are told of. */
const MAX_GROUPS = 100
/** Counters whose pace is known. */
const MAX_PACED = 2000

export function createBudgetWatch({ list, keys, now }: BudgetWatchOptions): BudgetWatch {
  const paces = new Map<string, { startedAt: number; samples: Sample[] }>()
  const told = new Map<string, Set<string>>()

  function forecastOf({ budget, group }: Claim, standing: Standing): Forecast | undefined {
    const { window } = budget
    if (window === undefined || window.kind === 'token-bucket') return undefined
    // It does not end anew with each call that is refused.
    if (standing.endedAt !== undefined) return { endsAt: standing.endedAt, basis: 'window' }
    const at = now()
    const startedAt = windowStart(window.per, at)
    const pace = paces.get(counterName(budget, group))
    return forecast({
      now: at,
      used: standing.used,
      amount: budget.amount,
      ...(window.per === 'total' || window.kind === 'sliding' ? {} : { startedAt }),
      lengthMs: lengthOf(budget),
      samples: pace?.startedAt === startedAt ? pace.samples : [],
    })
  }

  function sample({ budget, group }: Claim, { used }: Standing): void {
    const { window } = budget
    if (window === undefined || window.kind !== 'fixed') return
    const at = now()
    const name = counterName(budget, group)
    const startedAt = windowStart(window.per, at)
    let pace = paces.get(name)
    if (pace?.startedAt !== startedAt) {
      if (pace === undefined && paces.size >= MAX_PACED) return
      pace = { startedAt, samples: [] }
      paces.set(name, pace)
    }
    const { samples } = pace
    const length = lengthOf(budget)
    if (at - (samples.at(-1)?.at ?? 0) >= sampleEvery(length)) samples.push({ at, used })
    while ((samples[0]?.at ?? at) < at - sampleSpan(length)) samples.shift()
  }

  /** One of the first groups of its budget and window. */
  function isTold(budget: Budget, start: number, group: readonly string[]): boolean {
    const name = `${budget.id} ${start}`
    let groups = told.get(name)
    if (groups === undefined) {
      if (told.size > 10_000) told.clear()
      groups = new Set()
      told.set(name, groups)
    }
    const own = JSON.stringify(group)
    if (groups.size < MAX_GROUPS) groups.add(own)
    return groups.has(own)
  }

  return {
    forecast: forecastOf,
    look() {
      const workspaces = new Map(keys().map(({ id, workspace }) => [id, workspace]))
      return list().flatMap(({ claim, standing }) => {
        sample(claim, standing)
        const { budget, group } = claim
        const { window, alertAt = [] } = budget
        if (window === undefined || alertAt.length === 0) return []
        const start = windowStart(window.per, now())
        const percent = (standing.used / budget.amount) * 100
        const passed = alertAt.filter(
          (threshold) => percent >= threshold || (threshold >= 100 && standing.isRefusing === true),
        )
        const soon = passed.length < alertAt.length ? forecastOf(claim, standing) : undefined
        const endsEarly = soon !== undefined && window.per !== 'total' && soon.endsAt < windowEnd(window.per, start)
        if ((passed.length === 0 && !endsEarly) || !isTold(budget, start, group)) return []
        const common = { ...aboutOf(claim, workspaces), details: detailsOf(claim, standing) }
        const drafts: AlertDraft[] = passed.map((threshold) => ({
          ...common,
          kind: 'budget-threshold',
          summary: `${nameOf(claim)} has used ${threshold} % of ${limitText(budget)}.`,
          details: { ...common.details, threshold },
          once: `budget-threshold ${counterName(budget, group)} ${start} ${budget.amount} ${threshold}`,
        }))
        if (!endsEarly) return drafts
        const endsAt = new Date(soon.endsAt).toISOString()
        return [
          ...drafts,
          {
            ...common,
            kind: 'budget-forecast',
            summary: `${nameOf(claim)} will have used all of ${limitText(budget)} by ${endsAt.slice(0, 16).replace('T', ' ')} UTC.`,
            details: { ...common.details, endsAt, basis: soon.basis },
            once: `budget-forecast ${counterName(budget, group)} ${start} ${budget.amount}`,
          },
        ]
      })
    },
  }
}

function lengthOf({ window }: Budget): number {
  return periodLength(window?.per ?? 'month') ?? MONTH_MS
}

function aboutOf(
  { budget: { owner } }: Claim,
  workspaces: ReadonlyMap<string, string>,
): Pick<AlertDraft, 'subject' | 'workspace'> {
  // A budget of the file counts for keys of any workspace.
  const workspace = owner.kind === 'key' ? workspaces.get(owner.id) : undefined
  return { subject: owner.id, ...(workspace === undefined ? {} : { workspace }) }
}

function nameOf({ budget: { owner, groupedBy = [] }, group }: Claim): string {
  const whose = owner.kind === 'key' ? `The key "${owner.id}"` : `The budget "${owner.id}"`
  return group.length === 0 ? whose : `${whose} for ${groupText(groupedBy, group, shown)}`
}

/** All workspaces are of one organization. */
function groupText(by: readonly string[], group: readonly string[], text: (value: string) => string): string {
  const parts = group.map((value, index) => {
    const field = by[index] ?? 'group'
    if (field === 'organization') return 'the whole installation'
    return value === '' ? `calls without ${field}` : `${field} ${text(value)}`
  })
  return parts.join(', ')
}

/** What a caller may have written: short, and on one line. */
function shown(value: string): string {
  return JSON.stringify(value.slice(0, 100))
}

/** The same where a receiver quotes it. */
function plain(value: string): string {
  return value
    .slice(0, 100)
    .replace(/[\p{Cc}\p{Zl}\p{Zp}]/gu, ' ')
    .toWellFormed()
}

function limitText({ measure, amount, window }: Budget): string {
  return `${amountText(measure, amount)} ${window?.per === 'total' ? 'in all' : `per ${window?.per}`}`
}

function detailsOf({ budget, group }: Claim, { used, left, resetsAt }: Standing): AlertDraft['details'] {
  const { measure, amount, window, owner, groupedBy = [] } = budget
  return {
    [owner.kind]: owner.id,
    ...(group.length === 0 ? {} : { group: groupText(groupedBy, group, plain) }),
    measure,
    per: window?.per ?? '',
    amount: inUnits(measure, amount),
    used: inUnits(measure, used),
    left: inUnits(measure, left),
    ...(resetsAt === undefined ? {} : { resetsAt: new Date(resetsAt).toISOString() }),
  }
}
