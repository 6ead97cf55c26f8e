import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { fixture, stream, unary } from './support/mock-replies.ts'
import { startTestbed, type Testbed } from './support/testbed.ts'

let bed: Testbed
beforeAll(async () => {
  bed = await startTestbed()
})
afterAll(() => bed.close())
beforeEach(() => bed.reset())

const messages = [{ role: 'user', content: 'Who goes there?' }]

/** Each client dialect to each provider, unary and as a stream: the record must say the same. */
const ways = [
  {
    path: '/v1/chat/completions',
    model: 'gpt-5-mini',
    provider: 'openai',
    clientDialect: 'openai-chat',
    providerDialect: 'openai-chat',
  },
  {
    path: '/v1/messages',
    model: 'gpt-5-mini',
    provider: 'openai',
    clientDialect: 'anthropic-messages',
    providerDialect: 'openai-chat',
  },
  {
    path: '/v1/messages',
    model: 'claude-sonnet-4-5',
    provider: 'anthropic',
    clientDialect: 'anthropic-messages',
    providerDialect: 'anthropic-messages',
  },
  {
    path: '/v1/chat/completions',
    model: 'claude-sonnet-4-5',
    provider: 'anthropic',
    clientDialect: 'openai-chat',
    providerDialect: 'anthropic-messages',
  },
] as const

const usage = {
  // prompt_tokens and completion_tokens are totals.
  openai: { inputTokens: 1143, cachedInputTokens: 1024, outputTokens: 212, reasoningTokens: 192 },
  // input_tokens leaves out what was read from and written to the cache: 119 + 1024 + 16.
  anthropic: { inputTokens: 1159, cachedInputTokens: 1024, outputTokens: 212 },
} as const

describe('the record of a call', () => {
  for (const { path, model, provider, clientDialect, providerDialect } of ways) {
    for (const isStream of [false, true]) {
      it(`from ${clientDialect} to ${providerDialect}, ${isStream ? 'as a stream' : 'in one piece'}, holds all that happened`, async () => {
        const before = Date.now()
        const asksForUsage =
          clientDialect === 'openai-chat' && isStream ? { stream_options: { include_usage: true } } : {}
        const reply = await bed.gateway.post(path, {
          model,
          max_tokens: 300,
          stream: isStream,
          messages,
          ...asksForUsage,
        })
        expect(reply.status).toBe(200)
        const call = await bed.gateway.call(reply)
        expect(call).toMatchObject({
          id: reply.headers['x-portcullis-call-id'],
          workspace: 'default',
          key: 'team-a',
          clientDialect,
          providerDialect,
          provider,
          model,
          requestedModel: model,
          stream: isStream,
          status: 200,
          finishReason: 'stop',
          cache: 'bypass',
          droppedParameters: [],
          ...usage[provider],
        })
        expect(call.errorCode ?? null).toBeNull()
        expect(call.attempts).toMatchObject([{ account: `${provider}-mock`, provider, model, status: 200 }])
        expect(call.startedAt).toBeDefined()
        expect(new Date(call.startedAt).getTime()).toBeGreaterThanOrEqual(before)
        expect(call.durationMs).toBeGreaterThan(0)
        expect(call.timeToFirstTokenMs).toBeGreaterThan(0)
        expect(call.timeToFirstTokenMs).toBeLessThanOrEqual(call.durationMs)
        expect(call.overheadMs).toBeGreaterThanOrEqual(0)
        expect(call.overheadMs).toBeLessThanOrEqual(call.durationMs)
        expect(call.costUsd).toBeGreaterThan(0)
        expect(JSON.stringify(call.input)).toContain('Who goes there?')
        expect(JSON.stringify(call.output)).toContain('Torhaus 🏰')
      })

      it(`from ${clientDialect} to ${providerDialect}, ${isStream ? 'as a stream' : 'in one piece'}, holds the tool calls`, async () => {
        const name = `${provider === 'openai' ? 'openai/chat-completion' : 'anthropic/message'}-tools`
        bed[provider].reply(isStream ? stream(fixture(`${name}.sse`)) : unary(fixture(`${name}.json`)))
        const reply = await bed.gateway.post(path, { model, max_tokens: 300, stream: isStream, messages })
        const call = await bed.gateway.call(reply)
        expect(call).toMatchObject({ status: 200, finishReason: 'tool-calls' })
        const output = JSON.stringify(call.output)
        expect(output).toContain('get_weather')
        expect(output).toContain('Oslo')
        expect(output).toContain('Zürich')
      })
    }
  }

  it('has no cost when the price is unknown, and never 0', async () => {
    const reply = await bed.gateway.post('/v1/chat/completions', { model: 'openai-mock/a-model-of-tomorrow', messages })
    const call = await bed.gateway.call(reply)
    expect(call).toMatchObject({ status: 200, inputTokens: 1143, outputTokens: 212 })
    expect(call.costUsd ?? null).toBeNull()
  })

  it('is listed newest first, in pages, by filter', async () => {
    const ids: unknown[] = []
    for (const model of ['fast', 'clever', 'fast', 'fast']) {
      const reply = await bed.gateway.post('/v1/chat/completions', { model, messages })
      await bed.gateway.call(reply)
      ids.unshift(reply.headers['x-portcullis-call-id'])
    }
    const first = await bed.gateway.control('/api/v1/calls?limit=2')
    expect(first.status).toBe(200)
    expect(first.json.data.map(({ id }: { id: string }) => id)).toEqual(ids.slice(0, 2))
    const second = await bed.gateway.control(
      `/api/v1/calls?limit=2&cursor=${encodeURIComponent(first.json.nextCursor)}`,
    )
    expect(second.json.data.map(({ id }: { id: string }) => id)).toEqual(ids.slice(2, 4))
    const filtered = await bed.gateway.control('/api/v1/calls?limit=3&model=claude-sonnet-4-5')
    expect(filtered.json.data[0].id).toBe(ids[2])
    for (const call of filtered.json.data) expect(call.model).toBe('claude-sonnet-4-5')
    const ofAccount = await bed.gateway.control('/api/v1/calls?account=anthropic-mock')
    expect(ofAccount.json.data.length).toBeGreaterThan(0)
    for (const { account } of ofAccount.json.data) expect(account).toBe('anthropic-mock')
    expect((await bed.gateway.control('/api/v1/calls?account=anthropic')).json.data).toEqual([])
    const failed = await bed.gateway.control('/api/v1/calls?status=404')
    for (const call of failed.json.data) expect(call.status).toBe(404)
  })

  it('is shown to nobody without the admin token', async () => {
    for (const authorization of ['', 'Bearer wrong', `Bearer ${bed.gateway.key}`]) {
      const reply = await bed.gateway.control('/api/v1/calls', { authorization })
      expect(reply.status).toBe(401)
    }
  })

  it('holds no secret', async () => {
    const reply = await bed.gateway.post('/v1/chat/completions', { model: 'fast', messages })
    const text = JSON.stringify(await bed.gateway.call(reply))
    expect(text).not.toContain(bed.gateway.key)
    expect(text).not.toContain(bed.secrets.openai)
  })
})

describe('dropped parameters', () => {
  it('are named in a header and in the record', async () => {
    const reply = await bed.gateway.post('/v1/chat/completions', {
      model: 'clever',
      max_tokens: 50,
      messages,
      seed: 7,
      logit_bias: { '50256': -100 },
      a_field_from_next_year: true,
    })
    expect(reply.status).toBe(200)
    const names = String(reply.headers['x-portcullis-dropped']).split(', ')
    expect(names.sort()).toEqual(['a_field_from_next_year', 'logit_bias', 'seed'])
    const call = await bed.gateway.call(reply)
    expect([...call.droppedParameters].sort()).toEqual(names)
    const sent = JSON.stringify(bed.anthropic.requests[0]?.json)
    for (const name of names) expect(sent).not.toContain(name)
  })

  it('are named in an error reply too', async () => {
    bed.anthropic.reply(unary({ type: 'error', error: { type: 'api_error', message: 'no' } }, { status: 500 }))
    const reply = await bed.gateway.post('/v1/chat/completions', { model: 'clever', max_tokens: 50, messages, seed: 7 })
    expect(reply.headers['x-portcullis-dropped']).toBe('seed')
  })

  it('are none between two of the same dialect', async () => {
    const reply = await bed.gateway.post('/v1/chat/completions', {
      model: 'fast',
      messages,
      seed: 7,
      from_next_year: 1,
    })
    expect(reply.headers['x-portcullis-dropped']).toBeUndefined()
    expect(bed.openai.requests[0]?.json).toMatchObject({ seed: 7, from_next_year: 1 })
  })
})
