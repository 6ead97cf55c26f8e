import type { ConsumptionSettings } from '../../core/spending/consumption.ts'
import { isLearned, type Profile, type UsualMeasure, usualLimit } from '../../policy/consumption/profile.ts'
import { usualValue } from '../../policy/consumption/usual.ts'

interface Measured {
  readonly usual: number
  /** From where on it is an anomaly; `null`: not known yet. */
  readonly limit: number | null
}

/** What is usual of a key, as people read it. */
export interface Baseline {
  /** Unix milliseconds. */
  readonly since: number
  readonly calls: number
  readonly isLearned: boolean
  readonly callsPerMinute: Measured
  readonly costUsdPerMinute: Measured
  readonly tokensPerCall: Measured
  readonly promptTokens: Measured
  readonly outputTokensAsked: Measured
  readonly models: readonly string[]
}

export function baselineOf(profile: Profile, settings: ConsumptionSettings | undefined, now: number): Baseline {
  const learned = settings !== undefined && isLearned(profile, now, settings)
  const measured = (measure: UsualMeasure, unit = 1): Measured => {
    const usual = profile.usual[measure]
    const limit = learned ? usualLimit(profile, measure) : undefined
    return {
      usual: Number((usualValue(usual) / unit).toPrecision(3)),
      limit: limit === undefined ? null : Number((limit / unit).toPrecision(3)),
    }
  }
  return {
    since: profile.since,
    calls: profile.calls,
    isLearned: learned,
    callsPerMinute: measured('rate'),
    costUsdPerMinute: measured('cost', 1e9),
    tokensPerCall: measured('tokens'),
    promptTokens: measured('input'),
    outputTokensAsked: measured('output'),
    models: [...profile.models.keys()],
  }
}
