import type { JsonObject, JsonValue } from '../../../core/wire/json.ts'
import { merged } from '../joined/piece-edits.ts'
import { withoutLogprobs } from '../logprobs.ts'
import type { Edit } from '../redactor.ts'
import { isCleared, type Piece, writtenPiece } from '../stream-channels.ts'
import type { Answer, Sound } from './answer.ts'

/** An event that was looked at, and what it waits for. */
export interface HeldEvent {
  /** Absent: of none. */
  readonly answer?: Answer
  readonly piece?: Piece
  readonly sound?: Sound
  /** As it goes to the client, and on record: texts that grow stand in it as they came. `undefined`: as in `bytes`. */
  readonly written?: JsonValue
  readonly recorded?: JsonValue
  /** As it came. */
  readonly bytes: Buffer
}

export interface HeldEvents {
  add(event: HeldEvent): void
  /** Sends what may go, in order. What belongs to an answer that was refused, or may not be heard, is gone. */
  release(): void
  readonly bytes: number
}

/** `mayRunAhead`: sound does not wait for its words. */
export function createHeldEvents(mayRunAhead: boolean, send: (message: Buffer, recorded: Buffer) => void): HeldEvents {
  const held: HeldEvent[] = []
  let bytes = 0

  const isGone = ({ answer, sound }: HeldEvent): boolean => answer?.refusal !== undefined || sound?.state === 'hidden'
  const mayGo = ({ piece, sound }: HeldEvent): boolean =>
    (piece === undefined || isCleared(piece)) && (sound === undefined || mayRunAhead || sound.state === 'may-go')

  return {
    add(event) {
      held.push(event)
      bytes += event.bytes.length
    },
    release() {
      for (let first = held[0]; first !== undefined; first = held[0]) {
        if (!isGone(first) && !mayGo(first)) return
        held.shift()
        bytes -= first.bytes.length
        if (isGone(first)) continue
        const { redactions = [], restorations = [] } = first.piece?.channel ?? {}
        const recorded = writtenEvent(first, first.recorded, redactions)
        const isSame = first.written === first.recorded && restorations.length === 0
        send(isSame ? recorded : writtenEvent(first, first.written, merged(redactions, restorations)), recorded)
      }
    },
    get bytes() {
      return bytes
    },
  }
}

function writtenEvent({ piece, bytes }: HeldEvent, value: JsonValue | undefined, edits: readonly Edit[]): Buffer {
  const text = piece === undefined || edits.length === 0 ? undefined : writtenPiece(piece, edits)
  if (text === undefined || text === piece?.text)
    return value === undefined ? bytes : Buffer.from(JSON.stringify(value))
  const event = (value ?? JSON.parse(bytes.toString())) as JsonObject
  return Buffer.from(JSON.stringify(withoutLogprobs({ ...event, delta: text })))
}
