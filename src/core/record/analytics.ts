/** What can be asked of all calls together: dimensions, measures, the shapes of question and answer. */
import type { Interval } from './time-buckets.ts'

/** By these, sums are kept beside the calls. */
export const rolledDimensions = [
  'workspace',
  'key',
  'agent',
  'user',
  'provider',
  'account',
  'model',
  'requestedModel',
  'endpoint',
  'status',
  'errorCode',
  'route',
  'shadow',
] as const
export type RolledDimension = (typeof rolledDimensions)[number]

/** By these, and by `metadata.<name>`, the calls themselves are read. */
export const readDimensions = ['cache', 'stream', 'clientDialect', 'providerDialect', 'finishReason'] as const
export type ReadDimension = (typeof readDimensions)[number]

export type Dimension = RolledDimension | ReadDimension | `metadata.${string}`

/** `null`: the call has none. */
export type DimensionValue = string | number | boolean | null

/** What is added up for each set of calls. Money in nano-USD, durations in microseconds. */
export const sumNames = [
  'calls',
  'errors',
  'inputTokens',
  'cachedInputTokens',
  'cacheWriteTokens',
  'outputTokens',
  'reasoningTokens',
  'costNanoUsd',
  'savedNanoUsd',
  'unpricedCalls',
  'estimatedCalls',
  'cacheHits',
  'cacheLookups',
  'attempts',
  'fallbackCalls',
  'durationUs',
  'overheadUs',
  'timeToFirstTokenUs',
  'firstTokens',
] as const
export type SumName = (typeof sumNames)[number]

/** Whose distribution is kept. */
export const timeNames = ['duration', 'timeToFirstToken', 'overhead'] as const
export type TimeName = (typeof timeNames)[number]

export const percentiles = [50, 75, 90, 95, 99] as const
type Percentile = `${TimeName}P${(typeof percentiles)[number]}Ms`

export type Measure =
  | Exclude<SumName, 'durationUs' | 'overheadUs' | 'timeToFirstTokenUs' | 'firstTokens'>
  | 'tokens'
  | 'costUsd'
  | 'savedUsd'
  | 'errorRate'
  | 'cacheHitRate'
  | 'durationMeanMs'
  | 'overheadMeanMs'
  | 'timeToFirstTokenMeanMs'
  | Percentile

export interface AnalyticsQuery {
  /** At least one; groups are ordered by the first, the largest first. */
  readonly measures: readonly Measure[]
  readonly by: readonly Dimension[]
  /** Each dimension has one of its values. `model` is, as in a list of calls, either name of it. */
  readonly filters: readonly AnalyticsFilter[]
  /** Unix milliseconds: calls that started at or after `from`, before `to`. */
  readonly from: number
  readonly to: number
  readonly interval?: Interval
  /** An IANA name. */
  readonly timeZone: string
  /** Groups in the answer at most. */
  readonly limit: number
}

export interface AnalyticsFilter {
  readonly dimension: Dimension
  readonly values: readonly string[]
}

/**
 * By measure. Sums of money in nano-USD are decimal texts, exact however large; the rest are numbers. `null` where there is
 * nothing to tell it from: no rate of no calls.
 */
export type MeasureValues = Readonly<Record<string, number | string | null>>

export interface AnalyticsAnswer {
  /** ISO 8601. */
  readonly from: string
  readonly to: string
  readonly interval: Interval | null
  readonly timeZone: string
  readonly by: readonly Dimension[]
  readonly measures: readonly Measure[]
  /** Of all calls asked for, those of groups that were left out too. */
  readonly totals: MeasureValues
  readonly data: readonly AnalyticsGroup[]
  /** How many groups there are; `data` has the first of them. */
  readonly groups: number
  /** What was read for the answer. */
  readonly read: { readonly rollups: number; readonly calls: number }
}

export interface AnalyticsGroup {
  readonly group: Readonly<Record<string, DimensionValue>>
  readonly values: MeasureValues
  /** With an `interval`: all of the range, in order, those without calls too. `start` is where it begins in the time zone, ISO 8601. */
  readonly series?: readonly { readonly start: string; readonly values: MeasureValues }[]
}
