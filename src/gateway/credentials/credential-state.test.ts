import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { GatewayError } from '../../core/errors.ts'
import { failed, nextStep, nothingHeld, received } from './credential-state.ts'

const error = new GatewayError('upstream_unreachable', 'No.')
const hour = 3_600_000

describe('a token', () => {
  it('is asked for when there is none', () => {
    expect(nextStep(nothingHeld, 0)).toEqual({ kind: 'exchange' })
  })

  it('is used, renewed five minutes before its end, and not sent in its last ten seconds', () => {
    const held = received('token', 1000 + hour, 1000)
    expect(nextStep(held, 1000)).toEqual({ kind: 'use', value: 'token', isDue: false })
    expect(nextStep(held, 1000 + hour - 300_001)).toMatchObject({ isDue: false })
    expect(nextStep(held, 1000 + hour - 300_000)).toEqual({ kind: 'use', value: 'token', isDue: true })
    expect(nextStep(held, 1000 + hour - 10_001)).toMatchObject({ kind: 'use' })
    expect(nextStep(held, 1000 + hour - 10_000)).toEqual({ kind: 'exchange' })
  })

  it('is never used at or after its end, whatever its lifetime', () => {
    fc.assert(
      fc.property(fc.nat(hour * 24), fc.nat(hour * 48), (lifetime, at) => {
        const step = nextStep(received('token', lifetime, 0), at)
        if (step.kind === 'use') expect(at).toBeLessThan(lifetime)
        // One in its first three quarters is neither renewed nor given up.
        if (lifetime > 0 && at < lifetime * 0.75 && at < lifetime - 300_000) {
          expect(step).toEqual({ kind: 'use', value: 'token', isDue: false })
        }
      }),
    )
  })
})

describe('a failed exchange', () => {
  it('is repeated after a pause that doubles up to a minute', () => {
    let held = failed(nothingHeld, error, 0)
    let now = 0
    for (const pause of [2, 4, 8, 16, 32, 60, 60]) {
      expect(nextStep(held, now + pause * 1000 - 1)).toEqual({ kind: 'refuse', error })
      now += pause * 1000
      expect(nextStep(held, now)).toEqual({ kind: 'exchange' })
      held = failed(held, error, now)
    }
    expect(received('token', now + hour, now)).not.toHaveProperty('failure')
  })

  it('of a renewal leaves the token in use, and waits before the next', () => {
    const at = hour - 200_000
    const held = failed(received('token', hour, 0), error, at)
    expect(nextStep(held, at + 1999)).toEqual({ kind: 'use', value: 'token', isDue: false })
    expect(nextStep(held, at + 2000)).toEqual({ kind: 'use', value: 'token', isDue: true })
  })
})
