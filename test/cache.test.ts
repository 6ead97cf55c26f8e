import { tmpdir } from 'node:os'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { type Json, type PostOptions, post } from './support/client.ts'
import { commandLine } from './support/command-line.ts'
import { fixture, heldReply, unary, vendorError } from './support/mock-replies.ts'
import { startTestbed, type Testbed } from './support/testbed.ts'

const otherKey = 'pk-test-team-b-0123456789abcdefghijklmnop'
const sameWorkspaceKey = 'pk-test-team-c-0123456789abcdefghijklmnop'

/** The same two targets, whatever decides between them. */
const choice = (condition: string) => ({
  conditional: [{ if: condition, target: 'openai-mock/gpt-5-mini' }, { target: 'anthropic-mock/claude-sonnet-4-5' }],
})

let bed: Testbed
beforeAll(async () => {
  bed = await startTestbed({
    config: {
      cache: { exact: { ttlSeconds: 60, maxEntryKilobytes: 64 } },
      models: {
        fast: { target: 'openai-mock/gpt-5-mini' },
        one: { route: 'one' },
        other: { route: 'other' },
      },
      routes: { one: choice('metadata.tier == "free"'), other: choice('request.model == "other"') },
    },
    keys: [
      { id: 'team-b', key: otherKey, workspace: 'other', models: ['*'] },
      { id: 'team-c', key: sameWorkspaceKey, workspace: 'default', models: ['*'] },
    ],
  })
})
afterAll(() => bed.close())
beforeEach(() => bed.reset())

let question = 0
/** A question that no other test has asked. */
function asked(more: Json = {}): Json {
  return { model: 'fast', messages: [{ role: 'user', content: `question ${question++}` }], ...more }
}

const chat = (body: Json, options?: PostOptions) => bed.gateway.post('/v1/chat/completions', body, options)
const as = (key: string): PostOptions => ({ headers: { authorization: `Bearer ${key}` } })
const states = (...replies: { headers: Readonly<Record<string, unknown>> }[]): unknown[] =>
  replies.map(({ headers }) => headers['x-portcullis-cache'])

it('an answer is found again by a client whose every call has a trace of its own', async () => {
  const body = asked()
  const traced = (digit: string): PostOptions => ({
    headers: {
      traceparent: `00-${digit.repeat(32)}-${digit.repeat(16)}-01`,
      tracestate: `a=${digit}`,
      baggage: `b=${digit}`,
      'idempotency-key': `key-${digit}`,
      'x-client-request-id': `request-${digit}`,
    },
  })
  const replies = [await chat(body, traced('1')), await chat(body, traced('2')), await chat(body)]
  expect(states(...replies)).toEqual(['miss', 'hit', 'hit'])
  const { text } = await bed.gateway.control('/metrics')
  expect(text).toMatch(/^portcullis_cache_total\{state="hit"\} [1-9]/m)
  expect(text).toMatch(/^portcullis_cache_total\{state="miss"\} [1-9]/m)
})

describe('a purge', () => {
  const purge = (query: string) =>
    post(`${bed.gateway.controlUrl}/api/v1/cache?${query}`, undefined, {
      method: 'DELETE',
      headers: { authorization: `Bearer ${bed.gateway.adminToken}` },
    })
  const tagged = (tags: string): PostOptions => ({ headers: { 'x-portcullis-cache-tags': tags } })

  it('takes out what has the tag, of one workspace, and nothing else', async () => {
    const [docs, news, plain] = [asked(), asked(), asked()]
    const withTag = { headers: { ...as(otherKey).headers, ...tagged('docs').headers } }
    await Promise.all([chat(docs, tagged('docs, v7')), chat(news, tagged('news')), chat(plain), chat(docs, withTag)])
    expect((await purge('workspace=default&tag=docs')).json).toEqual({ purged: 1, workers: 1, unanswered: 0 })
    const replies = [await chat(docs), await chat(news), await chat(plain), await chat(docs, as(otherKey))]
    expect(states(...replies)).toEqual(['miss', 'hit', 'hit', 'hit'])
  })

  it('takes out all of a workspace without a tag', async () => {
    const body = asked()
    await Promise.all([chat(body), chat(body, as(otherKey))])
    expect((await purge('workspace=default')).json.purged).toBeGreaterThan(0)
    expect(states(await chat(body), await chat(body, as(otherKey)))).toEqual(['miss', 'hit'])
    expect((await purge('workspace=nobody')).json.purged).toBe(0)
  })

  it.each(['', 'tag=docs', 'workspace=', 'workspace=default&tag=', 'workspace=default&tags=a', 'workspace=a%20b'])(
    'with the query "%s" is refused',
    async (query) => {
      expect((await purge(query)).status).toBe(400)
    },
  )

  it('wants the admin token', async () => {
    const url = `${bed.gateway.controlUrl}/api/v1/cache?workspace=default`
    expect((await post(url, undefined, { method: 'DELETE', ...as(bed.gateway.key) })).status).toBe(401)
  })

  it('is a command too', async () => {
    const { launch, close } = commandLine(() => tmpdir(), { PORTCULLIS_ADMIN_TOKEN: bed.gateway.adminToken })
    const cli = (...args: string[]) => launch(['cache', ...args, '--url', bed.gateway.controlUrl]).ended
    await chat(asked(), tagged('by-command'))
    expect(await cli('purge', '--tag', 'by-command')).toMatchObject({ code: 0, stdout: '1 answer taken out.\n' })
    expect(await cli('purge')).toMatchObject({ code: 2, stderr: 'Say what to purge: --tag <tag>, or --all.\n' })
    close()
  })
})

describe('an equal question', () => {
  it('is answered from the cache, byte for byte, for nothing, and the record says what that saved', async () => {
    const body = asked()
    const first = await chat(body)
    const second = await chat(body)
    expect(states(first, second)).toEqual(['miss', 'hit'])
    expect(second.text).toBe(first.text)
    expect(second.headers['age']).toBe('0')
    expect(bed.openai.requests).toHaveLength(1)
    const paid = await bed.gateway.call(first)
    const saved = await bed.gateway.call(second)
    expect(paid.costUsd).toBeGreaterThan(0)
    expect(saved).toMatchObject({ cache: 'hit', costUsd: 0, savedUsd: paid.costUsd, attempts: [], provider: 'openai' })
  })

  it('is equal in whatever order its fields stand, and whoever the end user is', async () => {
    const { model, messages } = asked()
    const replies = [
      await chat({ model, messages, temperature: 0.5, user: 'ann' }),
      await chat({ user: 'bob', temperature: 0.5, messages, model }),
    ]
    expect(states(...replies)).toEqual(['miss', 'hit'])
  })

  it('is another one when anything that can change the answer differs', async () => {
    const body = asked()
    await chat(body)
    const tool = { type: 'function', function: { name: 'f', parameters: { type: 'object' } } }
    const others: readonly Json[] = [
      { temperature: 0.1 },
      { max_completion_tokens: 5 },
      { tools: [tool] },
      { response_format: { type: 'json_object' } },
      { seed: 1 },
      { stop: ['x'] },
      { unknown_field_of_tomorrow: true },
      { model: 'openai-mock/gpt-5' },
      { messages: [{ role: 'system', content: 'be brief' }, ...(body['messages'] as Json[])] },
    ]
    for (const more of others) expect(states(await chat({ ...body, ...more }))).toEqual(['miss'])
  })

  it('is shared within a workspace, and with no other one', async () => {
    const body = asked()
    const replies = [await chat(body), await chat(body, as(sameWorkspaceKey)), await chat(body, as(otherKey))]
    expect(states(...replies)).toEqual(['miss', 'hit', 'miss'])
  })

  it('is another one by another route to the same targets', async () => {
    const { messages } = asked()
    const replies = [await chat({ model: 'one', messages }), await chat({ model: 'other', messages })]
    expect(states(...replies)).toEqual(['miss', 'miss'])
    expect(replies.map(({ headers }) => headers['x-portcullis-provider'])).toEqual(['anthropic', 'openai'])
  })

  it('in another dialect has the same answer', async () => {
    const { messages } = asked()
    const first = await chat({ model: 'fast', max_completion_tokens: 100, messages })
    const second = await bed.gateway.post('/v1/messages', { model: 'fast', max_tokens: 100, messages })
    expect(states(first, second)).toEqual(['miss', 'hit'])
    expect(second.json.content[0].text).toBe(first.json.choices[0].message.content)
  })

  it('is answered as a stream or as a whole, whichever it was before', async () => {
    const body = asked()
    const first = await chat({ ...body, stream: true })
    const [again, whole] = [await chat({ ...body, stream: true }), await chat(body)]
    expect(states(first, again, whole)).toEqual(['miss', 'hit', 'hit'])
    expect(again.text).toBe(first.text)
    const other = asked()
    const wholeFirst = await chat(other)
    const streamed = await chat({ ...other, stream: true })
    expect(states(wholeFirst, streamed)).toEqual(['miss', 'hit'])
    expect(streamed.text).toContain('data: [DONE]')
  })

  it('of embeddings is answered from the cache too', async () => {
    const body = { model: 'openai-mock/text-embedding-3-small', input: `text ${question++}` }
    const replies = [await bed.gateway.post('/v1/embeddings', body), await bed.gateway.post('/v1/embeddings', body)]
    expect(states(...replies)).toEqual(['miss', 'hit'])
    expect(replies[1]?.text).toBe(replies[0]?.text)
  })

  it('that many ask at once reaches the provider once', async () => {
    const held = heldReply()
    bed.openai.reply(held.reply)
    const body = asked()
    const calls = Array.from({ length: 100 }, () => chat(body))
    await held.arrived
    held.release(unary(fixture('openai/chat-completion.json')))
    const replies = await Promise.all(calls)
    expect(replies.map(({ status }) => status)).toEqual(Array(100).fill(200))
    expect(bed.openai.requests).toHaveLength(1)
    expect(states(...replies).filter((state) => state === 'hit')).toHaveLength(99)
  })

  it('of which the first client leaves is asked once more, for all others', async () => {
    const held = heldReply()
    bed.openai.reply(held.reply)
    const body = asked()
    const left = bed.gateway.leave(
      '/v1/chat/completions',
      body,
      held.arrived.then(() => undefined),
    )
    await held.arrived
    const calls = Array.from({ length: 5 }, () => chat(body))
    await left
    const replies = await Promise.all(calls)
    expect(replies.map(({ status }) => status)).toEqual(Array(5).fill(200))
    expect(bed.openai.requests.length).toBeLessThanOrEqual(2)
  })
})

describe('what is not kept', () => {
  it.each([
    ['an error', vendorError(500)],
    ['an answer that was cut off', withChoice({ finish_reason: 'length' })],
    ['a refusal', withChoice({ finish_reason: 'content_filter' })],
    ['a call of a tool', unary(fixture('openai/chat-completion-tools.json'))],
    ['an answer that is too large', withChoice({ message: { role: 'assistant', content: 'x'.repeat(70_000) } })],
  ])('%s', async (_what, reply) => {
    const body = asked()
    bed.openai.reply(reply)
    await chat(body)
    expect(states(await chat(body))).toEqual(['miss'])
  })

  it('a stream that broke off', async () => {
    const body = asked({ stream: true })
    const stream = fixture('openai/chat-completion.sse')
    bed.openai.reply(({ response, cut }) => {
      response.writeHead(200, { 'content-type': 'text/event-stream' })
      response.write(stream.subarray(0, stream.length >> 1), () => cut('reset'))
    })
    await chat(body)
    expect(states(await chat(body))).toEqual(['miss'])
  })
})

describe('a client', () => {
  it.each([
    ['cache-control', 'no-store', 'bypass'],
    ['cache-control', 'no-cache', 'miss'],
    ['cache-control', 'max-age=3600', 'hit'],
    ['x-portcullis-cache', 'off', 'bypass'],
    ['x-portcullis-cache', 'refresh', 'miss'],
    ['x-portcullis-cache', 'ttl=5', 'hit'],
  ])('that sends %s: %s gets a %s', async (header, value, state) => {
    const body = asked()
    await chat(body)
    expect(states(await chat(body, { headers: { [header]: value } }))).toEqual([state])
  })

  it('that asks anew replaces what is kept', async () => {
    const body = asked()
    await chat(body)
    bed.openai.reply(withChoice({ message: { role: 'assistant', content: 'newer' } }))
    await chat(body, { headers: { 'x-portcullis-cache': 'refresh' } })
    expect((await chat(body)).json.choices[0].message.content).toBe('newer')
  })

  it.each([
    ['x-portcullis-cache', 'always'],
    ['x-portcullis-cache-tags', 'a b'],
    ['x-portcullis-cache-tags', Array.from({ length: 17 }, (_, index) => `t${index}`).join()],
  ])('that sends %s: %s hears what it takes', async (header, value) => {
    const reply = await chat(asked(), { headers: { [header]: value } })
    expect(reply.status).toBe(400)
    expect(reply.json.error.message).toContain(`\`${header}\` takes`)
  })
})

function withChoice(more: Json) {
  const body = JSON.parse(fixture('openai/chat-completion.json').toString()) as Json
  const [choice] = body['choices'] as Json[]
  return unary({ ...body, choices: [{ ...choice, ...more }] })
}
