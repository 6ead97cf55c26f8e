import { afterEach, beforeEach, expect, it } from 'vitest'
import { startTestGateway, type TestGateway } from './support/gateway.ts'
import { type MockProvider, startMockProvider } from './support/mock-provider.ts'
import { fixture, unary } from './support/mock-replies.ts'

let provider: MockProvider
let vault: MockProvider
let gateway: TestGateway
const said: string[] = []
beforeEach(async () => {
  ;[provider, vault] = await Promise.all([startMockProvider(), startMockProvider()])
  provider.script(() => unary(fixture('openai/chat-completion.json')))
  const account = { provider: 'openai', baseUrl: `${provider.origin}/v1`, allowPrivateNetwork: true }
  gateway = await startTestGateway({
    config: {
      secrets: { vault: { address: vault.origin, allowPrivateNetwork: true, token: 'a-token' } },
      providers: [{ id: 'one', ...account, apiKey: 'vault:secret/openai#apiKey' }],
    },
    log: (message) => void said.push(message),
  })
})
afterEach(async () => {
  await gateway.close()
  await Promise.all([provider.close(), vault.close()])
})

it('a store of secrets that fails is seen, told of once, and used again by itself once it is well', async () => {
  const ask = async (): Promise<number> => {
    const messages = [{ role: 'user', content: 'Who goes there?' }]
    return (await gateway.post('/v1/chat/completions', { model: 'one/gpt-5-mini', messages })).status
  }
  const about = (text: string): string[] => said.filter((message) => message.includes(text))
  vault.script(() => unary({ errors: ['Vault is sealed'] }, { status: 503 }))
  expect((await gateway.get('/readyz')).json.status).toBe('ok')
  for (let call = 0; call < 3; call++) expect(await ask()).toBeGreaterThanOrEqual(500)
  const sentence = 'The secret "vault:secret/openai#apiKey" cannot be had: Vault is sealed or in maintenance (503).'
  expect((await gateway.get('/readyz')).json).toMatchObject({ ready: true, status: 'degraded', reasons: [sentence] })
  const { text } = await gateway.control('/metrics')
  expect(text).toContain('portcullis_secrets_failing 1')
  expect(text).toMatch(/^portcullis_secret_read_failures_total [1-9]/m)
  vault.script(() => unary({ data: { data: { apiKey: 'sk-1' } } }))
  while ((await gateway.get('/readyz')).json.status !== 'ok');
  expect(await ask()).toBe(200)
  expect([about('cannot be had'), about('can be had again')].map(({ length }) => length)).toEqual([1, 1])
})
