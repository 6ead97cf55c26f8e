import { OTLPTraceExporter as JsonExporter } from '@opentelemetry/exporter-trace-otlp-http'
import { OTLPTraceExporter as ProtobufExporter } from '@opentelemetry/exporter-trace-otlp-proto'
import { CompressionAlgorithm } from '@opentelemetry/otlp-exporter-base'
import { resourceFromAttributes } from '@opentelemetry/resources'
import { afterAll, beforeAll, expect, it } from 'vitest'
import type { CallSpan } from '../src/observe/telemetry/call-spans.ts'
import { sendSpans } from '../src/server/telemetry/send-spans.ts'
import type { Json } from './support/client.ts'
import { startTestGateway, type TestGateway } from './support/gateway.ts'
import { newSpanId, newTraceId } from './support/spans.ts'

let gateway: TestGateway
beforeAll(async () => {
  gateway = await startTestGateway({})
})
afterAll(() => gateway.close())

const resource = resourceFromAttributes({ 'service.name': 'a program' })

/** One with its event, and one below it. */
function spansOf(traceId: string): readonly CallSpan[] {
  const spanId = newSpanId()
  const startMs = 1_790_000_000_123.25
  const shared = { traceId, kind: 'client', isError: true, startMs, endMs: startMs + 7.5 } as const
  const attributes = {
    'gen_ai.request.model': 'm-1',
    'gen_ai.usage.input_tokens': 12,
    temperature: 0.5,
    isLast: true,
    'gen_ai.response.finish_reasons': ['stop', 'length'],
    'gen_ai.output.messages': '[{"role":"assistant"}] \u{1f600}',
  }
  return [
    {
      ...shared,
      spanId,
      name: 'chat m-1',
      attributes,
      events: [{ name: 'first', timeMs: startMs + 1, attributes: { size: 3, 'error.type': 'x', secret: 'text' } }],
    },
    { ...shared, spanId: newSpanId(), parent: { spanId, isRemote: false }, name: 'below', attributes: {}, events: [] },
  ]
}

it.each([
  ['protobuf', ProtobufExporter, CompressionAlgorithm.NONE],
  ['protobuf, packed', ProtobufExporter, CompressionAlgorithm.GZIP],
  ['JSON', JsonExporter, CompressionAlgorithm.NONE],
  ['JSON, packed', JsonExporter, CompressionAlgorithm.GZIP],
] as const)("spans of OpenTelemetry's own exporter come in as %s", async (_, Exporter, compression) => {
  const exporter = new Exporter({
    url: `${gateway.url}/v1/traces`,
    headers: { authorization: `Bearer ${gateway.key}` },
    compression,
  })
  const traceId = newTraceId()
  const spans = spansOf(traceId)
  expect(await sendSpans(exporter, resource, spans)).toBe(true)
  // What is sent twice is there once.
  expect(await sendSpans(exporter, resource, spans)).toBe(true)
  await exporter.shutdown()
  const { json } = await gateway.control(`/api/v1/traces/${traceId}`)
  expect(json.tree).toEqual([
    {
      type: 'span',
      id: spans[0]?.spanId,
      traceId,
      parentId: null,
      workspace: 'default',
      key: 'team-a',
      user: null,
      name: 'chat m-1',
      kind: 'client',
      startedAt: new Date(1_790_000_000_123).toISOString(),
      durationMs: 7.5,
      offsetMs: 0,
      isError: true,
      service: 'a program',
      scope: 'portcullis',
      operation: null,
      model: 'm-1',
      inputTokens: 12,
      outputTokens: null,
      attributes: {
        'gen_ai.request.model': 'm-1',
        'gen_ai.usage.input_tokens': 12,
        temperature: 0.5,
        isLast: true,
        'gen_ai.response.finish_reasons': ['stop', 'length'],
      },
      events: [{ name: 'first', at: 1_790_000_000_124, attributes: { size: 3, 'error.type': 'x' } }],
      hasContent: true,
      dropped: 0,
      children: [expect.objectContaining({ name: 'below', children: [] })],
    },
  ] satisfies Json[])
})

it('what is refused in part is said in the way of the encoding', async () => {
  const headers = { authorization: `Bearer ${gateway.key}`, 'content-type': 'application/x-protobuf' }
  // A span without ids.
  const reply = await gateway.post('/v1/traces', Buffer.from([10, 4, 18, 2, 18, 0]), { headers })
  expect([reply.status, reply.headers['content-type']]).toEqual([200, 'application/x-protobuf'])
  // Field 1, of it field 1: 1.
  expect([reply.body[0], ...reply.body.subarray(2, 4)]).toEqual([10, 8, 1])
  expect(reply.text).toContain('Some spans have no trace id of 16 bytes')
  expect((await gateway.post('/v1/traces', Buffer.alloc(0), { headers })).body).toHaveLength(0)
  const { text } = await gateway.control('/metrics')
  expect(text).toMatch(/^portcullis_spans_taken_total 16$/m)
  expect(text).toMatch(/^portcullis_spans_refused_total 1$/m)
})
