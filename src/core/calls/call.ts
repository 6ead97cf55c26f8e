import type { GatewayError } from '../errors.ts'
import type { GuardrailDecision } from '../inspection/guardrail.ts'
import type { ClientPath, Dialect, TokenCounting } from '../model/dialect.ts'
import type { EndpointPlan, PlannedRequest } from '../model/endpoint-format.ts'
import type { ClientFraming } from '../model/framing.ts'
import type { ReplyPart, Usage } from '../model/model-reply.ts'
import type { ModelRequest } from '../model/model-request.ts'
import type { AskedClassifier, Attempt } from '../record/call-record.ts'
import type { ReservedCall, Standing } from '../spending/budget.ts'
import type { Verdict } from '../spending/consumption.ts'
import type { FieldPlace } from '../wire/form-scanner.ts'
import type { JsonObject } from '../wire/json.ts'
import type { StreamedBody } from '../wire/streamed-body.ts'
import type { CacheMatch, CacheWish } from './cache.ts'
import type { CallStage } from './call-stages.ts'
import type { CallLifetime } from './lifetime.ts'
import type { Principal, Target } from './registry.ts'
import type { RouteDecision, RouteFacts } from './route-plan.ts'

/** What it takes to find a target for a request, of whatever kind. */
export interface RoutedCall {
  readonly id: string
  readonly principal: Principal
  /** The name that the client asked for. */
  readonly model: string
  readonly lifetime: CallLifetime
  /** What it holds of its budgets. */
  readonly reserved: ReservedCall
  /** What the client says of itself. */
  readonly labels?: CallerLabels
  /** Where it comes from. */
  readonly asker?: CallAsker
  /** The one account that holds what the call goes on from, and the fault where the model does not lead to it. */
  readonly heldBy?: { readonly account: string; readonly otherwise: GatewayError }
  /** It names what the gateway has not seen made: the fault at accounts that do not allow that. */
  readonly unseen?: GatewayError
  /** It is asked as well because this target's answer is late: one of both will be cut. */
  readonly hedges?: Target
  /** Who made the encrypted reasoning that it brings back, as far as that is known. */
  readonly reasoning?: ReasoningOrigin
  /** What conditions of routes see. Reads the body on first use. Throws `invalid_request`. */
  facts(): RouteFacts
  /** What is still on its way: once its beginning is gone, no other target can have it. */
  readonly upload?: { readonly body: Pick<StreamedBody, 'isSpent'> } | undefined
  emit(fact: CallFact): void
}

/** A conversation stays with the account that made its reasoning, as long as that one is well. */
export interface ReasoningOrigin {
  /** The one that made the last of it. */
  readonly account: string
  /** Which pieces a target cannot read; `undefined`: none. */
  foreignTo(target: Target): ((piece: string) => boolean) | undefined
}

/** Texts that a client chooses. */
export interface CallerLabels {
  readonly metadata: Readonly<Record<string, string>>
  readonly traceId?: string
  readonly user?: string
}

export interface CallAsker {
  readonly remoteAddress: string | undefined
  readonly headers: Readonly<NodeJS.Dict<string | string[]>>
}

/** One request through the gateway. Stages read it and pass it on; what they learn they report with `emit`. */
export interface ModelCall extends RoutedCall {
  readonly endpoint: Endpoint
  readonly stream: boolean
  /** How the client reads a stream; absent for pass-through endpoints. */
  readonly framing?: ClientFraming
  readonly wire: RequestWire
  /** The client's body, where earlier turns of the conversation were put into `wire`. */
  readonly asked?: JsonObject
  /** Client headers that may go to a provider: names and values in turn. */
  readonly headers: readonly string[]
  /** Query of the client's URL that may go to a provider of the same dialect: empty, or with its `?`. */
  readonly query: string
  /** What the client wants of the cache. */
  readonly wish: CacheWish
  /** Its conversation ends with the beginning of the answer, which is to go on from there. */
  readonly goesOn?: true
  /** The neutral form, read on first use. Throws `invalid_request`. Not for endpoints without a dialect. */
  request(): ModelRequest
}

/** What is served at a client path: a dialect, an endpoint that only passes through (`/v1/embeddings`), or a dialect's count of tokens. */
export type Endpoint =
  | { readonly kind: 'dialect'; readonly path: string; readonly dialect: Dialect; readonly clientPath: ClientPath }
  | {
      /** Asked of the provider, or estimated. */
      readonly kind: 'count-tokens'
      readonly path: string
      /** Whose question it is. */
      readonly errorDialect: Dialect
      readonly counting: TokenCounting
    }
  | PassThroughEndpoint
  /** A path of one account (`/p/openai/videos`), whatever it is. */
  | { readonly kind: 'raw'; readonly path: string; readonly errorDialect: Dialect }

/** An endpoint beyond chat. The client's bytes go on as they came, but for the name of the model. */
export interface PassThroughEndpoint {
  readonly kind: 'pass-through'
  readonly path: string
  /** Older and newer versions of the path. */
  readonly alsoAt?: readonly string[]
  /** How its requests are written: one JSON object, or a form with files. */
  readonly body: 'json' | 'multipart'
  /** The shape of its errors, and the family of endpoints that it belongs to. */
  readonly errorDialect: Dialect
  /** False where tokens are of pictures or sound: the catalogue has prices of text, and too little is worse than unknown. */
  readonly isText: boolean
  /** Token counts in a reply of this endpoint. */
  usageOf(reply: JsonObject): Usage | undefined
  /** How a target gets a request, where providers have formats of their own for it. Absent: as it came. */
  plan?(request: PlannedRequest): EndpointPlan | undefined
  /** Absent: in the body. */
  readonly modelIn?: 'path'
  /** What the vendor takes for a request that names no model. */
  readonly usualModel?: string
  /** Where a provider has it, once that is known. */
  readonly providerPath?: string
}

/** A client's body as it came. */
export interface RequestWire {
  readonly bytes: Buffer
  /** Of a form, the fields that decide where it goes. */
  readonly json: JsonObject
  /** Absent: JSON. */
  readonly contentType?: string
  /** A form that goes out as it comes in, in place of `bytes`, which are empty; and where its model stands. */
  readonly upload?: { readonly body: StreamedBody; readonly model: FieldPlace }
}

/** What a stage learned. The recorder folds these into the call's record. */
export type CallFact =
  | { readonly type: 'stage-began'; readonly stage: CallStage }
  | { readonly type: 'route-resolved'; readonly route: string }
  | { readonly type: 'cache-missed' }
  /** The answer was kept from another call, which had it from this target. */
  | {
      readonly type: 'cache-hit'
      readonly target: Target
      readonly dialect?: Dialect
      readonly ageMs: number
      /** Of a question that is another one and means the same. */
      readonly match?: CacheMatch
    }
  /** Would have been answered so, were the semantic cache not in shadow. */
  | { readonly type: 'cache-matched'; readonly match: CacheMatch }
  | { readonly type: 'classified'; readonly asked: readonly AskedClassifier[] }
  /** How a plan with a choice came to its targets; again for each round. */
  | { readonly type: 'route-decided'; readonly decision: RouteDecision }
  /** `dialect`: what the provider is spoken to in; absent for pass-through endpoints. */
  | {
      readonly type: 'attempt-started'
      readonly target: Target
      readonly dialect?: Dialect
      /** The client's names of tools, by those that the provider was given in their place. */
      readonly toolNames?: ReadonlyMap<string, string>
    }
  | { readonly type: 'attempt-ended'; readonly attempt: Attempt }
  /** It waited for a place at an account. */
  | { readonly type: 'queued'; readonly durationMs: number }
  /** Its stream failed before its first content. */
  | { readonly type: 'attempt-broke-off'; readonly target: Target; readonly errorCode: string }
  /** It counts to budgets, which stand like this when they are asked for. */
  | { readonly type: 'budgets-claimed'; readonly standings: () => readonly Standing[] }
  /** Its consumption was judged. `label`: hash of the agent or user that it is judged as. `settled`: who tells what it came to. */
  | {
      readonly type: 'consumption-judged'
      readonly verdict: Verdict
      readonly settled: 'at-end' | 'apart'
      readonly label?: string
    }
  /** What guardrails of models are for, as far as it stands for a model that the call may reach. */
  | { readonly type: 'guarded-models-reached'; readonly reaches: readonly string[] }
  | { readonly type: 'guardrails-judged'; readonly decisions: readonly GuardrailDecision[] }
  /** The client gets nothing of an answer, or of its end. `isWhole`: the provider had come to its end. `unsentTokens`: about so many of its words, where it did not say. */
  | {
      readonly type: 'answer-refused'
      readonly usage?: Usage
      readonly isWhole: boolean
      readonly unsentTokens?: number
    }
  /** What goes to the provider, and on record, in place of the client's body. */
  | { readonly type: 'request-redacted'; readonly bytes: Buffer }
  /** Another target goes on with the answer, written in the dialect of the first. `stretches`: what each used, until now. */
  | { readonly type: 'continued'; readonly dialect: Dialect; stretches(): readonly Stretch[] }
  | { readonly type: 'parameters-dropped'; readonly names: readonly string[] }

/** What one target gave of an answer that several gave. */
export interface Stretch {
  readonly target: Target
  readonly usage: Usage
  readonly isEstimated: boolean
}

export interface ModelReply {
  readonly target: Target
  /** Dialect of the wire; absent for pass-through endpoints. */
  readonly dialect?: Dialect
  readonly status: number
  /** Provider headers that may go to the client. */
  readonly headers: Readonly<Record<string, string>>
  readonly body: UnaryBody | StreamBody
  /** From a cache, as the answer to another question: not to be kept as the answer to this one. */
  readonly isKeptElsewhere?: true
  /** When the time of its target is over, in `performance.now()`'s milliseconds; it has a beginning in time, but may yet bring nothing. */
  readonly dueAt?: number
}

/** A reply in one piece. */
export interface UnaryBody {
  readonly kind: 'unary'
  readonly bytes: Buffer
  readonly contentType: string
  /** For pass-through endpoints only usage. */
  readonly parts: readonly ReplyPart[]
  /** What goes on record in place of `bytes`. */
  readonly recorded?: Buffer
}

/**
 * A reply as a stream. Push, not pull: a chunk goes from the provider's socket to the client's in one
 * synchronous run, without a promise per event.
 */
export interface StreamBody {
  readonly kind: 'stream'
  readonly contentType: string
  /** The client gets what its frames say, and not their bytes. */
  readonly isWrittenAnew?: true
  /** Starts the flow; called once. */
  open(sink: FrameSink): void
  /** Back-pressure from a slow client. */
  pause(): void
  resume(): void
}

export interface FrameSink {
  frame(frame: Frame): void
  /** The provider's connection ended well. Whether the reply was whole is for the dialect's terminator to say. */
  end(): void
  /** `isTold`: the last frame has told the client. */
  fail(error: GatewayError, isTold?: boolean): void
}

/** One or more whole events. `parts` decodes them on first use: a stream that passes through unchanged is not parsed. */
export interface Frame {
  readonly bytes: Buffer
  /** What goes on record in place of `bytes`. */
  readonly recorded?: Buffer
  /** What stands in place of the whole answer, where the client has nothing of it yet. */
  readonly instead?: readonly ReplyPart[]
  /** Throws `upstream_invalid_reply` for malformed data. */
  parts(): readonly ReplyPart[]
  /** One for each event. Absent: they cannot be told apart. Of the frame itself nothing is read then. */
  split?(): readonly Frame[]
  /** What the events before the malformed one say, after `parts` has thrown. */
  readonly partsBeforeFault?: readonly ReplyPart[] | undefined
  /** Holds the word: most frames do not, and need no look for a fault. */
  readonly saysError: boolean
  /** The parts; nothing when they cannot be read. */
  readableParts(): readonly ReplyPart[]
  /** The parts, when the bytes hold one of the dialect's landmarks, or of those given; else nothing. Never throws. */
  landmarkParts(also?: readonly Buffer[]): readonly ReplyPart[]
}

export type Next<Call, Reply> = (call: Call) => Promise<Reply>
export type Stage<Call, Reply> = (call: Call, next: Next<Call, Reply>) => Promise<Reply>

/** The stages in order around `last`. Built once for a runtime, not for a call. */
export function compose<Call, Reply>(
  stages: readonly Stage<Call, Reply>[],
  last: Next<Call, Reply>,
): Next<Call, Reply> {
  return stages.reduceRight<Next<Call, Reply>>((next, stage) => (call) => stage(call, next), last)
}
