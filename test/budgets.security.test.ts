import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import type { WireReply } from './support/client.ts'
import { startTestGateway, type TestGateway } from './support/gateway.ts'
import { type MockProvider, startMockProvider } from './support/mock-provider.ts'
import { fixture, heldReply, unary, vendorError } from './support/mock-replies.ts'

const keyOf = (id: string): string => `pk-hostile-${id}-0123456789abcdefghijk`
const answer = unary({
  ...JSON.parse(fixture('openai/chat-completion.json').toString()),
  usage: { prompt_tokens: 20, completion_tokens: 10, total_tokens: 30 },
})

let mock: MockProvider
let gateway: TestGateway
beforeAll(async () => {
  mock = await startMockProvider()
  const account = (id: string, provider: string, baseUrl: string) => {
    return { id, provider, baseUrl, apiKey: 'sk-1', allowPrivateNetwork: true }
  }
  const key = (id: string, more: object) => ({ id, key: keyOf(id), ...more })
  gateway = await startTestGateway({
    keys: [
      key('brief', { limits: [{ outputTokens: 10_000, per: 'day' }] }),
      key('held', { limits: [{ outputTokens: 1000, per: 'day' }] }),
      key('lenient', { budgets: [{ costUsd: 0.001, per: 'month', unpriced: 'allow' }] }),
      key('named', {}),
    ],
    config: {
      providers: [
        account('one', 'openai', `${mock.origin}/v1`),
        account('own', 'vllm', mock.origin),
        account('gemini', 'gemini', mock.origin),
      ],
      routes: { mixed: { fallback: [{ target: 'one/gpt-5-mini' }, { target: 'own/of-no-price' }] } },
      models: { mixed: { route: 'mixed' } },
      budgets: [
        { id: 'dear', match: { models: ['one/gpt-5', 'gpt-5'] }, requests: 1, per: 'total' },
        { id: 'each', match: { keys: ['named'] }, groupBy: ['metadata.team'], requests: 5, per: 'total' },
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
  mock.script(() => answer)
})

const as = (id: string, more: Record<string, string> = {}) => ({
  headers: { authorization: `Bearer ${keyOf(id)}`, ...more },
})
const messages = [{ role: 'user', content: 'Hello' }]
const ask = (id: string, body: object, headers: Record<string, string> = {}): Promise<WireReply> =>
  gateway.post('/v1/chat/completions', { model: 'one/gpt-5-mini', messages, ...body }, as(id, headers))

interface Listed {
  readonly used: number
  readonly reserved: number
  readonly group: readonly string[]
}

/** Once nothing is in flight any more. */
async function standings(query: string): Promise<Listed[]> {
  for (;;) {
    const { json } = await gateway.control(`/api/v1/budgets?${query}`)
    const data = json.data as Listed[]
    if (data.every(({ reserved }) => reserved === 0)) return data
  }
}

describe('what a call may write', () => {
  const own = 'own/of-no-price'
  const gemini = '/v1beta/models/gemini%2Fgemini-2.5-flash:generateContent'
  it.each<[string, string, object]>([
    ['several prompts', '/v1/completions', { model: own, prompt: Array(20).fill('Hello'), max_tokens: 1000 }],
    ['best_of', '/v1/completions', { model: own, prompt: 'Hello', max_tokens: 1000, best_of: 20 }],
    ['n', '/v1/chat/completions', { model: own, messages, max_tokens: 1000, n: 20 }],
    ['n beyond what OpenAI takes', '/v1/chat/completions', { model: own, messages, max_tokens: 70, n: 150 }],
    [
      'the larger of two bounds',
      '/v1/chat/completions',
      { model: own, messages, max_completion_tokens: 1, max_tokens: 20_000 },
    ],
    ['a bound in quotes', '/v1/chat/completions', { model: own, messages, max_tokens: '20000' }],
    [
      'a body that only its provider can read',
      '/v1/chat/completions',
      { model: own, messages: 'all', max_tokens: 20_000 },
    ],
    [
      'a number of candidates behind a field of another vendor',
      gemini,
      { n: 1, contents: [{ parts: [{ text: 'x' }] }], generationConfig: { candidateCount: 8, maxOutputTokens: 2000 } },
    ],
    [
      'candidates in the other spelling',
      gemini,
      { contents: [{ parts: [{ text: 'x' }] }], generation_config: { candidate_count: 8, max_output_tokens: 2000 } },
    ],
    [
      'thoughts beside an answer without a bound',
      gemini,
      { contents: [{ parts: [{ text: 'x' }] }], generationConfig: { thinkingConfig: { thinkingBudget: 20_000 } } },
    ],
  ])('is held as the most that it comes to: %s', async (_, path, body) => {
    const refused = await gateway.post(path, body, as('brief'))
    expect({ status: refused.status, body: refused.json }).toMatchObject({ status: 429 })
    expect(mock.requests).toHaveLength(0)
  })

  it('is held for a target that a config of Portkey turns to, with the budgets of its model', async () => {
    const targets = [
      { provider: '@one', override_params: { model: 'gpt-5-mini', max_tokens: 10 } },
      { provider: '@one', override_params: { model: 'gpt-5', max_tokens: 900 } },
    ]
    const config = JSON.stringify({ strategy: { mode: 'fallback', on_status_codes: [400] }, targets })
    const turning = (): Promise<WireReply> => ask('held', {}, { 'x-portkey-config': config })
    const held = heldReply()
    mock.reply(vendorError(400))
    mock.reply(held.reply)
    const first = turning()
    await held.arrived
    expect((await ask('held', { max_tokens: 200 })).status).toBe(429)
    held.release(answer)
    expect((await first).status).toBe(200)
    expect(await standings('key=held')).toMatchObject([{ used: 10 }])
    expect(await standings('budget=dear')).toMatchObject([{ used: 1 }])
    mock.reply(vendorError(400))
    const second = await turning()
    expect({ status: second.status, body: second.json }).toMatchObject({ status: 429 })
    expect(await standings('key=held')).toMatchObject([{ used: 10 }])
  })
})

it('a budget that allows calls without a price counts those whose price is known all the same', async () => {
  const first = await ask('lenient', { model: 'mixed', max_tokens: 10 })
  const { costUsd } = (await gateway.call(first)) as { costUsd: number }
  expect(costUsd).toBeGreaterThan(0)
  expect(await standings('key=lenient')).toMatchObject([{ used: costUsd }])
  expect((await ask('lenient', { model: 'mixed', max_tokens: 100_000 })).status).toBe(429)
  expect((await ask('lenient', { model: 'own/of-no-price', max_tokens: 100_000 })).status).toBe(200)
  expect(await standings('key=lenient')).toMatchObject([{ used: costUsd }])
})

it('values that a client groups its calls by are kept no longer than the record keeps them', async () => {
  const team = 'x'.repeat(100_000)
  expect((await ask('named', { metadata: { team } })).status).toBe(200)
  const [listed] = await standings('budget=each')
  expect(listed?.group).toEqual([team.slice(0, 512)])
})
