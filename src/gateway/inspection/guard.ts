import type { ModelCall, ModelReply, Next, RequestWire, Stage } from '../../core/call.ts'
import { GatewayError } from '../../core/errors.ts'
import type { CompiledDetector, Guardrail, GuardrailFacts, GuardrailPolicy } from '../../core/guardrail.ts'
import { isJsonObject, type JsonObject } from '../../core/json.ts'
import { readsOneWay } from '../../core/reads-one-way.ts'
import { conversationOf } from './conversation.ts'
import { guardedReply } from './guard-reply.ts'
import type { InspectedTexts, Inspector } from './inspector.ts'
import { createRedactor, edited, type Redactor } from './redactor.ts'
import { refusalOf } from './refusal.ts'
import { textsIn, withTexts } from './wire-texts.ts'

export interface GuardOptions {
  readonly inspector: Inspector
  /** Those that look at calls of a workspace while they are served. */
  atOnce(workspace: string): readonly Guardrail[]
  readonly policy: GuardrailPolicy
  readonly detectors: ReadonlyMap<string, CompiledDetector>
  readonly policyVersion: string
  /** Of redaction by `hash`. */
  readonly hashKey: Uint8Array
  now(): number
}

/** Looks at all that a call says before it goes on, and at all that comes back before the client has it. */
export function guardCalls(options: GuardOptions): Stage<ModelCall, ModelReply> {
  return (call, next) => {
    const facts = factsOf(call, options.now())
    const active = options.atOnce(facts.workspace).filter((guardrail) => options.policy.applies(guardrail, facts))
    return active.length === 0 ? next(call) : guarded(call, next, active, facts, options)
  }
}

async function guarded(
  call: ModelCall,
  next: Next<ModelCall, ModelReply>,
  active: readonly Guardrail[],
  facts: GuardrailFacts,
  options: GuardOptions,
): Promise<ModelReply> {
  const { inspector, policy, hashKey } = options
  const redactor = createRedactor(hashKey)
  const texts = textsIn(call.wire.json, 'input')
  const isAsking = active.some(({ detectorKey }) => options.detectors.get(detectorKey)?.connected !== undefined)
  const inspected = await inspector.inspect(texts, active, {
    id: `${call.id}:input`,
    facts,
    ...(isAsking ? { signal: call.lifetime.signal } : {}),
  })
  if (call.lifetime.reason !== undefined) throw call.lifetime.reason
  if (inspected.decisions.length > 0) call.emit({ type: 'guardrails-judged', decisions: inspected.decisions })
  const refusal = refusalOf(inspected.effect, `${call.id}:input`)
  if (refusal !== undefined) throw refusal
  const isRedacted = inspected.effect.kind === 'redact'
  const sent = isRedacted ? redactedCall(call, inspected, redactor, policy) : readOneWay(call)
  if (isRedacted) call.emit({ type: 'request-redacted', bytes: sent.wire.bytes })
  const reply = await next(sent)
  const conversation = conversationOf(texts)
  return await guardedReply(sent, reply, { ...options, active, facts, redactor, conversation })
}

export function factsOf({ principal, model }: Pick<ModelCall, 'principal' | 'model'>, now: number): GuardrailFacts {
  return { workspace: principal.workspace, key: principal.key, model, now }
}

function redactedCall(
  call: ModelCall,
  { texts }: InspectedTexts,
  redactor: Redactor,
  policy: Pick<GuardrailPolicy, 'redactedIn'>,
): ModelCall {
  const changes = texts.flatMap(({ text, judgements }) => {
    const taken = policy.redactedIn(judgements)
    if (taken.length === 0) return []
    if (text.isName === true) throw cannotRedact(call)
    return [{ place: text.place, text: edited(text.text, redactor.edits(text.text, taken)) }]
  })
  return withBody(call, withTexts(call.wire.json, changes))
}

/** A body of which others may read something else than what was looked at goes out as it was read. */
function readOneWay(call: ModelCall): ModelCall {
  const { contentType, upload, bytes } = call.wire
  if (contentType !== undefined || upload !== undefined || bytes.length === 0 || readsOneWay(call.wire)) return call
  return withBody(call, call.wire.json)
}

function withBody(call: ModelCall, body: unknown): ModelCall {
  const { contentType, upload } = call.wire
  // Where the bytes are a form, its fields would have to be written anew.
  if (!isJsonObject(body) || contentType !== undefined || upload !== undefined) throw cannotRedact(call)
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

function cannotRedact(call: ModelCall): GatewayError {
  const message = `What a guardrail takes out stands where nothing can be written anew (decision ${call.id}:input).`
  return new GatewayError('guardrail_denied', message)
}
