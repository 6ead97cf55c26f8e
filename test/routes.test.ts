import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import type { Json, PostOptions } from './support/client.ts'
import { startTestGateway, type TestGateway } from './support/gateway.ts'
import { type MockProvider, startMockProvider } from './support/mock-provider.ts'
import { fixtureReply, vendorError } from './support/mock-replies.ts'

const names = ['a', 'b', 'c'] as const

let mocks: Readonly<Record<(typeof names)[number], MockProvider>>
let gateway: TestGateway

const on = (name: string): Json => ({ target: `${name}/gpt-5-mini` })
const even = { loadbalance: [on('a'), on('b'), on('c')] }

const routes: Readonly<Record<string, Json>> = {
  weighted: {
    loadbalance: [
      { ...on('a'), weight: 3 },
      { ...on('b'), weight: 1 },
      { ...on('c'), weight: 0 },
    ],
  },
  sticky: { ...even, stickyBy: 'metadata.session' },
  canary: { canary: [on('a'), { ...on('b'), percent: 100 }] },
  busy: { ...even, by: 'least-busy' },
  cheap: { loadbalance: [{ target: 'a/gpt-5' }, { target: 'b/gpt-5-nano' }, { target: 'c/gpt-5-mini' }], by: 'cost' },
  tiers: {
    conditional: [
      { if: 'metadata.tier == "free"', ...on('a') },
      { if: 'request.tools > 0 || request.hasImages', ...on('b') },
      { fallback: [on('c'), { route: 'weighted' }] },
    ],
  },
  again: { ...on('a'), retries: 2 },
  breaking: { fallback: [{ target: 'a/breaking' }, { target: 'b/breaking' }] },
  cooling: { fallback: [{ target: 'a/cooling' }, { target: 'b/cooling' }] },
  limited: { fallback: [{ target: 'a/limited' }, { target: 'b/limited' }] },
  gone: { fallback: [{ target: 'a/gone' }, { target: 'b/gone' }] },
}

beforeAll(async () => {
  const [a, b, c] = await Promise.all([startMockProvider(), startMockProvider(), startMockProvider()])
  mocks = { a, b, c }
  gateway = await startTestGateway({
    config: {
      providers: names.map((id) => ({
        id,
        provider: 'openai',
        baseUrl: `${mocks[id].origin}/v1`,
        apiKey: `sk-of-${id}`,
        allowPrivateNetwork: true,
      })),
      models: Object.fromEntries(Object.keys(routes).map((route) => [route, { route }])),
      routes,
    },
  })
})
afterAll(async () => {
  await gateway.close()
  await Promise.all(names.map((name) => mocks[name].close()))
})
beforeEach(() => {
  for (const name of names) mocks[name].reset()
})

const counts = (): number[] => names.map((name) => mocks[name].requests.length)

function ask(model: string, options?: PostOptions, more: Json = {}) {
  return gateway.post('/v1/chat/completions', { model, messages: [{ role: 'user', content: 'x' }], ...more }, options)
}

async function askOften(model: string, times: number): Promise<void> {
  for (let index = 0; index < times; index++) expect((await ask(model)).status).toBe(200)
}

describe('a loadbalance route', () => {
  it('shares calls by weight, and gives none to a weight of 0', async () => {
    await askOften('weighted', 100)
    const [a = 0, b = 0, c = 0] = counts()
    expect(a + b).toBe(100)
    expect(c).toBe(0)
    // Binomial with p = 0.75: outside of this once in a million runs.
    expect(a).toBeGreaterThan(50)
    expect(a).toBeLessThan(97)
  })

  it('tries the others when the chosen one fails, and says so in the record', async () => {
    mocks.a.script(() => vendorError(500))
    mocks.b.script(() => vendorError(500))
    const reply = await ask('weighted')
    expect(reply.status).toBe(200)
    const call = await gateway.call(reply)
    expect(call.attempts).toHaveLength(3)
    expect(call.routing.steps).toEqual([expect.stringMatching(/^route\.loadbalance: [01], [01], 2 by weight$/)])
    expect(call.routing.candidates.map(({ account, place }: Json) => [account, place])).toContainEqual(['c', 3])
  })

  it('keeps calls with the same text together, and spreads others', async () => {
    const at = async (session: string): Promise<string> => {
      const reply = await ask('sticky', { headers: { 'x-portcullis-metadata': JSON.stringify({ session }) } })
      return (await gateway.call(reply)).account
    }
    const seen = new Set<string>()
    for (let session = 0; session < 20; session++) {
      const first = await at(`session ${session}`)
      expect(await at(`session ${session}`)).toBe(first)
      seen.add(first)
    }
    expect([...seen].sort()).toEqual(['a', 'b', 'c'])
  })

  it('by chance where there is nothing to stick to', async () => {
    await askOften('sticky', 40)
    for (const count of counts()) expect(count).toBeGreaterThan(0)
  })

  it('takes the cheapest by the price of its model', async () => {
    const reply = await ask('cheap')
    expect(await gateway.call(reply)).toMatchObject({ account: 'b', model: 'gpt-5-nano' })
    const { routing } = await gateway.call(reply)
    const costs = Object.fromEntries(routing.candidates.map(({ account, costNanoUsd }: Json) => [account, costNanoUsd]))
    expect(costs['b']).toBeLessThan(costs['c'])
    expect(costs['c']).toBeLessThan(costs['a'])
  })

  it('takes the one with the fewest calls in flight', async () => {
    const held = Promise.withResolvers<void>()
    let arrived = Promise.withResolvers<void>()
    for (const name of names)
      mocks[name].script((request) => async (exchange) => {
        arrived.resolve()
        await held.promise
        await fixtureReply(request)(exchange)
      })
    const waiting: Promise<unknown>[] = []
    for (let count = 0; count < 9; count++) {
      arrived = Promise.withResolvers()
      waiting.push(ask('busy'))
      await arrived.promise
    }
    expect(counts()).toEqual([3, 3, 3])
    held.resolve()
    await Promise.all(waiting)
  })
})

describe('a canary route', () => {
  it('gives each entry its percentage', async () => {
    await askOften('canary', 10)
    expect(counts()).toEqual([0, 10, 0])
  })
})

describe('a conditional route', () => {
  it.each([
    ['metadata of the body', { metadata: { tier: 'free' } }, {}, 'a', 'route.conditional[0]: metadata.tier == "free"'],
    ['metadata of the header', {}, { 'x-portcullis-metadata': '{"tier":"free"}' }, 'a', 'route.conditional[0]: '],
    [
      'what is asked for',
      { tools: [{ type: 'function', function: { name: 'f' } }] },
      {},
      'b',
      'route.conditional[1]: ',
    ],
    ['nothing of all that', {}, {}, 'c', 'route.otherwise: no condition holds'],
  ])('chooses by %s', async (_what, body, headers, account, step) => {
    const reply = await ask('tiers', { headers: headers as Record<string, string> }, body)
    const call = await gateway.call(reply)
    expect(call.account).toBe(account)
    expect(call.routing.steps[0]).toContain(step)
    const asked = call.routing.candidates.filter(({ passedOver }: Json) => passedOver === undefined)
    expect(asked).toHaveLength(account === 'c' ? 3 : 1)
    expect(call.routing.candidates).toHaveLength(3)
  })

  it('refuses metadata that is no object of texts', async () => {
    for (const bad of ['{', '[]', '{"a":1}', '"x"']) {
      const reply = await ask('tiers', { headers: { 'x-portcullis-metadata': bad } })
      expect(reply.status).toBe(400)
      expect(reply.json.error.message).toContain('`x-portcullis-metadata` must be a JSON object of texts.')
    }
    expect(counts()).toEqual([0, 0, 0])
  })
})

describe('a route with retries', () => {
  it('asks again after a pause, as often as it may', async () => {
    mocks.a.reply(vendorError(500), vendorError(503))
    const reply = await ask('again')
    expect(reply.status).toBe(200)
    expect((await gateway.call(reply)).attempts).toMatchObject([
      { errorCode: 'upstream_error' },
      { errorCode: 'upstream_overloaded' },
      { status: 200 },
    ])
  })

  it('gives the last fault when that did not help, and asks no more', async () => {
    mocks.a.script(() => vendorError(500))
    expect((await ask('again')).status).toBe(500)
    expect(counts()).toEqual([3, 0, 0])
  })

  it('never repeats what the provider refused', async () => {
    mocks.a.script(() => vendorError(400))
    expect((await ask('again')).status).toBe(400)
    expect(counts()).toEqual([1, 0, 0])
  })
})

describe('a target that is not well', () => {
  it('is left alone after five faults in a row, and the record says why', async () => {
    mocks.a.script(() => vendorError(500))
    await askOften('breaking', 5)
    expect(counts()).toEqual([5, 5, 0])
    const reply = await ask('breaking')
    expect(counts()).toEqual([5, 6, 0])
    expect((await gateway.call(reply)).routing.candidates).toMatchObject([
      { account: 'a', passedOver: 'circuit-open' },
      { account: 'b', place: 1 },
    ])
  })

  it('gets the pause that it asks for', async () => {
    mocks.a.reply(vendorError(429, { headers: { 'retry-after': '60' } }))
    await askOften('cooling', 2)
    expect(counts()).toEqual([1, 2, 0])
  })

  it('gets the pause that its limits name where it says nothing else', async () => {
    const headers = { 'x-ratelimit-remaining-requests': '0', 'x-ratelimit-reset-requests': '1m30s' }
    mocks.a.reply(vendorError(429, { headers }))
    await askOften('limited', 2)
    expect(counts()).toEqual([1, 2, 0])
  })

  it('is not asked when no other is there either: the client hears when to come back', async () => {
    for (const name of ['a', 'b'] as const) mocks[name].reply(vendorError(429, { headers: { 'retry-after': '30' } }))
    expect((await ask('gone')).status).toBe(429)
    const reply = await ask('gone')
    expect(reply.status).toBe(503)
    expect(reply.json.error.code).toBe('no_healthy_target')
    expect(Number(reply.headers['retry-after'])).toBeGreaterThan(25)
    expect(counts()).toEqual([1, 1, 0])
  })
})
