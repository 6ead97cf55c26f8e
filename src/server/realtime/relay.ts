import type { RawData, WebSocket } from 'ws'

/** Who ended a session, and how: a close code of RFC 6455, section 7.4, or a fault of the connection. */
export interface SessionEnd {
  readonly by: 'client' | 'provider'
  readonly code: number
  readonly fault?: Error
}

export interface RelayObserver {
  /**
   * Gives what goes on to the provider, the message itself as a rule; or, as text, what the client is answered in its place.
   * What comes behind a promise waits for it; it must not reject.
   */
  fromClient(message: Buffer, isBinary: boolean): PassedOn | Promise<PassedOn>
  /** What becomes of messages of the provider. */
  fromProvider(session: RelayedSession): ProviderReader
  /** What the client is told of the reason that the provider closes with. */
  farewell(reason: string): string
}

export type PassedOn = Buffer | string

export interface ProviderReader {
  take(message: Buffer, isBinary: boolean): void
  /** The provider says nothing more. `then`: what it said is passed on. */
  end(then: () => void): void
}

/** A session on its way: what whoever reads messages of the provider does with it. */
export interface RelayedSession {
  toClient(message: Buffer | string, isBinary: boolean): void
  toProvider(message: Buffer): void
  /** The provider waits. */
  pause(): void
  resume(): void
}

/** More than this on its way to one side holds back the other. */
export const HIGH_WATER_BYTES = 256 * 1024
const PING_MS = 30_000
/** RFC 6455, section 5.5: of a control frame, 125 bytes, of which two are the code. */
const MAX_REASON_BYTES = 123
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
    const closed = (by: SessionEnd['by'], other: WebSocket, code: number, reason: string): void => {
      if (end === undefined) {
        end = fault === undefined ? { by, code } : { by, code, fault }
        closeOther(other, by, code, reason)
      }
      open--
      if (open > 0) return
      clearInterval(pings)
      resolve(end)
    }
    let isHeld = false
    const behind: { readonly message: Buffer; readonly isBinary: boolean }[] = []
    let isAwaited = false
    const send = (from: WebSocket, to: WebSocket, data: Buffer | string, isBinary: boolean): void => {
      const mayResume = (): boolean => from.isPaused && !(from === provider ? isHeld : isAwaited)
      to.send(data, { binary: isBinary }, () => {
        if (mayResume() && to.bufferedAmount < HIGH_WATER_BYTES) from.resume()
      })
      if (to.bufferedAmount >= HIGH_WATER_BYTES) from.pause()
    }
    const failing = (from: WebSocket): void => {
      from.on('error', (error) => {
        if (end === undefined) fault ??= error
      })
    }
    const reader = observer.fromProvider({
      toClient: (message, isBinary) => send(provider, client, message, isBinary),
      // What the gateway itself has to say is little, and holds nobody back.
      toProvider: (message) => provider.send(message, { binary: false }, () => undefined),
      pause() {
        isHeld = true
        provider.pause()
      },
      resume() {
        isHeld = false
        if (client.bufferedAmount < HIGH_WATER_BYTES) provider.resume()
      },
    })
    const pass = (answer: PassedOn, isBinary: boolean): void => {
      if (typeof answer === 'string') send(client, client, answer, false)
      else send(client, provider, answer, isBinary)
    }
    const take = (message: Buffer, isBinary: boolean): void => {
      const answer = observer.fromClient(message, isBinary)
      if (!(answer instanceof Promise)) {
        pass(answer, isBinary)
        return
      }
      isAwaited = true
      client.pause()
      void answer.then((late) => {
        isAwaited = false
        pass(late, isBinary)
        for (let next = behind.shift(); next !== undefined; next = behind.shift()) {
          take(next.message, next.isBinary)
          if (isAwaited) return
        }
        if (client.isPaused && provider.bufferedAmount < HIGH_WATER_BYTES) client.resume()
      })
    }
    // A paused socket may have read some more already.
    client.on('message', (data, isBinary) => {
      if (isAwaited) behind.push({ message: bytesOf(data), isBinary })
      else take(bytesOf(data), isBinary)
    })
    // What a client says in its last frame, nobody has looked at.
    client.on('close', (code) => closed('client', provider, code, ''))
    failing(client)
    provider.on('message', (data, isBinary) => reader.take(bytesOf(data), isBinary))
    provider.on('close', (code, reason) => {
      const said = reason.length === 0 ? '' : bounded(observer.farewell(reason.toString()))
      reader.end(() => closed('provider', client, code, said))
    })
    failing(provider)
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

/** Up to the last whole letter that has room. */
function bounded(reason: string): string {
  return new TextDecoder().decode(Buffer.from(reason).subarray(0, MAX_REASON_BYTES), { stream: true })
}

function closeOther(other: WebSocket, by: SessionEnd['by'], code: number, reason: string): void {
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
