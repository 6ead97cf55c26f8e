/** One answer of a session as it is made: its texts, and the sound that says them. */

import type { GatewayError } from '../../../core/errors.ts'
import type { InspectionPoint } from '../../../core/inspection/detection.ts'
import { merged } from '../joined/piece-edits.ts'
import { edited } from '../redactor.ts'
import { type Channel, lengthOf, newChannel, type Piece } from '../stream-channels.ts'
import type { StreamInspection } from '../stream-inspection.ts'
import { placeOf } from '../wire-texts.ts'
import type { SaidBefore } from './said-before.ts'
import type { Seam } from './seam.ts'
import type { SessionEvent } from './session-events.ts'

export interface Answer {
  /** As the provider calls it. */
  readonly id: string
  readonly inspection: StreamInspection
  readonly texts: Map<string, GrowingText>
  readonly sounds: Map<string, Sound>
  refusal?: GatewayError
  /** Events of it that came after it was refused. */
  unheeded: number
}

export interface GrowingText {
  readonly channel: Channel
  readonly event: Pick<SessionEvent, 'item' | 'part' | 'isHeard'>
  /** Until they were looked at: nothing of the text goes before. */
  seams: readonly Seam[]
  /** All of it, as long as that can be told. */
  whole: string | undefined
  isOver: boolean
}

/** Of one part of an item. `hidden`: it says what the client may not hear. */
export interface Sound {
  readonly item: string
  state: 'waits' | 'may-go' | 'hidden'
}

/** Of a longer text its end is looked at again where it is said once more. */
const MAX_WHOLE = 1 << 20
/** More in one answer is no answer. */
const MAX_TEXTS = 1024

export function newAnswer(id: string, inspection: StreamInspection): Answer {
  return { id, inspection, texts: new Map(), sounds: new Map(), unheeded: 0 }
}

/** The text that an event goes on with, by its item whatever the event is called, and the piece that it adds. */
export function pieceOf(answer: Answer, event: SessionEvent, said: SaidBefore): GrownText | undefined {
  const kind = event.point === 'tool-call' ? 'arguments' : event.type.includes('transcript') ? 'transcript' : 'text'
  const key = `${event.part} ${kind}`
  let growing = answer.texts.get(key)
  if (growing === undefined) {
    if (answer.texts.size >= MAX_TEXTS) return undefined
    const named = { answer: answer.id, point: event.point, place: deltaPlace }
    growing = { channel: newChannel(named), event, seams: [], whole: '', isOver: false }
    answer.texts.set(key, growing)
  }
  const text = String(event.value['delta'])
  const { channel, whole } = growing
  const start = lengthOf(channel)
  channel.tail += text
  growing.whole = whole === undefined || whole.length + text.length > MAX_WHOLE ? undefined : whole + text
  growing.isOver = false
  const name = { point: event.point, kind, key: `${answer.id} ${key}` }
  growing.seams = [...growing.seams, ...said.beforePiece(name).map((before) => ({ before, text: '' }))]
  for (const seam of growing.seams) seam.text += text
  said.addPiece(name, text)
  return { growing, piece: { channel, place: deltaPlace, text, start, starts: [] } }
}

export interface GrownText {
  readonly growing: GrowingText
  readonly piece: Piece
}

const deltaPlace = placeOf('delta')

/** `undefined`: there are too many. */
export function soundOf({ sounds }: Answer, event: Pick<SessionEvent, 'item' | 'part'>, state: 'waits' | 'hidden') {
  const known = sounds.get(event.part)
  if (known === undefined && sounds.size >= MAX_TEXTS) return undefined
  const sound: Sound = known ?? { item: event.item, state }
  if (state === 'hidden') sound.state = state
  sounds.set(event.part, sound)
  return sound
}

/** How a whole text was written, so that it is written the same where it is said once more. */
export function writtenWhole({ channel, whole }: GrowingText): WrittenText | undefined {
  if (whole === undefined) return undefined
  const { point, redactions, restorations } = channel
  const written = edited(whole, merged(redactions, restorations))
  return { text: whole, point, recorded: edited(whole, redactions), written }
}

export interface WrittenText {
  readonly text: string
  readonly point: InspectionPoint
  readonly recorded: string
  readonly written: string
}

export interface WrittenTexts {
  add(text: WrittenText): void
  get(text: string, point: InspectionPoint): WrittenText | undefined
}

/** Texts that were looked at, for events that say them once more: the last of them. */
export function createWrittenTexts(): WrittenTexts {
  const known = new Map<string, WrittenText>()
  return {
    add(text) {
      const key = `${text.point} ${text.text}`
      known.delete(key)
      known.set(key, text)
      const oldest = known.size > MAX_KNOWN ? known.keys().next().value : undefined
      if (oldest !== undefined) known.delete(oldest)
    },
    get: (text, point) => known.get(`${point} ${text}`),
  }
}

const MAX_KNOWN = 16
