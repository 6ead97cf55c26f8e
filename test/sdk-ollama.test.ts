import { Ollama } from 'ollama'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { startTestGateway, type TestGateway } from './support/gateway.ts'
import { type MockProvider, startMockProvider } from './support/mock-provider.ts'
import { fixture, inPieces, unary, vendorError } from './support/mock-replies.ts'

let gateway: TestGateway
let server: MockProvider
let openai: MockProvider
let client: Ollama
beforeAll(async () => {
  ;[server, openai] = await Promise.all([startMockProvider(), startMockProvider()])
  const allowPrivateNetwork = true
  gateway = await startTestGateway({
    config: {
      providers: [
        { id: 'local', provider: 'ollama', baseUrl: server.origin, allowPrivateNetwork },
        {
          id: 'openai-mock',
          provider: 'openai',
          baseUrl: `${openai.origin}/v1`,
          apiKey: 'sk-of-openai',
          allowPrivateNetwork,
        },
      ],
      models: { fast: { target: 'openai-mock/gpt-5-mini' } },
    },
  })
  client = new Ollama({ host: gateway.url, headers: { Authorization: `Bearer ${gateway.key}` } })
})
afterAll(async () => {
  await gateway.close()
  await Promise.all([server.close(), openai.close()])
})
beforeEach(() => {
  server.reset()
  openai.reset()
})

const messages = [{ role: 'user', content: 'Who goes there?' }]
const answer = 'Grüße aus dem Torhaus 🏰 — alles ruhig.'
const tools = [
  {
    type: 'function',
    function: {
      name: 'get_weather',
      description: 'Current weather of a city',
      parameters: { type: 'object', properties: { city: { type: 'string' } }, required: ['city'] },
    },
  },
]

const line = (message: object, more: object = { done: false }): string =>
  `${JSON.stringify({ model: 'qwen3', created_at: '2026-01-02T03:04:05.678Z', message, ...more })}\n`
const last = { done: true, done_reason: 'stop', total_duration: 5, prompt_eval_count: 11, eval_count: 7 }
const lines = [
  line({ role: 'assistant', content: '', thinking: 'Hm.' }),
  line({ role: 'assistant', content: 'Grü' }),
  line({ role: 'assistant', content: 'ße 🏰' }),
  line({ role: 'assistant', content: '' }, last),
]
const ndjson =
  (pieces: readonly (string | Buffer)[]) =>
  async ({ response }: { response: import('node:http').ServerResponse }): Promise<void> => {
    response.writeHead(200, { 'content-type': 'application/x-ndjson' })
    for (const piece of pieces) {
      response.write(piece)
      await new Promise((resolve) => setImmediate(resolve))
    }
    response.end()
  }

describe('the official Ollama package with a provider of OpenAI', () => {
  it('gets a whole answer with its usage', async () => {
    const reply = await client.chat({ model: 'fast', messages })
    expect(reply).toMatchObject({
      model: 'fast',
      message: { role: 'assistant', content: answer },
      done: true,
      done_reason: 'stop',
      eval_count: 212,
    })
    expect(reply.total_duration).toBeGreaterThan(0)
  })

  it('gets a stream, which is what it gets when it does not say', async () => {
    let text = ''
    let end: unknown
    for await (const part of await client.chat({ model: 'fast', messages, stream: true })) {
      text += part.message.content
      end = part
    }
    expect(text).toBe(answer)
    expect(end).toMatchObject({ done: true, eval_count: 212 })
    const { headers, text: raw } = await gateway.post('/api/chat', { model: 'fast', messages })
    expect(headers['content-type']).toBe('application/x-ndjson')
    expect(raw.split('\n').length).toBeGreaterThan(2)
  })

  it('calls tools and sends their results back', async () => {
    openai.reply(unary(fixture('openai/chat-completion-tools.json')))
    const first = await client.chat({ model: 'fast', messages, tools })
    const calls = first.message.tool_calls ?? []
    expect(calls.length).toBeGreaterThan(1)
    expect(calls[0]?.function).toMatchObject({ name: 'get_weather', arguments: { city: expect.any(String) } })
    const results = calls.map((call) => ({ role: 'tool', content: '4 °C', tool_name: call.function.name }))
    await client.chat({ model: 'fast', messages: [...messages, first.message, ...results], tools })
    const sent = openai.requests[1]?.json as {
      messages: { role: string; tool_call_id?: string; tool_calls?: { id: string }[] }[]
    }
    expect(sent.messages.map(({ role }) => role)).toEqual(['user', 'assistant', ...calls.map(() => 'tool')])
    expect(sent.messages.flatMap(({ tool_call_id: id }) => id ?? [])).toEqual(
      sent.messages[1]?.tool_calls?.map(({ id }) => id),
    )
  })

  it('has a prompt answered by /api/generate, whole and streamed', async () => {
    const whole = await client.generate({ model: 'fast', prompt: 'Who goes there?', system: 'Be brief.' })
    expect(whole).toMatchObject({ response: answer, done: true })
    expect(openai.requests[0]?.json).toMatchObject({
      messages: [
        { role: 'system', content: 'Be brief.' },
        { role: 'user', content: 'Who goes there?' },
      ],
    })
    let text = ''
    for await (const part of await client.generate({ model: 'fast', prompt: 'x', stream: true })) text += part.response
    expect(text).toBe(answer)
  })

  it('asks for JSON by a schema, for thinking and for limits', async () => {
    const format = {
      type: 'object',
      properties: { a: { type: 'string' } },
      required: ['a'],
      additionalProperties: false,
    }
    await client.chat({ model: 'fast', messages, format, think: 'low', options: { num_predict: 9, stop: ['END'] } })
    expect(openai.requests[0]?.json).toMatchObject({
      response_format: { type: 'json_schema', json_schema: { schema: format } },
      reasoning_effort: 'low',
      max_completion_tokens: 9,
      stop: ['END'],
    })
  })

  it('is told an error in its own words, before and inside a stream', async () => {
    openai.reply(vendorError(429))
    await expect(client.chat({ model: 'fast', messages })).rejects.toMatchObject({
      status_code: 429,
      error: 'The mock says no.',
    })
    await expect(client.chat({ model: 'nobody/none', messages })).rejects.toMatchObject({ status_code: 404 })
  })

  it('lists the models that its key may use, and shows what one can do', async () => {
    const { models } = await client.list()
    expect(models.map(({ name }) => name)).toContain('fast')
    const shown = await client.show({ model: 'fast' })
    expect(shown.capabilities).toEqual(expect.arrayContaining(['completion', 'tools', 'thinking']))
    await expect(client.show({ model: 'nothing' })).rejects.toMatchObject({ status_code: 404 })
    expect((await client.version()).version).toMatch(/^\d+\.\d+\.\d+$/)
    expect((await client.ps()).models).toEqual([])
  })
})

describe('a provider of Ollama', () => {
  it('gets a body of its own dialect byte for byte, and its stream passes so, however it is cut', async () => {
    const body = `{ "model":"qwen3" , "messages":[{"role":"user","content":"Gr\\u00fc\\u00dfe"}],"options":{"num_ctx":4096,"new":1.0}}`
    for (const size of [1, 3, 1000]) {
      server.reply(ndjson(inPieces(Buffer.from(lines.join('')), size)))
      const reply = await gateway.post('/api/chat', body.replace('qwen3', 'local/qwen3'))
      expect(reply.text).toBe(lines.join(''))
      expect(server.requests.at(-1)?.path).toBe('/api/chat')
      expect(server.requests.at(-1)?.body.toString()).toBe(body)
      expect(await gateway.call(reply)).toMatchObject({ inputTokens: 11, outputTokens: 7, providerDialect: 'ollama' })
    }
  })

  it('answers clients of other dialects, whole and streamed, with its thinking', async () => {
    const ask = { model: 'local/qwen3', messages, max_tokens: 50 }
    server.reply(
      unary({
        model: 'qwen3',
        created_at: 'x',
        message: { role: 'assistant', content: 'Hi', thinking: 'Hm.' },
        ...last,
      }),
    )
    const whole = await gateway.post('/v1/messages', { ...ask, thinking: { type: 'enabled', budget_tokens: 1024 } })
    expect(server.requests[0]?.json).toMatchObject({ stream: false, think: true, options: { num_predict: 50 } })
    expect(whole.json).toMatchObject({
      content: [
        { type: 'thinking', thinking: 'Hm.' },
        { type: 'text', text: 'Hi' },
      ],
      usage: { input_tokens: 11, output_tokens: 7 },
    })
    server.reply(ndjson(lines))
    const streamed = await gateway.post('/v1/messages', { ...ask, stream: true })
    expect(streamed.text).toContain('"text":"Grü"')
    expect(streamed.text).toContain('event: message_stop')
  })

  it('that fails inside a stream is no whole answer', async () => {
    server.reply(ndjson([lines[1] ?? '', '{"error":"an error was encountered while running the model"}\n']))
    const reply = await gateway.post('/v1/messages', { model: 'local/qwen3', messages, max_tokens: 5, stream: true })
    expect(reply.text).toContain('event: error')
    expect(reply.text).not.toContain('message_stop')
    server.reply(ndjson([lines[1] ?? '']))
    const cut = await gateway.post('/api/chat', { model: 'local/qwen3', messages })
    expect(JSON.parse(cut.text.trimEnd().split('\n').at(-1) ?? '')).toHaveProperty('error')
    expect(await gateway.call(cut)).toMatchObject({ errorCode: 'upstream_reset' })
  })

  it('is reached in its OpenAI-compatible side by a client of OpenAI', async () => {
    await gateway.post('/v1/chat/completions', { model: 'local/qwen3', messages })
    expect(server.requests[0]?.path).toBe('/v1/chat/completions')
    await gateway.post('/v1/embeddings', { model: 'local/embed', input: 'x' })
    expect(server.requests[1]?.path).toBe('/v1/embeddings')
  })
})
