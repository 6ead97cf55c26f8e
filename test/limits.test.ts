import { once } from 'node:events'
import { connect } from 'node:net'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { fixture, heldReply, liveStream, unary } from './support/mock-replies.ts'
import { startTestbed, type Testbed } from './support/testbed.ts'

let bed: Testbed
beforeAll(async () => {
  bed = await startTestbed({
    limits: { maxConcurrentCalls: 3, maxConcurrentCallsPerKey: 2, bodyTimeoutMs: 300, deadlineMs: 1000 },
    keys: [{ id: 'team-b', key: 'key-of-team-b-00000000000000000000000000', models: ['*'] }],
  })
})
afterAll(() => bed.close())
beforeEach(() => bed.reset())

const path = '/v1/chat/completions'
const body = { model: 'gpt-5-mini', messages: [{ role: 'user', content: 'Who goes there?' }] }
const other = { headers: { authorization: 'Bearer key-of-team-b-00000000000000000000000000' } }

describe('calls at the same time', () => {
  it('are counted for each key and in all; the next one is told when to come back', async () => {
    const held = [heldReply(), heldReply(), heldReply()] as const
    bed.openai.reply(...held.map(({ reply }) => reply))
    const first = bed.gateway.post(path, body)
    await held[0].arrived
    const second = bed.gateway.post(path, body)
    await held[1].arrived

    const ofKey = await bed.gateway.post(path, body)
    expect(ofKey.status).toBe(429)
    expect(ofKey.headers['x-portcullis-error']).toBe('too_many_calls')
    expect(Number(ofKey.headers['retry-after'])).toBeGreaterThan(0)

    const third = bed.gateway.post(path, body, other)
    await held[2].arrived
    const ofAll = await bed.gateway.post('/v1/messages', { ...body, max_tokens: 5 }, other)
    expect(ofAll.status).toBeGreaterThanOrEqual(503)
    expect(ofAll.headers['x-portcullis-error']).toBe('overloaded')
    expect(Number(ofAll.headers['retry-after'])).toBeGreaterThan(0)
    expect(ofAll.json.type).toBe('error')

    for (const { release } of held) release(unary(fixture('openai/chat-completion.json')))
    for (const reply of await Promise.all([first, second, third])) expect(reply.status).toBe(200)
    expect((await bed.gateway.post(path, body)).status).toBe(200)
  })

  it('are counted out when their client leaves', async () => {
    const live = [liveStream(), liveStream()]
    bed.openai.reply(...live.map(({ reply }) => reply))
    const event = 'data: {"choices":[{"index":0,"delta":{"content":"x"}}]}\n\n'
    const opening = live.map(() => bed.gateway.stream(path, { ...body, stream: true }))
    for (const { send } of live) await send(event)
    for (const client of await Promise.all(opening)) client.abort()
    for (const { started } of live) expect(await (await started).request.ended).toBe('aborted')
    expect((await bed.gateway.post(path, body)).status).toBe(200)
  })
})

describe('time', () => {
  it('for a body is bounded: a client that stops in its middle gets 408', async () => {
    const { hostname, port } = new URL(bed.gateway.url)
    const socket = connect(Number(port), hostname)
    socket.write(
      `POST ${path} HTTP/1.1\r\nhost: x\r\nauthorization: Bearer ${bed.gateway.key}\r\ncontent-type: application/json\r\ncontent-length: 500\r\n\r\n{"model":`,
    )
    let answer = ''
    socket.on('data', (chunk) => {
      answer += chunk
    })
    await once(socket, 'close')
    expect(answer).toMatch(/^HTTP\/1\.1 408 /)
    expect(answer).toContain('body_timeout')
  })

  it('for a whole call is bounded, its stream included', async () => {
    const live = liveStream()
    bed.openai.reply(live.reply)
    const opening = bed.gateway.stream(path, { ...body, stream: true })
    await live.send('data: {"choices":[{"index":0,"delta":{"content":"x"}}]}\n\n')
    const client = await opening
    const text = (await client.whole()).toString()
    expect(text).toContain('"error"')
    expect(text).toContain('deadline_exceeded')
    expect(text).not.toContain('[DONE]')
    expect(await (await live.started).request.ended).toBe('aborted')
    expect(await bed.gateway.call(client)).toMatchObject({ status: 504, errorCode: 'deadline_exceeded' })
  })

  it('for a call without a reply is bounded too', async () => {
    const held = heldReply()
    bed.openai.reply(held.reply)
    const reply = await bed.gateway.post(path, body)
    expect(reply.status).toBe(504)
    expect(reply.json.error.code).toBe('deadline_exceeded')
    expect(await (await held.arrived).request.ended).toBe('aborted')
    held.release(unary({}))
  })
})

describe('a connection', () => {
  it('is kept after a call, and used again towards the provider', async () => {
    await bed.gateway.post(path, body)
    await bed.gateway.post(path, body)
    expect(bed.openai.requests[1]?.connection).toBe(bed.openai.requests[0]?.connection)
  })

  it('is not used again after a reply that broke off', async () => {
    bed.openai.reply(async ({ response, cut }) => {
      response.writeHead(200, { 'content-type': 'application/json', 'content-length': '100' })
      await new Promise<void>((resolve) => response.write('{"a":', () => resolve()))
      cut('reset')
    })
    await bed.gateway.post(path, body)
    const reply = await bed.gateway.post(path, body)
    expect(reply.status).toBe(200)
    expect(bed.openai.requests[1]?.connection).not.toBe(bed.openai.requests[0]?.connection)
  })

  it('whose headers are not HTTP gets 400', async () => {
    const { hostname, port } = new URL(bed.gateway.url)
    for (const [bytes, status] of [
      ['nonsense\r\n\r\n', 400],
      [`GET / HTTP/1.1\r\nhost: x\r\nx: ${'a'.repeat(40_000)}\r\n\r\n`, 431],
      ['POST / HTTP/1.1\r\nhost: x\r\ncontent-length: 5\r\ntransfer-encoding: chunked\r\n\r\n0\r\n\r\n', 400],
    ] as const) {
      const socket = connect(Number(port), hostname)
      socket.write(bytes)
      let answer = ''
      socket.on('data', (chunk) => {
        answer += chunk
      })
      await once(socket, 'close')
      expect(answer).toMatch(new RegExp(`^HTTP/1\\.1 ${status} `))
      expect(JSON.parse(answer.slice(answer.indexOf('\r\n\r\n') + 4)).error.message).toBeTypeOf('string')
    }
  })
})

describe('a process that uses more memory than it may', () => {
  it('takes no new call, says when to come back, and still answers questions of its own', async () => {
    const full = await startTestbed({ limits: { maxMemoryMegabytes: 1 } })
    try {
      const reply = await full.gateway.post(path, body)
      expect(reply.status).toBe(503)
      expect(reply.json.error).toMatchObject({ code: 'overloaded', message: expect.stringContaining('more than 1 MB') })
      expect(reply.headers['retry-after']).toBe('1')
      expect(full.openai.requests).toHaveLength(0)
      expect((await full.gateway.get('/v1/models')).status).toBe(200)
    } finally {
      await full.close()
    }
  })
})
