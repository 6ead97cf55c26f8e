import { connect as connectTcp, isIP, type LookupFunction, type Socket } from 'node:net'
import { connect as connectTls } from 'node:tls'
import { atEndOfTurn } from '../../core/calls/end-of-turn.ts'
import type { StreamedBody } from '../../core/wire/streamed-body.ts'
import { writeJoined } from '../../core/wire/write-buffer.ts'
import { readAfterWriteFault } from './read-after-write-fault.ts'
import { type ResponseEvents, ResponseParser } from './response-parser.ts'
import { Upload } from './upload.ts'

/** Hears of one reply. Nothing more comes after `onError`, or after an `onEnd` that does not throw: what a callback throws comes back as `onError`. */
export interface ResponseHandler extends ResponseEvents {
  /** `isStale`: the server closed a connection that had been idle, most likely without having seen the request. */
  onError(fault: Error, isStale: boolean): void
  /** A body that goes out as it comes in has gone out. */
  onSent?(): void
}

export interface Origin {
  readonly protocol: 'http:' | 'https:'
  /** Without brackets for IPv6. */
  readonly host: string
  readonly port: number
  /** Resolves the host to addresses that were checked (address-guard.ts). */
  readonly lookup: LookupFunction
}

/** Faults of a connection that is no more. Node docs, "Common system errors". */
const cutCodes: ReadonlySet<unknown> = new Set(['CUT', 'ECONNRESET', 'EPIPE'])
/** A server that takes longer than this to cut a connection was at work on the request: it must not do it twice. */
const staleMs = 1000

/** A fault of the connection itself. `code` is for network-error.ts. */
class ConnectionFault extends Error {
  override readonly name = 'ConnectionFault'
  readonly code: 'CONNECT_TIMEOUT' | 'SILENT' | 'CUT'

  constructor(code: ConnectionFault['code'], message: string) {
    super(message)
    this.code = code
  }
}

/**
 * All connections read into this one buffer: a read and its callback are one synchronous run. Node would otherwise
 * allocate 64 KB for each read, which showed as a tenth of a call's time in the garbage collector.
 */
const readBuffer = Buffer.allocUnsafeSlow(64 * 1024)

/**
 * One HTTP/1.1 connection, with one request on it at a time.
 *
 * Our own on `node:net`, because undici's client is 20 µs of the 75 µs that a forwarded call costs on Node 26
 * (docs/decisions/2026-11-23-own-http-client.md); the parser beside it is strict and property-tested.
 */
export class Connection {
  readonly #socket: Socket
  readonly #onIdle: (connection: Connection) => void
  #handler: ResponseHandler | undefined
  #parser: ResponseParser | undefined
  #upload: Upload | undefined
  #isConnected = false
  #isPaused = false
  /** Replies that were read whole. */
  #replies = 0
  /** The request has been handed to the socket. */
  #isWritten = false
  /** A byte of the reply has come. */
  #hasHeard = false
  /** When the connection was opened, last heard of, or last given back. `performance.now()`. */
  #lastActivity = performance.now()
  #idleMs: number | undefined

  constructor(origin: Origin, onIdle: (connection: Connection) => void) {
    this.#onIdle = onIdle
    const { host, port, lookup } = origin
    const onread = { buffer: readBuffer, callback: (size: number) => this.#onRead(size) }
    const options = { host, port, lookup, noDelay: true, autoSelectFamily: true, onread }
    this.#socket =
      origin.protocol === 'http:'
        ? connectTcp(options)
        : connectTls({ ...options, ALPNProtocols: ['http/1.1'], ...(isIP(host) === 0 ? { servername: host } : {}) })
    this.#socket.once(origin.protocol === 'http:' ? 'connect' : 'secureConnect', () => {
      this.#isConnected = true
      this.#lastActivity = performance.now()
    })
    readAfterWriteFault(this.#socket)
    this.#socket.on('error', (fault) => this.#fail(fault))
    this.#socket.on('end', () => this.#onEnd())
    this.#socket.on('close', () => this.#fail(new ConnectionFault('CUT', 'The connection was cut.')))
  }

  get isOpen(): boolean {
    return !this.#socket.destroyed && this.#socket.writable
  }

  /** `head` is the request line and headers with their final empty line, in Latin-1. */
  send(head: string, body: Buffer | StreamedBody, handler: ResponseHandler): void {
    this.#handler = handler
    this.#parser = new ResponseParser({
      onHead: (status, headers) => handler.onHead(status, headers),
      onData: (chunk) => handler.onData(chunk),
      // The connection is free before its user hears of the end, and may use it again at once.
      onEnd: () => undefined,
    })
    this.#lastActivity = performance.now()
    this.#isWritten = false
    this.#hasHeard = false
    if (!Buffer.isBuffer(body)) {
      this.#startUpload(head, body, handler)
      return
    }
    atEndOfTurn(() => {
      writeJoined(this.#socket, head, [body])
      this.#isWritten = true
    })
  }

  #startUpload(head: string, body: StreamedBody, handler: ResponseHandler): void {
    this.#upload = new Upload(this.#socket, body, {
      onProgress: () => {
        this.#lastActivity = performance.now()
      },
      onSent: () => {
        this.#upload = undefined
        this.#isWritten = true
        this.#lastActivity = performance.now()
        handler.onSent?.()
      },
      onFail: (fault) => this.#fail(fault),
    })
    this.#upload.start(head)
  }

  pause(): void {
    this.#isPaused = true
    this.#socket.pause()
  }

  resume(): void {
    this.#isPaused = false
    this.#lastActivity = performance.now()
    this.#socket.resume()
  }

  /** Ends the connection and the reply on it, if there is one, with `fault`. */
  abort(fault: Error): void {
    this.#fail(fault)
  }

  /** Called about once a second: cheaper than a timer for each request. */
  checkTime(now: number, limits: { connectMs: number; silentMs: number; idleMs: number }): void {
    const age = now - this.#lastActivity
    if (this.#handler === undefined) {
      // A second less than the server keeps it, or the request would meet its closing.
      const idleMs = this.#idleMs === undefined ? limits.idleMs : Math.min(60_000, Math.max(0, this.#idleMs - 1000))
      if (age > idleMs) this.#socket.destroy()
    } else if (!this.#isConnected) {
      if (age > limits.connectMs)
        this.#fail(new ConnectionFault('CONNECT_TIMEOUT', 'The connection was not accepted in time.'))
    } else if (!this.#isPaused && age > limits.silentMs && this.#upload?.waitsForBody !== true) {
      this.#fail(new ConnectionFault('SILENT', 'The server was silent for too long.'))
    }
  }

  /** The bytes are copied, because what is read next overwrites them and what is passed on may have to wait for its reader. */
  #onRead(size: number): boolean {
    const chunk = Buffer.allocUnsafe(size)
    readBuffer.copy(chunk, 0, 0, size)
    this.#onData(chunk)
    return true
  }

  #onData(chunk: Buffer): void {
    const parser = this.#parser
    this.#lastActivity = performance.now()
    if (parser === undefined) {
      // Nobody asked: whatever it is, the next reply could be taken for it.
      this.#socket.destroy()
      return
    }
    this.#hasHeard = true
    try {
      parser.push(chunk)
    } catch (fault) {
      this.#fail(fault as Error)
      return
    }
    if (parser.isDone) this.#finish(parser)
  }

  #onEnd(): void {
    const parser = this.#parser
    if (parser?.close() === true) this.#finish(parser)
    this.#fail(new ConnectionFault('CUT', 'The connection was cut.'))
  }

  #finish(parser: ResponseParser): void {
    const handler = this.#handler
    this.#handler = undefined
    this.#parser = undefined
    this.#replies++
    this.#stopUpload()
    this.#idleMs = parser.idleMs ?? this.#idleMs
    // A server may answer before it has read the request; what is left of that would stand before the next one.
    const isSent = this.#isWritten && this.#socket.writableLength === 0
    if (parser.isReusable && isSent && this.isOpen) {
      if (this.#isPaused) this.resume()
      this.#onIdle(this)
    } else this.#socket.destroy()
    try {
      handler?.onEnd()
    } catch (fault) {
      tellFault(handler, fault as Error, false)
    }
  }

  #fail(fault: Error): void {
    const handler = this.#handler
    const isCut = 'code' in fault && cutCodes.has(fault.code)
    const isStale = isCut && this.#replies > 0 && !this.#hasHeard && performance.now() - this.#lastActivity < staleMs
    this.#handler = undefined
    this.#parser = undefined
    this.#stopUpload()
    this.#socket.destroy()
    tellFault(handler, fault, isStale)
  }

  /** A server may answer before it has all of a body; the rest of it would go nowhere. */
  #stopUpload(): void {
    this.#upload?.stop()
    this.#upload = undefined
  }

  onClose(listener: () => void): void {
    this.#socket.on('close', listener)
  }
}

/** Called from events of a socket, where whatever is thrown would end the process. */
function tellFault(handler: ResponseHandler | undefined, fault: Error, isStale: boolean): void {
  try {
    handler?.onError(fault, isStale)
  } catch {
    // The handler has failed at hearing of a failure: there is nobody left to tell.
  }
}
