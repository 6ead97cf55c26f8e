import Anthropic from '@anthropic-ai/sdk'
import OpenAI from 'openai'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import type { Json } from './support/client.ts'
import { startTestGateway, type TestGateway } from './support/gateway.ts'
import { type MockProvider, type MockReply, startMockProvider } from './support/mock-provider.ts'
import { liveStream, stream, unary, vendorError } from './support/mock-replies.ts'

const names = ['openai', 'anthropic', 'vllm', 'mistral'] as const
type Name = (typeof names)[number]
const targets = {
  openai: { target: 'openai/gpt-5-mini' },
  claude: { target: 'anthropic/claude-sonnet-4-5' },
  newClaude: { target: 'anthropic/claude-opus-4-6' },
  vllm: { target: 'vllm/llama' },
  mistral: { target: 'mistral/mistral-large-latest' },
}
const routes: Readonly<Record<string, Json>> = {
  toClaude: { fallback: [targets.openai, targets.claude], continue: true },
  toVllm: { fallback: [targets.claude, targets.vllm], continue: true },
  toMistral: { fallback: [targets.openai, targets.mistral], continue: true },
  toAny: { fallback: [targets.openai, targets.claude, targets.mistral, targets.vllm], continue: true },
  toNobody: { fallback: [targets.openai, targets.newClaude], continue: true },
  plain: { fallback: [targets.openai, targets.claude] },
}

let mocks: Readonly<Record<Name, MockProvider>>
let gateway: TestGateway
beforeAll(async () => {
  const [openai, anthropic, vllm, mistral] = await Promise.all(names.map(() => startMockProvider()))
  mocks = { openai, anthropic, vllm, mistral } as typeof mocks
  gateway = await startTestGateway({
    config: {
      providers: names.map((id) => ({
        id,
        provider: id,
        baseUrl: `${mocks[id].origin}${id === 'anthropic' ? '' : '/v1'}`,
        apiKey: `sk-of-${id}`,
        allowPrivateNetwork: true,
      })),
      models: Object.fromEntries(Object.keys(routes).map((route) => [route, { route }])),
      routes,
    },
  })
})
afterAll(async () => {
  await gateway.close()
  await Promise.all(names.map((name) => mocks[name].close()))
})
beforeEach(() => {
  for (const name of names) mocks[name].reset()
})

const messages = [{ role: 'user' as const, content: 'Tell me of the gatehouse.' }]

const chatEvent = (delta: Json, finish: string | null = null): string =>
  `data: ${JSON.stringify({ id: 'chatcmpl-first', object: 'chat.completion.chunk', created: 1764576002, model: 'gpt-5-mini', choices: [{ index: 0, delta, finish_reason: finish }] })}\n\n`
const chatText = (...texts: string[]): string[] => [
  chatEvent({ role: 'assistant', content: '' }),
  ...texts.map((content) => chatEvent({ content })),
]
const chatEnd = (usage: Json = { prompt_tokens: 30, completion_tokens: 4, total_tokens: 34 }): string[] => [
  chatEvent({}, 'stop'),
  `data: ${JSON.stringify({ id: 'chatcmpl-first', object: 'chat.completion.chunk', created: 1, model: 'm', choices: [], usage })}\n\n`,
  'data: [DONE]\n\n',
]
const claudeEvent = (type: string, fields: Json): string =>
  `event: ${type}\ndata: ${JSON.stringify({ type, ...fields })}\n\n`
const claudeText = (...texts: string[]): string[] => [
  claudeEvent('message_start', {
    message: {
      id: 'msg_first',
      type: 'message',
      role: 'assistant',
      model: 'claude-sonnet-4-5',
      content: [],
      stop_reason: null,
      stop_sequence: null,
      usage: { input_tokens: 40, output_tokens: 1 },
    },
  }),
  claudeEvent('content_block_start', { index: 0, content_block: { type: 'text', text: '' } }),
  ...texts.map((text) => claudeEvent('content_block_delta', { index: 0, delta: { type: 'text_delta', text } })),
]
const claudeEnd = [
  claudeEvent('content_block_stop', { index: 0 }),
  claudeEvent('message_delta', {
    delta: { stop_reason: 'end_turn', stop_sequence: null },
    usage: { output_tokens: 6 },
  }),
  claudeEvent('message_stop', {}),
]

/** The events, and then nothing more: the connection is cut. */
const broken =
  (...events: string[]): MockReply =>
  async (exchange) => {
    exchange.response.writeHead(200, { 'content-type': 'text/event-stream' })
    await new Promise<void>((resolve) => exchange.response.write(events.join(''), () => resolve()))
    exchange.cut('close')
  }

async function askOpenAi(model: string, more: Partial<OpenAI.ChatCompletionCreateParamsStreaming> = {}) {
  const client = new OpenAI({ baseURL: `${gateway.url}/v1`, apiKey: gateway.key, maxRetries: 0 })
  const { data, response } = await client.chat.completions
    .create({ ...more, model, messages, stream: true, stream_options: { include_usage: true } })
    .withResponse()
  const chunks: OpenAI.ChatCompletionChunk[] = []
  for await (const chunk of data) chunks.push(chunk)
  return {
    text: chunks.map(({ choices }) => choices[0]?.delta.content ?? '').join(''),
    ids: new Set(chunks.map(({ id }) => id)),
    finish: chunks.flatMap(({ choices }) => choices[0]?.finish_reason ?? []),
    usage: chunks.at(-1)?.usage,
    record: await gateway.call({ headers: Object.fromEntries(response.headers) }),
  }
}

const sentTo = (name: Name): Json => mocks[name].requests[0]?.json as Json

describe('an answer that breaks off', () => {
  it('is continued in the same stream, and each target is paid for what it gave', async () => {
    mocks.openai.reply(broken(...chatText('The gatehouse', ' is ')))
    mocks.anthropic.reply(stream([...claudeText(' quiet', ' tonight.'), ...claudeEnd]))
    const answer = await askOpenAi('toClaude', { max_tokens: 100 })
    expect(answer.text).toBe('The gatehouse is quiet tonight.')
    expect(answer.ids).toEqual(new Set(['chatcmpl-first']))
    expect(answer.finish).toEqual(['stop'])
    const sent = sentTo('anthropic')
    // No blanks at the end: they are refused.
    expect(sent.messages.at(-1)).toMatchObject({ role: 'assistant' })
    expect(JSON.stringify(sent.messages.at(-1))).toContain('"The gatehouse is"')
    expect(sent.max_tokens).toBeLessThan(100)
    const { record } = answer
    expect(record).toMatchObject({
      status: 200,
      account: 'anthropic',
      finishReason: 'stop',
      usageEstimated: true,
      attempts: [
        { account: 'openai', errorCode: 'upstream_reset' },
        { account: 'anthropic', status: 200 },
      ],
    })
    expect(record.output.choices[0].text).toBe('The gatehouse is quiet tonight.')
    // What the first used is estimated, the second said 40 and 6.
    expect(record.inputTokens).toBeGreaterThan(40)
    expect(record.outputTokens).toBeGreaterThan(6)
    expect(answer.usage).toMatchObject({ prompt_tokens: record.inputTokens, completion_tokens: record.outputTokens })
    const alone = 40 * 3e-6 + 6 * 15e-6
    expect(record.costUsd).toBeGreaterThan(alone)
    expect(record.costUsd).toBeLessThan(alone * 1.5)
  })

  it('is continued after an error event too, for a client of Anthropic', async () => {
    const first = liveStream()
    mocks.anthropic.reply(first.reply)
    const error = claudeEvent('error', { error: { type: 'overloaded_error', message: 'Overloaded' } })
    void first.send(claudeText('One,').join(''))
    mocks.vllm.reply(stream([...chatText(' two,', ' three.'), ...chatEnd()]))
    const client = new Anthropic({ baseURL: gateway.url, apiKey: gateway.key, maxRetries: 0 })
    const events: Anthropic.MessageStreamEvent[] = []
    const reading = client.messages.stream({ model: 'toVllm', max_tokens: 50, messages })
    reading.on('streamEvent', (event) => void events.push(event))
    // It does not end its stream: that is ended for it.
    const more = claudeEvent('content_block_delta', { index: 0, delta: { type: 'text_delta', text: ' and' } })
    reading.once('text', () => void first.send(more + error))
    const message = await reading.finalMessage()
    expect(message.content).toMatchObject([{ type: 'text', text: 'One, and two, three.' }])
    expect(message.stop_reason).toBe('end_turn')
    expect(await (await mocks.anthropic.request(0)).ended).toBe('aborted')
    expect(events.map(({ type }) => type).filter((type) => type !== 'content_block_delta')).toEqual([
      'message_start',
      'content_block_start',
      'content_block_stop',
      'message_delta',
      'message_stop',
    ])
    expect(sentTo('vllm')).toMatchObject({
      model: 'llama',
      add_generation_prompt: false,
      continue_final_message: true,
      messages: [messages[0], { role: 'assistant', content: 'One, and' }],
    })
  })

  it('is not said twice by a target that begins with what it was given', async () => {
    mocks.openai.reply(broken(...chatText('Red, green')))
    mocks.mistral.reply(stream([...chatText('Red, ', 'green, bl', 'ue.'), ...chatEnd()]))
    expect((await askOpenAi('toMistral')).text).toBe('Red, green, blue.')
    expect(sentTo('mistral').messages.at(-1)).toEqual({ role: 'assistant', content: 'Red, green', prefix: true })
  })

  it('may go on with a call of a tool, for a client that speaks as neither target does', async () => {
    mocks.anthropic.reply(broken(...claudeText('Let me look.')))
    const call = { index: 0, id: 'call_1', type: 'function', function: { name: 'look', arguments: '{"at":"gate"}' } }
    mocks.vllm.reply(stream([...chatText(), chatEvent({ tool_calls: [call] }), ...chatEnd()]))
    const contents = [{ role: 'user', parts: [{ text: 'Who is at the gate?' }] }]
    const tools = [{ functionDeclarations: [{ name: 'look', parameters: { type: 'object' } }] }]
    const reply = await gateway.post('/v1beta/models/toVllm:streamGenerateContent?alt=sse', { contents, tools })
    const parts = reply.text
      .split('\n')
      .filter((line) => line.startsWith('data: '))
      .flatMap((line) => JSON.parse(line.slice(6)).candidates?.[0]?.content?.parts ?? [])
    expect(parts.map(({ text = '' }: Json) => text).join('')).toBe('Let me look.')
    expect(parts.find(({ functionCall }: Json) => functionCall !== undefined)).toMatchObject({
      functionCall: { name: 'look', args: { at: 'gate' } },
    })
    const record = await gateway.call(reply)
    expect(record).toMatchObject({ providerDialect: 'anthropic-messages', clientDialect: 'gemini' })
    expect(record.output.choices[0]).toMatchObject({ text: 'Let me look.', toolCalls: [{ name: 'look' }] })
  })

  it('goes from target to target, past those that refuse or break off too', async () => {
    mocks.openai.reply(broken(...chatText('a')))
    mocks.anthropic.reply(vendorError(529))
    mocks.mistral.reply(broken(...chatText('a', 'b')))
    mocks.vllm.reply(
      unary({ id: 'x', choices: [{ index: 0, message: { role: 'assistant', content: 'c' }, finish_reason: 'stop' }] }),
    )
    const { text, finish, record } = await askOpenAi('toAny')
    expect(text).toBe('abc')
    expect(finish).toEqual(['stop'])
    expect(record.attempts.map(({ account, errorCode }: Json) => [account, errorCode])).toEqual([
      ['openai', 'upstream_reset'],
      ['anthropic', 'upstream_overloaded'],
      ['mistral', 'upstream_reset'],
      ['vllm', undefined],
    ])
    expect(record.output.choices[0].text).toBe('abc')
  })

  it('ends as it would have without all this when nobody can go on', async () => {
    mocks.openai.reply(broken(...chatText('a')))
    mocks.anthropic.script(() => vendorError(500))
    await expect(askOpenAi('toClaude')).rejects.toThrow('cut the connection')
    const [call] = await gateway.callsUntil(([newest]) => newest?.['errorCode'] === 'upstream_reset')
    expect(call).toMatchObject({ errorCode: 'upstream_reset', providerDialect: 'openai-chat' })
    expect(mocks.anthropic.requests).toHaveLength(1)
  })

  it('is no longer continued when its client has left, and is paid for as far as it came', async () => {
    const live = liveStream()
    mocks.openai.reply(broken(...chatText('The gatehouse')))
    mocks.anthropic.reply(live.reply)
    const client = await gateway.stream('/v1/chat/completions', { model: 'toClaude', messages, stream: true })
    await live.send(claudeText(' is').join(''))
    await client.until('" is"')
    client.abort()
    expect(await (await mocks.anthropic.request(0)).ended).toBe('aborted')
    const [call] = await gateway.callsUntil(([newest]) => newest?.['errorCode'] === 'client_closed')
    expect(call).toMatchObject({ account: 'anthropic', usageEstimated: true })
    expect(call?.['inputTokens']).toBeGreaterThan(40)
    expect(call?.['costUsd']).toBeGreaterThan(40 * 3e-6)
  })

  it.each([
    [
      'a call of a tool has begun',
      'toClaude',
      chatEvent({ tool_calls: [{ index: 0, id: 'c', type: 'function', function: { name: 'f', arguments: '{' } }] }),
      {},
    ],
    ['there is no text yet', 'toClaude', chatEvent({ content: ' ' }), {}],
    ['JSON is wanted', 'toClaude', chatEvent({ content: '{"a":' }), { response_format: { type: 'json_object' } }],
    ['several answers are wanted', 'toClaude', chatEvent({ content: 'a' }), { n: 2 }],
    ['no target can', 'toNobody', chatEvent({ content: 'a' }), {}],
    ['the route does not say so', 'plain', chatEvent({ content: 'a' }), {}],
  ])('is not continued where %s', async (_what, route, event, more) => {
    mocks.openai.reply(broken(chatEvent({ role: 'assistant', content: '' }), event))
    await expect(askOpenAi(route, more as Partial<OpenAI.ChatCompletionCreateParamsStreaming>)).rejects.toThrow()
    expect(mocks.anthropic.requests).toHaveLength(0)
  })
})
