import fc from 'fast-check'
import { expect, it } from 'vitest'
import type { KeyHold, Lift } from '../src/core/spending/consumption.ts'
import type { EndedHold, HoldsStore } from '../src/core/spending/consumption-sums.ts'
import { createHoldSharing } from '../src/server/consumption/shared-holds.ts'

/** What the script in Redis does. */
function memoryRedis() {
  let holds = new Map<string, KeyHold>()
  let ended = new Map<string, EndedHold>()
  let lifts = new Map<string, Lift>()
  let version = 0
  let isCut = false
  return {
    open(): HoldsStore {
      let known = -1
      return {
        async exchangeHolds(news) {
          if (isCut) throw new Error('It is away.')
          const before = JSON.stringify([[...holds], [...ended], [...lifts]])
          for (const hold of news.holds) {
            const other = holds.get(hold.key)
            if (ended.has(hold.id) || (other !== undefined && !(other.kind === 'ask' && hold.kind === 'suspend')))
              continue
            holds.set(hold.key, hold)
          }
          for (const one of news.ended) {
            ended.set(one.id, one)
            if (holds.get(one.key)?.id === one.id) holds.delete(one.key)
          }
          for (const one of news.lifts) lifts.set(one.key + one.rule, one)
          if (JSON.stringify([[...holds], [...ended], [...lifts]]) !== before) version++
          if (known === version) return undefined
          known = version
          return { holds: [...holds.values()], ended: [...ended.values()], lifts: [...lifts.values()] }
        },
      }
    },
    cut(value: boolean) {
      isCut = value
    },
    flush() {
      holds = new Map()
      ended = new Map()
      lifts = new Map()
      version += 1000
    },
  }
}

function gatewayOn(redis: ReturnType<typeof memoryRedis>, name: string) {
  const holds = new Map<string, KeyHold>()
  const lifted: Lift[] = []
  let beat = (): void => undefined
  let ids = 0
  const sharing = createHoldSharing({
    store: redis.open(),
    holds: () => [...holds.values()],
    adopt: (hold) => holds.set(hold.key, hold),
    drop: ({ key }) => void holds.delete(key),
    lift: (one) => void lifted.push(one),
    now: () => 0,
    every(_, look) {
      beat = look
      return () => undefined
    },
  })
  return {
    holds,
    lifted,
    sharing,
    async beat() {
      beat()
      await sharing.idle()
    },
    place(key: string, kind: KeyHold['kind'] = 'suspend') {
      const before = holds.get(key)
      if (before?.kind === 'suspend' || (before !== undefined && kind === 'ask')) return
      holds.set(key, { id: `${name}-${++ids}`, key, workspace: 'default', kind, at: 0, rule: 'loop', reason: 'why' })
    },
    end(key: string) {
      const hold = holds.get(key)
      if (hold === undefined) return
      holds.delete(key)
      sharing.ended({ id: hold.id, key, workspace: 'default', rule: hold.rule, until: 5 })
    },
  }
}

function three() {
  const redis = memoryRedis()
  const gateways = ['a', 'b', 'c'].map((name) => gatewayOn(redis, name)) as [Gateway, Gateway, Gateway]
  const settle = async (): Promise<void> => {
    for (let round = 0; round < 3; round++) for (const { beat } of gateways) await beat()
  }
  return { redis, gateways, settle }
}
type Gateway = ReturnType<typeof gatewayOn>
const heldAt = ({ holds }: Gateway) => [...holds.values()].map(({ key, kind }) => `${key} ${kind}`).sort()

it('a key that is suspended at one gateway is at all, and is let go at all by any', async () => {
  const { gateways, settle } = three()
  const [a, b, c] = gateways
  a.place('leaked')
  await settle()
  for (const gateway of gateways) expect(heldAt(gateway)).toEqual(['leaked suspend'])
  expect(b.holds.get('leaked')?.id).toBe('a-1')
  c.end('leaked')
  await settle()
  for (const gateway of gateways) expect(heldAt(gateway)).toEqual([])
})

it('one that two gateways suspend at once is let go once', async () => {
  const { gateways, settle } = three()
  const [a, b] = gateways
  a.place('leaked')
  b.place('leaked')
  await settle()
  expect(new Set(gateways.map(({ holds }) => holds.get('leaked')?.id)).size).toBe(1)
  b.end('leaked')
  await settle()
  for (const gateway of gateways) expect(heldAt(gateway)).toEqual([])
})

it('a suspension is not weakened by what another gateway only asks about', async () => {
  const { gateways, settle } = three()
  const [a, b] = gateways
  a.place('leaked', 'ask')
  await settle()
  b.place('leaked', 'suspend')
  await settle()
  for (const gateway of gateways) expect(heldAt(gateway)).toEqual(['leaked suspend'])
})

it('what happens while Redis is away counts when it is back, and what it forgot is told to it', async () => {
  const { redis, gateways, settle } = three()
  const [a, b] = gateways
  a.place('one')
  a.place('two')
  await settle()
  redis.cut(true)
  b.end('one')
  b.place('three')
  await settle()
  expect(heldAt(a)).toEqual(['one suspend', 'two suspend'])
  redis.cut(false)
  await settle()
  for (const gateway of gateways) expect(heldAt(gateway)).toEqual(['three suspend', 'two suspend'])
  redis.flush()
  await settle()
  for (const gateway of gateways) expect(heldAt(gateway)).toEqual(['three suspend', 'two suspend'])
  a.end('two')
  await settle()
  for (const gateway of gateways) expect(heldAt(gateway)).toEqual(['three suspend'])
})

it('a rule that is lifted at one gateway is at all, once, and may end early', async () => {
  const { gateways, settle } = three()
  const [a, b, c] = gateways
  const lift: Lift = { key: 'slowed', workspace: 'default', rule: 'request-rate', until: 1000 }
  a.sharing.lifted(lift)
  await settle()
  await settle()
  expect([a.lifted, b.lifted, c.lifted]).toEqual([[], [lift], [lift]])
  b.sharing.lifted({ ...lift, until: 1 })
  await settle()
  expect([a.lifted.length, b.lifted.length, c.lifted.length]).toEqual([1, 1, 2])
  expect(a.lifted[0]?.until).toBe(1)
})

it('all gateways agree in the end, whatever happened, and nothing that stayed held was lost', async () => {
  const step = fc.record({
    at: fc.integer({ min: 0, max: 2 }),
    does: fc.constantFrom('suspend', 'ask', 'end', 'beat', 'beat', 'cut', 'restore', 'flush'),
    key: fc.constantFrom('x', 'y'),
  })
  await fc.assert(
    fc.asyncProperty(fc.array(step, { maxLength: 40 }), async (steps) => {
      const { redis, gateways, settle } = three()
      const ended = new Set<string>()
      for (const { at, does, key } of steps) {
        const gateway = gateways[at] as Gateway
        if (does === 'suspend' || does === 'ask') gateway.place(key, does)
        else if (does === 'end') {
          if (gateway.holds.has(key)) ended.add(key)
          gateway.end(key)
        } else if (does === 'beat') await gateway.beat()
        else if (does === 'flush') redis.flush()
        else redis.cut(does === 'cut')
      }
      redis.cut(false)
      const before = new Set(gateways.flatMap(({ holds }) => [...holds.keys()]))
      await settle()
      await settle()
      const [a, b, c] = gateways.map(heldAt)
      expect(b).toEqual(a)
      expect(c).toEqual(a)
      for (const key of before) if (!ended.has(key)) expect(gateways[0].holds.has(key)).toBe(true)
    }),
  )
})

it('a lift that was over before a gateway heard of it takes back nothing that was decided since', async () => {
  const { gateways, settle } = three()
  const [a, b] = gateways
  const lift = { key: 'fast', workspace: 'default', rule: 'loop' } as const
  a.sharing.lifted({ ...lift, until: -1 })
  await settle()
  expect(b.lifted).toEqual([])
  a.sharing.lifted({ ...lift, until: 5 })
  await settle()
  a.sharing.lifted({ ...lift, until: -2 })
  await settle()
  expect(b.lifted.map(({ until }) => until)).toEqual([5, -2])
})

it('a gateway that stops tells what was ended there at last', async () => {
  const { gateways, settle } = three()
  const [a, b] = gateways
  a.place('leaked')
  await settle()
  a.end('leaked')
  await a.sharing.close()
  await b.beat()
  expect(heldAt(b)).toEqual([])
})
