import { startTestGateway, type TestGateway } from './gateway.ts'
import { type MockProvider, startMockProvider } from './mock-provider.ts'

/** A running gateway between mock providers of three dialects. */
export interface GeminiBed {
  readonly gateway: TestGateway
  readonly gemini: MockProvider
  readonly openai: MockProvider
  readonly anthropic: MockProvider
  readonly secret: string
  reset(): void
  close(): Promise<void>
}

const secret = 'AIza-upstream-secret-of-gemini'

/** Accounts: `gemini-mock`, `openai-mock`, `anthropic-mock`. Aliases: `bright`, `fast` and `clever` for one model of each; `past-bright` for a route over two. */
export async function startGeminiBed(): Promise<GeminiBed> {
  const mocks = await Promise.all([startMockProvider(), startMockProvider(), startMockProvider()])
  const [gemini, openai, anthropic] = mocks
  const account = (provider: string, baseUrl: string) => ({
    id: `${provider}-mock`,
    provider,
    baseUrl,
    apiKey: provider === 'gemini' ? secret : `sk-upstream-secret-of-${provider}`,
    allowPrivateNetwork: true,
  })
  const gateway = await startTestGateway({
    config: {
      providers: [
        account('gemini', gemini.origin),
        account('openai', `${openai.origin}/v1`),
        account('anthropic', anthropic.origin),
      ],
      models: {
        bright: { target: 'gemini-mock/gemini-3-flash-preview' },
        fast: { target: 'openai-mock/gpt-5-mini' },
        clever: { target: 'anthropic-mock/claude-sonnet-4-5' },
        'past-bright': { route: 'past-bright' },
      },
      routes: {
        'past-bright': {
          fallback: [{ target: 'gemini-mock/gemini-3-flash-preview' }, { target: 'anthropic-mock/claude-sonnet-4-5' }],
        },
      },
    },
  })
  return {
    gateway,
    gemini,
    openai,
    anthropic,
    secret,
    reset: () => {
      for (const mock of mocks) mock.reset()
    },
    close: async () => {
      await gateway.close()
      await Promise.all(mocks.map((mock) => mock.close()))
    },
  }
}
