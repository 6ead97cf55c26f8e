import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { startTestGateway, type TestGateway } from './support/gateway.ts'
import { type MockProvider, startMockProvider } from './support/mock-provider.ts'

let mock: MockProvider
let gateway: TestGateway
beforeAll(async () => {
  mock = await startMockProvider()
  gateway = await startTestGateway({
    config: {
      providers: ['gemini', 'openai', 'groq', 'mistral', 'anthropic'].map((provider) => ({
        id: `${provider}-mock`,
        provider,
        baseUrl: provider === 'openai' ? `${mock.origin}/v1` : mock.origin,
        apiKey: `sk-of-${provider}`,
        allowPrivateNetwork: true,
      })),
    },
  })
})
afterAll(async () => {
  await gateway.close()
  await mock.close()
})
beforeEach(() => mock.reset())

/** As a client has it that keeps what Gemini answered in the dialect of OpenAI. */
const body = (model: string): string =>
  `{"model":"${model}", "seed_of_next_year":12345678901234567890,"messages":[{"role":"user","content":"Weather?"},{"role":"assistant","content":null,"extra_content":{"google":{"thought_signature":"c2lnbmVk"}},"tool_calls":[{"id":"call_1","type":"function","extra_content":{"google":{"thought_signature":"c2lnbmVk"}},"function":{"name":"get_weather","arguments":"{}"}}]},{"role":"tool","tool_call_id":"call_1","content":"4 °C"}]}`
const bare = body('m').replaceAll('"extra_content":{"google":{"thought_signature":"c2lnbmVk"}},', '')

describe('signatures that Gemini puts into `extra_content`', () => {
  it.each([
    ['gemini-mock', 'gemini-3-flash-preview', /\/openai\/chat\/completions$/],
    ['openai-mock', 'gpt-4.1', /^\/v1\/chat\/completions$/],
  ])('go on byte for byte to %s', async (account, model, path) => {
    const reply = await gateway.post('/v1/chat/completions', body(`${account}/${model}`))
    expect([reply.status, reply.headers['x-portcullis-dropped']]).toEqual([200, undefined])
    expect(mock.requests[0]?.path).toMatch(path)
    expect(mock.requests[0]?.body.toString()).toBe(body(model))
  })

  it.each(['groq', 'mistral'])(
    'stay behind, and are named, for %s, which refuses what it does not know',
    async (id) => {
      const reply = await gateway.post('/v1/chat/completions', body(`${id}-mock/m`))
      expect([reply.status, reply.headers['x-portcullis-dropped']]).toEqual([200, 'messages[].extra_content'])
      const sent = mock.requests[0]
      expect(sent?.json).toEqual(JSON.parse(bare))
      expect(sent?.body.toString()).toContain('"seed_of_next_year":12345678901234567890')
      await gateway.post('/v1/chat/completions', bare.replace('"m"', `"${id}-mock/m"`))
      expect(mock.requests[1]?.body.toString()).toBe(bare)
    },
  )

  it('are shown to no vendor of another dialect', async () => {
    await gateway.post('/v1/chat/completions', body('anthropic-mock/claude-sonnet-4-5'))
    expect(mock.requests[0]?.body.toString()).not.toContain('c2lnbmVk')
  })
})
