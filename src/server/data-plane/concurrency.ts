import type { Limits, Priority } from '../../core/calls/registry.ts'
import { GatewayError } from '../../core/errors.ts'
import type { LoadGauge } from './load-gauge.ts'

/** Counts the calls in flight, in all and for each key. */
export interface Concurrency {
  readonly inFlight: number
  /** Counts a call in; the result counts it out and may be called more than once. Throws `overloaded` or `too_many_calls`. */
  enter(key: string, limits: Limits, priority?: Priority): () => void
}

export function createConcurrency(gauge: Pick<LoadGauge, 'reason'>): Concurrency {
  let inFlight = 0
  const byKey = new Map<string, number>()
  return {
    get inFlight() {
      return inFlight
    },
    enter(key, limits, priority) {
      const tooMuch = gauge.reason(limits, priority)
      if (tooMuch !== undefined) throw new GatewayError('overloaded', tooMuch, { retryAfterSeconds: 1 })
      if (inFlight >= limits.maxConcurrentCalls) {
        throw new GatewayError('overloaded', `The gateway serves ${limits.maxConcurrentCalls} calls already.`, {
          retryAfterSeconds: 1,
        })
      }
      const ofKey = byKey.get(key) ?? 0
      if (ofKey >= limits.maxConcurrentCallsPerKey) {
        throw new GatewayError(
          'too_many_calls',
          `This key has ${limits.maxConcurrentCallsPerKey} calls in flight already.`,
          { retryAfterSeconds: 1 },
        )
      }
      inFlight++
      byKey.set(key, ofKey + 1)
      let isIn = true
      return () => {
        if (!isIn) return
        isIn = false
        inFlight--
        const left = (byKey.get(key) ?? 1) - 1
        if (left === 0) byKey.delete(key)
        else byKey.set(key, left)
      }
    },
  }
}
