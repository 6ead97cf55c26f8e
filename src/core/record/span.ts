import type { JsonValue } from '../wire/json.ts'

/** A step of a program that makes calls, as its own telemetry (OTLP) tells of it. */
export interface Span {
  /** As W3C Trace Context has them: 32 and 16 hexadecimal digits. */
  readonly traceId: string
  readonly spanId: string
  readonly parentId?: string
  readonly name: string
  readonly kind: SpanKind
  /** Unix milliseconds, by the clock of who sent it. */
  readonly startedAt: number
  readonly durationMs: number
  readonly isError: boolean
  /** The end user, as the span names it. */
  readonly user?: string
  /** Of the program, and of the library that made the span. */
  readonly service?: string
  readonly scope?: string
  readonly operation?: string
  readonly model?: string
  /** What the program says that was used. What was paid is with the calls, and counted there alone. */
  readonly inputTokens?: number
  readonly outputTokens?: number
  /** What says how it went. */
  readonly attributes: SpanAttributes
  readonly events: readonly SpanEvent[]
  /** What may say what was said. Kept as long as bodies of calls are, and not at all where those are off. */
  readonly content?: SpanContent
  /** Attributes and events that found no room, or that its workspace does not keep. */
  readonly dropped: number
}

export const spanKinds = ['internal', 'server', 'client', 'producer', 'consumer'] as const
export type SpanKind = (typeof spanKinds)[number]

export type SpanAttributes = Readonly<Record<string, JsonValue>>

export interface SpanEvent {
  readonly name: string
  /** Unix milliseconds. */
  readonly at: number
  readonly attributes: SpanAttributes
}

export interface SpanContent {
  readonly attributes: SpanAttributes
  /** By the place of the event among those of the span. */
  readonly events?: Readonly<Record<string, SpanAttributes>>
  /** Why it failed. */
  readonly status?: string
}

/** With which key spans came, and when. */
export interface SpanOrigin {
  readonly workspace: string
  /** Id of the virtual key. */
  readonly key: string
  /** Unix milliseconds. */
  readonly receivedAt: number
}

export interface ReceivedSpan extends SpanOrigin {
  readonly span: Span
}

/** Never throws, never waits. */
export interface SpanSink {
  /** `spans`: a JSON array of `Span`. False: there is no room for it; calls go before spans. */
  keepSpans(origin: SpanOrigin, spans: Uint8Array): boolean
}

/** A span as the API shows it, without what was said. */
export interface SpanSummary {
  readonly id: string
  readonly traceId: string
  readonly parentId: string | null
  readonly workspace: string
  readonly key: string
  readonly user: string | null
  readonly name: string
  readonly kind: SpanKind
  /** ISO 8601. */
  readonly startedAt: string
  readonly durationMs: number
  readonly isError: boolean
  readonly service: string | null
  readonly scope: string | null
  readonly operation: string | null
  readonly model: string | null
  readonly inputTokens: number | null
  readonly outputTokens: number | null
  readonly attributes: SpanAttributes
  readonly events: readonly SpanEvent[]
  readonly hasContent: boolean
  readonly dropped: number
}

/** Workspaces may use the same ids: without one, that whose name is first. */
export interface SpanPlace {
  readonly traceId: string
  readonly id: string
  readonly workspace?: string
}

export interface SpanQuery {
  readonly traceIds: readonly string[]
  readonly workspace?: string
}

/** `name` and `q` are parts of texts, whatever their case. `q`: of the name or an attribute. */
export interface SpanSearch {
  readonly workspace?: string
  readonly trace?: string
  readonly service?: string
  readonly name?: string
  readonly q?: string
  /** Whether `q` may be found in what was said. */
  readonly mayReadContent?: boolean
  readonly isError?: boolean
  /** Unix milliseconds: began at or after `from`, before `to`. */
  readonly from?: number
  readonly to?: number
  readonly limit?: number
  readonly cursor?: string
}

export interface SpanPage {
  /** The ones that began last first. */
  readonly data: readonly SpanSummary[]
  /** `null` on the last page. A page may be short, even empty, and still have a next one: a search is bounded. */
  readonly nextCursor: string | null
}

/** With what was said; `null` where nothing of it is kept. */
export interface SpanDetails extends SpanSummary {
  readonly content: SpanContent | null
}

/** In the order of their start. */
export interface SpanList {
  readonly data: readonly SpanSummary[]
  /** False: there are more than these, which are the first `maxSpans`. */
  readonly isWhole: boolean
}

/** What is shown of a trace at most. */
export const maxSpans = 5000
