import { once } from 'node:events'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { WebSocket } from 'ws'
import type { WireReply } from './support/client.ts'
import { startTestGateway, type TestGateway } from './support/gateway.ts'
import { type MockProvider, startMockProvider } from './support/mock-provider.ts'
import { type MockRealtime, queue, startMockRealtime } from './support/mock-realtime.ts'
import { fixture, stream, unary } from './support/mock-replies.ts'

const keyOf = (id: string): string => `pk-test-${id}-0123456789abcdefghijk`
const headersOf = (id: string) => ({ authorization: `Bearer ${keyOf(id)}` })
/** 30 tokens in all. */
const reply = unary({
  ...JSON.parse(fixture('openai/chat-completion.json').toString()),
  usage: { prompt_tokens: 20, completion_tokens: 10, total_tokens: 30 },
})

let mock: MockProvider
let voice: MockRealtime
let gateway: TestGateway
beforeAll(async () => {
  ;[mock, voice] = await Promise.all([startMockProvider(), startMockRealtime()])
  const account = (id: string, provider: string, baseUrl: string) => {
    return { id, provider, baseUrl, apiKey: 'sk-1', allowPrivateNetwork: true }
  }
  const key = (id: string, tokens: number) => ({ id, key: keyOf(id), limits: [{ tokens, requests: 50, per: 'day' }] })
  gateway = await startTestGateway({
    keys: [
      key('raw', 1000),
      key('unbounded', 2000),
      key('streaming', 9000),
      key('talking', 12_000),
      key('brief', 500),
      key('copied', 9000),
    ],
    config: {
      providers: [
        account('main', 'openai', `${mock.origin}/v1`),
        account('claude', 'anthropic', mock.origin),
        account('voice', 'openai', `${voice.origin}/v1`),
      ],
      models: { copied: { route: 'copied' }, voice: { target: 'voice/gpt-realtime' } },
      routes: { copied: { target: 'main/gpt-5-mini', shadow: { target: 'main/gpt-5-nano', percent: 100 } } },
      budgets: [{ id: 'at', match: { keys: ['raw', 'talking'] }, groupBy: ['provider'], tokens: 20_000, per: 'day' }],
    },
  })
})
afterAll(async () => {
  await gateway.close()
  await Promise.all([mock.close(), voice.close()])
})
beforeEach(() => {
  mock.reset()
  mock.script(() => reply)
})

const raw = (id: string, path: string, body: object): Promise<WireReply> =>
  gateway.post(path, body, { headers: headersOf(id) })

/** What is used of one, once nothing is held of it. */
async function usedOf(query: string, measure = 'tokens'): Promise<number> {
  for (;;) {
    const { json } = await gateway.control(`/api/v1/budgets?${query}`)
    const found = json.data.find((one: { measure: string }) => one.measure === measure)
    if (found?.reserved === 0) return found.used
  }
}

describe('a raw request', () => {
  const messages = [{ role: 'user', content: 'Hello' }]

  it('to a path that makes text holds what it may come to, and settles to what the answer says', async () => {
    expect((await raw('raw', '/p/main/chat/completions', { model: 'm', messages, max_tokens: 100 })).status).toBe(200)
    expect(await usedOf('key=raw')).toBe(30)
    expect(await usedOf('budget=at')).toBe(30)
    for (const path of ['/p/main/chat/completions', '/p/main/Chat/ch%61t/../', '/p/main/ch%61t/completions']) {
      const refused = await raw('raw', path, { model: 'm', messages, max_tokens: 5000 })
      expect(refused.status).toBeGreaterThanOrEqual(400)
    }
    expect(mock.requests).toHaveLength(1)
    // Nothing is made of it: what it says it used counts.
    expect((await raw('raw', '/p/main/files', { max_tokens: 5000 })).status).toBe(200)
    expect(await usedOf('key=raw')).toBe(60)
  })

  it('that says no bound of its answer is taken to write as much as one may', async () => {
    const refused = await raw('unbounded', '/p/main/chat/completions', { model: 'm', messages })
    expect([refused.status, refused.headers['x-portcullis-error']]).toEqual([429, 'rate_limited'])
    expect(mock.requests).toHaveLength(0)
  })

  it('whose answer is a stream settles to what that says as it flows', async () => {
    mock.script(() => stream(fixture('anthropic/message.sse')))
    const body = { model: 'claude-sonnet-4-5', max_tokens: 200, stream: true, messages }
    const answer = await raw('streaming', '/p/claude/v1/messages', body)
    expect(answer.status).toBe(200)
    const { inputTokens, outputTokens } = await gateway.call(answer)
    expect(outputTokens).toBeGreaterThan(0)
    expect(await usedOf('key=streaming')).toBe(inputTokens + outputTokens)
  })
})

describe('a session', () => {
  const urlOf = (): string => `${gateway.url.replace('http', 'ws')}/v1/realtime?model=voice`
  const done = (input: number, output: number): string =>
    JSON.stringify({ type: 'response.done', response: { usage: { input_tokens: input, output_tokens: output } } })

  it('holds response by response, and is ended with an error when there is not enough for one more', async () => {
    const socket = new WebSocket(urlOf(), { headers: headersOf('talking') })
    const said = queue<string>()
    socket.on('message', (data) => said.put(String(data)))
    const closed = once(socket, 'close')
    await once(socket, 'open')
    const session = await voice.session()
    session.socket.send(done(1000, 500))
    expect(await said.take()).toContain('response.done')
    session.socket.send(done(4000, 2000))
    expect(await said.take()).toContain('response.done')
    // 7,500 are used: what the next may come to is more than is left.
    expect(JSON.parse(await said.take())).toMatchObject({ type: 'error', error: { code: 'rate_limited' } })
    const [code, reason] = await closed
    expect([code, String(reason)]).toEqual([1008, 'rate_limited'])
    await session.closed
    expect(await usedOf('key=talking')).toBe(7500)
    expect(await usedOf('key=talking', 'requests')).toBe(1)
    expect(await usedOf('budget=at')).toBeGreaterThan(0)
  })

  it('that has not enough for its first response does not begin', async () => {
    const socket = new WebSocket(urlOf(), { headers: headersOf('brief') })
    socket.on('error', () => undefined)
    const [, response] = await once(socket, 'unexpected-response')
    response.resume()
    expect([response.statusCode, response.headers['x-portcullis-error']]).toEqual([429, 'rate_limited'])
    expect(await usedOf('key=brief')).toBe(0)
  })
})

it('a copy for a shadow counts what it used, and as no request of its key', async () => {
  const body = { model: 'copied', max_tokens: 100, messages: [{ role: 'user', content: 'Hello' }] }
  const answer = await gateway.post('/v1/chat/completions', body, { headers: headersOf('copied') })
  const id = answer.headers['x-portcullis-call-id']
  await gateway.callsUntil((calls) => calls.some(({ shadowOf }) => shadowOf === id))
  while ((await usedOf('key=copied')) < 60);
  expect(await usedOf('key=copied')).toBe(60)
  expect(await usedOf('key=copied', 'requests')).toBe(1)
})
