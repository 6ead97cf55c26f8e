import fc from 'fast-check'
import { afterEach, describe, expect, it } from 'vitest'
import type { CallShape, Verdict } from '../src/core/spending/consumption.ts'
import { type SharingWorld, sharingWorld } from './support/shared-consumption.ts'

let world: SharingWorld
afterEach(() => world.close())

const passes = ({ carriedOut }: Verdict): boolean => carriedOut === undefined
const rate = (max: number, more: object = {}) => ({
  state: 'off',
  slowMs: 1,
  rules: { 'request-rate': { state: 'enforce', max }, ...more },
})
const cost = (maxUsd: number) => ({ state: 'off', rules: { 'cost-rate': { state: 'enforce', maxUsd } } })
/** So many calls at each gateway, all at once. Returns how many pass. */
const burst = async (calls: number, more: Partial<CallShape> = {}, gateways = 3): Promise<number> => {
  const verdicts: (Verdict | Promise<Verdict>)[] = []
  for (let index = 0; index < calls; index++)
    for (let id = 0; id < gateways; id++) verdicts.push(world.call(id, 'leaked', more))
  return (await Promise.all(verdicts)).filter(passes).length
}

describe('several gateways that tell each other', () => {
  it.each([10, 40, 300])('let a rate of %i pass once, however it is spread', async (max) => {
    world = await sharingWorld(3, rate(max))
    const passed = await burst(max * 2)
    expect(passed).toBeGreaterThanOrEqual(max - 3)
    expect(passed).toBeLessThanOrEqual(max + 2)
    // And no more of it half a minute later than a single gateway would.
    await world.pass(30_000)
    expect(await burst(max)).toBeLessThanOrEqual(max / 2 + 3)
  })

  it('let a cost pass once', async () => {
    world = await sharingWorld(3, cost(1))
    // A cent each: a hundred are a dollar.
    const passed = await burst(100, { inputNanoUsd: 10_000_000 })
    expect(passed).toBeGreaterThanOrEqual(97)
    expect(passed).toBeLessThanOrEqual(102)
  })

  it('see a key at one of them that was busy at another', async () => {
    world = await sharingWorld(2, rate(40))
    for (let index = 0; index < 40; index++) await world.call(0, 'leaked')
    await world.pass(500)
    const there: boolean[] = []
    for (let index = 0; index < 20; index++) there.push(passes(await world.call(1, 'leaked')))
    // It hears before it lets more than its part pass.
    expect(there.filter(Boolean).length).toBeLessThanOrEqual(6)
    expect(there.slice(6)).not.toContain(true)
  })

  it('hold up no ordinary call', async () => {
    world = await sharingWorld(3, rate(1000))
    for (let second = 0; second < 120; second++) {
      for (let id = 0; id < 3; id++)
        for (let call = 0; call < 2; call++) expect(world.call(id, 'ordinary')).not.toBeInstanceOf(Promise)
      await world.pass(1000)
    }
  })

  it('learn what all of them see', async () => {
    world = await sharingWorld(3, rate(100_000))
    for (let minute = 0; minute < 60; minute++)
      for (let second = 0; second < 60; second += 5) {
        for (let id = 0; id < 3; id++) await world.call(id, 'steady')
        await world.pass(5000)
      }
    const usual = world.gateway(1).guard.profiles.get('steady')?.usual.rate
    expect(Math.expm1(usual?.centre ?? 0)).toBeGreaterThan(30)
    expect(Math.expm1(usual?.centre ?? 0)).toBeLessThan(40)
  })

  it('tell each other of agents and users too', async () => {
    world = await sharingWorld(2, rate(100_000))
    for (let index = 0; index < 30; index++) await world.call(0, 'team', { label: 'agent' })
    await world.call(1, 'team', { label: 'agent' })
    await world.pass(500)
    const { profiles } = world.gateway(1).guard
    expect(profiles.get('["team","agent"]')?.elsewhere.heard.rate).toBeCloseTo(30, 0)
  })

  it('never let more pass than a quarter above the bound, and a call of each', async () => {
    const steps = fc.array(
      fc.record({
        id: fc.integer({ min: 0, max: 2 }),
        calls: fc.integer({ min: 1, max: 30 }),
        passMs: fc.constantFrom(0, 0, 0, 500, 2000),
      }),
      { minLength: 1, maxLength: 30 },
    )
    await fc.assert(
      fc.asyncProperty(fc.integer({ min: 3, max: 60 }), steps, async (max, all) => {
        world = await sharingWorld(3, rate(max))
        const verdicts: (Verdict | Promise<Verdict>)[] = []
        for (const { id, calls, passMs } of all) {
          for (let call = 0; call < calls; call++) verdicts.push(world.call(id, 'leaked'))
          await world.pass(passMs)
        }
        const passed = (await Promise.all(verdicts)).filter(passes).length
        await world.close()
        const minutes = all.reduce((sum, { passMs }) => sum + passMs, 0) / 60_000
        // As time passes there is room again.
        expect(passed).toBeLessThanOrEqual(1.25 * max * (1 + minutes) + 3)
      }),
      { numRuns: 100 },
    )
  })
})

describe('without Redis', () => {
  it('each goes by what it sees, at once', async () => {
    world = await sharingWorld(3, rate(40))
    world.cut(true)
    for (let id = 0; id < 3; id++)
      for (let index = 0; index < 50; index++) {
        const verdict = world.call(id, 'leaked')
        expect(verdict).not.toBeInstanceOf(Promise)
        expect(passes(await verdict)).toBe(index < 40)
      }
    expect(world.gateway(0).sums.isAway()).toBe(true)
    world.cut(false)
    await world.pass(1000)
    expect(world.gateway(0).sums.isAway()).toBe(false)
    expect(await burst(20)).toBe(0)
  })

  it('calls that wait for it are judged when it fails', async () => {
    world = await sharingWorld(2, rate(8))
    world.hold(true)
    const verdicts = Array.from({ length: 20 }, () => world.call(0, 'leaked'))
    expect(verdicts.some((verdict) => verdict instanceof Promise)).toBe(true)
    world.cut(true)
    world.hold(false)
    expect((await Promise.all(verdicts)).filter(passes)).toHaveLength(8)
  })

  it('what was heard fades within a minute, also when the clock is set', async () => {
    world = await sharingWorld(2, rate(40))
    for (let index = 0; index < 40; index++) await world.call(0, 'leaked')
    await world.call(1, 'leaked')
    await world.pass(500)
    world.cut(true)
    expect(passes(await world.call(1, 'leaked'))).toBe(false)
    await world.pass(61_000)
    expect(passes(await world.call(1, 'leaked'))).toBe(true)
  })
})
