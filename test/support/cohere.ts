import { CohereClientV2 } from 'cohere-ai'
import type { JsonObject } from '../../src/core/wire/json.ts'
import { sse } from '../../src/core/wire/sse.ts'
import { startTestGateway, type TestGateway } from './gateway.ts'
import { type MockProvider, type MockReply, type ReceivedRequest, startMockProvider } from './mock-provider.ts'
import { stream, unary } from './mock-replies.ts'

/** A running gateway before mocks of Cohere, OpenAI and Anthropic. */
export interface CohereBed {
  readonly gateway: TestGateway
  readonly cohere: MockProvider
  readonly openai: MockProvider
  readonly anthropic: MockProvider
  /** The official package, as a program sets it up that has a virtual key. */
  readonly client: CohereClientV2
  reset(): void
  close(): Promise<void>
}

export const cohereSecret = 'co-upstream-secret-of-cohere'

/** Accounts: `cohere-mock`, `openai-mock`, `anthropic-mock`. */
export async function startCohereBed(): Promise<CohereBed> {
  const [cohere, openai, anthropic] = await Promise.all([startMockProvider(), startMockProvider(), startMockProvider()])
  cohere.script(cohereScript)
  const allowPrivateNetwork = true
  const gateway = await startTestGateway({
    config: {
      providers: [
        { id: 'cohere-mock', provider: 'cohere', baseUrl: cohere.origin, apiKey: cohereSecret, allowPrivateNetwork },
        { id: 'openai-mock', provider: 'openai', baseUrl: `${openai.origin}/v1`, apiKey: 'sk-o', allowPrivateNetwork },
        {
          id: 'anthropic-mock',
          provider: 'anthropic',
          baseUrl: anthropic.origin,
          apiKey: 'sk-ant',
          allowPrivateNetwork,
        },
      ],
    },
  })
  return {
    gateway,
    cohere,
    openai,
    anthropic,
    client: new CohereClientV2({ environment: gateway.url, token: gateway.key, maxRetries: 0 }),
    reset: () => {
      for (const mock of [cohere, openai, anthropic]) mock.reset()
      cohere.script(cohereScript)
    },
    close: async () => {
      await gateway.close()
      await Promise.all([cohere.close(), openai.close(), anthropic.close()])
    },
  }
}

const text = 'Grüße aus dem Torhaus 🏰 — alles ruhig.'
const usage = {
  billed_units: { input_tokens: 21, output_tokens: 212 },
  tokens: { input_tokens: 1143, output_tokens: 212 },
  cached_tokens: 1024,
}

export const cohereAnswer: JsonObject = {
  id: 'c14c80c3-18eb-4519-9460-6c92edd8cfb4',
  finish_reason: 'COMPLETE',
  message: { role: 'assistant', content: [{ type: 'text', text }], citations: [{ start: 0, end: 5, text: 'Grüße' }] },
  usage,
}

const weather = (id: string, city: string) => ({
  id,
  type: 'function',
  function: { name: 'get_weather', arguments: `{"city": "${city}"}` },
})
const calls = [weather('get_weather_a', 'Oslo'), weather('get_weather_b', 'Zürich')]

export const cohereTools: JsonObject = {
  id: 'c14c80c3',
  finish_reason: 'TOOL_CALL',
  message: { role: 'assistant', tool_plan: 'I look at both.', tool_calls: calls },
  usage,
}

function events(list: readonly JsonObject[]): string {
  const writer = sse.writer()
  return list
    .map((event) => String(writer.write({ event: String(event['type']), data: JSON.stringify(event) })))
    .join('')
}

const start: JsonObject = {
  id: 'c14c80c3',
  type: 'message-start',
  delta: { message: { role: 'assistant', content: [], tool_plan: '', tool_calls: [], citations: [] } },
}
const end = (finish_reason: string): JsonObject => ({ type: 'message-end', delta: { finish_reason, usage } })

export const cohereAnswerStream: string = events([
  start,
  { type: 'content-start', index: 0, delta: { message: { content: { type: 'thinking', thinking: '' } } } },
  { type: 'content-delta', index: 0, delta: { message: { content: { thinking: 'Hm.' } } } },
  { type: 'content-end', index: 0 },
  { type: 'content-start', index: 1, delta: { message: { content: { type: 'text', text: '' } } } },
  ...text
    .split(/(?<= )/)
    .map(
      (piece): JsonObject => ({ type: 'content-delta', index: 1, delta: { message: { content: { text: piece } } } }),
    ),
  {
    type: 'citation-start',
    index: 0,
    delta: { message: { citations: { start: 0, end: 5, text: 'Grüße', sources: [] } } },
  },
  { type: 'citation-end', index: 0 },
  { type: 'content-end', index: 1 },
  end('COMPLETE'),
])

export const cohereToolStream: string = events([
  start,
  { type: 'tool-plan-delta', delta: { message: { tool_plan: 'I look ' } } },
  { type: 'tool-plan-delta', delta: { message: { tool_plan: 'at both.' } } },
  ...calls.flatMap((call, index): JsonObject[] => [
    {
      type: 'tool-call-start',
      index,
      delta: { message: { tool_calls: { ...call, function: { name: call.function.name, arguments: '' } } } },
    },
    ...(call.function.arguments.match(/.{1,6}/g) ?? []).map(
      (json): JsonObject => ({
        type: 'tool-call-delta',
        index,
        delta: { message: { tool_calls: { function: { arguments: json } } } },
      }),
    ),
    { type: 'tool-call-end', index },
  ]),
  end('TOOL_CALL'),
])

function cohereScript({ json }: ReceivedRequest): MockReply {
  const isStream = typeof json === 'object' && json !== null && 'stream' in json && json.stream === true
  return isStream ? stream(cohereAnswerStream) : unary(cohereAnswer)
}
