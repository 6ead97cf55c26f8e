import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import OpenAI from 'openai'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import type { Json } from './support/client.ts'
import { startTestGateway, type TestGateway } from './support/gateway.ts'
import { type MockProvider, startMockProvider } from './support/mock-provider.ts'
import { fixture, stream, unary, vendorError } from './support/mock-replies.ts'

const path = '/v1/responses'
const answer = 'Grüße aus dem Torhaus 🏰 — alles ruhig.'
const keys = {
  other: 'pk-test-other-0123456789abcdefghijklmnopqr',
  quiet: 'pk-test-quiet-0123456789abcdefghijklmnopqr',
}

let gateway: TestGateway
let first: MockProvider
let second: MockProvider
let anthropic: MockProvider
let client: OpenAI

beforeAll(async () => {
  ;[first, second, anthropic] = await Promise.all([startMockProvider(), startMockProvider(), startMockProvider()])
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
    ],
    config: {
      workspaces: [{ id: 'quiet', record: { bodies: 'off' } }],
      providers: [
        { ...account('first', 'openai', `${first.origin}/v1`), unknownIds: 'pass' },
        account('second', 'openai', `${second.origin}/v1`),
        account('claude', 'anthropic', anthropic.origin),
        account('stateless', 'groq', `${first.origin}/v1`),
      ],
      models: { clever: { target: 'claude/claude-sonnet-4-5' }, both: { route: 'both' } },
      routes: { both: { fallback: [{ target: 'first/gpt-5-mini' }, { target: 'second/gpt-5-mini' }] } },
    },
  })
  client = new OpenAI({ baseURL: `${gateway.url}/v1`, apiKey: gateway.key, maxRetries: 0 })
})
afterAll(async () => {
  await gateway.close()
  await Promise.all([first, second, anthropic].map((mock) => mock.close()))
})
beforeEach(() => {
  for (const mock of [first, second, anthropic]) mock.reset()
})

function as(key: string): { headers: { authorization: string } } {
  return { headers: { authorization: `Bearer ${key}` } }
}

/** OpenAI's words for a reply that it does not have. */
function notFound(id: string): Json {
  return {
    error: {
      message: `Previous response with id '${id}' not found.`,
      type: 'invalid_request_error',
      param: 'previous_response_id',
      code: 'previous_response_not_found',
    },
  }
}

describe('a reply of another vendor’s model', () => {
  it('is gone on from by its id, over several turns and with tools, for the official package', async () => {
    const tools: OpenAI.Responses.FunctionTool[] = [
      { type: 'function', name: 'get_weather', parameters: { type: 'object' }, strict: false },
    ]
    anthropic.reply(unary(fixture('anthropic/message-tools.json')))
    const one = await client.responses.create({ model: 'clever', input: 'Weather?', tools })
    const call = one.output.find((item) => item.type === 'function_call')
    const two = await client.responses.create({
      model: 'clever',
      previous_response_id: one.id,
      tools,
      input: one.output.flatMap((item) =>
        item.type === 'function_call'
          ? [{ type: 'function_call_output' as const, call_id: item.call_id, output: '4 °C' }]
          : [],
      ),
    })
    expect(call).toBeDefined()
    expect(two.previous_response_id).toBe(one.id)
    const events = client.responses.stream({ model: 'clever', previous_response_id: two.id, input: 'And tomorrow?' })
    const three = await events.finalResponse()
    expect(three.previous_response_id).toBe(two.id)
    await client.responses.create({ model: 'clever', previous_response_id: three.id, input: 'Thanks.' })
    const sent: Json = anthropic.requests.at(-1)?.json
    const said = sent.messages.map(({ role, content }: Json) => [
      role,
      typeof content === 'string' ? content : content.map(({ type }: Json) => type).join(),
    ])
    expect(said).toEqual([
      ['user', 'Weather?'],
      ['assistant', expect.stringMatching(/tool_use/)],
      ['user', 'tool_result,tool_result'],
      ['assistant', answer],
      ['user', 'And tomorrow?'],
      ['assistant', answer],
      ['user', 'Thanks.'],
    ])
  })

  it('can be read and deleted by who may, and is gone then', async () => {
    const { id } = await client.responses.create({ model: 'clever', input: 'Who goes there?' })
    expect((await client.responses.retrieve(id)).output_text).toBe(answer)
    const other = new OpenAI({ baseURL: `${gateway.url}/v1`, apiKey: keys.other, maxRetries: 0 })
    await expect(other.responses.retrieve(id)).rejects.toThrowError(expect.objectContaining({ status: 404 }))
    await expect(other.responses.delete(id)).rejects.toThrowError(expect.objectContaining({ status: 404 }))
    await client.responses.delete(id)
    await expect(client.responses.retrieve(id)).rejects.toThrowError(expect.objectContaining({ status: 404 }))
    const reply = await gateway.post(path, { model: 'clever', input: 'x', previous_response_id: id })
    expect([reply.status, reply.json]).toEqual([400, notFound(id)])
  })

  it('is found by the references of its items, as the Vercel AI SDK writes them', async () => {
    const { output } = (await gateway.post(path, { model: 'clever', input: 'Who goes there?' })).json
    const input = [
      { role: 'user', content: 'Who goes there?' },
      { type: 'item_reference', id: output[0].id },
      { role: 'user', content: 'Who?' },
    ]
    await gateway.post(path, { model: 'clever', input })
    expect(anthropic.requests.at(-1)?.json).toMatchObject({
      messages: [{ role: 'user' }, { role: 'assistant', content: answer }, { role: 'user', content: 'Who?' }],
    })
    const reply = await gateway.post(path, { model: 'clever', input }, as(keys.other))
    expect(reply.status).toBe(404)
    expect(reply.json.error).toMatchObject({ param: 'input', code: 'not_found' })
  })

  it('is not kept when the client says so', async () => {
    const { id } = (await gateway.post(path, { model: 'clever', input: 'x', store: false })).json
    const reply = await gateway.post(path, { model: 'clever', input: 'x', previous_response_id: id })
    expect([reply.status, reply.json]).toEqual([400, notFound(id)])
    expect(anthropic.requests).toHaveLength(1)
  })

  it('is kept in memory only for a workspace whose bodies are not recorded', async () => {
    const secret = 'the-quiet-word-4711'
    const { id } = (await gateway.post(path, { model: 'clever', input: secret }, as(keys.quiet))).json
    const loud = (await gateway.post(path, { model: 'clever', input: 'the-loud-word-4712' })).json.id
    await gateway.post(path, { model: 'clever', input: 'x', previous_response_id: id }, as(keys.quiet))
    await gateway.post(path, { model: 'clever', input: 'x', previous_response_id: loud })
    const [quiet, open] = anthropic.requests.slice(-2).map(({ body }) => body.toString())
    expect(quiet).toContain(secret)
    expect(open).toContain('the-loud-word-4712')
    const directory = join(gateway.directory, 'data')
    const files = readdirSync(directory).filter((name) => name.startsWith('replies.db'))
    const bytes = files.map((name) => readFileSync(join(directory, name), 'latin1')).join('')
    expect(bytes).toContain('the-loud-word-4712')
    expect(bytes).not.toContain(secret)
  })

  it('goes on at OpenAI too, where nothing is known of it', async () => {
    const { id } = (await gateway.post(path, { model: 'clever', input: 'Who goes there?' })).json
    await gateway.post(path, { model: 'first/gpt-5-mini', input: 'And you?', previous_response_id: id })
    const sent: Json = first.requests[0]?.json
    expect(sent).not.toHaveProperty('previous_response_id')
    expect(sent.input).toMatchObject([
      { role: 'user', content: 'Who goes there?' },
      { type: 'message', content: [{ text: answer }] },
      { role: 'user', content: 'And you?' },
    ])
  })
})

describe('a reply that a provider account keeps', () => {
  it('is gone on from at that account, in the client’s own bytes, whole and streamed', async () => {
    for (const file of ['response.json', 'response.sse']) {
      for (const mock of [first, second]) mock.reset()
      first.reply(vendorError(500))
      second.reply(file === 'response.sse' ? stream(fixture(`openai/${file}`)) : unary(fixture(`openai/${file}`)))
      await gateway.post(path, { model: 'both', input: 'x', stream: file === 'response.sse' })
      const id = file === 'response.sse' ? 'resp_mock0003' : 'resp_mock0001'
      const body = `{ "model":"both", "previous_response_id" : "${id}","input":"Gr\\u00fc\\u00dfe" }`
      const reply = await gateway.post(path, body)
      expect(reply.status).toBe(200)
      expect(first.requests).toHaveLength(1)
      expect(second.requests.at(-1)?.body.toString()).toBe(body.replace('"both"', '"gpt-5-mini"'))
    }
  })

  it('is not to be had through a model that does not lead there, nor from another workspace', async () => {
    await gateway.post(path, { model: 'second/gpt-5-mini', input: 'x' })
    const ask = { input: 'x', previous_response_id: 'resp_mock0001' }
    for (const reply of [
      await gateway.post(path, { model: 'first/gpt-5-mini', ...ask }),
      await gateway.post(path, { model: 'clever', ...ask }),
      await gateway.post(path, { model: 'second/gpt-5-mini', ...ask }, as(keys.other)),
    ])
      expect([reply.status, reply.json]).toEqual([400, notFound('resp_mock0001')])
    expect([first.requests.length, second.requests.length, anthropic.requests.length]).toEqual([0, 1, 0])
  })

  it('unknown here may be known to a provider whose account lets such ids pass, and is an error where no provider can know it', async () => {
    const body = '{"model":"gpt-5-mini","previous_response_id":"resp_of_long_ago","input":"x"}'
    await gateway.post(path, body.replace('gpt-5-mini', 'first/gpt-5-mini'))
    expect(first.requests[0]?.body.toString()).toBe(body)
    for (const model of ['clever', 'stateless/openai/gpt-oss-120b']) {
      const reply = await gateway.post(path, { model, previous_response_id: 'resp_of_long_ago', input: 'x' })
      expect([reply.status, reply.json]).toEqual([400, notFound('resp_of_long_ago')])
    }
    expect(first.requests).toHaveLength(1)
  })
})

describe('a provider that speaks the dialect and keeps nothing', () => {
  const model = 'stateless/openai/gpt-oss-120b'

  it('gets the whole conversation, and the client the provider’s own bytes', async () => {
    for (const isStream of [false, true]) {
      first.reset()
      const file = fixture(isStream ? 'openai/response.sse' : 'openai/response.json')
      const id = isStream ? 'resp_mock0003' : 'resp_mock0001'
      first.reply(isStream ? stream(file) : unary(file))
      const reply = await gateway.post(path, { model, input: 'Who goes there?', store: true, stream: isStream })
      expect(reply.text).toBe(file.toString())
      expect(first.requests[0]?.json).not.toHaveProperty('store')
      await gateway.post(path, { model, input: 'Who?', previous_response_id: id })
      const sent: Json = first.requests.at(-1)?.json
      expect(sent).not.toHaveProperty('previous_response_id')
      expect(sent.input).toMatchObject([
        { role: 'user', content: 'Who goes there?' },
        { type: 'reasoning', encrypted_content: 'gAAAAABpLmock0000_-encrypted-reasoning-of-the-vendor==' },
        { type: 'message', role: 'assistant', content: [{ text: answer }] },
        { role: 'user', content: 'Who?' },
      ])
    }
  })
})

describe('what only its maker keeps', () => {
  it('is refused by models of other vendors, with what to send instead', async () => {
    const prompt = await gateway.post(path, { model: 'clever', prompt: { id: 'pmpt_1' }, input: 'x' })
    expect([prompt.status, prompt.json.error.param]).toEqual([404, 'prompt.id'])
    const messages = [
      { role: 'user', content: 'x' },
      { role: 'assistant', audio: { id: 'audio_1' } },
    ]
    const spoken = await gateway.post('/v1/chat/completions', { model: 'clever', messages })
    expect(spoken.status).toBe(404)
    expect(anthropic.requests).toHaveLength(0)
  })
})
