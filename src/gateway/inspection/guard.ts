import type { ModelCall, ModelReply, Next, RequestWire, Stage } from '../../core/calls/call.ts'
import { agentIn, userIn } from '../../core/calls/caller-names.ts'
import { GatewayError } from '../../core/errors.ts'
import type { CompiledDetector, Guardrail, GuardrailFacts, GuardrailPolicy } from '../../core/inspection/guardrail.ts'
import { isJsonObject, type JsonObject, type JsonValue } from '../../core/wire/json.ts'
import { readsOneWay } from '../../core/wire/reads-one-way.ts'
import type { Approvals } from './approvals.ts'
import { textsBeside } from './call-texts.ts'
import { conversationOf } from './conversation.ts'
import { fileParts } from './document-parts.ts'
import { inTwoTurns, sentDuring } from './during-call.ts'
import { guardedReply } from './guard-reply.ts'
import { cannotRedact, inspectedRequest, type RequestGuard } from './guard-request.ts'
import { guardedFault } from './guarded-fault.ts'
import type { Inspector } from './inspector.ts'
import { leftOf } from './needed-detectors.ts'
import { asksForOne } from './one-answer.ts'
import { ownAnswers } from './own-answer.ts'
import { fileTexts } from './read-files.ts'
import { createRedactor, type TokensInCalls } from './redactor.ts'
import { refusedReply } from './refused-usage.ts'
import { type TokenReading, tokenTexts } from './token-texts.ts'
import { textsIn, withTexts } from './wire-texts.ts'

export interface GuardOptions extends TokenReading {
  readonly inspector: Inspector
  /** Those that may look at calls of a key while they are served; the same list each time. */
  atOnce(caller: Pick<GuardrailFacts, 'workspace' | 'key'>): readonly Guardrail[]
  readonly policy: GuardrailPolicy
  readonly detectors: ReadonlyMap<string, CompiledDetector>
  readonly approvals: Approvals
  /** Of redaction by `hash`. */
  readonly hashKey: Uint8Array
  /** Of redaction by `token`. */
  readonly tokensInCalls: TokensInCalls
  /**
   * What guardrails of models are for, as far as it stands for a model that a call may reach which asks for this one with this
   * body. Absent: none is for some models.
   */
  readonly reachesOf: ((model: string, body?: JsonValue) => readonly string[]) | undefined
  /** As the record names it; `undefined`: of no guardrail's concern, or not known. */
  routeOf(model: string): string | undefined
  now(): number
}

/** Looks at all that a call says before it goes on, and at all that comes back before the client has it. */
export function guardCalls(options: GuardOptions): Stage<ModelCall, ModelReply> {
  return (call, next) => {
    const reaches = options.reachesOf?.(call.model, call.wire.json) ?? none
    // Those in shadow judge later by what is on record.
    if (reaches.length > 0) call.emit({ type: 'guarded-models-reached', reaches })
    // Most workspaces have none, and their calls pay for no facts.
    if (options.atOnce(call.principal).length === 0) return next(call)
    const facts = { ...factsOf(call, options), reaches }
    const active = activeGuardrails(options, facts)
    return active.length === 0 ? next(call) : guarded(call, next, active, facts, options)
  }
}

const none: readonly string[] = []

/** Those that look at a call of these facts while it is served. */
export function activeGuardrails(
  { atOnce, policy, now }: Pick<GuardOptions, 'atOnce' | 'policy' | 'now'>,
  facts: Omit<GuardrailFacts, 'now'>,
): readonly Guardrail[] {
  const asked = { now: now(), ...facts }
  return leftOf(atOnce(facts), (guardrail) => policy.applies(guardrail, asked))
}

async function guarded(
  call: ModelCall,
  next: Next<ModelCall, ModelReply>,
  active: readonly Guardrail[],
  facts: GuardrailFacts,
  options: GuardOptions,
): Promise<ModelReply> {
  call.emit({ type: 'stage-began', stage: 'inspect' })
  const redactor = createRedactor(options.hashKey, options.tokensInCalls)
  const numbered = await tokenTexts(call.wire.json, call.model, { active, facts }, options, call)
  const documents = await fileTexts(fileParts(call.wire.json), 'tool-result', { active, facts }, options, call)
  const textsOf = ({ wire }: ModelCall) => [...textsBeside(call), ...textsIn(wire.json, 'input'), ...documents]
  const texts = [...textsOf(call), ...numbered]
  const own = ownAnswers(call)
  const { before, during } = inTwoTurns(active)
  const looking: RequestGuard = {
    ...options,
    active: before,
    facts,
    redactor,
    canAnswer: own !== undefined,
    approving() {
      const digest = options.approvals.digest(call)
      return { digest, approval: digest === undefined ? undefined : options.approvals.find(digest, facts.now) }
    },
  }
  const { changes, answer } = await inspectedRequest(call, texts, looking)
  if (answer !== undefined && own !== undefined) return own.reply(answer)
  const isRedacted = changes.length > 0
  // One list of texts and of numbers is none that a provider takes.
  const sent = isRedacted ? withBody(call, withTexts(call.wire.json, [...numbered, ...changes])) : readOneWay(call)
  if (isRedacted) call.emit({ type: 'request-redacted', bytes: sent.wire.bytes })
  call.emit({ type: 'stage-began', stage: 'route' })
  // Whoever looks meanwhile sees no more than the provider does.
  const verdict =
    during.length === 0
      ? undefined
      : inspectedRequest(call, [...textsOf(sent), ...(isRedacted ? [] : numbered)], { ...looking, active: during })
  const answering = () => ({
    ...options,
    active,
    facts,
    redactor,
    conversation: conversationOf(texts),
    own,
    isOne: asksForOne(call.wire.json),
  })
  let reply: ModelReply
  try {
    reply = await (verdict === undefined ? next(sent) : sentDuring(sent, next, verdict))
  } catch (fault) {
    throw await guardedFault(call, fault, answering())
  }
  call.emit({ type: 'stage-began', stage: 'inspect' })
  try {
    return await guardedReply(sent, reply, answering())
  } catch (fault) {
    refusedReply(call, reply)
    throw fault
  } finally {
    call.emit({ type: 'stage-began', stage: 'reply' })
  }
}

function factsOf({ principal, model, labels }: ModelCall, { routeOf, now }: GuardOptions): GuardrailFacts {
  const route = routeOf(model)
  return {
    workspace: principal.workspace,
    key: principal.key,
    model,
    ...(route === undefined ? {} : { route }),
    agent: (labels && agentIn(labels)) ?? null,
    user: (labels && userIn(labels)) ?? null,
    now: now(),
  }
}

/** A body of which others may read something else than what was looked at goes out as it was read. */
export function readOneWay(call: ModelCall): ModelCall {
  const { contentType, upload, bytes } = call.wire
  if (contentType !== undefined || upload !== undefined || bytes.length === 0 || readsOneWay(call.wire)) return call
  return withBody(call, call.wire.json)
}

function withBody(call: ModelCall, body: unknown): ModelCall {
  const { contentType, upload } = call.wire
  // Where the bytes are a form, its fields would have to be written anew.
  if (!isJsonObject(body) || contentType !== undefined || upload !== undefined) throw cannotRedact(call.id)
  const wire: RequestWire = { bytes: Buffer.from(JSON.stringify(body)), json: body }
  return { ...call, wire, request: requestIn(call, body) }
}

function requestIn({ endpoint, model, stream }: ModelCall, body: JsonObject): ModelCall['request'] {
  let read: ReturnType<ModelCall['request']> | undefined
  return () => {
    if (endpoint.kind !== 'dialect')
      throw new GatewayError('unsupported_endpoint', `${endpoint.path} cannot be translated.`)
    read ??= endpoint.dialect.decodeRequest(body, { model, stream })
    return read
  }
}
