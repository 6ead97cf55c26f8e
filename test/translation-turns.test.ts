import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { parseEvents } from '../src/core/wire/sse.ts'
import type { Json } from './support/client.ts'
import { inPieces, stream, unary } from './support/mock-replies.ts'
import { startTestbed, type Testbed } from './support/testbed.ts'

let bed: Testbed
beforeAll(async () => {
  bed = await startTestbed()
})
afterAll(() => bed.close())
beforeEach(() => bed.reset())

describe('thinking with tools over two turns', () => {
  const path = '/v1/chat/completions'
  const blocks = [
    { type: 'thinking', thinking: 'First the weather.', signature: 'c2lnbmF0dXJlLTE=' },
    { type: 'redacted_thinking', data: 'ZW5jcnlwdGVk' },
    { type: 'text', text: 'Looking.' },
    { type: 'tool_use', id: 'toolu_1', name: 'get_weather', input: { city: 'Oslo' } },
    { type: 'tool_use', id: 'toolu_2', name: 'ring_bell', input: {} },
  ]
  const ask = {
    model: 'clever',
    max_tokens: 8000,
    reasoning_effort: 'low',
    tools: [
      {
        type: 'function',
        function: { name: 'get_weather', parameters: { type: 'object', properties: { city: { type: 'string' } } } },
      },
      { type: 'function', function: { name: 'ring_bell' } },
    ],
    messages: [{ role: 'user', content: 'Weather?' }],
  }
  const results = [
    { role: 'tool', tool_call_id: 'toolu_1', content: '4 °C' },
    { role: 'tool', tool_call_id: 'toolu_2', content: 'rung' },
  ]

  function events(): string {
    const out: Json[] = [
      { type: 'message_start', message: { id: 'msg_1', role: 'assistant', content: [], usage: { input_tokens: 5 } } },
      ...blocks.flatMap((block, index) => {
        const { type, thinking = '', signature = '', text = '', input = {} } = block as Json
        const delta = (fields: Json): Json => ({ type: 'content_block_delta', index, delta: fields })
        const halves = (value: string): string[] => [value.slice(0, 5), value.slice(5)]
        const start =
          type === 'redacted_thinking' ? block : { ...block, thinking: '', signature: '', text: '', input: {} }
        const json = JSON.stringify(input)
        const deltas: Readonly<Record<string, Json[]>> = {
          thinking: [
            ...halves(thinking).map((half) => delta({ type: 'thinking_delta', thinking: half })),
            delta({ type: 'signature_delta', signature }),
          ],
          text: halves(text).map((half) => delta({ type: 'text_delta', text: half })),
          tool_use:
            json === '{}' ? [] : halves(json).map((half) => delta({ type: 'input_json_delta', partial_json: half })),
        }
        return [
          { type: 'content_block_start', index, content_block: start },
          ...(deltas[type] ?? []),
          { type: 'content_block_stop', index },
        ]
      }),
      { type: 'message_delta', delta: { stop_reason: 'tool_use', stop_sequence: null }, usage: { output_tokens: 9 } },
      { type: 'message_stop' },
    ]
    return out.map((event) => `event: ${event.type}\ndata: ${JSON.stringify(event)}\n\n`).join('')
  }

  /** The second turn's request at the provider, for a client that sends the first turn's message back. */
  async function secondTurn(message: Json): Promise<Json> {
    const reply = await bed.gateway.post(path, { ...ask, messages: [...ask.messages, message, ...results] })
    expect(reply.status).toBe(200)
    expect(reply.headers['x-portcullis-dropped']).toBeUndefined()
    return bed.anthropic.requests.at(-1)?.json
  }

  it('come back to Anthropic as it said them, from a client that keeps the message', async () => {
    bed.anthropic.reply(
      unary({ id: 'msg_1', type: 'message', role: 'assistant', content: blocks, stop_reason: 'tool_use', usage: {} }),
    )
    const first = await bed.gateway.post(path, ask)
    expect(bed.anthropic.requests[0]?.json).toMatchObject({ thinking: { type: 'enabled', budget_tokens: 2048 } })
    const sent = await secondTurn(first.json.choices[0].message)
    expect(sent.thinking).toEqual({ type: 'enabled', budget_tokens: 2048 })
    expect(sent.messages[1]).toEqual({ role: 'assistant', content: blocks })
    expect(sent.messages[2].content).toMatchObject([{ tool_use_id: 'toolu_1' }, { tool_use_id: 'toolu_2' }])
  })

  it('come back the same from a client that put a stream together, however the stream was cut', async () => {
    for (const size of [1, 7, 100_000]) {
      bed.anthropic.reply(stream(inPieces(Buffer.from(events()), size)))
      const streamed = await bed.gateway.post(path, { ...ask, stream: true })
      const message: Json = { role: 'assistant', content: '', thinking_blocks: [], tool_calls: [] }
      for (const { data } of parseEvents(streamed.body)) {
        const chunk: Json = data === '[DONE]' ? {} : JSON.parse(data)
        const delta: Json = chunk.choices?.[0]?.delta ?? {}
        message.content += delta.content ?? ''
        message.thinking_blocks.push(...(delta.thinking_blocks ?? []))
        for (const call of delta.tool_calls ?? []) {
          const known = message.tool_calls[call.index]
          if (known === undefined) message.tool_calls[call.index] = call
          else known.function.arguments += call.function.arguments
        }
      }
      expect((await secondTurn(message)).messages[1], String(size)).toEqual({ role: 'assistant', content: blocks })
    }
  })

  it('are told to the client when it kept no thinking, and the call goes on without', async () => {
    const first = {
      role: 'assistant',
      content: null,
      tool_calls: [{ id: 'toolu_1', type: 'function', function: { name: 'get_weather', arguments: '{}' } }],
    }
    const reply = await bed.gateway.post(path, { ...ask, messages: [...ask.messages, first, results[0]] })
    expect(reply.status).toBe(200)
    expect(reply.headers['x-portcullis-dropped']).toBe('reasoning_effort')
    expect(bed.anthropic.requests[0]?.json).not.toHaveProperty('thinking')
  })
})
