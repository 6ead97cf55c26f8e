import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest'
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

const path = '/v1/chat/completions'
const ask = {
  model: 'clever',
  functions: [{ name: 'get_weather', parameters: { type: 'object', properties: { city: { type: 'string' } } } }],
  messages: [{ role: 'user', content: 'Weather?' }],
}

it('a client of the older functions gets a function_call, and asks for one at a time', async () => {
  bed.anthropic.reply(unary(fixture('anthropic/message-tools.json')))
  const { json } = await bed.gateway.post(path, ask)
  const { message, finish_reason: reason } = json.choices[0]
  expect(message).not.toHaveProperty('tool_calls')
  expect(message.function_call.name).toBe('get_weather')
  expect(JSON.parse(message.function_call.arguments)).toMatchObject({ city: 'Oslo' })
  expect(reason).toBe('function_call')
  const sent: Json = bed.anthropic.requests[0]?.json
  expect(sent.tool_choice).toEqual({ type: 'auto', disable_parallel_tool_use: true })
})

it('so it does in a stream', async () => {
  bed.anthropic.reply(stream(fixture('anthropic/message-tools.sse')))
  const reply = await bed.gateway.post(path, { ...ask, stream: true })
  const choices = parseEvents(reply.body)
    .filter(({ data }) => data !== '[DONE]')
    .flatMap(({ data }): Json[] => JSON.parse(data).choices)
  const calls = choices.map(({ delta }) => delta.function_call).filter((call) => call !== undefined)
  expect(calls[0]).toEqual({ name: 'get_weather', arguments: '' })
  expect(JSON.parse(calls.map((call) => call.arguments).join(''))).toMatchObject({ city: 'Oslo' })
  expect(reply.text).not.toContain('tool_calls')
  expect(choices.at(-1).finish_reason).toBe('function_call')
})

it('a client that knows both gets tool_calls', async () => {
  bed.anthropic.reply(unary(fixture('anthropic/message-tools.json')))
  const tools = [{ type: 'function', function: { name: 'get_weather' } }]
  const { json } = await bed.gateway.post(path, { ...ask, tools })
  expect(json.choices[0].message.tool_calls).toHaveLength(2)
  expect(json.choices[0].finish_reason).toBe('tool_calls')
})
