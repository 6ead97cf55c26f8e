/** The body of an HTTP/1.1 message (RFC 9112, sections 6 and 7). Pure: bytes in, bytes out, whatever the chunking. */
import { HttpSyntaxError } from './http-fields.ts'

/** How a body ends: after so many bytes, with its last chunk, or with the connection. */
export type BodyFraming = number | 'chunked' | 'until-close'

type State = 'length' | 'chunk-size' | 'chunk-data' | 'chunk-end' | 'trailers' | 'until-close' | 'done'

const CRLF = '\r\n'
const emptyLine = Buffer.from('\r\n\r\n')
const maxTrailerBytes = 64 * 1024
const maxChunkLineBytes = 1024

export class HttpBody {
  #state: State
  /** Bytes of a chunk size or trailers that are not complete yet. */
  #held: Buffer | undefined
  /** What came since it was last taken. Mostly one piece, for which no list is made. */
  #first: Buffer | undefined
  #more: Buffer[] | undefined
  #left = 0

  constructor(framing: BodyFraming) {
    if (typeof framing === 'number') {
      this.#left = framing
      this.#state = framing === 0 ? 'done' : 'length'
    } else this.#state = framing === 'chunked' ? 'chunk-size' : framing
  }

  get isDone(): boolean {
    return this.#state === 'done'
  }

  /** Takes what belongs to the body; the result is what stands behind it. Throws `HttpSyntaxError`. */
  push(chunk: Buffer): Buffer | undefined {
    let rest: Buffer | undefined = chunk
    while (rest !== undefined && rest.length > 0 && this.#state !== 'done') rest = this.#step(rest)
    return rest
  }

  /** What has come since the last time, as one: a burst of small chunks costs its reader one call. Shares memory with what was pushed. */
  take(): Buffer | undefined {
    const first = this.#first
    const more = this.#more
    this.#first = undefined
    this.#more = undefined
    return first === undefined || more === undefined ? first : Buffer.concat([first, ...more])
  }

  /** The connection has ended. False when the body was not whole. */
  close(): boolean {
    if (this.#state === 'until-close') this.#state = 'done'
    return this.isDone
  }

  #step(chunk: Buffer): Buffer | undefined {
    switch (this.#state) {
      case 'length':
      case 'chunk-data':
        return this.#bytes(chunk)
      case 'chunk-size':
        return this.#chunkSize(chunk)
      case 'chunk-end':
        return this.#chunkEnd(chunk)
      case 'trailers':
        return this.#trailers(chunk)
      case 'until-close':
        this.#keep(chunk)
        return undefined
      case 'done':
        return chunk
    }
  }

  #bytes(chunk: Buffer): Buffer | undefined {
    if (chunk.length < this.#left) {
      this.#left -= chunk.length
      this.#keep(chunk)
      return undefined
    }
    const size = this.#left
    this.#left = 0
    this.#keep(chunk.length === size ? chunk : chunk.subarray(0, size))
    this.#state = this.#state === 'chunk-data' ? 'chunk-end' : 'done'
    return chunk.length === size ? undefined : chunk.subarray(size)
  }

  #keep(data: Buffer): void {
    if (this.#first === undefined) this.#first = data
    else {
      this.#more ??= []
      this.#more.push(data)
    }
  }

  #chunkSize(chunk: Buffer): Buffer | undefined {
    const plain = this.#held === undefined ? plainChunkSize(chunk) : undefined
    if (plain !== undefined) {
      this.#begin(plain.size)
      return chunk.subarray(plain.end)
    }
    const bytes = this.#joined(chunk)
    const end = bytes.indexOf(CRLF)
    if (end < 0 || end > maxChunkLineBytes) {
      if (bytes.length > maxChunkLineBytes) throw new HttpSyntaxError('A chunk size line is too long.')
      this.#held = bytes
      return undefined
    }
    const match = /^([0-9A-Fa-f]{1,12})(?:[\t ]*;[\t\x20-\x7e\x80-\xff]*)?$/.exec(bytes.toString('latin1', 0, end))
    if (match === null) throw new HttpSyntaxError('A chunk size is not a number.')
    this.#begin(Number.parseInt(match[1] ?? '', 16))
    return bytes.subarray(end + 2)
  }

  #begin(size: number): void {
    this.#left = size
    this.#state = size === 0 ? 'trailers' : 'chunk-data'
  }

  #chunkEnd(chunk: Buffer): Buffer | undefined {
    const bytes = this.#joined(chunk)
    if (bytes[0] !== 13 || (bytes.length > 1 && bytes[1] !== 10)) {
      throw new HttpSyntaxError('A chunk does not end where it said.')
    }
    if (bytes.length === 1) {
      this.#held = bytes
      return undefined
    }
    this.#state = 'chunk-size'
    return bytes.subarray(2)
  }

  /** Trailers are read over: nothing in them is of use, and merging them into the headers would be unsafe. */
  #trailers(chunk: Buffer): Buffer | undefined {
    const bytes = this.#joined(chunk)
    const isEmpty = bytes.length >= 2 && bytes[0] === 13 && bytes[1] === 10
    const end = isEmpty ? -2 : bytes.indexOf(emptyLine)
    if (end === -1) {
      if (bytes.length > maxTrailerBytes) throw new HttpSyntaxError('The trailers are too large.')
      this.#held = bytes
      return undefined
    }
    this.#state = 'done'
    return bytes.length === end + 4 ? undefined : bytes.subarray(end + 4)
  }

  #joined(chunk: Buffer): Buffer {
    const held = this.#held
    this.#held = undefined
    return held === undefined ? chunk : Buffer.concat([held, chunk])
  }
}

/** The usual size line: up to seven hexadecimal digits and CR LF, all there. Anything else is for the careful way. */
function plainChunkSize(bytes: Buffer): { readonly size: number; readonly end: number } | undefined {
  let size = 0
  for (let index = 0; index < 8; index++) {
    const byte = bytes[index] ?? 0
    if (byte >= 0x30 && byte <= 0x39) size = size * 16 + byte - 0x30
    else if (byte >= 0x61 && byte <= 0x66) size = size * 16 + byte - 0x57
    else if (byte === 13 && index > 0 && bytes[index + 1] === 10) return { size, end: index + 2 }
    else return undefined
  }
  return undefined
}
