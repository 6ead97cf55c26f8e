/**
 * HTTP/1.1 replies (RFC 9112), read strictly: what two readers could understand differently is refused, so that a
 * hostile provider cannot make one reply look like two. Pure: bytes in, callbacks out, whatever the chunking.
 */
import { type BodyFraming, HttpBody } from '../../core/wire/http-body.ts'
import { HttpSyntaxError, readFields } from '../../core/wire/http-fields.ts'

export interface ResponseEvents {
  /** The final head; interim 1xx replies are skipped. Header names in lower case, repeated headers joined with `, `. */
  onHead(status: number, headers: Readonly<Record<string, string>>): void
  /** Part of the body. Shares memory with the chunk it came in. */
  onData(chunk: Buffer): void
  onEnd(): void
}

const CRLF = '\r\n'
const protocol = Buffer.from('HTTP/1.')
const headEnd = Buffer.from('\r\n\r\n')
const maxHeadBytes = 64 * 1024
const single: ReadonlySet<string> = new Set(['content-length'])

export class ResponseParser {
  readonly #events: ResponseEvents
  /** Bytes of a head that is not complete yet. */
  #held: Buffer | undefined
  #body: HttpBody | undefined
  #isDone = false
  #keepAlive = true
  #idleMs: number | undefined

  constructor(events: ResponseEvents) {
    this.#events = events
  }

  /** Whether the connection may carry another request, once the reply has ended. */
  get isReusable(): boolean {
    return this.#isDone && this.#keepAlive
  }

  /** How long the server says it keeps an idle connection (`Keep-Alive: timeout=`). */
  get idleMs(): number | undefined {
    return this.#idleMs
  }

  get isDone(): boolean {
    return this.#isDone
  }

  /** Throws `HttpSyntaxError`, and whatever the callbacks throw. */
  push(chunk: Buffer): void {
    let rest: Buffer | undefined = chunk
    // Several heads may come in one read: 1xx replies stand before the final one.
    while (this.#body === undefined && rest !== undefined && rest.length > 0) rest = this.#head(rest)
    const body = this.#body
    if (body === undefined) return
    try {
      if (rest !== undefined) rest = body.push(rest)
    } catch (fault) {
      // What came whole before the fault is still the reply's.
      this.#giveData(body)
      throw fault
    }
    // Bytes that nobody asked for: the connection cannot be trusted with another request.
    if (rest !== undefined && rest.length > 0) this.#keepAlive = false
    this.#giveData(body)
    if (body.isDone) this.#finish()
  }

  /** The connection has ended. False when the reply was not whole. */
  close(): boolean {
    if (this.#body?.close() === true) this.#finish()
    return this.#isDone
  }

  #giveData(body: HttpBody): void {
    const data = body.take()
    if (data !== undefined) this.#events.onData(data)
  }

  #finish(): void {
    if (this.#isDone) return
    this.#isDone = true
    this.#events.onEnd()
  }

  #head(chunk: Buffer): Buffer | undefined {
    const bytes = this.#held === undefined ? chunk : Buffer.concat([this.#held, chunk])
    this.#held = undefined
    const end = bytes.indexOf(headEnd)
    if (end < 0) {
      // A server of another protocol may never send an empty line.
      const seen = Math.min(bytes.length, protocol.length)
      if (bytes.compare(protocol, 0, seen, 0, seen) !== 0) throw new HttpSyntaxError('The reply is not HTTP/1.1.')
      if (bytes.length > maxHeadBytes) throw new HttpSyntaxError('The head of the reply is too large.')
      this.#held = bytes
      return undefined
    }
    if (end > maxHeadBytes) throw new HttpSyntaxError('The head of the reply is too large.')
    this.#readHead(bytes.toString('latin1', 0, end))
    return bytes.length === end + 4 ? undefined : bytes.subarray(end + 4)
  }

  #readHead(text: string): void {
    const lineEnd = text.indexOf(CRLF)
    const statusLine = lineEnd < 0 ? text : text.slice(0, lineEnd)
    const match = /^HTTP\/1\.([01]) ([1-9]\d\d)(?: [\t\x20-\x7e\x80-\xff]*)?$/.exec(statusLine)
    if (match === null) throw new HttpSyntaxError('The status line is not of HTTP/1.1.')
    const status = Number(match[2])
    const headers = lineEnd < 0 ? {} : readFields(text, lineEnd + 2, single)
    if (status < 200) {
      if (status === 101) throw new HttpSyntaxError('The server switched protocols unasked.')
      return
    }
    const framing = bodyFraming(status, headers)
    const connection = headers['connection']?.toLowerCase()
    const staysOpen =
      match[1] === '1' ? connection?.includes('close') !== true : connection?.includes('keep-alive') === true
    this.#keepAlive = staysOpen && framing !== 'until-close'
    const idle = headers['keep-alive'] === undefined ? null : /timeout=(\d{1,6})/.exec(headers['keep-alive'])
    if (idle !== null) this.#idleMs = Number(idle[1]) * 1000
    this.#body = new HttpBody(framing)
    this.#events.onHead(status, headers)
  }
}

/** How long the body of a reply is: RFC 9112, section 6.3. */
function bodyFraming(status: number, headers: Readonly<Record<string, string>>): BodyFraming {
  const encoding = headers['transfer-encoding']
  const length = headers['content-length']
  if (status === 204 || status === 304) return 0
  if (encoding !== undefined) {
    if (encoding.toLowerCase() !== 'chunked') throw new HttpSyntaxError('The transfer encoding is not `chunked`.')
    if (length !== undefined) throw new HttpSyntaxError('The reply has both a length and a transfer encoding.')
    return 'chunked'
  }
  if (length === undefined) return 'until-close'
  if (!/^\d{1,15}$/.test(length)) throw new HttpSyntaxError('The content length is not one number.')
  return Number(length)
}
