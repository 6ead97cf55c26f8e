import { BedrockRuntimeClient, type BedrockRuntimeClientConfig } from '@aws-sdk/client-bedrock-runtime'
import { NodeHttpHandler } from '@smithy/node-http-handler'
import type { WireEvent } from '../../src/core/model/framing.ts'
import { awsEventStream } from '../../src/core/wire/aws-event-stream.ts'
import type { JsonObject } from '../../src/core/wire/json.ts'
import { sse } from '../../src/core/wire/sse.ts'
import { type GatewayOptions, startTestGateway, type TestGateway } from './gateway.ts'
import { type MockProvider, type MockReply, startMockProvider } from './mock-provider.ts'
import { fixture, stream, unary } from './mock-replies.ts'

/** A running gateway before mocks of Bedrock, OpenAI and Anthropic. */
export interface BedrockBed {
  readonly gateway: TestGateway
  readonly bedrock: MockProvider
  readonly openai: MockProvider
  readonly anthropic: MockProvider
  /** The official package, as a program sets it up that has a virtual key. */
  client(config?: BedrockRuntimeClientConfig): BedrockRuntimeClient
  reset(): void
  close(): Promise<void>
}

export const bedrockModel = 'us.anthropic.claude-sonnet-4-5-20250929-v1:0'
export const awsPair = {
  accessKeyId: 'AKIAIOSFODNN7EXAMPLE',
  secretAccessKey: 'wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY',
  sessionToken: 'session/token+of=the-account',
}
export const bedrockApiKey = 'ABSK-upstream-secret-of-bedrock'

/** Accounts: `bedrock-mock` with an API key, `bedrock-signed` with a key pair, `openai-mock`, `anthropic-mock`. */
export async function startBedrockBed(options: GatewayOptions = {}): Promise<BedrockBed> {
  const [bedrock, openai, anthropic] = await Promise.all([
    startMockProvider(),
    startMockProvider(),
    startMockProvider(),
  ])
  bedrock.script(bedrockScript)
  const allowPrivateNetwork = true
  const { accessKeyId, secretAccessKey, sessionToken } = awsPair
  const gateway = await startTestGateway({
    ...options,
    config: {
      providers: [
        {
          id: 'bedrock-mock',
          provider: 'bedrock',
          baseUrl: bedrock.origin,
          apiKey: bedrockApiKey,
          allowPrivateNetwork,
        },
        {
          id: 'bedrock-signed',
          provider: 'bedrock',
          baseUrl: bedrock.origin,
          apiKey: secretAccessKey,
          allowPrivateNetwork,
          options: { region: 'eu-central-1', accessKeyId, sessionToken },
        },
        {
          id: 'openai-mock',
          provider: 'openai',
          baseUrl: `${openai.origin}/v1`,
          apiKey: 'sk-of-openai',
          allowPrivateNetwork,
        },
        {
          id: 'anthropic-mock',
          provider: 'anthropic',
          baseUrl: anthropic.origin,
          apiKey: 'sk-ant-of-anthropic',
          allowPrivateNetwork,
        },
      ],
      ...options.config,
    },
  })
  return {
    gateway,
    bedrock,
    openai,
    anthropic,
    client: (config = {}) =>
      new BedrockRuntimeClient({
        endpoint: gateway.url,
        region: 'us-east-1',
        token: { token: gateway.key },
        authSchemePreference: ['httpBearerAuth'],
        // Its own default is HTTP/2 without asking, which no plain HTTP server speaks.
        requestHandler: new NodeHttpHandler(),
        maxAttempts: 1,
        ...config,
      }),
    reset: () => {
      for (const mock of [bedrock, openai, anthropic]) mock.reset()
      bedrock.script(bedrockScript)
    },
    close: async () => {
      await gateway.close()
      await Promise.all([bedrock.close(), openai.close(), anthropic.close()])
    },
  }
}

const answer = 'Grüße aus dem Torhaus 🏰 — alles ruhig.'
const usage = {
  inputTokens: 119,
  outputTokens: 212,
  totalTokens: 1355,
  cacheReadInputTokens: 1024,
  cacheWriteInputTokens: 0,
}

export const converseAnswer: JsonObject = {
  output: { message: { role: 'assistant', content: [{ text: answer }] } },
  stopReason: 'end_turn',
  usage,
  metrics: { latencyMs: 721 },
}

export const converseTools: JsonObject = {
  output: {
    message: {
      role: 'assistant',
      content: [
        { reasoningContent: { reasoningText: { text: 'Two cities.', signature: 'c2lnbmF0dXJl' } } },
        { text: 'I look at both.' },
        { toolUse: { toolUseId: 'tooluse_a', name: 'get_weather', input: { city: 'Oslo' } } },
        { toolUse: { toolUseId: 'tooluse_b', name: 'get_weather', input: { city: 'Zürich' } } },
      ],
    },
  },
  stopReason: 'tool_use',
  usage,
  metrics: { latencyMs: 721 },
}

/** With the padding `p` that Bedrock puts into its events. */
const event = (name: string, fields: JsonObject): WireEvent => ({
  event: name,
  data: JSON.stringify({ ...fields, p: 'abcdefgh' }),
})
const delta = (contentBlockIndex: number, fields: JsonObject): WireEvent =>
  event('contentBlockDelta', { contentBlockIndex, delta: fields })
const stop = (contentBlockIndex: number): WireEvent => event('contentBlockStop', { contentBlockIndex })
const ending = (stopReason: string): WireEvent[] => [
  event('messageStop', { stopReason }),
  event('metadata', { usage, metrics: { latencyMs: 721 } }),
]

export const answerEvents: readonly WireEvent[] = [
  event('messageStart', { role: 'assistant' }),
  ...['Grüße aus ', 'dem Torhaus 🏰', ' — alles ruhig.'].map((text) => delta(0, { text })),
  stop(0),
  ...ending('end_turn'),
]

export const toolEvents: readonly WireEvent[] = [
  event('messageStart', { role: 'assistant' }),
  delta(0, { reasoningContent: { text: 'Two ' } }),
  delta(0, { reasoningContent: { text: 'cities.' } }),
  delta(0, { reasoningContent: { signature: 'c2lnbmF0dXJl' } }),
  stop(0),
  delta(1, { text: 'I look at both.' }),
  stop(1),
  ...(['Oslo', 'Zürich'] as const).flatMap((city, index) => [
    event('contentBlockStart', {
      contentBlockIndex: index + 2,
      start: { toolUse: { toolUseId: `tooluse_${'ab'[index]}`, name: 'get_weather' } },
    }),
    delta(index + 2, { toolUse: { input: '{"city":' } }),
    delta(index + 2, { toolUse: { input: `"${city}"}` } }),
    stop(index + 2),
  ]),
  ...ending('tool_use'),
]

export function binary(events: readonly WireEvent[]): Buffer {
  const writer = awsEventStream.writer()
  return Buffer.concat(events.map((item) => Buffer.from(writer.write(item))))
}

/** A stream in Bedrock's binary format, in the pieces in which its bytes are given. */
export function binaryStream(
  bytes: Buffer | readonly Buffer[],
  headers: Readonly<Record<string, string>> = {},
): MockReply {
  return stream(bytes, {
    headers: { 'content-type': awsEventStream.contentType, 'x-amzn-requestid': 'aws-request-1', ...headers },
  })
}

export function awsError(
  status: number,
  type: string,
  message = 'The mock says no.',
  headers: Readonly<Record<string, string>> = {},
): MockReply {
  const named = { 'x-amzn-errortype': `${type}:http://internal.amazon.com/`, ...headers }
  return unary({ message }, { status, headers: named })
}

/** What Anthropic sends as server-sent events, as InvokeModel sends it; its last event holds the figures of AWS. */
export function invokeEvents(sent: Buffer): WireEvent[] {
  const metrics = { inputTokenCount: 119, outputTokenCount: 212, invocationLatency: 721, firstByteLatency: 90 }
  return sse.parse(sent).map(({ data }) => {
    const isLast = data.includes('"message_stop"')
    return payload(isLast ? { type: 'message_stop', 'amazon-bedrock-invocationMetrics': metrics } : data)
  })
}

/** One event of InvokeModel. */
export function payload(said: JsonObject | string): WireEvent {
  const text = typeof said === 'string' ? said : JSON.stringify(said)
  return event('chunk', { bytes: Buffer.from(text).toString('base64') })
}

function bedrockScript({ path }: { readonly path: string }): MockReply {
  if (path.endsWith('/count-tokens')) return unary({ inputTokens: 77 })
  if (path.endsWith('/invoke')) return unary(fixture('anthropic/message.json'))
  if (path.endsWith('/invoke-with-response-stream'))
    return binaryStream(binary(invokeEvents(fixture('anthropic/message.sse'))), {
      'x-amzn-bedrock-content-type': 'application/json',
    })
  return path.endsWith('/converse-stream') ? binaryStream(binary(answerEvents)) : unary(converseAnswer)
}
