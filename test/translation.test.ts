import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { parseEvents } from '../src/core/wire/sse.ts'
import type { Json } from './support/client.ts'
import { fixture, stream, unary } from './support/mock-replies.ts'
import { startTestbed, type Testbed } from './support/testbed.ts'

let bed: Testbed
beforeAll(async () => {
  bed = await startTestbed()
})
afterAll(() => bed.close())
beforeEach(() => bed.reset())

const png = 'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=='
const citySchema = {
  type: 'object',
  properties: { city: { type: 'string', description: 'Stadt' }, unit: { enum: ['celsius', 'kelvin'] } },
  required: ['city'],
  additionalProperties: false,
}

describe('an OpenAI client and an Anthropic provider', () => {
  const path = '/v1/chat/completions'

  it('mean the same by a conversation with tools over several turns', async () => {
    const reply = await bed.gateway.post(path, {
      model: 'clever',
      messages: [
        { role: 'system', content: 'You guard a gate.' },
        { role: 'developer', content: [{ type: 'text', text: 'Be brief.' }] },
        { role: 'user', content: 'Weather in Oslo and Zürich?' },
        {
          role: 'assistant',
          content: 'Looking.',
          tool_calls: [
            { id: 'call_1', type: 'function', function: { name: 'get_weather', arguments: '{"city":"Oslo"}' } },
            { id: 'call_2', type: 'function', function: { name: 'get_weather', arguments: '{ "city": "Zürich" }' } },
          ],
        },
        { role: 'tool', tool_call_id: 'call_1', content: '4 °C' },
        { role: 'tool', tool_call_id: 'call_2', content: [{ type: 'text', text: '7 °C' }] },
        { role: 'user', content: 'And now?' },
      ],
      tools: [
        { type: 'function', function: { name: 'get_weather', description: 'Weather', parameters: citySchema } },
        { type: 'function', function: { name: 'ring_bell' } },
      ],
      tool_choice: { type: 'function', function: { name: 'get_weather' } },
      parallel_tool_calls: false,
      max_completion_tokens: 77,
      temperature: 0.5,
      stop: ['HALT', 'STOP'],
      user: 'user-17',
    })
    expect(reply.status).toBe(200)
    const sent: Json = bed.anthropic.requests[0]?.json
    expect(sent.model).toBe('claude-sonnet-4-5')
    expect(sent.max_tokens).toBe(77)
    expect(JSON.stringify(sent.system)).toMatch(/You guard a gate\..*Be brief\./)
    expect(sent.messages.map(({ role }: Json) => role)).toEqual(['user', 'assistant', 'user'])
    expect(sent.messages[1].content).toMatchObject([
      { type: 'text', text: 'Looking.' },
      { type: 'tool_use', id: 'call_1', name: 'get_weather', input: { city: 'Oslo' } },
      { type: 'tool_use', id: 'call_2', name: 'get_weather', input: { city: 'Zürich' } },
    ])
    expect(sent.messages[2].content).toMatchObject([
      { type: 'tool_result', tool_use_id: 'call_1' },
      { type: 'tool_result', tool_use_id: 'call_2' },
      { type: 'text', text: 'And now?' },
    ])
    expect(JSON.stringify(sent.messages[2].content)).toMatch(/4 °C.*7 °C/)
    expect(sent.tools).toMatchObject([
      { name: 'get_weather', description: 'Weather', input_schema: citySchema },
      { name: 'ring_bell', input_schema: { type: 'object' } },
    ])
    expect(sent.tool_choice).toEqual({ type: 'tool', name: 'get_weather', disable_parallel_tool_use: true })
    expect(sent).toMatchObject({ temperature: 0.5, stop_sequences: ['HALT', 'STOP'] })
    expect(sent.metadata).toEqual({ user_id: 'user-17' })
    expect(reply.headers['x-portcullis-dropped']).toBeUndefined()
  })

  it('mean the same by images and documents', async () => {
    await bed.gateway.post(path, {
      model: 'clever',
      max_tokens: 5,
      messages: [
        {
          role: 'user',
          content: [
            { type: 'text', text: 'What is this?' },
            { type: 'image_url', image_url: { url: `data:image/png;base64,${png}` } },
            { type: 'image_url', image_url: { url: 'https://example.com/gate.png' } },
            { type: 'file', file: { filename: 'plan.pdf', file_data: 'data:application/pdf;base64,JVBERi0=' } },
          ],
        },
      ],
    })
    const sent: Json = bed.anthropic.requests[0]?.json
    expect(sent.messages[0].content).toMatchObject([
      { type: 'text', text: 'What is this?' },
      { type: 'image', source: { type: 'base64', media_type: 'image/png', data: png } },
      { type: 'image', source: { type: 'url', url: 'https://example.com/gate.png' } },
      { type: 'document', source: { type: 'base64', media_type: 'application/pdf', data: 'JVBERi0=' } },
    ])
  })

  it('mean the same by a JSON schema', async () => {
    const reply = await bed.gateway.post(path, {
      model: 'clever',
      max_tokens: 5,
      messages: [{ role: 'user', content: 'City?' }],
      response_format: { type: 'json_schema', json_schema: { name: 'city', strict: true, schema: citySchema } },
    })
    const sent: Json = bed.anthropic.requests[0]?.json
    expect(JSON.stringify(sent)).toContain(JSON.stringify(citySchema))
    expect(String(reply.headers['x-portcullis-dropped'] ?? '')).not.toContain('response_format')
  })

  it('give a stream whose parts are those of the whole reply', async () => {
    const ask = { model: 'clever', max_tokens: 50, messages: [{ role: 'user', content: 'Weather?' }] }
    bed.anthropic.reply(unary(fixture('anthropic/message-tools.json')), stream(fixture('anthropic/message-tools.sse')))
    const whole = (await bed.gateway.post(path, ask)).json
    const streamed = await bed.gateway.post(path, { ...ask, stream: true, stream_options: { include_usage: true } })
    const chunks: Json[] = parseEvents(streamed.body)
      .filter(({ data }) => data !== '[DONE]')
      .map(({ data }) => JSON.parse(data))
    expect(streamed.text.endsWith('data: [DONE]\n\n')).toBe(true)
    const deltas = chunks.flatMap(({ choices }) => choices).map(({ delta }) => delta)
    expect(deltas.map(({ content }) => content ?? '').join('')).toBe(whole.choices[0].message.content)
    for (const [index, call] of whole.choices[0].message.tool_calls.entries()) {
      const pieces = deltas.flatMap(({ tool_calls }) => tool_calls ?? []).filter((piece: Json) => piece.index === index)
      expect(pieces[0]).toMatchObject({ id: call.id, type: 'function', function: { name: 'get_weather' } })
      const text = pieces.map((piece: Json) => piece.function?.arguments ?? '').join('')
      expect(JSON.parse(text).city).toBe(JSON.parse(call.function.arguments).city)
    }
    expect(chunks.flatMap(({ choices }) => choices).at(-1).finish_reason).toBe('tool_calls')
    expect(chunks.at(-1).choices).toEqual([])
    expect(chunks.at(-1).usage.completion_tokens).toBe(98)
    expect(
      new Set(chunks.map(({ id, created, model, object }) => JSON.stringify([id, created, model, object]))).size,
    ).toBe(1)
  })

  it('give usage in a stream only to a client that asked for it', async () => {
    const streamed = await bed.gateway.post(path, {
      model: 'clever',
      max_tokens: 5,
      stream: true,
      messages: [{ role: 'user', content: 'x' }],
    })
    expect(streamed.text).not.toContain('prompt_tokens')
    expect(await bed.gateway.call(streamed)).toMatchObject({ outputTokens: 212 })
  })

  it('do not lose thinking between them', async () => {
    bed.anthropic.reply(unary(fixture('anthropic/message-thinking.json')))
    const reply = await bed.gateway.post(path, {
      model: 'clever',
      max_tokens: 4000,
      reasoning_effort: 'high',
      messages: [{ role: 'user', content: 'Riddle?' }],
    })
    expect(reply.json.choices[0].message.content).toBe('The guard is at the other gate.')
    expect(JSON.stringify(reply.json)).toContain('Two gates, one guard')
    const sent: Json = bed.anthropic.requests[0]?.json
    expect(sent.thinking ?? sent.output_config).toBeDefined()
  })

  it('agree on finish reasons', async () => {
    for (const [stopReason, finishReason] of [
      ['end_turn', 'stop'],
      ['stop_sequence', 'stop'],
      ['max_tokens', 'length'],
      ['model_context_window_exceeded', 'length'],
      ['refusal', 'content_filter'],
    ] as const) {
      const message = JSON.parse(fixture('anthropic/message.json').toString())
      bed.anthropic.reply(unary({ ...message, stop_reason: stopReason }))
      const reply = await bed.gateway.post(path, {
        model: 'clever',
        max_tokens: 5,
        messages: [{ role: 'user', content: 'x' }],
      })
      expect(reply.json.choices[0].finish_reason, stopReason).toBe(finishReason)
    }
  })
})

describe('an Anthropic client and an OpenAI provider', () => {
  const path = '/v1/messages'

  it('mean the same by a conversation with tools over several turns', async () => {
    const reply = await bed.gateway.post(path, {
      model: 'openai-mock/gpt-4.1',
      max_tokens: 77,
      system: [{ type: 'text', text: 'You guard a gate.' }],
      messages: [
        { role: 'user', content: 'Weather in Oslo and Zürich?' },
        {
          role: 'assistant',
          content: [
            { type: 'text', text: 'Looking.' },
            { type: 'tool_use', id: 'toolu_1', name: 'get_weather', input: { city: 'Oslo' } },
            { type: 'tool_use', id: 'toolu_2', name: 'get_weather', input: { city: 'Zürich' } },
          ],
        },
        {
          role: 'user',
          content: [
            { type: 'tool_result', tool_use_id: 'toolu_1', content: '4 °C' },
            { type: 'tool_result', tool_use_id: 'toolu_2', content: [{ type: 'text', text: '7 °C' }], is_error: false },
            { type: 'text', text: 'And now?' },
          ],
        },
      ],
      tools: [{ name: 'get_weather', description: 'Weather', input_schema: citySchema }],
      tool_choice: { type: 'any', disable_parallel_tool_use: true },
      temperature: 0.5,
      stop_sequences: ['HALT'],
    })
    expect(reply.status).toBe(200)
    const sent: Json = bed.openai.requests[0]?.json
    expect(sent.model).toBe('gpt-4.1')
    expect(sent.max_completion_tokens ?? sent.max_tokens).toBe(77)
    expect(sent.messages.map(({ role }: Json) => role)).toEqual(['system', 'user', 'assistant', 'tool', 'tool', 'user'])
    expect(sent.messages[2].tool_calls).toMatchObject([
      { id: 'toolu_1', type: 'function', function: { name: 'get_weather' } },
      { id: 'toolu_2', type: 'function', function: { name: 'get_weather' } },
    ])
    expect(JSON.parse(sent.messages[2].tool_calls[1].function.arguments)).toEqual({ city: 'Zürich' })
    expect(sent.messages[3]).toMatchObject({ tool_call_id: 'toolu_1' })
    expect(JSON.stringify(sent.messages[3].content)).toContain('4 °C')
    expect(sent.messages[4]).toMatchObject({ tool_call_id: 'toolu_2' })
    expect(sent.tools).toMatchObject([
      { type: 'function', function: { name: 'get_weather', description: 'Weather', parameters: citySchema } },
    ])
    expect(sent).toMatchObject({
      tool_choice: 'required',
      parallel_tool_calls: false,
      temperature: 0.5,
      stop: ['HALT'],
    })
  })

  it('are told when the model refuses what was asked: sampling of a model that reasons', async () => {
    const reply = await bed.gateway.post(path, {
      model: 'fast',
      max_tokens: 5,
      temperature: 0.5,
      messages: [{ role: 'user', content: 'x' }],
    })
    expect(bed.openai.requests[0]?.json).not.toHaveProperty('temperature')
    expect(reply.headers['x-portcullis-dropped']).toBe('temperature')
  })

  it('mean the same by images and documents', async () => {
    await bed.gateway.post(path, {
      model: 'fast',
      max_tokens: 5,
      messages: [
        {
          role: 'user',
          content: [
            { type: 'image', source: { type: 'base64', media_type: 'image/png', data: png } },
            { type: 'image', source: { type: 'url', url: 'https://example.com/gate.png' } },
            {
              type: 'document',
              title: 'plan',
              source: { type: 'base64', media_type: 'application/pdf', data: 'JVBERi0=' },
            },
          ],
        },
      ],
    })
    const sent: Json = bed.openai.requests[0]?.json
    expect(sent.messages[0].content).toMatchObject([
      { type: 'image_url', image_url: { url: `data:image/png;base64,${png}` } },
      { type: 'image_url', image_url: { url: 'https://example.com/gate.png' } },
      { type: 'file', file: { file_data: 'data:application/pdf;base64,JVBERi0=' } },
    ])
  })

  it('give a stream whose parts are those of the whole reply', async () => {
    const ask = { model: 'fast', max_tokens: 50, messages: [{ role: 'user', content: 'Weather?' }] }
    bed.openai.reply(
      unary(fixture('openai/chat-completion-tools.json')),
      stream(fixture('openai/chat-completion-tools.sse')),
    )
    const whole = (await bed.gateway.post(path, ask)).json
    expect(whole).toMatchObject({ type: 'message', role: 'assistant', stop_reason: 'tool_use' })
    expect(whole.content).toMatchObject([
      { type: 'tool_use', id: 'call_mockWeatherOslo0000001', name: 'get_weather', input: { city: 'Oslo' } },
      { type: 'tool_use', id: 'call_mockWeatherZurich00002', name: 'get_weather', input: { city: 'Zürich' } },
    ])
    const streamed = await bed.gateway.post(path, { ...ask, stream: true })
    const events: Json[] = parseEvents(streamed.body).map(({ event, data }) => {
      const json = JSON.parse(data)
      expect(json.type).toBe(event)
      return json
    })
    const order = events.map(({ type }) => type).filter((type) => type !== 'content_block_delta' && type !== 'ping')
    expect(order).toEqual([
      'message_start',
      'content_block_start',
      'content_block_stop',
      'content_block_start',
      'content_block_stop',
      'message_delta',
      'message_stop',
    ])
    for (const [index, block] of whole.content.entries()) {
      const start = events.find((event) => event.type === 'content_block_start' && event.index === index)
      expect(start?.content_block).toMatchObject({ type: 'tool_use', id: block.id, name: block.name, input: {} })
      const json = events
        .filter((event) => event.type === 'content_block_delta' && event.index === index)
        .map(({ delta }) => delta.partial_json)
        .join('')
      expect(JSON.parse(json).city).toBe(block.input.city)
    }
    expect(events.find(({ type }) => type === 'message_delta')).toMatchObject({
      delta: { stop_reason: 'tool_use', stop_sequence: null },
      usage: { output_tokens: 44 },
    })
  })

  it('ask the provider for usage in a stream, which an Anthropic client always gets', async () => {
    await bed.gateway.post(path, {
      model: 'fast',
      max_tokens: 5,
      stream: true,
      messages: [{ role: 'user', content: 'x' }],
    })
    expect(bed.openai.requests[0]?.json).toMatchObject({ stream: true, stream_options: { include_usage: true } })
  })

  it('agree on finish reasons', async () => {
    for (const [finishReason, stopReason] of [
      ['stop', 'end_turn'],
      ['length', 'max_tokens'],
      ['content_filter', 'refusal'],
    ] as const) {
      const completion = JSON.parse(fixture('openai/chat-completion.json').toString())
      completion.choices[0].finish_reason = finishReason
      bed.openai.reply(unary(completion))
      const reply = await bed.gateway.post(path, {
        model: 'fast',
        max_tokens: 5,
        messages: [{ role: 'user', content: 'x' }],
      })
      expect(reply.json.stop_reason, finishReason).toBe(stopReason)
    }
  })
})

describe('the model in a reply', () => {
  it('of another dialect is the name that the client asked for or the provider answered with, and the headers say which was used', async () => {
    const reply = await bed.gateway.post('/v1/messages', {
      model: 'fast',
      max_tokens: 5,
      messages: [{ role: 'user', content: 'x' }],
    })
    expect(['fast', 'gpt-5-mini', 'gpt-5-mini-2025-08-07']).toContain(reply.json.model)
    expect(reply.headers['x-portcullis-model']).toBe('gpt-5-mini')
    expect(reply.headers['x-portcullis-provider']).toBe('openai')
  })
})
