import { randomBytes } from 'node:crypto'

/** What a test says of a span; the rest is made up. */
export interface GivenSpan {
  readonly traceId: string
  readonly spanId: string
  readonly parentSpanId?: string
  readonly name?: string
  readonly kind?: number
  /** Milliseconds after `began`. */
  readonly startMs?: number
  readonly endMs?: number
  readonly attributes?: Readonly<Record<string, unknown>>
  readonly events?: readonly { readonly name: string; readonly attributes?: Readonly<Record<string, unknown>> }[]
  readonly status?: { readonly code: number; readonly message?: string }
}

export const newTraceId = (): string => randomBytes(16).toString('hex')
export const newSpanId = (): string => randomBytes(8).toString('hex')

/** An `ExportTraceServiceRequest`, as JSON. */
export function otlpJson(spans: readonly GivenSpan[], { began = Date.now(), service = 'agent' } = {}): object {
  const nano = (ms: number): string => String(BigInt(Math.round((began + ms) * 1000)) * 1000n)
  return {
    resourceSpans: [
      {
        resource: { attributes: pairsOf({ 'service.name': service }) },
        scopeSpans: [
          {
            scope: { name: 'a.framework' },
            spans: spans.map(({ startMs = 0, endMs = startMs + 1, attributes = {}, events = [], ...span }) => ({
              name: 'step',
              ...span,
              startTimeUnixNano: nano(startMs),
              endTimeUnixNano: nano(endMs),
              attributes: pairsOf(attributes),
              events: events.map((event) => ({
                timeUnixNano: nano(startMs),
                name: event.name,
                attributes: pairsOf(event.attributes ?? {}),
              })),
            })),
          },
        ],
      },
    ],
  }
}

function pairsOf(attributes: Readonly<Record<string, unknown>>): object[] {
  return Object.entries(attributes).map(([key, value]) => ({ key, value: anyValue(value) }))
}

function anyValue(value: unknown): object {
  if (typeof value === 'string') return { stringValue: value }
  if (typeof value === 'boolean') return { boolValue: value }
  if (typeof value === 'number') return Number.isInteger(value) ? { intValue: String(value) } : { doubleValue: value }
  if (Array.isArray(value)) return { arrayValue: { values: value.map(anyValue) } }
  return { kvlistValue: { values: pairsOf(value as Readonly<Record<string, unknown>>) } }
}
