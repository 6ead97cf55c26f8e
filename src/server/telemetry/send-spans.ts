import { type HrTime, SpanKind, SpanStatusCode, TraceFlags } from '@opentelemetry/api'
import type { Resource } from '@opentelemetry/resources'
import type { ReadableSpan, SpanExporter } from '@opentelemetry/sdk-trace'
import type { CallSpan } from '../../observe/telemetry/call-spans.ts'

/** One object, by which spans are put together. */
const scope = { name: 'portcullis' } as const

/** Resolves with whether the collector took them. Never rejects. */
export function sendSpans(exporter: SpanExporter, resource: Resource, spans: readonly CallSpan[]): Promise<boolean> {
  return new Promise((resolve) => {
    try {
      exporter.export(
        spans.map((span) => readable(span, resource)),
        // 0 is success, in `ExportResultCode` of the SDK.
        ({ code }) => resolve(code === 0),
      )
    } catch {
      resolve(false)
    }
  })
}

function readable(span: CallSpan, resource: Resource): ReadableSpan {
  const contextOf = (spanId: string, isRemote?: boolean) => ({
    traceId: span.traceId,
    spanId,
    traceFlags: TraceFlags.SAMPLED,
    ...(isRemote === undefined ? {} : { isRemote }),
  })
  const { parent } = span
  return {
    name: span.name,
    kind: span.kind === 'server' ? SpanKind.SERVER : SpanKind.CLIENT,
    spanContext: () => contextOf(span.spanId),
    ...(parent === undefined ? {} : { parentSpanContext: contextOf(parent.spanId, parent.isRemote) }),
    startTime: timeOf(span.startMs),
    endTime: timeOf(span.endMs),
    duration: timeOf(span.endMs - span.startMs),
    status: { code: span.isError ? SpanStatusCode.ERROR : SpanStatusCode.UNSET },
    attributes: span.attributes,
    links: [],
    events: span.events.map(({ name, timeMs, attributes }) => ({ name, time: timeOf(timeMs), attributes })),
    ended: true,
    resource,
    instrumentationScope: scope,
    droppedAttributesCount: 0,
    droppedEventsCount: 0,
    droppedLinksCount: 0,
  }
}

function timeOf(ms: number): HrTime {
  const seconds = Math.floor(ms / 1000)
  return [seconds, Math.round((ms - seconds * 1000) * 1e6)]
}
