import fc from 'fast-check'
import type { Budget, BudgetWindow, Demand, ReservedCall } from '../../src/core/spending/budget.ts'
import type { LeaseStore } from '../../src/core/spending/budget-lease.ts'
import { type BudgetLedger, createBudgetLedger } from '../../src/registry/budget-ledger.ts'
import { type BudgetLeases, createBudgetLeases } from '../../src/server/budgets/budget-leases.ts'

export interface Surroundings {
  /** A gateway's way to the authority. */
  open(gateway: string, life: string): LeaseStore
  now(): number
  advance(ms: number): void
  /** The authority forgets all that it knew. */
  flush(): void
  readonly beatMs: number
  readonly leaseMs: number
}

interface Gateway {
  readonly ledger: BudgetLedger
  readonly leases: BudgetLeases
  beat(): void
  /** Those in flight, with what they held. */
  readonly calls: { readonly reserved: ReservedCall; readonly tokens: number }[]
}

export interface World {
  gateway(id: number): Gateway
  call(id: number, tokens: number): Promise<boolean>
  /** The oldest call of the gateway comes to this part of what it held. */
  end(id: number, part: number): void
  /** What its calls in flight came to, nobody knows: all that they held. */
  kill(id: number): void
  /** The next ask is lost, or its answer is. */
  lose(what: 'ask' | 'answer' | undefined): void
  /** The authority gives nothing at first. */
  reach(id: number): Promise<void>
  /** The gateway does not reach the authority any more. */
  cut(id: number): void
  pass(ms: number): Promise<void>
  inFlight(): number
  /** What ended calls came to, and what those in flight hold. */
  spent(): number
  held(): number
  close(): Promise<void>
}

/** Gateways in one process, with ways to their authority that the test has in its hand. */
export async function startWorld(budget: Budget, surroundings: Surroundings): Promise<World> {
  const { open, now, advance, beatMs, leaseMs } = surroundings
  const gateways = new Map<number, Gateway>()
  const ended: BudgetLeases[] = []
  const unreached = new Set<number>()
  let lost: 'ask' | 'answer' | undefined
  let lives = 0
  let spent = 0

  function way(id: number): LeaseStore {
    const store = open(`gateway-${id}`, `life${++lives}`)
    return {
      ...store,
      isThere: () => store.isThere() && !unreached.has(id),
      async ask(asks) {
        const what = lost
        lost = undefined
        if (what === 'ask' || unreached.has(id)) throw new Error('lost')
        const said = await store.ask(asks)
        if (what === 'answer') throw new Error('lost')
        return said
      },
    }
  }

  function gateway(id: number): Gateway {
    const known = gateways.get(id)
    if (known !== undefined) return known
    let beat = (): void => undefined
    const leases = createBudgetLeases({
      store: way(id),
      whenAway: 'continue',
      isRecordShared: false,
      leaseMs,
      beatMs,
      now,
      every(_, look) {
        beat = look
        return () => undefined
      },
    })
    const made = { ledger: createBudgetLedger(leases.now, leases), leases, beat: () => beat(), calls: [] }
    gateways.set(id, made)
    return made
  }

  const world: World = {
    gateway,
    async call(id, tokens) {
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
    end(id, part) {
      const { ledger, calls } = gateway(id)
      const call = calls.shift()
      if (call?.reserved.reservation === undefined) return
      const used = Math.floor(call.tokens * part)
      ledger.settle(call.reserved.reservation, demand(used))
      spent += used
    },
    kill(id) {
      const { calls, leases } = gateway(id)
      for (const { tokens } of calls) spent += tokens
      gateways.delete(id)
      ended.push(leases)
    },
    lose(what) {
      lost = what
    },
    async reach(id) {
      for (const { leases } = gateway(id); leases.isWaiting(); await world.pass(beatMs));
    },
    cut: (id) => void unreached.add(id),
    async pass(ms) {
      for (let passed = 0; passed < ms; passed += beatMs) {
        advance(Math.min(beatMs, ms - passed))
        for (const one of gateways.values()) one.beat()
        await answered()
      }
    },
    inFlight: () => [...gateways.values()].reduce((sum, { calls }) => sum + calls.length, 0),
    spent: () => spent,
    held: () => [...gateways.values()].flatMap(({ calls }) => calls).reduce((sum, { tokens }) => sum + tokens, 0),
    async close() {
      // One that was killed said nothing: its end must not give back what it had.
      for (const leases of [...ended, ...[...gateways.values()].map((one) => one.leases)]) await leases.close()
    },
  }

  async function answered(): Promise<void> {
    for (const { leases } of gateways.values()) await leases.idle()
  }

  await world.reach(0)
  return world
}

function demand(tokens: number): Demand {
  const one = { requests: 1, concurrentCalls: 1 }
  return { ...one, inputTokens: 0, outputTokens: 0, tokens, streamSeconds: 0, costUsd: 0 }
}

export function budgetOf(measure: Budget['measure'], amount: number, window?: BudgetWindow): Budget {
  const budget = { id: 'shared', owner: { kind: 'key' as const, id: 'a' }, measure, amount }
  return window === undefined ? budget : { ...budget, window }
}

export type Step =
  | { readonly kind: 'call'; readonly id: number; readonly tokens: number }
  | { readonly kind: 'end'; readonly id: number; readonly part: number }
  | { readonly kind: 'pass'; readonly ms: number }
  | { readonly kind: 'lose'; readonly what: 'ask' | 'answer' }
  | { readonly kind: 'kill'; readonly id: number }
  | { readonly kind: 'flush' }

const id = fc.integer({ min: 0, max: 2 })
const kinds: { readonly [Kind in Step['kind']]: fc.Arbitrary<Step> } = {
  call: fc.record({ kind: fc.constant('call' as const), id, tokens: fc.integer({ min: 1, max: 60 }) }),
  end: fc.record({ kind: fc.constant('end' as const), id, part: fc.constantFrom(0, 0.3, 1) }),
  pass: fc.record({ kind: fc.constant('pass' as const), ms: fc.constantFrom(100, 500, 3000) }),
  lose: fc.record({ kind: fc.constant('lose' as const), what: fc.constantFrom('ask' as const, 'answer' as const) }),
  kill: fc.record({ kind: fc.constant('kill' as const), id }),
  flush: fc.record({ kind: fc.constant('flush' as const) }),
}

/** Calls, their ends and time, with faults of these kinds between them. */
export function steps(...faults: readonly Step['kind'][]): fc.Arbitrary<Step[]> {
  return fc.array(
    fc.oneof(
      { weight: 6, arbitrary: kinds.call },
      { weight: 4, arbitrary: kinds.end },
      kinds.pass,
      ...faults.map((kind) => kinds[kind]),
    ),
    { minLength: 20, maxLength: 120, size: 'max' },
  )
}

export async function take(world: World, { flush }: Surroundings, step: Step): Promise<void> {
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
      world.lose(step.what)
      break
    case 'kill':
      world.kill(step.id)
      break
    case 'flush':
      flush()
      break
  }
}
