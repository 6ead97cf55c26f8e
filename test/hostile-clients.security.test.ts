/** What a client can do to the connection it speaks on, and to the others. */
import { once } from 'node:events'
import { connect, type Socket } from 'node:net'
import fc from 'fast-check'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { chunkedPost } from './support/client.ts'
import { fixture, liveStream, stream, unary } from './support/mock-replies.ts'
import { startTestbed, type Testbed } from './support/testbed.ts'

let bed: Testbed
let sockets: Socket[] = []
beforeAll(async () => {
  bed = await startTestbed({
    limits: { headersTimeoutMs: 300, deadlineMs: 1000, maxConcurrentCallsPerKey: 8, maxBodyBytes: 1_000_000 },
  })
})
afterAll(() => bed.close())
beforeEach(() => bed.reset())
afterEach(() => {
  for (const socket of sockets) socket.destroy()
  sockets = []
})

const path = '/v1/chat/completions'
const body = { model: 'gpt-5-mini', messages: [{ role: 'user', content: 'Who goes there?' }] }
const reply = fixture('openai/chat-completion.json')

function open(options: { readonly allowHalfOpen?: boolean } = {}): Socket {
  const { hostname, port } = new URL(bed.gateway.url)
  const socket = connect({ host: hostname, port: Number(port), ...options })
  socket.on('error', () => undefined)
  sockets.push(socket)
  return socket
}

function requestText(extra = '', json: unknown = body, version = '1.1'): string {
  const text = JSON.stringify(json)
  return `POST ${path} HTTP/${version}\r\nhost: x\r\nauthorization: Bearer ${bed.gateway.key}\r\ncontent-type: application/json\r\n${extra}content-length: ${Buffer.byteLength(text)}\r\n\r\n${text}`
}

/** All that comes until `isEnough`, or until the connection ends. */
async function read(socket: Socket, isEnough: (text: string) => boolean = () => false): Promise<string> {
  let text = ''
  for await (const chunk of socket) {
    text += String(chunk)
    if (isEnough(text)) break
  }
  return text
}

const count = (text: string, part: string): number => text.split(part).length - 1

describe('a request', () => {
  it('is read the same however its bytes are cut', async () => {
    const text = requestText('expect: 100-continue\r\nx-empty:\r\n')
    await fc.assert(
      fc.asyncProperty(fc.array(fc.nat(text.length), { maxLength: 12 }), async (points) => {
        bed.openai.reply(unary(reply))
        const socket = open()
        await once(socket, 'connect')
        socket.setNoDelay(true)
        const borders = [0, ...points.toSorted((a, b) => a - b), text.length]
        for (const [index, end] of borders.slice(1).entries()) {
          const part = text.slice(borders[index], end)
          if (part !== '') await new Promise<void>((resolve) => socket.write(part, () => setImmediate(resolve)))
        }
        const answer = await read(socket, (all) => all.endsWith(reply.toString('utf8')))
        socket.destroy()
        expect(answer).toMatch(/^(?:HTTP\/1\.1 100 Continue\r\n\r\n)?HTTP\/1\.1 200 OK\r\n/)
        expect(answer.endsWith(reply.toString('utf8'))).toBe(true)
      }),
      { numRuns: 30 },
    )
  })

  it('behind another on the same connection is answered behind it, a thousand deep', async () => {
    const socket = open()
    socket.write('GET /healthz HTTP/1.1\r\nhost: x\r\n\r\n'.repeat(1000))
    bed.openai.reply(unary(reply))
    socket.write(requestText())
    const answer = await read(socket, (all) => all.endsWith(reply.toString('utf8')))
    expect(count(answer, 'HTTP/1.1 200 OK')).toBe(1001)
    expect(bed.openai.requests).toHaveLength(1)
  })

  it.each([
    ['two credentials', 'authorization: Bearer other-key\r\n'],
    ['two hosts', 'host: y\r\n'],
    ['two lengths', 'content-length: 7\r\n'],
    ['a length and chunks', 'transfer-encoding: chunked\r\n'],
    ['another encoding', 'transfer-encoding: gzip, chunked\r\n'],
    ['a folded line', 'x-a: b\r\n c\r\n'],
    ['a space before the colon', 'x-a : b\r\n'],
    ['a bare CR', 'x-a: b\rx-c: d\r\n'],
    ['an unknown expectation', 'expect: the-unexpected\r\n'],
  ])('with %s is refused, and never reaches a provider', async (_what, header) => {
    const socket = open()
    socket.write(requestText(header))
    const answer = await read(socket)
    expect(answer).toMatch(/^HTTP\/1\.1 400 /)
    expect(answer).toContain('invalid_http')
    expect(bed.openai.requests).toHaveLength(0)
  })

  it('of HTTP/1.0 gets its stream without chunks, and the end of the connection as its end', async () => {
    bed.openai.reply(stream(fixture('openai/chat-completion.sse')))
    const socket = open()
    socket.write(requestText('', { ...body, stream: true }, '1.0'))
    const answer = await read(socket)
    expect(answer).not.toContain('transfer-encoding')
    expect(answer.endsWith('data: [DONE]\n\n')).toBe(true)
  })

  it('for an absolute URL is one for its path', async () => {
    const socket = open()
    socket.write('GET http://example.com/healthz HTTP/1.1\r\nhost: example.com\r\n\r\n')
    expect(await read(socket, (all) => all.endsWith('}'))).toMatch(/^HTTP\/1\.1 200 OK/)
  })

  it('with garbage behind it does not spoil the reply in hand', async () => {
    const live = liveStream()
    bed.openai.reply(live.reply)
    const socket = open()
    socket.write(`${requestText('', { ...body, stream: true })}NOT HTTP\r\n\r\n`)
    await live.send('data: {"choices":[{"index":0,"delta":{"content":"x"}}]}\n\n')
    await live.send('data: [DONE]\n\n')
    await live.end()
    const answer = await read(socket)
    expect(answer.indexOf('0\r\n\r\n')).toBeGreaterThan(answer.indexOf('[DONE]'))
    expect(answer.indexOf('HTTP/1.1 400')).toBeGreaterThan(answer.indexOf('0\r\n\r\n'))
  })
})

describe('a client that takes time', () => {
  it('for its headers loses its connection, also when it does not listen', async () => {
    const silent = open({ allowHalfOpen: true })
    const half = open({ allowHalfOpen: true })
    half.write(`POST ${path} HTTP/1.1\r\nhost:`)
    expect(await read(half)).toMatch(/^HTTP\/1\.1 408 /)
    await read(silent)
    // The far end is gone for good once a write is refused.
    for (const socket of [silent, half]) {
      while (!socket.destroyed) await new Promise<void>((resolve) => socket.write(' ', () => setImmediate(resolve)))
    }
  })

  it('to read keeps neither its place nor the memory of its reply past the deadline', async () => {
    const large = JSON.stringify({ ...JSON.parse(reply.toString('utf8')), padding: 'x'.repeat(12_000_000) })
    bed.openai.script(() => unary(large))
    const stuck = Array.from({ length: 8 }, () => open().pause())
    for (const socket of stuck) socket.write(requestText())
    await bed.openai.request(7)
    bed.openai.script(() => unary(reply))
    const isServed = async (): Promise<boolean> => (await bed.gateway.post(path, body)).status === 200
    while (!(await isServed()));
    expect(bed.openai.requests.length).toBeGreaterThan(8)
  })
})

describe('a body that is refused', () => {
  it('is read over, so that its sender gets to read why', async () => {
    for (let attempt = 0; attempt < 5; attempt++) {
      const tooLarge = await bed.gateway.post(path, Buffer.alloc(8_000_000, ' '))
      expect(tooLarge.headers['x-portcullis-error']).toBe('body_too_large')
      const chunked = await chunkedPost(bed.gateway.url + path, bed.gateway.key, Buffer.alloc(100_000, ' '), 60)
      expect(chunked.status).toBe(413)
      const unknown = await bed.gateway.post(path, Buffer.alloc(900_000, ' '), {
        headers: { authorization: 'Bearer nobody' },
      })
      expect(unknown.status).toBe(401)
    }
  })
})

describe('names that a client chooses', () => {
  it.each([
    ['a lone surrogate', '\ud800'],
    ['a megabyte', 'k'.repeat(900_000)],
    ['a line break', 'a\r\nset-cookie: b'],
  ])('as a parameter with %s is left out, named within bounds, and on record', async (_what, name) => {
    bed.anthropic.reply(unary(fixture('anthropic/message.json')))
    const answer = await bed.gateway.post(path, { ...body, model: 'clever', [name]: 1 })
    expect(answer.status).toBe(200)
    expect(answer.headers['set-cookie']).toBeUndefined()
    expect(String(answer.headers['x-portcullis-dropped']).length).toBeLessThan(1000)
    expect((await bed.gateway.call(answer)).droppedParameters).toHaveLength(1)
  })

  it('as a model are bounded', async () => {
    const answer = await bed.gateway.post(path, { ...body, model: `openai-mock/${'x'.repeat(300)}` })
    expect(answer.status).toBe(400)
    expect(answer.json.error.message).toContain('256')
    const odd = await bed.gateway.post(path, { ...body, model: 'openai-mock/m\ud800' })
    expect(odd.status).toBe(200)
  })
})

describe('a provider that streams unasked', () => {
  it.each(['gpt-5-mini', 'clever'])('gives the client of %s one reply', async (model) => {
    bed.openai.reply(stream(fixture('openai/chat-completion.sse')))
    bed.anthropic.reply(stream(fixture('anthropic/message.sse')))
    const answer = await bed.gateway.post(path, { ...body, model })
    expect(answer.status).toBe(200)
    expect(answer.headers['content-type']).toMatch(/^application\/json/)
    expect(answer.json.object).toBe('chat.completion')
    expect(answer.json.choices[0].message.content.length).toBeGreaterThan(0)
    const call = await bed.gateway.call(answer)
    expect(call.output.choices[0].text).toBe(answer.json.choices[0].message.content)
    expect(call.outputTokens).toBeGreaterThan(0)
  })

  it('and breaks off is an error, not half a reply', async () => {
    bed.openai.reply(stream('data: {"choices":[{"index":0,"delta":{"content":"half"}}]}\n\n'))
    const answer = await bed.gateway.post(path, body)
    expect(answer.status).toBe(502)
    expect(answer.headers['x-portcullis-error']).toBe('upstream_reset')
  })
})
