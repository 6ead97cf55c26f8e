import { describe, expect, it } from 'vitest'
import type { Limits } from '../../core/calls/registry.ts'
import { createLoadGauge } from './load-gauge.ts'

const limits = { maxEventLoopDelayMs: 100 } as Limits

/** A process whose time and memory the test sets. */
function world() {
  let nowMs = 0
  let memory = 0
  let look = (): void => undefined
  const gauge = createLoadGauge({
    now: () => nowMs,
    memoryBytes: () => memory,
    every: (_ms, callback) => {
      look = callback
      return () => undefined
    },
  })
  return {
    gauge,
    tick: (ms: number, bytes = 0) => {
      nowMs += ms
      memory = bytes
      look()
    },
  }
}

describe('the load gauge', () => {
  it('takes calls while timers come when they should', () => {
    const { gauge, tick } = world()
    for (let count = 0; count < 20; count++) tick(101)
    expect(gauge.reason(limits)).toBeUndefined()
  })

  it('takes no offence at one long task, and at many only as long as they last', () => {
    const { gauge, tick } = world()
    tick(500)
    expect(gauge.reason(limits)).toBeUndefined()
    for (let count = 0; count < 10; count++) tick(500)
    expect(gauge.reason(limits)).toMatch(/^The gateway is behind by \d+ ms/)
    for (let count = 0; count < 20; count++) tick(100)
    expect(gauge.reason(limits)).toBeUndefined()
  })

  it('lets the important in for longer, and others not as long', () => {
    const { gauge, tick } = world()
    for (let count = 0; count < 50; count++) tick(250)
    expect(gauge.reason(limits, 'high')).toBeUndefined()
    expect(gauge.reason(limits, 'normal')).toBeDefined()
    const calmer = world()
    for (let count = 0; count < 50; count++) calmer.tick(170)
    expect(calmer.gauge.reason(limits, 'normal')).toBeUndefined()
    expect(calmer.gauge.reason(limits, 'low')).toBeDefined()
  })

  it('counts memory where it has a limit', () => {
    const { gauge, tick } = world()
    tick(100, 300 * 2 ** 20)
    expect(gauge.reason(limits)).toBeUndefined()
    expect(gauge.reason({ ...limits, maxMemoryMegabytes: 299 })).toBe('The gateway uses more than 299 MB of memory.')
  })
})
