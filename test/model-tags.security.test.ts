/** `:latest` and no tag mean the same model of Ollama, for routing and for what a key may use; any other tag is another model. */
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import type { WireReply } from './support/client.ts'
import { startTestGateway, type TestGateway } from './support/gateway.ts'
import { type MockProvider, startMockProvider } from './support/mock-provider.ts'
import { unary } from './support/mock-replies.ts'

const keys = {
  bare: 'pk-test-bare-0123456789abcdefghijklmnopqrst',
  tagged: 'pk-test-tagged-0123456789abcdefghijklmnopqr',
  named: 'pk-test-named-0123456789abcdefghijklmnopqrs',
  spender: 'pk-test-spender-0123456789abcdefghijklmnopq',
  grouped: 'pk-test-grouped-0123456789abcdefghijklmnopq',
}
type Key = keyof typeof keys

let attic: MockProvider
let vllm: MockProvider
let openai: MockProvider
let gateway: TestGateway
beforeAll(async () => {
  ;[attic, vllm, openai] = await Promise.all([startMockProvider(), startMockProvider(), startMockProvider()])
  const account = (id: string, provider: string, baseUrl: string, more: object = {}) => ({
    id,
    provider,
    baseUrl,
    allowPrivateNetwork: true,
    ...more,
  })
  gateway = await startTestGateway({
    config: {
      providers: [
        account('attic', 'ollama', attic.origin, { models: ['llama3', 'qwen3:latest', 'qwen3:8b', 'phi:latest'] }),
        account('box', 'vllm', `${vllm.origin}/v1`, { models: ['mine', 'theirs', 'theirs:latest'] }),
        account('main', 'openai', `${openai.origin}/v1`, { apiKey: 'sk-of-main' }),
      ],
      budgets: [
        { id: 'of-llama', match: { keys: ['spender'], models: ['llama3'] }, requests: 1, per: 'day' },
        { id: 'each-model', match: { keys: ['grouped'] }, groupBy: ['model'], requests: 1, per: 'day' },
      ],
      models: { fast: { target: 'main/gpt-5-mini' }, phi: { target: 'main/gpt-5' } },
    },
    keys: [
      { id: 'bare', key: keys.bare, models: ['llama3', 'qwen3', 'attic/free', 'theirs', 'fast', 'mine', 'phi'] },
      { id: 'tagged', key: keys.tagged, models: ['llama3:latest', 'attic/free:latest', 'theirs:latest'] },
      { id: 'spender', key: keys.spender, models: ['*'] },
      { id: 'grouped', key: keys.grouped, models: ['*'] },
      { id: 'named', key: keys.named, models: ['qwen3:8b'] },
    ],
  })
})
afterAll(async () => {
  await gateway.close()
  await Promise.all([attic.close(), vllm.close(), openai.close()])
})
beforeEach(() => {
  for (const mock of [attic, vllm, openai]) mock.reset()
  const message = { role: 'assistant', content: 'Quiet.' }
  attic.script(() => unary({ model: 'any', message, done: true, done_reason: 'stop' }))
})

const send = (path: string, key: Key, body: object): Promise<WireReply> =>
  gateway.post(path, body, { headers: { authorization: `Bearer ${keys[key]}` } })
const ask = (key: Key, model: string): Promise<WireReply> =>
  send('/api/chat', key, { model, stream: false, messages: [{ role: 'user', content: 'Hi' }] })

describe('a model with the tag `latest` and without', () => {
  it.each<[Key, string, string, string]>([
    ['bare', 'llama3', 'attic', 'llama3'],
    ['bare', 'llama3:latest', 'attic', 'llama3'],
    ['bare', 'qwen3', 'attic', 'qwen3'],
    ['bare', 'qwen3:latest', 'attic', 'qwen3:latest'],
    ['bare', 'attic/free:latest', 'attic', 'free:latest'],
    ['tagged', 'llama3', 'attic', 'llama3'],
    ['tagged', 'attic/free', 'attic', 'free'],
    ['bare', 'fast:latest', 'main', 'gpt-5-mini'],
    ['bare', 'mine:latest', 'box', 'mine'],
    ['named', 'qwen3:8b', 'attic', 'qwen3:8b'],
  ])('is one for the key %s that asks for %s', async (key, name, account, model) => {
    const reply = await ask(key, name)
    expect(await gateway.call(reply)).toMatchObject({ account, model })
    expect(reply.status).toBe(200)
    expect((await send('/api/show', key, { model: name })).status).toBe(200)
  })

  it.each<[Key, string]>([
    // Another tag is another model.
    ['bare', 'qwen3:8b'],
    ['bare', 'llama3:8b'],
    ['bare', 'attic/free:8b'],
    ['named', 'qwen3'],
    ['named', 'qwen3:latest'],
    ['named', 'qwen3:8b:latest'],
    // What is no Ollama may have two models of these names.
    ['bare', 'theirs:latest'],
    ['tagged', 'theirs'],
    // An alias takes one of the names, so the other is none of the same model.
    ['bare', 'phi:latest'],
  ])('is not another one: the key %s may not ask for %s', async (key, name) => {
    const reply = await ask(key, name)
    expect(reply.status).toBe(403)
    expect(reply.headers['x-portcullis-error']).toBe('model_not_allowed')
    expect((await send('/api/show', key, { model: name })).status).toBe(404)
    expect([attic, vllm, openai].flatMap(({ requests }) => requests)).toEqual([])
  })

  it.each<Key>(['spender', 'grouped'])('is under one budget in both forms, for the key %s', async (key) => {
    expect((await ask(key, 'llama3')).status).toBe(200)
    const second = await ask(key, 'llama3:latest')
    expect(second.headers['x-portcullis-error']).toBe('rate_limited')
  })

  it('is listed once, for a key that names it in the other form too', async () => {
    const headers = { authorization: `Bearer ${keys.tagged}` }
    const { json } = await gateway.post('/api/tags', undefined, { method: 'GET', headers })
    expect(json.models.map(({ name }: { name: string }) => name)).toEqual(['llama3', 'theirs:latest'])
  })
})
