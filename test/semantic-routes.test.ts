import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import type { Json } from './support/client.ts'
import { startTestGateway, type TestGateway } from './support/gateway.ts'
import { type MockProvider, startMockProvider } from './support/mock-provider.ts'
import { vendorError } from './support/mock-replies.ts'

const names = ['a', 'b', 'c'] as const

let mocks: Readonly<Record<(typeof names)[number], MockProvider>>
let gateway: TestGateway

const on = (name: string): Json => ({ target: `${name}/gpt-5-mini` })

const routes: Readonly<Record<string, Json>> = {
  desk: {
    semantic: {
      intents: [
        {
          name: 'refund',
          examples: ['I want my money back', 'How do I get a refund?', 'refund my order please'],
          fallback: [on('a'), on('c')],
        },
        { name: 'login', examples: ['I cannot log in', 'I forgot my password', 'reset my password'], ...on('b') },
      ],
      otherwise: on('c'),
    },
  },
  shoes: {
    semantic: {
      intents: [{ name: 'explain', examples: ['explain currently'], ...on('b') }],
      threshold: 0.1,
      otherwise: on('a'),
    },
  },
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
      cache: { exact: { ttlSeconds: 60 }, semantic: { threshold: 0.5 } },
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

function ask(content: unknown, model = 'desk') {
  const headers = { 'x-portcullis-cache': 'off' }
  return gateway.post('/v1/chat/completions', { model, messages: [{ role: 'user', content }] }, { headers })
}

describe('a route by intent', () => {
  it.each([
    ['Can I get a refund for this?', 'a', /^route\.semantic\[refund\]: refund 0\.\d{3}, threshold 0\.47$/],
    ['i forgot the password', 'b', /^route\.semantic\[login\]: login 0\.\d{3}, threshold 0\.47$/],
    ['Write a poem about the sea', 'c', /^route\.otherwise: none, nearest \w+ -?0\.\d{3}, threshold 0\.47$/],
    ['パスワードを忘れました', 'c', /^route\.otherwise: none, nearest/],
    ['', 'c', /^route\.otherwise: no words$/],
  ])('sends %j to %s, and the record says why', async (text, account, step) => {
    const reply = await ask(text)
    expect(reply.status).toBe(200)
    const call = await gateway.call(reply)
    expect(call.account).toBe(account)
    expect(call.routing.steps).toEqual([expect.stringMatching(step)])
  })

  it('looks at what the user said last, in each of the dialects', async () => {
    const messages = [
      { role: 'user', content: 'Write a poem about the sea' },
      { role: 'assistant', content: 'I cannot log in' },
      { role: 'user', content: [{ type: 'text', text: 'refund my order' }] },
    ]
    const reply = await gateway.post('/v1/messages', { model: 'desk', max_tokens: 9, messages })
    expect((await gateway.call(reply)).account).toBe('a')
  })

  it('of a picture without words is otherwise', async () => {
    const url = 'data:image/png;base64,iVBORw0KGgo='
    expect((await ask([{ type: 'image_url', image_url: { url } }])).status).toBe(200)
    expect(counts()).toEqual([0, 0, 1])
  })

  it('may be any plan, of which the next target is tried when one fails', async () => {
    mocks.a.script(() => vendorError(500))
    expect((await ask('refund please')).status).toBe(200)
    expect(counts()).toEqual([1, 0, 1])
  })

  it('of a prompt of 100 KB takes no longer than a call', async () => {
    const reply = await ask(`refund ${'and then the wind and the sea '.repeat(3500)}`)
    const call = await gateway.call(reply)
    expect(call.account).toBe('c')
    expect(call.routing.steps).toEqual([expect.stringMatching(/^route\.otherwise: none, nearest/)])
  })

  it('does not answer a question from the cache with what one of another intent was answered', async () => {
    const states = []
    for (const content of [
      'warm winter shoes of the little shop',
      'please the warm winter shoes of the little shop',
      'explain currently: warm winter shoes of the little shop',
    ]) {
      const reply = await gateway.post('/v1/chat/completions', {
        model: 'shoes',
        messages: [{ role: 'user', content }],
      })
      states.push(reply.headers['x-portcullis-cache'])
    }
    expect(states).toEqual(['miss', 'semantic', 'miss'])
    expect(counts()).toEqual([1, 1, 0])
  })

  it('is told before a call is made', async () => {
    const response = await fetch(`${gateway.controlUrl}/api/v1/routes/explain`, {
      method: 'POST',
      headers: { authorization: `Bearer ${gateway.adminToken}`, 'content-type': 'application/json' },
      body: JSON.stringify({ route: 'desk', messages: [{ role: 'user', content: 'reset my password' }] }),
    })
    const told = (await response.json()) as Json
    expect(JSON.stringify(told)).toContain('route.semantic[login]: login')
    expect(counts()).toEqual([0, 0, 0])
    const listed = await gateway.control('/api/v1/routes')
    expect(listed.text).toContain('"name":"refund"')
  })
})
