import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { intervals, isTimeZone, timeBuckets } from './time-buckets.ts'

const hourMs = 3_600_000
const zones = ['UTC', 'Europe/Berlin', 'Asia/Kolkata', 'Asia/Kathmandu', 'America/New_York', 'Australia/Lord_Howe']
const days = (zone: string, from: string, to: string) =>
  timeBuckets({ from: Date.parse(from), to: Date.parse(to) }, 'day', zone, 100)?.map(
    (bucket) => (bucket.to - bucket.from) / hourMs,
  )

describe('buckets of time', () => {
  it('divide any range without a gap, each from where its part of the calendar begins', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 0, max: Date.UTC(2037, 0) }),
        fc.nat(3 * 365 * 24 * hourMs),
        fc.constantFrom(...intervals),
        fc.constantFrom(...zones),
        (from, span, interval, zone) => {
          const most = { minute: 100 * 60_000, hour: 100 * hourMs }[interval as string] ?? Number.POSITIVE_INFINITY
          const to = from + Math.min(span, most)
          const buckets = timeBuckets({ from, to }, interval, zone, 2000) ?? []
          if (from === to) expect(buckets).toEqual([])
          else expect([buckets[0]?.from, buckets.at(-1)?.to]).toEqual([from, to])
          for (const [index, bucket] of buckets.entries()) {
            expect(bucket.from).toBeGreaterThanOrEqual(bucket.start)
            expect(bucket.to).toBeGreaterThan(bucket.from)
            if (index > 0) expect(bucket.start).toBe(buckets[index - 1]?.to)
          }
        },
      ),
      { numRuns: 300 },
    )
  })

  it('are as long as days are where a clock is set, at midnight too', () => {
    expect(days('Europe/Berlin', '2026-03-27T23:00Z', '2026-03-30T22:00Z')).toEqual([24, 23, 24])
    expect(days('Europe/Berlin', '2026-10-23T22:00Z', '2026-10-26T23:00Z')).toEqual([24, 25, 24])
    // Until 2018 Brazil set its clocks at midnight: the day began at 01:00.
    expect(days('America/Sao_Paulo', '2018-11-03T03:00Z', '2018-11-06T02:00Z')).toEqual([24, 23, 24])
    expect(days('America/Sao_Paulo', '2018-02-16T02:00Z', '2018-02-19T03:00Z')).toEqual([24, 25, 24])
    // Samoa had no 30 December 2011.
    expect(days('Pacific/Apia', '2011-12-29T10:00Z', '2012-01-01T10:00Z')).toEqual([24, 24, 24])
  })

  it('of weeks begin on Monday, of months on the first', () => {
    const range = { from: Date.parse('2026-10-28T12:00Z'), to: Date.parse('2026-11-10T00:00Z') }
    const starts = (interval: 'week' | 'month') =>
      timeBuckets(range, interval, 'Asia/Kolkata', 9)?.map(({ start }) => new Date(start).toISOString())
    expect(starts('week')).toEqual(['2026-10-25T18:30:00.000Z', '2026-11-01T18:30:00.000Z', '2026-11-08T18:30:00.000Z'])
    expect(starts('month')).toEqual(['2026-09-30T18:30:00.000Z', '2026-10-31T18:30:00.000Z'])
  })

  it('are not made beyond their bound', () => {
    expect(timeBuckets({ from: 0, to: 11 * hourMs }, 'hour', 'UTC', 10)).toBeUndefined()
    expect(timeBuckets({ from: 0, to: 10 * hourMs }, 'hour', 'UTC', 10)).toHaveLength(10)
  })

  it('know which time zones there are', () => {
    expect(['Europe/Berlin', 'UTC'].every(isTimeZone)).toBe(true)
    expect(['', 'Mars/Olympus', '../etc/passwd'].some(isTimeZone)).toBe(false)
  })
})
