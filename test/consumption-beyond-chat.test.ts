import { once } from 'node:events'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { WebSocket } from 'ws'
import type { Json } from './support/client.ts'
import { startTestGateway, type TestGateway } from './support/gateway.ts'
import { type MockProvider, startMockProvider } from './support/mock-provider.ts'
import { type MockRealtime, type MockSession, queue, startMockRealtime } from './support/mock-realtime.ts'

const ids = [
  'bomb',
  'long',
  'repeating',
  'looping',
  'large',
  'dear',
  'v-bomb',
  'v-repeating',
  'v-long',
  'v-longer',
] as const
const talking = ['v-looping', 'v-many', 'v-told'] as const
const keyOf = (id: string): string => `pk-test-${id}-0123456789abcdefghijklmnop`
const headersOf = (id: string) => ({ authorization: `Bearer ${keyOf(id)}` })

let mock: MockProvider
let voice: MockRealtime
let gateway: TestGateway
beforeAll(async () => {
  ;[mock, voice] = await Promise.all([startMockProvider(), startMockRealtime()])
  const account = (id: string, baseUrl: string) => {
    return { id, provider: 'openai', baseUrl, apiKey: 'sk-1', allowPrivateNetwork: true }
  }
  gateway = await startTestGateway({
    log: () => undefined,
    keys: [...ids, ...talking].map((id) => ({ id, key: keyOf(id) })),
    config: {
      providers: [account('main', `${mock.origin}/v1`), account('voice', `${voice.origin}/v1`)],
      consumption: {
        state: 'enforce',
        slowMs: 1,
        learn: { calls: 1000, hours: 1000 },
        rules: {
          'request-rate': { max: 20 },
          'cost-rate': { maxUsd: 0.5 },
          'call-tokens': { max: 5000 },
          loop: { repeats: 4 },
          'prompt-size': { max: 100_000 },
          'output-length': { max: 20_000 },
        },
      },
    },
  })
})
afterAll(async () => {
  await gateway.close()
  await Promise.all([mock.close(), voice.close()])
})
beforeEach(() => mock.reset())

const repeated = 'the same again and again and again '.repeat(3000)
/** That are all different, as otherwise it would repeat itself. */
const manyWords = Array.from({ length: 150_000 }, (_, index) => (index * 7919).toString(36)).join(' ')

describe('a raw request is read like any other:', () => {
  const raw = (id: string, content: string, more: object = {}) =>
    gateway.post(
      '/p/main/chat/completions',
      { model: 'gpt-5-mini', messages: [{ role: 'user', content }], ...more },
      { headers: headersOf(id) },
    )

  it.each([
    ['bomb', 'prompt-size', 'ask', manyWords, {}],
    ['long', 'output-length', 'ask', 'short', { max_tokens: 9000, n: 4 }],
    ['repeating', 'repetition', 'ask', repeated, {}],
    ['dear', 'cost-rate', 'suspend', 'short', { model: 'gpt-5-pro', max_tokens: 10_000 }],
  ])('%s: %s', async (id, rule, action, content, more) => {
    const refused = await raw(id, content, more)
    const code = action === 'ask' ? 'approval_required' : 'key_suspended'
    expect([refused.status, refused.headers['x-portcullis-error']]).toEqual([403, code])
    expect(mock.requests).toHaveLength(0)
    const { decisions } = await gateway.call(refused)
    expect(decisions.find((one: Json) => one.rule === rule)).toMatchObject({ action, state: 'enforce' })
  })

  it('a loop suspends its key', async () => {
    const turn = 'Read the file again and tell me what stands in it, please.'
    const statuses = []
    for (let index = 0; index < 5; index++) statuses.push((await raw('looping', turn)).status)
    expect(statuses).toEqual([200, 200, 200, 403, 403])
  })

  it('what is no prompt is not', async () => {
    const upload = await gateway.post('/p/main/files', { text: manyWords }, { headers: headersOf('large') })
    expect(upload.status).toBe(200)
  })
})

describe('a session', () => {
  interface Talk {
    readonly client: WebSocket
    readonly provider: MockSession
    say(event: Json): void
    answer(text: string, usage?: object): Promise<void>
    readonly said: { take(): Promise<string> }
    readonly closed: Promise<unknown[]>
  }

  async function talk(id: string): Promise<Talk> {
    const client = new WebSocket(`${gateway.url.replace('http', 'ws')}/v1/realtime?model=voice/gpt-realtime`, {
      headers: headersOf(id),
    })
    const said = queue<string>()
    client.on('message', (data) => said.put(String(data)))
    const closed = once(client, 'close')
    await once(client, 'open')
    const provider = await voice.session()
    return {
      client,
      provider,
      said,
      closed,
      say: (event) => client.send(JSON.stringify(event)),
      async answer(text, usage = { input_tokens: 10, output_tokens: 10 }) {
        const output = [{ type: 'message', role: 'assistant', content: [{ type: 'output_text', text }] }]
        provider.socket.send(JSON.stringify({ type: 'response.done', response: { output, usage } }))
        await said.take()
      },
    }
  }
  const asking = (text: string) => ({
    type: 'conversation.item.create',
    item: { type: 'message', role: 'user', content: [{ type: 'input_text', text }] },
  })
  const respond = { type: 'response.create' }

  it.each([
    ['v-bomb', 'a large prompt', [asking(manyWords)], 0],
    ['v-repeating', 'one that repeats itself', [asking(repeated)], 0],
    ['v-long', 'a long answer', [{ ...respond, response: { max_output_tokens: 40_000 } }], 0],
    ['v-longer', 'long answers', [{ type: 'session.update', session: { max_output_tokens: 40_000 } }, respond], 1],
  ])('%s: %s is judged before it goes on, and ends it', async (id, _, events, passed) => {
    const { say, provider, said, closed } = await talk(id)
    let seen = 0
    provider.socket.on('message', () => seen++)
    for (const event of events) say(event)
    expect(JSON.parse(await said.take())).toMatchObject({ type: 'error', error: { code: 'approval_required' } })
    expect((await closed)[0]).toBe(1008)
    await provider.closed
    expect(seen).toBe(passed)
  })

  it('that goes round in a loop is ended, and one that goes on is not', async () => {
    const { say, said, answer, closed, provider } = await talk('v-looping')
    const topics = [
      'the harbour at night',
      'a garden of herbs',
      'sums of prices',
      'old maps',
      'trains',
      'snow on hills',
    ]
    say(asking('Let us talk about many things, as they come to our minds.'))
    say(respond)
    for (const topic of topics) {
      await answer(`What I know of ${topic}, and of nothing else that was spoken of before.`)
      say(asking(`Now tell me about ${topic}, its history and whoever loved it most.`))
      say(respond)
    }
    for (let index = 0; index < 4; index++) {
      await answer('The search gave no result, and there is nothing that I could tell you.')
      say(asking(`Attempt ${index}: search once more, as the answer was empty the last time.`))
      say(respond)
    }
    expect(JSON.parse(await said.take())).toMatchObject({ type: 'error', error: { code: 'key_suspended' } })
    await Promise.all([closed, provider.closed])
  })

  it('counts each response as a call, also one that the provider begins by itself', async () => {
    const { said, answer, closed, provider } = await talk('v-many')
    // Its beginning is one too, and the last is answered with an error.
    for (let index = 0; index < 19; index++) await answer(`Answer ${index}`)
    provider.socket.send(JSON.stringify({ type: 'response.done', response: { usage: { input_tokens: 1 } } }))
    expect(JSON.parse(await said.take())).toMatchObject({ type: 'error', error: { code: 'rate_limited' } })
    await Promise.all([closed, provider.closed])
  })

  it('is told what its responses come to, one by one', async () => {
    const { said, say, answer, closed, provider } = await talk('v-told')
    for (let index = 0; index < 5; index++) await answer('short', { input_tokens: 300, output_tokens: 100 })
    await answer('long', { input_tokens: 4900, output_tokens: 400 })
    say(respond)
    expect(JSON.parse(await said.take())).toMatchObject({ type: 'error', error: { code: 'approval_required' } })
    await Promise.all([closed, provider.closed])
  })
})
