import type { Frame } from '../../core/calls/call.ts'
import type { Dialect } from '../../core/model/dialect.ts'
import type { Framing, WireEvent } from '../../core/model/framing.ts'
import type { ReplyPart } from '../../core/model/model-reply.ts'
import type { StreamTransform } from '../../core/wire/stream.ts'
import { withOriginalNames } from './tool-names.ts'

/** Decodes the frames of one stream, in order, with the state between them. */
export interface FrameDecoder {
  readonly framing: Framing
  readonly landmarks: readonly Buffer[]
  readonly events: StreamTransform<WireEvent, ReplyPart>
  /** The client's names of tools, by those in the stream. */
  readonly toolNames: ReadonlyMap<string, string> | undefined
}

const landmarkCache = new WeakMap<Dialect, readonly Buffer[]>()

export function frameDecoder(
  dialect: Dialect | undefined,
  toolNames?: ReadonlyMap<string, string>,
): FrameDecoder | undefined {
  if (dialect === undefined) return undefined
  let landmarks = landmarkCache.get(dialect)
  if (landmarks === undefined) {
    landmarks = dialect.landmarks.map((text) => Buffer.from(text))
    landmarkCache.set(dialect, landmarks)
  }
  return { framing: dialect.framing, landmarks, events: dialect.decodeEvents(), toolNames }
}

/** Where the first landmark stands, if that is before `best`. */
function firstOf(landmarks: readonly Buffer[], bytes: Buffer, best: number): number {
  let first = best
  for (const landmark of landmarks) {
    const found = bytes.indexOf(landmark)
    if (found >= 0 && (first < 0 || found < first)) first = found
  }
  return first
}

const nothing: readonly ReplyPart[] = []
const none: readonly Buffer[] = []

/** Whole events of a stream, decoded on first use and only once. */
export class EventFrame implements Frame {
  readonly bytes: Buffer
  /** Holds the word: most frames do not, and need no look for a fault. */
  readonly saysError: boolean
  readonly #decoder: FrameDecoder | undefined
  #parts: readonly ReplyPart[] | undefined
  partsBeforeFault: readonly ReplyPart[] | undefined

  constructor(bytes: Buffer, decoder: FrameDecoder | undefined, saysError: boolean) {
    this.bytes = bytes
    this.saysError = saysError
    this.#decoder = decoder
  }

  /** All that the events say. Throws `upstream_invalid_reply` for malformed data. */
  parts(): readonly ReplyPart[] {
    this.#parts ??= this.#decode(0)
    return this.#parts
  }

  /**
   * What the gateway itself must know of a stream that passes through: the parts from the first landmark on. Never throws.
   * For a frame whose `parts` nobody asks for: the decoder sees each event once.
   */
  landmarkParts(also: readonly Buffer[] = none): readonly ReplyPart[] {
    if (this.#parts !== undefined) return this.#parts
    const first = firstOf(also, this.bytes, firstOf(this.#decoder?.landmarks ?? none, this.bytes, -1))
    if (first < 0 || this.#decoder === undefined) return nothing
    return this.readableParts(this.#decoder.framing.startOfEvent(this.bytes, first))
  }

  /** The parts from an event on; nothing when they cannot be read. */
  readableParts(start = 0): readonly ReplyPart[] {
    try {
      this.#parts ??= this.#decode(start)
      return this.#parts
    } catch {
      // The client gets the bytes as they came; the missing terminator will tell that the stream was not whole.
      return nothing
    }
  }

  split(): readonly Frame[] {
    const decoder = this.#decoder
    if (decoder === undefined || this.#parts !== undefined) return [this]
    const frames: Frame[] = []
    for (let end = this.bytes.length; end > 0; ) {
      const before = this.bytes.subarray(0, end)
      // Behind the border that ends the last event, in all framings.
      const start = decoder.framing.startOfEvent(before, Math.max(0, end - 3))
      frames.push(start === 0 && end === this.bytes.length ? this : this.#part(start, end))
      end = start
    }
    return frames.reverse()
  }

  #part(start: number, end: number): EventFrame {
    return new EventFrame(this.bytes.subarray(start, end), this.#decoder, this.saysError)
  }

  isReadable(): boolean {
    try {
      return this.#decoder === undefined || this.parts().length > 0
    } catch {
      return false
    }
  }

  #decode(start: number): readonly ReplyPart[] {
    if (this.#decoder === undefined) return nothing
    const parts: ReplyPart[] = []
    try {
      for (const event of this.#decoder.framing.parse(start === 0 ? this.bytes : this.bytes.subarray(start)))
        parts.push(...this.#decoder.events.push(event))
    } catch (fault) {
      this.partsBeforeFault = withOriginalNames(parts, this.#decoder.toolNames)
      throw fault
    }
    return withOriginalNames(parts, this.#decoder.toolNames)
  }
}
