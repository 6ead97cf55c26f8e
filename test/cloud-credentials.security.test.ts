/** The metadata service gives the machine's credentials to whoever asks, so what is asked of it is fixed. */
import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest'
import { createUpstreams } from '../src/server/accounts/upstreams.ts'
import { startTestGateway, type TestGateway } from './support/gateway.ts'
import { type MockProvider, type MockReply, startMockProvider } from './support/mock-provider.ts'
import { unary } from './support/mock-replies.ts'

let metadata: MockProvider
let provider: MockProvider
let gateway: TestGateway
const account = (id: string, options: Readonly<Record<string, string>>) => ({
  id,
  provider: 'bedrock',
  baseUrl: provider.origin,
  allowPrivateNetwork: true,
  options: { region: 'us-east-1', ...options },
})
beforeAll(async () => {
  ;[metadata, provider] = await Promise.all([startMockProvider(), startMockProvider()])
  gateway = await startTestGateway({
    metadata: metadata.origin,
    config: {
      providers: [
        account('instance', { credentialSource: 'instance' }),
        { ...account('plain', {}), apiKey: 'ABSK-a-key' },
        ...['a', 'b', 'c', 'd', 'e', 'f'].map((id) => account(id, { credentialSource: 'instance' })),
      ],
    },
  })
})
afterAll(async () => {
  await gateway.close()
  await Promise.all([metadata.close(), provider.close()])
})
beforeEach(() => {
  metadata.reset()
  provider.reset()
})

const ask = (id: string) =>
  gateway.post(`/model/${encodeURIComponent(`${id}/anthropic.claude-x`)}/invoke`, { anthropic_version: 'v' })

it('nobody asks it at start, nor for an account that does not say so', async () => {
  await ask('plain')
  expect(provider.requests).toHaveLength(1)
  expect(metadata.requests).toEqual([])
})

it.each<[string, string, MockReply]>([
  ['a', 'a role that is another path', unary('../../user-data')],
  ['b', 'a role that is a query', unary('role?x=1')],
  ['c', 'no role', unary('')],
  ['d', 'a refusal', unary('secret words of the service', { status: 403 })],
  [
    'e',
    'a redirect',
    unary('secret words of the service', { status: 302, headers: { location: 'http://127.0.0.1/' } }),
  ],
  ['f', 'a body without end', unary('x'.repeat(100_000))],
])('%s: %s is an error that says nothing of it, and nothing else is asked', async (id, _what, answer) => {
  metadata.reply(unary('imds-token'), answer)
  const reply = await ask(id)
  expect(reply.status).toBeGreaterThanOrEqual(400)
  expect(reply.text).not.toContain('secret words')
  expect(metadata.requests.map(({ path }) => path)).toEqual([
    '/latest/api/token',
    '/latest/meta-data/iam/security-credentials/',
  ])
  expect(provider.requests).toEqual([])
})

it('no path leads to another address, nor to another request', async () => {
  const upstreams = createUpstreams({
    machine: metadata.origin,
    'ecs-task': metadata.origin,
    'eks-pod': metadata.origin,
  })
  const get = (path: string) => upstreams.askMetadata('machine', { method: 'GET', path, headers: {} })
  for (const path of ['@127.0.0.1:1/', '.example.com/', ':1/', '0/']) {
    await expect(get(path)).rejects.toThrow()
  }
  const headers = { a: 'b\r\nx: y' }
  await expect(upstreams.askMetadata('machine', { method: 'GET', path: '/', headers })).rejects.toThrow(
    'no HTTP header',
  )
  expect(metadata.requests).toEqual([])
  upstreams.close()
})

it.each([
  [{ credentialSource: 'anything' }, 'has a `credentialSource` that is none'],
  [{ credentialSource: 'constructor' }, 'has a `credentialSource` that is none'],
  [{ credentialSource: 'ecs' }, 'needs the option `containerPath`'],
  [{ credentialSource: 'ecs', containerPath: 'http://example.com/' }, 'has a `containerPath` that is none'],
  [{ credentialSource: 'ecs', containerPath: '/a/../latest' }, 'has a `containerPath` that is none'],
  [{ credentialSource: 'instance', profile: 'x' }, 'beside its `credentialSource`'],
])('an account with %j is refused when the file is read', async (options, words) => {
  const starting = startTestGateway({ config: { providers: [account('wrong', options)] } })
  await expect(starting).rejects.toThrow(words)
})
