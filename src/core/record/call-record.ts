import type { CacheMatch } from '../calls/cache.ts'
import type { StageTimes } from '../calls/call-stages.ts'
import type { PassedOver } from '../calls/route-plan.ts'
import type { Usage } from '../model/model-reply.ts'
import type { ModelPrice } from '../model/prices.ts'
import type { BudgetUse, HeldBeside, Reservation } from '../spending/budget.ts'
import type { Feedback } from './feedback.ts'
import type { TraceParent } from './trace-context.ts'

/**
 * What happened in one call, as the fact `call-end`. Written once, when the reply has ended, and never changed.
 * Bodies travel beside it as bytes (`CallBodies`): reading them is the record keeper's work, not the request path's.
 */
export interface CallRecord {
  /** UUIDv7: sorts by time. */
  readonly id: string
  /** Unix milliseconds. */
  readonly startedAt: number
  readonly workspace: string
  /** Id of the virtual key, never the key. */
  readonly key?: string
  readonly agent?: string
  readonly user?: string
  /** What the client groups its calls by. */
  readonly traceId?: string
  /** What the client groups its traces by: one conversation, one run of an agent. */
  readonly sessionId?: string
  /** The span of the client that the call is a part of. */
  readonly traceParent?: TraceParent
  /** What the client says of the call, to find it by. */
  readonly metadata?: Readonly<Record<string, string>>
  readonly endpoint: string
  readonly clientDialect?: string
  readonly providerDialect?: string
  /** Provider id and account id of the last attempt. */
  readonly provider?: string
  readonly account?: string
  /** The model that the provider was asked for. */
  readonly model?: string
  /** The name that the client used. */
  readonly requestedModel?: string
  /** What guardrails of models are for, as far as it stands for a model that the call may reach. Not stored. */
  readonly reaches?: readonly string[]
  readonly stream: boolean
  /** The HTTP status that the client saw, or would have seen: a stream that broke after its start has the fault's status. */
  readonly status: number
  readonly errorCode?: string
  readonly errorMessage?: string
  readonly usage?: Usage
  /** True when some of `usage` is our estimate, not the provider's figure. */
  readonly usageEstimated?: boolean
  /** Integer nano-USD (1e-9). Absent: unknown, which is not zero. */
  readonly costNanoUsd?: number
  /** Present where the cost waits for a token estimate: the record keeper needs the price for it. Not stored. */
  readonly price?: ModelPrice
  /** Of an answer that was refused: about so many that its client did not get. Not stored. */
  readonly unsentTokens?: number
  /** The client's names of tools, by those in the reply as it was received. Not stored. */
  readonly toolNames?: Readonly<Record<string, string>>
  readonly finishReason?: string
  readonly timeToFirstTokenMs?: number
  readonly durationMs: number
  /** Time that the gateway added: total less the time spent waiting for the provider and for the client. */
  readonly overheadMs: number
  /** Time that it waited for a place at an account that takes only so many calls. */
  readonly queuedMs?: number
  /** How long it was in each of its stages, until its answer left. Not stored. */
  readonly stages?: StageTimes
  readonly attempts: readonly Attempt[]
  readonly cache?: CacheState
  /** Of a `semantic` answer; beside `miss`, what would have been one, were the semantic cache not in shadow. */
  readonly cacheMatch?: CacheMatch
  /** What an answer from the cache would have cost; integer nano-USD. */
  readonly savedNanoUsd?: number
  readonly route?: string
  /** Id of the call that this one is a copy of; its answer went nowhere. */
  readonly shadowOf?: string
  /** Of a route with a choice. */
  readonly routing?: RoutingRecord
  /** What it has used of budgets whose windows outlive a process. Added up by the store, and not kept with the call. */
  readonly budgetUses?: readonly BudgetUse[]
  readonly decisions: readonly unknown[]
  readonly droppedParameters: readonly string[]
}

/** `semantic`: answered as a question that means the same; `bypass`: the cache was not asked. */
export type CacheState = 'hit' | 'semantic' | 'miss' | 'bypass'

/** How a call came to its targets. */
export interface RoutingRecord {
  /** Models that were asked how hard the call is, before it was sent. Their cost is not in that of the call. */
  readonly asked?: readonly AskedClassifier[]
  /** What was chosen at each turn of the plan, from its root. */
  readonly steps: readonly string[]
  /** All targets of the plan. */
  readonly candidates: readonly {
    readonly account: string
    readonly model: string
    /** In the order of tries, from 1; absent for one that was not to be tried. */
    readonly place?: number
    readonly passedOver?: PassedOver | 'not-chosen'
    /** What this call would have cost there, by its price and the tokens that were used; integer nano-USD. */
    readonly costNanoUsd?: number
  }[]
}

export interface AskedClassifier {
  readonly classifier: string
  readonly says?: 'easy' | 'hard'
  /** Why it said nothing that can be used. */
  readonly fault?: string
  /** It was asked for another call with the same words, and costs nothing now. */
  readonly isKept: boolean
  readonly durationMs: number
  readonly inputTokens?: number
  readonly outputTokens?: number
  readonly costNanoUsd?: number
}

export interface Attempt {
  readonly account: string
  readonly provider: string
  readonly model: string
  /** HTTP status of the provider; absent when none came. */
  readonly status?: number
  readonly errorCode?: string
  readonly durationMs: number
}

/** What was said, as it stood on the wire. Either may be absent (switched off) or cut (`truncated`). */
export interface CallBodies {
  /** The client's request body, in the client dialect. */
  readonly request?: Uint8Array
  /** The provider's reply as received: one JSON body, or the whole event stream, in the provider dialect. */
  readonly reply?: Uint8Array
  readonly requestTruncated: boolean
  readonly replyTruncated: boolean
}

/** An immutable fact. The log, metrics, OTLP, alerts and the audit chain are all fed from these. */
export interface GatewayEvent {
  readonly type: 'call-end'
  readonly record: CallRecord
  readonly bodies: CallBodies
  /** Its consumption was judged, and is to be told what it came to: now, or was apart. */
  readonly consumption?:
    | { readonly countedNanoUsd: number; readonly settled: 'at-end' | 'apart'; readonly label?: string }
    | undefined
  /** Of budgets, still to be settled. */
  readonly reservation?: Reservation | undefined
  /** The same, held beside it. */
  readonly beside?: readonly HeldBeside[] | undefined
  /** Its tokens are settled already. */
  readonly isInSteps?: boolean
}

/** A call that has not ended yet. */
export interface CallInFlight {
  readonly id: string
  readonly workspace: string
  readonly traceId?: string
}

/** Never throws, never waits; what it cannot keep it counts. */
export interface FeedbackSink {
  note(feedback: Feedback): void
}

/** Never throws, never waits; what it cannot keep it counts. */
export interface EventSink {
  /** For who has to know which calls are on their way to the record; told again when more is known of one. */
  began?(call: CallInFlight): void
  emit(event: GatewayEvent): void
  /** Resolves when everything emitted so far is as safe as the sink can make it. */
  flush(): Promise<void>
}
