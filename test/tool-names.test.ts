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

const long = `mcp__${'knowledge_base_of_the_whole_company_'.repeat(2)}search`
const twin = `mcp__${'knowledge_base_of_the_whole_company_'.repeat(2)}store`

const ask = {
  model: 'openai-mock/gpt-4.1',
  max_tokens: 50,
  tools: [long, twin].map((name) => ({ name, input_schema: { type: 'object', properties: {} } })),
  tool_choice: { type: 'tool', name: long },
  messages: [
    { role: 'user', content: 'Look it up.' },
    { role: 'assistant', content: [{ type: 'tool_use', id: 'toolu_1', name: twin, input: { q: 'x' } }] },
    { role: 'user', content: [{ type: 'tool_result', tool_use_id: 'toolu_1', content: 'nothing' }] },
  ],
}

/** The fixture's reply, calling what the gateway named in place of `long`. */
function calling(file: string): Buffer {
  const sent: Json = bed.openai.requests.at(-1)?.json
  return Buffer.from(fixture(file).toString().replaceAll('get_weather', sent.tools[0].function.name))
}

it('a name that OpenAI refuses reaches it short, the same one everywhere, and comes back whole', async () => {
  bed.openai.reply((exchange) => unary(calling('openai/chat-completion-tools.json'))(exchange))
  const reply = await bed.gateway.post('/v1/messages', ask)
  const sent: Json = bed.openai.requests[0]?.json
  const [first, second] = sent.tools.map(({ function: { name } }: Json) => name)
  expect(first).toMatch(/^mcp__knowledge_base[a-zA-Z0-9_-]{1,45}$/)
  expect(second).toMatch(/^mcp__knowledge_base[a-zA-Z0-9_-]{1,45}$/)
  expect(first).not.toBe(second)
  expect(sent.tool_choice).toEqual({ type: 'function', function: { name: first } })
  expect(sent.messages[1].tool_calls[0].function.name).toBe(second)
  expect(reply.json.content).toMatchObject([
    { type: 'tool_use', name: long },
    { type: 'tool_use', name: long },
  ])
  expect(await recordedNames(reply)).toEqual([long, long])
})

/** What the record says that the model called. */
async function recordedNames(reply: Parameters<Testbed['gateway']['call']>[0]): Promise<readonly string[]> {
  const { output }: Json = await bed.gateway.call(reply)
  const { choices } = typeof output === 'string' ? JSON.parse(output) : output
  return choices[0].toolCalls.map(({ name }: Json) => name)
}

it('so it does in a stream', async () => {
  bed.openai.reply((exchange) => stream(calling('openai/chat-completion-tools.sse'))(exchange))
  const reply = await bed.gateway.post('/v1/messages', { ...ask, stream: true })
  const starts = parseEvents(reply.body)
    .map(({ data }): Json => JSON.parse(data))
    .filter(({ type }) => type === 'content_block_start')
  expect(starts.map(({ content_block: { name } }) => name)).toEqual([long, long])
  expect(await recordedNames(reply)).toEqual([long, long])
})

it('a client of OpenAI may name its tools as a server of MCP does, with dots', async () => {
  bed.anthropic.reply((exchange) => {
    const sent: Json = bed.anthropic.requests.at(-1)?.json
    return unary(fixture('anthropic/message-tools.json').toString().replaceAll('get_weather', sent.tools[0].name))(
      exchange,
    )
  })
  const reply = await bed.gateway.post('/v1/chat/completions', {
    model: 'clever',
    tools: [{ type: 'function', function: { name: 'files.read' } }],
    messages: [{ role: 'user', content: 'Read it.' }],
  })
  const sent: Json = bed.anthropic.requests[0]?.json
  expect(sent.tools[0].name).toMatch(/^[a-zA-Z0-9_-]{1,128}$/)
  expect(reply.json.choices[0].message.tool_calls[0].function.name).toBe('files.read')
})
