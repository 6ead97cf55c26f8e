import type { Frame } from '../core/call.ts'
import type { Dialect } from '../core/dialect.ts'
import type { ReplyPart } from '../core/model-reply.ts'
import { parseEvents, type ServerSentEvent } from '../core/sse.ts'
import type { StreamTransform } from '../core/stream.ts'

/** Decodes the frames of one stream, in order, with the state between them. */
export interface FrameDecoder {
  readonly landmarks: readonly Buffer[]
  readonly events: StreamTransform<ServerSentEvent, ReplyPart>
}

const landmarkCache = new WeakMap<Dialect, readonly Buffer[]>()

export function frameDecoder(dialect: Dialect | undefined): FrameDecoder | undefined {
  if (dialect === undefined) return undefined
  let landmarks = landmarkCache.get(dialect)
  if (landmarks === undefined) {
    landmarks = dialect.landmarks.map((text) => Buffer.from(text))
    landmarkCache.set(dialect, landmarks)
  }
  return { landmarks, events: dialect.decodeEvents() }
}

const nothing: readonly ReplyPart[] = []

/** Whole events of a stream, decoded on first use and only once. */
export class EventFrame implements Frame {
  readonly bytes: Buffer
  readonly #decoder: FrameDecoder | undefined
  #parts: readonly ReplyPart[] | undefined

  constructor(bytes: Buffer, decoder: FrameDecoder | undefined) {
    this.bytes = bytes
    this.#decoder = decoder
  }

  /** All that the events say. Throws `upstream_invalid_reply` for malformed data. */
  parts(): readonly ReplyPart[] {
    this.#parts ??= this.#decode()
    return this.#parts
  }

  /** The parts when the bytes hold something that the gateway itself must know; nothing otherwise. Never throws. */
  landmarkParts(): readonly ReplyPart[] {
    if (this.#parts !== undefined) return this.#parts
    if (this.#decoder?.landmarks.some((landmark) => this.bytes.includes(landmark)) !== true) return nothing
    try {
      return this.parts()
    } catch {
      // The client gets the bytes as they came; the missing terminator will tell that the stream was not whole.
      return nothing
    }
  }

  isReadable(): boolean {
    try {
      return this.#decoder === undefined || this.parts().length > 0
    } catch {
      return false
    }
  }

  #decode(): readonly ReplyPart[] {
    if (this.#decoder === undefined) return nothing
    const parts: ReplyPart[] = []
    for (const event of parseEvents(this.bytes)) parts.push(...this.#decoder.events.push(event))
    return parts
  }
}
