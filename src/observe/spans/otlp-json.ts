import { isJsonObject, type JsonObject, type JsonValue } from '../../core/wire/json.ts'
import { maxAttributes, maxContentLength, maxEvents, maxNameLength, maxValueDepth, maxValueItems } from './bounds.ts'
import { OtlpFault, type RawAttributes, type RawEvent, type RawSpan, type SpanTaker } from './raw-span.ts'
import { type PartBudget, partBudget } from './value-parts.ts'

/**
 * `ExportTraceServiceRequest` as JSON: https://opentelemetry.io/docs/specs/otlp/#json-protobuf-encoding. Ids are hexadecimal, 64-bit
 * integers texts or numbers. Throws `OtlpFault`.
 */
export function readOtlpJson(bytes: Buffer, taker: SpanTaker): void {
  let request: JsonValue
  try {
    request = JSON.parse(bytes.toString('utf8')) as JsonValue
  } catch {
    throw new OtlpFault('The body is not valid JSON.')
  }
  if (!isJsonObject(request)) throw new OtlpFault('The body is JSON, but not an object.')
  for (const resourceSpans of objectsOf(request, 'resourceSpans')) {
    const resource = attributesOf(isJsonObject(resourceSpans['resource']) ? resourceSpans['resource'] : {})
    for (const scopeSpans of objectsOf(resourceSpans, 'scopeSpans')) {
      const { scope: named } = scopeSpans
      const origin = { resource, scope: isJsonObject(named) ? textOf(named['name'], maxNameLength) : '' }
      for (const span of objectsOf(scopeSpans, 'spans')) if (taker.hasRoom()) taker.take(spanOf(span), origin)
    }
  }
}

function spanOf(span: JsonObject): RawSpan {
  const events = objectsOf(span, 'events')
  const { status } = span
  return {
    traceId: textOf(span['traceId'], 32).toLowerCase(),
    spanId: textOf(span['spanId'], 16).toLowerCase(),
    parentId: textOf(span['parentSpanId'], 16).toLowerCase(),
    name: textOf(span['name'], maxNameLength),
    kind: Number(span['kind'] ?? 0),
    startNano: nanoOf(span['startTimeUnixNano']),
    endNano: nanoOf(span['endTimeUnixNano']),
    attributes: attributesOf(span),
    events: events.slice(0, maxEvents).map(eventOf),
    droppedEvents: Math.max(0, events.length - maxEvents),
    status: isJsonObject(status)
      ? { code: Number(status['code'] ?? 0), message: textOf(status['message'], maxContentLength) }
      : { code: 0, message: '' },
  }
}

function eventOf(event: JsonObject): RawEvent {
  return {
    timeNano: nanoOf(event['timeUnixNano']),
    name: textOf(event['name'], maxNameLength),
    attributes: attributesOf(event),
  }
}

function attributesOf(holder: JsonObject): RawAttributes {
  const all = objectsOf(holder, 'attributes')
  const pairs = all.slice(0, maxAttributes).map((pair) => {
    const budget = partBudget()
    const value = readValue(pair['value'], 0, budget)
    return { name: textOf(pair['key'], maxNameLength), value: budget.isSpent() ? undefined : value }
  })
  const whole = pairs.flatMap(({ name, value }) => (name === '' || value === undefined ? [] : [[name, value] as const]))
  return { pairs: whole, dropped: all.length - whole.length }
}

/** `undefined` of what is none, or deeper than any reader expects. */
function readValue(given: JsonValue | undefined, depth: number, budget: PartBudget): JsonValue | undefined {
  if (!isJsonObject(given) || depth > maxValueDepth || !budget.takes()) return undefined
  const { stringValue, boolValue, intValue, doubleValue, arrayValue, kvlistValue, bytesValue } = given
  if (typeof stringValue === 'string') return textOf(stringValue, maxContentLength)
  if (typeof boolValue === 'boolean') return boolValue
  if (intValue !== undefined) return integerOf(intValue)
  if (doubleValue !== undefined) return numberOf(doubleValue)
  if (isJsonObject(arrayValue)) {
    const values = objectsOf(arrayValue, 'values').slice(0, maxValueItems)
    return values.map((value) => readValue(value, depth + 1, budget) ?? null)
  }
  if (isJsonObject(kvlistValue)) {
    const pairs = objectsOf(kvlistValue, 'values').slice(0, maxValueItems)
    return Object.fromEntries(
      pairs.map((pair) => [textOf(pair['key'], maxNameLength), readValue(pair['value'], depth + 1, budget) ?? null]),
    )
  }
  return typeof bytesValue === 'string' ? textOf(bytesValue, maxContentLength) : undefined
}

function objectsOf(holder: JsonObject, name: string): readonly JsonObject[] {
  const list = holder[name]
  if (list === undefined || list === null) return []
  if (!Array.isArray(list) || !list.every(isJsonObject)) throw new OtlpFault(`\`${name}\` is no list of objects.`)
  return list
}

function textOf(value: JsonValue | undefined, maxLength: number): string {
  return typeof value === 'string' ? value.slice(0, maxLength + 1).toWellFormed() : ''
}

/** What no number holds exactly stays a text. */
function integerOf(value: JsonValue): JsonValue | undefined {
  if (typeof value === 'number') return Number.isFinite(value) ? value : undefined
  if (typeof value !== 'string' || !/^-?\d{1,20}$/.test(value)) return undefined
  return Number.isSafeInteger(Number(value)) ? Number(value) : value
}

/** JSON has no word for what is not finite; texts do. */
function numberOf(value: JsonValue): JsonValue | undefined {
  if (typeof value === 'number') return value
  return typeof value === 'string' && /^(?:NaN|-?Infinity)$/.test(value) ? value : undefined
}

function nanoOf(value: JsonValue | undefined): bigint {
  if (typeof value === 'number') return Number.isFinite(value) && value >= 0 ? BigInt(Math.round(value)) : 0n
  return typeof value === 'string' && /^\d{1,20}$/.test(value) ? BigInt(value) : 0n
}
