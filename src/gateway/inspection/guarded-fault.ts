import { isUtf8 } from 'node:buffer'
import { type ErrorWire, GatewayError } from '../../core/errors.ts'
import { isJsonObject, type JsonObject, type JsonValue, parseJson } from '../../core/wire/json.ts'
import { readsOneWay } from '../../core/wire/reads-one-way.ts'
import { filePartsOfAnswer } from './document-parts.ts'
import { guardOfAnswers, type ReplyGuard } from './guard-reply.ts'
import type { GuardedCall } from './guard-request.ts'
import type { InspectedTexts } from './inspector.ts'
import { redactedTexts } from './joined/redacted-texts.ts'
import { textsIn, withTexts } from './wire-texts.ts'

/**
 * The fault of a call as the client may have it. A provider's error is the provider's words, like an answer: what is redacted is
 * taken out of it, and where it would be refused the client learns what kind of fault it was, and no word of it. Tokens stay
 * tokens.
 */
export async function guardedFault(
  call: Pick<GuardedCall, 'id' | 'emit'>,
  fault: unknown,
  usual: ReplyGuard,
): Promise<unknown> {
  if (!(fault instanceof GatewayError) || !fault.code.startsWith('upstream_')) return fault
  const guard = guardOfAnswers(usual)
  if (guard.active.length === 0) return fault
  const id = `${call.id}:output`
  const { message, param = '', vendorType = '', vendorCode = '', wire } = fault
  const said = await looked({ message, param, vendorType, vendorCode }, id, guard)
  const body = wire && bodyOf(wire)
  const written = body && (await looked(body, id, guard))
  // They are the same words, so that what was found is listed once.
  const { decisions } = written !== undefined && written.decisions.length > 0 ? written : said
  if (decisions.length > 0) call.emit({ type: 'guardrails-judged', decisions })
  if (said.value === undefined || (written !== undefined && written.value === undefined)) return keptBack(fault, id)
  const isSame = body === undefined ? wire === undefined : written?.value === body
  if (said.isSame && isSame) return fault
  return withWords(fault, said.value, wire && writtenWire(wire, written?.value))
}

interface Looked {
  readonly decisions: InspectedTexts['decisions']
  /** Without what is redacted. Absent: nothing of it may be told. */
  readonly value?: JsonObject
  readonly isSame: boolean
}

async function looked(
  value: JsonObject,
  id: string,
  { inspector, active, facts, conversation, policy, redactor }: ReplyGuard,
): Promise<Looked> {
  const inspected = await inspector.inspect(textsIn(value, 'output'), active, { id, facts, conversation })
  const { decisions, effect, texts } = inspected
  if (effect.kind === 'allow') return { decisions, value, isSame: true }
  if (effect.kind !== 'redact') return { decisions, isSame: false }
  const changes = [...redactedTexts(texts, policy, redactor)]
  if (changes.some(([{ isName }]) => isName === true)) return { decisions, isSame: false }
  const now: JsonValue = withTexts(
    value,
    changes.map(([{ place }, text]) => ({ place, text })),
  )
  return isJsonObject(now) ? { decisions, value: now, isSame: false } : { decisions, isSame: false }
}

/** `undefined` for what others may read in another way, or holds a file: the client gets the error in the gateway's words. */
function bodyOf({ bytes }: ErrorWire): JsonObject | undefined {
  const json = isUtf8(bytes) ? parseJson(bytes.toString()) : undefined
  // Nobody expects a file in an error.
  return isJsonObject(json) && readsOneWay({ bytes, json }) && filePartsOfAnswer(json).length === 0 ? json : undefined
}

function writtenWire(wire: ErrorWire, body: JsonObject | undefined): ErrorWire | undefined {
  return body && { ...wire, bytes: Buffer.from(JSON.stringify(body)) }
}

function withWords(fault: GatewayError, said: JsonObject, wire: ErrorWire | undefined): GatewayError {
  const { message, param, vendorType, vendorCode } = said
  return new GatewayError(fault.code, String(message), {
    ...kindOf(fault),
    ...(param === '' ? {} : { param: String(param) }),
    ...(vendorType === '' ? {} : { vendorType: String(vendorType) }),
    ...(vendorCode === '' ? {} : { vendorCode: String(vendorCode) }),
    wire,
  })
}

function keptBack(fault: GatewayError, id: string): GatewayError {
  const message = `The provider answered with an error, and a guardrail keeps its words back (decision ${id}).`
  return new GatewayError(fault.code, message, kindOf(fault))
}

/** What clients act on. */
function kindOf({ status, retryAfterSeconds, isExpired }: GatewayError) {
  return { status, retryAfterSeconds, isExpired }
}
