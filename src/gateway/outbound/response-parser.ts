/**
 * HTTP/1.1 replies (RFC 9112), read strictly: what two readers could understand differently is refused, so that a
 * hostile provider cannot make one reply look like two. Pure: bytes in, callbacks out, whatever the chunking.
 */

export interface ResponseEvents {
  /** The final head; interim 1xx replies are skipped. Header names in lower case, repeated headers joined with `, `. */
  onHead(status: number, headers: Readonly<Record<string, string>>): void
  /** Part of the body. Shares memory with the chunk it came in. */
  onData(chunk: Buffer): void
  onEnd(): void
}

/** The reply is not HTTP/1.1 as we accept it. */
export class ResponseSyntaxError extends Error {
  override readonly name = 'ResponseSyntaxError'
  readonly code = 'INVALID_HTTP'
}

type State = 'head' | 'length' | 'chunk-size' | 'chunk-data' | 'chunk-end' | 'trailers' | 'until-close' | 'done'

const CRLF = '\r\n'
const protocol = Buffer.from('HTTP/1.')
const headEnd = Buffer.from('\r\n\r\n')
const maxHeadBytes = 64 * 1024
const maxChunkLineBytes = 1024

export class ResponseParser {
  readonly #events: ResponseEvents
  #state: State = 'head'
  /** Bytes of a head, a chunk size or trailers that are not complete yet. */
  #held: Buffer | undefined
  #data: Buffer[] = []
  #left = 0
  #keepAlive = true
  #idleMs: number | undefined

  constructor(events: ResponseEvents) {
    this.#events = events
  }

  /** Whether the connection may carry another request, once the reply has ended. */
  get isReusable(): boolean {
    return this.#state === 'done' && this.#keepAlive
  }

  /** How long the server says it keeps an idle connection (`Keep-Alive: timeout=`). */
  get idleMs(): number | undefined {
    return this.#idleMs
  }

  get isDone(): boolean {
    return this.#state === 'done'
  }

  /** Throws `ResponseSyntaxError`, and whatever the callbacks throw. */
  push(chunk: Buffer): void {
    let rest: Buffer | undefined = chunk
    try {
      while (rest !== undefined && rest.length > 0) rest = this.#step(rest)
    } catch (fault) {
      // What came whole before the fault is still the reply's.
      this.#giveData()
      throw fault
    }
    this.#giveData()
  }

  /** The data of all HTTP chunks that came in one read, as one: a burst of small events costs one callback. */
  #giveData(): void {
    const [first] = this.#data
    if (first === undefined) return
    const data = this.#data.length === 1 ? first : Buffer.concat(this.#data)
    this.#data = []
    this.#events.onData(data)
  }

  /** The connection has ended. False when the reply was not whole. */
  close(): boolean {
    if (this.#state === 'until-close') {
      this.#finish()
      return true
    }
    return this.#state === 'done'
  }

  #step(chunk: Buffer): Buffer | undefined {
    switch (this.#state) {
      case 'head':
        return this.#head(chunk)
      case 'length':
      case 'chunk-data':
        return this.#body(chunk)
      case 'chunk-size':
        return this.#chunkSize(chunk)
      case 'chunk-end':
        return this.#chunkEnd(chunk)
      case 'trailers':
        return this.#trailers(chunk)
      case 'until-close':
        this.#events.onData(chunk)
        return undefined
      case 'done':
        // Bytes that nobody asked for: the connection cannot be trusted with another request.
        this.#keepAlive = false
        return undefined
    }
  }

  #head(chunk: Buffer): Buffer | undefined {
    const bytes = this.#take(chunk)
    const end = bytes.indexOf(headEnd)
    if (end < 0) {
      // A server of another protocol may never send an empty line.
      const seen = Math.min(bytes.length, protocol.length)
      if (bytes.compare(protocol, 0, seen, 0, seen) !== 0) throw new ResponseSyntaxError('The reply is not HTTP/1.1.')
      if (bytes.length > maxHeadBytes) throw new ResponseSyntaxError('The head of the reply is too large.')
      this.#held = bytes
      return undefined
    }
    if (end > maxHeadBytes) throw new ResponseSyntaxError('The head of the reply is too large.')
    this.#readHead(bytes.toString('latin1', 0, end))
    return bytes.length === end + 4 ? undefined : bytes.subarray(end + 4)
  }

  #readHead(text: string): void {
    const lineEnd = text.indexOf(CRLF)
    const statusLine = lineEnd < 0 ? text : text.slice(0, lineEnd)
    const match = /^HTTP\/1\.([01]) ([1-9]\d\d)(?: [\t\x20-\x7e\x80-\xff]*)?$/.exec(statusLine)
    if (match === null) throw new ResponseSyntaxError('The status line is not of HTTP/1.1.')
    const status = Number(match[2])
    const headers = lineEnd < 0 ? {} : readHeaders(text, lineEnd + 2)
    if (status < 200) {
      if (status === 101) throw new ResponseSyntaxError('The server switched protocols unasked.')
      return
    }
    const connection = headers['connection']?.toLowerCase()
    this.#keepAlive =
      match[1] === '1' ? connection?.includes('close') !== true : connection?.includes('keep-alive') === true
    const idle = headers['keep-alive'] === undefined ? null : /timeout=(\d{1,6})/.exec(headers['keep-alive'])
    if (idle !== null) this.#idleMs = Number(idle[1]) * 1000
    this.#frame(status, headers)
    this.#events.onHead(status, headers)
    if (this.#state === 'length' && this.#left === 0) this.#finish()
  }

  /** How long the body is: RFC 9112, section 6.3. */
  #frame(status: number, headers: Readonly<Record<string, string>>): void {
    const encoding = headers['transfer-encoding']
    const length = headers['content-length']
    if (status === 204 || status === 304) {
      this.#state = 'length'
      this.#left = 0
    } else if (encoding !== undefined) {
      if (encoding.toLowerCase() !== 'chunked') throw new ResponseSyntaxError('The transfer encoding is not `chunked`.')
      if (length !== undefined) throw new ResponseSyntaxError('The reply has both a length and a transfer encoding.')
      this.#state = 'chunk-size'
    } else if (length !== undefined) {
      if (!/^\d{1,15}$/.test(length)) throw new ResponseSyntaxError('The content length is not one number.')
      this.#state = 'length'
      this.#left = Number(length)
    } else {
      this.#state = 'until-close'
      this.#keepAlive = false
    }
  }

  #body(chunk: Buffer): Buffer | undefined {
    const isChunked = this.#state === 'chunk-data'
    if (chunk.length < this.#left) {
      this.#left -= chunk.length
      this.#data.push(chunk)
      return undefined
    }
    const size = this.#left
    this.#left = 0
    this.#data.push(chunk.length === size ? chunk : chunk.subarray(0, size))
    if (isChunked) this.#state = 'chunk-end'
    else this.#finish()
    return chunk.length === size ? undefined : chunk.subarray(size)
  }

  #chunkSize(chunk: Buffer): Buffer | undefined {
    const plain = this.#held === undefined ? plainChunkSize(chunk) : undefined
    if (plain !== undefined) {
      this.#left = plain.size
      this.#state = plain.size === 0 ? 'trailers' : 'chunk-data'
      return chunk.subarray(plain.end)
    }
    const bytes = this.#take(chunk)
    const end = bytes.indexOf(CRLF)
    if (end < 0 || end > maxChunkLineBytes) {
      if (bytes.length > maxChunkLineBytes) throw new ResponseSyntaxError('A chunk size line is too long.')
      this.#held = bytes
      return undefined
    }
    const match = /^([0-9A-Fa-f]{1,12})(?:[\t ]*;[\t\x20-\x7e\x80-\xff]*)?$/.exec(bytes.toString('latin1', 0, end))
    if (match === null) throw new ResponseSyntaxError('A chunk size is not a number.')
    this.#left = Number.parseInt(match[1] ?? '', 16)
    this.#state = this.#left === 0 ? 'trailers' : 'chunk-data'
    return bytes.subarray(end + 2)
  }

  #chunkEnd(chunk: Buffer): Buffer | undefined {
    const bytes = this.#take(chunk)
    if (bytes[0] !== 13 || (bytes.length > 1 && bytes[1] !== 10))
      throw new ResponseSyntaxError('A chunk does not end where it said.')
    if (bytes.length === 1) {
      this.#held = bytes
      return undefined
    }
    this.#state = 'chunk-size'
    return bytes.subarray(2)
  }

  /** Trailers are read over: nothing in them is of use, and merging them into the headers would be unsafe. */
  #trailers(chunk: Buffer): Buffer | undefined {
    const bytes = this.#take(chunk)
    const isEmpty = bytes.length >= 2 && bytes[0] === 13 && bytes[1] === 10
    const end = isEmpty ? -2 : bytes.indexOf(headEnd)
    if (end === -1) {
      if (bytes.length > maxHeadBytes) throw new ResponseSyntaxError('The trailers are too large.')
      this.#held = bytes
      return undefined
    }
    this.#finish()
    return bytes.subarray(end + 4)
  }

  #take(chunk: Buffer): Buffer {
    const held = this.#held
    this.#held = undefined
    return held === undefined ? chunk : Buffer.concat([held, chunk])
  }

  #finish(): void {
    this.#giveData()
    this.#state = 'done'
    this.#events.onEnd()
  }
}

/** A field line: a token, a colon, a value without control characters (RFC 9110, section 5). Folded lines have no token. */
const fieldLines = /^(?:[!#$%&'*+.^_`|~0-9A-Za-z-]+:[\t\x20-\x7e\x80-\xff]*\r\n)*$/

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

function readHeaders(text: string, start: number): Record<string, string> {
  const block = `${text.slice(start)}\r\n`
  if (!fieldLines.test(block)) throw new ResponseSyntaxError('A header is not valid.')
  const headers: Record<string, string> = Object.create(null)
  for (let from = 0; from < block.length; ) {
    const end = block.indexOf(CRLF, from)
    const colon = block.indexOf(':', from)
    const key = block.slice(from, colon).toLowerCase()
    const value = block.slice(colon + 1, end).trim()
    const earlier = headers[key]
    if (earlier === undefined) headers[key] = value
    else if (key !== 'content-length') headers[key] = `${earlier}, ${value}`
    else if (earlier !== value) throw new ResponseSyntaxError('The reply has two content lengths.')
    from = end + 2
  }
  return headers
}
