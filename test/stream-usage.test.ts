import { afterAll, beforeAll, expect, it } from 'vitest'
import { startTestGateway, type TestGateway } from './support/gateway.ts'
import { type MockProvider, startMockProvider } from './support/mock-provider.ts'

let mock: MockProvider
let gateway: TestGateway
beforeAll(async () => {
  mock = await startMockProvider()
  gateway = await startTestGateway({
    config: {
      providers: [
        {
          id: 'counted',
          provider: 'openai-compatible',
          baseUrl: `${mock.origin}/v1`,
          allowPrivateNetwork: true,
          streamUsage: 'request',
        },
      ],
    },
  })
})
afterAll(async () => {
  await gateway.close()
  await mock.close()
})

it('an account that wants usage in each stream changes nothing else of a body: digits and unknown fields stay', async () => {
  const rest =
    '"stream":true, "seed":12345678901234567890,"odd":{"x":1.0,"y":[1e2]},"messages":[{"role":"user","content":"\\u00fc"}]'
  await gateway.post('/v1/chat/completions', `{"model":"counted/m",${rest}}`)
  const body = String(mock.requests[0]?.body)
  expect(body).toContain('"seed":12345678901234567890,"odd":{"x":1.0,"y":[1e2]}')
  expect(body).toContain('"content":"\\u00fc"')
  expect(JSON.parse(body)).toEqual({ ...JSON.parse(`{${rest}}`), model: 'm', stream_options: { include_usage: true } })
})

it('and keeps the other options of a stream', async () => {
  const options = { include_usage: false, include_obfuscation: false }
  await gateway.post('/v1/chat/completions', {
    model: 'counted/m',
    stream: true,
    stream_options: options,
    messages: [{ role: 'user', content: 'x' }],
  })
  expect(mock.requests[1]?.json).toMatchObject({ stream_options: { include_usage: true, include_obfuscation: false } })
})
