import type { RawData, WebSocket } from 'ws'

/** Who ended a session, and how: a close code of RFC 6455, section 7.4, or a fault of the connection. */
export interface SessionEnd {
  readonly by: 'client' | 'provider'
  readonly code: number
  readonly fault?: Error
}

export interface RelayObserver {
  /** Gives what goes on to the provider, the message itself as a rule; or, as text, what the client is answered in its place. */
  fromClient(message: Buffer, isBinary: boolean): Buffer | string
  /** Gives what goes on to the client: the message itself, as a rule. */
  fromProvider(message: Buffer, isBinary: boolean): Buffer
}

/** More than this on its way to one side holds back the other. */
export const HIGH_WATER_BYTES = 256 * 1024
const PING_MS = 30_000
/** RFC 6455, section 7.4.1: these stand for the lack of a code and never go over the wire. */
const unsendable: ReadonlySet<number> = new Set([1005, 1006, 1015])

/**
 * Passes messages between two open sockets, each direction in its own order, and holds a sender back while its receiver
 * is behind. Resolves when both are closed, with what ended first.
 */
export function relay(client: WebSocket, provider: WebSocket, observer: RelayObserver): Promise<SessionEnd> {
  return new Promise((resolve) => {
    let end: SessionEnd | undefined
    let fault: Error | undefined
    let open = 2
    const closed = (by: SessionEnd['by'], other: WebSocket, code: number, reason: Buffer): void => {
      if (end === undefined) {
        end = fault === undefined ? { by, code } : { by, code, fault }
        closeOther(other, by, code, reason)
      }
      open--
      if (open > 0) return
      clearInterval(pings)
      resolve(end)
    }
    const join = (
      from: WebSocket,
      other: WebSocket,
      by: SessionEnd['by'],
      onMessage: (data: Buffer, isBinary: boolean, send: (to: WebSocket, data: Buffer | string) => void) => void,
    ) => {
      from.on('message', (data, isBinary) =>
        onMessage(bytesOf(data), isBinary, (to, sent) => {
          to.send(sent, { binary: isBinary && typeof sent !== 'string' }, () => {
            if (from.isPaused && to.bufferedAmount < HIGH_WATER_BYTES) from.resume()
          })
          if (to.bufferedAmount >= HIGH_WATER_BYTES) from.pause()
        }),
      )
      from.on('error', (error) => {
        if (end === undefined) fault ??= error
      })
      from.on('close', (code, reason) => closed(by, other, code, reason))
    }
    join(client, provider, 'client', (data, isBinary, send) => {
      const answer = observer.fromClient(data, isBinary)
      if (typeof answer === 'string') send(client, answer)
      else send(provider, answer)
    })
    join(provider, client, 'provider', (data, isBinary, send) => send(client, observer.fromProvider(data, isBinary)))
    answerPings(provider)
    const pings = keepWatch(client)
    client.resume()
    provider.resume()
  })
}

/** Of a peer that reads nothing, answers would gather without a bound. RFC 6455, section 5.5.3, lets pings go unanswered but for the last. */
function answerPings(socket: WebSocket): void {
  socket.on('ping', (data) => {
    if (socket.readyState === socket.OPEN && socket.bufferedAmount < HIGH_WATER_BYTES) socket.pong(data)
  })
}

/** A client whose machine went away says nothing: one that does not answer a ping is gone. */
export function keepWatch(client: WebSocket): NodeJS.Timeout {
  answerPings(client)
  let isAlive = true
  client.on('pong', () => {
    isAlive = true
  })
  return setInterval(() => {
    if (!isAlive) return client.terminate()
    // One that is held back reads no pongs.
    isAlive = client.isPaused
    if (client.readyState === client.OPEN) client.ping()
  }, PING_MS).unref()
}

function closeOther(other: WebSocket, by: SessionEnd['by'], code: number, reason: Buffer): void {
  // The provider must stop at once; a farewell to it would wait behind what it still sends.
  if (by === 'client' && code === 1006) other.terminate()
  else if (unsendable.has(code)) {
    if (by === 'provider' && code === 1006) other.close(1011, 'The provider cut the connection.')
    else other.close()
  } else other.close(code, reason)
}

export function bytesOf(data: RawData): Buffer {
  if (Buffer.isBuffer(data)) return data
  return Array.isArray(data) ? Buffer.concat(data) : Buffer.from(data)
}
