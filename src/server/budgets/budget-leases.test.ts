import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { budgetOf, type Surroundings, startWorld, steps, take } from '../../../test/support/lease-world.ts'
import { createMemoryAuthority } from '../../../test/support/memory-lease-store.ts'

const LEASE_MS = 2000
const GRACE_MS = 2000

/** With a clock that the test sets. */
function inMemory(): Surroundings {
  let clock = Date.UTC(2028, 1, 28, 10, 0, 30)
  const authority = createMemoryAuthority(() => clock, { leaseMs: LEASE_MS, graceMs: GRACE_MS })
  return {
    ...authority,
    now: () => clock,
    advance(ms) {
      clock += ms
    },
    beatMs: 500,
    leaseMs: LEASE_MS,
  }
}

describe('whatever gateways do, and in whatever order', () => {
  it.each([
    ['answers that are lost, and kills', ['lose', 'kill']],
    ['an authority that loses what it knew', ['lose', 'flush']],
  ] as const)('they spend no more than a budget: %s', async (_, faults) => {
    let most = 0
    await fc.assert(
      fc.asyncProperty(steps(...faults), async (taken) => {
        const budget = budgetOf('tokens', 300, { kind: 'fixed', per: 'month' })
        const around = inMemory()
        const world = await startWorld(budget, around)
        for (const step of taken) {
          await take(world, around, step)
          expect(world.spent() + world.held()).toBeLessThanOrEqual(budget.amount)
        }
        most = Math.max(most, world.spent() + world.held())
      }),
      { numRuns: 150 },
    )
    // Some have come near it.
    expect(most).toBeGreaterThan(200)
  })

  it('they use all of it: nothing that was leased is lost while they live', async () => {
    await fc.assert(
      fc.asyncProperty(steps('flush'), async (taken) => {
        const budget = budgetOf('tokens', 300, { kind: 'fixed', per: 'total' })
        const around = inMemory()
        const world = await startWorld(budget, around)
        for (const step of taken) await take(world, around, step)
        for (let id = 0; id < 3; id++) while (world.gateway(id).calls.length > 0) world.end(id, 1)
        await world.pass(GRACE_MS + 3 * around.beatMs)
        const left = budget.amount - world.spent()
        if (left > 0) expect(await world.call(1, left)).toBe(true)
        expect(await world.call(2, 1)).toBe(false)
      }),
      { numRuns: 100 },
    )
  })

  it('they hold no more calls at once than they may, and those of a gateway that has gone come back', async () => {
    await fc.assert(
      fc.asyncProperty(steps('lose', 'kill'), async (taken) => {
        const budget = budgetOf('concurrentCalls', 5)
        const around = inMemory()
        const world = await startWorld(budget, around)
        for (const step of taken) {
          await take(world, around, step)
          expect(world.inFlight()).toBeLessThanOrEqual(budget.amount)
        }
        world.lose(undefined)
        for (let id = 0; id < 3; id++) world.kill(id)
        await world.pass(LEASE_MS)
        for (let more = 0; more < budget.amount; more++) expect(await world.call(9, 1)).toBe(true)
      }),
      { numRuns: 100 },
    )
  })

  it('one that is cut off begins no calls that others may have begun since', async () => {
    const world = await startWorld(budgetOf('concurrentCalls', 6), inMemory())
    for (let more = 0; more < 4; more++) expect(await world.call(0, 1)).toBe(true)
    for (let ended = 0; ended < 4; ended++) world.end(0, 1)
    world.cut(0)
    // It goes on with what it has leased.
    expect(await world.call(0, 1)).toBe(true)
    world.end(0, 1)
    await world.pass(LEASE_MS)
    for (let more = 0; more < 6; more++) expect(await world.call(1, 1)).toBe(true)
    expect(await world.call(0, 1)).toBe(false)
  })

  it('a sliding window lets no more pass than one gateway would', async () => {
    await fc.assert(
      fc.asyncProperty(steps('lose'), async (taken) => {
        const budget = budgetOf('requests', 20, { kind: 'sliding', per: 'minute' })
        const around = inMemory()
        const world = await startWorld(budget, around)
        const passed: number[] = []
        for (const step of taken) {
          if (step.kind === 'call' && (await world.call(step.id, 1))) {
            passed.push(around.now())
            world.end(step.id, 1)
          } else if (step.kind === 'pass') await world.pass(step.ms * 4)
          else if (step.kind === 'lose') world.lose(step.what)
          const turn = Math.floor(around.now() / 60_000) * 60_000
          const now = passed.filter((at) => at >= turn).length
          const before = passed.filter((at) => at < turn && at >= turn - 60_000).length
          expect(now + before * (1 - (around.now() - turn) / 60_000)).toBeLessThanOrEqual(budget.amount + 1e-9)
        }
      }),
      { numRuns: 100 },
    )
  })

  it('a token bucket gives what it holds and what has flown in since, and no more', async () => {
    await fc.assert(
      fc.asyncProperty(steps('lose'), async (taken) => {
        const budget = budgetOf('tokens', 120, { kind: 'token-bucket', per: 'minute' })
        const around = inMemory()
        const world = await startWorld(budget, around)
        const begun = around.now()
        let passed = 0
        for (const step of taken) {
          if (step.kind === 'call') {
            if (await world.call(step.id, step.tokens)) passed += step.tokens
            world.end(step.id, 1)
          } else if (step.kind !== 'end') await take(world, around, step)
          expect(passed).toBeLessThanOrEqual(120 + ((around.now() - begun) / 60_000) * 120 + 1e-9)
        }
      }),
      { numRuns: 100 },
    )
  })
})
