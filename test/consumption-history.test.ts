import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { openSqliteConsumptionStore } from '../src/catalog/stores/sqlite/consumption-store.ts'
import type { BaselineKind, ConsumptionStore } from '../src/core/spending/consumption.ts'
import { learn, limitOf, newUsual } from '../src/policy/consumption/usual.ts'
import { createScopes } from '../src/registry/hold-scope.ts'
import { createConsumptionAuthority } from '../src/server/consumption/consumption-authority.ts'
import { DAY_MS, rulesWorld, shapeOf } from './support/consumption-rules.ts'

function memoryStore(): ConsumptionStore {
  const kept = new Map<string, { readonly kind: BaselineKind; readonly name: string; readonly state: string }>()
  return {
    baselines: (kind) => [...kept.values()].filter((row) => row.kind === kind),
    save(rows) {
      for (const row of rows) kept.set(`${row.kind} ${row.name}`, row)
    },
    holds: () => [],
    putHold: () => undefined,
    removeHold: () => undefined,
    close: () => undefined,
  }
}

describe('limits that a key has taught', () => {
  it('rise at most fourfold a day, however a key is trained below all alarms', () => {
    const { work, limit, found, pass } = rulesWorld()
    const large = (inputTokens: number) => ({ inputTokens: Math.floor(inputTokens), inputNanoUsd: 0 })
    work('trained', large(20_000))
    const first = limit('trained', 'input')
    for (let day = 1; day <= 4; day++) {
      for (let call = 0; call < 96; call++) {
        pass(DAY_MS / 96)
        expect(found('trained', large(limit('trained', 'input')))).not.toContain('prompt-size')
      }
      expect(limit('trained', 'input')).toBeLessThanOrEqual((first + 1) * 4 ** day)
      // Whoever trains it does come that far: the bound is what holds, and nothing else.
      expect(limit('trained', 'input')).toBeGreaterThan((first + 1) * 3.9 ** day)
      expect(found('trained', large(limit('trained', 'input') * 1.01))).toEqual(['prompt-size'])
    }
  })

  it('rise no faster for an attack that is found, many times over', () => {
    const { work, limit, found } = rulesWorld({ rules: { 'prompt-size': { action: 'alert' } } })
    work('loud', { inputTokens: 20_000 })
    const before = limit('loud', 'input')
    for (let call = 0; call < 500; call++)
      expect(found('loud', { inputTokens: 10_000_000, inputNanoUsd: 0 })).toContain('prompt-size')
    expect(limit('loud', 'input')).toBeLessThan(before * 1.01)
  })

  it('follow at once when somebody has approved', () => {
    const { work, limit, found, guard, settings, pass } = rulesWorld()
    work('grown', { inputTokens: 20_000 })
    const before = limit('grown', 'input')
    const larger = { inputTokens: Math.ceil(before * 6), inputNanoUsd: 0 }
    expect(found('grown', larger)).toContain('prompt-size')
    guard.pardon({ key: 'grown', workspace: 'default' }, 'prompt-size', settings)
    for (let call = 0; call < 100; call++) {
      pass(1000)
      expect(found('grown', larger)).not.toContain('prompt-size')
    }
    expect(limit('grown', 'input')).toBeGreaterThan(before * 6)
  })

  it('obey the bound whatever comes, and however the clock is set', () => {
    const steps = fc.array(
      fc.record({
        value: fc.oneof(fc.integer({ min: 0, max: 1e9 }), fc.constant(0)),
        afterMs: fc.oneof(fc.integer({ min: 0, max: DAY_MS }), fc.integer({ min: -DAY_MS, max: 40 * DAY_MS })),
        isAlarm: fc.boolean(),
      }),
      { minLength: 1, maxLength: 200 },
    )
    fc.assert(
      fc.property(
        fc.array(fc.integer({ min: 0, max: 1e5 }), { minLength: 20, maxLength: 40 }),
        steps,
        (known, later) => {
          const usual = newUsual()
          let at = Date.UTC(2026, 0, 1)
          for (const value of known) learn(usual, value, { at, isFree: true })
          let most = Math.log1p(limitOf(usual, 0) ?? 0)
          for (const { value, afterMs, isAlarm } of later) {
            at += afterMs
            learn(usual, value, { at, isAlarm })
            // One call brings no more than a day, also after a clock that was set far on.
            most += (Math.log(4) * Math.min(DAY_MS, Math.max(0, afterMs))) / DAY_MS
            const limit = limitOf(usual, 0) ?? Number.NaN
            expect(Math.log1p(limit)).toBeLessThanOrEqual(most + 1e-9)
          }
        },
      ),
    )
  })
})

describe('a clock that is set', () => {
  const minuteOfWork = ({ found, pass }: ReturnType<typeof rulesWorld>) =>
    Array.from({ length: 20 }, () => {
      pass(3000)
      return found('busy')
    }).flat()

  it.each([-2, -60, -60 * 24 * 30, 60 * 24 * 365])('by %i minutes holds up no ordinary key', (minutes) => {
    const world = rulesWorld({ rules: { 'request-rate': { max: 50 }, 'cost-rate': { maxUsd: 0.000_75 } } })
    for (let minute = 0; minute < 5; minute++) expect(minuteOfWork(world)).toEqual([])
    world.pass(minutes * 60_000)
    for (let minute = 0; minute < 30; minute++) expect(minuteOfWork(world)).toEqual([])
    // And back to what it was.
    world.pass(-minutes * 60_000)
    for (let minute = 0; minute < 30; minute++) expect(minuteOfWork(world)).toEqual([])
  })

  it('back from far ahead lets a key be known that was first seen then', () => {
    const world = rulesWorld()
    world.pass(365 * DAY_MS)
    world.call('early')
    world.pass(-365 * DAY_MS)
    world.work('early', { inputTokens: 20_000 })
    expect(world.found('early', { inputTokens: 10_000_000, inputNanoUsd: 0 })).toContain('prompt-size')
  })

  it('back gives a flood nothing that it had not before', () => {
    const world = rulesWorld({ rules: { 'request-rate': { max: 50, action: 'slow' } }, slowMs: 1 })
    for (let call = 0; call < 50; call++) world.call('flood')
    world.pass(-3_600_000)
    expect(world.found('flood')).toEqual(['request-rate'])
  })
})

describe('made-up agents', () => {
  const dayOfWork = { inputTokens: 20_000 }

  it('take no place of agents of other keys, nor of the key', () => {
    const { work, call, guard, limit, found } = rulesWorld()
    work('victim', { ...dayOfWork, label: 'its agent' })
    const before = limit('victim', 'input')
    const agents = new Set(guard.profiles.keys())
    for (let index = 0; index < 30_000; index++) call('attacker', { label: `made up ${index}` })
    for (const name of agents) expect(guard.profiles.has(name)).toBe(true)
    // Itself, and those of its agents that are told apart.
    expect(guard.profiles.size - agents.size).toBe(1 + 64)
    expect(limit('victim', 'input')).toBe(before)
    expect(found('victim', { inputTokens: 10_000_000, inputNanoUsd: 0 })).toContain('prompt-size')
  })

  it('of many keys push out each other, and no key', () => {
    const { work, call, guard, limit } = rulesWorld()
    for (let agent = 0; agent < 20; agent++) work('victim', { ...dayOfWork, label: `its agent ${agent}` })
    const before = limit('victim', 'input')
    const agents = new Set(guard.profiles.keys())
    for (let key = 0; key < 400; key++)
      for (let index = 0; index < 64; index++) call(`key ${key}`, { label: `made up ${index}` })
    expect(guard.profiles.size).toBeLessThanOrEqual(20_000)
    expect(guard.profiles.size).toBeGreaterThan(19_900)
    // It is those that have most who have less.
    for (const name of agents) expect(guard.profiles.has(name)).toBe(true)
    expect([...guard.profiles.values()].filter(({ workspace }) => workspace !== undefined)).toHaveLength(401)
    expect(limit('victim', 'input')).toBe(before)
  })

  it('are no more after a restart', async () => {
    const store = memoryStore()
    const begin = () => createConsumptionAuthority({ now: () => Date.UTC(2026, 0, 1), newId: () => 'one', store })
    const { settings } = rulesWorld()
    for (let start = 0; start < 3; start++) {
      const authority = begin()
      for (let index = 0; index < 100; index++)
        await authority.judge(shapeOf('attacker', { label: `made up ${start} ${index}` }), settings)
      await authority.close()
    }
    expect(store.baselines('key')).toHaveLength(1 + 64)
  })

  it('count with their key, so that a new name for each call escapes nothing', () => {
    const { work, found, guard } = rulesWorld({ rules: { 'request-rate': { action: 'suspend', max: 40 } } })
    work('leaked')
    const first = Array.from({ length: 60 }, (_, index) => found('leaked', { label: `agent ${index}` })).findIndex(
      (rules) => rules.includes('request-rate'),
    )
    expect(first).toBeGreaterThan(0)
    expect(first).toBeLessThanOrEqual(40)
    expect(guard.profiles.get('leaked')?.labels).toBeLessThanOrEqual(64)
  })
})

describe('a loop of a new key', () => {
  const turn = (index: number) => ({ turn: [index], conversations: [index] })
  const fill = ({ call }: ReturnType<typeof rulesWorld>) => {
    for (let key = 0; key < 200; key++)
      for (let index = 0; index < 256; index++) call(`key ${key}`, turn(key * 1000 + index))
  }

  it.each([
    ['have ended', 3_600_000],
    ['still go on', 1000],
  ])('is found where others have as many conversations as are known at most, which %s', (_, passMs) => {
    const world = rulesWorld()
    fill(world)
    world.pass(passMs)
    const found = Array.from({ length: 10 }, () => {
      world.pass(1000)
      return world.found('new', turn(7))
    })
    expect(found.at(-1)).toEqual(['loop'])
    expect([...world.guard.profiles.values()].reduce((sum, { rings }) => sum + rings.size, 0)).toBeLessThanOrEqual(
      50_000,
    )
  })
})

it('what agents and networks have in the file pushes out no key, nor one the other', async () => {
  const directory = await mkdtemp(join(tmpdir(), 'portcullis-test-'))
  try {
    const store = openSqliteConsumptionStore(join(directory, 'consumption.db'))
    store.save([{ kind: 'key', name: 'idle', state: '{}' }], 1)
    store.save([{ kind: 'network', name: '203.0.113.0/24', state: '[]' }], 2)
    store.save([{ kind: 'key', name: '["idle","its agent"]', state: '{}' }], 3)
    const many = (kind: 'key' | 'network', name: (index: number) => string) =>
      Array.from({ length: 40_000 }, (_, index) => ({ kind, name: name(index), state: '{}' }))
    store.save(
      many('key', (index) => `["other","${index}"]`),
      4,
    )
    expect(store.baselines('key')[0]?.name).toBe('idle')
    expect(store.baselines('network')).toHaveLength(1)
    store.save(
      many('network', (index) => `2001:db8:${index.toString(16)}::/48`),
      5,
    )
    const names = store.baselines('key').map(({ name }) => name)
    expect(names[0]).toBe('idle')
    expect(names.length).toBeGreaterThan(10_000)
    expect(names.length + store.baselines('network').length).toBeLessThanOrEqual(60_000)
    store.close()
  } finally {
    await rm(directory, { recursive: true, force: true })
  }
})

describe('many new keys in one network', () => {
  const roll = (world: ReturnType<typeof rulesWorld>, more: (index: number) => object) =>
    Array.from({ length: 12 }, (_, index) => {
      world.pass(1000)
      return world.found(`new ${index}`, { network: '203.0.113.0/24', ...more(index) })
    }).flat()
  const watched = (): ReturnType<typeof rulesWorld> => {
    const world = rulesWorld({ rules: { 'key-farming': { keys: 10 } } })
    // At first every key is new to its network.
    world.call('older')
    world.pass(2 * DAY_MS)
    return world
  }

  it('of as many owners are found, from the tenth on', () => {
    expect(roll(watched(), () => ({}))).toEqual(['key-farming', 'key-farming', 'key-farming'])
  })

  it('of one owner are a rollout', () => {
    expect(roll(watched(), () => ({ owner: 'platform team' }))).toEqual([])
  })

  it.each([
    ['known', '203.0.113.9', ['203.0.113.0/25', '2001:db8::/32']],
    ['known, of the sixth version,', '2001:db8:7::1', ['203.0.113.0/25', '2001:db8::/32']],
    ['private', '10.1.2.3', []],
  ])('are not looked at in a network that is %s', (_, address, knownNetworks) => {
    const { networkOf } = createScopes({ trustedProxies: [], dataRegionsOf: () => undefined })
    const asker = (remoteAddress: string) => ({ remoteAddress, headers: {} })
    const network = networkOf(asker(address), knownNetworks)
    expect(network).toBeUndefined()
    expect(roll(watched(), () => ({ network }))).toEqual([])
    // Its neighbour is.
    const next = networkOf(asker('203.0.113.200'), knownNetworks)
    expect(roll(watched(), () => ({ network: next }))).toHaveLength(3)
  })

  it('are told of, and not asked about, where they are known: a program has a new address', () => {
    const world = watched()
    for (let index = 0; index < 12; index++) world.work(`new ${index}`)
    const decisions = Array.from({ length: 12 }, (_, index) =>
      world.call(`new ${index}`, { network: '198.51.100.0/24' }).decisions.filter(({ rule }) => rule === 'key-farming'),
    ).flat()
    expect(decisions.map(({ action }) => action)).toEqual(['alert', 'alert', 'alert'])
  })

  it('are found although one key comes from made-up networks without end', () => {
    const world = watched()
    const office = { network: '198.51.100.0/24' }
    for (let index = 0; index < 9; index++) world.call(`of the office ${index}`, office)
    world.pass(2 * 3_600_000)
    for (let index = 0; index < 40_000; index++) world.call('flood', { network: `2001:db8:${index.toString(16)}::/48` })
    // Nobody of the office is new to it.
    for (let index = 0; index < 9; index++) world.call(`of the office ${index}`, office)
    expect(world.found('tenth of the office', office)).toEqual([])
    expect(world.guard.networks.size).toBeLessThanOrEqual(1 + 256)
  })

  it('that come slowly, or were there before, say nothing', () => {
    const world = watched()
    for (let round = 0; round < 2; round++)
      for (let index = 0; index < 30; index++) {
        world.pass(10 * 60_000)
        expect(world.found(`new ${index}`, { network: '203.0.113.0/24' })).toEqual([])
      }
  })
})
