import {
  type ConsumptionRuleId,
  type ConsumptionSettings,
  consumptionRuleIds,
} from '../../core/spending/consumption.ts'
import { isJsonObject, type JsonValue } from '../../core/wire/json.ts'
import { type Elsewhere, newElsewhere } from './elsewhere.ts'
import type { LoopRing } from './loop-rings.ts'
import { type MinuteSum, newMinuteSum } from './minute-sum.ts'
import { limitOf, newUsual, type Usual } from './usual.ts'

export const usualMeasures = ['rate', 'cost', 'tokens', 'input', 'output'] as const
export type UsualMeasure = (typeof usualMeasures)[number]

/** What is known of a key, or of one agent or user of it. About a kilobyte. */
export interface Profile {
  /** Of a key; absent of an agent or user. */
  workspace?: string
  /** The key that it is an agent or user of; absent of a key. */
  ofKey?: string
  since: number
  calls: number
  readonly usual: Readonly<Record<UsualMeasure, Usual>>
  readonly rate: MinuteSum
  readonly cost: MinuteSum
  readonly elsewhere: Elsewhere
  /** Whether something in the running minute was an alarm. */
  wasAlarm: boolean
  /** When each model was used last. */
  readonly models: Map<string, number>
  /** Price of the dearest of them, as `CallShape.price`. */
  dearest: number
  /** Until when a rule says nothing more of it. */
  readonly quietUntil: Map<ConsumptionRuleId, number>
  /** Until when a rule that somebody has answered does nothing to it. */
  readonly pardonedUntil: Map<ConsumptionRuleId, number>
  /** By conversation; forgotten with the process. */
  readonly rings: Map<number, LoopRing>
  labels: number
  /** That it was the first to be seen in. */
  networks: number
  /** A call that came to far more tokens than usual, until the next call is judged by it. */
  overspent: { readonly seen: number; readonly limit: number } | undefined
  isChanged: boolean
}

const MAX_MODELS = 64

export function newProfile(now: number): Profile {
  return {
    since: now,
    calls: 0,
    usual: { rate: newUsual(), cost: newUsual(), tokens: newUsual(), input: newUsual(), output: newUsual() },
    rate: newMinuteSum(),
    cost: newMinuteSum(),
    elsewhere: newElsewhere(),
    wasAlarm: false,
    models: new Map(),
    dearest: 0,
    quietUntil: new Map(),
    pardonedUntil: new Map(),
    rings: new Map(),
    labels: 0,
    networks: 0,
    overspent: undefined,
    isChanged: true,
  }
}

/** Below these nothing is an anomaly, whatever is usual: calls and USD a minute, tokens. */
const floors: Readonly<Record<UsualMeasure, number>> = {
  rate: 30,
  cost: 50_000_000,
  tokens: 16_384,
  input: 8192,
  output: 16_384,
}
/** A minute is the sum of many calls. */
const LEAST_MINUTES = 10

export function isLearned(profile: Profile, at: number, { learnCalls, learnMs }: ConsumptionSettings): boolean {
  return profile.calls >= learnCalls && at - profile.since >= learnMs
}

/** From where on it is an anomaly of a key that is learned; `undefined`: too few values were seen. */
export function usualLimit({ usual }: Profile, measure: UsualMeasure): number | undefined {
  const isByMinute = measure === 'rate' || measure === 'cost'
  return limitOf(usual[measure], floors[measure], isByMinute ? LEAST_MINUTES : undefined)
}

export function useModel(profile: Profile, model: string, price: number | undefined, now: number): void {
  profile.models.delete(model)
  profile.models.set(model, now)
  if (price !== undefined && price > profile.dearest) profile.dearest = price
  if (profile.models.size <= MAX_MODELS) return
  for (const oldest of profile.models.keys()) if (profile.models.delete(oldest)) break
}

/** What outlives a process. */
export function profileText({ workspace, since, calls, usual, models, dearest, pardonedUntil }: Profile): string {
  return JSON.stringify({
    workspace,
    since,
    calls,
    usual,
    models: [...models],
    dearest,
    pardonedUntil: [...pardonedUntil],
  })
}

/** `undefined`: nothing that a version of this program has written, so that the key is learned anew. */
export function readProfile(read: JsonValue | undefined): Profile | undefined {
  if (!isJsonObject(read)) return undefined
  const { workspace, since, calls, usual, models, dearest, pardonedUntil } = read
  if (!isCount(since) || !isCount(calls) || !isCount(dearest) || !isJsonObject(usual)) return undefined
  const profile: Profile = { ...newProfile(since), calls, dearest, isChanged: false }
  if (typeof workspace === 'string') profile.workspace = workspace
  for (const measure of usualMeasures) {
    const kept = usual[measure]
    if (!isJsonObject(kept)) return undefined
    const { count, centre, spread, high, rail, railAt } = kept
    if (!isCount(count) || !isCount(centre) || !isCount(spread) || !isCount(high)) return undefined
    const rails = isCount(rail) && isCount(railAt) ? { rail, railAt } : {}
    Object.assign(profile.usual[measure], { count, centre, spread, high, ...rails })
  }
  for (const [model, at] of pairs(models)) profile.models.set(model, at)
  for (const [rule, until] of pairs(pardonedUntil)) {
    const id = consumptionRuleIds.find((known) => known === rule)
    if (id !== undefined) profile.pardonedUntil.set(id, until)
  }
  return profile
}

function isCount(value: JsonValue | undefined): value is number {
  return typeof value === 'number' && Number.isFinite(value) && value >= 0
}

function pairs(value: JsonValue | undefined): [string, number][] {
  if (!Array.isArray(value)) return []
  return value.flatMap((entry): [string, number][] => {
    if (!Array.isArray(entry)) return []
    const [name, number] = entry
    return typeof name === 'string' && isCount(number) ? [[name, number]] : []
  })
}
