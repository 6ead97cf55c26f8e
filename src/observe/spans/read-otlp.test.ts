import fc from 'fast-check'
import protobuf from 'protobufjs'
import { expect, test } from 'vitest'
import { OtlpFault } from './raw-span.ts'
import { type OtlpEncoding, readOtlp } from './read-otlp.ts'

/** With the field numbers of opentelemetry-proto 1.x, and by another reader and writer than the one under test. */
const { root } = protobuf.parse(`
syntax = "proto3";
message AnyValue { oneof value { string stringValue = 1; bool boolValue = 2; int64 intValue = 3; double doubleValue = 4;
  ArrayValue arrayValue = 5; KeyValueList kvlistValue = 6; bytes bytesValue = 7; } }
message ArrayValue { repeated AnyValue values = 1; }
message KeyValueList { repeated KeyValue values = 1; }
message KeyValue { string key = 1; AnyValue value = 2; }
message Resource { repeated KeyValue attributes = 1; }
message Scope { string name = 1; string version = 2; }
message Event { fixed64 timeUnixNano = 1; string name = 2; repeated KeyValue attributes = 3; }
message Status { string message = 2; int32 code = 3; }
message Span { bytes traceId = 1; bytes spanId = 2; string traceState = 3; bytes parentSpanId = 4; string name = 5; int32 kind = 6;
  fixed64 startTimeUnixNano = 7; fixed64 endTimeUnixNano = 8; repeated KeyValue attributes = 9; uint32 droppedAttributesCount = 10;
  repeated Event events = 11; Status status = 15; fixed32 flags = 16; }
message ScopeSpans { Scope scope = 1; repeated Span spans = 2; string schemaUrl = 3; }
message ResourceSpans { Resource resource = 1; repeated ScopeSpans scopeSpans = 2; }
message Request { repeated ResourceSpans resourceSpans = 1; }
`)
const Request = root.lookupType('Request')

type AnyValue = Readonly<Record<string, unknown>>

const text = fc.string({ unit: 'grapheme', maxLength: 20 })
const plain: fc.Arbitrary<AnyValue> = fc.oneof(
  text.map((stringValue) => ({ stringValue })),
  fc.boolean().map((boolValue) => ({ boolValue })),
  fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }).map((value) => ({ intValue: String(value) })),
  fc.double({ noDefaultInfinity: true, noNaN: true }).map((doubleValue) => ({ doubleValue })),
)
const { value } = fc.letrec<{ value: AnyValue; values: AnyValue[] }>((tie) => ({
  value: fc.oneof(
    { maxDepth: 4 },
    plain,
    tie('values').map((values) => ({ arrayValue: { values } })),
    tie('values').map((values) => ({
      kvlistValue: { values: values.map((each, key) => ({ key: `k${key}`, value: each })) },
    })),
  ),
  values: fc.array(tie('value'), { maxLength: 4 }),
}))
const names = fc.oneof(
  text,
  fc.constantFrom('gen_ai.request.model', 'gen_ai.usage.input_tokens', 'user.id', '__proto__'),
)
const attributes = fc.array(fc.record({ key: names, value }), { maxLength: 5 })
const hex = (bytes: number) =>
  fc.uint8Array({ minLength: bytes, maxLength: bytes }).map((id) => Buffer.from(id).toString('hex'))
const nano = fc.bigInt({ min: 0n, max: 2n ** 64n - 1n }).map(String)
const span = fc.record({
  traceId: hex(16),
  spanId: fc.oneof(hex(8), hex(7)),
  parentSpanId: fc.oneof(hex(8), fc.constant('')),
  name: text,
  kind: fc.nat(7),
  startTimeUnixNano: nano,
  endTimeUnixNano: nano,
  attributes,
  events: fc.array(fc.record({ timeUnixNano: nano, name: text, attributes }), { maxLength: 3 }),
  status: fc.record({ message: text, code: fc.nat(3) }),
})
const request = fc.record({
  resourceSpans: fc.array(
    fc.record({
      resource: fc.record({ attributes }),
      scopeSpans: fc.array(fc.record({ scope: fc.record({ name: text }), spans: fc.array(span, { maxLength: 4 }) }), {
        maxLength: 2,
      }),
    }),
    { maxLength: 2 },
  ),
})
type OtlpRequest = typeof request extends fc.Arbitrary<infer Made> ? Made : never

/** Bytes of ids are base64 for the writer, hexadecimal in JSON of OTLP. */
function protobufOf({ resourceSpans }: OtlpRequest): Buffer {
  const bytes = (id: string): string => Buffer.from(id, 'hex').toString('base64')
  const converted = resourceSpans.map(({ resource, scopeSpans }) => ({
    resource,
    scopeSpans: scopeSpans.map(({ scope, spans }) => ({
      scope,
      spans: spans.map((each) => ({
        ...each,
        traceId: bytes(each.traceId),
        spanId: bytes(each.spanId),
        parentSpanId: bytes(each.parentSpanId),
      })),
    })),
  }))
  return Buffer.from(Request.encode(Request.fromObject({ resourceSpans: converted })).finish())
}

const read = (bytes: Buffer, encoding: OtlpEncoding, keepsContent = true) =>
  readOtlp({ bytes, encoding }, { receivedAt: 1000, keepsContent })

test('spans are the same in either encoding', () => {
  fc.assert(
    fc.property(request, fc.boolean(), (made, keepsContent) => {
      const [json, wire] = [Buffer.from(JSON.stringify(made)), protobufOf(made)]
      const [one, other] = [read(json, 'json', keepsContent), read(wire, 'protobuf', keepsContent)]
      const all = made.resourceSpans.flatMap(({ scopeSpans }) => scopeSpans.flatMap(({ spans }) => spans))
      expect(one.taken + one.rejected).toBe(all.length)
      expect({ ...one, bytes: 0, chunks: one.chunks.map(String) }).toEqual({
        ...other,
        bytes: 0,
        chunks: other.chunks.map(String),
      })
    }),
    { numRuns: 300 },
  )
})

test('whatever bytes come, they are read or refused', () => {
  const spoiled = fc
    .tuple(request, fc.array(fc.tuple(fc.nat(), fc.nat(255)), { minLength: 1, maxLength: 8 }), fc.nat())
    .map(([made, changes, cut]) => {
      const bytes = protobufOf(made)
      for (const [at, byte] of changes) if (bytes.length > 0) bytes[at % bytes.length] = byte
      return bytes.subarray(0, bytes.length - (cut % 3))
    })
  const anything = fc.uint8Array({ maxLength: 200 }).map((bytes) => Buffer.from(bytes))
  fc.assert(
    fc.property(
      fc.oneof(spoiled, anything),
      fc.constantFrom('json' as const, 'protobuf' as const),
      (bytes, encoding) => {
        try {
          const { chunks, taken } = read(bytes, encoding)
          expect(chunks.flatMap((chunk) => JSON.parse(String(chunk)))).toHaveLength(taken)
        } catch (fault) {
          expect(fault).toBeInstanceOf(OtlpFault)
        }
      },
    ),
    { numRuns: 1000 },
  )
})

test('what a workspace that keeps no bodies is told has no text that is not known to be harmless', () => {
  const secret = 'Anna has a secret'
  const said = fc.array(
    fc.record({
      key: fc.oneof(text, fc.constantFrom('input.value', 'gen_ai.prompt')),
      value: fc.constant({ stringValue: secret }),
    }),
  )
  fc.assert(
    fc.property(request, said, (made, pairs) => {
      const resourceSpans = made.resourceSpans.map(({ resource, scopeSpans }) => ({
        resource: { attributes: [...resource.attributes, ...pairs] },
        scopeSpans: scopeSpans.map(({ scope, spans }) => ({
          scope,
          spans: spans.map((each) => ({
            ...each,
            attributes: pairs,
            events: each.events.map((event) => ({ ...event, attributes: pairs })),
            status: { code: 2, message: secret },
          })),
        })),
      }))
      const { chunks } = read(Buffer.from(JSON.stringify({ resourceSpans })), 'json', false)
      expect(chunks.map(String).join('')).not.toContain(secret)
    }),
  )
})

test('many spans are written in several parts, none of them large', () => {
  const big = { traceId: 'a'.repeat(32), attributes: [{ key: 'x', value: { stringValue: 'y'.repeat(30_000) } }] }
  const spans = Array.from({ length: 100 }, (_, index) => ({ ...big, spanId: String(index + 1).padStart(16, '0') }))
  const { chunks, taken } = read(Buffer.from(JSON.stringify({ resourceSpans: [{ scopeSpans: [{ spans }] }] })), 'json')
  expect([taken, chunks.length]).toEqual([100, 6])
  expect(Math.max(...chunks.map(({ length }) => length))).toBeLessThan(600_000)
})
