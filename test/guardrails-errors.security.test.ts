import { once } from 'node:events'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { WebSocket } from 'ws'
import { type Json, post, type WireReply } from './support/client.ts'
import { startTestGateway } from './support/gateway.ts'
import { startMockRealtime } from './support/mock-realtime.ts'
import { stream, unary, vendorError } from './support/mock-replies.ts'
import { startTestbed, type Testbed } from './support/testbed.ts'

const secret = 'AKIAQ3EGTPXVZ5NHWL2M'
const mask = '[AWS_ACCESS_KEY]'
const said = `Your prompt was: "Use ${secret} now".`
const guardrail = (action: string) => ({
  id: 'no-keys',
  detector: 'secrets',
  state: 'enforce',
  points: ['output'],
  action,
})

let bed: Testbed
const begin =
  (action: string, more: object = {}) =>
  async (): Promise<void> => {
    bed = await startTestbed({ config: { guardrails: [guardrail(action)], inspection: { preset: 'off' }, ...more } })
  }
afterEach(() => bed.reset())

const ask = (path: string, body: unknown, headers: Record<string, string> = {}) =>
  post(bed.gateway.url + path, body, { headers: { authorization: `Bearer ${bed.gateway.key}`, ...headers } })
const messages = [{ role: 'user', content: 'Hi' }]
const form = ['--x', 'content-disposition: form-data; name="model"', '', 'openai-mock/whisper-1', '--x--', ''].join(
  '\r\n',
)

const paths: readonly (readonly [string, string, unknown, Record<string, string>?])[] = [
  ['the same dialect', '/v1/chat/completions', { model: 'fast', messages }],
  ['another dialect', '/v1/messages', { model: 'fast', max_tokens: 9, messages }],
  ['Anthropic', '/v1/messages', { model: 'clever', max_tokens: 9, messages }],
  ['Anthropic, for a client of OpenAI', '/v1/chat/completions', { model: 'clever', messages }],
  ['Responses', '/v1/responses', { model: 'fast', input: 'Hi' }],
  ['a stream', '/v1/chat/completions', { model: 'fast', messages, stream: true }],
  ['a route', '/v1/chat/completions', { model: 'safe', messages }],
  ['Gemini', '/v1beta/models/fast:generateContent', { contents: [{ parts: [{ text: 'Hi' }] }] }],
  ['embeddings', '/v1/embeddings', { model: 'openai-mock/text-embedding-3-small', input: 'Hi' }],
  ['a form', '/v1/audio/transcriptions', form, { 'content-type': 'multipart/form-data; boundary=x' }],
  ['a raw path', '/p/openai-mock/videos', { prompt: 'Hi' }],
]
const asked = paths.map(([name, path, body, headers]) => ({ name, path, body, headers }))

const shown = ({ text, rawHeaders }: WireReply): string => `${rawHeaders.join('\n')}\n${text}`
const providers = (reply: ReturnType<typeof unary>): void => {
  bed.openai.script(() => reply)
  bed.anthropic.script(() => reply)
}

describe("a provider's error under a guardrail that denies", () => {
  beforeAll(begin('deny'))
  afterAll(() => bed.close())

  it.each(asked)('says that there was one, and no word of it: $name', async ({ path, body, headers }) => {
    providers(vendorError(422, { message: said }))
    const reply = await ask(path, body, headers)
    const id = `${reply.headers['x-portcullis-call-id']}:output`
    expect(reply.status).toBe(422)
    expect(reply.headers['x-portcullis-error']).toBe('upstream_rejected')
    expect(reply.headers['x-portcullis-decision']).toBe(`deny; id="${id}"`)
    expect(reply.text).toContain(id)
    expect(shown(reply)).not.toMatch(/AKIA|Your prompt/)
    const call = await bed.gateway.call(reply)
    expect(call).toMatchObject({ errorCode: 'upstream_rejected', decisions: [{ guardrail: 'no-keys', id }] })
    expect(JSON.stringify(call)).not.toMatch(/AKIA|Your prompt/)
  })

  it.each([
    ['a name of a field', unary({ error: { message: 'No.', [secret]: 1 } }, { status: 400 })],
    ['a field that nobody reads', unary({ error: { message: 'No.' }, trace: [said] }, { status: 400 })],
    ['a kind', unary({ error: { message: 'No.', code: secret, type: secret } }, { status: 400 })],
    ['a field written twice', unary(`{"error":{"message":"${said}","message":"No."}}`, { status: 400 })],
    ['a text', unary(said, { status: 400, headers: { 'content-type': 'text/plain' } })],
    ['a page', unary(`<h1>${said}</h1>`, { status: 502, headers: { 'content-type': 'text/html' } })],
    ['JSON that is none', unary(`{"error":"${said}`, { status: 400 })],
    ['JSON in another encoding', unary(Buffer.from(`{"error":"${said}"}`, 'utf16le'), { status: 400 })],
    ['JSON that is deep', unary(`{"error":${'['.repeat(3000)}"${said}"${']'.repeat(3000)}}`, { status: 400 })],
    ['a body of 200', unary({ error: { message: said, type: 'server_error', code: 500 } })],
    ['the first event of a stream', stream([`data: ${JSON.stringify({ error: { message: said } })}\n\n`])],
  ])('says nothing of it where it is in %s', async (_, error) => {
    providers(error)
    for (const more of [{}, { stream: true }]) {
      const reply = await ask('/v1/chat/completions', { model: 'fast', messages, ...more })
      expect(reply.status).toBeGreaterThanOrEqual(400)
      expect(shown(reply).replaceAll('\0', '')).not.toContain('AKIA')
      expect(JSON.stringify(await bed.gateway.call(reply)).replaceAll('\\u0000', '')).not.toContain('AKIA')
    }
  })

  it('keeps what clients act on', async () => {
    providers(vendorError(429, { message: said, headers: { 'retry-after': '7' } }))
    const reply = await ask('/v1/chat/completions', { model: 'fast', messages })
    expect(reply.status).toBe(429)
    expect(reply.headers['retry-after']).toBe('7')
  })

  it('leaves an error alone in which nothing is found, byte for byte', async () => {
    const bytes = '{ "error": {"message": "The mock says no.",\n "type": "x", "odd": 1} }'
    providers(unary(bytes, { status: 400 }))
    expect((await ask('/v1/chat/completions', { model: 'fast', messages })).text).toBe(bytes)
  })

  it.each(['/v1/chat/completions', '/v1/messages'])('holds for the event of a fault in a stream (%s)', async (path) => {
    const chunk = { id: 'c', object: 'chat.completion.chunk', choices: [{ index: 0, delta: { content: 'Well, ' } }] }
    const fault = { error: { message: said, type: 'server_error' } }
    providers(stream([chunk, fault].map((event) => `data: ${JSON.stringify(event)}\n\n`)))
    const reply = await ask(path, { model: 'fast', messages, stream: true, max_tokens: 9 })
    expect(reply.status).toBe(200)
    expect(shown(reply)).not.toContain('AKIA')
    expect(JSON.stringify(await bed.gateway.call(reply))).not.toContain('AKIA')
  })
})

describe("a provider's error under a guardrail that redacts", () => {
  beforeAll(begin('redact'))
  afterAll(() => bed.close())

  it.each(asked)('goes on without what is found: $name', async ({ path, body, headers }) => {
    providers(vendorError(422, { message: said }))
    const reply = await ask(path, body, headers)
    expect(reply.status).toBe(422)
    expect(reply.text).toContain(`Use ${mask} now`)
    expect(shown(reply)).not.toContain('AKIA')
    expect(JSON.stringify(await bed.gateway.call(reply))).not.toContain('AKIA')
  })

  it('keeps the rest of the error as the vendor wrote it', async () => {
    providers(vendorError(400, { message: said }))
    const reply = await ask('/v1/messages', { model: 'clever', max_tokens: 9, messages })
    expect(reply.json).toMatchObject({ type: 'error', request_id: 'req_mock_0001' })
  })

  it.each(['/v1/chat/completions', '/v1/messages'])('holds for the event of a fault in a stream (%s)', async (path) => {
    const chunk = { id: 'c', object: 'chat.completion.chunk', choices: [{ index: 0, delta: { content: 'Well, ' } }] }
    const fault = { error: { message: said, type: 'server_error' } }
    providers(stream([chunk, fault].map((event) => `data: ${JSON.stringify(event)}\n\n`)))
    const reply = await ask(path, { model: 'fast', messages, stream: true, max_tokens: 9 })
    expect(reply.text).toContain(mask)
    expect(shown(reply)).not.toContain('AKIA')
    expect(JSON.stringify(await bed.gateway.call(reply))).not.toContain('AKIA')
  })
})

describe('a session that a provider does not open', () => {
  it.each([
    ['deny', 'keeps its words back'],
    ['redact', mask],
  ])('is refused without what is found in its words (%s)', async (action, told) => {
    const mock = await startMockRealtime()
    const account = { provider: 'openai', baseUrl: `${mock.origin}/v1`, apiKey: 'sk-x', allowPrivateNetwork: true }
    const gateway = await startTestGateway({
      config: {
        guardrails: [guardrail(action)],
        inspection: { preset: 'off' },
        providers: [{ id: 'o', ...account }],
      },
    })
    mock.refuse(400, JSON.stringify({ error: { message: said } }))
    const socket = new WebSocket(`${gateway.url.replace('http', 'ws')}/v1/realtime?model=o/gpt-realtime`, {
      headers: { authorization: `Bearer ${gateway.key}` },
    })
    socket.on('error', () => undefined)
    const [, response] = (await once(socket, 'unexpected-response')) as [unknown, AsyncIterable<Buffer> & Json]
    const chunks: Buffer[] = []
    for await (const chunk of response) chunks.push(chunk)
    const text = String(Buffer.concat(chunks))
    expect([response.statusCode, text.includes(told), text.includes('AKIA')]).toEqual([400, true, false])
    await gateway.close()
    await mock.close()
  })
})
