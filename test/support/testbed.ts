import { type GatewayOptions, startTestGateway, type TestGateway } from './gateway.ts'
import { type MockProvider, refusingOrigin, startMockProvider } from './mock-provider.ts'

/** A running gateway between two mock providers. */
export interface Testbed {
  readonly gateway: TestGateway
  readonly openai: MockProvider
  readonly anthropic: MockProvider
  /** The credentials of the provider accounts. */
  readonly secrets: { readonly openai: string; readonly anthropic: string }
  /** Forgets what the mocks received and were told. */
  reset(): void
  close(): Promise<void>
}

const secrets = { openai: 'sk-upstream-secret-of-openai', anthropic: 'sk-ant-upstream-secret-of-anthropic' }

/**
 * Accounts: `openai-mock`, `anthropic-mock`, `chat-mock` for the first as a server of Chat Completions only, and `down`,
 * which refuses connections. Aliases: `fast` and `clever` for one model of each, and `safe` for a route over both.
 */
export async function startTestbed(options: GatewayOptions = {}): Promise<Testbed> {
  const [openai, anthropic] = await Promise.all([startMockProvider(), startMockProvider()])
  const gateway = await startTestGateway({
    ...options,
    config: { ...testbedConfig(openai.origin, anthropic.origin, await refusingOrigin()), ...options.config },
  })
  return {
    gateway,
    openai,
    anthropic,
    secrets,
    reset: () => {
      openai.reset()
      anthropic.reset()
    },
    close: async () => {
      await gateway.close()
      await Promise.all([openai.close(), anthropic.close()])
    },
  }
}

function testbedConfig(openai: string, anthropic: string, refusing: string): Record<string, unknown> {
  const allowPrivateNetwork = true
  return {
    providers: [
      {
        id: 'openai-mock',
        provider: 'openai',
        baseUrl: `${openai}/v1`,
        apiKey: secrets.openai,
        allowPrivateNetwork,
      },
      {
        id: 'anthropic-mock',
        provider: 'anthropic',
        baseUrl: anthropic,
        apiKey: secrets.anthropic,
        allowPrivateNetwork,
      },
      { id: 'chat-mock', provider: 'openai-compatible', baseUrl: `${openai}/v1`, allowPrivateNetwork },
      { id: 'down', provider: 'openai-compatible', baseUrl: `${refusing}/v1`, allowPrivateNetwork },
    ],
    models: {
      fast: { target: 'openai-mock/gpt-5-mini' },
      clever: { target: 'anthropic-mock/claude-sonnet-4-5' },
      safe: { route: 'safe-route' },
    },
    routes: {
      'safe-route': {
        fallback: [{ target: 'openai-mock/gpt-5-mini' }, { target: 'anthropic-mock/claude-sonnet-4-5' }],
      },
    },
  }
}
