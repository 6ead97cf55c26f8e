import fc from 'fast-check'
import { expect, it } from 'vitest'
import { nextPauseMs } from './backoff.ts'

const chance = fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true })

it('any row of pauses stays between a tenth of a second and ten, and none is more than three times the last', () => {
  fc.assert(
    fc.property(fc.array(chance, { minLength: 1, maxLength: 30 }), (chances) => {
      let lastMs: number | undefined
      for (const random of chances) {
        const pauseMs = nextPauseMs(lastMs, random)
        expect(pauseMs).toBeGreaterThanOrEqual(100)
        expect(pauseMs).toBeLessThanOrEqual(Math.min(10_000, (lastMs ?? 100) * 3))
        lastMs = pauseMs
      }
    }),
  )
})

it('callers that failed together are spread, from the first pause on', () => {
  expect(nextPauseMs(undefined, 0.1)).not.toBe(nextPauseMs(undefined, 0.9))
})
