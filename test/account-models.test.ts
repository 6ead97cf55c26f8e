import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { startTestGateway, type TestGateway } from './support/gateway.ts'
import { type MockProvider, startMockProvider } from './support/mock-provider.ts'
import { unary } from './support/mock-replies.ts'

const narrowKey = 'pk-test-narrow-0123456789abcdefghijklmno'

let mock: MockProvider
let gateway: TestGateway
beforeAll(async () => {
  mock = await startMockProvider()
  const common = { baseUrl: `${mock.origin}/v1`, allowPrivateNetwork: true }
  gateway = await startTestGateway({
    config: {
      providers: [
        { ...common, id: 'box', provider: 'vllm', models: ['our-model', 'Qwen/Qwen3-8B'] },
        { ...common, id: 'attic', provider: 'openai-compatible' },
        { ...common, id: 'main', provider: 'openai', apiKey: 'sk', models: ['gpt-5-mini'] },
      ],
    },
    keys: [{ id: 'narrow', key: narrowKey, models: ['our-*', 'attic/x'] }],
  })
})
afterAll(async () => {
  await gateway.close()
  await mock.close()
})
beforeEach(() => mock.reset())

const ids = async (): Promise<readonly string[]> =>
  (await gateway.get('/v1/models')).json.data.map(({ id }: { id: string }) => id)

describe('models that an account names', () => {
  it('are what it is listed with, in place of the whole list of the catalogue', async () => {
    const listed = await ids()
    expect(listed).toEqual(expect.arrayContaining(['our-model', 'Qwen/Qwen3-8B', 'gpt-5-mini']))
    expect(listed).not.toContain('gpt-5')
  })

  it.each(['our-model', 'Qwen/Qwen3-8B'])('answer to their bare name: %s', async (model) => {
    const reply = await gateway.post('/v1/chat/completions', { model, messages: [{ role: 'user', content: 'Hi' }] })
    expect(await gateway.call(reply)).toMatchObject({ account: 'box', model })
  })

  it('are no bound for those who name the account', async () => {
    const body = { model: 'main/gpt-5', messages: [{ role: 'user', content: 'Hi' }] }
    const reply = await gateway.post('/v1/chat/completions', body)
    expect(await gateway.call(reply)).toMatchObject({ account: 'main', model: 'gpt-5' })
    expect((await gateway.post('/v1/chat/completions', { ...body, model: 'gpt-5' })).status).toBe(404)
  })
})

describe('a server that has less than its provider', () => {
  const ask = () => gateway.post('/v1/responses', { model: 'our-model', input: 'Hi' })

  it.each([{ detail: 'Not Found' }, '404 page not found', ''])(
    'is told apart from a model that is not there: %j',
    async (said) => {
      mock.reply(unary(said, { status: 404 }))
      const { status, headers, json } = await ask()
      expect([status, headers['x-portcullis-error']]).toEqual([404, 'upstream_not_found'])
      expect(json.error.message).toMatch(/"box" has nothing at this path.*Chat Completions.*`openai-compatible`/)
    },
  )

  it('says in its own words what is not there', async () => {
    const error = { error: { message: 'The model `our-model` does not exist.', type: 'NotFoundError', code: 404 } }
    mock.reply(unary(error, { status: 404 }))
    expect((await ask()).json).toEqual(error)
  })
})

describe('one model', () => {
  it.each(['box/our-model', 'box/any', 'attic/x', 'attic/deep/er', 'our-model'])(
    'is shown where a call of it would be sent on: %s',
    async (id) => {
      expect(await gateway.get(`/v1/models/${id}`)).toMatchObject({ status: 200, json: { id, object: 'model' } })
      const anthropic = await gateway.get(`/anthropic/v1/models/${id}`)
      expect(anthropic).toMatchObject({ status: 200, json: { id, type: 'model' } })
      expect((await gateway.post('/api/show', { model: id })).status).toBe(200)
    },
  )

  it('is not there where a call would not be sent on, and the nearest name is told', async () => {
    const reply = await gateway.get('/v1/models/our-modle')
    expect([reply.status, reply.json.error.code]).toEqual([404, 'unknown_model'])
    expect(reply.json.error.message).toMatch(/Did you mean "our-model"/)
  })

  it('is not there for a key that may not ask for it, nor is its name told', async () => {
    const headers = { authorization: `Bearer ${narrowKey}` }
    for (const id of ['box/our-model', 'attic/y', 'gpt-5-mini', 'gpt-5-minl']) {
      const reply = await gateway.post(`/v1/models/${id}`, undefined, { method: 'GET', headers })
      expect([id, reply.status]).toEqual([id, 404])
      expect(reply.json.error.message).not.toMatch(/Did you mean .*gpt/)
    }
    for (const id of ['our-model', 'our-other', 'attic/x'])
      expect([id, (await gateway.post(`/v1/models/${id}`, undefined, { method: 'GET', headers })).status]).toEqual([
        id,
        id === 'our-other' ? 404 : 200,
      ])
  })
})
