import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { DAY_MS, families } from './rollup-families.ts'
import { readsFor, type Span } from './rollup-reads.ts'

const levels = families[0]?.levels ?? []
const HOUR_MS = 3_600_000
const quarterMs = levels[0]?.bucketMs ?? 0
const day = Date.UTC(2026, 10, 2)

/** On a quarter, or a little beside it. */
const time = fc
  .tuple(fc.integer({ min: -200, max: 800 }), fc.constantFrom(0, 0, 0, 1, 450_000))
  .map(([quarters, more]) => day + quarters * quarterMs + more)

const partsBetween = (times: readonly number[]): readonly Span[] => {
  const ends = [...new Set(times)].sort((a, b) => a - b)
  return ends.slice(1).map((to, index) => ({ from: ends[index] ?? 0, to }))
}

/** Parts as days of a place that is so many hours ahead of UTC. */
const daysOf = (hours: number, count: number): readonly Span[] =>
  Array.from({ length: count }, (_, index) => ({
    from: day + index * DAY_MS - hours * HOUR_MS,
    to: day + (index + 1) * DAY_MS - hours * HOUR_MS,
  }))

const bucketsIn = (parts: readonly Span[], takesAway: boolean): number =>
  readsFor(parts, levels, takesAway).reduce((sum, { level, from, to }) => {
    const bucketMs = levels.find((one) => one.level === level)?.bucketMs ?? Number.POSITIVE_INFINITY
    return sum + (to - from) / bucketMs
  }, 0)

describe('what is read for the parts of a range', () => {
  it('adds up to each moment of a part once, and to no other', () => {
    fc.assert(
      fc.property(fc.array(time, { maxLength: 8 }), fc.boolean(), (times, takesAway) => {
        const parts = partsBetween(times)
        const reads = readsFor(parts, levels, takesAway)
        const edges = [...reads, ...parts].flatMap(({ from, to }) => [from, to]).sort((a, b) => a - b)
        for (const [segment, part] of parts.entries()) {
          for (const moment of edges) {
            const told = reads
              .filter(({ from, to }) => from <= moment && moment < to)
              .flatMap(({ targets }) => targets.filter((target) => target.segment === segment))
              .reduce((sum, { sign }) => sum + sign, 0)
            expect(told).toBe(moment >= part.from && moment < part.to ? 1 : 0)
          }
        }
      }),
    )
  })

  it('is whole buckets of sums, and calls only at ends that are on no quarter of an hour', () => {
    fc.assert(
      fc.property(fc.array(time, { maxLength: 8 }), (times) => {
        for (const { level, from, to } of readsFor(partsBetween(times), levels, true)) {
          const bucketMs = levels.find((one) => one.level === level)?.bucketMs
          if (bucketMs === undefined) expect(to - from).toBeLessThan(quarterMs)
          else expect([from % bucketMs, to % bucketMs]).toEqual([0, 0])
        }
      }),
    )
  })

  it('of days two hours ahead of UTC is three buckets a day, and of none more than half of its hours', () => {
    expect(bucketsIn(daysOf(2, 30), false)).toBe(30 * 24)
    expect(bucketsIn(daysOf(2, 30), true)).toBeLessThanOrEqual(31 * 3)
    for (const hours of [-11, -8, -5, 1, 5.5, 5.75, 8, 9, 12, 13])
      expect(bucketsIn(daysOf(hours, 30), true)).toBeLessThanOrEqual(31 * (1 + 12 + 3))
  })
})
