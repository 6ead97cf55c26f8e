import fc from 'fast-check'
import { expect, it } from 'vitest'
import { callStages } from '../../../core/calls/call-stages.ts'
import { StageClock } from './stage-clock.ts'

const step = fc.record({
  pass: fc.integer({ min: 0, max: 1000 }),
  stage: fc.constantFrom(...callStages),
  spent: fc.option(fc.integer({ min: 0, max: 2000 })),
})

it('each moment until the answer leaves is of one stage, and none after it', () => {
  fc.assert(
    fc.property(fc.array(step), fc.integer({ min: 0, max: 1000 }), (steps, rest) => {
      let now = 5
      const clock = new StageClock(now, () => now)
      for (const { pass, stage, spent } of steps) {
        now += pass
        if (spent === null) clock.enter(stage)
        else clock.spentIn(stage, spent)
      }
      now += rest
      clock.stop()
      const whole = now - 5
      now += 1000
      clock.enter('route')
      clock.spentIn('queue', 10)
      clock.stop()
      const sum = clock.times.reduce((total, microseconds) => total + Math.max(0, microseconds), 0)
      expect(sum).toBe(whole * 1000)
    }),
  )
})

it('a wait within a stage is taken out of it', () => {
  let now = 0
  const clock = new StageClock(0, () => now)
  now = 1
  clock.enter('route')
  now = 11
  clock.spentIn('queue', 8)
  now = 12
  clock.enter('upstream')
  const found = callStages.flatMap((stage, at) => ((clock.times[at] ?? -1) < 0 ? [] : [[stage, clock.times[at]]]))
  expect(Object.fromEntries(found)).toEqual({ authenticate: 1000, route: 3000, queue: 8000 })
})
