import { type PostOptions, post, type WireReply } from './client.ts'
import { startTestGateway, type TestGateway } from './gateway.ts'
import { type MockProvider, startMockProvider } from './mock-provider.ts'
import { unary } from './mock-replies.ts'

/** Two workspaces that share the accounts of a gateway. */
export interface SharedBed {
  readonly gateway: TestGateway
  readonly ownerKey: string
  readonly strangerKey: string
  /** Behind `first`, `open`, `claude` and `google`. */
  readonly first: MockProvider
  /** Behind `second`. */
  readonly second: MockProvider
  as(key: string, path: string, body: unknown, options?: PostOptions): Promise<WireReply>
  /** Sends a file to the account `second`, which calls it so. */
  upload(key: string, id: string, content?: string, purpose?: string): Promise<Response>
  reset(): void
  close(): Promise<void>
}

const strangerKey = 'pk-test-stranger-0123456789abcdefghijklm'

/** `open` lets ids pass that the gateway has not seen. */
export async function startSharedBed(): Promise<SharedBed> {
  const [first, second] = await Promise.all([startMockProvider(), startMockProvider()])
  const account = (id: string, provider: string, baseUrl: string) => ({
    id,
    provider,
    baseUrl,
    apiKey: `sk-of-${id}-0123456789`,
    allowPrivateNetwork: true,
  })
  const gateway = await startTestGateway({
    keys: [{ id: 'stranger', key: strangerKey, workspace: 'other', models: ['*'] }],
    config: {
      providers: [
        account('first', 'openai', `${first.origin}/v1`),
        account('second', 'openai', `${second.origin}/v1`),
        { ...account('open', 'openai', `${first.origin}/v1`), unknownIds: 'pass' },
        {
          id: 'many',
          provider: 'openai',
          baseUrl: `${first.origin}/v1`,
          apiKeys: ['sk-of-many-1', 'sk-of-many-2'],
          allowPrivateNetwork: true,
        },
        account('claude', 'anthropic', first.origin),
        account('google', 'gemini', `${first.origin}/v1beta`),
      ],
      models: { either: { route: 'either' } },
      routes: { either: { fallback: [{ target: 'first/gpt-5-mini' }, { target: 'second/gpt-5-mini' }] } },
    },
  })
  const as = (key: string, path: string, body: unknown, { headers = {}, ...options }: PostOptions = {}) =>
    post(gateway.url + path, body, { ...options, headers: { authorization: `Bearer ${key}`, ...headers } })
  return {
    gateway,
    ownerKey: gateway.key,
    strangerKey,
    first,
    second,
    as,
    upload(key, id, content = 'notes', purpose = 'user_data') {
      const form = new FormData()
      form.set('purpose', purpose)
      form.set('file', new Blob([content]), 'notes.txt')
      second.reply(unary({ id, object: 'file', purpose }))
      const headers = { authorization: `Bearer ${key}`, 'x-portcullis-provider': 'second' }
      return fetch(`${gateway.url}/v1/files`, { method: 'POST', body: form, headers })
    },
    reset() {
      for (const mock of [first, second]) mock.reset()
    },
    async close() {
      await gateway.close()
      await Promise.all([first, second].map((mock) => mock.close()))
    },
  }
}
