import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { afterFailure, afterSuccess, type Breaker, breakerState, closedBreaker, halfOpened } from './breaker.ts'

/** What happened, and how long after the last. */
const event = fc.record({ isFailure: fc.boolean(), afterMs: fc.nat({ max: 30_000 }) })
const history = fc.array(event, { maxLength: 60 })

/** Each state on the way, with its time. */
function course(events: readonly { readonly isFailure: boolean; readonly afterMs: number }[]) {
  let breaker: Breaker = closedBreaker
  let nowMs = 0
  return events.map(({ isFailure, afterMs }) => {
    const before = breaker
    nowMs += afterMs
    breaker = isFailure ? afterFailure(before, nowMs) : afterSuccess(before, nowMs)
    return { before, breaker, nowMs, isFailure }
  })
}

/** So many failures at once. */
const broken = (failures: number, nowMs = 0): Breaker =>
  Array.from({ length: failures }).reduce<Breaker>((breaker) => afterFailure(breaker, nowMs), closedBreaker)

describe('a circuit breaker', () => {
  it('is closed at any time when nothing has failed', () => {
    fc.assert(
      fc.property(history, (events) => {
        for (const { breaker, nowMs } of course(events.map((entry) => ({ ...entry, isFailure: false })))) {
          expect(breakerState(breaker, nowMs)).toBe('closed')
        }
      }),
    )
  })

  it('closes with any success, and forgets what failed before it opened', () => {
    fc.assert(
      fc.property(history, (events) => {
        for (const { before, breaker, nowMs, isFailure } of course(events)) {
          if (isFailure) continue
          expect(breakerState(breaker, nowMs)).toBe('closed')
          expect(breaker.inARow).toBe(0)
          if (before.open !== undefined) expect(breaker.failed).toBe(0)
        }
      }),
    )
  })

  it('opens only with a failure, and never for longer than a minute', () => {
    fc.assert(
      fc.property(history, (events) => {
        for (const { before, breaker, nowMs, isFailure } of course(events)) {
          if (before.open === undefined && breaker.open !== undefined) expect(isFailure).toBe(true)
          if (breaker.open !== undefined) expect(breaker.open.untilMs - nowMs).toBeLessThanOrEqual(60_000)
        }
      }),
    )
  })

  it('counts no more failures than attempts, and both are finite', () => {
    fc.assert(
      fc.property(history, (events) => {
        for (const { breaker } of course(events)) {
          expect(breaker.failed).toBeGreaterThanOrEqual(0)
          expect(breaker.failed).toBeLessThanOrEqual(breaker.total)
          expect(breaker.total).toBeLessThanOrEqual(events.length)
        }
      }),
    )
  })

  it('opens at the fifth failure in a row and not before', () => {
    expect(breakerState(broken(4), 0)).toBe('closed')
    expect(breakerState(broken(5), 0)).toBe('open')
  })

  it('opens when half of twenty attempts fail, however they take turns, and not for a tenth of many', () => {
    const turns = (every: number): Breaker =>
      course(Array.from({ length: 100 }, (_, index) => ({ isFailure: index % every === 0, afterMs: 0 }))).at(-1)
        ?.breaker ?? closedBreaker
    const states = course(Array.from({ length: 20 }, (_, index) => ({ isFailure: index % 2 === 1, afterMs: 0 })))
    expect(states.map(({ breaker }) => breakerState(breaker, 0)).slice(0, 19)).not.toContain('open')
    expect(breakerState(states.at(-1)?.breaker ?? closedBreaker, 0)).toBe('open')
    expect(breakerState(turns(10), 0)).toBe('closed')
  })

  it('asks one attempt after its pause, and waits twice as long after each that fails', () => {
    let breaker = broken(5)
    let nowMs = 0
    for (const pauseMs of [2000, 4000, 8000, 16_000, 32_000, 60_000, 60_000]) {
      expect(breakerState(breaker, nowMs + pauseMs - 1)).toBe('open')
      expect(breakerState(breaker, nowMs + pauseMs)).toBe('half-open')
      nowMs += pauseMs
      breaker = afterFailure(breaker, nowMs)
    }
  })

  it('is half-open at once when there is reason to, and waits no shorter after that attempt than it would have', () => {
    const early = halfOpened(broken(5), 500)
    expect(breakerState(early, 500)).toBe('half-open')
    expect(afterFailure(early, 500).open).toEqual({ untilMs: 4500, pauseMs: 4000 })
    expect(halfOpened(closedBreaker, 0)).toBe(closedBreaker)
  })

  it('is not kept open by attempts that began before it opened', () => {
    const open = broken(5)
    expect(afterFailure(open, 1999).open).toEqual(open.open)
  })
})
