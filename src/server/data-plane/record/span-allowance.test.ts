import fc from 'fast-check'
import { expect, test } from 'vitest'
import { GatewayError } from '../../../core/errors.ts'
import { createSpanAllowance } from './span-allowance.ts'

const perMinute = 600

test('whatever a key sends and when, no more is kept of it than its share and one request above', () => {
  const steps = fc.array(fc.record({ afterMs: fc.nat({ max: 20_000 }), bytes: fc.nat({ max: 400 }) }), {
    maxLength: 60,
  })
  fc.assert(
    fc.property(steps, (sent) => {
      let now = 0
      const allowance = createSpanAllowance(() => now)
      let kept = 0
      for (const { afterMs, bytes } of sent) {
        now += afterMs
        try {
          allowance.check('k', perMinute)
        } catch (fault) {
          if (!(fault instanceof GatewayError)) throw fault
          expect(fault.code).toBe('rate_limited')
          // After the time that it is told, it is taken.
          const at = now
          now += (fault.retryAfterSeconds ?? 0) * 1000
          expect(() => allowance.check('k', perMinute)).not.toThrow()
          now = at
          continue
        }
        allowance.use('k', bytes, perMinute)
        kept += bytes
        expect(kept).toBeLessThanOrEqual(perMinute + (now / 60_000) * perMinute + 400)
      }
      // Another key has its own.
      expect(() => allowance.check('other', perMinute)).not.toThrow()
    }),
  )
})
