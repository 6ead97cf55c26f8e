import OpenAI, { toFile } from 'openai'
import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest'
import { post } from './support/client.ts'
import { startTestGateway, type TestGateway } from './support/gateway.ts'
import { type MockProvider, startMockProvider } from './support/mock-provider.ts'
import { stream, unary, vendorError } from './support/mock-replies.ts'

const strangerKey = 'pk-test-stranger-0123456789abcdefghijklm'
const narrowKey = 'pk-test-narrow-0123456789abcdefghijklmnop'

let gateway: TestGateway
let first: MockProvider
let second: MockProvider
let owner: OpenAI
let stranger: OpenAI
let count = 0

beforeAll(async () => {
  ;[first, second] = await Promise.all([startMockProvider(), startMockProvider()])
  const account = (id: string, provider: string, baseUrl: string) => ({
    id,
    provider,
    baseUrl,
    apiKey: `sk-of-${id}-0123456789`,
    allowPrivateNetwork: true,
  })
  gateway = await startTestGateway({
    keys: [
      { id: 'stranger', key: strangerKey, workspace: 'other', models: ['*'] },
      { id: 'narrow', key: narrowKey, workspace: 'default', models: ['second/gpt-5-mini'] },
    ],
    config: {
      workspaces: [{ id: 'other' }],
      providers: [
        account('first', 'openai', `${first.origin}/v1`),
        account('second', 'openai', `${second.origin}/v1`),
        account('claude', 'anthropic', first.origin),
      ],
    },
  })
  owner = clientOf(gateway.key)
  stranger = clientOf(strangerKey)
})
afterAll(async () => {
  await gateway.close()
  await Promise.all([first, second].map((mock) => mock.close()))
})
beforeEach(() => {
  for (const mock of [first, second]) mock.reset()
})

const clientOf = (apiKey: string) => new OpenAI({ baseURL: `${gateway.url}/v1`, apiKey, maxRetries: 0 })
const at = (name: string) => ({ headers: { 'x-portcullis-provider': name } })
const objectOf = (id: string) => ({
  id,
  object: 'file',
  bytes: 5,
  created_at: 1764576000,
  filename: 'notes.txt',
  purpose: 'user_data',
  status: 'uploaded',
})

async function uploaded(by = owner): Promise<string> {
  const id = `file-Mock${++count}`
  second.reply(unary(objectOf(id)))
  const file = await by.files.create(
    { file: await toFile(Buffer.from('notes'), 'notes.txt'), purpose: 'user_data' },
    at('second'),
  )
  expect(file).toMatchObject({ id, status: 'uploaded' })
  return id
}

function as(key: string, path: string, method = 'GET') {
  return post(gateway.url + path, undefined, { method, headers: { authorization: `Bearer ${key}` } })
}

async function fault(attempt: Promise<unknown>): Promise<{ status: number; message: string; code: unknown }> {
  return await attempt.then(
    () => expect.unreachable('it was served'),
    (error) => error,
  )
}

it('a file goes to the account that is named, as it came, and is read, listed and deleted there', async () => {
  const id = await uploaded()
  const [upload] = second.requests
  expect([upload?.method, upload?.path]).toEqual(['POST', '/v1/files'])
  expect(upload?.headers['authorization']).toBe('Bearer sk-of-second-0123456789')
  expect(upload?.headers['x-portcullis-provider']).toBeUndefined()
  for (const part of ['name="purpose"\r\n\r\nuser_data\r\n', '\r\n\r\nnotes\r\n'])
    expect(upload?.body.toString()).toContain(part)

  const content = Buffer.from('{"a":1}\n{"a":2}\n')
  second.reply(
    unary({ ...objectOf(id), status: 'processed' }),
    stream([content.subarray(0, 5), content.subarray(5)], { headers: { 'content-type': 'application/jsonl' } }),
    unary({ id, object: 'file', deleted: true }),
  )
  expect((await owner.files.retrieve(id)).status).toBe('processed')
  expect((await owner.files.list()).data.map((file) => [file.id, file.filename, file.purpose])).toContainEqual([
    id,
    'notes.txt',
    'user_data',
  ])
  expect(await (await owner.files.content(id)).text()).toBe(content.toString())
  expect(await owner.files.delete(id)).toEqual({ id, object: 'file', deleted: true })
  expect(second.requests.slice(1).map(({ method, path }) => `${method} ${path}`)).toEqual([
    `GET /v1/files/${id}`,
    `GET /v1/files/${id}/content`,
    `DELETE /v1/files/${id}`,
  ])
  expect((await fault(owner.files.retrieve(id))).status).toBe(404)
  expect(first.requests).toHaveLength(0)
})

it('the account is named in the query or by a header of Portkey, too', async () => {
  const form = (): FormData => {
    const fields = new FormData()
    fields.set('purpose', 'vision')
    fields.set('file', new Blob(['picture']), 'a.png')
    return fields
  }
  const authorization = `Bearer ${gateway.key}`
  for (const [query, headers] of [
    ['?provider=second', {}],
    ['', { 'x-portkey-provider': '@second' }],
  ] as const) {
    second.reply(unary(objectOf(`file-Named${++count}`)))
    const options = { method: 'POST', body: form(), headers: { authorization, ...headers } }
    expect((await fetch(`${gateway.url}/v1/files${query}`, options)).status).toBe(200)
    expect(second.requests.at(-1)?.path).toBe('/v1/files')
  }
})

it('another workspace reaches no file at an account, and cannot tell it from one that never was', async () => {
  const id = await uploaded()
  second.reset()
  for (const attempt of [
    (one: string) => stranger.files.retrieve(one),
    (one: string) => stranger.files.content(one),
    (one: string) => stranger.files.delete(one),
  ]) {
    const theirs = await fault(attempt(id))
    const none = await fault(attempt('file-Never'))
    expect([theirs.status, none.status]).toEqual([404, 404])
    expect(theirs.message.replaceAll(id, 'file-Never')).toBe(none.message)
  }
  expect((await stranger.files.list()).data).toEqual([])
  expect((await stranger.files.list({ after: id })).data).toEqual([])
  for (const path of [`/files/${id}`, `/files/${id}/content`, `/files/${id.replace('f', '%66')}`, `/%66iles/${id}`])
    expect((await as(strangerKey, `/p/second${path}`)).status).toBe(404)
  expect((await as(strangerKey, `/p/second/files/${id}`, 'DELETE')).status).toBe(404)
  expect(second.requests).toHaveLength(0)
  second.reply(unary(objectOf(id)))
  expect((await as(gateway.key, `/p/second/files/${id}`)).status).toBe(200)
})

it('an id that a provider gives twice stays with the workspace that had it first', async () => {
  const id = await uploaded()
  second.reply(unary(objectOf(id)))
  const file = await toFile(Buffer.from('x'), 'x.txt')
  const refused = await fault(stranger.files.create({ file, purpose: 'user_data' }, at('second')))
  expect([refused.status, refused.code]).toEqual([502, 'upstream_invalid_reply'])
  expect((await fault(stranger.files.retrieve(id))).status).toBe(404)
})

it('an id that is a path is refused, and so leads nowhere', async () => {
  for (const id of ['../../batches.db', '..', 'a/b', '', 7, 'x?y']) {
    second.reply(unary({ ...objectOf('x'), id }))
    const file = await toFile(Buffer.from('x'), 'x.txt')
    expect((await fault(owner.files.create({ file, purpose: 'user_data' }, at('second')))).code).toBe(
      'upstream_invalid_reply',
    )
  }
})

it('a time to expire that is none is passed on, and changes nothing of what the workspace can read', async () => {
  for (const time of [1e15, 1e300, -1e15, 0, 4102444800.1234, 'soon', null]) {
    const id = `file-Late${++count}`
    second.reply(unary({ ...objectOf(id), expires_at: time }))
    const file = await toFile(Buffer.from('x'), 'x.txt')
    expect(await owner.files.create({ file, purpose: 'user_data' }, at('second'))).toMatchObject({ id })
    expect((await owner.files.list()).data).toContainEqual(expect.objectContaining({ id }))
  }
})

it('a key that may not use all models of an account neither sends nor reads files there', async () => {
  const id = await uploaded()
  second.reset()
  const narrow = clientOf(narrowKey)
  const file = await toFile(Buffer.from('x'), 'x.txt')
  const attempts = [
    () => narrow.files.create({ file, purpose: 'user_data' }, at('second')),
    () => narrow.files.retrieve(id),
    () => narrow.files.content(id),
    () => narrow.files.delete(id),
  ]
  for (const attempt of attempts) expect((await fault(attempt())).code).toBe('model_not_allowed')
  expect(second.requests).toHaveLength(0)
})

it('an account must be named where several have files, and must have them', async () => {
  const create = async (purpose: 'batch' | 'user_data', name?: string) =>
    fault(
      owner.files.create(
        { file: await toFile(Buffer.from('x'), 'x.txt'), purpose },
        name === undefined ? undefined : at(name),
      ),
    )
  const unnamed = await create('user_data')
  expect([unnamed.status, unnamed.message]).toEqual([400, expect.stringContaining('`first`, `second`')])
  expect((await create('user_data', 'claude')).message).toContain('keeps no files')
  expect((await create('user_data', 'nobody')).code).toBe('unknown_provider')
  expect((await create('batch', 'claude')).message).toContain('takes no batches')
  expect([first.requests.length, second.requests.length]).toEqual([0, 0])
})

it('what the account has no more is forgotten, what it fails to delete is not', async () => {
  const id = await uploaded()
  second.reply(vendorError(500))
  expect((await fault(owner.files.delete(id))).status).toBe(500)
  expect((await owner.files.list()).data.map((file) => file.id)).toContain(id)
  second.reply(vendorError(404))
  expect((await fault(owner.files.delete(id))).status).toBe(404)
  expect((await owner.files.list()).data.map((file) => file.id)).not.toContain(id)
})

it('each request is on record, for files here as well', async () => {
  const id = await uploaded()
  second.reply(unary(objectOf(id)))
  const read = await gateway.call(await gateway.get(`/v1/files/${id}`))
  expect(read).toMatchObject({ endpoint: '/v1/files/{id}', provider: 'openai', status: 200, key: 'team-a' })
  const own = await owner.files.create({ file: await toFile(Buffer.from('{}'), 'in.jsonl'), purpose: 'batch' })
  const kept = await gateway.get(`/v1/files/${own.id}/content`)
  expect(await gateway.call(kept)).toMatchObject({ endpoint: '/v1/files/{id}/content', status: 200 })
  const gone = await gateway.get('/v1/files/file-gone')
  expect(await gateway.call(gone)).toMatchObject({ endpoint: '/v1/files/{id}', status: 404, errorCode: 'not_found' })
})
