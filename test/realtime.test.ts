import { once } from 'node:events'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { WebSocket } from 'ws'
import { startTestGateway, type TestGateway } from './support/gateway.ts'
import { type MockRealtime, queue, startMockRealtime } from './support/mock-realtime.ts'

const secret = 'sk-upstream-secret-of-realtime'
const narrowKey = 'pk-narrow-key-0123456789abcdef'
const voiceKey = 'pk-voice-key-0123456789abcdef'
let mock: MockRealtime
let gateway: TestGateway
beforeAll(async () => {
  mock = await startMockRealtime()
  const account = { provider: 'openai', baseUrl: `${mock.origin}/v1`, apiKey: secret, allowPrivateNetwork: true }
  gateway = await startTestGateway({
    limits: { maxStreamEventBytes: 100_000, maxConcurrentCallsPerKey: 3 },
    keys: [
      { id: 'narrow', key: narrowKey, models: ['gpt-5-mini'] },
      { id: 'voice', key: voiceKey, models: ['voice', 'openai-mock/gpt-4o-transcribe', 'whisper-1', 'whisper-large'] },
    ],
    config: {
      providers: [
        { id: 'openai-mock', ...account },
        { id: 'groq-mock', ...account, provider: 'groq' },
      ],
      models: {
        voice: { target: 'openai-mock/gpt-realtime' },
        'whisper-1': { target: 'openai-mock/whisper-1' },
        'whisper-large': { target: 'openai-mock/whisper-1' },
      },
    },
  })
})
afterAll(async () => {
  await gateway.close()
  await mock.close()
})

interface Client {
  readonly socket: WebSocket
  readonly callId: string
  message(): Promise<string>
  readonly closed: Promise<{ code: number; reason: string }>
}

const urlOf = (query: string): string => `${gateway.url.replace('http', 'ws')}/v1/realtime${query}`

async function connect(query = '?model=voice', headers: Record<string, string> = {}): Promise<Client> {
  const socket = new WebSocket(urlOf(query), { headers: { authorization: `Bearer ${gateway.key}`, ...headers } })
  const messages = queue<string>()
  socket.on('message', (data) => messages.put(String(data)))
  let callId = ''
  socket.on('upgrade', (response) => {
    callId = String(response.headers['x-portcullis-call-id'])
  })
  const closed = once(socket, 'close').then(([code, reason]) => ({ code: Number(code), reason: String(reason) }))
  await once(socket, 'open')
  return { socket, callId, message: messages.take, closed }
}

/** What is answered in place of a session. */
async function refused(
  query: string,
  headers: Record<string, string>,
): Promise<{ status: number; code: string; body: string }> {
  const socket = new WebSocket(urlOf(query), { headers })
  socket.on('error', () => undefined)
  const [, response] = await once(socket, 'unexpected-response')
  let body = ''
  for await (const chunk of response) body += String(chunk)
  return { status: response.statusCode, code: response.headers['x-portcullis-error'], body }
}

const record = (callId: string) => gateway.call({ headers: { 'x-portcullis-call-id': callId } })

describe('a realtime session', () => {
  it('passes messages both ways in order, text and binary, with the credential of the account and the model of the target', async () => {
    const client = await connect('?model=voice', {
      'openai-beta': 'realtime=v1',
      'x-secret-of-client': 'stays',
      baggage: 'user=stays',
    })
    const session = await mock.session()
    expect(session.request.url).toBe('/v1/realtime?model=gpt-realtime')
    expect(session.request.headers).toMatchObject({ authorization: `Bearer ${secret}`, 'openai-beta': 'realtime=v1' })
    expect(session.request.headers).not.toHaveProperty('x-secret-of-client')
    expect(session.request.headers).not.toHaveProperty('baggage')
    for (let index = 0; index < 200; index++) {
      client.socket.send(`{"type":"a","n":${index}}`)
      session.socket.send(`{"type":"b","n":${index}}`)
    }
    for (let index = 0; index < 200; index++) {
      expect(await session.message()).toBe(`{"type":"a","n":${index}}`)
      expect(await client.message()).toBe(`{"type":"b","n":${index}}`)
    }
    session.socket.send(Buffer.from([0, 255, 7]), { binary: true })
    const [data, isBinary] = await once(client.socket, 'message')
    expect([Buffer.from(data), isBinary]).toEqual([Buffer.from([0, 255, 7]), true])
    client.socket.close(1000, 'done')
    expect(await session.closed).toBe(1000)
  })

  it('is one call on record: who, what was said without its audio, and the usage of all its responses', async () => {
    const client = await connect()
    const session = await mock.session()
    client.socket.send('{"type":"input_audio_buffer.append","audio":"QUJD"}')
    client.socket.send('{"type":"response.create"}')
    await session.message()
    await session.message()
    session.socket.send('{"type":"response.output_audio.delta","delta":"QUJD"}')
    session.socket.send('{"type":"response.output_text.delta","delta":"Hello"}')
    const usage = { input_tokens: 10, output_tokens: 5, input_token_details: { cached_tokens: 4, audio_tokens: 0 } }
    for (let round = 0; round < 2; round++)
      session.socket.send(JSON.stringify({ type: 'response.done', response: { usage } }))
    for (let message = 0; message < 4; message++) await client.message()
    session.socket.close(1000)
    expect((await client.closed).code).toBe(1000)
    const call = await record(client.callId)
    expect(call).toMatchObject({
      status: 101,
      key: 'team-a',
      requestedModel: 'voice',
      model: 'gpt-realtime',
      provider: 'openai',
      inputTokens: 20,
      cachedInputTokens: 8,
      outputTokens: 10,
    })
    expect(JSON.stringify(call.input)).toContain('response.create')
    expect(JSON.stringify(call.output)).toContain('Hello')
    expect(JSON.stringify(call)).not.toContain('QUJD')
  })

  it('has no price for audio, which costs more than the catalogue knows', async () => {
    const client = await connect('?model=openai-mock/gpt-realtime')
    const session = await mock.session()
    const usage = { input_tokens: 10, output_tokens: 5, output_token_details: { audio_tokens: 5 } }
    session.socket.send(JSON.stringify({ type: 'response.done', response: { usage } }))
    await client.message()
    client.socket.close()
    expect(await record(client.callId)).toMatchObject({ inputTokens: 10, outputTokens: 5, costUsd: null })
  })

  it('ends at the provider at once when its client vanishes', async () => {
    const client = await connect()
    const session = await mock.session()
    client.socket.terminate()
    expect(await session.closed).toBe(1006)
    expect(await record(client.callId)).toMatchObject({ status: 499, errorCode: 'client_closed' })
  })

  it('that the provider cuts ends with a code that says so', async () => {
    const client = await connect()
    const session = await mock.session()
    session.socket.terminate()
    expect(await client.closed).toEqual({ code: 1011, reason: 'The provider cut the connection.' })
    expect(await record(client.callId)).toMatchObject({ errorCode: 'upstream_reset' })
  })

  it('with a message over the limit ends with 1009, and says who sent it', async () => {
    const client = await connect()
    const session = await mock.session()
    client.socket.send('x'.repeat(100_001))
    expect((await client.closed).code).toBe(1009)
    await session.closed
    expect(await record(client.callId)).toMatchObject({ status: 413, errorCode: 'frame_too_large' })

    const other = await connect()
    const hostile = await mock.session()
    hostile.socket.send('x'.repeat(100_001))
    await other.closed
    expect(await record(other.callId)).toMatchObject({ errorCode: 'upstream_reply_too_large' })
  })

  it('holds a provider back while its client reads nothing, and loses no message', async () => {
    const client = await connect()
    const session = await mock.session()
    client.socket.pause()
    const message = `{"type":"x","pad":"${'p'.repeat(90_000)}"}`
    const total = 400
    let taken = 0
    for (let index = 0; index < total; index++) session.socket.send(message, () => taken++)
    // A round trip on another session: what can pass without the client's reading has passed.
    const other = await connect()
    const second = await mock.session()
    for (let round = 0; round < 50; round++) {
      second.socket.send('tick')
      await other.message()
    }
    expect(taken).toBeLessThan(total)
    other.socket.close()
    client.socket.resume()
    for (let index = 0; index < total; index++) expect(await client.message()).toBe(message)
    client.socket.close()
    await session.closed
  })
})

describe('a session of a key that may not use all models', () => {
  const key = { authorization: `Bearer ${voiceKey}` }
  const update = (session: object, more: object = {}) => JSON.stringify({ type: 'session.update', session, ...more })
  const beta = (model: string) => ({ input_audio_transcription: { model } })
  const current = (model: string) => ({ type: 'realtime', audio: { input: { transcription: { model } } } })

  it('may name models that the key may use, also the one that it began with', async () => {
    const client = await connect('?model=voice', key)
    const session = await mock.session()
    for (const message of [
      update(beta('gpt-4o-transcribe')),
      update(current('whisper-1')),
      update({ ...current('gpt-4o-transcribe'), model: 'gpt-realtime' }),
      update({
        tools: [{ type: 'function', parameters: { properties: { model: { type: 'string' } }, model: 'any' } }],
      }),
      '{"type":"response.create","response":{"metadata":{"model":"any"}}}',
    ]) {
      client.socket.send(message)
      expect(await session.message()).toBe(message)
    }
    client.socket.close()
    await session.closed
  })

  it('is told in an event of its own that a model is not allowed, and goes on; the provider hears nothing of it', async () => {
    const client = await connect('?model=voice', key)
    const session = await mock.session()
    for (const [message, param] of [
      [update(beta('gpt-4o-mini-transcribe'), { event_id: 'mine' }), 'session.input_audio_transcription.model'],
      [update(current('gpt-4o-mini-transcribe')), 'session.audio.input.transcription.model'],
      [update({ model: 'gpt-realtime-2' }), 'session.model'],
      // The alias is allowed, but the provider knows another model of that name.
      [update(beta('whisper-large')), 'session.input_audio_transcription.model'],
      [update({ Audio: { Input: { Transcription: { Model: 'x' } } } }), 'session.Audio.Input.Transcription.Model'],
      ['{"type":"session.update","session":{"\\u006dodel":"x"}}', 'session.model'],
      ['{"x":"input_audio_buffer.append","type":"session.update","session":{"model":"x"}}', 'session.model'],
      ['{"type":"transcription_session.update","session":{"model":"x"}}', 'session.model'],
    ] as const) {
      client.socket.send(message)
      expect(JSON.parse(await client.message())).toMatchObject({
        type: 'error',
        event_id: expect.stringMatching(/^event_/),
        error: { type: 'permission_error', code: 'model_not_allowed', param },
      })
    }
    for (const message of [
      '{"type":"session.update","session":{"model":"x","model":"gpt-realtime"}}',
      '{"type":"session.update","session":{"model":"x"},"x":NaN}',
      '["model"]',
      Buffer.from(update({ model: 'x' }), 'utf16le'),
    ]) {
      client.socket.send(message)
      expect(JSON.parse(await client.message())).toMatchObject({
        error: { type: 'invalid_request_error', event_id: null },
      })
    }
    client.socket.send('{"type":"response.create"}')
    expect(await session.message()).toBe('{"type":"response.create"}')
    client.socket.close()
    const call = await record(client.callId)
    expect(call.status).toBe(101)
    expect(JSON.stringify(call.output)).toContain('model_not_allowed')
  })

  it('that reads no answers to what is refused is held back, and they are not gathered for it', async () => {
    const client = await connect('?model=voice', key)
    const session = await mock.session()
    client.socket.pause()
    const message = update(beta('not-this-one'), { event_id: 'e'.repeat(512) })
    const total = 60_000
    let taken = 0
    for (let index = 0; index < total; index++) client.socket.send(message, () => taken++)
    const other = await connect()
    const second = await mock.session()
    for (let round = 0; round < 50; round++) {
      second.socket.send('tick')
      await other.message()
    }
    expect(taken).toBeLessThan(total)
    other.socket.close()
    client.socket.terminate()
    await session.closed
  })
})

describe('a session that is refused', () => {
  it('before a provider is asked: without a key, with a wrong one, for a model that the key may not use, without a model', async () => {
    const good = { authorization: `Bearer ${gateway.key}` }
    for (const [query, headers, status, code] of [
      ['?model=voice', {}, 401, 'missing_key'],
      ['?model=voice', { authorization: 'Bearer pcl_of-nobody' }, 401, 'unknown_key'],
      ['?model=voice', { authorization: `Bearer ${narrowKey}` }, 403, 'model_not_allowed'],
      ['', good, 400, 'invalid_request'],
      ['?model=groq-mock/llama', good, 400, 'unsupported_endpoint'],
      ['?model=nobody/none', good, 404, 'unknown_provider'],
    ] as const) {
      expect(await refused(query, headers)).toMatchObject({ status, code })
    }
  })

  it('by the provider has its status and its words, without the credential', async () => {
    mock.refuse(429, `{"error":{"message":"Too many sessions for ${secret}."}}`)
    const reply = await refused('?model=voice', { authorization: `Bearer ${gateway.key}` })
    expect(reply).toMatchObject({ status: 429, code: 'upstream_rate_limited' })
    expect(JSON.parse(reply.body).error.message).toBe('Too many sessions for [credential].')
  })

  it('because it is no WebSocket is told what the path takes', async () => {
    const reply = await gateway.get('/v1/realtime?model=voice')
    expect([reply.status, reply.headers['upgrade'], reply.headers['x-portcullis-error']]).toEqual([
      426,
      'websocket',
      'upgrade_required',
    ])
  })

  it('over the number of calls of its key, until one of them ends', async () => {
    const open = [await connect(), await connect(), await connect()]
    const sessions = [await mock.session(), await mock.session(), await mock.session()]
    const headers = { authorization: `Bearer ${gateway.key}` }
    expect(await refused('?model=voice', headers)).toMatchObject({ status: 429, code: 'too_many_calls' })
    for (const { socket } of open) socket.close()
    for (const { closed } of sessions) await closed
    for (const { callId } of open) await record(callId)
    const again = await connect()
    await mock.session()
    again.socket.close()
  })
})

it('a browser may present its key as a protocol, which is not chosen', async () => {
  const socket = new WebSocket(urlOf('?model=voice'), ['realtime', `openai-insecure-api-key.${gateway.key}`])
  await once(socket, 'open')
  expect(socket.protocol).toBe('realtime')
  const session = await mock.session()
  expect(session.request.headers['sec-websocket-protocol']).toBeUndefined()
  socket.close()
  await session.closed
})
