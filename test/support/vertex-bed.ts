import { startTestGateway, type TestGateway } from './gateway.ts'
import { type MockProvider, type MockReply, startMockProvider } from './mock-provider.ts'
import { fixture, stream, unary } from './mock-replies.ts'

/** A running gateway before mocks of Vertex AI, OpenAI and Anthropic. */
export interface VertexBed {
  readonly gateway: TestGateway
  readonly vertex: MockProvider
  readonly openai: MockProvider
  readonly anthropic: MockProvider
  reset(): void
  close(): Promise<void>
}

/** Accounts: `vertex` and, for Claude only, `vertex-claude`; `openai-mock`, `anthropic-mock`. */
export async function startVertexBed(): Promise<VertexBed> {
  const mocks = await Promise.all([startMockProvider(), startMockProvider(), startMockProvider()])
  const [vertex, openai, anthropic] = mocks
  vertex.script(vertexScript)
  const account = (id: string, provider: string, baseUrl: string, options?: Readonly<Record<string, string>>) => ({
    id,
    provider,
    baseUrl,
    apiKey: `upstream-secret-of-${id}`,
    allowPrivateNetwork: true,
    ...(options === undefined ? {} : { options }),
  })
  const own = { project: 'project-of-the-account', location: 'europe-west4' }
  const gateway = await startTestGateway({
    config: {
      providers: [
        account('vertex', 'vertex-ai', vertex.origin, own),
        account('vertex-claude', 'vertex-anthropic', vertex.origin, own),
        account('openai-mock', 'openai', `${openai.origin}/v1`),
        account('anthropic-mock', 'anthropic', anthropic.origin),
      ],
      models: { 'claude-of-openai': { target: 'openai-mock/gpt-5-mini' } },
    },
  })
  return {
    gateway,
    vertex,
    openai,
    anthropic,
    reset: () => {
      for (const mock of mocks) mock.reset()
      vertex.script(vertexScript)
    },
    close: async () => {
      await gateway.close()
      await Promise.all(mocks.map((mock) => mock.close()))
    },
  }
}

function vertexScript({ path }: { readonly path: string }): MockReply {
  if (path.endsWith(':rawPredict')) return unary(fixture('anthropic/message.json'))
  if (path.endsWith(':streamRawPredict')) return stream(fixture('anthropic/message.sse'))
  if (path.includes(':streamGenerateContent')) return stream(fixture('gemini/generate-content.sse'))
  return unary(fixture('gemini/generate-content.json'))
}
