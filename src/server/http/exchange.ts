import { STATUS_CODES } from 'node:http'
import { atEndOfTurn } from '../../core/calls/end-of-turn.ts'
import { HttpSyntaxError } from '../../core/wire/http-fields.ts'
import type { DetachedSocket } from './detached-socket.ts'
import type { RequestHead } from './request-head.ts'

/** What an exchange needs of its connection. */
export interface ExchangeChannel {
  /** Sends `100 Continue`, then lets the body come. */
  wantBody(): void
  pauseBody(): void
  resumeBody(): void
  /** False when the client has fallen behind; `onDrain` tells when it has caught up. */
  write(head: string, parts: readonly Buffer[], tail: string): boolean
  /** The reply has ended. */
  finish(): void
  readonly closesAfter: boolean
  readonly remoteAddress: string | undefined
  expire(): void
  destroy(): void
  detach(): DetachedSocket
}

export interface BodyHandler {
  onData(chunk: Buffer): void
  onEnd(): void
}

/** Names and values in turn. */
export type HeadFields = readonly string[]

/** One request and its reply, as a call needs them, whatever carries them. Each member is what it is of an `Exchange`. */
export interface CallExchange {
  readonly method: string
  readonly url: string
  readonly headers: Readonly<Record<string, string>>
  /** The other end of the connection; absent where there is none, or no more. */
  readonly remoteAddress: string | undefined
  readonly isCommitted: boolean
  set onOver(listener: (isWhole: boolean) => void)
  onDrain: (() => void) | undefined
  readBody(handler: BodyHandler): void
  /** What has been read from the connection by then still comes. */
  pauseBody(): void
  resumeBody(): void
  dropBody(): void
  expire(): void
  reply(status: number, fields: HeadFields, body: Buffer): void
  begin(status: number, fields: HeadFields): void
  write(bytes: Buffer): boolean
  end(): void
  destroy(): void
}

/** Streams are held back when this much waits to be sent in one turn. */
const MAX_TURN_BYTES = 64 * 1024

/**
 * One request and its reply. The reply is sent whole with `reply`, or in parts with `begin`, `write` and `end`; what is
 * written in one turn of the event loop leaves as one HTTP chunk in one system call.
 */
export class Exchange implements CallExchange {
  readonly head: RequestHead
  readonly #channel: ExchangeChannel
  #bodyHandler: BodyHandler | undefined
  #early: Buffer[] = []
  #isBodyWhole = false
  #isBodyDropped = false
  #hasBegun = false
  #hasEnded = false
  #isOver = false
  #isGone = false
  #isChunked = false
  #isBlocked = false
  #pendingHead = ''
  #pending: Buffer[] = []
  #pendingBytes = 0
  #isFlushDue = false
  #onOver: ((isWhole: boolean) => void) | undefined
  onDrain: (() => void) | undefined

  constructor(head: RequestHead, channel: ExchangeChannel) {
    this.head = head
    this.#channel = channel
  }

  get method(): string {
    return this.head.method
  }

  get url(): string {
    return this.head.url
  }

  get headers(): Readonly<Record<string, string>> {
    return this.head.headers
  }

  get remoteAddress(): string | undefined {
    return this.#channel.remoteAddress
  }

  /** All of the request has come. */
  get isRequestWhole(): boolean {
    return this.#isBodyWhole
  }

  /** The head of the reply has been given away, or nobody is there to read it. */
  get isCommitted(): boolean {
    return this.#hasBegun || this.#isGone
  }

  /** Called once: with true when the whole reply was handed to the system, with false when the connection ended before. */
  set onOver(listener: (isWhole: boolean) => void) {
    if (this.#isOver) listener(!this.#isGone)
    else this.#onOver = listener
  }

  /** Lets the body come. Called once at the most; a body that nobody wants is never read. */
  readBody(handler: BodyHandler): void {
    this.#bodyHandler = handler
    this.#channel.wantBody()
    for (const chunk of this.#early.splice(0)) handler.onData(chunk)
    if (this.#isBodyWhole) handler.onEnd()
  }

  pauseBody(): void {
    if (!this.#isBodyWhole) this.#channel.pauseBody()
  }

  resumeBody(): void {
    this.#channel.resumeBody()
  }

  /** Whatever more comes of the body is thrown away, and the connection closes behind the reply. */
  dropBody(): void {
    this.#bodyHandler = undefined
    this.#isBodyDropped = true
  }

  /** The time for the call is over: what the client has not taken a moment later is cut off. */
  expire(): void {
    this.#channel.expire()
  }

  /** A whole reply. */
  reply(status: number, fields: HeadFields, body: Buffer): void {
    if (this.isCommitted) return
    this.#hasBegun = true
    this.#hasEnded = true
    this.#pendingHead = `${this.#headText(status, fields)}content-length: ${body.length}\r\n\r\n`
    if (this.head.method !== 'HEAD') this.#pending.push(body)
    this.#flushLater()
  }

  /** Starts a reply in parts. */
  begin(status: number, fields: HeadFields): void {
    if (this.isCommitted) return
    this.#hasBegun = true
    // An old client reads until the connection ends.
    this.#isChunked = !this.head.isOld
    this.#pendingHead = `${this.#headText(status, fields)}${this.#isChunked ? 'transfer-encoding: chunked\r\n' : ''}\r\n`
    this.#flushLater()
  }

  /** False when the client has fallen behind: `onDrain` is called when it has caught up. */
  write(bytes: Buffer): boolean {
    if (this.#hasEnded || this.#isGone || bytes.length === 0) return true
    this.#pending.push(bytes)
    this.#pendingBytes += bytes.length
    this.#flushLater()
    return !this.#isBlocked && this.#pendingBytes < MAX_TURN_BYTES
  }

  end(): void {
    if (this.#hasEnded) return
    this.#hasEnded = true
    this.#flushLater()
  }

  /** Cuts the connection: the client must not take what it has for a whole reply. */
  destroy(): void {
    this.#channel.destroy()
  }

  /** Takes the connection over, for another protocol: no reply of HTTP follows. `onOver` tells when it has ended. */
  upgrade(): DetachedSocket {
    this.#hasBegun = true
    this.#hasEnded = true
    return this.#channel.detach()
  }

  // What follows is for the connection.

  takeBody(chunk: Buffer): void {
    if (this.#bodyHandler !== undefined) this.#bodyHandler.onData(chunk)
    else if (!this.#isBodyDropped && !this.#hasBegun) this.#early.push(chunk)
  }

  endBody(): void {
    this.#isBodyWhole = true
    this.#bodyHandler?.onEnd()
  }

  drained(): void {
    this.#isBlocked = false
    const listener = this.onDrain
    this.onDrain = undefined
    listener?.()
  }

  /** The reply is with the system, or the connection has ended. */
  over(isWhole: boolean): void {
    if (this.#isOver) return
    this.#isOver = true
    this.#isGone = !isWhole
    this.#pending = []
    this.#bodyHandler = undefined
    this.#onOver?.(isWhole)
  }

  #headText(status: number, fields: HeadFields): string {
    let text = `HTTP/1.1 ${status} ${STATUS_CODES[status] ?? 'Unknown'}\r\n`
    for (let index = 0; index < fields.length; index += 2) text += `${fields[index]}: ${fields[index + 1]}\r\n`
    // Providers' values were read strictly, ours are ASCII; a line break all the same would be a second reply.
    if (!/^(?:[\t\x20-\x7e\x80-\xff]*\r\n)+$/.test(text))
      throw new HttpSyntaxError('A header of the reply is not valid.')
    return `${text}date: ${dateText()}\r\n${this.#channel.closesAfter ? 'connection: close\r\n' : keepAlive}`
  }

  #flushLater(): void {
    if (this.#isFlushDue) return
    this.#isFlushDue = true
    atEndOfTurn(this.#flush)
  }

  readonly #flush = (): void => {
    this.#isFlushDue = false
    if (this.#isOver) return
    const size = this.#isChunked && this.#pendingBytes > 0 ? `${this.#pendingBytes.toString(16)}\r\n` : ''
    const end = this.#isChunked && this.#hasEnded ? '0\r\n\r\n' : ''
    const parts = this.#pending
    const head = this.#pendingHead + size
    this.#pendingHead = ''
    this.#pending = []
    this.#pendingBytes = 0
    if (head !== '' || parts.length > 0 || end !== '')
      this.#isBlocked = !this.#channel.write(head, parts, size === '' ? end : `\r\n${end}`)
    if (this.#hasEnded) this.#channel.finish()
    else if (!this.#isBlocked) this.drained()
  }
}

const keepAlive = 'connection: keep-alive\r\nkeep-alive: timeout=75\r\n'

let dateSecond = 0
let date = ''

function dateText(): string {
  const second = Math.floor(Date.now() / 1000)
  if (second !== dateSecond) {
    dateSecond = second
    date = new Date(second * 1000).toUTCString()
  }
  return date
}
