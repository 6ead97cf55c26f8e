/**
 * Sums of calls by quarter of an hour, hour and day (UTC) and by dimensions: which there are. What reads them is
 * `call-analytics.ts`; why they are as they are, `docs/decisions/2026-11-25-rollups.md`.
 */
import { type RolledDimension, sumNames, timeNames } from '../../../core/record/analytics.ts'

const QUARTER_MS = 900_000
const HOUR_MS = 3_600_000
export const DAY_MS = 86_400_000

/**
 * Sums by some of the dimensions. What a client makes up may not make sets of calls without end: of one workspace and day, sets
 * from the bound on are made without the dimensions that a client, or a provider, can choose the values of.
 */
export interface Family {
  readonly dimensions: readonly RolledDimension[]
  readonly maxSets: number
  readonly open: readonly RolledDimension[]
  /** From fine to coarse, each a multiple of the one before. `level` is what rows of it are found by. */
  readonly levels: readonly { readonly level: number; readonly bucketMs: number }[]
}

/** The first that has all that is asked for is read. */
export const families: readonly Family[] = [
  // A tenth of the rows of all dimensions together, for what is looked at most.
  {
    dimensions: ['workspace', 'provider', 'account', 'model'],
    maxSets: 1000,
    open: ['model'],
    levels: [
      { level: 5, bucketMs: QUARTER_MS },
      { level: 6, bucketMs: HOUR_MS },
      { level: 7, bucketMs: DAY_MS },
    ],
  },
  {
    dimensions: ['workspace', 'key'],
    maxSets: 5000,
    open: [],
    levels: [
      { level: 8, bucketMs: QUARTER_MS },
      { level: 9, bucketMs: HOUR_MS },
      { level: 10, bucketMs: DAY_MS },
    ],
  },
  {
    dimensions: [
      'workspace',
      'key',
      'agent',
      'provider',
      'account',
      'model',
      'requestedModel',
      'endpoint',
      'status',
      'errorCode',
      'route',
      'shadow',
    ],
    maxSets: 2000,
    open: ['agent', 'model', 'requestedModel', 'endpoint', 'errorCode', 'route'],
    // Quarters: that is how far time zones are from one another.
    levels: [
      { level: 0, bucketMs: QUARTER_MS },
      { level: 1, bucketMs: HOUR_MS },
      { level: 2, bucketMs: DAY_MS },
    ],
  },
  // End users are many, and each has few calls: by anything more, or in shorter buckets, each call would be a sum of its own.
  {
    dimensions: ['workspace', 'user'],
    maxSets: 5000,
    open: ['user'],
    levels: [{ level: 4, bucketMs: DAY_MS }],
  },
]

/** The column of each sum. */
export const sumColumns = sumNames.map((name) => name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`))
export const histogramColumns = timeNames.map(
  (name) => `${name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`)}_histogram`,
)
export const histogramColumnOf = (name: (typeof timeNames)[number]): string =>
  histogramColumns[timeNames.indexOf(name)] ?? ''

/** Those by end user. */
export const userLevels = families
  .filter(({ dimensions }) => dimensions.includes('user'))
  .flatMap(({ levels }) => levels)

export function floor(time: number, stepMs: number): number {
  return Math.floor(time / stepMs) * stepMs
}
