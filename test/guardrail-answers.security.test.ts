import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import type { Json } from './support/client.ts'
import { liveStream, stream, unary } from './support/mock-replies.ts'
import { startTestbed, type Testbed } from './support/testbed.ts'

const secret = 'AKIAQ3EGTPXVZ5NHWL2M'
/** It is text, whatever it looks like. */
const told = 'Ask <b>the help desk</b>: "credentials"\n\ndata: [DONE]\n\n{{x}}'

let bed: Testbed
const begin = async (fields: object): Promise<void> => {
  bed = await startTestbed({
    config: {
      inspection: { preset: 'off' },
      cache: { exact: { ttlSeconds: 600 } },
      guardrails: [{ id: 'no-keys', detector: 'secrets', state: 'enforce', action: 'answer', answer: told, ...fields }],
    },
  })
}
afterEach(() => bed.reset())

const events = (text: string): readonly Json[] =>
  text
    .split('\n')
    .filter((line) => line.startsWith('data: {'))
    .map((line) => JSON.parse(line.slice(6)))
const lines = (text: string): readonly Json[] =>
  text
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line))

interface Manner {
  readonly name: string
  readonly path: string
  readonly body: (content: string) => object
  readonly textOf: (reply: Json) => string
  readonly reasonOf: (reply: Json) => string
  readonly reason: string
  readonly streamed: {
    readonly path?: string
    readonly more: object
    read(text: string): { readonly text: string; readonly reason: string }
  }
}

const manners: readonly Manner[] = [
  {
    name: 'Chat Completions',
    path: '/v1/chat/completions',
    body: (content) => ({ model: 'fast', messages: [{ role: 'user', content }] }),
    textOf: (reply) => reply.choices[0].message.content,
    reasonOf: (reply) => reply.choices[0].finish_reason,
    reason: 'content_filter',
    streamed: {
      more: { stream: true },
      read: (text) => ({
        text: events(text)
          .map((one) => one.choices[0]?.delta.content ?? '')
          .join(''),
        reason: events(text).findLast((one) => one.choices[0]?.finish_reason)?.choices[0].finish_reason,
      }),
    },
  },
  {
    name: 'Messages',
    path: '/v1/messages',
    body: (content) => ({ model: 'clever', max_tokens: 9, messages: [{ role: 'user', content }] }),
    textOf: (reply) => reply.content[0].text,
    reasonOf: (reply) => reply.stop_reason,
    reason: 'refusal',
    streamed: {
      more: { stream: true },
      read: (text) => ({
        text: events(text)
          .map((one) => one.delta?.text ?? '')
          .join(''),
        reason: events(text).find((one) => one.type === 'message_delta')?.delta.stop_reason,
      }),
    },
  },
  {
    name: 'Responses',
    path: '/v1/responses',
    body: (input) => ({ model: 'fast', input }),
    textOf: (reply) => reply.output[0].content[0].text,
    reasonOf: (reply) => reply.incomplete_details.reason,
    reason: 'content_filter',
    streamed: {
      more: { stream: true },
      read: (text) => ({
        text: events(text)
          .map((one) => (one.type === 'response.output_text.delta' ? one.delta : ''))
          .join(''),
        reason: events(text).at(-1)?.response.incomplete_details.reason,
      }),
    },
  },
  {
    name: 'Gemini',
    path: '/v1beta/models/fast:generateContent',
    body: (text) => ({ contents: [{ role: 'user', parts: [{ text }] }] }),
    textOf: (reply) => reply.candidates[0].content.parts[0].text,
    reasonOf: (reply) => reply.candidates[0].finishReason,
    reason: 'SAFETY',
    streamed: {
      path: '/v1beta/models/fast:streamGenerateContent?alt=sse',
      more: {},
      read: (text) => ({
        text: events(text)
          .map((one) => one.candidates?.[0]?.content?.parts?.[0]?.text ?? '')
          .join(''),
        reason: events(text).findLast((one) => one.candidates?.[0]?.finishReason)?.candidates[0].finishReason,
      }),
    },
  },
  {
    name: 'Ollama',
    path: '/api/chat',
    body: (content) => ({ model: 'fast', stream: false, messages: [{ role: 'user', content }] }),
    textOf: (reply) => reply.message.content,
    reasonOf: (reply) => reply.done_reason,
    reason: 'stop',
    streamed: {
      more: { stream: true },
      read: (text) => ({
        text: lines(text)
          .map((one) => one.message.content)
          .join(''),
        reason: lines(text).at(-1)?.done_reason,
      }),
    },
  },
]

describe('an answer in place of a request', () => {
  beforeAll(() => begin({ points: ['input'] }))
  afterAll(() => bed.close())

  it.each(manners)('is one of its dialect, and nobody else is asked: $name', async (manner) => {
    const { path, body, textOf, reasonOf, reason } = manner
    const reply = await bed.gateway.post(path, body(`Use ${secret}.`))
    expect(reply.status, reply.text).toBe(200)
    expect([textOf(reply.json), reasonOf(reply.json)]).toEqual([told, reason])
    expect(reply.headers['x-portcullis-decision']).toBe(`answer; id="${reply.headers['x-portcullis-call-id']}:input"`)
    expect(bed.openai.requests.length + bed.anthropic.requests.length).toBe(0)
    const call = await bed.gateway.call(reply)
    expect(call).toMatchObject({
      status: 200,
      provider: 'portcullis',
      finishReason: 'content-filter',
      costUsd: 0,
      attempts: [],
      decisions: [{ guardrail: 'no-keys', action: 'answer', state: 'enforce', point: 'input' }],
    })
    expect(JSON.stringify(call.output)).toContain('the help desk')
  })

  it.each(manners)('and the same as a stream: $name', async ({ path, body, reason, streamed }) => {
    const reply = await bed.gateway.post(streamed.path ?? path, { ...body(`Use ${secret}.`), ...streamed.more })
    expect(reply.status, reply.text).toBe(200)
    expect(streamed.read(reply.text)).toEqual({ text: told, reason })
    expect(bed.openai.requests.length + bed.anthropic.requests.length).toBe(0)
  })

  it('is a refusal where no text is an answer', async () => {
    const embedding = await bed.gateway.post('/v1/embeddings', {
      model: 'openai-mock/text-embedding-3-small',
      input: secret,
    })
    const raw = await bed.gateway.post('/p/openai-mock/anything', { text: secret })
    for (const { status, headers } of [embedding, raw])
      expect([status, headers['x-portcullis-error']]).toEqual([400, 'guardrail_denied'])
    expect(bed.openai.requests).toHaveLength(0)
  })
})

const chatReply = (content: string) =>
  unary({
    id: 'c',
    object: 'chat.completion',
    created: 1,
    model: 'gpt-5-mini',
    choices: [{ index: 0, message: { role: 'assistant', content }, finish_reason: 'stop' }],
    usage: { prompt_tokens: 7, completion_tokens: 5, total_tokens: 12 },
  })
const chunk = (delta: object, finish_reason: string | null = null, index = 0) =>
  `data: ${JSON.stringify({ id: 'c1', object: 'chat.completion.chunk', created: 1, model: 'gpt-5-mini', choices: [{ index, delta, finish_reason }] })}\n\n`
let questions = 0
/** Another question each time: those that are the same are answered from the cache. */
const asked = (more: object = {}) => ({
  model: 'fast',
  messages: [{ role: 'user', content: `Question ${questions++}` }],
  ...more,
})
const { read } = manners[0]?.streamed ?? { read: () => undefined }

describe('an answer in place of an answer', () => {
  beforeAll(() => begin({ points: ['output', 'tool-call'] }))
  afterAll(() => bed.close())

  it('has nothing of what the model said, and tells what that cost', async () => {
    bed.openai.reply(chatReply(`It is ${secret}.`))
    const reply = await bed.gateway.post('/v1/chat/completions', asked())
    expect(reply.status).toBe(200)
    expect(reply.text).not.toContain('It is')
    expect(reply.json).toMatchObject({
      choices: [{ message: { content: told }, finish_reason: 'content_filter' }],
      usage: { prompt_tokens: 7, completion_tokens: 5 },
    })
    expect(reply.headers['x-portcullis-decision']).toMatch(/^answer; id=".*:output"$/)
    const call = await bed.gateway.call(reply)
    expect(call.output.choices[0]).toMatchObject({ text: told, finishReason: 'content-filter' })
    expect(call).toMatchObject({ provider: 'openai', inputTokens: 7, outputTokens: 5 })
  })

  it('is not what the cache has for the next who asks', async () => {
    bed.openai.reply(chatReply(`It is ${secret}.`))
    const question = asked()
    const first = await bed.gateway.post('/v1/chat/completions', question)
    const second = await bed.gateway.post('/v1/chat/completions', question)
    expect(second.headers['x-portcullis-cache']).toBe('hit')
    for (const { json } of [first, second]) expect(json.choices[0].message.content).toBe(told)
    expect(second.headers['x-portcullis-decision']).toMatch(/^answer/)
  })

  it('reaches a client of another dialect', async () => {
    bed.openai.reply(chatReply(secret))
    const reply = await bed.gateway.post('/v1/messages', { ...asked(), max_tokens: 9 })
    expect(reply.json).toMatchObject({ content: [{ type: 'text', text: told }], stop_reason: 'refusal' })
  })

  it.each([1, 7, 400])('ends a stream in place of what was not yet sent, in pieces of %i', async (size) => {
    const pieces = `Here you are. The key is ${secret}, and do not tell.`.match(new RegExp(`.{1,${size}}`, 'g')) ?? []
    bed.openai.reply(stream([...pieces.map((content) => chunk({ content })), chunk({}, 'stop'), 'data: [DONE]\n\n']))
    const reply = await bed.gateway.post('/v1/chat/completions', asked({ stream: true }))
    expect(reply.text).not.toContain(secret)
    expect(reply.text).not.toContain('do not tell')
    const { text, reason } = read(reply.text) ?? { text: '', reason: '' }
    expect([text.endsWith(told), reason]).toEqual([true, 'content_filter'])
    expect(reply.text.trimEnd().endsWith('data: [DONE]')).toBe(true)
    const call = await bed.gateway.call(reply)
    expect(call).toMatchObject({ status: 200, finishReason: 'content-filter' })
    expect(call.output.choices[0].text.endsWith(told)).toBe(true)
    expect(JSON.stringify(call)).not.toContain(secret)
  })

  it('stands alone where a provider streams what nobody wanted as a stream', async () => {
    bed.openai.reply(
      stream([
        chunk({ content: 'Here you are. ' }),
        chunk({ content: `${secret} ` }),
        chunk({}, 'stop'),
        'data: [DONE]\n\n',
      ]),
    )
    const reply = await bed.gateway.post('/v1/chat/completions', asked())
    expect(reply.json.choices).toMatchObject([{ message: { content: told }, finish_reason: 'content_filter' }])
  })

  it('stops the provider', async () => {
    const live = liveStream()
    bed.openai.reply(live.reply)
    const opening = bed.gateway.stream('/v1/chat/completions', asked({ stream: true }))
    await live.send(chunk({ content: 'A moment. ' }))
    const client = await opening
    await client.until('A moment')
    void live.send(chunk({ content: `It is ${secret}. ` }))
    const whole = (await client.whole()).toString()
    expect(whole).toContain('the help desk')
    expect(whole).not.toContain(secret)
    expect(await bed.openai.requests[0]?.ended).toBe('aborted')
  })

  it('ends every choice of a stream', async () => {
    bed.openai.reply(
      stream([
        chunk({ content: 'One. ' }, null, 0),
        chunk({ content: 'Two. ' }, null, 1),
        chunk({ content: `${secret} ` }, null, 1),
        chunk({}, 'stop', 0),
        chunk({}, 'stop', 1),
        'data: [DONE]\n\n',
      ]),
    )
    const reply = await bed.gateway.post('/v1/chat/completions', asked({ stream: true, n: 2 }))
    const ended = events(reply.text).filter((one) => one.choices[0]?.finish_reason === 'content_filter')
    expect(ended.map((one) => one.choices[0].index).sort()).toEqual([0, 1])
    expect(reply.text).not.toContain(secret)
  })

  it('is no end of half a call of a tool: a client may run it', async () => {
    const call = { index: 0, id: 't1', type: 'function', function: { name: 'f', arguments: '' } }
    bed.openai.reply(
      stream([
        chunk({ tool_calls: [call] }),
        chunk({ tool_calls: [{ index: 0, function: { arguments: `{"key":"${secret}"}` } }] }),
        chunk({}, 'tool_calls'),
        'data: [DONE]\n\n',
      ]),
    )
    const reply = await bed.gateway.post('/v1/chat/completions', asked({ stream: true }))
    expect(reply.text).toContain('guardrail_denied')
    expect(reply.text).not.toContain(secret)
    expect(reply.text).not.toContain('finish_reason":"content_filter')
  })

  it('leaves streams without a finding what they say', async () => {
    bed.openai.reply(
      stream([chunk({ content: 'Hello ' }), chunk({ content: 'you.' }), chunk({}, 'stop'), 'data: [DONE]\n\n']),
    )
    const reply = await bed.gateway.post('/v1/chat/completions', asked({ stream: true }))
    expect(read(reply.text)).toEqual({ text: 'Hello you.', reason: 'stop' })
  })
})
