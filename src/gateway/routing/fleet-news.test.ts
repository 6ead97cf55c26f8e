import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { targetOf } from '../../../test/support/targets-of-routes.ts'
import { GatewayError } from '../../core/errors.ts'
import { createFleet, type Fleet } from './fleet.ts'

const targets = [targetOf('a'), targetOf('b')]
const [a] = targets
const broken = new GatewayError('upstream_error', 'It failed.')
const limited = new GatewayError('upstream_rate_limited', 'Too many.', { retryAfterSeconds: 60 })

/** Two processes whose clocks differ, and what each would tell. */
function pair() {
  const clock = { ms: 0 }
  let hasNews = 0
  const one = createFleet(
    () => clock.ms,
    () => void hasNews++,
  )
  const other = createFleet(() => clock.ms + 1e6)
  return { clock, one, other, timesTold: () => hasNews }
}

function attempt(fleet: Fleet, target = a, fault?: GatewayError): void {
  const trial = target && fleet.begin(target, 'turn')
  if (fault === undefined) trial?.answered()
  else trial?.failed(fault)
  trial?.over()
}

const paused = (fleet: Fleet): unknown[] => targets.map((target) => fleet.health(target).paused)

describe('what one process has learned', () => {
  it('is known by the other: pauses, checks, and that they are over', () => {
    const event = fc.record({
      target: fc.constantFrom(...targets),
      what: fc.constantFrom('answers', 'fails', 'refuses', 'fails its check', 'passes its check'),
      afterMs: fc.nat({ max: 5000 }),
    })
    fc.assert(
      fc.property(fc.array(event, { maxLength: 60 }), (events) => {
        const { clock, one, other } = pair()
        for (const { target, what, afterMs } of events) {
          clock.ms += afterMs
          if (what === 'answers') attempt(one, target)
          else if (what === 'fails') attempt(one, target, broken)
          else if (what === 'refuses') attempt(one, target, limited)
          else one.checked(target.account.id, what === 'passes its check')
          other.hear(one.takeNews())
          expect(paused(other)).toEqual(paused(one))
        }
        // One that starts now knows as much.
        const late = createFleet(() => clock.ms - 1000)
        late.hear(one.wholeNews())
        expect(paused(late)).toEqual(paused(one))
      }),
    )
  })

  it('is told once for all that changed, and calls that are well tell nothing', () => {
    const { one, timesTold } = pair()
    for (let call = 0; call < 100; call++) attempt(one)
    expect(timesTold()).toBe(0)
    attempt(one, a, limited)
    for (let call = 0; call < 5; call++) attempt(one, targets[1], broken)
    expect(timesTold()).toBe(1)
    expect(one.takeNews().targets.map(({ account }) => account)).toEqual(['a', 'b'])
    expect(one.takeNews()).toEqual({ targets: [], checks: [] })
  })

  it('does not shorten a pause that the other knows of, nor is it told back', () => {
    const { clock, one, other, timesTold } = pair()
    attempt(one, a, limited)
    const news = one.takeNews()
    clock.ms += 1000
    attempt(other, a, limited)
    other.hear(news)
    expect(other.state().targets[0]?.pauseMs).toBe(60_000)
    one.hear(other.wholeNews())
    expect(timesTold()).toBe(1)
  })

  it('is told in messages of a bounded size, until all is told', () => {
    const { one, timesTold } = pair()
    for (let index = 0; index < 1200; index++) attempt(one, { ...targetOf('a'), model: `m${index}` }, limited)
    const sizes = [one, one, one].map((fleet) => fleet.takeNews().targets.length)
    expect(sizes).toEqual([500, 500, 200])
    expect(timesTold()).toBe(3)
  })
})
