import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { addEncoded, addValue, encodeHistogram, encodeValue, type Histogram, percentile } from './histogram.ts'

const value = fc.oneof(fc.nat(40), fc.nat(1e9), fc.integer({ min: 0, max: 2 ** 42 - 1 }))
const of = (values: readonly number[]): Histogram => {
  const histogram: Histogram = []
  for (const one of values) addValue(histogram, one)
  return histogram
}

describe('a histogram', () => {
  it('tells every percentile within 3.2 % of the value of nearest rank', () => {
    fc.assert(
      fc.property(fc.array(value, { minLength: 1 }), fc.double({ min: 0.01, max: 1, noNaN: true }), (values, part) => {
        const sorted = [...values].sort((a, b) => a - b)
        const exact = sorted[Math.ceil(part * values.length) - 1] ?? 0
        expect(Math.abs((percentile(of(values), part) ?? Number.NaN) - exact)).toBeLessThanOrEqual(0.032 * exact)
      }),
    )
  })

  it('is the same written in one piece, in several, or value by value, one behind the other', () => {
    fc.assert(
      fc.property(fc.array(fc.array(value)), (parts) => {
        const whole = encodeHistogram(of(parts.flat()))
        for (const text of [parts.map((part) => encodeHistogram(of(part))), parts.flat().map(encodeValue)]) {
          const read: Histogram = []
          addEncoded(read, text.join(''))
          expect(encodeHistogram(read)).toBe(whole)
        }
      }),
    )
  })

  it('is what it was when what was added is taken away', () => {
    fc.assert(
      fc.property(fc.array(value), fc.array(value), (before, added) => {
        const read = of(before)
        addEncoded(read, encodeHistogram(of(added)))
        addEncoded(read, encodeHistogram(of(added)), -1)
        expect(encodeHistogram(read)).toBe(encodeHistogram(of(before)))
      }),
    )
  })

  it('of nothing has no percentiles, and reads any text', () => {
    expect(percentile([], 0.5)).toBeUndefined()
    expect(encodeHistogram([])).toBe('')
    fc.assert(
      fc.property(fc.string(), (text) => {
        const read: Histogram = []
        addEncoded(read, text)
        expect(read.length).toBeLessThan(700)
      }),
    )
  })

  it('counts what is longer than fifty days, or less than nothing, as the most and the least', () => {
    expect(percentile(of([Number.MAX_SAFE_INTEGER]), 1)).toBeGreaterThan(4e12)
    expect(percentile(of([-5]), 1)).toBe(0)
  })
})
