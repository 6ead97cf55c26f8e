import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import { CallLifetime } from '../../core/calls/lifetime.ts'
import { GatewayError } from '../../core/errors.ts'
import { createDeadlines, type Deadlines } from './deadlines.ts'

let deadlines: Deadlines
beforeEach(() => {
  vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval', 'performance'] })
  deadlines = createDeadlines()
})
afterEach(() => {
  deadlines.close()
  vi.useRealTimers()
})

const late = (): GatewayError => new GatewayError('deadline_exceeded', 'Late.')

it('each lifetime ends at its own time, whatever the order of deadlines set, replaced and deleted', () => {
  const times = [300, 100, 500, 200, 400, 100]
  const lifetimes = times.map((ms) => {
    const lifetime = new CallLifetime()
    deadlines.set(lifetime, ms, late)
    return lifetime
  })
  const [first, second, , fourth] = lifetimes
  if (first === undefined || second === undefined || fourth === undefined) throw new Error('No lifetimes.')
  deadlines.delete(second)
  deadlines.delete(second)
  deadlines.set(fourth, 600, late)
  deadlines.delete(first)
  deadlines.set(first, 350, late)
  const ended = (): boolean[] => lifetimes.map(({ reason }) => reason !== undefined)
  vi.advanceTimersByTime(150)
  expect(ended()).toEqual([false, false, false, false, false, true])
  vi.advanceTimersByTime(250)
  expect(ended()).toEqual([true, false, false, false, true, true])
  vi.advanceTimersByTime(300)
  expect(ended()).toEqual([true, false, true, true, true, true])
})

it('a lifetime whose end deletes another does not disturb the rest', () => {
  const lifetimes = [new CallLifetime(), new CallLifetime(), new CallLifetime()]
  for (const lifetime of lifetimes) {
    deadlines.set(lifetime, 100, late)
    lifetime.onEnd(() => lifetimes.forEach((other) => void deadlines.delete(other)))
  }
  const [first] = lifetimes
  vi.advanceTimersByTime(200)
  expect(first?.reason?.code).toBe('deadline_exceeded')
  expect(lifetimes.every(({ deadline }) => deadline === undefined)).toBe(true)
})
