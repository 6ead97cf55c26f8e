import { startTestGateway, type TestGateway } from './gateway.ts'
import { type MockProvider, startMockProvider } from './mock-provider.ts'

/** A gateway before one mock that stands for all vendors of embeddings and rankings. */
export interface EmbeddingBed {
  readonly gateway: TestGateway
  readonly mock: MockProvider
  close(): Promise<void>
}

const vendors = { openai: '/v1', gemini: '/v1beta', ollama: '', cohere: '', voyage: '/v1', jina: '/v1' }

/** Accounts have the names of their providers; `small` is an alias, and the key `narrow` may use one model only. */
export async function startEmbeddingBed(): Promise<EmbeddingBed> {
  const mock = await startMockProvider()
  const gateway = await startTestGateway({
    config: {
      providers: Object.entries(vendors).map(([id, path]) => ({
        id,
        provider: id,
        baseUrl: mock.origin + path,
        apiKey: `secret-of-${id}`,
        allowPrivateNetwork: true,
      })),
      models: { small: { target: 'openai/text-embedding-3-small' } },
    },
    keys: [{ id: 'narrow', key: narrowKey, models: ['gemini/gemini-embedding-001'] }],
  })
  return {
    gateway,
    mock,
    close: async () => {
      await gateway.close()
      await mock.close()
    },
  }
}

export const narrowKey = 'pk-test-narrow-0123456789abcdefghijklmno'
