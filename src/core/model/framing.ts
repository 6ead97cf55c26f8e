/** How the events of a stream stand in its bytes: server-sent events, lines of JSON, binary frames. */

/** One event, whatever carries it. `data` is JSON text as a rule. */
export interface WireEvent {
  readonly event?: string
  readonly data: string
  readonly id?: string
}

/** Cuts a byte stream into buffers that hold only whole events, whatever the chunking. */
export interface EventFramer {
  /** The whole events that are complete now, or `undefined`. The result may share memory with `chunk`. Throws `RangeError` for an event over the limit, `upstream_invalid_reply` for bytes that are none. */
  push(chunk: Buffer): Buffer | undefined
  /** What is left at the end of the stream: an event that was cut short, or nothing. Throws as `push` does. */
  rest(): Buffer | undefined
}

/** Writes the events of one stream, in order. */
export interface EventWriter {
  write(event: WireEvent): string | Buffer
  /** What stands behind the last event. */
  end(): string
}

/** How a client reads a stream. */
export interface ClientFraming {
  readonly contentType: string
  writer(): EventWriter
}

export interface Framing extends ClientFraming {
  /** `maxEventBytes` bounds what is held back. */
  framer(maxEventBytes: number): EventFramer
  /** Reads whole events. Throws `upstream_invalid_reply` for bytes that are none. */
  parse(frame: Buffer): WireEvent[]
  /** Where the event around `index` begins, or any earlier border of events. */
  startOfEvent(frame: Buffer, index: number): number
  /** What is left when a connection ends, as a whole event, where a missing last border does no harm. */
  completed(rest: Buffer): Buffer
  /** Whether an unlabelled body is a stream, by its first bytes; `undefined` while there are too few. Absent: only its label tells. */
  beginsAsStream?(start: Buffer): boolean | undefined
  /**
   * The events with their text edited, where lengths or sums stand beside it; the same buffer when nothing was. Absent:
   * the bytes may be edited as they stand.
   */
  edited?(frame: Buffer, edit: (bytes: Buffer) => Buffer): Buffer
  /** Stands in each event that reports a fault; most frames have none and need no look. */
  readonly faultWord: Buffer
}
