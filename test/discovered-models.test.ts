import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { startChildGateway } from './support/child-gateway.ts'
import { type Json, post } from './support/client.ts'
import { startTestGateway, type TestGateway } from './support/gateway.ts'
import { type MockProvider, startMockProvider } from './support/mock-provider.ts'
import { fixtureReply, unary } from './support/mock-replies.ts'

const narrowKey = 'pk-test-narrow-0123456789abcdefghijklmno'

let vllm: MockProvider
let ollama: MockProvider
let openai: MockProvider
let gateway: TestGateway
beforeAll(async () => {
  ;[vllm, ollama, openai] = await Promise.all([startMockProvider(), startMockProvider(), startMockProvider()])
  const served = ['our-model', 'Qwen/Qwen3-8B', 'gpt-5-mini', 'openai/gpt-5', 'fast']
  vllm.script((request) =>
    request.path === '/v1/models' ? unary({ data: served.map((id) => ({ id })) }) : fixtureReply(request),
  )
  const tags = { models: [{ name: 'llama3.2:latest', model: 'llama3.2:latest' }, { name: 'our-model' }] }
  ollama.script((request) => (request.path === '/api/tags' ? unary(tags) : fixtureReply(request)))
  const allowPrivateNetwork = true
  gateway = await startTestGateway({
    config: {
      providers: [
        { id: 'box', provider: 'vllm', baseUrl: `${vllm.origin}/v1`, apiKey: 'sk-of-the-box', allowPrivateNetwork },
        { id: 'attic', provider: 'ollama', baseUrl: ollama.origin, allowPrivateNetwork },
        { id: 'main', provider: 'openai', baseUrl: `${openai.origin}/v1`, apiKey: 'sk', allowPrivateNetwork },
        { id: 'named', provider: 'vllm', baseUrl: `${openai.origin}/v1`, allowPrivateNetwork, models: ['mine'] },
      ],
      models: { fast: { target: 'main/gpt-5-mini' } },
      catalog: { discover: { everySeconds: 86_400 } },
    },
    keys: [{ id: 'narrow', key: narrowKey, models: ['our-*', 'attic/llama*'] }],
  })
  while (!(await ids()).includes('our-model') || !(await ids()).includes('llama3.2:latest'));
})
afterAll(async () => {
  await gateway.close()
  await Promise.all([vllm.close(), ollama.close(), openai.close()])
})

async function ids(key: string = gateway.key): Promise<readonly string[]> {
  const headers = { authorization: `Bearer ${key}` }
  const { json } = await gateway.post('/v1/models', undefined, { method: 'GET', headers })
  return json.data.map(({ id }: Json) => id)
}

const ask = (model: string) =>
  gateway.post('/v1/chat/completions', { model, messages: [{ role: 'user', content: 'Hi' }] })

describe('models that an account says it serves', () => {
  it('are listed, by their bare names where those mean the account', async () => {
    expect(await ids()).toEqual(
      expect.arrayContaining([
        'our-model',
        'Qwen/Qwen3-8B',
        'box/gpt-5-mini',
        'box/openai/gpt-5',
        'box/fast',
        'llama3.2:latest',
        'attic/our-model',
        'mine',
      ]),
    )
    const { json } = await gateway.get('/api/tags')
    expect(json.models.map(({ name }: Json) => name)).toContain('llama3.2:latest')
    expect((await gateway.get('/v1/models/our-model')).status).toBe(200)
  })

  it('are listed for keys that may use them only', async () => {
    expect(await ids(narrowKey)).toEqual(['our-model', 'attic/llama3.2:latest'])
  })

  it.each([
    ['our-model', 'box', 'our-model'],
    ['Qwen/Qwen3-8B', 'box', 'Qwen/Qwen3-8B'],
    ['llama3.2:latest', 'attic', 'llama3.2:latest'],
    ['llama3.2', 'attic', 'llama3.2'],
    ['attic/our-model', 'attic', 'our-model'],
    ['gpt-5-mini', 'main', 'gpt-5-mini'],
    ['fast', 'main', 'gpt-5-mini'],
  ])('%s is asked of the account %s', async (name, account, model) => {
    const reply = await ask(name)
    expect(reply.status).toBe(200)
    expect(await gateway.call(reply)).toMatchObject({ account, model })
  })

  it('are asked for with the credential, once, and not where they are named or in the catalogue', () => {
    const asked = (mock: MockProvider) => mock.requests.filter(({ method }) => method === 'GET')
    expect(asked(vllm).map(({ path, headers }) => [path, headers['authorization']])).toEqual([
      ['/v1/models', 'Bearer sk-of-the-box'],
    ])
    expect(asked(ollama)).toHaveLength(1)
    expect(asked(openai)).toEqual([])
  })

  it('are told where a name is nearly one of them', async () => {
    const reply = await ask('our-modle')
    expect(reply.status).toBe(404)
    expect(reply.json.error.message).toContain('Did you mean "our-model"')
  })
})

describe('a changed configuration', () => {
  it('asks new accounts, and forgets what it no longer asks', async () => {
    const server = await startMockProvider()
    server.script(() => unary({ data: [{ id: 'late-model' }] }))
    const providers = [{ id: 'late', provider: 'openai-compatible', baseUrl: server.origin, allowPrivateNetwork: true }]
    const common = {
      listen: { host: '127.0.0.1', port: 0, controlPort: 0 },
      keys: [{ id: 'team-a', key: gateway.key }],
    }
    const reloading = await startTestGateway({})
    const listed = async (): Promise<boolean> => (await reloading.get('/v1/models')).text.includes('late-model')
    await reloading.configure({ ...common, providers })
    while (!(await listed()));
    await reloading.configure({ ...common, providers, catalog: { discover: 'off' } })
    while (await listed());
    await reloading.close()
    await server.close()
  })
})

describe('a gateway of several workers', () => {
  it('asks once, and all of them know', async () => {
    const directory = await mkdtemp(join(tmpdir(), 'portcullis-discovery-'))
    const server = await startMockProvider()
    server.script((request) =>
      request.path === '/api/tags' ? unary({ models: [{ name: 'qwen3:8b' }] }) : fixtureReply(request),
    )
    const child = await startChildGateway({
      dataDirectory: join(directory, 'data'),
      args: ['--workers', '2'],
      environment: { PORTCULLIS_KEY: narrowKey, OLLAMA_BASE_URL: server.origin },
    })
    const headers = { authorization: `Bearer ${narrowKey}` }
    const listed = async (): Promise<boolean> =>
      (await post(`${child.url}/v1/models`, undefined, { method: 'GET', headers })).text.includes('qwen3:8b')
    // The system deals out connections: so many in a row are not all of one worker.
    for (let inRow = 0; inRow < 20; ) inRow = (await listed()) ? inRow + 1 : 0
    expect(server.requests).toHaveLength(1)
    child.process.kill('SIGTERM')
    await child.exited
    await server.close()
    await rm(directory, { recursive: true, force: true })
  })
})
