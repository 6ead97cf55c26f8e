import { once } from 'node:events'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { WebSocket } from 'ws'
import { post } from './support/client.ts'
import { startTestGateway, type TestGateway } from './support/gateway.ts'
import { type MockRealtime, startMockRealtime } from './support/mock-realtime.ts'

let mock: MockRealtime
let gateway: TestGateway
beforeAll(async () => {
  mock = await startMockRealtime()
  gateway = await startTestGateway({
    config: {
      providers: [
        {
          id: 'openai-mock',
          provider: 'openai',
          baseUrl: `${mock.origin}/v1`,
          apiKey: 'sk-upstream',
          allowPrivateNetwork: true,
        },
      ],
      models: { voice: { target: 'openai-mock/gpt-realtime' } },
    },
  })
})
afterAll(async () => {
  await gateway.close()
  await mock.close()
})

const admin = (method: string, path: string, body?: object) =>
  post(gateway.controlUrl + path, body, { method, headers: { authorization: `Bearer ${gateway.adminToken}` } })

const open = async (path: string, key: string) => {
  const socket = new WebSocket(gateway.url.replace('http', 'ws') + path, {
    headers: { authorization: `Bearer ${key}` },
  })
  const closed = once(socket, 'close').then(([code, reason]) => [Number(code), String(reason)])
  let callId = ''
  socket.on('upgrade', ({ headers }) => {
    callId = String(headers['x-portcullis-call-id'])
  })
  await once(socket, 'open')
  return { closed, callId }
}

describe('a socket that is open does not outlive its key', () => {
  it('a realtime session ends on both sides when its key is revoked, and says so on record', async () => {
    const { key } = (await admin('POST', '/api/v1/keys', { id: 'to-revoke' })).json
    const client = await open('/v1/realtime?model=voice', key)
    const session = await mock.session()
    expect((await admin('DELETE', '/api/v1/keys/to-revoke')).status).toBeLessThan(300)
    expect(await client.closed).toEqual([1008, 'revoked_key'])
    await session.closed
    const call = await gateway.call({ headers: { 'x-portcullis-call-id': client.callId } })
    expect(call).toMatchObject({ key: 'to-revoke', errorCode: 'revoked_key' })
  })

  it('or when its time is over', async () => {
    const { key } = (await admin('POST', '/api/v1/keys', { id: 'to-expire' })).json
    const client = await open('/v1/realtime?model=voice', key)
    const session = await mock.session()
    await admin('PATCH', '/api/v1/keys/to-expire', { expiresAt: '2020-01-01T00:00:00Z' })
    expect(await client.closed).toEqual([1008, 'expired_key'])
    await session.closed
  })

  it('and so does one of responses', async () => {
    const { key } = (await admin('POST', '/api/v1/keys', { id: 'of-responses' })).json
    const client = await open('/v1/responses', key)
    await admin('DELETE', '/api/v1/keys/of-responses')
    expect(await client.closed).toEqual([1008, 'revoked_key'])
  })

  it('one whose key is as it was goes on', async () => {
    const ended = (await admin('POST', '/api/v1/keys', { id: 'ended' })).json.key
    const kept = (await admin('POST', '/api/v1/keys', { id: 'kept' })).json.key
    const going = await open('/v1/realtime?model=voice', kept)
    const session = await mock.session()
    const other = await open('/v1/responses', ended)
    await admin('DELETE', '/api/v1/keys/ended')
    expect((await other.closed)[1]).toBe('revoked_key')
    session.socket.close(1000)
    expect((await going.closed)[0]).toBe(1000)
  })
})
