import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { forecast } from './forecast.ts'

const day = 86_400_000
const base = { amount: 100, startedAt: 0, lengthMs: day, samples: [] }

describe('a forecast', () => {
  it('is of the pace of the window, while nothing else is known', () => {
    expect(forecast({ ...base, now: day / 4, used: 50 })).toEqual({ endsAt: day / 2, basis: 'window' })
  })

  it('is of the recent pace, where that is known', () => {
    const samples = [{ at: day / 2 - day / 8, used: 40 }]
    expect(forecast({ ...base, now: day / 2, used: 50, samples })).toEqual({
      endsAt: day / 2 + 5 * (day / 8),
      basis: 'recent',
    })
  })

  it('says nothing of a window that has just begun, of one that nothing is used of, or of a burst', () => {
    expect(forecast({ ...base, now: day / 100, used: 99 })).toBeUndefined()
    expect(forecast({ ...base, now: day / 2, used: 0 })).toBeUndefined()
    expect(forecast({ ...base, now: day / 2, used: 1e-9 })).toBeUndefined()
    const { startedAt: _, ...forAllTime } = base
    expect(forecast({ ...forAllTime, now: day, used: 99, samples: [{ at: day - 60_000, used: 0 }] })).toBeUndefined()
  })

  it('never lies before now, and comes no later when more is used', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: day / 40, max: day }),
        fc.double({ min: 1, max: 200, noNaN: true }),
        (now, used) => {
          const found = forecast({ ...base, now, used })
          const more = forecast({ ...base, now, used: used * 1.5 })
          expect(found?.endsAt).toBeGreaterThanOrEqual(now)
          expect(more?.endsAt).toBeLessThanOrEqual(found?.endsAt ?? 0)
        },
      ),
    )
  })
})
