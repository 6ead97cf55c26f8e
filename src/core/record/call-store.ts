/**
 * What a store of calls must do, and how a call looks to those who read it. The engines are in `catalog/stores/`;
 * what fills them is in `observe/`.
 */

import type { CacheMatch } from '../calls/cache.ts'
import type { SessionPage, SessionQuery } from '../calls/session.ts'
import type { BudgetUse } from '../spending/budget.ts'
import type { JsonValue } from '../wire/json.ts'
import type { AccessAnswer, AccessQuery, DecisionPage, DecisionQuery } from './access.ts'
import type { AnalyticsAnswer, AnalyticsQuery } from './analytics.ts'
import type { Attempt, CallRecord, RoutingRecord } from './call-record.ts'
import type { Feedback, FeedbackSubject } from './feedback.ts'
import type { DataSubject, ErasedCalls, Expiry, LegalHold, RetentionRules } from './retention.ts'
import type { ReceivedSpan, SpanDetails, SpanList, SpanPage, SpanPlace, SpanQuery, SpanSearch } from './span.ts'

/** A call ready to be kept: its bodies read and assembled, its missing figures estimated. */
export interface FinishedCall {
  readonly record: CallRecord
  /** The client's request as it was sent. */
  readonly input?: string
  /** The reply as JSON text: `CallOutput`. */
  readonly output?: string
  readonly inputTruncated: boolean
  readonly outputTruncated: boolean
  /** Its cost was not known when it ended: its usage is estimated, or its endpoint has no output to count. */
  readonly isCostLate?: boolean
}

/** The answer, whatever dialect it came in; `raw` where it could not be read as one. */
export type CallOutput =
  | {
      readonly choices: readonly OutputChoice[]
      /** The provider reported a fault inside its stream. */
      readonly error?: { readonly status: number; readonly message: string }
    }
  | { readonly raw: string }

export interface OutputChoice {
  readonly text: string
  readonly reasoning?: string
  readonly refusal?: string
  readonly toolCalls?: readonly { readonly id: string; readonly name: string; readonly arguments: string }[]
  /** `null`: the reply broke off. */
  readonly finishReason: string | null
}

/** A call in a list. What is absent is `null`, so that every call has the same fields. */
export interface CallSummary {
  readonly id: string
  /** ISO 8601. */
  readonly startedAt: string
  readonly workspace: string
  readonly key: string | null
  readonly agent: string | null
  readonly user: string | null
  readonly traceId: string | null
  readonly sessionId: string | null
  /** Of the client's `traceparent`. */
  readonly parentSpanId: string | null
  /** The trace of that one, which the client may have another name for. */
  readonly parentTraceId: string | null
  readonly metadata: Readonly<Record<string, string>>
  readonly clientDialect: string | null
  readonly providerDialect: string | null
  readonly provider: string | null
  readonly account: string | null
  readonly model: string | null
  readonly requestedModel: string | null
  readonly endpoint: string
  readonly stream: boolean
  readonly status: number
  readonly errorCode: string | null
  readonly errorMessage: string | null
  readonly inputTokens: number | null
  readonly cachedInputTokens: number | null
  readonly cacheWriteTokens: number | null
  readonly outputTokens: number | null
  readonly reasoningTokens: number | null
  readonly usageEstimated: boolean
  readonly costUsd: number | null
  readonly finishReason: string | null
  readonly timeToFirstTokenMs: number | null
  readonly durationMs: number
  readonly overheadMs: number
  /** Time that it waited for a place at an account that takes only so many calls. */
  readonly queuedMs: number | null
  readonly attempts: readonly Attempt[]
  readonly cache: string | null
  /** The call whose answer was given, or would have been in shadow, because its question means the same. */
  readonly cacheMatch: CacheMatch | null
  /** What an answer from the cache would have cost. */
  readonly savedUsd: number | null
  readonly route: string | null
  /** Id of the call that this one is a copy of. */
  readonly shadowOf: string | null
  /** How a route with a choice came to its targets. */
  readonly routing: RoutingRecord | null
  readonly decisions: readonly JsonValue[]
  readonly droppedParameters: readonly string[]
  /** What was said, and who said it, was taken away at the wish of the person. */
  readonly isErased: boolean
}

export interface CallDetails extends CallSummary {
  /** The client's body as JSON; as text where it was cut and is JSON no more, or nests deeper than any reader expects. */
  readonly input: JsonValue
  readonly output: CallOutput | null
  readonly inputTruncated: boolean
  readonly outputTruncated: boolean
  /** What people thought of it, or of its trace; the oldest first, at most 200. */
  readonly feedback: readonly CallFeedback[]
}

/** An opinion as the API shows it: `core/record/feedback.ts` says what the fields are. */
export interface CallFeedback {
  readonly id: string
  /** ISO 8601. */
  readonly at: string
  readonly key: string
  readonly call: string | null
  readonly trace: string | null
  readonly value: number
  readonly weight: number
  readonly label: string | null
  readonly comment: string | null
  readonly user: string | null
  readonly metadata: Readonly<Record<string, string>>
}

/** What people thought of a call: anything, more than nothing, or less. */
export const feedbackFilters = ['any', 'good', 'bad'] as const

export interface CallQuery {
  /** 1 to 200; 50 when absent. */
  readonly limit?: number
  /** `nextCursor` of the page before. */
  readonly cursor?: string
  readonly workspace?: string
  readonly key?: string
  /** The name that the client used, or that the provider was asked for. */
  readonly model?: string
  readonly provider?: string
  readonly account?: string
  /** That the metadata name. */
  readonly agent?: string
  readonly user?: string
  /** One of those in the metadata `tags`. */
  readonly tag?: string
  readonly trace?: string
  /** Of `traceparent`, for calls whose client has another name for it: they are not among those of `trace`. */
  readonly parentTrace?: string
  readonly session?: string
  /** All of these names with these values. */
  readonly metadata?: Readonly<Record<string, string>>
  /** `200`, `4xx`, `5xx`, `ok` (below 400), `error` (400 and above). */
  readonly status?: string
  readonly errorCode?: string
  /** Unix milliseconds: started at or after `from`, before `to`. */
  readonly from?: number
  readonly to?: number
  readonly feedback?: (typeof feedbackFilters)[number]
  /** Text that the input, the output or the error message holds. */
  readonly q?: string
}

export interface CallPage {
  readonly data: readonly CallSummary[]
  /** `null` on the last page. With `q` a page may be short, even empty, and still have a next one: a search is bounded. */
  readonly nextCursor: string | null
}

/** For a thread of its own, or for a command. */
export interface CallReader {
  /** Newest first. Throws `invalid_request`. */
  listCalls(query: CallQuery): Promise<CallPage>
  getCall(id: string): Promise<CallDetails | undefined>
  /** Whether the call is there, or one of the trace. */
  hasCall(subject: FeedbackSubject): Promise<boolean>
  /** Throws `invalid_request`, `range_too_large`. */
  analytics(query: AnalyticsQuery): Promise<AnalyticsAnswer>
  /** Throws `invalid_request`, `range_too_large`. */
  access(query: AccessQuery): Promise<AccessAnswer>
  /** Newest first. Throws `invalid_request`. */
  decisions(query: DecisionQuery): Promise<DecisionPage>
  /** The ones that were used last first. Throws `invalid_request`. */
  sessions(query: SessionQuery): Promise<SessionPage>
  /** Of traces, in the order of their start. */
  spans(query: SpanQuery): Promise<SpanList>
  getSpan(place: SpanPlace): Promise<SpanDetails | undefined>
  /** Throws `invalid_request`. */
  searchSpans(search: SpanSearch): Promise<SpanPage>
  /** What calls have used of budgets, of windows that began then or later, and of all time. */
  budgetUses(since: number): Promise<readonly BudgetUse[]>
  close(): Promise<void>
}

/** What takes what a batch holds, one after the other. */
export interface Keepers {
  keep(call: FinishedCall): void
  note(feedback: Feedback): void
  /** One that is there already is left as it is. */
  keepSpan(span: ReceivedSpan): void
}

/**
 * For a thread of its own, which waits for one thing before it begins the next: an engine may work in the thread itself. Any
 * method may throw a `StoreFault`.
 */
export interface CallWriter {
  /** Throws `StoreGone` when what it writes to is no longer there for others to read. */
  check(): Promise<void>
  /** How far each segment of the spool has been taken in. */
  positions(): Promise<ReadonlyMap<string, number>>
  /**
   * Keeps what `take` hands over and the positions that it returns together, or nothing of both. A call that is
   * there already is left as it is. Returns how many were new. One call at a time: a batch held as objects would be copied
   * from heap to heap by the collector. While there is more, an engine may take again, for the same transaction.
   */
  store(take: (keepers: Keepers) => ReadonlyMap<string, number>, hasMore?: () => boolean): Promise<number>
  /** Takes a bounded step of what a store of an older version has left to do. True when there is more. */
  catchUp(): Promise<boolean>
  /** Takes away what is older than its workspace keeps it, a few calls with each step. */
  expire(rules: RetentionRules, now: number): AsyncIterator<Expiry, void>
  /** Takes a person out of all calls that name it, and what was said in them. Where nothing can be read of it any more, it returns. */
  erase(subject: DataSubject, holds: readonly LegalHold[]): Promise<ErasedCalls>
  /** Forgets the positions of segments that are no more. */
  forget(segments: readonly string[]): Promise<void>
  close(): Promise<void>
}

/** Why a store cannot take anything now. Retrying may help: the message says what else would. */
export class StoreFault extends Error {
  override readonly name = 'StoreFault'
}

/** The file is there, and what makes it has not come to an end yet. */
export class StoreUnmade extends StoreFault {}

/** Another process holds the store for a moment: as it makes it, brings it to a new version, or ends. */
export class StoreLocked extends StoreFault {}

/** Somebody took the store away while it was in use, and with it the calls that it held. */
export class StoreGone extends StoreFault {}
