import type { ModelCall, ModelReply, UnaryBody } from '../../core/call.ts'
import type { ConversationContext } from '../../core/detection.ts'
import type { CompiledDetector, Guardrail, GuardrailFacts, GuardrailPolicy } from '../../core/guardrail.ts'
import { isJsonObject, type JsonValue, parseJson } from '../../core/json.ts'
import { guardedStream } from './guard-stream.ts'
import type { InspectedTexts, Inspector } from './inspector.ts'
import { type Edit, edited, type Redactor } from './redactor.ts'
import { refusalOf } from './refusal.ts'
import { isJsonText, type Place, textsIn, type WireText, withTexts } from './wire-texts.ts'

export interface ReplyGuard {
  readonly inspector: Inspector
  readonly policy: GuardrailPolicy
  readonly detectors: ReadonlyMap<string, CompiledDetector>
  readonly policyVersion: string
  readonly active: readonly Guardrail[]
  readonly facts: GuardrailFacts
  readonly redactor: Redactor
  readonly conversation: ConversationContext
}

/** The reply as the client may have it. Throws where it may not. */
export async function guardedReply(call: ModelCall, reply: ModelReply, guard: ReplyGuard): Promise<ModelReply> {
  const watched = guard.active.filter(({ points }) => points.includes('output') || points.includes('tool-call'))
  if (watched.length === 0 && !guard.redactor.hasTokens) return reply
  if (reply.body.kind === 'stream') {
    return { ...reply, body: guardedStream(call, reply, reply.body, { ...guard, active: watched }) }
  }
  const body = await guardedBody(call, reply, reply.body, { ...guard, active: watched })
  return body === reply.body ? reply : { ...reply, body }
}

async function guardedBody(call: ModelCall, reply: ModelReply, body: UnaryBody, guard: ReplyGuard): Promise<UnaryBody> {
  const { inspector, active, facts, conversation } = guard
  const json = parseJson(body.bytes.toString())
  const isText = json === undefined && /text|xml/i.test(body.contentType)
  // Sound and pictures are not read.
  if (json === undefined && !isText) return body
  const read: JsonValue = json ?? body.bytes.toString()
  const id = `${call.id}:output`
  const inspected = await inspector.inspect(textsIn(read, 'output'), active, { id, facts, conversation })
  if (inspected.decisions.length > 0) call.emit({ type: 'guardrails-judged', decisions: inspected.decisions })
  const refusal = refusalOf(inspected.effect, id)
  if (refusal !== undefined) throw refusal
  const recorded = redactedIn(read, inspected, guard)
  const written = restoredIn(recorded, guard.redactor)
  if (written === read) return body
  const { dialect } = reply
  const bytesOf = (value: JsonValue): Buffer =>
    Buffer.from(typeof value === 'string' && isText ? value : JSON.stringify(value))
  return {
    ...body,
    bytes: bytesOf(written),
    ...(written === recorded ? {} : { recorded: recorded === read ? body.bytes : bytesOf(recorded) }),
    parts: dialect !== undefined && isJsonObject(written) ? dialect.decodeReply(written) : body.parts,
  }
}

function redactedIn(read: JsonValue, { texts, effect }: InspectedTexts, { policy, redactor }: ReplyGuard): JsonValue {
  if (effect.kind !== 'redact') return read
  const changes = texts.flatMap(({ text, judgements }) => {
    const taken = policy.redactedIn(judgements)
    return taken.length === 0 ? [] : [changed(text, redactor.edits(text.text, taken))]
  })
  return withTexts(read, changes)
}

function restoredIn(read: JsonValue, redactor: Redactor): JsonValue {
  if (!redactor.hasTokens) return read
  const changes = textsIn(read, 'output').flatMap((text) => {
    const edits = redactor.restorations(text.text, isJsonText(text.place))
    return edits.length === 0 ? [] : [changed(text, edits)]
  })
  return changes.length === 0 ? read : withTexts(read, changes)
}

function changed({ place, text }: WireText, edits: readonly Edit[]): { readonly place: Place; readonly text: string } {
  return { place, text: edited(text, edits) }
}
