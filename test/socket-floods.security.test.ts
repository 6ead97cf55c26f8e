import { once } from 'node:events'
import { setImmediate } from 'node:timers/promises'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { WebSocket } from 'ws'
import { startTestbed, type Testbed } from './support/testbed.ts'

let bed: Testbed
beforeAll(async () => {
  bed = await startTestbed()
})
afterAll(() => bed.close())

/** A socket of the Responses API whose client reads nothing more. */
async function deaf(): Promise<WebSocket> {
  const headers = { authorization: `Bearer ${bed.gateway.key}` }
  const socket = new WebSocket(`${bed.gateway.url.replace('http', 'ws')}/v1/responses`, { headers })
  await once(socket, 'open')
  socket.on('error', () => undefined)
  socket.pause()
  return socket
}

it('a client that asks on and on and reads nothing is cut off', { timeout: 30_000 }, async () => {
  const socket = await deaf()
  let isCut = false
  // Ten times of what the buffers of two sockets take of the refusals.
  for (let sent = 0; sent < 400 && !isCut; sent++) {
    for (let each = 0; each < 999; each++) socket.send('x', () => undefined)
    // The gateway, in this very process, has its turn.
    await setImmediate()
    isCut = await new Promise<boolean>((resolve) => socket.send('x', (fault) => resolve(fault != null)))
  }
  socket.terminate()
  expect(isCut).toBe(true)
})

it('a client that pings on and on and reads nothing fills no memory with answers', { timeout: 30_000 }, async () => {
  const socket = await deaf()
  let pongs = 0
  socket.on('pong', () => pongs++)
  const data = Buffer.alloc(125)
  const total = 150_000
  for (let sent = 1; sent <= total; sent++) {
    if (sent % 1000 === 0) await setImmediate()
    if (sent % 1000 !== 0) socket.ping(data, true, () => undefined)
    else await new Promise<void>((resolve) => socket.ping(data, true, () => resolve()))
  }
  const closed = once(socket, 'close')
  socket.resume()
  socket.close()
  await closed
  expect(pongs).toBeGreaterThan(0)
  expect(pongs).toBeLessThan(total)
})
