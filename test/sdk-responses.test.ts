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

const answer = 'Grüße aus dem Torhaus 🏰 — alles ruhig.'
const tools = [
  {
    type: 'function' as const,
    name: 'get_weather',
    description: 'Current weather of a city',
    parameters: { type: 'object', properties: { city: { type: 'string' } }, required: ['city'] },
    strict: false,
  },
]

for (const { name, model, mock, files, usage } of [
  {
    name: 'OpenAI, unchanged',
    model: 'gpt-5-mini',
    mock: () => bed.openai,
    files: 'openai/response',
    usage: { input_tokens: 1143, total_tokens: 1355 },
  },
  {
    name: 'Anthropic',
    model: 'claude-sonnet-4-5',
    mock: () => bed.anthropic,
    files: 'anthropic/message',
    usage: { input_tokens: 1159, total_tokens: 1371 },
  },
  {
    name: 'a server of Chat Completions',
    model: 'chat-mock/gpt-5-mini',
    mock: () => bed.openai,
    files: 'openai/chat-completion',
    usage: { input_tokens: 1143, total_tokens: 1355 },
  },
]) {
  describe(`client.responses of the official package with ${name}`, () => {
    it('gets a whole answer with its usage', async () => {
      const response = await client.responses.create({ model, input: 'Who goes there?', instructions: 'Be brief.' })
      expect(response).toMatchObject({ object: 'response', status: 'completed', error: null })
      expect(response.output_text).toBe(answer)
      expect(response.usage).toMatchObject({
        ...usage,
        output_tokens: 212,
        input_tokens_details: { cached_tokens: 1024 },
      })
    })

    it('gets a stream whose events make the same answer', async () => {
      const events = client.responses.stream({ model, input: 'Who goes there?' })
      let text = ''
      let last = -1
      const types: string[] = []
      for await (const event of events) {
        expect(event.sequence_number).toBeGreaterThan(last)
        last = event.sequence_number
        types.push(event.type)
        if (event.type === 'response.output_text.delta') text += event.delta
      }
      expect(text).toBe(answer)
      expect(types[0]).toBe('response.created')
      expect(types.at(-1)).toBe('response.completed')
      const response = await events.finalResponse()
      expect(response.output_text).toBe(answer)
      expect(response.usage).toMatchObject({ output_tokens: 212 })
    })

    it('gets the calls of its tools, in one piece and streamed', async () => {
      mock().reply(unary(fixture(`${files}-tools.json`)))
      const whole = await client.responses.create({ model, input: 'Weather?', tools })
      mock().reply(stream(fixture(`${files}-tools.sse`)))
      const streamed = await client.responses.stream({ model, input: 'Weather?', tools }).finalResponse()
      for (const { output } of [whole, streamed]) {
        const calls = output.flatMap((item) => (item.type === 'function_call' ? [item] : []))
        expect(calls.map((call) => call.name)).toEqual(['get_weather', 'get_weather'])
        expect(calls.map((call) => JSON.parse(call.arguments).city)).toEqual(['Oslo', 'Zürich'])
        expect(calls.every((call) => call.call_id !== '' && call.status === 'completed')).toBe(true)
      }
    })

    it('throws the error of a provider, before a stream and in place of a reply', async () => {
      for (const isStream of [false, true]) {
        mock().reply(vendorError(429, { message: 'Slow down.' }))
        await expect(
          client.responses.create({ model, input: 'x', ...(isStream ? { stream: true as const } : {}) }),
        ).rejects.toThrowError(expect.objectContaining({ status: 429, message: expect.stringContaining('Slow down.') }))
      }
    })

    it('stops the provider when it stops reading', async () => {
      const live = liveStream()
      mock().reply(live.reply)
      const opening = client.responses.create({ model, input: 'x', stream: true })
      const [first] = fixture(`${files}.sse`)
        .toString('utf8')
        .split(/(?<=\n\n)/)
      await live.send(first ?? '')
      const events = await opening
      await live.send(
        fixture(`${files}.sse`)
          .toString('utf8')
          .split(/(?<=\n\n)/)
          .slice(1, 4)
          .join(''),
      )
      for await (const _event of events) break
      expect(await (await mock().request(0)).ended).toBe('aborted')
    })

    it('stops the provider of a whole answer that it waits for no more', async () => {
      const held = heldReply()
      mock().reply(held.reply)
      const controller = new AbortController()
      const asked = client.responses.create({ model, input: 'x' }, { signal: controller.signal })
      await held.arrived
      controller.abort()
      await expect(asked).rejects.toThrow()
      expect(await (await mock().request(0)).ended).toBe('aborted')
    })
  })
}

describe('a fault inside a stream', () => {
  it('of another vendor is thrown by the package', async () => {
    const before = eventsBefore(fixture('anthropic/message.sse'), 'message_delta')
    const error = { type: 'error', error: { type: 'overloaded_error', message: 'Overloaded' } }
    bed.anthropic.reply(stream([before, `event: error\ndata: ${JSON.stringify(error)}\n\n`]))
    const events = await client.responses.create({ model: 'clever', input: 'x', stream: true })
    let text = ''
    const read = async (): Promise<void> => {
      for await (const event of events) if (event.type === 'response.output_text.delta') text += event.delta
    }
    await expect(read()).rejects.toThrowError('Overloaded')
    expect(text).toBe(answer)
  })

  it('of OpenAI comes as OpenAI said it, and is in the record', async () => {
    const before = eventsBefore(fixture('openai/response.sse'), 'response.output_text.done')
    const failed = {
      type: 'response.failed',
      sequence_number: 99,
      response: { id: 'resp_x', status: 'failed', error: { code: 'server_error', message: 'It broke.' }, output: [] },
    }
    const text = `${before}event: response.failed\ndata: ${JSON.stringify(failed)}\n\n`
    bed.openai.reply(stream(text))
    const reply = await bed.gateway.post('/v1/responses', { model: 'fast', input: 'x', stream: true })
    expect(reply.text).toBe(text)
    expect(await bed.gateway.call(reply)).toMatchObject({ status: 500, errorCode: 'upstream_error' })
  })
})

describe('a model of OpenAI that is only in the Responses API', () => {
  it('answers clients of Chat Completions', async () => {
    const completion = await client.chat.completions.create({
      model: 'openai-mock/gpt-5-codex',
      messages: [
        { role: 'system', content: 'Be brief.' },
        { role: 'user', content: 'Who goes there?' },
      ],
      max_completion_tokens: 500,
      seed: 7,
    })
    expect(completion.choices[0]).toMatchObject({ finish_reason: 'stop', message: { content: answer } })
    expect(completion.usage).toMatchObject({
      prompt_tokens: 1143,
      completion_tokens_details: { reasoning_tokens: 192 },
    })
    expect(bed.openai.requests[0]?.path).toBe('/v1/responses')
    expect(bed.openai.requests[0]?.json).toEqual({
      model: 'gpt-5-codex',
      input: [
        { role: 'system', content: 'Be brief.' },
        { role: 'user', content: 'Who goes there?' },
      ],
      store: false,
      max_output_tokens: 500,
      include: ['reasoning.encrypted_content'],
    })
  })

  it('streams to them, its tools too', async () => {
    bed.openai.reply(stream(fixture('openai/response-tools.sse')))
    const reply = await client.chat.completions
      .stream({
        model: 'openai-mock/gpt-5-codex',
        messages: [{ role: 'user', content: 'Weather?' }],
        tools: tools.map(({ type, strict: _, ...definition }) => ({ type, function: definition })),
      })
      .finalChatCompletion()
    expect(reply.choices[0]?.finish_reason).toBe('tool_calls')
    expect(reply.choices[0]?.message.tool_calls).toMatchObject([
      { id: 'call_mockWeatherOslo0000001', function: { arguments: '{"city":"Oslo","unit":"celsius"}' } },
      { id: 'call_mockWeatherZurich00002', function: { arguments: '{ "city": "Zürich" }' } },
    ])
    expect(bed.openai.requests[0]?.json).toMatchObject({
      stream: true,
      tools: [{ type: 'function', name: 'get_weather', strict: false }],
    })
  })
})
