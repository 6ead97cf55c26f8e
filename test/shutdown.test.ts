import { once } from 'node:events'
import { connect, type Socket } from 'node:net'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { WebSocket } from 'ws'
import { fixture, heldReply, stream, unary } from './support/mock-replies.ts'
import { startTestbed, type Testbed } from './support/testbed.ts'

let bed: Testbed
let isClosed: boolean
beforeEach(async () => {
  bed = await startTestbed({ limits: { drainTimeoutMs: 30_000 } })
  isClosed = false
})
afterEach(async () => {
  if (!isClosed) await bed.close()
})

const path = '/v1/chat/completions'
const body = JSON.stringify({ model: 'gpt-5-mini', messages: [{ role: 'user', content: 'Who goes there?' }] })
const reply = fixture('openai/chat-completion.json')

function call(): Socket {
  const { hostname, port } = new URL(bed.gateway.url)
  const socket = connect(Number(port), hostname)
  socket.write(
    `POST ${path} HTTP/1.1\r\nhost: x\r\nauthorization: Bearer ${bed.gateway.key}\r\ncontent-length: ${body.length}\r\n\r\n${body}`,
  )
  return socket
}

async function close(): Promise<void> {
  isClosed = true
  await bed.close()
}

it('a call in flight ends, and its connection with it, long before the drain time', async () => {
  const held = heldReply()
  bed.openai.reply(held.reply)
  const socket = call()
  await held.arrived
  const closing = close()
  held.release(unary(reply))
  let answer = ''
  for await (const chunk of socket) answer += String(chunk)
  expect(answer).toContain('connection: close\r\n')
  expect(answer.endsWith(reply.toString('utf8'))).toBe(true)
  await closing
})

it('a reply that is still on its way to a slow reader arrives whole', async () => {
  const large = JSON.stringify({ ...JSON.parse(reply.toString('utf8')), padding: 'x'.repeat(20_000_000) })
  bed.openai.reply(unary(large))
  const socket = call()
  await once(socket, 'readable')
  const closing = close()
  let bytes = 0
  for await (const chunk of socket) bytes += (chunk as Buffer).length
  expect(bytes).toBeGreaterThan(large.length)
  await closing
})

it('connections without a call close at once', async () => {
  const socket = call()
  await once(socket, 'data')
  const closed = once(socket, 'close')
  await close()
  await closed
})

it('a socket of the Responses API that asks nothing is let go at once, a busy one behind its answer', async () => {
  const open = async (): Promise<WebSocket> => {
    const socket = new WebSocket(`${bed.gateway.url.replace('http', 'ws')}/v1/responses`, {
      headers: { authorization: `Bearer ${bed.gateway.key}` },
    })
    await once(socket, 'open')
    return socket
  }
  const [idle, busy] = [await open(), await open()]
  const held = heldReply()
  bed.openai.reply(held.reply)
  busy.send(JSON.stringify({ type: 'response.create', model: 'gpt-5-mini', input: 'x' }))
  await held.arrived
  const [idleClosed, busyClosed] = [once(idle, 'close'), once(busy, 'close')]
  const closing = close()
  expect((await idleClosed)[0]).toBe(1001)
  let last = ''
  busy.on('message', (data) => {
    last = String(data)
  })
  held.release(stream(fixture('openai/response.sse')))
  expect((await busyClosed)[0]).toBe(1001)
  expect(JSON.parse(last).type).toBe('response.completed')
  await closing
})
