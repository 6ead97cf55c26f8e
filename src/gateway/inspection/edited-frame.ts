import type { Frame } from '../../core/calls/call.ts'
import type { Framing, WireEvent } from '../../core/model/framing.ts'
import type { ReplyPart } from '../../core/model/model-reply.ts'
import type { EventData } from './event-data.ts'
import { editsOf, redactionsOf, restorationsOf } from './joined/piece-edits.ts'
import { withoutLogprobs } from './logprobs.ts'
import type { Edit } from './redactor.ts'
import { type Piece, textsOfPieces, writtenPiece } from './stream-channels.ts'
import { withTexts } from './wire-texts.ts'

/** An event, and the strings of it that are pieces of texts. */
export interface ReadEvent {
  readonly event: WireEvent
  /** Absent: it says nothing. */
  readonly data: EventData | undefined
  readonly pieces: readonly Piece[]
  /** Others may read something else in it, so it goes on as it was read. */
  readonly isAmbiguous?: true
}

/** The same frame where nothing is to be changed; else one with other texts in it. */
export function editedFrame(frame: Frame, events: readonly ReadEvent[], framing: Framing): Frame {
  const written = changesOf(events, editsOf)
  if (written.size === 0 && !events.some(({ isAmbiguous }) => isAmbiguous === true)) return frame
  const recorded = changesOf(events, redactionsOf)
  const isSame = events.every(({ pieces }) => pieces.every((piece) => restorationsOf(piece).length === 0))
  const pieces = events.flatMap((event) => event.pieces)
  const edit = (parts: readonly ReplyPart[]): readonly ReplyPart[] => editedParts(parts, pieces, written)
  return {
    bytes: bytesOf(events, written, framing),
    ...(isSame ? {} : { recorded: recorded.size === 0 ? frame.bytes : bytesOf(events, recorded, framing) }),
    saysError: frame.saysError,
    parts: () => edit(frame.parts()),
    get partsBeforeFault() {
      return frame.partsBeforeFault === undefined ? undefined : edit(frame.partsBeforeFault)
    },
    readableParts: () => edit(frame.readableParts()),
    landmarkParts: (also) => edit(frame.landmarkParts(also)),
  }
}

type Changes = ReadonlyMap<Piece, string>

export function changesOf(
  events: readonly Pick<ReadEvent, 'pieces'>[],
  editsIn: (piece: Piece) => readonly Edit[],
): Changes {
  const changes = new Map<Piece, string>()
  for (const { pieces } of events) {
    for (const piece of pieces) {
      const edits = editsIn(piece)
      const text = edits.length === 0 ? piece.text : writtenPiece(piece, edits)
      if (text !== piece.text) changes.set(piece, text)
    }
  }
  return changes
}

function bytesOf(events: readonly ReadEvent[], changes: Changes, framing: Framing): Buffer {
  const writer = framing.writer()
  return Buffer.concat(
    events.map(({ event, data, pieces, isAmbiguous }) => {
      const texts = textsOfPieces(pieces, changes)
      const isAsItCame = texts.length === 0 && isAmbiguous !== true
      if (isAsItCame || data === undefined) return Buffer.from(writer.write(event))
      return Buffer.from(writer.write({ ...event, data: data.written(withoutLogprobs(withTexts(data.value, texts))) }))
    }),
  )
}

/** What was read of the frame says the same as its strings, in their order, or holds them in JSON. */
function editedParts(parts: readonly ReplyPart[], pieces: readonly Piece[], changes: Changes): readonly ReplyPart[] {
  let from = 0
  const writtenFor = (text: string): string | undefined => {
    const index = pieces.findIndex((piece, at) => at >= from && piece.text === text)
    const piece = pieces[index]
    if (piece === undefined) return undefined
    from = index + 1
    return changes.get(piece) ?? text
  }
  return parts.map((part) => {
    if (part.type === 'text-delta' || part.type === 'reasoning-delta' || part.type === 'refusal-delta')
      return { ...part, text: writtenFor(part.text) ?? part.text }
    if (part.type === 'reply-error') return { ...part, message: writtenFor(part.message) ?? FAULT }
    if (part.type !== 'tool-call-delta') return part
    return { ...part, json: writtenFor(part.json) ?? withStrings(part.json, changes) }
  })
}

/** Where what was read is no string of the event, as it stands there. */
const FAULT = 'The provider reported a fault; a guardrail has taken something out of its words.'

function withStrings(json: string, changes: Changes): string {
  let written = json
  for (const [{ text }, other] of changes) written = written.replaceAll(JSON.stringify(text), JSON.stringify(other))
  return written
}
