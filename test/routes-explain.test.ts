import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { type Json, post, type WireReply } from './support/client.ts'
import { commandLine } from './support/command-line.ts'
import { startTestGateway, type TestGateway } from './support/gateway.ts'
import { type MockProvider, startMockProvider } from './support/mock-provider.ts'
import { vendorError } from './support/mock-replies.ts'

let mock: MockProvider
let gateway: TestGateway

const account = (id: string): Json => ({
  id,
  provider: 'openai',
  baseUrl: `${mock.origin}/v1`,
  apiKey: `sk-of-${id}`,
  allowPrivateNetwork: true,
})

beforeAll(async () => {
  mock = await startMockProvider()
  const routes = {
    tiers: {
      conditional: [
        { if: 'metadata.tier == "free"', target: 'a/gpt-5-nano' },
        { if: 'principal.key == "team-b" || request.tools > 0', target: 'b/gpt-5' },
        { fallback: [{ target: 'a/gpt-5-mini', timeoutMs: 5000 }, { target: 'b/gpt-5' }] },
      ],
    },
    spread: { loadbalance: [{ target: 'a/gpt-5-mini' }, { target: 'b/gpt-5-mini', weight: 2 }] },
    cooling: { fallback: [{ target: 'a/cooling' }, { target: 'b/cooling' }], retries: 1 },
    gone: { fallback: [{ target: 'a/gone' }, { target: 'b/gone' }] },
  }
  gateway = await startTestGateway({
    keys: [{ id: 'team-b', key: 'pk-test-team-b-0123456789abcdefghijklmnop', workspace: 'second', models: ['tiers'] }],
    config: {
      providers: [account('a'), account('b')],
      models: Object.fromEntries(Object.keys(routes).map((route) => [route, { route }])),
      routes,
    },
  })
})
afterAll(async () => {
  close()
  await gateway.close()
  await mock.close()
})
beforeEach(() => mock.reset())

const { launch, close } = commandLine(() => gateway.directory, {})
const messages = [{ role: 'user', content: 'Hello there' }]
const explain = (body: unknown, headers: Record<string, string> = {}): Promise<WireReply> =>
  post(`${gateway.controlUrl}/api/v1/routes/explain`, body, {
    headers: { authorization: `Bearer ${gateway.adminToken}`, ...headers },
  })
const explained = async (body: unknown): Promise<Json> => {
  const reply = await explain(body)
  expect(reply.text).toContain('"decision"')
  return reply.json
}
const ask = (model: string): Promise<WireReply> => gateway.post('/v1/chat/completions', { model, messages })
const cli = (...args: string[]) =>
  launch([...args, '--url', gateway.controlUrl], { PORTCULLIS_ADMIN_TOKEN: gateway.adminToken }).ended

describe('POST /api/v1/routes/explain', () => {
  it('decides as the data plane does, and sends nothing', async () => {
    const found = await explained({ route: 'tiers', model: 'tiers', max_completion_tokens: 1000, messages })
    expect(found).toMatchObject({
      route: 'tiers',
      model: 'tiers',
      endpoint: '/v1/chat/completions',
      decision: { effect: 'send', account: 'a', provider: 'openai', model: 'gpt-5-mini' },
      steps: ['route.otherwise: no condition holds'],
      byChance: false,
      workers: 1,
    })
    expect(found.candidates.map((one: Json) => [one.account, one.model, one.place ?? one.passedOver])).toEqual([
      ['a', 'gpt-5-nano', 'not-chosen'],
      ['b', 'gpt-5', 2],
      ['a', 'gpt-5-mini', 1],
    ])
    expect(mock.requests).toHaveLength(0)
    const { routing, ...call } = await gateway.call(await ask('tiers'))
    expect([call.account, call.model]).toEqual(['a', 'gpt-5-mini'])
    expect(routing.steps).toEqual(found.steps)
    expect(routing.candidates.map(({ place }: Json) => place)).toEqual(found.candidates.map(({ place }: Json) => place))
  })

  it('estimates what each candidate would cost by its price', async () => {
    const { estimate, candidates } = await explained({ route: 'tiers', max_completion_tokens: 1000, messages })
    expect(estimate.outputTokens).toBe(1000)
    expect(estimate.inputTokens).toBeGreaterThan(3)
    const { json } = await gateway.control('/api/v1/models?provider=openai&q=gpt-5-mini')
    const { price } = json.data.find(({ id }: Json) => id === 'gpt-5-mini')
    const expected = (estimate.inputTokens * price.inputPerMillionUsd + 1000 * price.outputPerMillionUsd) / 1e6
    expect(candidates.find(({ model }: Json) => model === 'gpt-5-mini').estimatedCostUsd).toBeCloseTo(expected, 9)
  })

  it('sees the metadata, the key and the tools of the request', async () => {
    const tool = { type: 'function', function: { name: 'look', parameters: { type: 'object' } } }
    const to = async (body: unknown): Promise<string> => {
      const { decision } = await explained(body)
      return `${decision.account}/${decision.model}`
    }
    expect(await to({ model: 'tiers', messages, metadata: { tier: 'free' } })).toBe('a/gpt-5-nano')
    expect(await to({ model: 'tiers', metadata: { tier: 'free' }, body: { messages } })).toBe('a/gpt-5-nano')
    expect(await to({ model: 'tiers', key: 'team-b', messages })).toBe('b/gpt-5')
    expect(await to({ model: 'tiers', messages, tools: [tool] })).toBe('b/gpt-5')
    expect(await to({ route: 'tiers' })).toBe('a/gpt-5-mini')
  })

  it('reads bodies of other dialects, named or by their path', async () => {
    const anthropic = { model: 'tiers', max_tokens: 100, messages, tools: [{ name: 'look', input_schema: {} }] }
    expect(await explained({ dialect: 'anthropic-messages', body: anthropic })).toMatchObject({
      endpoint: '/v1/messages',
      decision: { account: 'b', model: 'gpt-5' },
      estimate: { outputTokens: 100 },
    })
    const gemini = { contents: [{ role: 'user', parts: [{ text: 'Hi' }] }], generationConfig: { maxOutputTokens: 7 } }
    expect(await explained({ path: '/v1beta/models/tiers:generateContent', body: gemini })).toMatchObject({
      model: 'tiers',
      decision: { account: 'a', model: 'gpt-5-mini' },
      estimate: { outputTokens: 7 },
    })
  })

  it('knows how targets are doing now', async () => {
    mock.reply(vendorError(429, { headers: { 'retry-after': '600' } }))
    expect((await ask('cooling')).status).toBe(200)
    const found = await explained({ route: 'cooling', messages })
    expect(found.decision).toMatchObject({ effect: 'send', account: 'b' })
    expect(found.candidates[0]).toMatchObject({ account: 'a', passedOver: 'cooling-down' })
    expect(found.candidates[0].health).toMatchObject({ circuit: 'closed', paused: 'cooling-down', inFlight: 0 })
    expect(found.candidates[0].health.pauseMs).toBeGreaterThan(20_000)
    expect(found.candidates[1].health.latencyMs).toBeGreaterThan(0)
  })

  it('says when no target is left, or the key may not ask', async () => {
    for (let time = 0; time < 5; time++) {
      mock.reply(vendorError(500), vendorError(500))
      expect((await ask('gone')).status).toBe(500)
    }
    const found = await explained({ model: 'gone', messages })
    expect(found.decision).toMatchObject({ effect: 'refuse', errorCode: 'no_healthy_target' })
    expect(found.candidates.map(({ health }: Json) => health.circuit)).toEqual(['open', 'open'])
    expect((await explained({ model: 'gone', key: 'team-b', messages })).decision).toMatchObject({
      errorCode: 'model_not_allowed',
    })
  })

  it('says that chance has a part', async () => {
    const seen = new Set<string>()
    while (seen.size < 2) {
      const { decision, byChance } = await explained({ route: 'spread', messages })
      expect(byChance).toBe(true)
      seen.add(decision.account)
    }
  })

  it('explains a model that is no route', async () => {
    expect(await explained({ model: 'a/gpt-5', messages })).toMatchObject({
      route: 'direct',
      decision: { effect: 'send', account: 'a', model: 'gpt-5' },
      candidates: [{ place: 1 }],
    })
  })

  it.each([
    [{ route: 'tires', messages }, 404, 'Did you mean \\"tiers\\"?'],
    [{ messages }, 400, '`model` is missing'],
    [{ route: 'tiers', messages: 'none' }, 400, 'messages'],
    [{ route: 'tiers', key: 'nobody' }, 400, 'There is no key'],
    [{ route: 'tiers', dialect: 'french' }, 400, '`dialect` takes'],
    [{ route: 'tiers', path: '/v1/chat/completion' }, 400, '`path` is no path of a client.'],
    [{ route: 'tiers', body: {}, messages }, 400, 'There is no `messages` here.'],
    [{ route: 7 }, 400, '`route`'],
    ['[]', 400, 'The body'],
  ])('tells what is wrong with %j', async (body, status, text) => {
    const reply = await explain(body)
    expect(reply.text).toContain(text)
    expect(reply.status).toBe(status)
  })

  it('wants the admin token', async () => {
    expect((await explain({ route: 'tiers' }, { authorization: `Bearer ${gateway.key}` })).status).toBe(401)
    expect((await gateway.control('/api/v1/routes', { authorization: '' })).status).toBe(401)
  })
})

describe('GET /api/v1/routes', () => {
  it('has the plans, and how their targets are doing', async () => {
    const { json, text } = await gateway.control('/api/v1/routes')
    expect(json.data.map(({ id }: Json) => id)).toEqual(['tiers', 'spread', 'cooling', 'gone'])
    expect(json.data[0]).toMatchObject({
      aliases: ['tiers'],
      plan: {
        conditional: [
          { if: 'metadata.tier == "free"', target: 'a/gpt-5-nano' },
          { target: 'b/gpt-5' },
          { fallback: [{ target: 'a/gpt-5-mini', timeoutMs: 5000 }, { target: 'b/gpt-5' }] },
        ],
      },
      targets: [{ model: 'gpt-5-nano' }, { model: 'gpt-5' }, { model: 'gpt-5-mini', provider: 'openai' }],
    })
    expect(json.data[1].plan).toMatchObject({ loadbalance: [{ weight: 1 }, { weight: 2 }], by: 'weight' })
    expect(json.data[2]).toMatchObject({ retries: 1, hedge: null, continue: false })
    expect(json.data[2].targets[0].health).toMatchObject([{ paused: 'cooling-down' }])
    expect(text).not.toContain('sk-of-')
  })
})

describe('portcullis routes replay', () => {
  const replay = async (route: string, ...more: string[]): Promise<Json> => {
    const data = join(gateway.directory, 'data')
    const ended = await launch(['routes', 'replay', '--route', route, '--data', data, ...more]).ended
    expect(ended.stderr).toBe('')
    return more.includes('--json') ? JSON.parse(ended.stdout) : ended.stdout
  }

  it('sends recorded calls through a route of another configuration', async () => {
    const tagged = { model: 'a/gpt-5', messages, metadata: { tier: 'free' } }
    const replies = [await gateway.post('/v1/chat/completions', tagged), await ask('a/gpt-5'), await ask('a/gpt-5')]
    const costs = await Promise.all(replies.map(async (reply) => (await gateway.call(reply)).costUsd))
    const config = join(gateway.directory, 'new.yaml')
    const when = { if: 'metadata.tier == "free"', target: 'a/gpt-5-nano' }
    const routes = { next: { conditional: [when, { fallback: [{ target: 'a/gpt-5' }, { target: 'b/unseen' }] }] } }
    await writeFile(config, JSON.stringify({ providers: [account('a'), account('b')], routes }))
    const found = await replay('next', '--config', config, '--model', 'a/gpt-5', '--json')
    expect(found).toMatchObject({ route: 'next', calls: 3, moved: 1, skipped: 0, cost: { calls: 3 } })
    const [nano, large, unseen] = found.targets
    expect(nano).toMatchObject({ account: 'a', model: 'gpt-5-nano', calls: 1, attempts: 0, failedShare: null })
    expect(large).toMatchObject({ model: 'gpt-5', calls: 2, attempts: 3, failedShare: 0 })
    expect(large.meanMs).toBeGreaterThan(0)
    expect(unseen).toMatchObject({ model: 'unseen', calls: 0, meanMs: null })
    expect(found.cost.recordedUsd).toBeCloseTo(costs[0] + costs[1] + costs[2], 9)
    // A twenty-fifth of the price, by the catalogue.
    expect(found.cost.replayedUsd).toBeCloseTo(costs[0] / 25 + costs[1] + costs[2], 6)
    const text = await replay('next', '--config', config, '--model', 'a/gpt-5')
    expect(text).toContain(
      '3 calls through the route next: 1 would have gone elsewhere first; 0 could not be replayed.',
    )
    expect(text).toMatch(/^a\/gpt-5 +2 +67 % +3 +0\.0 % +\d+ ms$/m)
    expect(text).toContain('Not known:')
  })

  it('has the same chance in each run, and leaves out what it cannot read', async () => {
    await gateway.call(await gateway.post('/v1/chat/completions', { model: 'spread', messages: 'none' }))
    const config = join(gateway.directory, 'portcullis.yaml')
    const first = await replay('spread', '--config', config, '--json')
    expect(first.skipped).toBeGreaterThan(0)
    expect(first.calls).toBeGreaterThan(0)
    expect(await replay('spread', '--config', config, '--json')).toEqual(first)
  })
})

describe('portcullis routes', () => {
  it('explains a route or a model in a table', async () => {
    const file = join(gateway.directory, 'body.json')
    await writeFile(file, JSON.stringify({ messages }))
    const { stdout, code } = await cli('routes', 'explain', 'tiers', '--body', file, '--metadata', 'tier=free')
    expect(stdout).toContain('tiers by the route tiers: a/gpt-5-nano')
    expect(stdout).toContain('route.conditional[0]: metadata.tier == "free"')
    expect(stdout).toMatch(/^1 +a\/gpt-5-nano +\$0\.\d{6} +closed/m)
    expect(stdout).toMatch(/^- +b\/gpt-5 +not-chosen/m)
    expect(code).toBe(0)
    const other = await cli('routes', 'explain', 'a/gpt-5', '--json')
    expect(JSON.parse(other.stdout)).toMatchObject({ route: 'direct', decision: { account: 'a' } })
  })

  it('lists them', async () => {
    const { stdout } = await cli('routes', 'list')
    expect(stdout).toMatch(/^cooling +cooling +a\/cooling +closed +\d+ s +0/m)
    expect(stdout).toMatch(/^ +b\/cooling +closed +0 +\d+ ms/m)
  })

  it.each([
    [['routes'], 'Use: portcullis routes list'],
    [['routes', 'explain'], 'Name the route'],
    [['routes', 'explain', 'tiers', '--metadata', 'tier'], '--metadata takes'],
    [['routes', 'explain', 'tiers', '--body', 'nowhere.json'], 'nowhere.json cannot be read (ENOENT).'],
    [['routes', 'explain', 'tirs'], 'tirs'],
  ])('%j is told what is wrong', async (args, text) => {
    const { stderr, code } = await cli(...args)
    expect(stderr).toContain(text)
    expect(code).not.toBe(0)
  })
})
