import { once } from 'node:events'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { WebSocket } from 'ws'
import { type Json, post } from './support/client.ts'
import { queue } from './support/mock-realtime.ts'
import { heldReply, liveStream, vendorError } from './support/mock-replies.ts'
import { startTestbed, type Testbed } from './support/testbed.ts'

const narrowKey = 'pk-narrow-key-0123456789abcdef'
let bed: Testbed
beforeAll(async () => {
  bed = await startTestbed({
    limits: { deadlineMs: 1000, sessionDeadlineMs: 2500, maxConcurrentCallsPerKey: 1, maxSocketsPerKey: 3 },
    keys: [{ id: 'narrow', key: narrowKey, models: ['gpt-5-mini'] }],
  })
})
afterAll(() => bed.close())
beforeEach(() => bed.reset())

async function connect(
  headers: Record<string, string> = { authorization: `Bearer ${bed.gateway.key}` },
  protocols: string[] = [],
) {
  const socket = new WebSocket(`${bed.gateway.url.replace('http', 'ws')}/v1/responses`, protocols, { headers })
  const messages = queue<string>()
  socket.on('message', (data) => messages.put(String(data)))
  await once(socket, 'open')
  return {
    socket,
    ask: (body: Readonly<Record<string, unknown>>) => socket.send(JSON.stringify({ type: 'response.create', ...body })),
    event: async (): Promise<Json> => JSON.parse(await messages.take()),
  }
}

describe('a socket of the Responses API', () => {
  it('holds each request to the models of its key', async () => {
    const client = await connect({ authorization: `Bearer ${narrowKey}` })
    client.ask({ model: 'claude-sonnet-4-5', input: 'x' })
    expect(await client.event()).toMatchObject({ type: 'error', status: 403, error: { code: 'model_not_allowed' } })
    expect(bed.anthropic.requests).toHaveLength(0)
    client.socket.close()
  })

  it('takes the key of a browser from its protocols, and shows it to nobody', async () => {
    const client = await connect({}, ['realtime', `openai-insecure-api-key.${bed.gateway.key}`])
    expect(client.socket.protocol).toBe('realtime')
    client.ask({ model: 'fast', input: 'x' })
    expect((await client.event()).type).toBe('response.created')
    expect(JSON.stringify(bed.openai.requests[0]?.rawHeaders)).not.toContain(bed.gateway.key)
    client.socket.close()
  })

  it('does not pass on a credential that a provider says in an error', async () => {
    bed.openai.reply(vendorError(401, { message: `Incorrect API key: ${bed.secrets.openai}.` }))
    const client = await connect()
    client.ask({ model: 'fast', input: 'x' })
    const event = await client.event()
    expect(event).toMatchObject({ type: 'error', status: expect.any(Number) })
    expect(JSON.stringify(event)).not.toContain(bed.secrets.openai)
    client.socket.close()
  })

  it('counts a response among the calls of its key, and a socket that asks nothing not', async () => {
    const [first, second] = [await connect(), await connect()]
    const held = heldReply()
    bed.openai.reply(held.reply)
    first.ask({ model: 'fast', input: 'x' })
    await held.arrived
    second.ask({ model: 'fast', input: 'x' })
    expect(await second.event()).toMatchObject({ type: 'error', status: 429, error: { code: 'too_many_calls' } })
    first.socket.terminate()
    expect(await (await bed.openai.request(0)).ended).toBe('aborted')
    second.socket.close()
  })

  it('opens no more of them for one key than it may have, until one of them ends', async () => {
    const clients = [await connect(), await connect(), await connect()]
    await expect(connect()).rejects.toThrow('429')
    const other = await connect({ authorization: `Bearer ${narrowKey}` })
    clients[0]?.socket.terminate()
    // The gateway hears of it when it does.
    let again: Awaited<ReturnType<typeof connect>> | undefined
    while (again === undefined) again = await connect().catch(() => undefined)
    for (const { socket } of [...clients.slice(1), other, again]) {
      const closed = once(socket, 'close')
      socket.terminate()
      await closed
    }
  })

  it('warms nothing up for a key that was taken away', async () => {
    const admin = (method: string, path: string, body?: unknown) =>
      post(`${bed.gateway.controlUrl}/api/v1/keys${path}`, body, {
        method,
        headers: { authorization: `Bearer ${bed.gateway.adminToken}` },
      })
    const { key } = (await admin('POST', '', { id: 'warm' })).json
    const client = await connect({ authorization: `Bearer ${key}` })
    await admin('DELETE', '/warm')
    client.ask({ model: 'fast', input: 'x', generate: false })
    expect(await client.event()).toMatchObject({ type: 'error', status: 401 })
    client.socket.close()
  })

  it('ends a response at its deadline, and itself at that of the session', async () => {
    const client = await connect()
    const closed = once(client.socket, 'close')
    const live = liveStream()
    bed.openai.reply(live.reply)
    client.ask({ model: 'fast', input: 'x' })
    expect(await client.event()).toMatchObject({
      type: 'error',
      status: expect.any(Number),
      error: { code: 'deadline_exceeded' },
    })
    expect(await (await bed.openai.request(0)).ended).toBe('aborted')
    expect(await client.event()).toMatchObject({ error: { code: 'websocket_connection_limit_reached' } })
    expect((await closed)[0]).toBe(1008)
  })

  it('refuses the next request of a key that was taken away', async () => {
    const admin = (method: string, path: string, body?: unknown) =>
      post(`${bed.gateway.controlUrl}/api/v1/keys${path}`, body, {
        method,
        headers: { authorization: `Bearer ${bed.gateway.adminToken}` },
      })
    const { key } = (await admin('POST', '', { id: 'short-lived' })).json
    const client = await connect({ authorization: `Bearer ${key}` })
    expect((await admin('DELETE', '/short-lived')).status).toBe(204)
    client.ask({ model: 'fast', input: 'x' })
    expect(await client.event()).toMatchObject({ type: 'error', status: 401 })
    expect(bed.openai.requests).toHaveLength(0)
    client.socket.close()
  })

  it('holds back a provider whose client does not read', async () => {
    const pad = 'p'.repeat(50_000)
    const event = `event: response.output_text.delta\ndata: {"type":"response.output_text.delta","delta":"${pad}"}\n\n`
    const total = 1000
    let written = 0
    bed.openai.reply(async ({ response }) => {
      response.writeHead(200, { 'content-type': 'text/event-stream' })
      for (; written < total && !response.destroyed; written++) {
        if (!response.write(event)) await Promise.race([once(response, 'drain'), once(response, 'close')])
      }
    })
    const client = await connect()
    client.ask({ model: 'fast', input: 'x' })
    await client.event()
    client.socket.pause()
    // Blocked is who writes nothing while the gateway answers a hundred others.
    for (let before = -1; before !== written; ) {
      before = written
      for (let round = 0; round < 50; round++) await bed.gateway.get('/healthz')
    }
    expect(written).toBeLessThan(total / 2)
    client.socket.terminate()
    expect(await bed.openai.requests[0]?.ended).toBe('aborted')
  })
})
