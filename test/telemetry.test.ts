import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Json } from './support/client.ts'
import { attributesOf, type Collector, startCollector } from './support/collector/collector.ts'
import { startTestGateway, type TestGateway } from './support/gateway.ts'
import { startMockProvider } from './support/mock-provider.ts'

const traceId = '0af7651916cd43dd8448eb211c80319c'
const parentSpanId = 'b7ad6b7169203331'
const config = {
  models: { safe: { route: 'two' } },
  routes: { two: { fallback: [{ target: 'demo/error-503' }, { target: 'demo/echo' }] } },
}

let collector: Collector
beforeAll(async () => {
  collector = await startCollector()
})
afterAll(() => collector.close())

async function gatewayWith(telemetry: Json): Promise<TestGateway> {
  return await startTestGateway({ config: { ...config, telemetry: { allowPrivateNetwork: true, ...telemetry } } })
}

async function callOf(gateway: TestGateway, body: Json = {}, headers: Readonly<Record<string, string>> = {}) {
  const whole = { model: 'safe', messages: [{ role: 'user', content: 'A word in secret' }], ...body }
  return await gateway.call(await gateway.post('/v1/chat/completions', whole, { headers: headers }))
}

/** The span of a call and those below it. */
async function spansOf({ id }: Json, count: number): Promise<readonly Json[]> {
  const isOf = (span: Json): boolean => span.attributes['portcullis.call.id'] === id
  return await collector.until(() => {
    const spans = collector.spans()
    const own = spans.find(isOf)
    const below = spans.filter((span) => own !== undefined && span.parentSpanId === own.spanId)
    return own !== undefined && below.length === count - 1 ? [own, ...below] : undefined
  })
}

describe('a provider that is told of the trace', () => {
  it('is told that it is a part of the span of the call, which goes to the collector', async () => {
    const provider = await startMockProvider()
    const friend = { provider: 'openai', apiKey: 'sk-1', allowPrivateNetwork: true, traceContext: 'pass' }
    const gateway = await startTestGateway({
      config: {
        providers: [{ ...friend, id: 'friend', baseUrl: `${provider.origin}/v1` }],
        models: { copied: { route: 'with-copy' } },
        routes: { 'with-copy': { target: 'friend/gpt-5-mini', shadow: { target: 'friend/gpt-5-nano', percent: 100 } } },
        telemetry: { endpoint: collector.httpUrl, allowPrivateNetwork: true, signals: ['traces'] },
      },
    })
    const headers = { traceparent: `00-${traceId}-${parentSpanId}-01`, tracestate: 'a=1,b=2' }
    try {
      const question = { model: 'friend/gpt-5-mini', messages: [{ role: 'user', content: 'Hello' }] }
      const call = await gateway.call(await gateway.post('/v1/chat/completions', question, { headers }))
      const [own] = await spansOf(call, 2)
      expect(own).toMatchObject({ traceId, parentSpanId })
      const raw = await gateway.call(await gateway.post('/p/friend/videos', '{}', { headers }))
      const [ofRaw] = await spansOf(raw, 2)
      expect(ofRaw).toMatchObject({ traceId, parentSpanId })
      expect(provider.requests.map(({ headers: of }) => [of['traceparent'], of['tracestate']])).toEqual([
        [`00-${traceId}-${own.spanId}-01`, 'a=1,b=2'],
        [`00-${traceId}-${ofRaw.spanId}-01`, 'a=1,b=2'],
      ])
      await gateway.post('/v1/chat/completions', { ...question, model: 'copied' }, { headers })
      const copy = (await provider.request(3)).headers['traceparent']
      const original = provider.requests[2]?.headers['traceparent']
      expect(new Set([copy, original, `00-${traceId}-${own.spanId}-01`]).size).toBe(3)
      const told = String(copy).split('-')[2]
      const span = await collector.until(() => collector.spans().find(({ spanId }) => spanId === told))
      expect([span.traceId, span.attributes['portcullis.shadow_of']]).toEqual([traceId, expect.any(String)])
    } finally {
      await gateway.close()
      await provider.close()
    }
  })
})

describe('telemetry', () => {
  it.each([
    ['http/protobuf', 'none'],
    ['http/json', 'gzip'],
    ['grpc', 'none'],
  ] as const)('sends a call as spans over %s, as children of the span of the client', async (protocol, compression) => {
    const endpoint = protocol === 'grpc' ? collector.grpcUrl : collector.httpUrl
    const headers = { 'x-collector-key': 'a key of the collector' }
    const gateway = await gatewayWith({ endpoint, protocol, compression, headers, conventions: 'both' })
    try {
      const call = await callOf(
        gateway,
        { user: 'u-1' },
        {
          traceparent: `00-${traceId}-${parentSpanId}-01`,
          'x-portcullis-session-id': 'talk',
          'x-portcullis-metadata': '{"team":"a"}',
        },
      )
      const [own, first, second] = await spansOf(call, 3)
      expect(own).toMatchObject({
        traceId,
        parentSpanId,
        name: 'chat safe',
        resource: { 'service.name': 'portcullis' },
      })
      expect(own.spanId).toBe(call.id.replaceAll('-', '').slice(16))
      expect(own.attributes).toMatchObject({
        'gen_ai.operation.name': 'chat',
        'gen_ai.provider.name': 'demo',
        'gen_ai.request.model': 'safe',
        'gen_ai.response.model': 'echo',
        'gen_ai.response.finish_reasons': ['stop'],
        'gen_ai.usage.input_tokens': call.inputTokens,
        'gen_ai.usage.output_tokens': call.outputTokens,
        'gen_ai.conversation.id': 'talk',
        'openinference.span.kind': 'LLM',
        'llm.token_count.prompt': call.inputTokens,
        'llm.model_name': 'echo',
        'session.id': 'talk',
        'user.id': 'u-1',
        'portcullis.workspace': 'default',
        'portcullis.key.id': 'team-a',
        'portcullis.metadata.team': 'a',
        'portcullis.cost.usd': call.costUsd,
      })
      expect(first).toMatchObject({
        traceId,
        name: 'chat error-503',
        status: { code: 2 },
        attributes: { 'http.response.status_code': 503, 'error.type': 'upstream_overloaded', 'portcullis.attempt': 1 },
      })
      expect(second).toMatchObject({ name: 'chat echo', attributes: { 'http.response.status_code': 200 } })
      expect(collector.exports.at(-1)).toMatchObject({ transport: protocol, headers })
      expect(JSON.stringify(collector.exports)).not.toContain('A word in secret')
    } finally {
      await gateway.close()
    }
    // The metrics leave at the end, however long their interval is.
    const { body } = await collector.until(() =>
      collector.exports.find(({ signal, transport }) => signal === 'metrics' && transport === protocol),
    )
    const metrics: readonly Json[] = body.resourceMetrics[0].scopeMetrics[0].metrics
    const tokens = metrics.find(({ name }) => name === 'gen_ai.client.token.usage')
    expect(tokens?.unit).toBe('{token}')
    const points: readonly Json[] = tokens?.histogram.dataPoints
    expect(points.map(({ attributes }) => attributesOf(attributes)['gen_ai.token.type']).sort()).toEqual([
      'input',
      'output',
    ])
    expect(metrics.map(({ name }) => name)).toEqual(
      expect.arrayContaining(['gen_ai.server.request.duration', 'portcullis.overhead']),
    )
    const stages: readonly Json[] = metrics.find(({ name }) => name === 'portcullis.stage.duration')?.histogram
      .dataPoints
    expect(stages.map(({ attributes }) => attributesOf(attributes)['portcullis.stage'])).toEqual(
      expect.arrayContaining(['authenticate', 'parse', 'route', 'encode', 'upstream', 'reply']),
    )
  })

  it('sends what was said when it is asked for, in the names of the convention', async () => {
    const gateway = await gatewayWith({ endpoint: collector.httpUrl, content: 'full', signals: ['traces'] })
    try {
      const [own] = await spansOf(await callOf(gateway, { model: 'demo/echo' }), 2)
      expect(JSON.parse(own.attributes['gen_ai.input.messages'])).toEqual([
        { role: 'user', parts: [{ type: 'text', content: 'A word in secret' }] },
      ])
      expect(JSON.parse(own.attributes['gen_ai.output.messages'])).toMatchObject([
        { role: 'assistant', finish_reason: 'stop' },
      ])
      expect(own.attributes).not.toHaveProperty('openinference.span.kind')
    } finally {
      await gateway.close()
    }
  })

  it('says nothing of a trace that its client does not record, and counts what was sent', async () => {
    const gateway = await gatewayWith({ endpoint: collector.httpUrl, signals: ['traces'] })
    try {
      const quiet = await callOf(gateway, {}, { traceparent: `00-${'9'.repeat(32)}-${parentSpanId}-00` })
      const [own] = await spansOf(await callOf(gateway, {}, { 'x-portcullis-trace-id': 'run 7' }), 3)
      expect(own.traceId).toMatch(/^[\da-f]{32}$/)
      expect(own.attributes['portcullis.trace.id']).toBe('run 7')
      expect(collector.spans().filter((span) => span.traceId === '9'.repeat(32))).toEqual([])
      expect(quiet.parentSpanId).toBe(parentSpanId)
      // The thread that sends tells its counts a moment after the collector has taken what they count.
      let { text } = await gateway.control('/metrics')
      while (!/^portcullis_telemetry_calls_sent_total 2$/m.test(text)) ({ text } = await gateway.control('/metrics'))
      expect(text).toMatch(/^portcullis_telemetry_calls_dropped_total 0$/m)
    } finally {
      await gateway.close()
    }
  })
})
