import OpenAI from 'openai'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { post } from './support/client.ts'
import { startTestGateway, type TestGateway } from './support/gateway.ts'
import { type MockProvider, startMockProvider } from './support/mock-provider.ts'
import { eventsBefore, fixture, stream, unary, vendorError } from './support/mock-replies.ts'

const strangerKey = 'pk-test-stranger-0123456789abcdefghijklm'
const id = 'resp_mock0001'
const whole = JSON.parse(fixture('openai/response.json').toString())

let gateway: TestGateway
let first: MockProvider
let second: MockProvider
let anthropic: MockProvider
let owner: OpenAI
let stranger: OpenAI

beforeAll(async () => {
  ;[first, second, anthropic] = await Promise.all([startMockProvider(), startMockProvider(), startMockProvider()])
  const account = (name: string, provider: string, baseUrl: string) => ({
    id: name,
    provider,
    baseUrl,
    apiKey: `sk-of-${name}-0123456789`,
    allowPrivateNetwork: true,
  })
  gateway = await startTestGateway({
    keys: [{ id: 'stranger', key: strangerKey, workspace: 'other', models: ['*'] }],
    config: {
      workspaces: [{ id: 'other' }],
      providers: [
        account('first', 'openai', `${first.origin}/v1`),
        account('second', 'openai', `${second.origin}/v1`),
        account('claude', 'anthropic', anthropic.origin),
      ],
      models: { clever: { target: 'claude/claude-sonnet-4-5' } },
    },
  })
  const clientOf = (apiKey: string) => new OpenAI({ baseURL: `${gateway.url}/v1`, apiKey, maxRetries: 0 })
  owner = clientOf(gateway.key)
  stranger = clientOf(strangerKey)
})
afterAll(async () => {
  await gateway.close()
  await Promise.all([first, second, anthropic].map((mock) => mock.close()))
})
beforeEach(() => {
  for (const mock of [first, second, anthropic]) mock.reset()
})

function as(key: string, path: string, method = 'GET') {
  return post(gateway.url + path, undefined, { method, headers: { authorization: `Bearer ${key}` } })
}

describe('a response that a provider account keeps', () => {
  beforeEach(async () => {
    second.reply(unary(fixture('openai/response.json')))
    await owner.responses.create({ model: 'second/gpt-5-mini', input: 'Who goes there?' })
    for (const mock of [first, second]) mock.reset()
  })

  it('is read, listed, cancelled and deleted at the account that made it, and is gone then', async () => {
    second.reply(
      unary(whole),
      unary({ object: 'list', data: [], first_id: null, last_id: null, has_more: false }),
      unary({ ...whole, status: 'cancelled' }),
      unary({ id, object: 'response', deleted: true }),
    )
    expect((await owner.responses.retrieve(id, { include: ['message.output_text.logprobs'] })).id).toBe(id)
    expect((await owner.responses.inputItems.list(id, { limit: 5 })).data).toEqual([])
    expect((await owner.responses.cancel(id)).status).toBe('cancelled')
    await owner.responses.delete(id)
    const sent = second.requests.map(({ method, path, headers }) => [method, path, headers['authorization']])
    const secret = 'Bearer sk-of-second-0123456789'
    expect(sent).toEqual([
      ['GET', expect.stringMatching(/^\/v1\/responses\/resp_mock0001\?include/), secret],
      ['GET', '/v1/responses/resp_mock0001/input_items?limit=5', secret],
      ['POST', '/v1/responses/resp_mock0001/cancel', secret],
      ['DELETE', '/v1/responses/resp_mock0001', secret],
    ])
    await expect(owner.responses.retrieve(id)).rejects.toMatchObject({ status: 404 })
    expect([first.requests.length, second.requests.length]).toEqual([0, 4])
  })

  it('cannot be reached from another workspace, nor told from one that never was', async () => {
    const attempts = [
      (one: string) => stranger.responses.retrieve(one),
      (one: string) => stranger.responses.inputItems.list(one),
      (one: string) => stranger.responses.cancel(one),
      (one: string) => stranger.responses.delete(one),
    ]
    const never = 'resp_mock9999'
    for (const attempt of attempts) {
      const theirs = await fault(attempt(id))
      const none = await fault(attempt(never))
      expect([theirs.status, none.status]).toEqual([404, 404])
      expect(theirs.message.replaceAll(id, never)).toBe(none.message)
    }
    // What they tried has changed nothing.
    second.reply(unary(whole))
    expect((await owner.responses.retrieve(id)).id).toBe(id)
    expect([first.requests.length, second.requests.length]).toEqual([0, 1])
  })

  it('is known by an id that names nothing else, whatever is written around it', async () => {
    for (const path of ['%2f..%2fmodels', '%3fstream=true', '/x', '%00', '%23x'])
      expect([404, 405]).toContain((await as(gateway.key, `/v1/responses/${id}${path}`)).status)
    expect((await as('', `/v1/responses/${id}`)).status).toBe(401)
    expect(second.requests).toHaveLength(0)
    second.reply(unary(whole))
    await as(gateway.key, `/openai/v1/responses/${id}?key=secret&api-key=x&limit=2&provider=first`)
    expect(second.requests[0]?.path).toBe(`/v1/responses/${id}?limit=2`)
  })

  it('is recorded once with what it used, not each time that it is read', async () => {
    second.reply(unary(whole))
    const call = await gateway.call(await gateway.get(`/v1/responses/${id}`))
    expect(call).toMatchObject({ endpoint: '/v1/responses/{id}', provider: 'openai', status: 200, key: 'team-a' })
    expect(call.inputTokens ?? null).toBeNull()
  })

  it('is followed as a stream, byte for byte', async () => {
    const events = fixture('openai/response.sse')
    second.reply(stream(events))
    const reply = await gateway.get(`/v1/responses/${id}?stream=true&starting_after=3`)
    expect([reply.status, reply.text]).toEqual([200, events.toString()])
    expect(second.requests[0]?.path).toBe(`/v1/responses/${id}?stream=true&starting_after=3`)
  })

  it('is not reached by its path at the account either, however its id is written', async () => {
    const raw = '/p/second/responses'
    for (const path of [id, `${id}/input_items`, id.replace('_', '%5f'), id.replace('r', '%72')]) {
      const theirs = await as(strangerKey, `${raw}/${path}`)
      expect([theirs.status, theirs.text.includes(id)]).toEqual([404, true])
    }
    expect((await as(strangerKey, `/p/second/v1/%72esponses/${id}`, 'DELETE')).status).toBe(404)
    expect(second.requests).toHaveLength(0)
    second.reply(unary(whole), unary(whole))
    expect((await as(gateway.key, `${raw}/${id}`)).status).toBe(200)
    // What the gateway never saw made, it leaves to the account.
    expect((await as(strangerKey, `${raw}/resp_unknown`)).status).toBe(200)
  })

  it('stays known when the provider fails, and its error comes as it was', async () => {
    second.reply(vendorError(500), unary(whole))
    expect((await fault(owner.responses.delete(id))).status).toBe(500)
    expect((await owner.responses.retrieve(id)).id).toBe(id)
  })
})

it('a response whose stream breaks off belongs to its workspace all the same', async () => {
  const broken = 'resp_broken0001'
  const start = eventsBefore(fixture('openai/response.sse'), 'response.output_text.delta').replace(/resp_\w+/g, broken)
  second.reply(({ response, cut }) => {
    response.writeHead(200, { 'content-type': 'text/event-stream' })
    response.write(start, () => cut('reset'))
  })
  const events = await owner.responses.create({ model: 'second/gpt-5-mini', input: 'Go on', stream: true })
  await expect(readAll(events)).rejects.toThrow()
  second.reply(unary({ ...whole, id: broken }))
  expect((await fault(stranger.responses.retrieve(broken))).status).toBe(404)
  expect((await as(strangerKey, `/p/second/responses/${broken}`)).status).toBe(404)
  expect((await owner.responses.retrieve(broken)).id).toBe(broken)
})

describe('a response that is kept here', () => {
  it('has its input items, page by page, for its workspace only', async () => {
    const input = ['one', 'two', 'three'].map((content) => ({ role: 'user' as const, content }))
    const made = await owner.responses.create({ model: 'clever', input })
    const page = await owner.responses.inputItems.list(made.id, { limit: 2, order: 'asc' })
    const said: unknown[] = []
    for await (const item of page) said.push('content' in item && item.content)
    expect(said).toEqual(['one', 'two', 'three'])
    expect((await fault(stranger.responses.inputItems.list(made.id))).status).toBe(404)
    expect((await fault(stranger.responses.delete(made.id))).status).toBe(404)
    expect((await fault(owner.responses.cancel(made.id))).status).toBe(400)
    expect((await owner.responses.retrieve(made.id)).id).toBe(made.id)
    expect(anthropic.requests).toHaveLength(1)
  })
})

async function fault(attempt: Promise<unknown>): Promise<{ status: number; message: string }> {
  return await attempt.then(
    () => expect.unreachable('it was served'),
    (error) => error,
  )
}

async function readAll(events: AsyncIterable<unknown>): Promise<void> {
  for await (const _ of events);
}
