import { startTestGateway, type TestGateway } from './gateway.ts'
import { type MockProvider, type MockReply, startMockProvider } from './mock-provider.ts'
import { unary } from './mock-replies.ts'

/** A gateway between a mock provider and a mock token endpoint. */
export interface TokenBed {
  readonly gateway: TestGateway
  readonly provider: MockProvider
  readonly tokens: MockProvider
  reset(): void
  close(): Promise<void>
}

/** Where both mocks listen. */
export interface Origins {
  readonly provider: string
  readonly tokens: string
}

export async function startTokenBed(
  accountsOf: (origins: Origins) => readonly Readonly<Record<string, unknown>>[],
  /** More of `portcullis.yaml`. */
  config: Readonly<Record<string, unknown>> = {},
): Promise<TokenBed> {
  const [provider, tokens] = await Promise.all([startMockProvider(), startMockProvider()])
  const providers = accountsOf({ provider: provider.origin, tokens: tokens.origin })
  const gateway = await startTestGateway({ config: { providers, ...config } })
  const bed: TokenBed = {
    gateway,
    provider,
    tokens,
    reset: () => {
      provider.reset()
      tokens.reset()
      tokens.script(() => tokenReply('token-that-nobody-scripted'))
    },
    close: async () => {
      await gateway.close()
      await Promise.all([provider.close(), tokens.close()])
    },
  }
  bed.reset()
  return bed
}

/** RFC 6749, section 5.1. */
export function tokenReply(token: string, expiresInSeconds: number | string = 3600): MockReply {
  return unary({ access_token: token, token_type: 'Bearer', expires_in: expiresInSeconds })
}

/** A form as it was sent. */
export function formOf(body: Buffer): Readonly<Record<string, string>> {
  return Object.fromEntries(new URLSearchParams(body.toString('utf8')))
}

export function ask(bed: TokenBed, model: string, more: Readonly<Record<string, unknown>> = {}) {
  return bed.gateway.post('/v1/chat/completions', { model, messages: [{ role: 'user', content: 'Who?' }], ...more })
}
