import type { JsonObject } from '../wire/json.ts'

/** A provider's own batches, where they are requests of its dialect, all for one model, in the body that makes the batch. Pure. */
export interface InlineBatches {
  /** Of that body. */
  readonly maxBytes: number
  /** Below the base URL, as the others. */
  createPath(model: string): string
  path(id: string): string
  cancelPath(id: string): string
  encode(model: string, requests: readonly InlineRequest[]): JsonObject
  /** What the provider says of a batch, when it was made or later; `undefined` for what nobody can read. */
  decode(told: JsonObject): InlineBatch | undefined
}

export interface InlineRequest {
  /** No other request's. */
  readonly key: string
  readonly body: JsonObject
}

export interface InlineBatch {
  readonly id: string
  readonly status: 'validating' | 'in_progress' | 'completed' | 'failed' | 'cancelled' | 'expired'
  /** Why it failed as a whole. */
  readonly fault?: string
  /** In the order of its requests. */
  readonly results: readonly InlineResult[]
}

export type InlineResult = { /** Of the request, where the provider repeats it. */ readonly key?: string } & (
  | { readonly reply: JsonObject }
  /** `status`: of HTTP. */
  | { readonly status: number; readonly message: string }
)
