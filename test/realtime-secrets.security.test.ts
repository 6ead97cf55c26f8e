import { once } from 'node:events'
import OpenAI from 'openai'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { WebSocket } from 'ws'
import { type Json, post } from './support/client.ts'
import { startTestGateway, type TestGateway } from './support/gateway.ts'
import { type MockRealtime, queue, startMockRealtime } from './support/mock-realtime.ts'

const keys = {
  narrow: 'pk-test-narrow-0123456789abcdefghijklmnop',
  inside: 'pk-test-inside-0123456789abcdefghijklmnop',
  written: 'pk-test-written-0123456789abcdefghijklmno',
}
const awsKey = 'AKIAQ3EGTPXVZ5NHWL2M'
let mock: MockRealtime
let gateway: TestGateway
let client: OpenAI
const clientOf = (apiKey: string) => new OpenAI({ baseURL: `${gateway.url}/v1`, apiKey, maxRetries: 0 })

beforeAll(async () => {
  mock = await startMockRealtime()
  gateway = await startTestGateway({
    keys: [
      { id: 'narrow', key: keys.narrow, models: ['voice'] },
      { id: 'inside', key: keys.inside, models: ['*'], endpoints: ['/v1/realtime/*'] },
      { id: 'written', key: keys.written, models: ['*'] },
    ],
    config: {
      providers: [
        {
          id: 'openai-mock',
          provider: 'openai',
          baseUrl: `${mock.origin}/v1`,
          apiKey: 'sk-upstream-secret-of-realtime',
          allowPrivateNetwork: true,
        },
      ],
      models: { voice: { target: 'openai-mock/gpt-realtime' }, loud: { target: 'openai-mock/gpt-realtime-mini' } },
      guardrails: [{ id: 'no-keys', detector: 'secrets', state: 'enforce' }],
      inspection: { preset: 'off' },
    },
  })
  client = clientOf(gateway.key)
})
afterAll(async () => {
  await gateway.close()
  await mock.close()
})

/** As a browser does, which can send no headers. */
function open(secret: string, query = '') {
  const url = `${gateway.url.replace('http', 'ws')}/v1/realtime${query}`
  const socket = new WebSocket(url, ['realtime', `openai-insecure-api-key.${secret}`])
  const messages = queue<string>()
  socket.on('message', (data) => messages.put(String(data)))
  socket.on('error', () => undefined)
  return { socket, messages }
}

async function refused(secret: string, query = ''): Promise<{ status: number; code: string }> {
  const { socket } = open(secret, query)
  const [, response] = await once(socket, 'unexpected-response')
  response.resume()
  return { status: response.statusCode, code: response.headers['x-portcullis-error'] }
}

describe('a client secret', () => {
  it('is the gateway’s own, and opens a session with its model and settings, for the official package', async () => {
    const session = { type: 'realtime' as const, model: 'voice', instructions: 'Speak softly.' }
    const made = await client.realtime.clientSecrets.create({
      session,
      expires_after: { anchor: 'created_at', seconds: 60 },
    })
    expect(made.value).toMatch(/^ek_/)
    expect(made.session).toMatchObject({ type: 'realtime', model: 'voice', instructions: 'Speak softly.' })
    expect(made.expires_at * 1000).toBeGreaterThan(Date.now())
    const { socket } = open(made.value)
    const [response] = await once(socket, 'upgrade')
    const inside = await mock.session()
    expect(inside.request.url).toBe('/v1/realtime?model=gpt-realtime')
    expect(inside.request.headers['authorization']).toBe('Bearer sk-upstream-secret-of-realtime')
    expect(JSON.stringify(inside.request.headers)).not.toContain(made.value)
    expect(JSON.parse(await inside.message())).toEqual({
      type: 'session.update',
      session: { type: 'realtime', instructions: 'Speak softly.' },
    })
    socket.send('{"type":"response.create"}')
    expect(await inside.message()).toBe('{"type":"response.create"}')
    socket.close()
    await inside.closed
    const call = await gateway.call({ headers: { 'x-portcullis-call-id': response.headers['x-portcullis-call-id'] } })
    expect(call).toMatchObject({ endpoint: '/v1/realtime', status: 101, key: expect.any(String) })
    expect(JSON.stringify(call)).toContain('Speak softly.')
  })

  it('was once a part of a session, which is answered still', async () => {
    const reply = await gateway.post('/v1/realtime/sessions', { model: 'voice', modalities: ['text'] })
    expect(reply.json).toMatchObject({ object: 'realtime.session', model: 'voice', modalities: ['text'] })
    const { socket } = open(reply.json.client_secret.value)
    await once(socket, 'open')
    const inside = await mock.session()
    expect(JSON.parse(await inside.message())).toEqual({ type: 'session.update', session: { modalities: ['text'] } })
    socket.close()
    await inside.closed
  })

  it('is not on the record of who asked for it', async () => {
    const reply = await gateway.post('/v1/realtime/client_secrets', { session: { type: 'realtime', model: 'voice' } })
    const text = JSON.stringify(await gateway.call(reply))
    expect(text).toContain('client_secrets')
    expect(text).not.toContain(reply.json.value)
  })

  it('opens nothing else: no other path, no other model', async () => {
    const { value } = await client.realtime.clientSecrets.create({ session: { type: 'realtime', model: 'voice' } })
    for (const [path, body] of [
      ['/v1/chat/completions', { model: 'voice', messages: [{ role: 'user', content: 'x' }] }],
      ['/v1/realtime/client_secrets', { session: { type: 'realtime', model: 'voice' } }],
      ['/p/openai-mock/models', {}],
    ] as const) {
      const reply = await gateway.post(path, body, { headers: { authorization: `Bearer ${value}` } })
      expect([path, reply.status]).toEqual([path, 401])
    }
    expect(await refused(value, '?model=loud')).toEqual({ status: 403, code: 'model_not_allowed' })
    expect(await refused(`${value.slice(0, -2)}AA`)).toEqual({ status: 401, code: 'unknown_key' })
  })

  it('may do no more than its key: models in its session, endpoints, and until that is gone', async () => {
    const narrow = clientOf(keys.narrow)
    const ask = (model: string) => narrow.realtime.clientSecrets.create({ session: { type: 'realtime', model } })
    await expect(ask('loud')).rejects.toThrowError(expect.objectContaining({ status: expect.any(Number) }))
    const { value } = await ask('voice')
    const { socket, messages } = open(value)
    await once(socket, 'open')
    const inside = await mock.session()
    await inside.message()
    socket.send('{"type":"session.update","session":{"input_audio_transcription":{"model":"gpt-realtime-mini"}}}')
    expect(JSON.parse(await messages.take())).toMatchObject({ type: 'error', error: { code: 'model_not_allowed' } })
    socket.close()
    await inside.closed
    const bound = await clientOf(keys.inside).realtime.clientSecrets.create({
      session: { type: 'realtime', model: 'voice' },
    })
    expect(await refused(bound.value)).toEqual({ status: 403, code: 'endpoint_not_allowed' })
  })

  it('opens nothing any more when its time is over', async () => {
    const { value } = await client.realtime.clientSecrets.create({
      session: { type: 'realtime', model: 'voice' },
      expires_after: { anchor: 'created_at', seconds: 10 },
    })
    const later = Date.now() + 11_000
    const clock = vi.spyOn(Date, 'now').mockReturnValue(later)
    try {
      expect(await refused(value)).toEqual({ status: 401, code: 'expired_key' })
    } finally {
      clock.mockRestore()
    }
    const [call] = await gateway.callsUntil((calls) => calls.some(({ errorCode }) => errorCode === 'expired_key'))
    expect(call).toMatchObject({ key: 'team-a', errorCode: 'expired_key' })
  })

  it.each([
    ['rotated', 'POST', '/rotate', {}, 'unknown_key'],
    ['deleted', 'DELETE', '', undefined, 'revoked_key'],
  ])('ends with its key when that is %s', async (id, method, step, body, code) => {
    const change = (how: string, path: string, sent?: object) =>
      post(`${gateway.controlUrl}/api/v1/keys${path}`, sent, {
        method: how,
        headers: { authorization: `Bearer ${gateway.adminToken}` },
      })
    const made = await change('POST', '', { id, models: ['voice'] })
    const { value } = await clientOf(made.json.key).realtime.clientSecrets.create({
      session: { type: 'realtime', model: 'voice' },
    })
    expect((await change(method, `/${id}${step}`, body)).status).toBeLessThan(300)
    expect(await refused(value)).toEqual({ status: 401, code })
  })

  it('brings no settings past a guardrail', async () => {
    const session = { type: 'realtime' as const, model: 'voice', instructions: `Use ${awsKey}.` }
    const { value } = await client.realtime.clientSecrets.create({ session })
    const { socket, messages } = open(value)
    const closed = once(socket, 'close')
    const first: Json = JSON.parse(await messages.take())
    expect(first).toMatchObject({ type: 'error', error: { code: 'guardrail_denied' } })
    expect((await closed)[0]).toBe(1008)
    const inside = await mock.session()
    await inside.closed
  })

  it('is refused with one sentence where it cannot be', async () => {
    const wrong = [
      {},
      { session: { type: 'transcription', model: 'voice' } },
      { session: { type: 'realtime' } },
      { session: { type: 'realtime', model: 'voice' }, expires_after: { anchor: 'created_at', seconds: 9 } },
      { session: { type: 'realtime', model: 'voice' }, expires_after: { anchor: 'created_at', seconds: 7201 } },
    ]
    for (const body of wrong) expect((await gateway.post('/v1/realtime/client_secrets', body)).status).toBe(400)
    let instructions = ''
    for (let index = 0; index < 4000; index++) instructions += `${index * 7919} `
    const long = { session: { type: 'realtime', model: 'voice', instructions } }
    expect((await gateway.post('/v1/realtime/client_secrets', long)).status).toBe(413)
  })
})
