import { GatewayError } from '../../core/errors.ts'
import { Connection, type Origin } from './connection.ts'

export interface ConnectionPoolOptions {
  readonly origin: Origin
  readonly maxConnections: number
  readonly connectTimeoutMs: number
  /** Longest silence of a server that owes a reply. */
  readonly silentTimeoutMs: number
}

/** Idle connections are closed after this, when the server does not say how long it keeps them (uvicorn: 5 s). */
const idleMs = 4000
const sweepMs = 1000

/** Connections to one origin. The one used last is used next, so that the others can grow old and be closed. */
export class ConnectionPool {
  readonly #options: ConnectionPoolOptions
  readonly #all = new Set<Connection>()
  #idle: Connection[] = []
  #sweep: NodeJS.Timeout | undefined
  #closed = false

  constructor(options: ConnectionPoolOptions) {
    this.#options = options
  }

  /** A connection that carries no request. Throws `overloaded` when there are too many. */
  acquire(): Connection {
    for (let idle = this.#idle.pop(); idle !== undefined; idle = this.#idle.pop()) if (idle.isOpen) return idle
    return this.#openWithin(this.#all.size)
  }

  /** One that has carried nothing, for a request that cannot be repeated: the server may be closing an idle one just now. */
  acquireNew(): Connection {
    const free = this.#idle.length
    if (this.#all.size >= this.#options.maxConnections) this.#idle.shift()?.abort(new Error('Its place was needed.'))
    return this.#openWithin(this.#all.size - free)
  }

  #openWithin(count: number): Connection {
    const { origin, maxConnections } = this.#options
    if (count >= maxConnections) {
      throw new GatewayError('overloaded', `All ${maxConnections} connections to ${origin.host} are in use.`, {
        retryAfterSeconds: 1,
      })
    }
    return this.open()
  }

  /** A new connection, in place of one that was cut: the idle ones may have met the same end. */
  open(): Connection {
    const connection = new Connection(this.#options.origin, (idle) => {
      if (this.#closed) idle.abort(new Error('The pool was closed.'))
      else this.#idle.push(idle)
    })
    this.#all.add(connection)
    connection.onClose(() => this.#forget(connection))
    this.#sweep ??= setInterval(() => this.#checkTimes(), sweepMs).unref()
    return connection
  }

  /** Closes idle connections now and the others when their replies have ended. */
  close(): void {
    this.#closed = true
    for (const idle of this.#idle.splice(0)) idle.abort(new Error('The pool was closed.'))
  }

  #forget(connection: Connection): void {
    this.#all.delete(connection)
    const index = this.#idle.lastIndexOf(connection)
    if (index >= 0) this.#idle.splice(index, 1)
    if (this.#all.size > 0) return
    clearInterval(this.#sweep)
    this.#sweep = undefined
  }

  #checkTimes(): void {
    const { connectTimeoutMs, silentTimeoutMs } = this.#options
    const now = performance.now()
    for (const connection of this.#all)
      connection.checkTime(now, { connectMs: connectTimeoutMs, silentMs: silentTimeoutMs, idleMs })
  }
}
