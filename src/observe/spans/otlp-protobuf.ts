/**
 * `ExportTraceServiceRequest` in protobuf, with the field numbers of opentelemetry-proto 1.x. Read field by field and not into
 * messages: what is beyond a bound is passed over without an object for each of its parts.
 */
import protobuf from 'protobufjs/minimal.js'
import type { JsonValue } from '../../core/wire/json.ts'
import { maxAttributes, maxContentLength, maxEvents, maxNameLength, maxValueDepth, maxValueItems } from './bounds.ts'
import { OtlpFault, type RawAttributes, type RawEvent, type RawSpan, type SpanTaker } from './raw-span.ts'
import { type PartBudget, partBudget } from './value-parts.ts'

type Reader = protobuf.Reader

/** Throws `OtlpFault`. */
export function readOtlpProtobuf(bytes: Buffer, taker: SpanTaker): void {
  try {
    const reader = protobuf.Reader.create(bytes)
    eachField(reader, reader.len, (field, wire) => {
      if (field === 1) readResourceSpans(reader, endOf(reader, wire, reader.len), taker)
      else skip(reader, wire)
    })
  } catch (fault) {
    if (fault instanceof OtlpFault) throw fault
    throw new OtlpFault('The body is not valid protobuf.')
  }
}

function readResourceSpans(reader: Reader, end: number, taker: SpanTaker): void {
  // Fields may stand in any order: what all of the spans have in common may be behind them.
  const start = reader.pos
  let resource: RawAttributes = { pairs: [], dropped: 0 }
  eachField(reader, end, (field, wire) => {
    if (field === 1) resource = readAttributes(reader, endOf(reader, wire, end), 1)
    else skip(reader, wire)
  })
  reader.pos = start
  eachField(reader, end, (field, wire) => {
    if (field === 2) readScopeSpans(reader, endOf(reader, wire, end), resource, taker)
    else skip(reader, wire)
  })
}

function readScopeSpans(reader: Reader, end: number, resource: RawAttributes, taker: SpanTaker): void {
  const start = reader.pos
  let scope = ''
  eachField(reader, end, (field, wire) => {
    if (field !== 1) return skip(reader, wire)
    const scopeEnd = endOf(reader, wire, end)
    eachField(reader, scopeEnd, (inner, innerWire) => {
      if (inner === 1) scope = text(reader, innerWire, scopeEnd, maxNameLength)
      else skip(reader, innerWire)
    })
  })
  reader.pos = start
  eachField(reader, end, (field, wire) => {
    if (field !== 2 || !taker.hasRoom()) return skip(reader, wire)
    taker.take(readSpanMessage(reader, endOf(reader, wire, end)), { resource, scope })
  })
}

function readSpanMessage(reader: Reader, end: number): RawSpan {
  const start = reader.pos
  const attributes = readAttributes(reader, end, 9)
  reader.pos = start
  const events: RawEvent[] = []
  let [traceId, spanId, parentId, name, message] = ['', '', '', '', '']
  let [kind, code, droppedEvents] = [0, 0, 0]
  let [startNano, endNano] = [0n, 0n]
  eachField(reader, end, (field, wire) => {
    if (field === 1) traceId = hex(reader, wire, end)
    else if (field === 2) spanId = hex(reader, wire, end)
    else if (field === 4) parentId = hex(reader, wire, end)
    else if (field === 5) name = text(reader, wire, end, maxNameLength)
    else if (field === 6) kind = varint(reader, wire)
    else if (field === 7) startNano = fixed64(reader, wire)
    else if (field === 8) endNano = fixed64(reader, wire)
    else if (field === 11 && events.length < maxEvents) events.push(readEvent(reader, endOf(reader, wire, end)))
    else if (field === 15) {
      const statusEnd = endOf(reader, wire, end)
      eachField(reader, statusEnd, (inner, innerWire) => {
        if (inner === 2) message = text(reader, innerWire, statusEnd, maxContentLength)
        else if (inner === 3) code = varint(reader, innerWire)
        else skip(reader, innerWire)
      })
    } else {
      if (field === 11) droppedEvents++
      skip(reader, wire)
    }
  })
  return {
    traceId,
    spanId,
    parentId,
    name,
    kind,
    startNano,
    endNano,
    attributes,
    events,
    droppedEvents,
    status: { code, message },
  }
}

function readEvent(reader: Reader, end: number): RawEvent {
  const start = reader.pos
  const attributes = readAttributes(reader, end, 3)
  reader.pos = start
  let [timeNano, name] = [0n, '']
  eachField(reader, end, (field, wire) => {
    if (field === 1) timeNano = fixed64(reader, wire)
    else if (field === 2) name = text(reader, wire, end, maxNameLength)
    else skip(reader, wire)
  })
  return { timeNano, name, attributes }
}

/** Of a message that has them in the field `number`. */
function readAttributes(reader: Reader, end: number, number: number): RawAttributes {
  const pairs: (readonly [string, JsonValue])[] = []
  let dropped = 0
  eachField(reader, end, (field, wire) => {
    if (field !== number) return skip(reader, wire)
    if (pairs.length >= maxAttributes) {
      dropped++
      return skip(reader, wire)
    }
    const budget = partBudget()
    const { name, value } = readPair(reader, endOf(reader, wire, end), 0, budget)
    if (name === '' || value === undefined || budget.isSpent()) dropped++
    else pairs.push([name, value])
  })
  return { pairs, dropped }
}

function readPair(
  reader: Reader,
  end: number,
  depth: number,
  budget: PartBudget,
): { readonly name: string; readonly value: JsonValue | undefined } {
  let name = ''
  let value: JsonValue | undefined
  eachField(reader, end, (field, wire) => {
    if (field === 1) name = text(reader, wire, end, maxNameLength)
    else if (field === 2) value = readValue(reader, endOf(reader, wire, end), depth, budget)
    else skip(reader, wire)
  })
  return { name, value }
}

/** `AnyValue`. `undefined` of what is none, or deeper than any reader expects: that is passed over and not looked into. */
function readValue(reader: Reader, end: number, depth: number, budget: PartBudget): JsonValue | undefined {
  if (depth > maxValueDepth || !budget.takes()) {
    reader.pos = end
    return undefined
  }
  let value: JsonValue | undefined
  eachField(reader, end, (field, wire) => {
    if (field === 1) value = text(reader, wire, end, maxContentLength)
    else if (field === 2) value = varint(reader, wire) !== 0
    else if (field === 3) value = int64(reader, wire)
    else if (field === 4) value = double(reader, wire)
    else if (field === 5) value = readList(reader, endOf(reader, wire, end), depth, budget)
    else if (field === 6) value = readMap(reader, endOf(reader, wire, end), depth, budget)
    else if (field === 7) value = slice(reader, wire, end, maxContentLength).toString('base64')
    else skip(reader, wire)
  })
  return value
}

function readList(reader: Reader, end: number, depth: number, budget: PartBudget): JsonValue {
  const values: JsonValue[] = []
  eachField(reader, end, (field, wire) => {
    if (field !== 1 || values.length >= maxValueItems) return skip(reader, wire)
    values.push(readValue(reader, endOf(reader, wire, end), depth + 1, budget) ?? null)
  })
  return values
}

function readMap(reader: Reader, end: number, depth: number, budget: PartBudget): JsonValue {
  const pairs: (readonly [string, JsonValue])[] = []
  eachField(reader, end, (field, wire) => {
    if (field !== 1 || pairs.length >= maxValueItems) return skip(reader, wire)
    const { name, value } = readPair(reader, endOf(reader, wire, end), depth + 1, budget)
    pairs.push([name, value ?? null])
  })
  return Object.fromEntries(pairs)
}

/** `visit` reads the field, or skips it. */
function eachField(reader: Reader, end: number, visit: (field: number, wire: number) => void): void {
  while (reader.pos < end) {
    const tag = reader.uint32()
    visit(tag >>> 3, tag & 7)
  }
  if (reader.pos !== end) throw new OtlpFault('The body is not valid protobuf.')
}

const VARINT = 0
const FIXED64 = 1
const BYTES = 2
const FIXED32 = 5

/** Groups are in no message of OTLP, and may stand in one another without end. */
function skip(reader: Reader, wire: number): void {
  if (wire !== VARINT && wire !== FIXED64 && wire !== BYTES && wire !== FIXED32)
    throw new OtlpFault('The body is not valid protobuf.')
  reader.skipType(wire)
}

/** Where the message ends that begins here. */
function endOf(reader: Reader, wire: number, outerEnd: number): number {
  expect(wire, BYTES)
  const length = reader.uint32()
  if (length > outerEnd - reader.pos) throw new OtlpFault('The body is not valid protobuf.')
  return reader.pos + length
}

/** The first bytes of a field. */
function slice(reader: Reader, wire: number, outerEnd: number, maxBytes: number): Buffer {
  const end = endOf(reader, wire, outerEnd)
  const bytes = reader.buf.subarray(reader.pos, Math.min(end, reader.pos + maxBytes))
  reader.pos = end
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length)
}

function text(reader: Reader, wire: number, outerEnd: number, maxLength: number): string {
  // A letter takes at most four bytes. One that was cut in two is no letter.
  return slice(reader, wire, outerEnd, 4 * maxLength + 4)
    .toString('utf8')
    .slice(0, maxLength + 1)
    .toWellFormed()
}

function hex(reader: Reader, wire: number, outerEnd: number): string {
  return slice(reader, wire, outerEnd, 17).toString('hex')
}

function varint(reader: Reader, wire: number): number {
  expect(wire, VARINT)
  return reader.uint32()
}

/** What no number holds exactly is a text. */
function int64(reader: Reader, wire: number): JsonValue {
  expect(wire, VARINT)
  const whole = reader.int64().toString()
  return Number.isSafeInteger(Number(whole)) ? Number(whole) : whole
}

function fixed64(reader: Reader, wire: number): bigint {
  expect(wire, FIXED64)
  const low = BigInt(reader.fixed32())
  return (BigInt(reader.fixed32()) << 32n) | low
}

function double(reader: Reader, wire: number): JsonValue {
  expect(wire, FIXED64)
  const value = reader.double()
  return Number.isFinite(value) ? value : String(value)
}

function expect(wire: number, wanted: number): void {
  if (wire !== wanted) throw new OtlpFault('The body is not valid protobuf.')
}
