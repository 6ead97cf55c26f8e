import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import OpenAI from 'openai'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import type { Json } from './support/client.ts'
import { startTestGateway, type TestGateway } from './support/gateway.ts'
import { type MockProvider, startMockProvider } from './support/mock-provider.ts'
import { fixture, stream, unary, vendorError } from './support/mock-replies.ts'

const answer = 'Grüße aus dem Torhaus 🏰 — alles ruhig.'
const keys = {
  other: 'pk-test-other-0123456789abcdefghijklmnopqr',
  quiet: 'pk-test-quiet-0123456789abcdefghijklmnopqr',
  far: 'pk-test-far-0123456789abcdefghijklmnopqrst',
}
let gateway: TestGateway
let openai: MockProvider
let anthropic: MockProvider
let client: OpenAI
const clientOf = (apiKey: string): OpenAI => new OpenAI({ baseURL: `${gateway.url}/v1`, apiKey, maxRetries: 0 })

beforeAll(async () => {
  ;[openai, anthropic] = await Promise.all([startMockProvider(), startMockProvider()])
  const account = (id: string, provider: string, baseUrl: string) => ({
    id,
    provider,
    baseUrl,
    apiKey: `sk-of-${id}-0123456789`,
    allowPrivateNetwork: true,
  })
  gateway = await startTestGateway({
    keys: [
      { id: 'other', key: keys.other, workspace: 'other', models: ['*'] },
      { id: 'quiet', key: keys.quiet, workspace: 'quiet', models: ['*'] },
      { id: 'far', key: keys.far, models: ['*'], providers: ['claude'] },
    ],
    limits: { maxBodyBytes: 100_000 },
    config: {
      workspaces: [{ id: 'quiet', record: { bodies: 'off' } }],
      providers: [
        account('first', 'openai', `${openai.origin}/v1`),
        account('claude', 'anthropic', anthropic.origin),
        account('stateless', 'groq', `${openai.origin}/v1`),
      ],
      models: { clever: { target: 'claude/claude-sonnet-4-5' } },
    },
  })
  client = clientOf(gateway.key)
})
afterAll(async () => {
  await gateway.close()
  await Promise.all([openai, anthropic].map((mock) => mock.close()))
})
beforeEach(() => {
  for (const mock of [openai, anthropic]) mock.reset()
})

const said = ({ messages }: Json) => messages.map(({ role, content }: Json) => [role, content])
const notFound = expect.objectContaining({ status: 404 })

describe('a conversation that is kept here', () => {
  it('grows with each response of any vendor, whole and streamed, for the official package', async () => {
    const conversation = await client.conversations.create({
      metadata: { topic: 'gates' },
      items: [{ role: 'user', content: 'My name is Ada.' }],
    })
    expect(conversation).toMatchObject({ object: 'conversation', metadata: { topic: 'gates' } })
    const ask = { model: 'clever', conversation: conversation.id }
    const one = await client.responses.create({ ...ask, input: 'Who goes there?', store: false })
    expect(one.conversation).toEqual({ id: conversation.id })
    anthropic.reply(stream(fixture('anthropic/message.sse')))
    await client.responses.stream({ ...ask, input: 'And now?' }).finalResponse()
    await client.responses.create({ ...ask, conversation: { id: conversation.id }, input: 'Thanks.' })
    expect(said(anthropic.requests.at(-1)?.json)).toEqual([
      ['user', expect.anything()],
      ['assistant', answer],
      ['user', 'And now?'],
      ['assistant', answer],
      ['user', 'Thanks.'],
    ])
    openai.reply(unary(fixture('openai/response.json')))
    await client.responses.create({ ...ask, model: 'first/gpt-5-mini', input: 'And you?' })
    const sent: Json = openai.requests[0]?.json
    expect(sent.conversation).toBeUndefined()
    expect(sent.input.filter(({ id }: Json) => id !== undefined)).toEqual([])
    const items = []
    for await (const item of client.conversations.items.list(conversation.id, { order: 'asc', limit: 3 }))
      items.push(item)
    expect(items.filter(({ type }) => type === 'message')).toHaveLength(9)
    expect(items.at(-1)).toMatchObject({ role: 'assistant', content: [{ text: answer }] })
  })

  it('can be read, described, added to and taken from', async () => {
    const { id } = await client.conversations.create()
    const added = await client.conversations.items.create(id, {
      items: [
        { type: 'message', role: 'user', content: [{ type: 'input_text', text: 'x' }] },
        { type: 'function_call', call_id: 'c', name: 'f', arguments: '{}' },
      ],
    })
    expect(added.data).toMatchObject([
      { type: 'message', status: 'completed' },
      { type: 'function_call', name: 'f' },
    ])
    const [first, second] = added.data
    const message = first?.id ?? ''
    expect(await client.conversations.items.retrieve(message, { conversation_id: id })).toMatchObject({ id: message })
    expect(await client.conversations.items.delete(message, { conversation_id: id })).toMatchObject({ id })
    await expect(client.conversations.items.retrieve(message, { conversation_id: id })).rejects.toThrowError(notFound)
    expect((await client.conversations.items.list(id)).data).toMatchObject([{ id: second?.id }])
    expect(await client.conversations.update(id, { metadata: { a: 'b' } })).toMatchObject({ metadata: { a: 'b' } })
    expect(await client.conversations.retrieve(id)).toMatchObject({ id, metadata: { a: 'b' } })
    expect(await client.conversations.delete(id)).toEqual({ id, object: 'conversation.deleted', deleted: true })
    await expect(client.conversations.retrieve(id)).rejects.toThrowError(notFound)
  })

  it('takes nothing from a call that failed, nor anything beside an earlier response', async () => {
    const { id: conversation } = await client.conversations.create()
    anthropic.reply(vendorError(400))
    await expect(client.responses.create({ model: 'clever', conversation, input: 'x' })).rejects.toThrow()
    expect((await client.conversations.items.list(conversation)).data).toEqual([])
    const both = { model: 'clever', conversation, previous_response_id: 'resp_1', input: 'x' }
    expect((await gateway.post('/v1/responses', both)).status).toBe(400)
  })

  it('is gone on from by the id of one of its responses too', async () => {
    const { id: conversation } = await client.conversations.create({ items: [{ role: 'user', content: 'I am Ada.' }] })
    const { id } = await client.responses.create({ model: 'clever', conversation, input: 'Hello.' })
    await client.responses.create({ model: 'clever', previous_response_id: id, input: 'Who am I?' })
    expect(anthropic.requests.at(-1)?.body.toString()).toContain('I am Ada.')
  })

  it('says what is wrong with a body, in one sentence', async () => {
    const wrong: [string, object][] = [
      ['/v1/conversations', { items: 'x' }],
      ['/v1/conversations', { items: [{ role: 'somebody', content: 'x' }] }],
      ['/v1/conversations', { items: Array.from({ length: 21 }, () => ({ role: 'user', content: 'x' })) }],
      ['/v1/conversations', { metadata: { a: 1 } }],
      ['/v1/conversations', { metadata: { a: 'x'.repeat(513) } }],
    ]
    for (const [path, body] of wrong) expect((await gateway.post(path, body)).status, JSON.stringify(body)).toBe(400)
    const reference = { items: [{ type: 'item_reference', id: 'msg_1' }] }
    expect((await gateway.post('/v1/conversations', reference)).status).toBe(404)
  })

  it('is in memory only for a workspace whose bodies are not recorded', async () => {
    const quiet = clientOf(keys.quiet)
    const { id } = await quiet.conversations.create({ items: [{ role: 'user', content: 'the-quiet-word-4713' }] })
    await client.conversations.create({ items: [{ role: 'user', content: 'the-loud-word-4714' }] })
    await quiet.responses.create({ model: 'clever', conversation: id, input: 'x' })
    expect(anthropic.requests.at(-1)?.body.toString()).toContain('the-quiet-word-4713')
    const directory = join(gateway.directory, 'data')
    const files = readdirSync(directory).filter((name) => name.startsWith('conversations.db'))
    const bytes = files.map((name) => readFileSync(join(directory, name), 'latin1')).join('')
    expect(bytes).toContain('the-loud-word-4714')
    expect(bytes).not.toContain('the-quiet-word-4713')
  })
})

describe('a conversation that an account keeps', () => {
  const headers = { 'x-portcullis-provider': 'first' }
  const object = (id: string) => unary({ id, object: 'conversation', created_at: 1, metadata: {} })

  it('is made, asked for and gone on with at that account, byte for byte', async () => {
    openai.reply(object('conv_theirs1'))
    const { id } = await client.conversations.create({ metadata: { a: 'b' } }, { headers })
    expect(openai.requests[0]).toMatchObject({ path: '/v1/conversations', json: { metadata: { a: 'b' } } })
    const list = unary({ object: 'list', data: [], first_id: null, last_id: null, has_more: false })
    openai.reply(list, object(id), unary(fixture('openai/response.json')), list, object(id))
    await client.conversations.items.list(id, { limit: 5 })
    await client.conversations.update(id, { metadata: {} })
    await client.responses.create({ model: 'first/gpt-5-mini', conversation: id, input: 'x' })
    await client.conversations.items.create(id, { items: [{ role: 'user', content: 'x' }] })
    await client.conversations.items.delete('msg_1', { conversation_id: id })
    expect(openai.requests.slice(1).map(({ method, path }) => `${method} ${path}`)).toEqual([
      `GET /v1/conversations/${id}/items?limit=5`,
      `POST /v1/conversations/${id}`,
      'POST /v1/responses',
      `POST /v1/conversations/${id}/items`,
      `DELETE /v1/conversations/${id}/items/msg_1`,
    ])
    expect(openai.requests[3]?.json).toMatchObject({ conversation: id, input: 'x' })
    const elsewhere = await gateway.post('/v1/responses', { model: 'clever', conversation: id, input: 'x' })
    expect([elsewhere.status, elsewhere.json.error.message]).toEqual([404, expect.stringContaining('account "first"')])
    openai.reply(unary({ id, object: 'conversation.deleted', deleted: true }))
    await client.conversations.delete(id)
    await expect(client.conversations.retrieve(id)).rejects.toThrowError(notFound)
    expect(anthropic.requests).toHaveLength(0)
  })

  it('is refused where the provider keeps none', async () => {
    for (const account of ['stateless', 'claude']) {
      const made = client.conversations.create({}, { headers: { 'x-portcullis-provider': account } })
      await expect(made).rejects.toThrowError(expect.objectContaining({ status: 400 }))
    }
  })
})

describe('somebody who knows the id of a conversation', () => {
  it('cannot tell one of another workspace from one that never was', async () => {
    const mine = await client.conversations.create({ items: [{ role: 'user', content: 'secret' }] })
    const item = (await client.conversations.items.list(mine.id)).data[0]?.id ?? ''
    openai.reply(unary({ id: 'conv_theirs2', object: 'conversation', created_at: 1, metadata: {} }))
    const held = await client.conversations.create({}, { headers: { 'x-portcullis-provider': 'first' } })
    for (const mock of [openai, anthropic]) mock.reset()
    const ask = async (id: string): Promise<string[]> => {
      const calls: [string, string, object | undefined][] = [
        ['GET', `/v1/conversations/${id}`, undefined],
        ['POST', `/v1/conversations/${id}`, { metadata: {} }],
        ['DELETE', `/v1/conversations/${id}`, undefined],
        ['GET', `/v1/conversations/${id}/items`, undefined],
        ['POST', `/v1/conversations/${id}/items`, { items: [{ role: 'user', content: 'x' }] }],
        ['GET', `/v1/conversations/${id}/items/${item}`, undefined],
        ['DELETE', `/v1/conversations/${id}/items/${item}`, undefined],
        ['POST', '/v1/responses', { model: 'first/gpt-5-mini', conversation: id, input: 'x' }],
        ['POST', '/v1/responses', { model: 'clever', conversation: { id }, input: 'x' }],
        ['POST', '/v1/responses', { model: 'stateless/openai/gpt-oss-120b', conversation: id, input: 'x' }],
      ]
      const replies = []
      for (const [method, path, body] of calls) {
        const reply = await fetch(gateway.url + path, {
          method,
          headers: { authorization: `Bearer ${keys.other}`, 'content-type': 'application/json' },
          ...(body === undefined ? {} : { body: JSON.stringify(body) }),
        })
        replies.push(`${reply.status} ${(await reply.text()).replaceAll(id, 'ID')}`)
      }
      return replies
    }
    const never = await ask('conv_never')
    expect(never.every((reply) => reply.startsWith('404 '))).toBe(true)
    expect(await ask(mine.id)).toEqual(never)
    expect(await ask(held.id)).toEqual(never)
    expect(openai.requests.length + anthropic.requests.length).toBe(0)
    expect((await client.conversations.items.list(mine.id)).data).toHaveLength(1)
  })

  it('finds none at an account that the key may not use', async () => {
    openai.reply(unary({ id: 'conv_theirs3', object: 'conversation', created_at: 1, metadata: {} }))
    const { id } = await client.conversations.create({}, { headers: { 'x-portcullis-provider': 'first' } })
    openai.reset()
    await expect(clientOf(keys.far).conversations.retrieve(id)).rejects.toThrowError(notFound)
    expect(openai.requests).toHaveLength(0)
  })

  it('does not bring more of it into memory than can be sent', async () => {
    const { id: conversation } = await client.conversations.create()
    const items = [{ role: 'user' as const, content: 'y'.repeat(90_000) }]
    for (let turn = 0; turn < 2; turn++) await client.conversations.items.create(conversation, { items })
    const reply = await gateway.post('/v1/responses', { model: 'clever', conversation, input: 'x' })
    expect(reply.status).toBe(413)
  })
})
