import type { MinuteFigures } from '../../core/spending/consumption-sums.ts'
import { lastMinute } from './minute-sum.ts'
import type { Profile } from './profile.ts'

/** What this process knows of the last minute of a profile at other gateways, and what they know of its own. */
export interface Elsewhere {
  heard: MinuteFigures
  at: number
  told: MinuteFigures
  /** What its limits were when it was judged last. */
  readonly bounds: { rate: number; cost: number }
}

export type MinuteMeasure = keyof MinuteFigures

const measures: readonly MinuteMeasure[] = ['rate', 'cost']
const none: MinuteFigures = { rate: 0, cost: 0 }
const MINUTE = 60_000
const UNHEARD = 4

export function newElsewhere(): Elsewhere {
  return {
    heard: none,
    at: 0,
    told: none,
    bounds: { rate: Number.POSITIVE_INFINITY, cost: Number.POSITIVE_INFINITY },
  }
}

/** It fades as what this process has seen itself, also where the clock was set back. */
export function elsewhereNow({ elsewhere: { heard, at } }: Profile, measure: MinuteMeasure, now: number): number {
  return heard[measure] === 0 ? 0 : heard[measure] * Math.max(0, 1 - Math.abs(now - at) / MINUTE)
}

export function ownNow({ rate, cost }: Profile, now: number): MinuteFigures {
  return { rate: lastMinute(rate, now), cost: lastMinute(cost, now) }
}

export function heardOf({ elsewhere }: Profile, told: MinuteFigures, heard: MinuteFigures, now: number): void {
  elsewhere.told = told
  elsewhere.heard = heard
  elsewhere.at = now
}

/**
 * Whether a call may be one too many for all that is known. Without a word to the others each gateway may let its part of a quarter
 * of what is left pass, so that all of them together come to a quarter more than the bound at most. One that is too many in any
 * case is refused without asking.
 */
export function needsWord(profile: Profile, next: MinuteFigures, now: number, gateways: number): boolean {
  if (gateways < 2) return false
  const { bounds, told, heard } = profile.elsewhere
  const own = ownNow(profile, now)
  return measures.some((measure) => {
    const bound = bounds[measure]
    if (next[measure] > bound - own[measure] - elsewhereNow(profile, measure, now)) return false
    const slice = Math.max(0, bound - told[measure] - heard[measure]) / (UNHEARD * gateways)
    return own[measure] - told[measure] + next[measure] > slice
  })
}
