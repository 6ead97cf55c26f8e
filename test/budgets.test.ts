import { setTimeout as pause } from 'node:timers/promises'
import Anthropic from '@anthropic-ai/sdk'
import OpenAI from 'openai'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { post } from './support/client.ts'
import { startTestGateway, type TestGateway } from './support/gateway.ts'
import { type MockProvider, startMockProvider } from './support/mock-provider.ts'
import { fixture, heldReply, unary } from './support/mock-replies.ts'

const keyOf = (id: string): string => `pk-test-${id}-0123456789abcdefghijk`
/** 30 tokens in all. */
const reply = unary({
  ...JSON.parse(fixture('openai/chat-completion.json').toString()),
  usage: { prompt_tokens: 20, completion_tokens: 10, total_tokens: 30 },
})

let mock: MockProvider
let gateway: TestGateway
beforeAll(async () => {
  mock = await startMockProvider()
  const key = (id: string, more: object) => ({ id, key: keyOf(id), ...more })
  gateway = await startTestGateway({
    keys: [
      key('paced', { limits: [{ requests: 2, per: 'hour' }] }),
      key('single', { limits: [{ concurrentCalls: 1 }] }),
      key('poor', { budgets: [{ costUsd: 0.001, per: 'month' }] }),
      key('narrow', { limits: [{ tokens: 120, per: 'day' }] }),
      key('brief', { limits: [{ tokens: 1000, per: 'day' }] }),
      key('saving', { budgets: [{ costUsd: 0.01, per: 'month' }] }),
      key('lenient', { budgets: [{ costUsd: 1, per: 'total', unpriced: 'allow' }] }),
      key('slipping', { models: ['one/gpt-5-m*', 'saving'], budgets: [{ costUsd: 1, per: 'month' }] }),
      key('of-openai', {}),
      key('shared-a', {}),
      key('shared-b', {}),
    ],
    config: {
      providers: [
        { id: 'one', provider: 'openai', baseUrl: `${mock.origin}/v1`, apiKey: 'sk-1', allowPrivateNetwork: true },
      ],
      cache: { exact: { ttlSeconds: 60 } },
      models: { saving: { route: 'saving' } },
      routes: {
        saving: {
          conditional: [{ if: 'budget.left < 0.9', target: 'one/gpt-5-nano' }, { target: 'one/gpt-5-mini' }],
        },
      },
      budgets: [
        { id: 'both', match: { keys: ['shared-*'] }, requests: 3, per: 'day' },
        { id: 'at-openai', match: { keys: ['of-openai'], providers: ['openai'] }, costUsd: 1, per: 'day' },
        { id: 'each-team', match: { keys: ['shared-*'] }, groupBy: ['metadata.team'], requests: 2, per: 'day' },
      ],
    },
  })
})
afterAll(async () => {
  await gateway.close()
  await mock.close()
})
beforeEach(() => {
  mock.reset()
  mock.script(() => reply)
})

let asked = 0
/** Each asks something else, so that none is answered from the cache. */
const ask = (id: string, more: object = {}, headers: Record<string, string> = {}) =>
  gateway.post(
    '/v1/chat/completions',
    { model: 'one/gpt-5-mini', messages: [{ role: 'user', content: `Question ${++asked}` }], max_tokens: 100, ...more },
    { headers: { authorization: `Bearer ${keyOf(id)}`, ...headers } },
  )

describe('a limit of requests', () => {
  it('lets so many pass, says what is left in the headers of the vendor, and then refuses with the time to wait', async () => {
    const first = await ask('paced')
    expect(first.status).toBe(200)
    expect(first.headers).toMatchObject({ 'x-ratelimit-limit-requests': '2', 'x-ratelimit-remaining-requests': '1' })
    expect(first.headers['x-ratelimit-reset-requests']).toMatch(/^(\d+h)?\d+m\d/)
    const anthropic = new Anthropic({ baseURL: gateway.url, apiKey: keyOf('paced'), maxRetries: 0 })
    const question = { model: 'demo/echo', max_tokens: 10, messages: [{ role: 'user' as const, content: 'Hello' }] }
    const second = await anthropic.messages.create(question).withResponse()
    expect(second.response.headers.get('anthropic-ratelimit-requests-remaining')).toBe('0')
    expect(Date.parse(second.response.headers.get('anthropic-ratelimit-requests-reset') ?? '')).toBeGreaterThan(
      Date.now(),
    )
    const refused = await anthropic.messages.create(question).catch((fault: unknown) => fault)
    expect(refused).toBeInstanceOf(Anthropic.RateLimitError)
    const third = await ask('paced')
    expect(third.status).toBe(429)
    expect(third.json.error.message).toMatch(
      /^The limit of 2 requests per hour is reached\. There is enough again in \d+ min\.$/,
    )
    expect(Number(third.headers['retry-after'])).toBeGreaterThan(60)
    expect(third.headers['x-ratelimit-remaining-requests']).toBe('0')
    expect(third.headers['x-should-retry']).toBe('false')
    expect(mock.requests).toHaveLength(1)
    const call = await gateway.call(third)
    expect(call).toMatchObject({ status: 429, errorCode: 'rate_limited', attempts: [], key: 'paced' })
  })

  it('is one for all keys that a budget of the file fits, or one for each value of what it is grouped by', async () => {
    const team = (name: string) => ({ 'x-portcullis-metadata': JSON.stringify({ team: name }) })
    expect((await ask('shared-a', {}, team('red'))).status).toBe(200)
    expect((await ask('shared-b', {}, team('red'))).status).toBe(200)
    const ofTeam = await ask('shared-a', {}, team('red'))
    expect(ofTeam.json.error.message).toContain('The limit of 2 requests per day (budget "each-team") is reached.')
    expect((await ask('shared-b', {}, team('blue'))).status).toBe(200)
    expect((await ask('shared-a', {}, team('green'))).json.error.message).toContain(
      '3 requests per day (budget "both")',
    )
  })

  it('that is used up says since when, and no later with each call', async () => {
    const forecast = async () => (await gateway.control('/api/v1/budgets?budget=both')).json.data[0].forecast
    const { endsAt } = await forecast()
    expect(Date.parse(endsAt)).toBeLessThanOrEqual(Date.now())
    await ask('shared-a')
    while (Date.now() <= Date.parse(endsAt)) await pause(1)
    expect(await forecast()).toEqual({ endsAt, basis: 'window' })
  })
})

describe('a limit of calls at once', () => {
  it('is free again as soon as the call has ended', async () => {
    const held = heldReply()
    mock.reply(held.reply)
    const first = ask('single')
    await held.arrived
    const second = await ask('single')
    expect(second.status).toBe(429)
    expect(second.json.error.message).toBe('The limit of 1 calls at once is reached.')
    expect(second.headers).toMatchObject({ 'retry-after': '1', 'x-portcullis-error': 'rate_limited' })
    expect(second.headers['x-should-retry']).toBeUndefined()
    held.release(reply)
    expect((await first).status).toBe(200)
    expect((await ask('single')).status).toBe(200)
  })
})

describe('a limit of tokens', () => {
  it('holds what a call may write, and gives back what it did not', async () => {
    const held = heldReply()
    mock.reply(held.reply)
    const first = ask('brief', { max_tokens: 900 })
    await held.arrived
    expect((await ask('brief', { max_tokens: 100 })).status).toBe(429)
    held.release(reply)
    expect((await first).status).toBe(200)
    expect(await standing('brief')).toMatchObject({ used: 30, left: 970 })
    expect((await ask('brief', { max_tokens: 800 })).status).toBe(200)
    const tooMuch = await ask('brief', { max_tokens: 5000 })
    expect(tooMuch.json.error.message).toMatch(
      /^This call may come to \d+ tokens, more than all of 1000 tokens per day/,
    )
    expect(tooMuch.headers['retry-after']).toBeUndefined()
    // Waiting does not help, and neither does asking again.
    expect(tooMuch.headers['x-portcullis-help']).toMatch(/smaller `max_tokens`.*or have the limit raised/)
    expect(tooMuch.headers['x-should-retry']).toBe('false')
  })

  it('reads the body before it refuses a call that by its size alone might be too much', async () => {
    // 95 bytes and 100 tokens of answer.
    expect((await ask('narrow')).status).toBe(200)
    const refused = await ask('narrow', { max_tokens: 119 })
    expect(refused.status).toBe(429)
    expect(refused.json.error.message).toMatch(
      /^This call may come to 12\d tokens, more than all of 120 tokens per day/,
    )
  })

  it('counts nothing for what the cache answers, and nothing for what a provider refused', async () => {
    const before = await standing('brief')
    mock.reply(unary({ error: { message: 'No.' } }, { status: 400 }))
    expect((await ask('brief', { max_tokens: 10 })).status).toBe(400)
    const question = { messages: [{ role: 'user', content: 'The same again' }], max_tokens: 10 }
    expect((await ask('brief', question)).status).toBe(200)
    const between = await standing('brief')
    expect((await ask('brief', question)).headers['x-portcullis-cache']).toBe('hit')
    const after = await standing('brief')
    expect(between.used).toBeGreaterThan(before.used)
    expect(after).toMatchObject({ used: between.used, reserved: 0 })
  })
})

describe('a budget in USD', () => {
  it('is spent by the prices of the catalogue, exactly as the record has it, and then is 429', async () => {
    const first = await ask('poor')
    expect(first.status).toBe(200)
    const { costUsd } = (await gateway.call(first)) as { costUsd: number }
    expect(costUsd).toBeGreaterThan(0)
    const { text } = await gateway.control('/metrics')
    const ratio = /^portcullis_budget_left_ratio\{key="poor",measure="costUsd",per="month"\} (\S+)$/m.exec(text)?.[1]
    expect(Number(ratio)).toBeCloseTo(1 - costUsd / 0.001, 6)
    expect(await standing('poor')).toMatchObject({ used: costUsd, left: expect.closeTo(0.001 - costUsd, 9) })
    const openai = new OpenAI({ baseURL: `${gateway.url}/v1`, apiKey: keyOf('poor'), maxRetries: 0 })
    const fault = await openai.chat.completions
      .create({ model: 'one/gpt-5-mini', messages: [{ role: 'user', content: 'x' }], max_completion_tokens: 100_000 })
      .catch((cause: unknown) => cause)
    expect(fault).toBeInstanceOf(OpenAI.RateLimitError)
    expect((fault as Error).message).toMatch(/may come to [\d.]+ USD, more than all of 0\.001 USD per month/)
  })

  it('may decide where a call goes, and an explanation says the same', async () => {
    const modelOf = async (maxTokens: number): Promise<string | undefined> => {
      const { headers } = await ask('saving', { model: 'saving', max_tokens: maxTokens })
      return String(headers['x-portcullis-model'])
    }
    expect(await modelOf(10)).toBe('gpt-5-mini')
    mock.reply(
      unary({
        ...JSON.parse(fixture('openai/chat-completion.json').toString()),
        usage: { prompt_tokens: 20, completion_tokens: 1000, total_tokens: 1020 },
      }),
    )
    expect(await modelOf(10)).toBe('gpt-5-mini')
    await standing('saving')
    const { json } = await post(
      `${gateway.controlUrl}/api/v1/routes/explain`,
      { route: 'saving', key: 'saving', messages: [{ role: 'user', content: 'x' }] },
      { headers: { authorization: `Bearer ${gateway.adminToken}` } },
    )
    expect(json.decision).toMatchObject({ model: 'gpt-5-nano' })
    expect(await modelOf(10)).toBe('gpt-5-nano')
  })

  it('refuses what has no known price, unless it says otherwise', async () => {
    const unknown = await ask('poor', { model: 'one/no-such-model' })
    expect(unknown.status).toBe(403)
    expect(unknown.headers['x-portcullis-error']).toBe('unpriced_call')
    expect(
      (await gateway.post('/p/one/videos', {}, { headers: { authorization: `Bearer ${keyOf('poor')}` } })).status,
    ).toBe(403)
    expect((await ask('lenient', { model: 'one/no-such-model' })).status).toBe(200)
  })

  it('meets a slip in the name of a model with names that have a price and that the key may use', async () => {
    const told = async (id: string, model: string) => {
      const { headers, json } = await ask(id, { model })
      return [headers['x-portcullis-error'], json.error.message.split('. Did you mean ')[1]]
    }
    expect(await told('poor', 'gpt-5-minii')).toEqual([
      'unpriced_call',
      expect.stringMatching(/^"gpt-5-mini" or .*\?$/),
    ])
    expect(await told('poor', 'one/gpt-5-minii')).toEqual([
      'unpriced_call',
      expect.stringMatching(/^"one\/gpt-5-mini" or /),
    ])
    expect(await told('of-openai', 'gpt-5-minii')).toEqual([
      'unpriced_call',
      expect.stringMatching(/^"gpt-5-mini" or /),
    ])
    // Of `gpt-5` and `gpt-5-nano` this key knows nothing.
    expect(await told('slipping', 'one/gpt-5-minii')).toEqual(['unpriced_call', '"one/gpt-5-mini"?'])
    expect(await told('poor', 'something-else-altogether')).toEqual(['unpriced_call', undefined])
  })
})

interface Standing {
  readonly used: number
  readonly reserved: number
  readonly left: number
}

/** Once nothing is in flight any more. */
async function standing(key: string): Promise<Standing> {
  for (;;) {
    const { json } = await gateway.control(`/api/v1/budgets?key=${key}`)
    const [found] = json.data as Standing[]
    if (found !== undefined && found.reserved === 0) return found
    await pause(1)
  }
}
