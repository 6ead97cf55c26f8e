import type { JsonObject } from '../wire/json.ts'

/**
 * The neutral form of a model's answer: a sequence of small facts, the same for a stream and for a reply
 * in one piece. `choice` is the index of the answer (`n` > 1); tool calls are numbered within their choice.
 */
export type ReplyPart =
  | { readonly type: 'reply-start'; readonly id?: string; readonly model?: string; readonly createdAt?: number }
  | { readonly type: 'text-delta'; readonly choice: number; readonly text: string }
  | { readonly type: 'refusal-delta'; readonly choice: number; readonly text: string }
  | { readonly type: 'reasoning-delta'; readonly choice: number; readonly text: string }
  /** Ends the thinking block that its choice is in. Must reach the client byte for byte. */
  | { readonly type: 'reasoning-signature'; readonly choice: number; readonly signature: string }
  /** A whole encrypted thinking block. */
  | { readonly type: 'reasoning-redacted'; readonly choice: number; readonly data: string }
  /** `index` counts from 0 within the choice. */
  | {
      readonly type: 'tool-call-start'
      readonly choice: number
      readonly index: number
      readonly id: string
      readonly name: string
      /** Of the thinking that led to the call, where the vendor puts it here (Gemini). */
      readonly signature?: string
    }
  /** A piece of the arguments' JSON text. */
  | { readonly type: 'tool-call-delta'; readonly choice: number; readonly index: number; readonly json: string }
  /** May come more than once; a later report replaces the fields it has. */
  | { readonly type: 'usage-report'; readonly usage: Usage }
  | {
      readonly type: 'choice-end'
      readonly choice: number
      readonly reason: FinishReason
      /** The stop sequence that ended it, when the vendor says which. */
      readonly stopSequence?: string
    }
  /** The dialect's own proof that the reply is whole (`[DONE]`, `message_stop`, the end of a unary body). */
  | { readonly type: 'reply-end' }
  /** The provider reported a fault inside the stream. */
  | { readonly type: 'reply-error'; readonly status: number; readonly message: string; readonly vendorType?: string }

export type FinishReason =
  | 'stop'
  | 'length'
  | 'tool-calls'
  | 'content-filter'
  | 'refusal'
  | 'stop-sequence'
  | 'pause'
  | 'other'

/** Token counts. `input` and `output` are totals: cached and reasoning tokens are parts of them, never added on top. */
export interface Usage {
  readonly inputTokens?: number
  /** Part of `inputTokens` that was read from the provider's prompt cache. */
  readonly cachedInputTokens?: number
  /** Part of `inputTokens` that was written to the provider's prompt cache, by lifetime. */
  readonly cacheWriteTokens?: number
  /** Part of `cacheWriteTokens` with a one-hour lifetime (dearer at Anthropic). */
  readonly cacheWrite1hTokens?: number
  readonly outputTokens?: number
  /** Part of `outputTokens` spent on thinking. */
  readonly reasoningTokens?: number
  /** What the provider says that it bills, where that is not all that the model read and wrote. */
  readonly billed?: BilledUnits
}

/** Each has a price of its own, and none is a part of another. */
export interface BilledUnits {
  readonly inputTokens?: number
  readonly outputTokens?: number
  /** Rankings of a query. */
  readonly searchUnits?: number
}

/** What an encoder needs to know of the call it answers. */
export interface ReplyContext {
  /** The call's id, for dialects whose reply ids we must make up. */
  readonly callId: string
  /** The reply's id, where it has begun with one. */
  readonly replyId?: string
  /** The model name to show to the client. */
  readonly model: string
  /** Unix seconds. */
  readonly createdAt: number
  /** The client asked for usage in its stream (OpenAI `stream_options.include_usage`). */
  readonly streamUsage: boolean
  /** Milliseconds since the call came, for dialects that report them. */
  elapsedMs?(): number
  /** The client's body, for dialects whose replies repeat some of it. */
  readonly body?: JsonObject
}

const contentTypes: ReadonlySet<ReplyPart['type']> = new Set([
  'text-delta',
  'refusal-delta',
  'reasoning-delta',
  'tool-call-start',
  'tool-call-delta',
])

/** Whether a part is of the answer itself, and not about it. */
export function isContent({ type }: ReplyPart): boolean {
  return contentTypes.has(type)
}
