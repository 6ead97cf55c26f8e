import { isUtf8 } from 'node:buffer'
import type { CallFact } from '../../../core/calls/call.ts'
import { GatewayError } from '../../../core/errors.ts'
import { isBase64 } from '../../../core/text/base64.ts'
import { isJsonObject, type JsonObject, type JsonValue, parseJson } from '../../../core/wire/json.ts'
import { readsOneWay } from '../../../core/wire/reads-one-way.ts'
import { type FilePart, filePartsOfAnswer } from '../document-parts.ts'
import type { ReplyGuard } from '../guard-reply.ts'
import type { InspectedTexts } from '../inspector.ts'
import { redactedTexts, restoredTexts } from '../joined/redacted-texts.ts'
import { withoutLogprobs } from '../logprobs.ts'
import { fileTexts } from '../read-files.ts'
import { cannotRedactAnswer, refusalOf } from '../refusal.ts'
import { textsIn, type WireText, withTexts } from '../wire-texts.ts'
import type { WrittenTexts } from './answer.ts'
import type { SaidBefore } from './said-before.ts'
import { type SessionEvent, withoutSound } from './session-events.ts'

export interface ReadMessage {
  readonly value: JsonObject
  /** As nobody can read it in another way. */
  readonly bytes: Buffer
}

/** `undefined` for what is no JSON object. */
export function readMessage(message: Buffer): ReadMessage | undefined {
  const value = isUtf8(message) ? parseJson(message.toString()) : undefined
  if (!isJsonObject(value)) return undefined
  return { value, bytes: readsOneWay({ bytes: message, json: value }) ? message : Buffer.from(JSON.stringify(value)) }
}

/** How an event goes on. What is `undefined` goes as it came. */
export interface WrittenEvent {
  readonly written?: JsonValue
  readonly recorded?: JsonValue
  /** Something was taken out. */
  readonly isRedacted: boolean
}

export interface WholeEventGuard {
  /** Of what is decided. */
  readonly id: string
  readonly callId: string
  readonly guard: ReplyGuard
  readonly written: WrittenTexts
  readonly said: SaidBefore
  /** Whether the client itself has said it. */
  isSaid(text: string): boolean
  /** Whether sound goes without its words. */
  readonly mayRunAhead: boolean
  emit(fact: CallFact): void
}

/** Looks at what an event says as a whole, and has not said in pieces before. What it adds is looked at where it is added. */
export function judgedEvent(
  event: SessionEvent,
  { id, callId, guard, written, said, isSaid, mayRunAhead, emit }: WholeEventGuard,
): WrittenEvent | GatewayError | Promise<WrittenEvent | GatewayError> {
  const { inspector, policy, active, facts, conversation, redactor } = guard
  const read: JsonObject = event.adds === undefined ? event.value : { ...event.value, delta: null }
  const found = textsIn(read, event.point)
  const { role } = isJsonObject(event.value['item']) ? event.value['item'] : {}
  const scope = `${event.type} ${String(role ?? '')}`
  const all = found.filter((text) => !isItemSound(text))
  const hasItemSound = all.length < found.length
  const known = new Map(
    all.flatMap((text) => {
      const before = text.isName === true ? undefined : written.get(text.text, text.point)
      return before === undefined ? [] : [[text, before] as const]
    }),
  )
  const isLeft = (text: WireText): boolean => known.has(text) || (event.isEcho && isSaid(text.text))

  function conclude(inspected: InspectedTexts): WrittenEvent | GatewayError {
    if (inspected.decisions.length > 0) emit({ type: 'guardrails-judged', decisions: inspected.decisions })
    const refusal = refusalOf(inspected.effect, id)
    if (refusal !== undefined) return refusal
    const redacted = redactedTexts(inspected.texts, policy, redactor)
    // Whoever has read the rest has it already.
    for (const { isName, isKnown } of redacted.keys())
      if (isName === true || isKnown === true) return cannotRedactAnswer(id)
    const recorded = all.map((text) => known.get(text)?.recorded ?? redacted.get(text) ?? text.text)
    const heard = all.map((text, index) => ({ ...text, text: recorded[index] ?? '' }))
    said.add(scope, heard)
    const restored = new Map(restoredTexts(heard, redactor).map(({ place, text }) => [place, text]))
    const client = all.map(
      (text, index) => known.get(text)?.written ?? restored.get(text.place) ?? recorded[index] ?? text.text,
    )
    const forClient = withoutUnheard(changedIn(event.value, all, client))
    const forRecord = changedIn(event.value, all, recorded)
    return {
      ...(forClient === event.value ? {} : { written: forClient }),
      ...(forRecord === event.value ? {} : { recorded: forRecord }),
      isRedacted: all.some((text, index) => text.text !== recorded[index]),
    }
  }

  /** Sound in an item stays where its words are as they were said. */
  function withoutUnheard(value: JsonValue): JsonValue {
    if (mayRunAhead || !hasItemSound) return value
    const said = new Set(all.map(({ text }) => text))
    return withoutSound(value, (transcript) => typeof transcript === 'string' && said.has(transcript))
  }

  const asked = [
    ...said.before(scope, all),
    ...all.map((text): WireText => (isLeft(text) ? { ...text, isKnown: true } : text)),
  ]
  const judged = (documents: readonly WireText[]): ReturnType<typeof judgedEvent> => {
    const inspected = inspector.inspect([...asked, ...documents], active, { id, facts, conversation })
    return inspected instanceof Promise ? inspected.then(conclude) : conclude(inspected)
  }
  const files = filesOf(event, read, active)
  if (files.length === 0) return judged([])
  return fileTexts(files, 'output', guard, guard, { id: callId, emit }).then(judged).catch(refusalIn)
}

/** Those that the client itself has said it has. Sound and pictures are looked at by what is said beside them. */
function filesOf(event: SessionEvent, read: JsonObject, active: ReplyGuard['active']): readonly FilePart[] {
  if (active.length === 0 || event.isEcho || event.isHeard) return []
  return filePartsOfAnswer(read).filter(({ kind }) => kind !== 'media')
}

function refusalIn(fault: unknown): GatewayError {
  if (fault instanceof GatewayError) return fault
  throw fault
}

/** The same value where nothing is changed. */
function changedIn(value: JsonObject, texts: readonly WireText[], written: readonly string[]): JsonValue {
  const changes = texts.flatMap(({ text, place }, index) => {
    const now = written[index] ?? text
    return now === text ? [] : [{ place, text: now }]
  })
  return changes.length === 0 ? value : withoutLogprobs(withTexts(value, changes))
}

/** Sound beside its words, in an item that is asked for. */
function isItemSound({ text, place }: WireText): boolean {
  return place?.step === 'audio' && isBase64(text)
}
