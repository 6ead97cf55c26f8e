import Anthropic from '@anthropic-ai/sdk'
import OpenAI, { toFile } from 'openai'
import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest'
import { type Json, post } from './support/client.ts'
import { startTestGateway, type TestGateway } from './support/gateway.ts'
import { type MockProvider, startMockProvider } from './support/mock-provider.ts'
import { fixture, unary, vendorError } from './support/mock-replies.ts'

const strangerKey = 'pk-test-stranger-0123456789abcdefghijklm'
const limitedKey = 'pk-test-limited-0123456789abcdefghijklmno'
const narrowKey = 'pk-test-narrow-0123456789abcdefghijklmnop'
const batchesKey = 'pk-test-batches-0123456789abcdefghijklmno'
const path = '/v1/messages/batches'

let gateway: TestGateway
let provider: MockProvider
let owner: Anthropic
let stranger: Anthropic
let narrow: Anthropic
let count = 0

beforeAll(async () => {
  provider = await startMockProvider()
  const account = { provider: 'anthropic', baseUrl: provider.origin, allowPrivateNetwork: true }
  gateway = await startTestGateway({
    keys: [
      { id: 'stranger', key: strangerKey, workspace: 'other', models: ['*'] },
      { id: 'limited', key: limitedKey, budgets: [{ costUsd: 50, per: 'month' }] },
      { id: 'batches', key: batchesKey, workspace: 'default', endpoints: ['/v1/messages/batches*'] },
      { id: 'narrow', key: narrowKey, workspace: 'default', models: ['clever'] },
    ],
    config: {
      workspaces: [{ id: 'other' }],
      providers: [
        { id: 'main', ...account, apiKey: 'sk-ant-of-main-0123456789' },
        {
          ...account,
          id: 'keeping',
          provider: 'openai',
          baseUrl: `${provider.origin}/v1`,
          apiKey: 'sk-of-keeping-0123456789',
        },
        { id: 'second', ...account, apiKey: 'sk-ant-of-second-0123456789' },
      ],
      models: {
        clever: { target: 'main/claude-sonnet-4-5' },
        quick: { target: 'main/claude-haiku-4-5' },
        routed: { route: 'both' },
      },
      routes: { both: { fallback: [{ target: 'main/claude-sonnet-4-5' }, { target: 'second/claude-sonnet-4-5' }] } },
    },
  })
  owner = clientOf(gateway.key)
  stranger = clientOf(strangerKey)
  narrow = clientOf(narrowKey)
})
afterAll(async () => {
  await gateway.close()
  await provider.close()
})
beforeEach(() => provider.reset())

const clientOf = (apiKey: string) => new Anthropic({ baseURL: gateway.url, apiKey, maxRetries: 0 })
type Request = Anthropic.Messages.Batches.BatchCreateParams.Request
const ask = (id: string, model = 'clever', more: object = {}): Request => ({
  custom_id: id,
  params: { model, max_tokens: 100, messages: [{ role: 'user', content: id }], ...more },
})
const batchOf = (id: string, more: object = {}) => ({
  id,
  type: 'message_batch',
  processing_status: 'in_progress',
  request_counts: { processing: 1, succeeded: 0, errored: 0, canceled: 0, expired: 0 },
  created_at: '2026-11-25T12:00:00Z',
  results_url: null,
  ...more,
})
const ended = (id: string) =>
  batchOf(id, { processing_status: 'ended', results_url: `https://api.anthropic.com${path}/${id}/results` })

async function made(): Promise<string> {
  const id = `msgbatch_mock${++count}`
  provider.reply(unary(batchOf(id)))
  const batch = await owner.messages.batches.create({ requests: [ask('a')] })
  expect(batch).toMatchObject({ id, processing_status: 'in_progress' })
  return id
}

const status = (attempt: Promise<unknown>): Promise<unknown> =>
  attempt.then(
    () => 200,
    (error: { status?: number }) => error.status,
  )

it('is made there with its own names of the models, and every other byte as it came', async () => {
  provider.reply(unary(batchOf('msgbatch_bytes')))
  const one = (model: string, id: string) =>
    `{ "custom_id":"${id}", "params": {"max_tokens":9,"messages":[],"seed":12345678901234567890,"model":"${model}"}}`
  const body = (first: string, second: string) => `{"requests":[${one(first, 'a')},${one(second, 'b')}]}`
  const reply = await gateway.post(path, body('clever', 'main/claude-haiku-4-5'), {
    headers: { 'anthropic-beta': 'some-beta-2026' },
  })
  expect(reply.json).toEqual(batchOf('msgbatch_bytes'))
  expect(reply.headers).toMatchObject({ 'x-portcullis-account': 'main', 'x-portcullis-provider': 'anthropic' })
  const [request] = provider.requests
  expect([request?.method, request?.path]).toEqual(['POST', path])
  expect(request?.headers).toMatchObject({
    'x-api-key': 'sk-ant-of-main-0123456789',
    'anthropic-version': '2023-06-01',
    'anthropic-beta': 'some-beta-2026',
  })
  expect(request?.body.toString().replaceAll(/\s/g, '')).toBe(
    body('claude-sonnet-4-5', 'claude-haiku-4-5').replaceAll(/\s/g, ''),
  )
  provider.reply(unary(batchOf('msgbatch_same')))
  const same = body('claude-sonnet-4-5', 'claude-haiku-4-5')
  await gateway.post(path, same)
  expect(provider.requests[1]?.body.toString()).toBe(same)
  const calls = await gateway.callsUntil((all) => all.some(({ account }: Json) => account === 'main'))
  expect(calls[0]).toMatchObject({ key: 'team-a', status: 200 })
})

it('is read, cancelled and deleted there; its results come through the gateway, never from the address of the provider', async () => {
  const id = await made()
  const line = `{"custom_id":"a","result":{"type":"succeeded","message":${JSON.stringify(JSON.parse(fixture('anthropic/message.json').toString()))}}}\n`
  provider.reply(
    unary(batchOf(id, { processing_status: 'canceling' })),
    unary(ended(id)),
    unary(ended(id)),
    unary(line, { headers: { 'content-type': 'application/x-jsonl' } }),
    unary({ id, type: 'message_batch_deleted' }),
  )
  expect((await owner.messages.batches.cancel(id)).processing_status).toBe('canceling')
  expect(await owner.messages.batches.retrieve(id)).toMatchObject({ results_url: `${path}/${id}/results` })
  const results: unknown[] = []
  for await (const result of await owner.messages.batches.results(id)) results.push(result)
  expect(results).toEqual([JSON.parse(line)])
  expect((await owner.messages.batches.list()).data).toContainEqual(
    expect.objectContaining({ id, processing_status: 'ended', results_url: `${path}/${id}/results` }),
  )
  await owner.messages.batches.delete(id)
  expect(provider.requests.slice(1).map(({ method, path: asked }) => `${method} ${asked}`)).toEqual([
    `POST ${path}/${id}/cancel`,
    `GET ${path}/${id}`,
    `GET ${path}/${id}`,
    `GET ${path}/${id}/results`,
    `DELETE ${path}/${id}`,
  ])
  expect(await status(owner.messages.batches.retrieve(id))).toBe(404)
})

it('is nothing to another workspace, by whatever path', async () => {
  const id = await made()
  const here = await owner.messages.batches.create({ requests: [ask('a', 'routed')] })
  while ((await owner.messages.batches.retrieve(here.id)).processing_status !== 'ended');
  const before = provider.requests.length
  for (const theirs of [id, here.id]) {
    const { batches } = stranger.messages
    const attempts = [batches.retrieve(theirs), batches.cancel(theirs), batches.delete(theirs), batches.results(theirs)]
    expect(await Promise.all(attempts.map(status))).toEqual([404, 404, 404, 404])
    for (const [method, step] of [
      ['GET', ''],
      ['GET', '/results'],
      ['POST', '/cancel'],
      ['DELETE', ''],
    ] as const) {
      const asked = [`${path}/${theirs}${step}`, `/anthropic${path}/${theirs}${step}`]
      if (theirs === id) asked.push(`/p/main${path}/${theirs}${step}`)
      for (const at of asked) {
        const reply = await post(gateway.url + at, undefined, { method, headers: { 'x-api-key': strangerKey } })
        expect([at, reply.status]).toEqual([at, 404])
      }
    }
  }
  expect((await stranger.messages.batches.list()).data).toEqual([])
  expect((await stranger.messages.batches.list({ after_id: id })).data).toEqual([])
  const files = new OpenAI({ baseURL: `${gateway.url}/v1`, apiKey: strangerKey }).files
  expect((await files.list()).data).toEqual([])
  expect(provider.requests).toHaveLength(before)
})

it('holds a key to its models: what it may not use leads to no batch at the account', async () => {
  const tool = { type: 'advisor_20260301', name: 'advisor', model: 'claude-opus-4-5' }
  for (const request of [ask('x', 'main/claude-haiku-4-5'), ask('x', 'quick'), ask('x', 'clever', { tools: [tool] })]) {
    provider.reset()
    const batch = await narrow.messages.batches.create({ requests: [ask('a'), request] })
    while ((await narrow.messages.batches.retrieve(batch.id)).processing_status !== 'ended');
    const types: Json[] = []
    for await (const { result } of await narrow.messages.batches.results(batch.id)) types.push(result)
    expect(types.map(({ type, error }) => error?.error.type ?? type)).toEqual(['succeeded', 'permission_error'])
    expect(provider.requests.map(({ path: asked }) => asked)).toEqual(['/v1/messages'])
  }
  provider.reply(unary(batchOf('msgbatch_narrow')))
  expect(await narrow.messages.batches.create({ requests: [ask('a')] })).toMatchObject({ id: 'msgbatch_narrow' })
})

it.each([
  ['a model that leads to two accounts', [ask('a'), ask('b', 'routed')]],
  ['models of two accounts', [ask('a'), ask('b', 'second/claude-sonnet-4-5')]],
  [
    'thinking that another vendor signed',
    [
      ask('a', 'clever', {
        messages: [
          { role: 'user', content: 'a' },
          { role: 'assistant', content: [{ type: 'thinking', thinking: 'x', signature: 'openai:abc' }] },
        ],
      }),
    ],
  ],
])('is worked off here with %s', async (_, requests) => {
  const { id } = await owner.messages.batches.create({ requests })
  expect(id).toMatch(/^msgbatch_[0-9a-f]{32}$/)
  while ((await owner.messages.batches.retrieve(id)).processing_status !== 'ended');
  expect(provider.requests.every(({ path: asked }) => asked === '/v1/messages')).toBe(true)
})

it('is made at the account that its caller names, or not at all', async () => {
  provider.reply(unary(batchOf('msgbatch_named')))
  for (const [requests, name, wanted] of [
    [[ask('a')], 'main', 200],
    [[ask('a')], 'second', 400],
    [[ask('a'), ask('b', 'routed')], 'main', 400],
  ] as const) {
    const reply = await gateway.post(path, { requests }, { headers: { 'x-portcullis-provider': name } })
    expect([name, reply.status]).toEqual([name, wanted])
  }
  expect(provider.requests).toHaveLength(1)
})

it('is worked off here for a key under a budget or a limit, which sees each of its calls', async () => {
  const limited = clientOf(limitedKey)
  const { id } = await limited.messages.batches.create({ requests: [ask('a'), ask('b')] })
  while ((await limited.messages.batches.retrieve(id)).processing_status !== 'ended');
  expect(provider.requests.map(({ path: asked }) => asked)).toEqual(['/v1/messages', '/v1/messages'])
  const named = { headers: { 'x-portcullis-provider': 'main' } }
  expect(await status(limited.messages.batches.create({ requests: [ask('a')] }, named))).toBe(400)
})

it('a file of another workspace, and one that nobody has seen, is not found by its request alone, and never sent', async () => {
  const secret = await toFile(Buffer.from('x'), 'x.txt')
  const files = (apiKey: string) => new OpenAI({ baseURL: `${gateway.url}/v1`, apiKey, maxRetries: 0 }).files
  provider.reply(unary({ id: 'file-of-stranger', object: 'file', purpose: 'user_data' }))
  const named = { headers: { 'x-portcullis-provider': 'keeping' } }
  await files(strangerKey).create({ file: secret, purpose: 'user_data' }, named)
  const content = (id: string) => [{ type: 'document' as const, source: { type: 'file', file_id: id } }]
  for (const id of ['file-of-stranger', 'file-unseen']) {
    provider.reset()
    const document = ask('b', 'clever', { messages: [{ role: 'user', content: content(id) }] })
    const batch = await owner.messages.batches.create({ requests: [ask('a'), document] })
    while ((await owner.messages.batches.retrieve(batch.id)).processing_status !== 'ended');
    const types: Json[] = []
    for await (const { result } of await owner.messages.batches.results(batch.id)) types.push(result)
    expect(types.map(({ type, error }) => error?.error.type ?? type)).toEqual(['succeeded', 'not_found_error'])
    expect(provider.requests.map(({ path: asked }) => asked)).toEqual(['/v1/messages'])
  }
})

it('a request that is nested deep goes there as it came, and hides no model', async () => {
  const post = (model: string, key: string) => {
    const deep = `${'['.repeat(50_000)}{"model":"${model}"}${']'.repeat(50_000)}`
    const params = `{"model":"clever","max_tokens":9,"messages":[{"role":"user","content":"a"}],"plugins":${deep}}`
    const body = `{"requests":[{"custom_id":"a","params":${params}}]}`
    return fetch(gateway.url + path, {
      method: 'POST',
      headers: { 'x-api-key': key, 'content-type': 'application/json' },
      body,
    })
  }
  provider.reply(unary(batchOf('msgbatch_deep')))
  expect(await (await post('any', gateway.key)).json()).toMatchObject({ id: 'msgbatch_deep' })
  expect(provider.requests[0]?.body.toString()).toContain('[[[{"model":"any"}]]]')
  const { id } = (await (await post('claude-opus-4-5', narrowKey)).json()) as { id: string }
  while ((await narrow.messages.batches.retrieve(id)).processing_status !== 'ended');
  for await (const { result } of await narrow.messages.batches.results(id)) expect(result.type).toBe('errored')
  expect(provider.requests).toHaveLength(1)
})

it('a body that names a field twice reaches no account as a batch', async () => {
  const body = `{"requests":[{"custom_id":"a","params":{"max_tokens":9,"messages":[],"model":"claude-opus-4-5","model":"clever"}}]}`
  const { json } = await post(gateway.url + path, body, { headers: { 'x-api-key': narrowKey } })
  while ((await narrow.messages.batches.retrieve(json.id)).processing_status !== 'ended');
  for await (const { result } of await narrow.messages.batches.results(json.id))
    expect(result).toMatchObject({ type: 'errored', error: { error: { type: 'invalid_request_error' } } })
  expect(provider.requests).toHaveLength(0)
})

it('an id that a provider gives twice stays with the workspace that had it first, and one that is a path is none', async () => {
  const id = await made()
  provider.reply(unary(batchOf(id)), unary(batchOf('../../v1/files')))
  expect(await status(stranger.messages.batches.create({ requests: [ask('a')] }))).toBe(502)
  expect(await status(stranger.messages.batches.retrieve(id))).toBe(404)
  expect(await status(stranger.messages.batches.create({ requests: [ask('a')] }))).toBe(502)
})

it('what a provider says of a batch is given back whole but for the address, and fills no store and no list', async () => {
  const id = await made()
  const deep = `${'['.repeat(50_000)}${']'.repeat(50_000)}`
  for (const more of [`"x":${deep}`, `"x":"${'x'.repeat(100_000)}"`]) {
    const said = (url: string) => `{"id":"${id}",${more},"processing_status":"ended","results_url":"${url}"}`
    provider.reply(unary(said('https://api.anthropic.com/x')))
    expect((await gateway.get(`${path}/${id}`)).text).toBe(said(`${path}/${id}/results`))
    expect((await gateway.get(path)).text).toContain(
      `{"id":"${id}","processing_status":"ended","results_url":"${path}/${id}/results"}`,
    )
  }
})

it('a fault of the provider is told in its words, and changes nothing', async () => {
  const id = await made()
  provider.reply(vendorError(500), vendorError(500))
  expect(await status(owner.messages.batches.retrieve(id))).toBe(500)
  expect(await status(owner.messages.batches.delete(id))).toBe(500)
  expect((await owner.messages.batches.list()).data).toContainEqual(
    expect.objectContaining({ id, processing_status: 'in_progress' }),
  )
})

it('a key that is bound to other endpoints makes no messages by a batch of an account', async () => {
  provider.reply(unary(batchOf('msgbatch_bound')))
  expect(await status(clientOf(batchesKey).messages.batches.create({ requests: [ask('a')] }))).toBe(403)
  expect(provider.requests).toHaveLength(0)
})
