import { once } from 'node:events'
import { type AddressInfo, connect, type Socket } from 'node:net'
import { setTimeout as delay } from 'node:timers/promises'
import { afterEach, expect, it } from 'vitest'
import { createHttpServer, type HttpServer } from './http-server.ts'

const stallTimeoutMs = 300
const size = 24_000_000
let server: HttpServer | undefined
afterEach(async () => {
  await server?.close(0)
})

/** A server that answers with more than the system holds for a connection, and a client that has asked. */
async function askForMuch(): Promise<Socket> {
  server = createHttpServer({
    limits: { maxHeadBytes: 1000, headTimeoutMs: 30_000, idleTimeoutMs: 30_000, stallTimeoutMs },
    badRequestReply: () => Buffer.from('HTTP/1.1 400 Bad Request\r\n\r\n'),
    onExchange: (exchange) => exchange.reply(200, [], Buffer.alloc(size, 'x')),
  })
  server.listener.listen(0, '127.0.0.1')
  await once(server.listener, 'listening')
  const socket = connect((server.listener.address() as AddressInfo).port, '127.0.0.1')
  socket.on('error', () => undefined)
  socket.write('GET / HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n')
  return socket
}

// The pace of the reader is what these two are about; nothing is waited for otherwise.
it('a reader that is slow, but reads, gets all of a reply that takes it several times the stall time', async () => {
  const socket = await askForMuch()
  let bytes = 0
  const started = performance.now()
  for await (const chunk of socket) {
    const before = Math.floor(bytes / 1_000_000)
    bytes += (chunk as Buffer).length
    if (Math.floor(bytes / 1_000_000) > before) await delay(40)
  }
  expect(performance.now() - started).toBeGreaterThan(2 * stallTimeoutMs)
  expect(bytes).toBeGreaterThan(size)
})

it('a reader that has stopped is cut off', async () => {
  const socket = await askForMuch()
  await once(socket, 'readable')
  await delay(3 * stallTimeoutMs)
  let bytes = 0
  for await (const chunk of socket) bytes += (chunk as Buffer).length
  expect(bytes).toBeLessThan(size)
})
