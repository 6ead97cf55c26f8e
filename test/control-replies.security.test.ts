import { randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { Agent, request as httpRequest, type IncomingMessage } from 'node:http'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { post } from './support/client.ts'
import { startTestGateway, type TestGateway } from './support/gateway.ts'

const HOUR = 3_600_000
/** An export of these is more than the two ends of a connection hold for a reader that has stopped. */
const CALLS = 72
/** Nearly as long as a body that is kept may be, and one word of letters: many words, or numbers, take long to index. */
const content = (): string =>
  randomBytes(32_000)
    .toString('hex')
    .replace(/\d/g, (digit) => 'ghijklmnop'.charAt(Number(digit)))

let ahead = 0
let gateway: TestGateway
beforeAll(async () => {
  gateway = await startTestGateway({ now: () => Date.now() + ahead })
  const replies = await Promise.all(
    Array.from({ length: CALLS }, () => {
      const messages = [{ role: 'user', content: content() }]
      return gateway.post('/v1/chat/completions', { model: 'demo/echo', messages })
    }),
  )
  for (const reply of replies) await gateway.call(reply)
})
afterAll(() => gateway.close())

const admin = (method: string, path: string, body?: object) =>
  post(gateway.controlUrl + path, body, { method, headers: { authorization: `Bearer ${gateway.adminToken}` } })

const keyFor = async (id: string, fields: object = {}): Promise<string> => {
  const wanted = { id, owner: 'x', role: 'developer', ...fields }
  return (await admin('POST', '/api/v1/management-keys', wanted)).json.key
}

/** An export of which nothing is read beyond its head. */
async function startExport(key: string, format: string): Promise<IncomingMessage> {
  const request = httpRequest(`${gateway.controlUrl}/api/v1/calls/export?format=${format}`, {
    agent: new Agent({ keepAlive: false }),
    headers: { authorization: `Bearer ${key}` },
  })
  request.on('error', () => undefined)
  request.end()
  const [response] = await once(request, 'response')
  return response
}

/** A reader that has stopped learns of a cut by what it sends: empty lines, which HTTP passes over. */
async function untilCut(response: IncomingMessage): Promise<void> {
  let isCut = false
  response.on('error', () => {
    isCut = true
  })
  while (!isCut) {
    response.socket.write('\r\n')
    await post(`${gateway.controlUrl}/healthz`, undefined, { method: 'GET' })
  }
}

describe('a reply of the control API does not outlive its management key', () => {
  it.each(['jsonl', 'parquet'])('an export (%s) is cut when its key is revoked, others go on', async (format) => {
    const reply = await startExport(await keyFor(`revoked-${format}`), format)
    const other = await startExport(await keyFor(`kept-${format}`), format)
    expect(reply.statusCode).toBe(200)
    expect((await admin('DELETE', `/api/v1/management-keys/revoked-${format}`)).status).toBe(204)
    await untilCut(reply)
    expect(reply.complete).toBe(false)
    let bytes = 0
    for await (const chunk of other) bytes += chunk.length
    expect(other.complete).toBe(true)
    expect(bytes).toBeGreaterThan(7 << 20)
  })

  it('and when its time is over', async () => {
    const reply = await startExport(
      await keyFor('expires', { expiresAt: new Date(Date.now() + HOUR).toISOString() }),
      'jsonl',
    )
    expect(reply.statusCode).toBe(200)
    ahead = 2 * HOUR
    await untilCut(reply)
    expect(reply.complete).toBe(false)
  })

  it('a key that revokes itself hears that it did', async () => {
    const key = await keyFor('own', { role: 'owner' })
    const headers = { authorization: `Bearer ${key}` }
    const path = '/api/v1/management-keys/own'
    expect((await post(gateway.controlUrl + path, undefined, { method: 'DELETE', headers })).status).toBe(204)
  })
})
