import type { CacheMatch } from '../../../core/calls/cache.ts'
import type { CallFact, Endpoint, ModelReply } from '../../../core/calls/call.ts'
import type { CallStage } from '../../../core/calls/call-stages.ts'
import type { Principal, RecordSettings, Target } from '../../../core/calls/registry.ts'
import type { RouteDecision } from '../../../core/calls/route-plan.ts'
import type { GatewayError } from '../../../core/errors.ts'
import { decidedBy, type GuardrailDecision } from '../../../core/inspection/guardrail.ts'
import type { Dialect } from '../../../core/model/dialect.ts'
import type { ReplyContext, ReplyPart } from '../../../core/model/model-reply.ts'
import type { AskedClassifier, CacheState, CallRecord, EventSink } from '../../../core/record/call-record.ts'
import type { HeldBeside, Reservation, ReservedCall, Standing } from '../../../core/spending/budget.ts'
import type { ConsumptionDecision } from '../../../core/spending/consumption.ts'
import { routingRecord } from '../../../gateway/routing/routing-record.ts'
import { withDropped } from '../reply/dropped-names.ts'
import type { ReplyKeeper } from '../reply/reply-keeper.ts'
import { vendorOf } from '../reply/vendor-of.ts'
import { type CallLabels, recordedLabels } from '../request/call-labels.ts'
import { Attempts } from './attempts.ts'
import { JudgedConsumption } from './judged-consumption.ts'
import { RecordedBodies } from './recorded-bodies.ts'
import { StageClock } from './stage-clock.ts'
import { hasBothCounts, UsedByCall } from './used-by-call.ts'

type Decision = ConsumptionDecision | GuardrailDecision
type Writable<T> = { -readonly [K in keyof T]: T[K] }

const none: readonly never[] = []
const now = (): number => performance.now()
/** A session may go on for hours. */
const MAX_DECISIONS = 1000

/** Gathers what happens in one call and gives it to the sink as one event when the call has ended. */
export class CallRecorder implements ReservedCall {
  readonly id: string
  readonly startedAt = Date.now()
  /** Further header fields of the reply, names and values in turn, as they stand when it is sent. */
  replyFields: (() => readonly string[]) | undefined
  reservation: Reservation | undefined
  beside: HeldBeside[] | undefined
  isInSteps = false
  readonly #sink: EventSink
  readonly #endpoint: Endpoint
  readonly #started: number
  readonly #attempts = new Attempts()
  #dropped: Set<string> | undefined
  #principal: Principal | undefined
  readonly #bodies = new RecordedBodies()
  #labels: CallLabels | undefined
  #requestedModel: string | undefined
  #stream = false
  #route: string | undefined
  #shadowOf: string | undefined
  #decision: RouteDecision | undefined
  readonly #clock: StageClock
  #asked: readonly AskedClassifier[] | undefined
  #cache: CacheState = 'bypass'
  #cacheAgeMs = 0
  #cacheMatch: CacheMatch | undefined
  #target: Target | undefined
  #providerDialect: Dialect | undefined
  #toolNames: ReadonlyMap<string, string> | undefined
  #isCostUnknown = false
  readonly #used = new UsedByCall()
  #bodyReadAt = 0
  #queuedMs = 0
  #firstTokenAt: number | undefined
  #headAt: number | undefined
  #ended = false
  readonly #consumption = new JudgedConsumption()
  #reaches: readonly string[] | undefined
  #decisions: readonly Decision[] = none
  #standings: (() => readonly Standing[]) | undefined
  #keeper: ReplyKeeper | undefined
  #keptContext: (() => ReplyContext) | undefined
  #onReasoning: ((piece: string) => void) | undefined

  constructor(id: string, endpoint: Endpoint, started: number, sink: EventSink) {
    this.id = id
    this.#endpoint = endpoint
    this.#started = started
    this.#bodyReadAt = started
    this.#clock = new StageClock(started, now)
    this.#sink = sink
  }

  /** This call is a copy of another one: it is the same person's, and of the same trace. */
  shadows(original: CallRecorder): void {
    ;[this.#shadowOf, this.#labels] = [original.id, original.#labels]
  }

  calledBy(principal: Principal, settings: RecordSettings): void {
    this.#principal = principal
    this.#bodies.settings = settings
    this.#sink.began?.({ id: this.id, workspace: principal.workspace })
  }

  /** Without `bytes`: the call begins, and the rest of its body comes as `requestBytes`. */
  bodyRead(bytes?: Buffer): void {
    this.#bodies.request = bytes
    this.#bodyReadAt = performance.now()
    this.#clock.enter('parse')
  }

  inStage(stage: CallStage): void {
    this.#clock.enter(stage)
  }

  labelled(labels: CallLabels): void {
    this.#labels = labels
    const [workspace, traceId] = [this.#principal?.workspace, labels.traceId]
    if (workspace !== undefined && traceId !== undefined) this.#sink.began?.({ id: this.id, workspace, traceId })
  }

  asked(model: string, stream: boolean): void {
    this.#requestedModel = model
    this.#stream = stream
    this.#clock.enter('route')
  }

  /** What the reply says goes to the keeper too, and its end if it is whole. */
  keepWith(keeper: ReplyKeeper, context: () => ReplyContext): void {
    this.#keeper = keeper
    this.#keptContext = context
  }

  /** Told of each piece of encrypted reasoning in the reply. */
  hearReasoning(listener: (piece: string) => void): void {
    this.#onReasoning = listener
  }

  /** All that the reply says has to be read, as it is kept. */
  get keepsReply(): boolean {
    return this.#keeper?.needsAll === true
  }

  fact(fact: CallFact): void {
    switch (fact.type) {
      case 'stage-began':
        this.#clock.enter(fact.stage)
        break
      case 'route-resolved':
        this.#route = fact.route
        break
      case 'budgets-claimed':
        this.#standings = fact.standings
        break
      case 'consumption-judged':
        this.#decided(this.#consumption.judged(fact))
        break
      case 'guarded-models-reached':
        this.#reaches = fact.reaches
        break
      case 'guardrails-judged':
        this.#decided(fact.decisions)
        break
      case 'answer-refused':
        this.#used.refused(fact)
        break
      case 'request-redacted':
        this.#bodies.request = fact.bytes
        break
      case 'cache-missed':
        this.#cache = 'miss'
        break
      case 'cache-hit':
        this.#cache = fact.match === undefined ? 'hit' : 'semantic'
        this.#cacheMatch = fact.match
        this.#cacheAgeMs = fact.ageMs
        this.#target = fact.target
        this.#providerDialect = fact.dialect
        break
      case 'cache-matched':
        this.#cacheMatch = fact.match
        break
      case 'classified':
        this.#asked = fact.asked
        this.#clock.spentIn(
          'classifier',
          fact.asked.reduce((sum, { durationMs }) => sum + durationMs, 0),
        )
        break
      case 'route-decided':
        this.#decision = fact.decision
        break
      case 'attempt-started':
        this.#clock.enter('upstream')
        this.#target = fact.target
        this.#providerDialect = fact.dialect
        this.#toolNames = fact.toolNames
        break
      case 'attempt-ended':
        this.#clock.enter('reply')
        this.#attempts.ended(fact.attempt)
        break
      case 'queued':
        this.#queuedMs += fact.durationMs
        this.#clock.spentIn('queue', fact.durationMs)
        break
      case 'attempt-broke-off':
        this.#attempts.brokeOff(fact.target, fact.errorCode)
        break
      case 'continued':
        this.#providerDialect = fact.dialect
        this.#used.stretches = fact.stretches
        // The names of tools in what follows are the client's own.
        this.#toolNames = undefined
        break
      case 'parameters-dropped':
        this.#dropped = withDropped(this.#dropped, fact.names)
        break
    }
  }

  #decided(decisions: readonly Decision[]): void {
    if (decisions.length > 0 && this.#decisions.length < MAX_DECISIONS)
      this.#decisions = [...this.#decisions, ...decisions]
  }

  /** Where two targets were asked at once, the last one to be asked may not be the one that answered. */
  answeredBy({ target, dialect }: ModelReply): void {
    this.#target = target
    this.#providerDialect = dialect
  }

  /** The reply starts to leave for the client. */
  headSent(): void {
    this.#headAt ??= performance.now()
    this.#clock.stop()
  }

  contentSeen(): void {
    this.#firstTokenAt ??= performance.now()
  }

  get hasContent(): boolean {
    return this.#firstTokenAt !== undefined
  }

  parts(parts: readonly ReplyPart[]): void {
    this.#keeper?.parts(parts)
    for (const part of parts) {
      this.#used.said(part)
      if (part.type === 'reasoning-signature') this.#onReasoning?.(part.signature)
      else if (part.type === 'reasoning-redacted') this.#onReasoning?.(part.data)
      else if (part.type === 'tool-call-start' && part.signature !== undefined) this.#onReasoning?.(part.signature)
    }
  }

  /** A reply in one piece needs no copy: nobody keeps it longer than its own buffer lives. */
  wholeReply(bytes: Buffer): void {
    this.#bodies.wholeReply(bytes)
  }

  /** The next bytes of a session, or of a body that is not held whole. */
  requestBytes(bytes: Buffer): void {
    this.#bodies.requestBytes(bytes)
  }

  /** What was used has no price in the catalogue, although the model has. */
  costUnknown(): void {
    this.#isCostUnknown = true
  }

  /** The next bytes of a stream. */
  replyBytes(bytes: Buffer): void {
    this.#bodies.replyBytes(bytes)
  }

  /** Provider said how the answer ended: all that was to come has come, terminator or not. */
  get isFinished(): boolean {
    return this.#used.finishReason !== undefined
  }

  get isWhole(): boolean {
    return this.#used.isWhole
  }

  get droppedParameters(): readonly string[] {
    return this.#dropped === undefined ? none : [...this.#dropped]
  }

  /** In whose words the client is told what is beside the answer. */
  get vendor(): Dialect {
    return vendorOf(this.#endpoint)
  }

  /** Of the budgets that the call is under, now; `undefined` where it is under none. */
  get standings(): readonly Standing[] | undefined {
    return this.#standings?.()
  }

  /** What a guardrail did to the call, for a header. */
  get decided(): string | undefined {
    if (this.#decisions === none) return undefined
    const { action, id } = this.#consumption.carriedOut ?? {}
    return decidedBy(this.#decisions) ?? (id === undefined ? undefined : `${action}; id="${id}"`)
  }

  get isJudged(): boolean {
    return this.#consumption.counted !== undefined
  }

  get cache(): CacheState {
    return this.#cache
  }

  /** Of the answer from the cache. */
  get cacheAgeMs(): number {
    return this.#cacheAgeMs
  }

  /** Milliseconds that the gateway added until now: without the wait for the client's body and for the provider. */
  overheadMs(): number {
    return Math.max(
      0,
      (this.#headAt ?? performance.now()) - this.#bodyReadAt - this.#attempts.durationMs - this.#queuedMs,
    )
  }

  /** The call is over. Only the first end counts. */
  end(status: number, error?: GatewayError): void {
    if (this.#ended) return
    this.#ended = true
    if (error === undefined && this.#keptContext !== undefined) this.#keeper?.whole(this.#keptContext())
    this.#sink.emit({
      type: 'call-end',
      record: this.#record(status, error),
      bodies: this.#bodies.kept(),
      reservation: this.reservation,
      beside: this.beside,
      isInSteps: this.isInSteps,
      consumption: this.#consumption.counted,
    })
  }

  #record(status: number, error: GatewayError | undefined): CallRecord {
    const ended = performance.now()
    this.#clock.stop()
    const target = this.#target
    const hasPrice = !this.#isCostUnknown && (this.#endpoint.kind !== 'pass-through' || this.#endpoint.isText)
    const price = hasPrice ? target?.facts?.price : undefined
    const { usage, isEstimated, costNanoUsd: cost } = this.#used.total(price)
    // Filled field by field: conditional spreads made this literal the dearest line of a recorded call.
    const record: Writable<CallRecord> = {
      id: this.id,
      startedAt: this.startedAt,
      workspace: this.#principal?.workspace ?? '',
      endpoint: this.#endpoint.path,
      stream: this.#stream,
      status,
      durationMs: ended - this.#started,
      overheadMs: this.overheadMs(),
      attempts: this.#attempts.list,
      cache: this.#cache,
      decisions: this.#decisions,
      droppedParameters: this.droppedParameters,
    }
    if (this.#principal !== undefined) record.key = this.#principal.key
    if (this.#labels !== undefined) Object.assign(record, recordedLabels(this.#labels, this.#bodies.isKept))
    if (this.#endpoint.kind === 'dialect') record.clientDialect = this.#endpoint.dialect.id
    if (target !== undefined) {
      record.provider = target.account.provider.id
      record.account = target.account.id
      record.model = target.model
      if (this.#providerDialect !== undefined) record.providerDialect = this.#providerDialect.id
    }
    if (this.#requestedModel !== undefined) record.requestedModel = this.#requestedModel
    if (this.#reaches !== undefined) record.reaches = this.#reaches
    if (error !== undefined) {
      record.errorCode = error.code
      record.errorMessage = error.message
    }
    if (usage !== undefined) record.usage = usage
    if (isEstimated) record.usageEstimated = true
    if (this.#cacheMatch !== undefined) record.cacheMatch = this.#cacheMatch
    if (this.#cache === 'hit' || this.#cache === 'semantic') {
      record.costNanoUsd = 0
      if (cost !== undefined) record.savedNanoUsd = cost
    } else if (cost !== undefined) record.costNanoUsd = cost
    else if (price !== undefined && !hasBothCounts(usage)) record.price = price
    const { unsentTokens, finishReason } = this.#used
    if (unsentTokens !== undefined) record.unsentTokens = unsentTokens
    if (this.#toolNames !== undefined && this.#bodies.isKept) record.toolNames = Object.fromEntries(this.#toolNames)
    if (finishReason !== undefined) record.finishReason = finishReason
    if (this.#firstTokenAt !== undefined) record.timeToFirstTokenMs = this.#firstTokenAt - this.#started
    record.stages = this.#clock.times
    if (this.#queuedMs > 0) record.queuedMs = this.#queuedMs
    if (this.#shadowOf !== undefined) record.shadowOf = this.#shadowOf
    if (this.#route !== undefined) record.route = this.#route
    if (this.#decision !== undefined) record.routing = routingRecord(this.#decision, usage)
    if (this.#asked !== undefined)
      record.routing = { ...(record.routing ?? { steps: [], candidates: [] }), asked: this.#asked }
    return record
  }
}
