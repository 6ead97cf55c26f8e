import { scopeNames } from '../core/calls/key-scope.ts'
import { BudgetEntry } from '../server/config/budgets-section.ts'
import { KeySettings, maxOverlapSeconds } from '../server/keys/key-settings.ts'
import { UsageError } from './command.ts'

/** What stands beside the id of a new key. */
export const keyOptions = {
  models: { type: 'string' },
  budget: { type: 'string', multiple: true },
  limit: { type: 'string', multiple: true },
  expires: { type: 'string' },
  owner: { type: 'string' },
  providers: { type: 'string' },
  'data-regions': { type: 'string' },
  endpoints: { type: 'string' },
  networks: { type: 'string' },
  agents: { type: 'string' },
  'require-metadata': { type: 'string' },
} as const

export interface KeyOptions {
  readonly models?: string | undefined
  readonly budget?: readonly string[] | undefined
  readonly limit?: readonly string[] | undefined
  readonly expires?: string | undefined
  readonly owner?: string | undefined
  readonly providers?: string | undefined
  readonly 'data-regions'?: string | undefined
  readonly endpoints?: string | undefined
  readonly networks?: string | undefined
  readonly agents?: string | undefined
  readonly 'require-metadata'?: string | undefined
}

/** Throws `UsageError`. */
export function keySettings(options: KeyOptions, now: Date): KeySettings {
  const { models, budget, limit, expires, owner } = options
  const settings = {
    ...(models === undefined ? {} : { models: listOf(models) }),
    ...(budget === undefined ? {} : { budgets: budget.map(budgetEntry) }),
    ...(limit === undefined ? {} : { limits: limit.map(budgetEntry) }),
    ...(expires === undefined ? {} : { expiresAt: expiry(expires, now) }),
    ...(owner === undefined ? {} : { owner }),
    ...Object.fromEntries(scopeNames.flatMap((name) => boundOption(options, name))),
  }
  // What is stored is read by the same schema: one key that it does not take would keep all from being read.
  const fault = KeySettings.safeParse(settings).error?.issues[0]
  const bound = (['models', ...scopeNames] as const).find((name) => name === fault?.path[0])
  if (bound !== undefined) {
    const why = fault?.path.length === 1 ? 'takes at least one value and no endless list' : fault?.message
    throw new UsageError(`The option --${bound === 'models' ? bound : optionOf(bound)} ${why}.`)
  }
  if (fault?.path[0] === 'owner') throw new UsageError('Write 1 to 200 characters for --owner.')
  if (fault !== undefined) throw new UsageError('Give --budget and --limit at most 100 times each.')
  return settings
}

/** What a key is bound to, in the words of its options: `networks=10.0.0.0/8`. */
export function boundText(key: Readonly<Record<(typeof scopeNames)[number], readonly string[] | null>>): string {
  return scopeNames
    .flatMap((name) => (key[name] === null ? [] : [`${optionOf(name)}=${key[name].join(',')}`]))
    .join(' ')
}

function optionOf(name: (typeof scopeNames)[number]): Exclude<keyof KeyOptions, 'budget' | 'limit' | 'models'> {
  if (name === 'dataRegions') return 'data-regions'
  return name === 'requireMetadata' ? 'require-metadata' : name
}

function boundOption(options: KeyOptions, name: (typeof scopeNames)[number]): [string, string[]][] {
  const given = options[optionOf(name)]
  return given === undefined ? [] : [[name, listOf(given)]]
}

function listOf(given: string): string[] {
  return given.split(',').filter((text) => text !== '')
}

/** What `--without` takes away of a key, as a change says it. Throws `UsageError`. */
export function withoutFields({
  without,
  ...given
}: KeyOptions & { readonly without?: string | undefined }): KeySettings {
  const names = without === undefined ? [] : listOf(without)
  const fields: Record<string, null | []> = {}
  for (const name of names) {
    const field = removable.get(name)
    if (field === undefined) throw new UsageError(`--without takes ${[...removable.keys()].join(', ')}.`)
    if (given[name as keyof KeyOptions] !== undefined) throw new UsageError(`Give --${name}, or take it away.`)
    fields[field] = name === 'budget' || name === 'limit' ? [] : null
  }
  return fields
}

/** By option: fields that a key may be without. */
const removable: ReadonlyMap<string, string> = new Map([
  ['budget', 'budgets'],
  ['limit', 'limits'],
  ['expires', 'expiresAt'],
  ['owner', 'owner'],
  ...scopeNames.map((name) => [optionOf(name), name] as const),
])

/** As it is written for `--budget` and `--limit`. */
export function amountText(budget: {
  readonly measure: string
  readonly amount: number
  readonly per: string | null
}): string {
  return `${budget.measure}=${budget.amount}${budget.per === null ? '' : `/${budget.per}`}`
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
export function expiry(text: string, now: Date): string {
  const days = /^(\d{1,4})d$/.exec(text)?.[1]
  const at = days === undefined ? new Date(text) : new Date(now.getTime() + Number(days) * 86_400_000)
  if (Number.isNaN(at.getTime()) || (days === undefined && !isDay(text.slice(0, 10))))
    throw new UsageError(`Write a date such as 2027-01-31 for --expires, or days from now such as 90d, not "${text}".`)
  if (at <= now) throw new UsageError(`The time of --expires is over already: "${text}".`)
  return at.toISOString()
}

/** JavaScript reads the 30th of February as a day of March. */
function isDay(text: string): boolean {
  return /^\d{4}-\d\d-\d\d$/.test(text) && new Date(text).toISOString().startsWith(text)
}

/** `90s`, `24h`, `7d`, in seconds. */
export function durationSeconds(text: string): number {
  const [, count = '', unit = ''] = /^(\d{1,6})([smhd])$/.exec(text) ?? []
  const seconds = Number(count) * ({ s: 1, m: 60, h: 3600, d: 86_400 }[unit] ?? Number.NaN)
  if (!Number.isFinite(seconds))
    throw new UsageError(`Write a time such as 30m, 24h or 7d for --overlap, not "${text}".`)
  if (seconds > maxOverlapSeconds) throw new UsageError('Write at most 30d for --overlap.')
  return seconds
}
