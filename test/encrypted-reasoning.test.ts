import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import type { Json } from './support/client.ts'
import { startTestGateway, type TestGateway } from './support/gateway.ts'
import { type MockProvider, startMockProvider } from './support/mock-provider.ts'
import { fixture, stream, unary, vendorError } from './support/mock-replies.ts'

/** Two accounts of one provider: what one encrypts, the other cannot read. */
let first: MockProvider
let second: MockProvider
let gateway: TestGateway
beforeAll(async () => {
  ;[first, second] = await Promise.all([startMockProvider(), startMockProvider()])
  const account = (id: string, { origin }: MockProvider) => ({
    id,
    provider: 'openai',
    baseUrl: `${origin}/v1`,
    apiKey: `sk-of-${id}`,
    allowPrivateNetwork: true,
  })
  gateway = await startTestGateway({
    config: {
      providers: [account('first', first), account('second', second)],
      models: { safe: { route: 'safe' } },
      routes: { safe: { fallback: [{ target: 'first/gpt-5' }, { target: 'second/gpt-5' }] } },
    },
  })
})
afterAll(async () => {
  await gateway.close()
  await Promise.all([first.close(), second.close()])
})
beforeEach(() => {
  first.reset()
  second.reset()
})

const question = { role: 'user', content: [{ type: 'input_text', text: 'Weather in Oslo?' }] }
const reasoning = { type: 'reasoning', id: 'rs_1', summary: [], encrypted_content: 'gAAAAABmade-by-the-first==' }
const call = { type: 'function_call', call_id: 'call_1', name: 'get_weather', arguments: '{"city":"Oslo"}' }
const result = { type: 'function_call_output', call_id: 'call_1', output: '4 °C' }
const body = {
  model: 'safe',
  store: false,
  include: ['reasoning.encrypted_content'],
  input: [question, reasoning, { ...call, id: 'fc_1', status: 'completed' }, result],
}
const refusal = unary(
  {
    error: {
      message: 'The encrypted content gAAA...rst== could not be verified.',
      type: 'invalid_request_error',
      param: null,
      code: 'invalid_encrypted_content',
    },
  },
  { status: 400 },
)

describe('reasoning that an account encrypted', () => {
  it('goes back to that account as it came', async () => {
    const reply = await gateway.post('/v1/responses', body)
    expect([reply.status, reply.headers['x-portcullis-dropped']]).toEqual([200, undefined])
    expect(first.requests[0]?.json).toEqual({ ...body, model: 'gpt-5' })
  })

  it.each([false, true])('is left out, and named, where another account answers (stream: %s)', async (isStream) => {
    first.reply(vendorError(503))
    second.reply(refusal)
    if (isStream) second.reply(stream(fixture('openai/response.sse')))
    const reply = await gateway.post('/v1/responses', { ...body, stream: isStream })
    expect([reply.status, reply.headers['x-portcullis-dropped']]).toEqual([200, 'input[].reasoning'])
    const [refused, sent] = second.requests.map(({ json }): Json => json)
    expect(refused.input).toEqual(body.input)
    expect(sent).toEqual({
      ...refused,
      input: [question, { ...call, status: 'completed' }, result],
    })
    const { attempts, droppedParameters } = await gateway.call(reply)
    expect(droppedParameters).toEqual(['input[].reasoning'])
    expect(attempts).toMatchObject([
      { account: 'first', status: 503 },
      { account: 'second', status: 400, errorCode: 'upstream_rejected' },
      { account: 'second', status: 200 },
    ])
  })

  it('is left out once only, and for no other fault', async () => {
    second.script(() => refusal)
    const twice = await gateway.post('/v1/responses', { ...body, model: 'second/gpt-5' })
    expect([twice.status, twice.json.error.code]).toEqual([400, 'invalid_encrypted_content'])
    expect(second.requests).toHaveLength(2)
    const none = await gateway.post('/v1/responses', { ...body, input: [question], model: 'second/gpt-5' })
    expect(none.status).toBe(400)
    expect(second.requests).toHaveLength(3)
    second.script(() => vendorError(400))
    const other = await gateway.post('/v1/responses', { ...body, model: 'second/gpt-5' })
    expect([other.status, other.headers['x-portcullis-dropped']]).toEqual([400, undefined])
    expect(second.requests).toHaveLength(4)
  })
})
