import Anthropic from '@anthropic-ai/sdk'
import OpenAI from 'openai'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { startTestGateway, type TestGateway } from './support/gateway.ts'
import { type MockProvider, startMockProvider } from './support/mock-provider.ts'
import { eventsOf, fixture, liveStream } from './support/mock-replies.ts'

const keyOf = (id: string): string => `pk-test-${id}-0123456789abcdefghijk`
const [first = '', second = ''] = eventsOf(fixture('openai/chat-completion.sse'))
const messages = [{ role: 'user' as const, content: 'Hello' }]

let mock: MockProvider
let gateway: TestGateway
beforeAll(async () => {
  mock = await startMockProvider()
  const limited = (id: string, streamSeconds: number) => {
    return { id, key: keyOf(id), limits: [{ streamSeconds, per: 'day' }] }
  }
  gateway = await startTestGateway({
    keys: [
      limited('openai', 0.4),
      limited('anthropic', 0.4),
      limited('two', 2),
      { id: 'routed', key: keyOf('routed') },
      { id: 'of-provider', key: keyOf('of-provider') },
    ],
    config: {
      models: { either: { route: 'either' } },
      routes: { either: { fallback: [{ target: 'one/gpt-5-mini' }, { target: 'one/gpt-5-mini-2' }] } },
      budgets: [
        { id: 'minis', match: { keys: ['routed'], models: ['gpt-5-mini*'] }, streamSeconds: 0.4, per: 'day' },
        { id: 'at-openai', match: { keys: ['of-provider'] }, groupBy: ['provider'], streamSeconds: 0.4, per: 'day' },
      ],
      providers: [
        { id: 'one', provider: 'openai', baseUrl: `${mock.origin}/v1`, apiKey: 'sk-1', allowPrivateNetwork: true },
      ],
    },
  })
})
afterAll(async () => {
  await gateway.close()
  await mock.close()
})

/** One that its provider never ends. */
async function endless(): Promise<void> {
  const live = liveStream()
  mock.reply(live.reply)
  await live.started
  // With content: a route waits for it.
  await live.send(first + second)
}

const budget = async (id: string) => (await gateway.control(`/api/v1/budgets?key=${id}`)).json.data[0]

it('a stream is cut when no time is left of a limit, and SDKs see why', async () => {
  const openai = new OpenAI({ baseURL: `${gateway.url}/v1`, apiKey: keyOf('openai'), maxRetries: 0 })
  const anthropic = new Anthropic({ baseURL: gateway.url, apiKey: keyOf('anthropic'), maxRetries: 0 })
  const clients = {
    openai: () => openai.chat.completions.create({ model: 'one/gpt-5-mini', messages, stream: true }),
    anthropic: () => anthropic.messages.create({ model: 'one/gpt-5-mini', max_tokens: 9, messages, stream: true }),
  }
  for (const [id, start] of Object.entries(clients)) {
    const [stream] = await Promise.all([start(), endless()])
    const cut = await Array.fromAsync(stream as AsyncIterable<unknown>).catch((fault: unknown) => fault)
    expect(cut).toBeInstanceOf(Error)
    expect(String(cut)).toContain('This stream has used all of 0.4 seconds of streams.')
    // The next one is not begun.
    const refused = await start().catch((fault: unknown) => fault)
    expect([id, refused]).toMatchObject([id, { status: 429 }])
    const { used, reserved } = await budget(id)
    expect(used).toBeGreaterThanOrEqual(0.4)
    expect(reserved).toBe(0)
  }
  expect(mock.requests).toHaveLength(2)
})

it.each(['routed', 'of-provider'])('a stream is cut that only its target has a limit for: %s', async (id) => {
  const ask = () =>
    gateway.post(
      '/v1/chat/completions',
      { model: 'either', messages, stream: true },
      { headers: { authorization: `Bearer ${keyOf(id)}` } },
    )
  const one = ask()
  await endless()
  expect((await one).text).toContain('This stream has used all of 0.4 seconds of streams.')
  expect((await ask()).status).toBe(429)
  const { data } = (await gateway.control('/api/v1/budgets')).json
  const name = id === 'routed' ? 'minis' : 'at-openai'
  expect(data.filter(({ budget }: { budget: string }) => budget === name)).toMatchObject([{ reserved: 0 }])
})

it('streams at once hold a second each: none is begun that there is no time for', async () => {
  const ask = () =>
    gateway.post(
      '/v1/chat/completions',
      { model: 'one/gpt-5-mini', messages, stream: true },
      { headers: { authorization: `Bearer ${keyOf('two')}` } },
    )
  const one = ask()
  await endless()
  const other = ask()
  await endless()
  const third = await ask()
  expect(third.status).toBe(429)
  expect(third.headers['x-portcullis-error']).toBe('rate_limited')
  expect((await one).text).toContain('seconds of streams')
  expect((await other).text).toContain('seconds of streams')
  expect(await budget('two')).toMatchObject({ reserved: 0 })
})
