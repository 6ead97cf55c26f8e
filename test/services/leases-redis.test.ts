import { randomBytes } from 'node:crypto'
import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { openRedisLeases } from '../../src/catalog/stores/redis/lease-store.ts'
import { budgetOf, type Surroundings, startWorld, steps, take } from '../support/lease-world.ts'
import { startOwnRedis } from './own-redis.ts'

let redis: Awaited<ReturnType<typeof startOwnRedis>>
beforeAll(async () => {
  redis = await startOwnRedis()
})
afterAll(() => redis.close())

/** The clock is that of Redis, which nobody sets. */
function inRedis(): Surroundings {
  const prefix = `${randomBytes(6).toString('hex')}:`
  const told = { tell: () => undefined }
  return {
    open: (gateway, life) =>
      openRedisLeases({
        ...told,
        url: redis.url,
        prefix,
        gateway,
        life,
        leaseMs: 60_000,
        graceMs: 0,
        patienceMs: 5000,
        whenAway: 'continue',
      }),
    now: Date.now,
    advance: () => undefined,
    flush: () => undefined,
    beatMs: 500,
    leaseMs: 60_000,
  }
}

/** As `src/server/budgets/budget-leases.test.ts` has it of what stands for Redis there. */
describe('whatever gateways do with one Redis, and in whatever order', () => {
  it.each([
    ['a fixed window', budgetOf('tokens', 300, { kind: 'fixed', per: 'month' })],
    ['all time', budgetOf('tokens', 300, { kind: 'fixed', per: 'total' })],
    ['a sliding window', budgetOf('tokens', 300, { kind: 'sliding', per: 'week' })],
    ['a token bucket', budgetOf('tokens', 300, { kind: 'token-bucket', per: 'week' })],
  ])('they spend no more than a budget: %s', async (_, budget) => {
    let most = 0
    await fc.assert(
      fc.asyncProperty(steps('lose', 'kill'), async (taken) => {
        const around = inRedis()
        const world = await startWorld(budget, around)
        for (const step of taken) {
          await take(world, around, step)
          expect(world.spent() + world.held()).toBeLessThanOrEqual(budget.amount)
        }
        most = Math.max(most, world.spent() + world.held())
        await world.close()
      }),
      { numRuns: 25 },
    )
    expect(most).toBeGreaterThan(200)
  })

  it.each([
    ['tokens', budgetOf('tokens', 300, { kind: 'fixed', per: 'month' })],
    ['tokens of a bucket', budgetOf('tokens', 300, { kind: 'token-bucket', per: 'week' })],
  ])('they use all of it: nothing that was leased is lost while they live: %s', async (_, budget) => {
    await fc.assert(
      fc.asyncProperty(steps(), async (taken) => {
        const around = inRedis()
        const world = await startWorld(budget, around)
        for (const step of taken) await take(world, around, step)
        for (let id = 0; id < 3; id++) while (world.gateway(id).calls.length > 0) world.end(id, 1)
        await world.pass(3 * around.beatMs)
        const left = budget.amount - world.spent()
        // "There is not so much" is believed for some milliseconds, whoever has given back since.
        const until = performance.now() + 500
        while (left > 0 && !(await world.call(1, left))) expect(performance.now()).toBeLessThan(until)
        expect(await world.call(2, 2)).toBe(false)
        await world.close()
      }),
      { numRuns: 25 },
    )
  })

  it('those that have gone for long are kept as one', async () => {
    const prefix = `${randomBytes(6).toString('hex')}:`
    const budget = budgetOf('tokens', 1000, { kind: 'fixed', per: 'total' })
    const around = { ...inRedis(), leaseMs: 1 }
    const open: Surroundings['open'] = (gateway, life) =>
      openRedisLeases({
        ...{ url: redis.url, prefix, gateway, life, leaseMs: 1, graceMs: 0, patienceMs: 5000, whenAway: 'continue' },
        tell: () => undefined,
      })
    const world = await startWorld(budget, { ...around, open })
    for (let id = 1; id <= 60; id++) {
      await world.reach(id)
      expect(await world.call(id, 10)).toBe(true)
      world.end(id, 1)
      await world.pass(3 * around.beatMs)
      world.kill(id)
    }
    const names = await redis.client().keys(`${prefix}*`)
    const counter = names.find((name) => !name.endsWith('epoch')) ?? ''
    while ((await redis.client().hLen(counter)) > 34) expect(await world.call(0, 401)).toBe(false)
    expect(await world.call(0, 401)).toBe(false)
    await world.pass(around.beatMs)
    expect(await world.call(0, 400)).toBe(true)
    await world.close()
  })

  it('they hold no more calls at once than they may', async () => {
    await fc.assert(
      fc.asyncProperty(steps('lose'), async (taken) => {
        const budget = budgetOf('concurrentCalls', 5)
        const around = inRedis()
        const world = await startWorld(budget, around)
        for (const step of taken) {
          await take(world, around, step)
          expect(world.inFlight()).toBeLessThanOrEqual(budget.amount)
        }
        await world.close()
      }),
      { numRuns: 25 },
    )
  })
})
