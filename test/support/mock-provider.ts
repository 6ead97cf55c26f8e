import { once } from 'node:events'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo, Socket } from 'node:net'
import { fixtureReply } from './mock-replies.ts'

/** A request as it came over the wire. */
export interface ReceivedRequest {
  readonly method: string
  /** Path and query. */
  readonly path: string
  /** Names and values in turn, in the spelling and order of the wire. */
  readonly rawHeaders: readonly string[]
  readonly headers: Readonly<Record<string, string | string[] | undefined>>
  readonly body: Buffer
  /** The body, parsed. */
  readonly json: unknown
  /** Number of the connection that it came on, from 0. */
  readonly connection: number
  readonly outcome: 'open' | 'whole' | 'aborted' | 'broken'
  /** `performance.now()` when the caller went away before the reply was whole. */
  readonly abortedAt: number | undefined
  /** Resolves when the exchange is over: reply sent as a `whole`, caller gone (`aborted`), or `broken` by a fault of the mock. */
  readonly ended: Promise<'whole' | 'aborted' | 'broken'>
}

export interface Exchange {
  readonly request: ReceivedRequest
  readonly response: ServerResponse
  /** For what HTTP would not let a server say. */
  readonly socket: Socket
  /** Ends the connection before the reply is whole: with a TCP reset, or politely. */
  cut(how: 'reset' | 'close'): void
}

/** Answers one request. */
export type MockReply = (exchange: Exchange) => void | Promise<void>

/** A server that speaks the wire formats of the vendors, as each test scripts it. */
export interface MockProvider {
  /** `http://127.0.0.1:<port>` */
  readonly origin: string
  readonly requests: readonly ReceivedRequest[]
  /** Answers the next requests, one reply each, before the script is asked. */
  reply(...replies: readonly MockReply[]): void
  /** Answers every other request. The first script gives whole fixture replies for the path and `stream`. */
  script(script: (request: ReceivedRequest) => MockReply): void
  /** Resolves with request number `index`, counted from 0, as soon as all of it is there. */
  request(index: number): Promise<ReceivedRequest>
  /** Takes a connection that came to another listener. */
  accept(socket: Socket): void
  /** Forgets requests, replies and script, for the next test. */
  reset(): void
  close(): Promise<void>
}

export async function startMockProvider(): Promise<MockProvider> {
  const requests: ReceivedRequest[] = []
  const waiting: { readonly index: number; resolve(request: ReceivedRequest): void }[] = []
  const queue: MockReply[] = []
  const connections = new Map<Socket, number>()
  let connectionCount = 0
  let script: (request: ReceivedRequest) => MockReply = fixtureReply

  const server = createServer({ keepAliveTimeout: 60_000 }, (message, response) => {
    void receive(message, response, connections.get(message.socket) ?? -1).then(async (exchange) => {
      if (exchange === undefined) return
      const { request } = exchange
      requests.push(request)
      for (const waiter of waiting) if (waiter.index === requests.length - 1) waiter.resolve(request)
      try {
        const reply = queue.shift() ?? script(request)
        await reply(exchange)
      } catch (fault) {
        // Shown to the gateway as a status that no vendor uses, so that the test fails with a reason.
        if (!response.headersSent) response.writeHead(599, { 'content-type': 'text/plain' })
        response.end(`The script of the mock failed: ${String(fault)}`)
      }
    })
  })
  server.on('connection', (socket) => {
    connections.set(socket, connectionCount++)
    socket.on('close', () => connections.delete(socket))
    socket.on('error', () => undefined)
  })
  await once(server.listen(0, '127.0.0.1'), 'listening')

  return {
    origin: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    requests,
    reply: (...replies) => void queue.push(...replies),
    script: (next) => {
      script = next
    },
    request: (index) => {
      const known = requests[index]
      return known === undefined ? new Promise((resolve) => waiting.push({ index, resolve })) : Promise.resolve(known)
    },
    accept: (socket) => void server.emit('connection', socket),
    reset: () => {
      requests.length = 0
      queue.length = 0
      waiting.length = 0
      script = fixtureReply
    },
    close: async () => {
      server.close()
      server.closeAllConnections()
      for (const socket of connections.keys()) socket.destroy()
      if (server.listening) await once(server, 'close')
    },
  }
}

/** Reads the whole request; nothing when its sender broke it off. */
async function receive(
  message: IncomingMessage,
  response: ServerResponse,
  connection: number,
): Promise<Exchange | undefined> {
  const chunks: Buffer[] = []
  try {
    for await (const chunk of message) chunks.push(chunk as Buffer)
  } catch {
    return undefined
  }
  const { promise: ended, resolve: end } = Promise.withResolvers<'whole' | 'aborted' | 'broken'>()
  const { socket } = message
  const request: { -readonly [Key in keyof ReceivedRequest]: ReceivedRequest[Key] } = {
    method: message.method ?? '',
    path: message.url ?? '',
    rawHeaders: message.rawHeaders,
    headers: message.headers,
    body: Buffer.concat(chunks),
    get json(): unknown {
      return JSON.parse(this.body.toString('utf8'))
    },
    connection,
    outcome: 'open',
    abortedAt: undefined,
    ended,
  }
  const finish = (outcome: 'whole' | 'aborted' | 'broken'): void => {
    if (request.outcome !== 'open') return
    request.outcome = outcome
    if (outcome === 'aborted') request.abortedAt = performance.now()
    end(outcome)
  }
  response.on('close', () => finish(response.writableFinished ? 'whole' : 'aborted'))
  response.on('error', () => undefined)
  return {
    request,
    response,
    socket,
    cut: (how) => {
      finish('broken')
      if (how === 'reset') socket.resetAndDestroy()
      else socket.end()
    },
  }
}

/** An origin where nothing listens: connections are refused. */
export async function refusingOrigin(): Promise<string> {
  const server = createServer()
  await once(server.listen(0, '127.0.0.1'), 'listening')
  const { port } = server.address() as AddressInfo
  server.close()
  await once(server, 'close')
  return `http://127.0.0.1:${port}`
}
