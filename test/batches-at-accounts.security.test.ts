import OpenAI, { toFile } from 'openai'
import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest'
import { post } from './support/client.ts'
import { startTestGateway, type TestGateway } from './support/gateway.ts'
import { type MockProvider, startMockProvider } from './support/mock-provider.ts'
import { unary, vendorError } from './support/mock-replies.ts'

const strangerKey = 'pk-test-stranger-0123456789abcdefghijklm'
const vectorsKey = 'pk-test-vectors-0123456789abcdefghijklmno'
const narrowKey = 'pk-test-narrow-0123456789abcdefghijklmnop'

let gateway: TestGateway
let provider: MockProvider
let owner: OpenAI
let stranger: OpenAI
let count = 0

beforeAll(async () => {
  provider = await startMockProvider()
  gateway = await startTestGateway({
    keys: [
      { id: 'stranger', key: strangerKey, workspace: 'other', models: ['*'] },
      {
        id: 'vectors',
        key: vectorsKey,
        workspace: 'default',
        endpoints: ['/v1/embeddings*', '/v1/files*', '/v1/batches*'],
      },
      { id: 'narrow', key: narrowKey, workspace: 'default', models: ['main/gpt-5-mini'] },
    ],
    config: {
      workspaces: [{ id: 'other' }],
      providers: [
        {
          id: 'main',
          provider: 'openai',
          baseUrl: `${provider.origin}/v1`,
          apiKey: 'sk-of-main-0123456789',
          allowPrivateNetwork: true,
        },
        {
          id: 'second',
          provider: 'openai',
          baseUrl: `${provider.origin}/second`,
          apiKey: 'sk-of-second-0123456789',
          allowPrivateNetwork: true,
        },
      ],
    },
  })
  owner = clientOf(gateway.key)
  stranger = clientOf(strangerKey)
})
afterAll(async () => {
  await gateway.close()
  await provider.close()
})
beforeEach(() => provider.reset())

const clientOf = (apiKey: string) => new OpenAI({ baseURL: `${gateway.url}/v1`, apiKey, maxRetries: 0 })
const named = { headers: { 'x-portcullis-provider': 'main' } }
const batchOf = (id: string, more: object = {}) => ({
  id,
  object: 'batch',
  endpoint: '/v1/chat/completions',
  status: 'in_progress',
  created_at: 1764576000,
  output_file_id: null,
  error_file_id: null,
  ...more,
})

async function made(): Promise<{ readonly id: string; readonly file: string }> {
  const [file, id] = [`file-in${++count}`, `batch_mock${count}`]
  provider.reply(unary({ id: file, object: 'file', purpose: 'batch' }), unary(batchOf(id)))
  const line =
    '{"custom_id":"a","method":"POST","url":"/v1/chat/completions","body":{"model":"gpt-5-mini","messages":[]}}'
  await owner.files.create({ file: await toFile(Buffer.from(line), 'in.jsonl'), purpose: 'batch' }, named)
  const batch = await owner.batches.create({
    input_file_id: file,
    endpoint: '/v1/chat/completions',
    completion_window: '24h',
  })
  expect(batch).toMatchObject({ id, status: 'in_progress' })
  return { id, file }
}

const status = (attempt: Promise<unknown>): Promise<unknown> =>
  attempt.then(
    () => 200,
    (error: { status?: number }) => error.status,
  )

it('a batch is worked off by the account that its file was sent to, and its results are read from there', async () => {
  const { id, file } = await made()
  expect(provider.requests.map(({ method, path }) => `${method} ${path}`)).toEqual([
    'POST /v1/files',
    'POST /v1/batches',
  ])
  expect(provider.requests[1]?.json).toEqual({
    input_file_id: file,
    endpoint: '/v1/chat/completions',
    completion_window: '24h',
  })
  expect(provider.requests[1]?.headers['authorization']).toBe('Bearer sk-of-main-0123456789')
  const output = `file-out${count}`
  provider.reply(
    unary(batchOf(id, { status: 'completed', output_file_id: output })),
    unary('{"custom_id":"a"}\n', { headers: { 'content-type': 'application/jsonl' } }),
  )
  expect(await owner.batches.retrieve(id)).toMatchObject({ status: 'completed', output_file_id: output })
  expect(await (await owner.files.content(output)).text()).toBe('{"custom_id":"a"}\n')
  expect((await owner.batches.list()).data).toContainEqual(expect.objectContaining({ id, status: 'completed' }))
})

it('a batch is cancelled there', async () => {
  const { id } = await made()
  provider.reply(unary(batchOf(id, { status: 'cancelling' })))
  expect(await owner.batches.cancel(id)).toMatchObject({ status: 'cancelling' })
  expect(provider.requests.at(-1)).toMatchObject({ method: 'POST', path: `/v1/batches/${id}/cancel` })
})

it('a batch and what came of it are nothing to another workspace, by whatever path', async () => {
  const { id, file } = await made()
  const output = `file-secret${count}`
  provider.reply(unary(batchOf(id, { status: 'completed', output_file_id: output })))
  await owner.batches.retrieve(id)
  const before = provider.requests.length
  expect(await status(stranger.batches.retrieve(id))).toBe(404)
  expect(await status(stranger.batches.cancel(id))).toBe(404)
  expect(await status(stranger.files.content(output))).toBe(404)
  const create = { input_file_id: file, endpoint: '/v1/chat/completions', completion_window: '24h' } as const
  expect(await status(stranger.batches.create(create))).toBe(404)
  expect((await stranger.batches.list()).data).toEqual([])
  for (const path of [`/p/main/batches/${id}`, `/p/main/batches/${id}/cancel`, `/p/main/files/${output}/content`]) {
    const reply = await post(gateway.url + path, undefined, {
      method: 'GET',
      headers: { authorization: `Bearer ${strangerKey}` },
    })
    expect(reply.status).toBe(404)
  }
  expect(provider.requests).toHaveLength(before)
})

it('a body that names its file twice reaches no provider, which might read the other one', async () => {
  const { file } = await made()
  const before = provider.requests.length
  for (const name of ['input_file_id', 'Input_File_Id', 'input\\u005ffile_id']) {
    const body = `{"${name}":"file-of-others","endpoint":"/v1/chat/completions","completion_window":"24h","input_file_id":"${file}"}`
    const reply = await fetch(`${gateway.url}/v1/batches`, {
      method: 'POST',
      headers: { authorization: `Bearer ${gateway.key}`, 'content-type': 'application/json' },
      body,
    })
    expect(reply.status).toBe(400)
  }
  expect(provider.requests).toHaveLength(before)
})

it('a key that may not use all models of the account makes and reads no batch there', async () => {
  const { id, file } = await made()
  const before = provider.requests.length
  const narrow = clientOf(narrowKey)
  const create = { input_file_id: file, endpoint: '/v1/chat/completions', completion_window: '24h' } as const
  expect(await status(narrow.batches.create(create))).toBe(403)
  expect(await status(narrow.batches.retrieve(id))).toBe(403)
  expect(provider.requests).toHaveLength(before)
})

it('an id that a provider gives twice stays with the workspace that had it first', async () => {
  const { id } = await made()
  const file = `file-again${count}`
  provider.reply(unary({ id: file, object: 'file', purpose: 'batch' }), unary(batchOf(id)))
  await stranger.files.create({ file: await toFile(Buffer.from('{}'), 'in.jsonl'), purpose: 'batch' }, named)
  const create = { input_file_id: file, endpoint: '/v1/chat/completions', completion_window: '24h' } as const
  expect(await status(stranger.batches.create(create))).toBe(502)
  expect(await status(stranger.batches.retrieve(id))).toBe(404)
})

it('what a provider says of a batch is given back whole, and fills no store and no list', async () => {
  const { id } = await made()
  const deep = `${'['.repeat(50_000)}${']'.repeat(50_000)}`
  const long = 'x'.repeat(100_000)
  for (const more of [`"x":${deep}`, `"errors":{"data":["${long}"]}`, `"endpoint":"${long}"`]) {
    const said = `{"id":"${id}","status":"failed","created_at":1764576000,${more}}`
    provider.reply(unary(said))
    expect((await gateway.get(`/v1/batches/${id}`)).text).toBe(said)
    const listed = await gateway.get('/v1/batches')
    expect(listed.text).toContain(`{"id":"${id}","status":"failed","created_at":1764576000}`)
  }
})

it('a fault of the provider is told, and changes nothing', async () => {
  const { id } = await made()
  provider.reply(vendorError(500))
  expect(await status(owner.batches.retrieve(id))).toBe(500)
  expect((await owner.batches.list()).data).toContainEqual(expect.objectContaining({ id, status: 'in_progress' }))
})

it('a batch is made where its file lies, and never where its caller did not want it', async () => {
  const here = await owner.files.create({ file: await toFile(Buffer.from('{}'), 'in.jsonl'), purpose: 'batch' })
  const { file } = await made()
  const before = provider.requests.length
  for (const [id, account] of [
    [here.id, 'main'],
    [file, 'second'],
  ] as const) {
    const create = { input_file_id: id, endpoint: '/v1/chat/completions', completion_window: '24h' } as const
    const refused = await owner.batches
      .create(create, { headers: { 'x-portcullis-provider': account } })
      .catch((error) => error)
    expect([refused.status, refused.param]).toEqual([400, 'input_file_id'])
  }
  expect(provider.requests).toHaveLength(before)
  provider.reply(unary(batchOf(`batch_named${count}`)))
  const create = { input_file_id: file, endpoint: '/v1/chat/completions', completion_window: '24h' } as const
  expect((await owner.batches.create(create, named)).id).toBe(`batch_named${count}`)
})

it('without the name of an account a batch is worked off here, as ever', async () => {
  const file = await owner.files.create({ file: await toFile(Buffer.from('nonsense'), 'in.jsonl'), purpose: 'batch' })
  const create = { input_file_id: file.id, endpoint: '/v1/chat/completions', completion_window: '24h' } as const
  expect((await owner.batches.create(create)).id).toMatch(/^batch_[0-9a-f]{32}$/)
  expect(provider.requests).toHaveLength(0)
})

it.each(['/v1/chat/completions', '/chat/completions', '/v1/embeddings/../chat/completions', undefined])(
  'a key that is bound to other endpoints makes no calls there by a batch of an account: %s',
  async (endpoint) => {
    const { file } = await made()
    const before = provider.requests.length
    const reply = await post(
      `${gateway.url}/v1/batches`,
      { input_file_id: file, endpoint, completion_window: '24h' },
      { headers: { authorization: `Bearer ${vectorsKey}` } },
    )
    expect([reply.status, reply.headers['x-portcullis-error']]).toEqual([403, 'endpoint_not_allowed'])
    expect(provider.requests.length).toBe(before)
  },
)
