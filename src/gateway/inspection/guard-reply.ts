import type { ModelReply, UnaryBody } from '../../core/calls/call.ts'
import type { ConversationContext } from '../../core/inspection/detection.ts'
import type { CompiledDetector, Guardrail, GuardrailFacts, GuardrailPolicy } from '../../core/inspection/guardrail.ts'
import { plainText } from '../../core/inspection/plain-text.ts'
import { isJsonObject, type JsonValue, parseJson } from '../../core/wire/json.ts'
import { readsOneWay } from '../../core/wire/reads-one-way.ts'
import { fileOfBody } from './document-parts.ts'
import type { GuardedCall } from './guard-request.ts'
import { guardedStream } from './guard-stream.ts'
import { guardedValue } from './guarded-value.ts'
import type { Inspector } from './inspector.ts'
import { guardrailsOfAnswers, leftOf } from './needed-detectors.ts'
import type { OwnAnswers } from './own-answer.ts'
import type { FileReading } from './read-files.ts'
import { readableText, saysText, withoutZeros } from './readable-text.ts'
import type { Redactor } from './redactor.ts'

export interface ReplyGuard extends FileReading {
  readonly inspector: Inspector
  readonly policy: GuardrailPolicy
  readonly detectors: ReadonlyMap<string, CompiledDetector>
  readonly active: readonly Guardrail[]
  readonly facts: GuardrailFacts
  readonly redactor: Redactor
  readonly conversation: ConversationContext
  /** The call asks for one answer. Absent: nobody knows. */
  readonly isOne?: boolean
  /** What the gateway can say in the model's place. Absent: nothing. */
  readonly own?: OwnAnswers | undefined
}

/** The reply as the client may have it. Throws where it may not. */
export async function guardedReply(call: GuardedCall, reply: ModelReply, guard: ReplyGuard): Promise<ModelReply> {
  const outwards = guardOfAnswers(guard)
  if (outwards.active.length === 0 && !guard.redactor.hasTokens) return reply
  if (reply.body.kind === 'stream') {
    return { ...reply, body: guardedStream(call, reply, reply.body, outwards) }
  }
  const body = await guardedBody(call, reply, reply.body, outwards)
  if (body === reply.body) return reply
  return typeof body === 'string' ? (guard.own?.inPlaceOf(reply, body) ?? reply) : { ...reply, body }
}

/** The same for what the provider says: by those that look at that. */
export function guardOfAnswers(guard: ReplyGuard): ReplyGuard {
  const facts: GuardrailFacts = { ...guard.facts, direction: 'answer' }
  const active = leftOf(guardrailsOfAnswers(guard.active), (guardrail) => guard.policy.applies(guardrail, facts))
  return { ...guard, facts, active, redactor: guard.redactor.answering() }
}

/** A text: what is said in its place. */
async function guardedBody(
  call: GuardedCall,
  reply: ModelReply,
  body: UnaryBody,
  guard: ReplyGuard,
): Promise<UnaryBody | string> {
  const read = readReply(body)
  const value = read?.value ?? null
  const isText = typeof value === 'string'
  const file = read === undefined || isText ? fileOfBody(body.bytes, body.contentType, isText) : undefined
  const guarded = await guardedValue(call, value, guard, file)
  if ('answer' in guarded) return guarded.answer
  if (read === undefined) return body
  const { recorded, written } = guarded
  if (written === value && (!isCareful(guard) || read.readsOneWay())) return body
  const { dialect } = reply
  return {
    ...body,
    bytes: read.bytesOf(written),
    ...(written === recorded ? {} : { recorded: recorded === value ? body.bytes : read.bytesOf(recorded) }),
    parts: dialect !== undefined && isJsonObject(written) ? dialect.decodeReply(written) : body.parts,
  }
}

function isCareful({ active }: ReplyGuard): boolean {
  return active.some(({ state, action }) => state === 'enforce' && action !== 'allow')
}

interface ReadReply {
  readonly value: JsonValue
  bytesOf(value: JsonValue): Buffer
  /** Whether others read the same in it. */
  readsOneWay(): boolean
}

function readReply({ bytes, contentType }: Pick<UnaryBody, 'bytes' | 'contentType'>): ReadReply | undefined {
  const value = parseJson(bytes.toString())
  if (value !== undefined) {
    return {
      value,
      bytesOf: (changed) => Buffer.from(JSON.stringify(changed)),
      readsOneWay: () => typeof value !== 'object' || value === null || readsOneWay({ bytes, json: value }),
    }
  }
  const found = plainText(bytes)
  // What says that it is text is no UTF-16 where others read letters in it.
  const plain = saysText(contentType) && (found?.others.length ?? 0) > 0 ? undefined : found
  const decoded = plain?.text ?? readableText(bytes, contentType)
  if (decoded === undefined) return undefined
  const text = withoutZeros(decoded)
  const lines = text.split('\n')
  const read = lines.map((line) => (line.trim() === '' ? null : parseJson(line)))
  if (read.some((line) => line === undefined))
    return {
      value: text,
      bytesOf: (changed) => plain?.bytesOf(String(changed)) ?? Buffer.from(String(changed)),
      readsOneWay: () => true,
    }
  const all = read.map((line) => line ?? null)
  // Lines in which nothing was changed stay as they were written.
  const bytesOf = (changed: JsonValue): Buffer => {
    const now = Array.isArray(changed) ? changed : []
    return Buffer.from(lines.map((line, at) => (now[at] === all[at] ? line : JSON.stringify(now[at]))).join('\n'))
  }
  return { value: all, bytesOf, readsOneWay: () => true }
}
