/** Sums and distributions of a set of calls. The same calls give the same tally in whatever parts they were added. */
import {
  type DimensionValue,
  type Measure,
  type MeasureValues,
  type RolledDimension,
  type SumName,
  sumNames,
  type TimeName,
} from './analytics.ts'
import { addValue, type Histogram, percentile } from './histogram.ts'

/** What a call adds to a tally. Money in nano-USD, durations in microseconds, all whole; `null`: not known. */
export interface CallFigures {
  readonly startedAt: number
  readonly dimensions: Readonly<Record<RolledDimension, DimensionValue>>
  readonly cache: string | null
  readonly inputTokens: number | null
  readonly cachedInputTokens: number | null
  readonly cacheWriteTokens: number | null
  readonly outputTokens: number | null
  readonly reasoningTokens: number | null
  readonly isEstimated: boolean
  readonly costNanoUsd: number | null
  readonly savedNanoUsd: number | null
  readonly attempts: number
  readonly durationUs: number
  readonly overheadUs: number
  readonly timeToFirstTokenUs: number | null
}

/** A provider may report any number: what a floating-point number does not tell exactly is a bigint. */
export type Sum = number | bigint

export function plus(a: Sum, b: Sum): Sum {
  if (typeof a === 'number' && typeof b === 'number') {
    const sum = a + b
    if (Number.isSafeInteger(sum)) return sum
  }
  return BigInt(a) + BigInt(b)
}

export interface Tally {
  /** In the order of `sumNames`. */
  readonly sums: Sum[]
  readonly histograms: Readonly<Record<TimeName, Histogram>>
}

export function emptySums(): Sum[] {
  return sumNames.map(() => 0)
}

export function emptyTally(): Tally {
  return { sums: emptySums(), histograms: { duration: [], timeToFirstToken: [], overhead: [] } }
}

export function addCall({ sums, histograms }: Tally, call: CallFigures): void {
  addSums(sums, sumsOf(call))
  addValue(histograms.duration, call.durationUs)
  addValue(histograms.overhead, call.overheadUs)
  if (call.timeToFirstTokenUs !== null) addValue(histograms.timeToFirstToken, call.timeToFirstTokenUs)
}

export function addSums(to: Sum[], from: readonly Sum[]): void {
  for (let index = 0; index < from.length; index++) {
    const sum = from[index] ?? 0
    if (sum !== 0) to[index] = plus(to[index] ?? 0, sum)
  }
}

/** In the order of `sumNames`. */
export function sumsOf(call: CallFigures): readonly number[] {
  const { cache } = call
  const { status, provider } = call.dimensions
  const isError = Number(status) >= 400
  const isHit = cache === 'hit' || cache === 'semantic'
  // A literal in that order: this is done for every call.
  return [
    1, // calls
    isError ? 1 : 0, // errors
    call.inputTokens ?? 0, // inputTokens
    call.cachedInputTokens ?? 0, // cachedInputTokens
    call.cacheWriteTokens ?? 0, // cacheWriteTokens
    call.outputTokens ?? 0, // outputTokens
    call.reasoningTokens ?? 0, // reasoningTokens
    call.costNanoUsd ?? 0, // costNanoUsd
    call.savedNanoUsd ?? 0, // savedNanoUsd
    provider !== null && call.costNanoUsd === null && !isError ? 1 : 0, // unpricedCalls
    call.isEstimated ? 1 : 0, // estimatedCalls
    isHit ? 1 : 0, // cacheHits
    isHit || cache === 'miss' ? 1 : 0, // cacheLookups
    call.attempts, // attempts
    call.attempts > 1 ? 1 : 0, // fallbackCalls
    call.durationUs, // durationUs
    call.overheadUs, // overheadUs
    call.timeToFirstTokenUs ?? 0, // timeToFirstTokenUs
    call.timeToFirstTokenUs === null ? 0 : 1, // firstTokens
  ]
}

export function addTally(to: Tally, from: Tally): void {
  addSums(to.sums, from.sums)
  for (const name of ['duration', 'timeToFirstToken', 'overhead'] as const) {
    const target = to.histograms[name]
    from.histograms[name].forEach((count, bin) => {
      target[bin] = (target[bin] ?? 0) + count
    })
  }
}

const percentileMeasure = /^(duration|timeToFirstToken|overhead)P(\d\d)Ms$/

/** Which distribution a measure is told from, if from any. */
export function timeOf(measure: Measure): TimeName | undefined {
  return percentileMeasure.exec(measure)?.[1] as TimeName | undefined
}

/** Which sums a measure is told from. */
export function sumsFor(measure: Measure): readonly SumName[] {
  switch (measure) {
    case 'tokens':
      return ['inputTokens', 'outputTokens']
    case 'costUsd':
      return ['costNanoUsd']
    case 'savedUsd':
      return ['savedNanoUsd']
    case 'errorRate':
      return ['errors', 'calls']
    case 'cacheHitRate':
      return ['cacheHits', 'cacheLookups']
    case 'durationMeanMs':
      return ['durationUs', 'calls']
    case 'overheadMeanMs':
      return ['overheadUs', 'calls']
    case 'timeToFirstTokenMeanMs':
      return ['timeToFirstTokenUs', 'firstTokens']
    default: {
      const sum = sumNames.find((name) => name === measure)
      return sum === undefined ? [] : [sum]
    }
  }
}

export function valuesOf(tally: Tally, measures: readonly Measure[]): MeasureValues {
  return Object.fromEntries(measures.map((measure) => [measure, measured(tally, measure)]))
}

function measured(tally: Tally, measure: Measure): number | string | null {
  const [, time, percent] = percentileMeasure.exec(measure) ?? []
  if (time !== undefined) {
    const found = percentile(tally.histograms[time as TimeName], Number(percent) / 100)
    return found === undefined ? null : found / 1000
  }
  const [first = 0, second = 0] = sumsFor(measure).map((name) => tally.sums[sumNames.indexOf(name)] ?? 0)
  const rate = Number(second) === 0 ? null : Number(first) / Number(second)
  switch (measure) {
    case 'costNanoUsd':
    case 'savedNanoUsd':
      return String(first)
    case 'costUsd':
    case 'savedUsd':
      return Number(first) / 1e9
    case 'tokens':
      return Number(plus(first, second))
    case 'errorRate':
    case 'cacheHitRate':
      return rate
    case 'durationMeanMs':
    case 'overheadMeanMs':
    case 'timeToFirstTokenMeanMs':
      return rate === null ? null : rate / 1000
    default:
      return Number(first)
  }
}
