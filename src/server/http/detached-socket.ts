import type { Socket } from 'node:net'
import { Duplex } from 'node:stream'

/** A connection that has left HTTP (RFC 9110, section 7.8): its bytes as they come. `receive` is for its former owner, who still reads the socket. */
export class DetachedSocket extends Duplex {
  readonly #socket: Socket

  constructor(socket: Socket) {
    super({ allowHalfOpen: false })
    this.#socket = socket
    socket.once('end', () => this.push(null))
    socket.once('close', () => this.destroy())
  }

  receive(chunk: Buffer): void {
    if (!this.push(chunk)) this.#socket.pause()
  }

  override _read(): void {
    this.#socket.resume()
  }

  override _write(chunk: Buffer, _encoding: BufferEncoding, done: (fault?: Error | null) => void): void {
    this.#socket.write(chunk, done)
  }

  override _final(done: (fault?: Error | null) => void): void {
    this.#socket.end(() => done())
  }

  override _destroy(fault: Error | null, done: (fault?: Error | null) => void): void {
    this.#socket.destroy()
    done(fault)
  }
}
