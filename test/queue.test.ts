import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import type { PostOptions } from './support/client.ts'
import { startTestGateway, type TestGateway } from './support/gateway.ts'
import { type MockProvider, startMockProvider } from './support/mock-provider.ts'
import { fixture, heldReply, liveStream, unary } from './support/mock-replies.ts'

const important = 'pk-test-important-0123456789abcdefghijk'
const reply = unary(fixture('openai/chat-completion.json'))

let mock: MockProvider
let gateway: TestGateway
beforeAll(async () => {
  mock = await startMockProvider()
  const account = (id: string, more: object) => ({
    id,
    provider: 'openai',
    baseUrl: `${mock.origin}/v1`,
    apiKey: 'sk-1',
    allowPrivateNetwork: true,
    ...more,
  })
  gateway = await startTestGateway({
    keys: [{ id: 'important', key: important, priority: 'high' }],
    config: {
      providers: [
        account('one', { maxConcurrentCalls: 1, queue: { maxWaiting: 2 } }),
        account('hasty', { maxConcurrentCalls: 1, queue: { maxWaitMs: 1 } }),
        account('spare', {}),
      ],
      models: { either: { route: 'either' } },
      routes: { either: { fallback: [{ target: 'hasty/gpt-5-mini' }, { target: 'spare/gpt-5-mini' }] } },
    },
  })
})
afterAll(async () => {
  await gateway.close()
  await mock.close()
})
beforeEach(() => mock.reset())

const ask = (content: string, { model = 'one/gpt-5-mini', ...options }: PostOptions & { model?: string } = {}) =>
  gateway.post('/v1/chat/completions', { model, messages: [{ role: 'user', content }] }, options)
const contents = (): string[] =>
  mock.requests.map(({ json }) => (json as { messages: { content: string }[] }).messages[0]?.content ?? '')

/** Resolves when so many calls are in flight: each answer of the metrics is one more look. */
async function busyWith(count: number): Promise<void> {
  for (;;) {
    const { text } = await gateway.control('/metrics')
    if (Number(/^portcullis_calls_in_flight (\d+)/m.exec(text)?.[1]) === count) return
  }
}

describe('an account that takes one call at once', () => {
  it('gets the next when the one before has ended, the important first, and the record says who waited', async () => {
    const held = heldReply()
    mock.reply(held.reply)
    const first = ask('first')
    await held.arrived
    const second = ask('second')
    await busyWith(2)
    const third = ask('third', { headers: { authorization: `Bearer ${important}` } })
    await busyWith(3)
    expect(mock.requests).toHaveLength(1)
    const refused = await ask('one too many')
    expect(refused.status).toBe(503)
    expect(refused.json.error.code).toBe('account_busy')
    expect(refused.headers['retry-after']).toBe('1')
    held.release(reply)
    const replies = await Promise.all([first, second, third])
    expect(replies.map(({ status }) => status)).toEqual([200, 200, 200])
    expect(contents()).toEqual(['first', 'third', 'second'])
    const waited = await gateway.call(replies[1])
    expect(waited['queuedMs']).toBeGreaterThan(0)
    expect(waited['overheadMs']).toBeLessThan(waited['durationMs'])
  })

  it('is held by a stream until its end', async () => {
    const live = liveStream()
    mock.reply(live.reply)
    const opening = gateway.stream('/v1/chat/completions', {
      model: 'one/gpt-5-mini',
      stream: true,
      messages: [{ role: 'user', content: 'first' }],
    })
    await live.send(fixture('openai/chat-completion.sse'))
    const stream = await opening
    const next = ask('next')
    await busyWith(2)
    expect(mock.requests).toHaveLength(1)
    await live.end()
    await stream.whole()
    expect((await next).status).toBe(200)
  })

  it('lets a call go that its client has left', async () => {
    const held = heldReply()
    mock.reply(held.reply)
    const first = ask('first')
    await held.arrived
    const gone = gateway.leave(
      '/v1/chat/completions',
      { model: 'one/gpt-5-mini', messages: [{ role: 'user', content: 'gone' }] },
      busyWith(2),
    )
    await gone
    await busyWith(1)
    held.release(reply)
    await first
    expect((await ask('next')).status).toBe(200)
    expect(contents()).toEqual(['first', 'next'])
  })

  it('in a route gives way to the next target when its turn does not come', async () => {
    const held = heldReply()
    mock.reply(held.reply)
    const first = ask('first', { model: 'hasty/gpt-5-mini' })
    await held.arrived
    const second = await ask('second', { model: 'either' })
    expect(second.status).toBe(200)
    expect((await gateway.call(second))['account']).toBe('spare')
    held.release(reply)
    await first
  })
})
