import OpenAI from 'openai'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { eventsBefore, fixture, heldReply, liveStream, stream, unary, vendorError } from './support/mock-replies.ts'
import { startTestbed, type Testbed } from './support/testbed.ts'

let bed: Testbed
let client: OpenAI
beforeAll(async () => {
  bed = await startTestbed()
  client = new OpenAI({ baseURL: `${bed.gateway.url}/v1`, apiKey: bed.gateway.key, maxRetries: 0 })
})
afterAll(() => bed.close())
beforeEach(() => bed.reset())

const messages = [{ role: 'user' as const, content: 'Who goes there?' }]
const tools = [
  {
    type: 'function' as const,
    function: {
      name: 'get_weather',
      description: 'Current weather of a city',
      parameters: { type: 'object', properties: { city: { type: 'string' } }, required: ['city'] },
    },
  },
]

for (const { provider, model, name, answer, promptTokens } of [
  {
    provider: 'openai',
    model: 'gpt-5-mini',
    name: 'openai/chat-completion',
    answer: 'Grüße aus dem Torhaus 🏰 — alles ruhig.',
    promptTokens: 1143,
  },
  {
    provider: 'anthropic',
    model: 'claude-sonnet-4-5',
    name: 'anthropic/message',
    answer: 'Grüße aus dem Torhaus 🏰 — alles ruhig.',
    promptTokens: 1159,
  },
] as const) {
  describe(`the official openai package with a provider of ${provider}`, () => {
    it('gets a whole answer with its usage', async () => {
      const completion = await client.chat.completions.create({ model, messages })
      expect(completion.object).toBe('chat.completion')
      expect(completion.choices).toHaveLength(1)
      expect(completion.choices[0]).toMatchObject({
        index: 0,
        finish_reason: 'stop',
        message: { role: 'assistant', content: answer },
      })
      expect(completion.usage).toMatchObject({
        prompt_tokens: promptTokens,
        completion_tokens: 212,
        total_tokens: promptTokens + 212,
        prompt_tokens_details: { cached_tokens: 1024 },
      })
    })

    it('gets a stream with its usage', async () => {
      const chunks = await client.chat.completions.create({
        model,
        messages,
        stream: true,
        stream_options: { include_usage: true },
      })
      let text = ''
      let finish: string | null = null
      let usage: OpenAI.CompletionUsage | null | undefined
      const ids = new Set<string>()
      for await (const chunk of chunks) {
        ids.add(chunk.id)
        expect(chunk.object).toBe('chat.completion.chunk')
        text += chunk.choices[0]?.delta.content ?? ''
        finish = chunk.choices[0]?.finish_reason ?? finish
        usage = chunk.usage ?? usage
      }
      expect(text).toBe(answer)
      expect(finish).toBe('stop')
      expect(usage).toMatchObject({ prompt_tokens: promptTokens, completion_tokens: 212 })
      expect(ids.size).toBe(1)
    })

    it('calls tools in parallel and sends their results back', async () => {
      bed[provider].reply(unary(fixture(`${name}-tools.json`)))
      const first = await client.chat.completions.create({ model, messages, tools, tool_choice: 'required' })
      const assistant = first.choices[0]?.message
      expect(first.choices[0]?.finish_reason).toBe('tool_calls')
      const calls = assistant?.tool_calls ?? []
      expect(calls.map((call) => (call.type === 'function' ? JSON.parse(call.function.arguments).city : ''))).toEqual([
        'Oslo',
        'Zürich',
      ])
      if (assistant === undefined) throw new Error('no message')
      const second = await client.chat.completions.create({
        model,
        tools,
        messages: [
          ...messages,
          assistant,
          ...calls.map(({ id }, index) => ({ role: 'tool' as const, tool_call_id: id, content: `${index} degrees` })),
          { role: 'user', content: 'And?' },
        ],
      })
      expect(second.choices[0]?.message.content).toBe(answer)
      const sent = JSON.stringify(bed[provider].requests[1]?.json)
      for (const { id } of calls) expect(sent.match(new RegExp(id, 'g'))).toHaveLength(2)
      expect(sent).toContain('1 degrees')
    })

    it('gathers streamed tool calls', async () => {
      bed[provider].reply(stream(fixture(`${name}-tools.sse`)))
      const runner = client.chat.completions.stream({ model, messages, tools })
      const completion = await runner.finalChatCompletion()
      expect(completion.choices[0]?.finish_reason).toBe('tool_calls')
      const calls = completion.choices[0]?.message.tool_calls ?? []
      expect(
        calls.map((call) =>
          call.type === 'function' ? [call.function.name, JSON.parse(call.function.arguments).city] : [],
        ),
      ).toEqual([
        ['get_weather', 'Oslo'],
        ['get_weather', 'Zürich'],
      ])
    })

    it('stops the provider when it aborts', async () => {
      const live = liveStream()
      bed[provider].reply(live.reply)
      const sending = live.send(eventsBefore(fixture(`${name}.sse`), ' ruhig'))
      const chunks = await client.chat.completions.create({ model, messages, stream: true })
      await sending
      for await (const chunk of chunks) if ((chunk.choices[0]?.delta.content ?? '').includes('Grüße')) break
      expect(await (await live.started).request.ended).toBe('aborted')
    })

    it('stops the provider when it aborts before the reply', async () => {
      const held = heldReply()
      bed[provider].reply(held.reply)
      const controller = new AbortController()
      const asking = client.chat.completions.create({ model, messages }, { signal: controller.signal })
      const { request } = await held.arrived
      controller.abort()
      await expect(asking).rejects.toBeInstanceOf(OpenAI.APIUserAbortError)
      expect(await request.ended).toBe('aborted')
      held.release(vendorError(500))
    })

    it('meets its own error classes', async () => {
      for (const [status, errorClass] of [
        [400, OpenAI.BadRequestError],
        [401, OpenAI.AuthenticationError],
        [403, OpenAI.PermissionDeniedError],
        [404, OpenAI.NotFoundError],
        [422, OpenAI.UnprocessableEntityError],
        [429, OpenAI.RateLimitError],
        [500, OpenAI.InternalServerError],
      ] as const) {
        bed[provider].reply(vendorError(status))
        const fault: unknown = await client.chat.completions
          .create({ model, messages })
          .catch((error: unknown) => error)
        expect(fault).toBeInstanceOf(errorClass)
        expect(fault).toMatchObject({ status })
        expect(String(fault)).toContain('The mock says no.')
      }
    })

    it('meets an error inside a stream as an error', async () => {
      bed[provider].reply(stream(eventsBefore(fixture(`${name}.sse`), 'Torhaus')))
      const chunks = await client.chat.completions.create({ model, messages, stream: true })
      const read = (async () => {
        for await (const _ of chunks);
      })()
      await expect(read).rejects.toBeInstanceOf(OpenAI.APIError)
    })

    it('retries what is worth it', async () => {
      const patient = new OpenAI({ baseURL: `${bed.gateway.url}/v1`, apiKey: bed.gateway.key, maxRetries: 2 })
      bed[provider].reply(
        vendorError(503, { headers: { 'retry-after-ms': '1' } }),
        vendorError(429, { headers: { 'retry-after-ms': '1' } }),
      )
      const completion = await patient.chat.completions.create({ model, messages })
      expect(completion.choices[0]?.message.content).toBe(answer)
      expect(bed[provider].requests).toHaveLength(3)
    })
  })
}

describe('the official openai package', () => {
  it('lists models and makes embeddings', async () => {
    const models: string[] = []
    for await (const model of client.models.list()) models.push(model.id)
    expect(models).toEqual(expect.arrayContaining(['fast', 'gpt-5-mini', 'claude-sonnet-4-5']))
    const embeddings = await client.embeddings.create({
      model: 'text-embedding-3-small',
      input: 'x',
      encoding_format: 'float',
    })
    expect(embeddings.data[0]?.embedding).toHaveLength(4)
  })

  it('is told about a wrong key and a wrong model in its own errors', async () => {
    const stranger = new OpenAI({ baseURL: `${bed.gateway.url}/v1`, apiKey: 'wrong', maxRetries: 0 })
    await expect(stranger.chat.completions.create({ model: 'fast', messages })).rejects.toBeInstanceOf(
      OpenAI.AuthenticationError,
    )
    await expect(client.chat.completions.create({ model: 'gpt-nope-9', messages })).rejects.toMatchObject({
      status: 404,
      code: 'unknown_model',
    })
  })
})
