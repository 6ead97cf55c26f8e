import type { JsonValue } from '../../core/wire/json.ts'

/** A span as OTLP has it, of whatever encoding, cut to bounds and not yet checked. */
export interface RawSpan {
  readonly traceId: string
  readonly spanId: string
  readonly parentId: string
  readonly name: string
  /** `SPAN_KIND_INTERNAL` is 1. */
  readonly kind: number
  readonly startNano: bigint
  readonly endNano: bigint
  readonly attributes: RawAttributes
  readonly events: readonly RawEvent[]
  readonly droppedEvents: number
  /** `STATUS_CODE_ERROR` is 2. */
  readonly status: { readonly code: number; readonly message: string }
}

export interface RawAttributes {
  readonly pairs: readonly (readonly [name: string, value: JsonValue])[]
  readonly dropped: number
}

export interface RawEvent {
  readonly timeNano: bigint
  readonly name: string
  readonly attributes: RawAttributes
}

/** What all spans of one part of a request have in common. */
export interface RawOrigin {
  readonly resource: RawAttributes
  readonly scope: string
}

export interface SpanTaker {
  /** Whether another one is wanted; if not, it is counted. */
  hasRoom(): boolean
  take(raw: RawSpan, origin: RawOrigin): void
}

/** The bytes are not what they should be. The message is for whoever sent them, and quotes nothing of them. */
export class OtlpFault extends Error {
  override readonly name = 'OtlpFault'
}
