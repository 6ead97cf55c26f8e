/** Puts an answer about calls together from tallies, whatever store they come from. */

import { GatewayError } from '../errors.ts'
import {
  type AnalyticsAnswer,
  type AnalyticsQuery,
  type DimensionValue,
  type MeasureValues,
  sumNames,
} from './analytics.ts'
import { addTally, emptyTally, type Tally, timeOf, valuesOf } from './tally.ts'
import { type TimeBucket, timeBuckets } from './time-buckets.ts'

const MAX_SEGMENTS = 1000
const MAX_TALLIES = 50_000
/** Each distribution takes some kilobytes. */
const MAX_DISTRIBUTIONS = 24_000
/** Values of a series in one answer: some megabytes. */
const MAX_VALUES = 200_000

const callsAt = sumNames.indexOf('calls')

export interface Groups {
  /** To which a call of the group is added: the tally of this part of the range. */
  at(group: readonly DimensionValue[], segment: number): Tally
  all(): readonly Group[]
  /** Forgets tallies of no calls, where some were taken away from others. */
  dropEmpty(): void
}

interface Group {
  readonly values: readonly DimensionValue[]
  readonly segments: ReadonlyMap<number, Tally>
}

/** The parts of the range by the calendar; the range itself without an interval. Throws `range_too_large`. */
export function segmentsOf(query: AnalyticsQuery): readonly TimeBucket[] {
  const { from, to, interval, timeZone } = query
  if (interval === undefined) return [{ start: from, from, to }]
  const segments = timeBuckets(query, interval, timeZone, MAX_SEGMENTS)
  if (segments === undefined) throw tooMuch(`The range has more than ${MAX_SEGMENTS} of its intervals.`)
  return segments
}

/** Throws `range_too_large` when there are more groups than an answer can have. */
export function groupsFor(query: AnalyticsQuery): Groups {
  const distributions = new Set(query.measures.map(timeOf)).difference(new Set([undefined])).size
  const max = distributions === 0 ? MAX_TALLIES : MAX_DISTRIBUTIONS / distributions
  const groups = new Map<string, { values: readonly DimensionValue[]; segments: Map<number, Tally> }>()
  let tallies = 0
  return {
    at(values, segment) {
      const name = JSON.stringify(values)
      let group = groups.get(name)
      if (group === undefined) {
        group = { values, segments: new Map() }
        groups.set(name, group)
      }
      let tally = group.segments.get(segment)
      if (tally === undefined) {
        if (++tallies > max) throw tooMuch('It has too many groups.')
        tally = emptyTally()
        group.segments.set(segment, tally)
      }
      return tally
    },
    all: () => [...groups.values()],
    dropEmpty() {
      for (const [name, { segments }] of groups) {
        for (const [segment, { sums }] of segments) if (sums[callsAt] === 0) segments.delete(segment)
        if (segments.size === 0) groups.delete(name)
      }
    },
  }
}

export function answerOf(
  query: AnalyticsQuery,
  segments: readonly TimeBucket[],
  groups: Groups,
  read: AnalyticsAnswer['read'],
): AnalyticsAnswer {
  const { by, measures, interval, timeZone, limit } = query
  const total = emptyTally()
  const all = groups.all().map(({ values, segments: parts }) => {
    const sum = emptyTally()
    for (const part of parts.values()) addTally(sum, part)
    addTally(total, sum)
    return { values, parts, result: valuesOf(sum, measures) }
  })
  // Without calls there is no group, and the series of none is still a series.
  if (all.length === 0 && by.length === 0) {
    all.push({ values: [], parts: new Map(), result: valuesOf(emptyTally(), measures) })
  }
  const first = measures[0]
  const sizeOf = (values: MeasureValues): number => Number((first === undefined ? null : values[first]) ?? -1)
  all.sort((a, b) => sizeOf(b.result) - sizeOf(a.result) || compareTexts(a.values, b.values))
  const shown = all.slice(0, limit)
  if (interval !== undefined && shown.length * segments.length * measures.length > MAX_VALUES) {
    throw tooMuch(`It has more than ${MAX_VALUES} values; ask for fewer measures, or a smaller \`limit\`.`)
  }
  const empty = valuesOf(emptyTally(), measures)
  return {
    from: new Date(query.from).toISOString(),
    to: new Date(query.to).toISOString(),
    interval: interval ?? null,
    timeZone,
    by,
    measures,
    totals: valuesOf(total, measures),
    data: shown.map(({ values, parts, result }) => ({
      group: Object.fromEntries(by.map((name, place) => [name, values[place] ?? null])),
      values: result,
      ...(interval === undefined
        ? {}
        : {
            series: segments.map(({ start }, index) => {
              const part = parts.get(index)
              return {
                start: new Date(start).toISOString(),
                values: part === undefined ? empty : valuesOf(part, measures),
              }
            }),
          }),
    })),
    groups: all.length,
    read,
  }
}

function compareTexts(a: readonly DimensionValue[], b: readonly DimensionValue[]): number {
  const [left, right] = [JSON.stringify(a), JSON.stringify(b)]
  return left < right ? -1 : left > right ? 1 : 0
}

export function tooMuch(why: string): GatewayError {
  return new GatewayError('range_too_large', `This question is too large. ${why}`)
}
