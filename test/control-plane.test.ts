import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { chunkedPost, post } from './support/client.ts'
import { startTestGateway, type TestGateway } from './support/gateway.ts'

let gateway: TestGateway
beforeAll(async () => {
  gateway = await startTestGateway({})
  await gateway.post('/v1/chat/completions', { model: 'demo/echo', messages: [{ role: 'user', content: 'Hello' }] })
})
afterAll(() => gateway.close())

const send = (method: string, path: string) =>
  post(gateway.controlUrl + path, undefined, { method, headers: { authorization: `Bearer ${gateway.adminToken}` } })

const tell = (method: string, path: string, body: object) =>
  post(gateway.controlUrl + path, body, { method, headers: { authorization: `Bearer ${gateway.adminToken}` } })

describe('the paths of the contract', () => {
  it('take every parameter empty, as a form sends them', async () => {
    const calls = await gateway.control('/api/v1/calls?limit=&cursor=&model=&provider=&key=&status=&from=&to=&q=')
    expect(calls.status).toBe(200)
    expect(calls.json.data).toHaveLength(1)
    const models = await gateway.control('/api/v1/models?provider=&q=')
    expect(models.json.data.length).toBeGreaterThan(100)
  })

  it('are there for probes on both ports, and metrics on one', async () => {
    for (const url of [gateway.url, gateway.controlUrl])
      for (const path of ['/healthz', '/readyz']) {
        for (const method of ['GET', 'HEAD']) expect((await post(url + path, undefined, { method })).status).toBe(200)
      }
    expect((await send('GET', '/metrics')).text).toMatch(/^# (HELP|TYPE) /m)
    expect((await post(`${gateway.url}/metrics`, undefined, { method: 'GET' })).status).toBe(404)
  })

  it('give a call with every field, none of them left out', async () => {
    const [{ id }] = (await gateway.callsUntil((calls) => calls.length > 0)) as [{ id: string }]
    const call = (await gateway.control(`/api/v1/calls/${id}`)).json
    const fields =
      'id startedAt workspace key agent user clientDialect providerDialect provider model requestedModel status errorCode inputTokens cachedInputTokens outputTokens reasoningTokens costUsd timeToFirstTokenMs durationMs overheadMs attempts cache route decisions droppedParameters input output'
    for (const field of fields.split(' ')) expect(call).toHaveProperty(field)
    for (const list of ['attempts', 'decisions', 'droppedParameters']) expect(Array.isArray(call[list])).toBe(true)
  })

  it('give the providers and their models with prices, unknown ones as null', async () => {
    const { data: providers } = (await gateway.control('/api/v1/providers')).json
    for (const provider of providers)
      expect(provider).toMatchObject({
        id: expect.any(String),
        title: expect.any(String),
        dialects: expect.arrayContaining([expect.any(String)]),
        configured: provider.id === 'demo',
      })
    const { data } = (await gateway.control('/api/v1/models?provider=anthropic&q=SONNET-4-5')).json
    expect(data.find(({ id }: { id: string }) => id === 'claude-sonnet-4-5').price).toMatchObject({
      inputPerMillionUsd: 3,
      outputPerMillionUsd: 15,
      cachedInputPerMillionUsd: 0.3,
      cacheWritePerMillionUsd: 3.75,
      cacheWrite1hPerMillionUsd: 6,
      reasoningPerMillionUsd: null,
    })
  })
})

describe('a request that is not right', () => {
  it.each(['whoami', 'keys', 'management-keys', 'credentials', 'holds', 'policies', 'providers', 'config', 'filters'])(
    'for a name that %s does not take, says so: the whole list would look like the answer',
    async (list) => {
      const { status, json } = await gateway.control(`/api/v1/${list}?worksapce=red`)
      expect({ status, message: json.error?.message }).toEqual({
        status: 400,
        message: 'There is no `worksapce` here.',
      })
    },
  )

  it.each([
    [{}, '`id` is missing.'],
    [{ id: 'dear', priority: 'hihg' }, '`priority` must be `high` or `normal` or `low`; did you mean `high`?'],
    [{ id: 'dear', models: 'gpt-5' }, '`models` must be a list.'],
    [{ id: 'dear', owner: '' }, '`owner` is too short: at least 1.'],
    [{ id: 'dear', expiresAt: '2020-01-01T00:00:00Z' }, '`expiresAt` is over already.'],
  ])('for its fields is told in a sentence: %j', async (wanted, message) => {
    const { status, json } = await tell('POST', '/api/v1/keys', wanted)
    expect({ status, message: json.error?.message }).toEqual({ status: 400, message })
  })

  it('names a new workspace that looks like another: it may be a slip', async () => {
    const { json } = await tell('POST', '/api/v1/keys', { id: 'astray', workspace: 'defualt' })
    expect(json.warnings).toEqual([
      'The workspace "defualt" is new, and no settings are for it. Did you mean "default"?',
    ])
    for (const workspace of ['team-a', 'team-b']) {
      const { json: made } = await tell('POST', '/api/v1/keys', { id: `of-${workspace}`, workspace })
      expect(made.warnings).toEqual([])
    }
  })

  it('lists the keys of the workspace that is asked for', async () => {
    expect((await tell('POST', '/api/v1/keys', { id: 'lasting', workspace: 'red' })).status).toBe(201)
    const ids = (data: readonly { id: string }[]): string[] => data.map(({ id }) => id)
    expect(ids((await gateway.control('/api/v1/keys?workspace=red')).json.data)).toEqual(['lasting'])
    expect(ids((await gateway.control('/api/v1/keys?workspace=blue')).json.data)).toEqual([])
    expect(ids((await gateway.control('/api/v1/keys')).json.data)).toContain('lasting')
  })

  it.each([
    ['POST', '/api/v1/calls', 'GET'],
    ['DELETE', '/api/v1/calls/some-id', 'GET'],
    ['PUT', '/api/v1/keys', 'GET, POST'],
    ['POST', '/api/v1/keys/some-id', 'GET, PATCH, DELETE'],
    ['POST', '/healthz', 'GET'],
    ['POST', '/metrics', 'GET'],
    ['POST', '/', 'GET'],
  ])('for its method is told which one is: %s %s', async (method, path, allow) => {
    const reply = await send(method, path)
    expect({ status: reply.status, code: reply.json.error.code }).toEqual({ status: 405, code: 'method_not_allowed' })
    expect(reply.headers['allow']).toBe(allow)
    expect(reply.json.error.message).toBe(`${path} takes ${allow}, not ${method}.`)
  })

  it.each([
    ['GET', '/api/v1/models?provider=opnai', 400, /no provider "opnai"; did you mean "openai"\?/],
    ['GET', '/api/v1/models?query=x', 400, /query/],
    ['GET', '/api/v1/calls?limit=1e1', 400, /`limit` is a whole number/],
    ['GET', '/api/v1/calls?limit=0x10', 400, /`limit` is a whole number/],
    ['GET', '/api/v1/calls/%E0%A4%A', 404, /no call/],
    ['POST', '/api/v1/keys', 415, /must be JSON/],
    ['POST', '/api/v1/nothing', 404, /nothing at \/api\/v1\/nothing/],
    ['DELETE', '/api/v1/keys/%E0%A4%A', 404, /no key/],
  ])('is told in a sentence: %s %s', async (method, path, status, message) => {
    const reply = await send(method, path)
    expect(reply.status).toBe(status)
    expect(reply.json.error.message).toMatch(message)
    expect(reply.json.error.message).toMatch(/[.?]$/)
  })

  it('is not one whose body comes without a length', async () => {
    const body = Buffer.from('{"id":"chunked"}')
    const reply = await chunkedPost(`${gateway.controlUrl}/api/v1/keys`, gateway.adminToken, body, 1)
    expect(reply.status).toBe(201)
    expect(reply.json).toMatchObject({ id: 'chunked', workspace: 'default', models: ['*'], source: 'api' })
  })

  it.each([
    [{ id: 'a b' }, /^`id` takes letters, digits/],
    [{ id: 'a', model: [] }, /^There is no `model` here\.$/],
    [{ id: 'a', budgets: [{ costUSD: 1, per: 'day' }] }, /^There is no `budgets\.0\.costUSD` here\.$/],
    [{ id: 'a', expiresAt: '2020-01-01T00:00:00Z' }, /^`expiresAt` is over already\.$/],
    [{ id: 'a', models: 'x' }, /^`models` must be a list/],
    [[], /^The body must be a map/],
  ])('is told its field: %j', async (body, message) => {
    const headers = { authorization: `Bearer ${gateway.adminToken}` }
    const reply = await post(`${gateway.controlUrl}/api/v1/keys`, body, { headers })
    expect(reply.status).toBe(400)
    expect(reply.json.error.message).toMatch(message)
  })

  it('for a body that is not there, sent in any way', async () => {
    for (const headers of [{}, { 'content-length': '0' }, { 'transfer-encoding': 'chunked' }]) {
      const reply = await post(`${gateway.controlUrl}/api/v1/keys`, undefined, {
        method: 'POST',
        headers: { authorization: `Bearer ${gateway.adminToken}`, 'content-type': 'application/json', ...headers },
      })
      expect({ status: reply.status, code: reply.json.error.code }).toEqual({ status: 400, code: 'invalid_json' })
    }
  })
})
