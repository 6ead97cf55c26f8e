import { once } from 'node:events'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { WebSocket } from 'ws'
import { startTestGateway, type TestGateway } from './support/gateway.ts'
import { type MockRealtime, type MockSession, queue, startMockRealtime } from './support/mock-realtime.ts'

const secret = 'sk-upstream-secret-of-realtime/1'
let mock: MockRealtime
let plain: TestGateway
let guarded: TestGateway
beforeAll(async () => {
  mock = await startMockRealtime()
  const account = { provider: 'openai', baseUrl: `${mock.origin}/v1`, apiKey: secret, allowPrivateNetwork: true }
  const providers = [{ id: 'o', ...account }]
  const guardrail = { id: 'words', detector: 'words', settings: { forbidden: ['portcullis'] }, state: 'enforce' }
  plain = await startTestGateway({ config: { providers } })
  guarded = await startTestGateway({ config: { providers, guardrails: [guardrail], inspection: { preset: 'off' } } })
})
afterAll(async () => {
  await plain.close()
  await guarded.close()
  await mock.close()
})

interface Talk {
  readonly socket: WebSocket
  readonly session: MockSession
  readonly message: () => Promise<string>
  readonly closed: Promise<readonly [number, string]>
  record(): Promise<{ input: unknown; output: unknown }>
}

async function talk(gateway: TestGateway): Promise<Talk> {
  const url = `${gateway.url.replace('http', 'ws')}/v1/realtime?model=o/gpt-realtime`
  const socket = new WebSocket(url, { headers: { authorization: `Bearer ${gateway.key}` } })
  const messages = queue<string>()
  socket.on('message', (data) => messages.put(String(data)))
  let callId = ''
  socket.on('upgrade', ({ headers }) => {
    callId = String(headers['x-portcullis-call-id'])
  })
  const closed = once(socket, 'close').then(([code, reason]) => [Number(code), String(reason)] as const)
  await once(socket, 'open')
  const session = await mock.session()
  const record = () => gateway.call({ headers: { 'x-portcullis-call-id': callId } })
  return { socket, session, message: messages.take, closed, record }
}

const sound = 'QUJD'.repeat(20)

describe('the record of a session', () => {
  it.each([
    ['in another field', '{"type":"conversation.item.create","x":"input_audio_buffer.append","said":"KEPT"}'],
    ['in a text', '{"type":"response.create","said":"KEPT \\"input_audio_buffer.append\\""}'],
    ['as a second type', '{"type":"input_audio_buffer.append","audio":"QUJD","said":"KEPT","type":"response.create"}'],
    ['as a first type', '{"type":"response.create","said":"KEPT","type":"input_audio_buffer.append","audio":"QUJD"}'],
    ['as a type in another spelling', '{"Type":"response.create","said":"KEPT","type":"input_audio_buffer.append"}'],
    ['in an object within', '{"said":"KEPT","type":"response.create","of":{"type":"input_audio_buffer.append"}}'],
    ['beside its own words', `{"type":"input_audio_buffer.append","audio":"${sound}","said":"KEPT"}`],
    ['with a long id', `{"type":"input_audio_buffer.append","audio":"${sound}","event_id":"KEPT ${'w '.repeat(40)}"}`],
    ['with words as sound', '{"type":"input_audio_buffer.append","audio":"what is KEPT"}'],
    ['with no sound', '{"type":"input_audio_buffer.append","audio":{"said":"KEPT"}}'],
    ['in an answer', '{"type":"response.output_text.delta","delta":"KEPT","x":"response.output_audio.delta"}', true],
    ['in an answer twice', '{"type":"response.audio.delta","delta":"KEPT","type":"response.output_text.delta"}', true],
    ['in an answer of words', '{"type":"response.output_audio.delta","delta":"what is KEPT"}', true],
  ])('has an event that names sound %s', async (_name, event, isAnswer = false) => {
    const { socket, session, message, closed, record } = await talk(plain)
    if (isAnswer) session.socket.send(event)
    else socket.send(event)
    expect(await (isAnswer ? message() : session.message())).toBe(event)
    socket.close()
    await closed
    const { input, output } = await record()
    expect(JSON.stringify(isAnswer ? output : input)).toContain('KEPT')
    expect(JSON.stringify([input, output])).not.toContain(sound)
  })

  it('counts the sound that it leaves out, of both sides', async () => {
    const { socket, session, message, closed, record } = await talk(plain)
    const own = `{"type":"input_audio_buffer.append","event_id":"e1","audio":"${sound}"}`
    const answer = `{"type":"response.output_audio.delta","response_id":"r","output_index":0,"delta":"${sound}"}`
    for (const event of [own, own, '{"type":"response.create"}', own]) {
      socket.send(event)
      await session.message()
    }
    for (const event of [answer, answer]) {
      session.socket.send(event)
      await message()
    }
    socket.close()
    await closed
    const { input, output } = await record()
    const told = (type: string, count: number, event: string) =>
      JSON.stringify({ type, left_out: { events: count, bytes: count * event.length } })
    expect(textsIn(input)).toEqual([
      told('input_audio_buffer.append', 2, own),
      '{"type":"response.create"}',
      told('input_audio_buffer.append', 1, own),
    ])
    expect(textsIn(output)).toEqual([told('response.output_audio.delta', 2, answer)])
  })
})

function textsIn(body: unknown): readonly string[] {
  const text = typeof body === 'string' ? body : String((body as { raw?: unknown }).raw)
  return text.trimEnd().split('\n')
}

describe('the reason that a provider closes with', () => {
  const escaped = secret.replaceAll('/', '\\/')

  it.each([
    ['as it is', `Key ${secret} is over.`, 'Key [credential] is over.'],
    ['escaped', `{"key":"${escaped}"}`, '{"key":"[credential]"}'],
    ['and is longer without it', `${secret}${'x'.repeat(91)}`, `[credential]${'x'.repeat(91)}`],
  ])('has no credential of the account, which it holds %s', async (_name, reason, told) => {
    const { session, closed } = await talk(plain)
    session.socket.close(4001, reason)
    expect(await closed).toEqual([4001, told])
  })

  it('is no longer than a close frame may be, and ends with a whole letter', async () => {
    const short = await startTestGateway({
      config: {
        providers: [
          {
            id: 'o',
            provider: 'openai',
            baseUrl: `${mock.origin}/v1`,
            apiKey: 'abcdefgh',
            allowPrivateNetwork: true,
          },
        ],
      },
    })
    try {
      const { session, closed } = await talk(short)
      session.socket.close(4001, `${'abcdefgh'.repeat(10)}${'é'.repeat(21)}`)
      const [code, told] = await closed
      expect([code, told]).toEqual([4001, `${'[credential]'.repeat(10)}é`])
    } finally {
      await short.close()
    }
  })

  it('is the gateway’s own where a guardrail looks at the session', async () => {
    const { session, closed } = await talk(guarded)
    session.socket.close(4001, 'The portcullis falls.')
    expect(await closed).toEqual([4001, 'The provider ended the session.'])
  })

  it('stays away where it gives none, and what a client closes with does not reach the provider', async () => {
    const { session, closed } = await talk(guarded)
    session.socket.close(1000)
    expect(await closed).toEqual([1000, ''])
    const other = await talk(guarded)
    const told = once(other.session.socket, 'close')
    other.socket.close(4002, 'The portcullis falls.')
    const [code, reason] = await told
    expect([code, String(reason)]).toEqual([4002, ''])
  })
})
