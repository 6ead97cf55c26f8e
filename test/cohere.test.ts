import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import type { Json } from './support/client.ts'
import {
  type CohereBed,
  cohereAnswer,
  cohereAnswerStream,
  cohereSecret,
  cohereToolStream,
  cohereTools,
  startCohereBed,
} from './support/cohere.ts'
import { inPieces, stream, unary } from './support/mock-replies.ts'

let bed: CohereBed
beforeAll(async () => {
  bed = await startCohereBed()
})
afterAll(() => bed.close())
beforeEach(() => bed.reset())

const model = 'cohere-mock/command-a-03-2025'
const answer = 'Grüße aus dem Torhaus 🏰 — alles ruhig.'
const schema = { type: 'object', properties: { city: { type: 'string' } }, required: ['city'] }

describe('a Cohere client and a provider of Cohere', () => {
  /** What a parser and a writer would change. */
  const body = (name: string, isStream: boolean): string =>
    `\n{ "model" :"${name}","messages":[{"role":"user","content":"Gr\\u00fc\\u00dfe \\/"}],"k":1.0, "stream":${isStream},"next_year":{"model":1E+2}}`

  it('send and get each byte as it is, but for the name of the model', async () => {
    const bytes = ` ${JSON.stringify(cohereAnswer)}\n`.replace('Torhaus', 'T\\u006frhaus')
    bed.cohere.reply(unary(bytes))
    const reply = await bed.gateway.post('/v2/chat', body(model, false))
    expect(reply.text).toBe(bytes)
    const [sent] = bed.cohere.requests
    expect(sent).toMatchObject({ path: '/v2/chat', headers: { authorization: `Bearer ${cohereSecret}` } })
    expect(sent?.body.toString()).toBe(body('command-a-03-2025', false))
    expect(await bed.gateway.call(reply)).toMatchObject({
      clientDialect: 'cohere',
      providerDialect: 'cohere',
      inputTokens: 1143,
      cachedInputTokens: 1024,
      outputTokens: 212,
    })
  })

  it.each([
    ['Cohere', '/v2/chat'],
    ['Anthropic', '/v1/messages'],
  ])('cost what Cohere bills, which is less than the model read, from a client of %s', async (_client, path) => {
    const price = 21 * 2.5e-6 + 212 * 10e-6
    for (const [isStream, reply] of [
      [false, unary(cohereAnswer)],
      [true, stream(cohereAnswerStream)],
    ] as const) {
      bed.cohere.reply(reply)
      const answer = await bed.gateway.post(path, body(model, isStream).replace('"k":1.0', '"max_tokens":50'))
      const call = await bed.gateway.call(answer)
      expect(call).toMatchObject({ status: 200, inputTokens: 1143, outputTokens: 212 })
      expect(call.costUsd).toBeCloseTo(price, 9)
    }
  })

  it('get a stream byte for byte, in whatever pieces it comes, below the prefix too', async () => {
    for (const events of [cohereAnswerStream, `${cohereToolStream}data: [DONE]\n\n`]) {
      for (const size of [1, 61, 1000, 1 << 20]) {
        bed.cohere.reply(stream(inPieces(Buffer.from(events), size)))
        const reply = await bed.gateway.post('/cohere/v2/chat', body(model, true))
        expect(reply.headers['content-type']).toBe('text/event-stream; charset=utf-8')
        expect(reply.text.replace('data: [DONE]\n\n', '')).toBe(events.replace('data: [DONE]\n\n', ''))
        expect(await bed.gateway.call(reply)).toMatchObject({ status: 200, inputTokens: 1143, outputTokens: 212 })
      }
    }
  })

  it('are told a fault once when it comes inside a stream', async () => {
    const fault = `${cohereAnswerStream.slice(0, cohereAnswerStream.indexOf('event: message-end'))}event: message-end\ndata: {"type":"message-end","delta":{"finish_reason":"ERROR","error":"out of luck"}}\n\n`
    bed.cohere.reply(stream(fault))
    const reply = await bed.gateway.post('/v2/chat', body(model, true))
    expect(reply.text).toBe(fault)
    expect(await bed.gateway.call(reply)).toMatchObject({ status: 502 })
  })

  it('are told what is wrong with a request that must be translated, in their own shape', async () => {
    const reply = await bed.gateway.post('/v2/chat', { model: 'gpt-4.1', messages: [{ role: 'user', content: 7 }] })
    expect(reply.status).toBe(400)
    expect(reply.json).toEqual({
      message: '`messages[0].content` has the wrong type.',
      code: 'invalid_request',
    })
  })
})

describe('a provider of Cohere', () => {
  it('means the same to an Anthropic client by a conversation with tools over several turns', async () => {
    const reply = await bed.gateway.post('/v1/messages', {
      model,
      max_tokens: 77,
      system: 'You guard a gate.',
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
            { type: 'tool_result', tool_use_id: 'toolu_2', content: [{ type: 'text', text: 'none' }], is_error: true },
            { type: 'text', text: 'And now?' },
          ],
        },
      ],
      tools: [{ name: 'get_weather', description: 'Weather', input_schema: schema }],
      tool_choice: { type: 'any' },
      top_k: 5,
      stop_sequences: ['HALT'],
    })
    expect(reply.json).toMatchObject({
      content: [{ type: 'text', text: answer }],
      stop_reason: 'end_turn',
      usage: { input_tokens: 119, cache_read_input_tokens: 1024, output_tokens: 212 },
    })
    expect(bed.cohere.requests[0]?.json).toEqual({
      model: 'command-a-03-2025',
      messages: [
        { role: 'system', content: 'You guard a gate.' },
        { role: 'user', content: 'Weather in Oslo and Zürich?' },
        {
          role: 'assistant',
          tool_plan: 'Looking.',
          tool_calls: [
            { id: 'toolu_1', type: 'function', function: { name: 'get_weather', arguments: '{"city":"Oslo"}' } },
            { id: 'toolu_2', type: 'function', function: { name: 'get_weather', arguments: '{"city":"Zürich"}' } },
          ],
        },
        { role: 'tool', tool_call_id: 'toolu_1', content: '4 °C' },
        {
          role: 'tool',
          tool_call_id: 'toolu_2',
          content: [
            { type: 'text', text: 'Error:' },
            { type: 'text', text: 'none' },
          ],
        },
        { role: 'user', content: 'And now?' },
      ],
      max_tokens: 77,
      k: 5,
      stop_sequences: ['HALT'],
      tools: [{ type: 'function', function: { name: 'get_weather', description: 'Weather', parameters: schema } }],
      tool_choice: 'REQUIRED',
    })
  })

  it('answers an Anthropic client whole and streamed, with thinking, plan and calls', async () => {
    const ask = { model, max_tokens: 50, messages: [{ role: 'user', content: 'Weather?' }] }
    bed.cohere.reply(unary(cohereTools))
    const whole: Json = (await bed.gateway.post('/v1/messages', ask)).json
    expect(whole).toMatchObject({
      stop_reason: 'tool_use',
      content: [
        { type: 'text', text: 'I look at both.' },
        { type: 'tool_use', id: 'get_weather_a', name: 'get_weather', input: { city: 'Oslo' } },
        { type: 'tool_use', id: 'get_weather_b', name: 'get_weather', input: { city: 'Zürich' } },
      ],
    })
    bed.cohere.reply(stream(cohereToolStream))
    const tools = await bed.gateway.post('/v1/messages', { ...ask, stream: true })
    expect(tools.text).toContain('"stop_reason":"tool_use"')
    expect(tools.text).toContain('get_weather_b')
    const streamed = await bed.gateway.post('/v1/messages', { ...ask, stream: true })
    expect(streamed.text).toContain('{"type":"thinking_delta","thinking":"Hm."}')
    expect(streamed.text).toContain('"text":"Torhaus "')
    expect(streamed.text).toMatch(/event: message_stop\n.*\n\n$/)
  })

  it('is reached at its compatible endpoint by a client of OpenAI, without what that refuses', async () => {
    const messages = [{ role: 'user', content: 'x' }]
    const reply = await bed.gateway.post('/v1/chat/completions', { model, messages, n: 2, max_completion_tokens: 5 })
    const [sent] = bed.cohere.requests
    expect(sent?.path).toBe('/compatibility/v1/chat/completions')
    expect(sent?.json).toEqual({ model: 'command-a-03-2025', messages, max_tokens: 5 })
    expect(reply.headers['x-portcullis-dropped']).toBe('n')
    await bed.gateway.post('/v1/embeddings', { model: 'cohere-mock/embed-v4.0', input: 'x' })
    expect(bed.cohere.requests[1]?.path).toBe('/compatibility/v1/embeddings')
  })
})
