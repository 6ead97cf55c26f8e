import type { CallDetails } from '../../core/record/call-store.ts'
import { difficultyOf, thresholdOf, whyUnknown } from '../../policy/difficulty/sort-by-difficulty.ts'
import { difficultyWeights } from '../../policy/difficulty/weights.generated.ts'
import { recordedFacts } from './recorded-facts.ts'

/** How hard recorded calls are by the built-in weights. */
export interface MeasuredDifficulty {
  /** Calls with a difficulty. */
  readonly calls: number
  /** Calls that a route by difficulty sends to `otherwise`. */
  readonly otherwise: number
  /** Calls that could not be read: answered by the cache, copies, without a whole body of a dialect. */
  readonly skipped: number
  /** From which difficulty on so many of the calls with one are for the strong model; `null`: none has one. */
  readonly thresholds: readonly { readonly strongShare: number; readonly threshold: number | null }[]
}

const shares = [0.05, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9]

/** Pure: the same calls give the same measure. */
export function measureDifficulty(recorded: readonly CallDetails[]): MeasuredDifficulty {
  const scores: number[] = []
  let otherwise = 0
  let skipped = 0
  for (const call of recorded) {
    const request = recordedFacts(call)?.request
    if (request === undefined) skipped++
    else if (whyUnknown(request) !== undefined) otherwise++
    else scores.push(difficultyOf(request, difficultyWeights).score)
  }
  scores.sort((a, b) => a - b)
  return {
    calls: scores.length,
    otherwise,
    skipped,
    thresholds: shares.map((strongShare) => ({
      strongShare,
      threshold: scores.length === 0 ? null : Number(thresholdOf(strongShare, scores).toFixed(4)),
    })),
  }
}
