import type { Socket } from 'node:net'
import { HttpBody } from '../../core/wire/http-body.ts'
import { HttpSyntaxError } from '../../core/wire/http-fields.ts'
import { writeJoined } from '../../core/wire/write-buffer.ts'
import { acceptSocket } from './accept.ts'
import { DetachedSocket } from './detached-socket.ts'
import { Exchange, type ExchangeChannel } from './exchange.ts'
import { type RequestHead, readRequestHead } from './request-head.ts'

export interface ConnectionLimits {
  readonly maxHeadBytes: number
  /** Time for a head, from its first byte on, and for the first request of a connection. */
  readonly headTimeoutMs: number
  /** Time between two requests. */
  readonly idleTimeoutMs: number
  /** A client that takes nothing for so long is cut off. */
  readonly stallTimeoutMs: number
}

/** Why a connection is told off without an exchange. */
export type BadRequest = 'invalid' | 'head-too-large' | 'head-timeout'

export interface ConnectionOwner {
  readonly limits: ConnectionLimits
  /** No more requests are taken behind the ones in hand. */
  readonly isDraining: boolean
  onExchange(exchange: Exchange): void
  /** The bytes of a reply to send before the connection closes. */
  badRequestReply(fault: BadRequest, detail?: string): Buffer
}

const headEnd = Buffer.from('\r\n\r\n')
const continueLine = Buffer.from('HTTP/1.1 100 Continue\r\n\r\n')
/** How long a client may still read once its call is over time. */
const EXPIRED_MS = 2000
/** How long a client may go on sending after it was told that the connection ends. */
const LINGER_MS = 2000
/** Requests sent before the reply to the one in hand wait here; more of them stay with the system. */
const MAX_HELD_BYTES = 64 * 1024

/** One client connection: requests one after the other, each with its reply before the next is looked at. */
export class ServerConnection implements ExchangeChannel {
  readonly #socket: Socket
  readonly #owner: ConnectionOwner
  /** Bytes that were not read yet: part of a head, or what came behind the request in hand. */
  #held: Buffer | undefined
  #exchange: Exchange | undefined
  #body: HttpBody | undefined
  #isBodyWanted = false
  #isReplied = false
  #isEnding = false
  /** When the state of the connection last changed. `performance.now()`. */
  #since = performance.now()
  #cutAt = Number.POSITIVE_INFINITY
  #hasServed = false
  #detached: DetachedSocket | undefined

  constructor(accepted: Socket, owner: ConnectionOwner) {
    this.#owner = owner
    const socket = acceptSocket(accepted, (chunk) => this.#onData(chunk))
    this.#socket = socket
    socket.on('drain', () => this.#exchange?.drained())
    socket.on('error', () => socket.destroy())
    socket.on('close', () => this.#exchange?.over(false))
    // Node sees part of a write being taken, which we cannot: a slow reader of a large reply is none that has stopped.
    socket.setTimeout(owner.limits.stallTimeoutMs, () => {
      if (socket.writableLength > 0) socket.destroy()
    })
    socket.resume()
  }

  onClose(listener: () => void): void {
    this.#socket.once('close', listener)
  }

  /** Between two requests, or before the first. */
  get isIdle(): boolean {
    return this.#exchange === undefined && this.#held === undefined
  }

  get remoteAddress(): string | undefined {
    return this.#socket.remoteAddress
  }

  get closesAfter(): boolean {
    const { head, isRequestWhole } = this.#exchange ?? { head: undefined, isRequestWhole: true }
    return this.#owner.isDraining || head?.keepsAlive !== true || !isRequestWhole
  }

  wantBody(): void {
    this.#isBodyWanted = true
    if (this.#exchange?.head.expectsContinue === true && !this.#exchange.isRequestWhole)
      this.#socket.write(continueLine)
    if (this.#exchange?.isRequestWhole === false) this.#socket.resume()
  }

  pauseBody(): void {
    this.#socket.pause()
  }

  resumeBody(): void {
    // What came behind the request waits for its reply.
    if ((this.#held?.length ?? 0) <= MAX_HELD_BYTES) this.#socket.resume()
  }

  write(head: string, parts: readonly Buffer[], tail: string): boolean {
    if (this.#socket.destroyed) return true
    return writeJoined(this.#socket, head, parts, tail)
  }

  finish(): void {
    this.#isReplied = true
    if (this.#socket.destroyed) return
    if (this.#socket.writableLength === 0) this.#end()
    else this.#socket.write('', () => this.#end())
  }

  destroy(): void {
    this.#socket.destroy()
  }

  /** Gives the connection away. What came behind the request is the first that the new owner reads. */
  detach(): DetachedSocket {
    const detached = new DetachedSocket(this.#socket)
    this.#detached = detached
    if (this.#held !== undefined) detached.receive(this.#held)
    this.#held = undefined
    return detached
  }

  /** The call is over time: the client gets a moment to take what there is. */
  expire(): void {
    this.#cutAt = performance.now() + EXPIRED_MS
  }

  /** Called about once a second: cheaper than a timer for each request. */
  checkTime(now: number): void {
    if (this.#detached !== undefined) return
    const { headTimeoutMs, idleTimeoutMs } = this.#owner.limits
    const waitedMs = now - this.#since
    if (this.#socket.writableLength > 0) {
      if (now > this.#cutAt) this.#socket.destroy()
    } else if (this.#isEnding) {
      if (waitedMs > LINGER_MS) this.#socket.destroy()
    } else if (this.#exchange !== undefined) {
      if (now > this.#cutAt) this.#socket.destroy()
    } else if (this.#held !== undefined) {
      if (waitedMs > headTimeoutMs) this.#refuse('head-timeout')
    } else if (waitedMs > (this.#hasServed ? idleTimeoutMs : headTimeoutMs)) this.#socket.destroy()
  }

  #onData(chunk: Buffer): void {
    if (this.#isEnding) return
    if (this.#detached !== undefined) this.#detached.receive(chunk)
    else if (this.#exchange === undefined) this.#read(chunk)
    else if (this.#body?.isDone === false) this.#readBody(this.#exchange, this.#body, chunk)
    else this.#hold(chunk)
  }

  /** Reads heads off the front. Requests that need no waiting are served in a row. */
  #read(chunk: Buffer): void {
    const bytes = this.#held === undefined ? withoutEmptyLine(chunk) : Buffer.concat([this.#held, chunk])
    if (bytes.length === 0) return
    const end = bytes.indexOf(headEnd)
    const { maxHeadBytes } = this.#owner.limits
    if (end > maxHeadBytes || (end < 0 && bytes.length > maxHeadBytes)) {
      this.#refuse('head-too-large')
      return
    }
    if (end < 0) {
      if (this.#held === undefined) this.#since = performance.now()
      this.#held = bytes
      return
    }
    this.#held = undefined
    let head: RequestHead
    try {
      head = readRequestHead(bytes.toString('latin1', 0, end))
    } catch (fault) {
      if (!(fault instanceof HttpSyntaxError)) throw fault
      this.#refuse('invalid', fault.message)
      return
    }
    this.#begin(head, bytes.length === end + 4 ? undefined : bytes.subarray(end + 4))
  }

  #begin(head: RequestHead, rest: Buffer | undefined): void {
    const exchange = new Exchange(head, this)
    const body = new HttpBody(head.body)
    this.#exchange = exchange
    this.#body = body
    this.#isBodyWanted = false
    this.#isReplied = false
    this.#cutAt = Number.POSITIVE_INFINITY
    this.#hasServed = true
    if (body.isDone) {
      exchange.endBody()
      if (rest !== undefined) this.#hold(rest)
    } else if (rest !== undefined) this.#readBody(exchange, body, rest)
    if (!this.#isEnding) this.#owner.onExchange(exchange)
  }

  #readBody(exchange: Exchange, body: HttpBody, chunk: Buffer): void {
    // Nobody will read it: the connection closes behind the reply.
    if (this.#isReplied) return
    let rest: Buffer | undefined
    try {
      rest = body.push(chunk)
    } catch (fault) {
      if (!(fault instanceof HttpSyntaxError)) throw fault
      if (exchange.isCommitted) this.#socket.destroy()
      else this.#refuse('invalid', fault.message)
      return
    }
    const data = body.take()
    if (data !== undefined) exchange.takeBody(data)
    if (body.isDone) {
      exchange.endBody()
      if (rest !== undefined) this.#hold(rest)
    } else if (!this.#isBodyWanted) this.#socket.pause()
  }

  #hold(chunk: Buffer): void {
    this.#held = this.#held === undefined ? chunk : Buffer.concat([this.#held, chunk])
    if (this.#held.length > MAX_HELD_BYTES) this.#socket.pause()
  }

  /** The reply is with the system: the next request, or the end. */
  #end(): void {
    const exchange = this.#exchange
    if (exchange === undefined) return
    const isLast = this.closesAfter
    this.#exchange = undefined
    this.#body = undefined
    this.#since = performance.now()
    exchange.over(true)
    if (isLast) {
      this.#close()
      return
    }
    if (this.#socket.isPaused()) this.#socket.resume()
    // In a turn of its own: a thousand small requests in one packet must not become a thousand calls deep.
    if (this.#held !== undefined) setImmediate(() => this.#readHeld())
  }

  #readHeld(): void {
    const held = this.#held
    if (held === undefined || this.#exchange !== undefined || this.#isEnding) return
    this.#held = undefined
    this.#read(held)
  }

  #refuse(fault: BadRequest, detail?: string): void {
    this.#isEnding = true
    this.#since = performance.now()
    this.#exchange?.over(false)
    this.#exchange = undefined
    this.#held = undefined
    this.#socket.end(this.#owner.badRequestReply(fault, detail))
    this.#socket.resume()
  }

  /** Says that nothing more comes, and reads over what the client still sends: closing on unread bytes would reset the connection before it has the reply. */
  #close(): void {
    this.#isEnding = true
    this.#held = undefined
    this.#socket.end()
    this.#socket.resume()
  }
}

/** RFC 9112, section 2.2: an empty line in front of a request is read over. */
function withoutEmptyLine(bytes: Buffer): Buffer {
  return bytes[0] === 13 && bytes[1] === 10 ? bytes.subarray(2) : bytes
}
