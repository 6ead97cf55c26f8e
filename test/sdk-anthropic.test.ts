import Anthropic from '@anthropic-ai/sdk'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { eventsBefore, fixture, heldReply, liveStream, stream, unary, vendorError } from './support/mock-replies.ts'
import { startTestbed, type Testbed } from './support/testbed.ts'

let bed: Testbed
let client: Anthropic
beforeAll(async () => {
  bed = await startTestbed()
  client = new Anthropic({ baseURL: bed.gateway.url, apiKey: bed.gateway.key, maxRetries: 0 })
})
afterAll(() => bed.close())
beforeEach(() => bed.reset())

const messages = [{ role: 'user' as const, content: 'Who goes there?' }]
const answer = 'Grüße aus dem Torhaus 🏰 — alles ruhig.'
const tools = [
  {
    name: 'get_weather',
    description: 'Current weather of a city',
    input_schema: { type: 'object' as const, properties: { city: { type: 'string' } }, required: ['city'] },
  },
]

for (const { provider, model, name, uncached } of [
  { provider: 'anthropic', model: 'claude-sonnet-4-5', name: 'anthropic/message', uncached: 119 },
  { provider: 'openai', model: 'gpt-5-mini', name: 'openai/chat-completion', uncached: 119 },
] as const) {
  describe(`the official Anthropic package with a provider of ${provider}`, () => {
    it('gets a whole answer with its usage', async () => {
      const message = await client.messages.create({ model, max_tokens: 300, messages })
      expect(message).toMatchObject({
        type: 'message',
        role: 'assistant',
        stop_reason: 'end_turn',
        content: [{ type: 'text', text: answer }],
        usage: { input_tokens: uncached, cache_read_input_tokens: 1024, output_tokens: 212 },
      })
    })

    it('gets a stream with its usage', async () => {
      const events = client.messages.stream({ model, max_tokens: 300, messages })
      let text = ''
      events.on('text', (delta) => {
        text += delta
      })
      const message = await events.finalMessage()
      expect(text).toBe(answer)
      expect(message).toMatchObject({
        type: 'message',
        role: 'assistant',
        stop_reason: 'end_turn',
        content: [{ type: 'text', text: answer }],
        usage: { output_tokens: 212, cache_read_input_tokens: 1024 },
      })
    })

    it('calls tools in parallel and sends their results back', async () => {
      bed[provider].reply(unary(fixture(`${name}-tools.json`)))
      const first = await client.messages.create({
        model,
        max_tokens: 300,
        messages,
        tools,
        tool_choice: { type: 'any' },
      })
      expect(first.stop_reason).toBe('tool_use')
      const uses = first.content.filter((block) => block.type === 'tool_use')
      expect(uses.map(({ input }) => input)).toMatchObject([{ city: 'Oslo' }, { city: 'Zürich' }])
      const second = await client.messages.create({
        model,
        max_tokens: 300,
        tools,
        messages: [
          ...messages,
          { role: 'assistant', content: first.content },
          {
            role: 'user',
            content: uses.map(({ id }, index) => ({
              type: 'tool_result' as const,
              tool_use_id: id,
              content: `${index} degrees`,
            })),
          },
        ],
      })
      expect(second.content).toMatchObject([{ type: 'text', text: answer }])
      const sent = JSON.stringify(bed[provider].requests[1]?.json)
      for (const { id } of uses) expect(sent.match(new RegExp(id, 'g'))).toHaveLength(2)
      expect(sent).toContain('1 degrees')
    })

    it('gathers streamed tool calls', async () => {
      bed[provider].reply(stream(fixture(`${name}-tools.sse`)))
      const message = await client.messages.stream({ model, max_tokens: 300, messages, tools }).finalMessage()
      expect(message.stop_reason).toBe('tool_use')
      const uses = message.content.filter((block) => block.type === 'tool_use')
      expect(uses.map(({ name: tool, input }) => [tool, input])).toEqual([
        ['get_weather', { city: 'Oslo' }],
        ['get_weather', { city: 'Zürich' }],
      ])
    })

    it('stops the provider when it aborts', async () => {
      const live = liveStream()
      bed[provider].reply(live.reply)
      const sending = live.send(eventsBefore(fixture(`${name}.sse`), ' ruhig'))
      const events = client.messages.stream({ model, max_tokens: 300, messages })
      await sending
      for await (const event of events) if (event.type === 'content_block_delta') break
      events.abort()
      expect(await (await live.started).request.ended).toBe('aborted')
    })

    it('stops the provider when it aborts before the reply', async () => {
      const held = heldReply()
      bed[provider].reply(held.reply)
      const controller = new AbortController()
      const asking = client.messages.create({ model, max_tokens: 300, messages }, { signal: controller.signal })
      const { request } = await held.arrived
      controller.abort()
      await expect(asking).rejects.toBeInstanceOf(Anthropic.APIUserAbortError)
      expect(await request.ended).toBe('aborted')
      held.release(vendorError(500))
    })

    it('meets its own error classes', async () => {
      for (const [status, errorClass, type] of [
        [400, Anthropic.BadRequestError, 'invalid_request_error'],
        [401, Anthropic.AuthenticationError, 'authentication_error'],
        [403, Anthropic.PermissionDeniedError, 'permission_error'],
        [404, Anthropic.NotFoundError, 'not_found_error'],
        [429, Anthropic.RateLimitError, 'rate_limit_error'],
        [500, Anthropic.InternalServerError, 'api_error'],
      ] as const) {
        bed[provider].reply(vendorError(status))
        const fault: unknown = await client.messages
          .create({ model, max_tokens: 300, messages })
          .catch((error: unknown) => error)
        expect(fault).toBeInstanceOf(errorClass)
        expect(fault).toMatchObject({ status, error: { type: 'error', error: { type } } })
        expect(String(fault)).toContain('The mock says no.')
      }
    })

    it('meets an error inside a stream as an error', async () => {
      bed[provider].reply(stream(eventsBefore(fixture(`${name}.sse`), 'Torhaus')))
      const reading = client.messages.stream({ model, max_tokens: 300, messages }).finalMessage()
      await expect(reading).rejects.toBeInstanceOf(Anthropic.APIError)
    })

    it('retries what is worth it', async () => {
      const patient = new Anthropic({ baseURL: bed.gateway.url, apiKey: bed.gateway.key, maxRetries: 2 })
      bed[provider].reply(
        vendorError(529, { headers: { 'retry-after-ms': '1' } }),
        vendorError(429, { headers: { 'retry-after-ms': '1' } }),
      )
      const message = await patient.messages.create({ model, max_tokens: 300, messages })
      expect(message.content).toMatchObject([{ type: 'text', text: answer }])
      expect(bed[provider].requests).toHaveLength(3)
    })
  })
}

describe('the official Anthropic package', () => {
  it('keeps thinking and its signature over turns, unary and as a stream', async () => {
    const thinking = { type: 'enabled' as const, budget_tokens: 1024 }
    bed.anthropic.reply(unary(fixture('anthropic/message-thinking.json')))
    const first = await client.messages.create({ model: 'claude-sonnet-4-5', max_tokens: 3000, thinking, messages })
    bed.anthropic.reply(stream(fixture('anthropic/message-thinking.sse')))
    const streamed = await client.messages
      .stream({ model: 'claude-sonnet-4-5', max_tokens: 3000, thinking, messages })
      .finalMessage()
    expect(streamed.content).toEqual(first.content)
    await client.messages.create({
      model: 'claude-sonnet-4-5',
      max_tokens: 3000,
      thinking,
      messages: [...messages, { role: 'assistant', content: first.content }, ...messages],
    })
    expect(bed.anthropic.requests[2]?.json).toMatchObject({ messages: [{}, { content: first.content }, {}] })
  })

  it('lists models', async () => {
    const models: string[] = []
    for await (const model of client.models.list()) models.push(model.id)
    expect(models).toEqual(expect.arrayContaining(['clever', 'gpt-5-mini', 'claude-sonnet-4-5']))
  })

  it('is told about a wrong key and a wrong model in its own errors', async () => {
    const stranger = new Anthropic({ baseURL: bed.gateway.url, apiKey: 'wrong', maxRetries: 0 })
    await expect(stranger.messages.create({ model: 'clever', max_tokens: 5, messages })).rejects.toBeInstanceOf(
      Anthropic.AuthenticationError,
    )
    await expect(client.messages.create({ model: 'claude-nope', max_tokens: 5, messages })).rejects.toMatchObject({
      status: 404,
      error: { type: 'error', error: { type: 'not_found_error' } },
    })
  })
})
