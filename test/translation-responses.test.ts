import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { parseEvents } from '../src/core/wire/sse.ts'
import type { Json } from './support/client.ts'
import { unary } from './support/mock-replies.ts'
import { startTestbed, type Testbed } from './support/testbed.ts'

let bed: Testbed
beforeAll(async () => {
  bed = await startTestbed()
})
afterAll(() => bed.close())
beforeEach(() => bed.reset())

const path = '/v1/responses'
const user = { role: 'user', content: 'Weather?' }
const weather = {
  type: 'function',
  name: 'get_weather',
  parameters: { type: 'object', properties: { city: { type: 'string' } } },
}

function anthropicReply(content: readonly Json[], stop_reason = 'tool_use'): Json {
  return { id: 'msg_1', type: 'message', role: 'assistant', content, stop_reason, usage: {} }
}

/** The output of a reply, as a client of either kind has it. */
async function outputOf(body: Json): Promise<readonly Json[]> {
  const reply = await bed.gateway.post(path, body)
  expect(reply.status).toBe(200)
  if (body['stream'] !== true) return reply.json.output
  const events: Json[] = parseEvents(reply.body).map(({ data }) => JSON.parse(data))
  const done = events.filter(({ type }) => type === 'response.output_item.done')
  expect(done.map(({ item }) => item)).toEqual(events.at(-1)?.response.output)
  return done.map(({ item }) => item)
}

describe('thinking of Anthropic, for a Responses client', () => {
  const blocks = [
    { type: 'thinking', thinking: 'First the weather.', signature: 'c2lnbmF0dXJlLTE=' },
    { type: 'redacted_thinking', data: 'ZW5jcnlwdGVk' },
    { type: 'text', text: 'Looking.' },
    { type: 'tool_use', id: 'toolu_1', name: 'get_weather', input: { city: 'Oslo' } },
  ]
  const ask = {
    model: 'clever',
    max_output_tokens: 8000,
    reasoning: { effort: 'low' },
    tools: [weather],
    input: [user],
  }
  const result = { type: 'function_call_output', call_id: 'toolu_1', output: '4 °C' }

  it('is shown as a summary and comes back as it was said, in one piece and streamed', async () => {
    for (const isStream of [false, true]) {
      bed.anthropic.reply(unary(anthropicReply(blocks)))
      const output = await outputOf({ ...ask, stream: isStream })
      expect(output.map(({ type }) => type)).toEqual(['reasoning', 'reasoning', 'message', 'function_call'])
      expect(output[0]?.summary).toEqual([{ type: 'summary_text', text: 'First the weather.' }])
      const reply = await bed.gateway.post(path, { ...ask, input: [user, ...output, result] })
      expect(reply.status).toBe(200)
      expect(reply.headers['x-portcullis-dropped']).toBeUndefined()
      const sent: Json = bed.anthropic.requests.at(-1)?.json
      expect(sent.thinking).toEqual({ type: 'enabled', budget_tokens: 2048 })
      expect(sent.messages[1]).toEqual({ role: 'assistant', content: blocks })
      expect(sent.messages[2].content).toEqual([{ type: 'tool_result', tool_use_id: 'toolu_1', content: '4 °C' }])
    }
  })

  it('goes to no server of OpenAI, which is told in the reply; the rest of the conversation does', async () => {
    bed.anthropic.reply(unary(anthropicReply(blocks)))
    const output = await outputOf(ask)
    const input = [user, ...output, result]
    const reply = await bed.gateway.post(path, { model: 'fast', input, a_field_from_next_year: 1 })
    expect(reply.status).toBe(200)
    expect(reply.headers['x-portcullis-dropped']).toBe('input[].reasoning')
    const kept = input.filter((item) => !('type' in item) || item.type !== 'reasoning')
    expect(bed.openai.requests[0]?.json).toEqual({ model: 'gpt-5-mini', input: kept, a_field_from_next_year: 1 })
    expect(bed.openai.requests[0]?.body.toString()).not.toContain('c2lnbmF0dXJl')
  })
})

describe('reasoning that OpenAI encrypted', () => {
  const encrypted = 'gAAAAABpLmock0000_-encrypted-reasoning-of-the-vendor=='
  const reasoning = { type: 'reasoning', id: 'rs_1', summary: [], encrypted_content: encrypted }

  it('of a Responses client goes back to OpenAI in the very bytes, and never to Anthropic', async () => {
    const body = JSON.stringify({ model: 'gpt-5-mini', input: [user, reasoning, { role: 'user', content: 'And?' }] })
    await bed.gateway.post(path, body)
    expect(bed.openai.requests[0]?.body.toString()).toBe(body)
    const reply = await bed.gateway.post(path, body.replace('gpt-5-mini', 'clever'))
    expect(reply.status).toBe(200)
    expect(reply.headers['x-portcullis-dropped']).toBe('reasoning_content')
    expect(bed.anthropic.requests[0]?.body.toString()).not.toContain('encrypted-reasoning')
  })

  it('comes to a client of Chat Completions with its vendor’s name, and back to OpenAI as it was', async () => {
    const model = 'openai-mock/gpt-5-codex'
    const first = await bed.gateway.post('/v1/chat/completions', { model, messages: [user] })
    const message = first.json.choices[0].message
    expect(message.thinking_blocks).toHaveLength(1)
    const messages = [user, message, { role: 'user', content: 'And?' }]
    await bed.gateway.post('/v1/chat/completions', { model, messages })
    expect(bed.openai.requests.at(-1)?.json).toMatchObject({
      input: [
        user,
        {
          type: 'reasoning',
          id: 'rs_mock0001',
          summary: [{ type: 'summary_text', text: '**Looking around**\n\nAll is quiet.' }],
          encrypted_content: encrypted,
        },
        { role: 'assistant', content: 'Grüße aus dem Torhaus 🏰 — alles ruhig.' },
        { role: 'user', content: 'And?' },
      ],
    })
    const reply = await bed.gateway.post('/v1/chat/completions', { model: 'clever', messages })
    expect(reply.headers['x-portcullis-dropped']).toBe('reasoning_content')
    expect(bed.anthropic.requests[0]?.body.toString()).not.toContain('encrypted-reasoning')
  })
})

describe('tools of a Responses client at another vendor', () => {
  it('that take text are tools with one text, and their calls come back as text', async () => {
    const patch = '*** Begin Patch\n+ "x"\n*** End Patch'
    const use = { type: 'tool_use', id: 'toolu_9', name: 'apply_patch', input: { input: patch } }
    const tools = [{ type: 'custom', name: 'apply_patch', description: 'Edits.', format: { type: 'text' } }]
    for (const isStream of [false, true]) {
      bed.anthropic.reply(unary(anthropicReply([use])))
      const output = await outputOf({ model: 'clever', input: [user], tools, stream: isStream })
      expect(output).toMatchObject([
        { type: 'custom_tool_call', call_id: 'toolu_9', name: 'apply_patch', input: patch },
      ])
      const result = { type: 'custom_tool_call_output', call_id: 'toolu_9', output: 'done' }
      await bed.gateway.post(path, { model: 'clever', input: [user, ...output, result], tools })
      const sent: Json = bed.anthropic.requests.at(-1)?.json
      expect(sent.tools).toMatchObject([{ name: 'apply_patch', input_schema: { required: ['input'] } }])
      expect(sent.messages[1].content).toEqual([use])
      expect(sent.messages[2].content).toMatchObject([{ tool_use_id: 'toolu_9', content: 'done' }])
    }
  })

  it('that OpenAI runs itself are named, and so is each other thing that cannot be kept', async () => {
    const reply = await bed.gateway.post(path, {
      model: 'clever',
      input: [user, { type: 'web_search_call', id: 'ws_1', status: 'completed' }],
      tools: [weather, { type: 'web_search' }],
      tool_choice: { type: 'allowed_tools', mode: 'required', tools: [{ type: 'function', name: 'get_weather' }] },
      truncation: 'auto',
      include: ['reasoning.encrypted_content', 'web_search_call.results'],
      background: true,
      store: false,
    })
    expect(reply.status).toBe(200)
    const names = String(reply.headers['x-portcullis-dropped']).split(', ')
    expect(names.toSorted()).toEqual([
      'background',
      'include.web_search_call.results',
      'input[].web_search_call',
      'tools[].web_search',
      'truncation',
    ])
    expect(bed.anthropic.requests[0]?.json).toMatchObject({
      tools: [{ name: 'get_weather' }],
      tool_choice: { type: 'any' },
    })
  })

  it('are repeated in the reply, as OpenAI does', async () => {
    const asked = { instructions: 'Be brief.', tools: [weather], temperature: 0.5, metadata: { ticket: '4711' } }
    const reply = await bed.gateway.post(path, { model: 'clever', input: 'x', ...asked })
    expect(reply.json).toMatchObject({ ...asked, model: 'clever', tool_choice: 'auto', status: 'completed' })
  })
})

describe('what only OpenAI holds', () => {
  it.each([
    ['conversation', 'conv_1'],
    ['prompt', { id: 'pmpt_1' }],
  ])('%s is refused for a model of another vendor', async (name, value) => {
    const reply = await bed.gateway.post(path, { model: 'clever', input: 'x', [name]: value })
    expect(reply.status).toBe(400)
    expect(reply.json.error).toMatchObject({ param: name, code: 'invalid_request', type: 'invalid_request_error' })
    expect(bed.anthropic.requests).toHaveLength(0)
  })

  it('a reply that was cut off says so', async () => {
    bed.anthropic.reply(unary(anthropicReply([{ type: 'text', text: 'Half' }], 'max_tokens')))
    const reply = await bed.gateway.post(path, { model: 'clever', input: 'x', max_output_tokens: 20 })
    expect(reply.json).toMatchObject({
      status: 'incomplete',
      incomplete_details: { reason: 'max_output_tokens' },
      output: [{ status: 'incomplete', content: [{ text: 'Half' }] }],
    })
  })
})
