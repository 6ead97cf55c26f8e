import fc from 'fast-check'
import { expect, it } from 'vitest'
import { createLatencies } from './latencies.ts'

const milliseconds = fc.double({ min: 0, max: 60_000, noNaN: true })
const figures = fc.array(milliseconds, { maxLength: 400 })

it('the percentile is unknown while there are fewer than twenty, and then one of the last', () => {
  fc.assert(
    fc.property(figures, (all) => {
      const latencies = createLatencies()
      for (const [index, ms] of all.entries()) {
        latencies.add(ms)
        const p95 = latencies.p95Ms()
        if (index < 19) expect(p95).toBeUndefined()
        // Worked out anew after sixteen more, from the last 128.
        else expect(all.slice(Math.max(0, index + 1 - 128 - 16), index + 1)).toContain(p95)
      }
    }),
  )
})

it('19 of 20 are below the percentile, in whatever order they come', () => {
  fc.assert(
    fc.property(fc.shuffledSubarray([...Array(100).keys()], { minLength: 100 }), (shuffled) => {
      const latencies = createLatencies()
      for (const ms of shuffled) latencies.add(ms)
      expect(latencies.p95Ms()).toBe(95)
    }),
  )
})

it('the mean stays within what was measured, and forgets what is long ago', () => {
  fc.assert(
    fc.property(fc.array(milliseconds, { minLength: 1, maxLength: 400 }), (all) => {
      const latencies = createLatencies()
      for (const ms of all) latencies.add(ms)
      expect(latencies.meanMs).toBeGreaterThanOrEqual(Math.min(...all) - 1e-6)
      expect(latencies.meanMs).toBeLessThanOrEqual(Math.max(...all) + 1e-6)
    }),
  )
  const latencies = createLatencies()
  latencies.add(60_000)
  for (let call = 0; call < 60; call++) latencies.add(10)
  expect(latencies.meanMs).toBeLessThan(11)
})
