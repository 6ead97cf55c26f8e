import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { createMemoryAuthority, type MemoryAuthority } from '../../../test/support/memory-lease-store.ts'
import type { Budget, BudgetWindow, Demand, ReservedCall } from '../../core/budget.ts'
import { type BudgetLedger, createBudgetLedger } from '../../registry/budget-ledger.ts'
import { type BudgetLeases, createBudgetLeases } from './budget-leases.ts'

const BEAT_MS = 500
const LEASE_MS = 2000
const GRACE_MS = 2000
const start = Date.UTC(2028, 1, 28, 10, 0, 30)
const demand = (tokens: number): Demand => ({
  requests: 1,
  concurrentCalls: 1,
  inputTokens: 0,
  outputTokens: 0,
  tokens,
  streamSeconds: 0,
  costUsd: 0,
})

interface Gateway {
  readonly ledger: BudgetLedger
  readonly leases: BudgetLeases
  beat(): void
  /** Those in flight, with what they held. */
  readonly calls: { readonly reserved: ReservedCall; readonly tokens: number }[]
}

/** Gateways in one process, with a clock and a way to their authority that the test has in its hand. */
function startWorld(budget: Budget) {
  let clock = start
  const authority: MemoryAuthority = createMemoryAuthority(() => clock, { leaseMs: LEASE_MS, graceMs: GRACE_MS })
  const gateways = new Map<number, Gateway>()
  let lives = 0
  /** When and how much. */
  const spent: { readonly at: number; readonly tokens: number }[] = []

  function gateway(id: number): Gateway {
    const known = gateways.get(id)
    if (known !== undefined) return known
    let beat = (): void => undefined
    const leases = createBudgetLeases({
      store: authority.open(`gateway-${id}`, String(++lives)),
      whenAway: 'continue',
      isRecordShared: false,
      leaseMs: LEASE_MS,
      beatMs: BEAT_MS,
      now: () => clock,
      every(_, look) {
        beat = look
        return () => undefined
      },
    })
    const made = { ledger: createBudgetLedger(leases.now, leases), leases, beat: () => beat(), calls: [] }
    gateways.set(id, made)
    return made
  }

  return {
    authority,
    spent,
    gateway,
    inFlight: () => [...gateways.values()].reduce((sum, { calls }) => sum + calls.length, 0),
    async call(id: number, tokens: number): Promise<boolean> {
      const { ledger, calls } = gateway(id)
      const reserved: ReservedCall = { reservation: undefined }
      try {
        await ledger.reserve(reserved, [{ budget, group: [] }], demand(tokens))
      } catch {
        return false
      }
      calls.push({ reserved, tokens })
      return true
    },
    end(id: number, part: number): void {
      const { ledger, calls } = gateway(id)
      const call = calls.shift()
      if (call?.reserved.reservation === undefined) return
      const used = Math.floor(call.tokens * part)
      ledger.settle(call.reserved.reservation, demand(used))
      spent.push({ at: clock, tokens: used })
    },
    /** What its calls in flight came to, nobody knows: all that they held. */
    kill(id: number): void {
      for (const { tokens } of gateway(id).calls) spent.push({ at: clock, tokens })
      gateways.delete(id)
    },
    async pass(ms: number): Promise<void> {
      for (let passed = 0; passed < ms; passed += BEAT_MS) {
        clock += Math.min(BEAT_MS, ms - passed)
        for (const one of gateways.values()) one.beat()
        await quiet()
      }
    },
    now: () => clock,
    held: () => [...gateways.values()].flatMap(({ calls }) => calls).reduce((sum, { tokens }) => sum + tokens, 0),
  }
}

/** All that was asked is answered. */
async function quiet(): Promise<void> {
  for (let turn = 0; turn < 12; turn++) await new Promise((resolve) => setImmediate(resolve))
}

type World = ReturnType<typeof startWorld>

/** In which the authority gives. */
async function worldOf(budget: Budget): Promise<World> {
  const world = startWorld(budget)
  world.gateway(0)
  await world.pass(GRACE_MS + BEAT_MS)
  return world
}

const sum = (spent: World['spent']): number => spent.reduce((total, { tokens }) => total + tokens, 0)
const budgetOf = (measure: Budget['measure'], amount: number, window?: BudgetWindow): Budget => ({
  id: 'shared',
  owner: { kind: 'key', id: 'a' },
  measure,
  amount,
  ...(window === undefined ? {} : { window }),
})

const id = fc.integer({ min: 0, max: 2 })
const call = fc.record({ kind: fc.constant('call' as const), id, tokens: fc.integer({ min: 1, max: 60 }) })
const end = fc.record({ kind: fc.constant('end' as const), id, part: fc.constantFrom(0, 0.3, 1) })
const pass = fc.record({ kind: fc.constant('pass' as const), ms: fc.constantFrom(100, 500, 3000) })
const lose = fc.record({ kind: fc.constant('lose' as const), what: fc.constantFrom('ask' as const, 'answer' as const) })
const kill = fc.record({ kind: fc.constant('kill' as const), id })
const flush = fc.record({ kind: fc.constant('flush' as const) })
type Step =
  | (typeof call extends fc.Arbitrary<infer T> ? T : never)
  | (typeof end extends fc.Arbitrary<infer T> ? T : never)
  | (typeof pass extends fc.Arbitrary<infer T> ? T : never)
  | (typeof lose extends fc.Arbitrary<infer T> ? T : never)
  | (typeof kill extends fc.Arbitrary<infer T> ? T : never)
  | (typeof flush extends fc.Arbitrary<infer T> ? T : never)

async function take(world: World, step: Step): Promise<void> {
  switch (step.kind) {
    case 'call':
      await world.call(step.id, step.tokens)
      break
    case 'end':
      world.end(step.id, step.part)
      break
    case 'pass':
      await world.pass(step.ms)
      break
    case 'lose':
      world.authority.lose(step.what)
      break
    case 'kill':
      world.kill(step.id)
      break
    case 'flush':
      world.authority.flush()
      break
  }
}

const steps = (...kinds: fc.Arbitrary<Step>[]): fc.Arbitrary<Step[]> =>
  fc.array(fc.oneof({ weight: 6, arbitrary: call }, { weight: 4, arbitrary: end }, pass, ...kinds), {
    minLength: 20,
    maxLength: 120,
    size: 'max',
  })

describe('whatever gateways do, and in whatever order', () => {
  it.each([
    ['answers that are lost, and kills', [lose, kill]],
    ['an authority that loses what it knew', [lose, flush]],
  ] as const)('they spend no more than a budget: %s', async (_, kinds) => {
    let most = 0
    await fc.assert(
      fc.asyncProperty(steps(...kinds), async (taken) => {
        const budget = budgetOf('tokens', 300, { kind: 'fixed', per: 'month' })
        const world = await worldOf(budget)
        for (const step of taken) {
          await take(world, step)
          expect(sum(world.spent) + world.held()).toBeLessThanOrEqual(budget.amount)
        }
        most = Math.max(most, sum(world.spent) + world.held())
      }),
      { numRuns: 150 },
    )
    // Some have come near it.
    expect(most).toBeGreaterThan(200)
  })

  it('they use all of it: nothing that was leased is lost while they live', async () => {
    await fc.assert(
      fc.asyncProperty(steps(flush), async (taken) => {
        const budget = budgetOf('tokens', 300, { kind: 'fixed', per: 'total' })
        const world = await worldOf(budget)
        for (const step of taken) await take(world, step)
        for (let gateway = 0; gateway < 3; gateway++)
          while (world.gateway(gateway).calls.length > 0) world.end(gateway, 1)
        await world.pass(GRACE_MS + 3 * BEAT_MS)
        const left = budget.amount - sum(world.spent)
        if (left > 0) expect(await world.call(1, left)).toBe(true)
        expect(await world.call(2, 1)).toBe(false)
      }),
      { numRuns: 100 },
    )
  })

  it('they hold no more calls at once than they may, and those of a gateway that has gone come back', async () => {
    await fc.assert(
      fc.asyncProperty(steps(lose, kill), async (taken) => {
        const budget = budgetOf('concurrentCalls', 5)
        const world = await worldOf(budget)
        for (const step of taken) {
          await take(world, step)
          expect(world.inFlight()).toBeLessThanOrEqual(budget.amount)
        }
        world.authority.lose(undefined)
        for (let gateway = 0; gateway < 3; gateway++) world.kill(gateway)
        await world.pass(LEASE_MS)
        for (let more = 0; more < budget.amount; more++) expect(await world.call(9, 1)).toBe(true)
      }),
      { numRuns: 100 },
    )
  })

  it('one that is cut off begins no calls that others may have begun since', async () => {
    const budget = budgetOf('concurrentCalls', 6)
    const world = await worldOf(budget)
    for (let more = 0; more < 4; more++) expect(await world.call(0, 1)).toBe(true)
    for (let ended = 0; ended < 4; ended++) world.end(0, 1)
    world.authority.cut('gateway-0')
    // It goes on with what it has leased.
    expect(await world.call(0, 1)).toBe(true)
    world.end(0, 1)
    await world.pass(LEASE_MS)
    for (let more = 0; more < 6; more++) expect(await world.call(1, 1)).toBe(true)
    expect(await world.call(0, 1)).toBe(false)
  })

  it('a sliding window lets no more pass than one gateway would', async () => {
    await fc.assert(
      fc.asyncProperty(steps(lose), async (taken) => {
        const budget = budgetOf('requests', 20, { kind: 'sliding', per: 'minute' })
        const world = await worldOf(budget)
        const passed: number[] = []
        for (const step of taken) {
          if (step.kind === 'call' && (await world.call(step.id, 1))) {
            passed.push(world.now())
            world.end(step.id, 1)
          } else if (step.kind === 'pass') await world.pass(step.ms * 4)
          else if (step.kind === 'lose') world.authority.lose(step.what)
          const turn = Math.floor(world.now() / 60_000) * 60_000
          const now = passed.filter((at) => at >= turn).length
          const before = passed.filter((at) => at < turn && at >= turn - 60_000).length
          expect(now + before * (1 - (world.now() - turn) / 60_000)).toBeLessThanOrEqual(budget.amount + 1e-9)
        }
      }),
      { numRuns: 100 },
    )
  })

  it('a token bucket gives what it holds and what has flown in since, and no more', async () => {
    await fc.assert(
      fc.asyncProperty(steps(lose), async (taken) => {
        const budget = budgetOf('tokens', 120, { kind: 'token-bucket', per: 'minute' })
        const world = await worldOf(budget)
        const begun = world.now()
        let passed = 0
        for (const step of taken) {
          if (step.kind === 'call') {
            if (await world.call(step.id, step.tokens)) passed += step.tokens
            world.end(step.id, 1)
          } else if (step.kind !== 'end') await take(world, step)
          expect(passed).toBeLessThanOrEqual(120 + ((world.now() - begun) / 60_000) * 120 + 1e-9)
        }
      }),
      { numRuns: 100 },
    )
  })
})
