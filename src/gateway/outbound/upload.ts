import type { Socket } from 'node:net'
import type { BodySink, StreamedBody } from '../../core/wire/streamed-body.ts'
import { writeJoined } from '../../core/wire/write-buffer.ts'

export interface UploadEvents {
  /** The socket took something. */
  onProgress(): void
  onSent(): void
  /** The body broke off: what has gone out must never become a whole request. */
  onFail(fault: Error): void
}

/** Writes a body to a socket as fast as both ends allow. Without a length it goes in chunks (RFC 9112, section 7.1). */
export class Upload implements BodySink {
  readonly #socket: Socket
  readonly #body: StreamedBody
  readonly #events: UploadEvents
  readonly #isChunked: boolean
  #isBlocked = false
  #isOver = false

  constructor(socket: Socket, body: StreamedBody, events: UploadEvents) {
    this.#socket = socket
    this.#body = body
    this.#events = events
    this.#isChunked = body.length === undefined
  }

  start(head: string): void {
    this.#socket.on('drain', this.#drained)
    this.#socket.write(head, 'latin1')
    this.#body.open(this)
  }

  /** The other end is ready for more than has come. */
  get waitsForBody(): boolean {
    return !this.#isOver && !this.#isBlocked
  }

  data(chunk: Buffer): boolean {
    if (this.#isOver) return false
    this.#events.onProgress()
    const isTaken = this.#isChunked
      ? writeJoined(this.#socket, `${chunk.length.toString(16)}\r\n`, [chunk], '\r\n')
      : this.#socket.write(chunk)
    this.#isBlocked = !isTaken
    return isTaken
  }

  end(): void {
    if (this.#isOver) return
    this.#finish()
    if (this.#isChunked) this.#socket.write('0\r\n\r\n')
    this.#events.onSent()
  }

  fail(fault: Error): void {
    if (this.#isOver) return
    this.#finish()
    this.#events.onFail(fault)
  }

  stop(): void {
    if (this.#isOver) return
    this.#finish()
    this.#body.close()
  }

  #finish(): void {
    this.#isOver = true
    this.#socket.off('drain', this.#drained)
  }

  readonly #drained = (): void => {
    if (!this.#isBlocked) return
    this.#isBlocked = false
    this.#events.onProgress()
    this.#body.resume()
  }
}
