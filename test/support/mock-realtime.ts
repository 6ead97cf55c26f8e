import { once } from 'node:events'
import { createServer, type IncomingMessage } from 'node:http'
import type { AddressInfo } from 'node:net'
import { type WebSocket, WebSocketServer } from 'ws'

/** A provider's realtime endpoint, as each test scripts it. */
export interface MockRealtime {
  readonly origin: string
  /** The next session that was opened. */
  session(): Promise<MockSession>
  /** Answers the next handshakes with a status and a body in place of a session. */
  refuse(status: number, body: string): void
  close(): Promise<void>
}

export interface MockSession {
  readonly request: IncomingMessage
  readonly socket: WebSocket
  /** The next message that came. */
  message(): Promise<string>
  readonly closed: Promise<number>
}

export async function startMockRealtime(): Promise<MockRealtime> {
  const opened = queue<MockSession>()
  const refusals: { readonly status: number; readonly body: string }[] = []
  const server = createServer()
  const sockets = new WebSocketServer({ noServer: true, perMessageDeflate: false })
  server.on('upgrade', (request, connection, head) => {
    const refusal = refusals.shift()
    if (refusal !== undefined) {
      const { status, body } = refusal
      connection.end(
        `HTTP/1.1 ${status} No\r\ncontent-type: application/json\r\ncontent-length: ${Buffer.byteLength(body)}\r\nconnection: close\r\n\r\n${body}`,
      )
      return
    }
    sockets.handleUpgrade(request, connection, head, (socket) => {
      const messages = queue<string>()
      socket.on('message', (data) => messages.put(String(data)))
      socket.on('error', () => undefined)
      const closed = once(socket, 'close').then(([code]) => Number(code))
      opened.put({ request, socket, message: messages.take, closed })
    })
  })
  await once(server.listen(0, '127.0.0.1'), 'listening')
  return {
    origin: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    session: opened.take,
    refuse: (status, body) => void refusals.push({ status, body }),
    close: async () => {
      for (const socket of sockets.clients) socket.terminate()
      server.closeAllConnections()
      server.close()
      await once(server, 'close')
    },
  }
}

export interface Queue<Item> {
  put(item: Item): void
  take(): Promise<Item>
}

export function queue<Item>(): Queue<Item> {
  const items: Item[] = []
  const waiting: ((item: Item) => void)[] = []
  return {
    put(item) {
      const waiter = waiting.shift()
      if (waiter === undefined) items.push(item)
      else waiter(item)
    },
    take() {
      const item = items.shift()
      return item === undefined ? new Promise((resolve) => waiting.push(resolve)) : Promise.resolve(item)
    },
  }
}
