import { describe, expect, it } from 'vitest'
import { CallLifetime } from '../../../core/calls/lifetime.ts'
import { GatewayError } from '../../../core/errors.ts'
import type { Deadlines } from '../deadlines.ts'
import { uploadClock } from './upload-clock.ts'

const limits = { bodyTimeoutMs: 1000, deadlineMs: 10_000 }

/** Time that a test moves, and what ends a call in it. */
function bench() {
  let now = 0
  let due: { at: number; reason: () => GatewayError } | undefined
  const deadlines: Deadlines = {
    set: (_, afterMs, reason) => {
      due = { at: now + afterMs, reason }
    },
    delete: () => undefined,
    close: () => undefined,
  }
  const clock = uploadClock({
    deadlines,
    lifetime: new CallLifetime(),
    limits,
    now: () => now,
    bodyTimeout: () => new GatewayError('body_timeout', 'late'),
    deadlineExceeded: () => new GatewayError('deadline_exceeded', 'over'),
  })
  /** The code of what has ended the call, if it has. */
  const pass = (ms: number): string | undefined => {
    now += ms
    return due !== undefined && now >= due.at ? due.reason().code : undefined
  }
  return { clock, pass }
}

describe('the time for a body', () => {
  it('is over when nothing comes, or when what comes is a drip', () => {
    expect(bench().pass(1000)).toBe('body_timeout')
    const { clock, pass } = bench()
    for (let step = 0; step < 9; step++) {
      expect(pass(100)).toBeUndefined()
      clock.came(7000)
    }
    expect(pass(100)).toBe('body_timeout')
  })

  it('goes on as long as the body does, up to the end of the call', () => {
    const { clock, pass } = bench()
    for (let step = 0; step < 19; step++) {
      expect(pass(500)).toBeUndefined()
      clock.came(64 * 1024)
    }
    expect(pass(500)).toBe('deadline_exceeded')
  })

  it('is not taken from a client that has to wait for the provider', () => {
    const { clock, pass } = bench()
    clock.hold()
    expect(pass(5000)).toBeUndefined()
    clock.goOn()
    expect(pass(999)).toBeUndefined()
    expect(pass(1)).toBe('body_timeout')
  })
})
