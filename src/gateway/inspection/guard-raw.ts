import { isUtf8 } from 'node:buffer'
import type { ModelReply } from '../../core/calls/call.ts'
import { GatewayError } from '../../core/errors.ts'
import { documentKind } from '../../core/inspection/document-kind.ts'
import type { Guardrail } from '../../core/inspection/guardrail.ts'
import { type PlainText, plainText } from '../../core/inspection/plain-text.ts'
import { isJsonObject, type JsonValue, parseJson } from '../../core/wire/json.ts'
import { readsOneWay } from '../../core/wire/reads-one-way.ts'
import type { RawCall } from '../call-raw.ts'
import { textsBeside } from './call-texts.ts'
import { conversationOf } from './conversation.ts'
import { type FilePart, fileParts } from './document-parts.ts'
import { readForm } from './form-texts.ts'
import { activeGuardrails, type GuardOptions } from './guard.ts'
import { guardedReply } from './guard-reply.ts'
import { cannotRedact, inspectedRequest } from './guard-request.ts'
import { guardedFault } from './guarded-fault.ts'
import { asksForOne } from './one-answer.ts'
import { fileTexts, isStrict as isCareful } from './read-files.ts'
import { readableText } from './readable-text.ts'
import { createRedactor } from './redactor.ts'
import { refusedReply } from './refused-usage.ts'
import { tokenTexts } from './token-texts.ts'
import { textsIn, type WireText, withTexts } from './wire-texts.ts'

/**
 * The same for requests to any path of an account, with bodies of any kind that are here as a whole. Of a form that is not, the
 * fields have been looked at on their way in.
 */
export function guardRaw<Call extends Omit<RawCall, 'account'>>(
  options: GuardOptions,
  next: (call: Call) => Promise<ModelReply>,
): (call: Call) => Promise<ModelReply> {
  return async (call) => {
    const { workspace, key } = call.principal
    const facts = { workspace, key, now: options.now() }
    const active = activeGuardrails(options, facts)
    if (active.length === 0) return await next(call)
    const guarded = { ...call, id: call.id ?? '' }
    const redactor = createRedactor(options.hashKey, options.tokensInCalls)
    const isStrict = active.some(isStrictInput)
    const { body, contentType = '' } = call
    const held = Buffer.isBuffer(body) && body.length > 0 ? body : undefined
    const isForm = isFormType(contentType)
    const read = held === undefined || isForm ? undefined : readBody(held, isStrict)
    const form = held !== undefined && isForm ? readForm(held, contentType) : undefined
    // Which model reads them, nobody here knows.
    await tokenTexts(read?.value, undefined, { active, facts }, options, guarded)
    const texts = [
      ...textsBeside(call),
      ...(form?.texts ?? []),
      ...(read === undefined ? [] : textsIn(read.value, 'input')),
      ...(read?.plainText?.others ?? []).map((text): WireText => ({ text, point: 'input', place: null, isName: true })),
      ...(await fileTexts(
        read === undefined ? [] : fileParts(read.value),
        'tool-result',
        { active, facts },
        options,
        guarded,
      )),
      ...(await fileTexts(form?.files ?? fileIn(held, read), 'artifact', { active, facts }, options, guarded)),
    ]
    const { changes } = await inspectedRequest(guarded, texts, { ...options, active, facts, redactor })
    const sent = changes.length === 0 ? read?.plain : read && written(read, changes, call)
    if (changes.length > 0 && sent !== undefined) call.emit({ type: 'request-redacted', bytes: sent })
    const isOne = asksForOne(read?.value)
    const answering = () => ({ ...options, active, facts, redactor, conversation: conversationOf(texts), isOne })
    let reply: ModelReply
    try {
      reply = await next(sent === undefined ? call : { ...call, body: sent })
    } catch (fault) {
      throw await guardedFault(guarded, fault, answering())
    }
    try {
      return await guardedReply(guarded, reply, answering())
    } catch (fault) {
      refusedReply(call, reply)
      throw fault
    }
  }
}

/** What it is to read must be readable. */
function isStrictInput(guardrail: Guardrail): boolean {
  return isCareful(guardrail) && guardrail.points.some((point) => point !== 'output')
}

function isFormType(contentType: string | undefined): boolean {
  return /^multipart\/form-data\s*;/i.test(contentType ?? '')
}

interface ReadBody {
  readonly value: JsonValue
  readonly isText?: true
  /** Of a text throughout, which can be written anew. */
  readonly plainText?: PlainText
  /** What goes out in place of bytes that others may read in another way. */
  readonly plain?: Buffer
}

/** A body that is a file itself. */
function fileIn(bytes: Buffer | undefined, read: ReadBody | undefined): readonly FilePart[] {
  if (bytes === undefined) return []
  const kind = read === undefined || read.isText ? documentKind(bytes) : 'text'
  // What is read as a text may say something else in a language of its own.
  if (read !== undefined && kind !== 'rtf') return []
  return [{ place: null, bytes, kind: kind === 'text' ? 'unknown' : kind }]
}

/** `undefined` for what is no text. */
function readBody(bytes: Buffer, isStrict: boolean): ReadBody | undefined {
  const value = isUtf8(bytes) ? parseJson(bytes.toString()) : undefined
  if (value !== undefined) {
    const json = isJsonObject(value) ? value : { '': value }
    // A list has no name of its own.
    const isOneWay = readsOneWay({ bytes: isJsonObject(value) ? bytes : Buffer.concat([ownName, bytes]), json })
    return isOneWay ? { value } : { value, plain: Buffer.from(JSON.stringify(value)) }
  }
  const plain = plainText(bytes)
  const text = plain?.text ?? readableText(bytes)
  if (text !== undefined && !looksLikeJson.test(text))
    return { value: text, isText: true, ...(plain === undefined ? {} : { plainText: plain }) }
  if (isStrict && text !== undefined)
    throw new GatewayError('uninspectable_body', 'The body is not JSON that a guardrail can read.')
  return text === undefined ? undefined : { value: text, isText: true }
}

const ownName = Buffer.from('"":')
/** RTF begins with a brace too. */
const looksLikeJson = /^[\s\uFEFF\0]*(?:\{(?!\\rtf)|\[)/

function written(
  { value, isText, plainText: plain }: ReadBody,
  changes: Parameters<typeof withTexts>[1],
  call: Pick<RawCall, 'id'>,
): Buffer {
  const changed = withTexts(value, changes)
  if (isText !== true) return Buffer.from(JSON.stringify(changed))
  if (plain === undefined || typeof changed !== 'string') throw cannotRedact(call.id ?? '')
  return plain.bytesOf(changed)
}
