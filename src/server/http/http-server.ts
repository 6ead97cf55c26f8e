import { createServer, type Server } from 'node:net'
import { type ConnectionLimits, type ConnectionOwner, ServerConnection } from './server-connection.ts'

export interface HttpServerOptions extends Pick<ConnectionOwner, 'onExchange' | 'badRequestReply'> {
  readonly limits: ConnectionLimits
}

export interface HttpServer {
  /** For `listen` and `address`. */
  readonly listener: Server
  /** Takes no new connections, closes idle ones, lets requests in hand end within `graceMs`, then cuts them. */
  close(graceMs: number): Promise<void>
}

const SWEEP_MS = 1000

/**
 * An HTTP/1.1 server on `node:net`. Our own, because `node:http` makes four streams and a dozen events of each request, a
 * fifth of the CPU of a forwarded call (docs/decisions/2026-11-25-own-http-server.md).
 */
export function createHttpServer({ limits, onExchange, badRequestReply }: HttpServerOptions): HttpServer {
  let isDraining = false
  const connections = new Set<ServerConnection>()
  const owner: ConnectionOwner = {
    limits,
    get isDraining() {
      return isDraining
    },
    onExchange,
    badRequestReply,
  }
  const listener = createServer({ noDelay: true, pauseOnConnect: true }, (accepted) => {
    const connection = new ServerConnection(accepted, owner)
    connections.add(connection)
    connection.onClose(() => connections.delete(connection))
  })
  const sweep = setInterval(() => {
    const now = performance.now()
    for (const connection of connections) connection.checkTime(now)
  }, SWEEP_MS).unref()
  return {
    listener,
    async close(graceMs) {
      isDraining = true
      const closed = Promise.withResolvers<void>()
      listener.close(() => closed.resolve())
      for (const connection of connections) if (connection.isIdle) connection.destroy()
      const timer = setTimeout(() => connections.forEach((connection) => void connection.destroy()), graceMs)
      await closed.promise
      clearTimeout(timer)
      clearInterval(sweep)
    },
  }
}
