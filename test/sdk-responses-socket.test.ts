import { once } from 'node:events'
import { Agent, OpenAIProvider, Runner, tool } from '@openai/agents'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { WebSocket } from 'ws'
import type { Json } from './support/client.ts'
import { queue } from './support/mock-realtime.ts'
import { eventsBefore, fixture, liveStream, stream, unary, vendorError } from './support/mock-replies.ts'
import { startTestbed, type Testbed } from './support/testbed.ts'

let bed: Testbed
beforeAll(async () => {
  bed = await startTestbed({ limits: { maxBodyBytes: 200_000, maxConcurrentCallsPerKey: 8 } })
})
afterAll(() => bed.close())
beforeEach(() => bed.reset())

const answer = 'Grüße aus dem Torhaus 🏰 — alles ruhig.'
const userItem = (text: string) => ({ type: 'message', role: 'user', content: [{ type: 'input_text', text }] })

interface Client {
  readonly socket: WebSocket
  send(message: unknown): void
  message(): Promise<string>
  event(): Promise<Json>
  /** The events up to the one of this type. */
  until(type: string): Promise<Json[]>
}

const socketUrl = (): string => `${bed.gateway.url.replace('http', 'ws')}/v1/responses`

async function connect(
  headers: Record<string, string> = { authorization: `Bearer ${bed.gateway.key}` },
): Promise<Client> {
  const socket = new WebSocket(socketUrl(), { headers })
  const messages = queue<string>()
  socket.on('message', (data) => messages.put(String(data)))
  await once(socket, 'open')
  const event = async (): Promise<Json> => JSON.parse(await messages.take())
  return {
    socket,
    send: (message) => socket.send(typeof message === 'string' ? message : JSON.stringify(message)),
    message: messages.take,
    event,
    until: async (type) => {
      const events: Json[] = []
      do events.push(await event())
      while (events.at(-1).type !== type)
      return events
    },
  }
}

async function refused(headers: Record<string, string>): Promise<{ status: number; body: Json }> {
  const socket = new WebSocket(socketUrl(), { headers })
  socket.on('error', () => undefined)
  const [, response] = await once(socket, 'unexpected-response')
  let body = ''
  for await (const chunk of response) body += String(chunk)
  return { status: response.statusCode, body: JSON.parse(body) }
}

const textOf = (events: readonly Json[]): string =>
  events.flatMap((event) => (event.type === 'response.output_text.delta' ? [event.delta] : [])).join('')

for (const { name, model, provider, files } of [
  { name: 'OpenAI', model: 'fast', provider: 'openai', files: 'openai/response' },
  { name: 'Anthropic', model: 'clever', provider: 'anthropic', files: 'anthropic/message' },
  {
    name: 'a server of Chat Completions',
    model: 'chat-mock/gpt-5-mini',
    provider: 'openai',
    files: 'openai/chat-completion',
  },
] as const) {
  describe(`Responses over a WebSocket with ${name}`, () => {
    it('gets each event as a message, and goes on where the response before ended', async () => {
      const client = await connect({
        authorization: `Bearer ${bed.gateway.key}`,
        'openai-beta': 'responses_websockets=2026-02-06',
        'session-id': '0199',
      })
      const request = { type: 'response.create', model, store: false, instructions: 'Be brief.' }
      client.send({ ...request, input: [userItem('Who goes there?')], include: ['reasoning.encrypted_content'] })
      const first = await client.until('response.completed')
      expect(first[0].type).toBe('response.created')
      expect(textOf(first)).toBe(answer)
      expect(first.at(-1).response.usage.output_tokens).toBe(212)

      client.send({ ...request, previous_response_id: first.at(-1).response.id, input: [userItem('And now?')] })
      expect(textOf(await client.until('response.completed'))).toBe(answer)
      client.socket.close()
      await once(client.socket, 'close')

      const [one, two] = bed[provider].requests
      expect(one?.headers).not.toHaveProperty('openai-beta')
      expect(one?.json).not.toHaveProperty('type')
      expect(one?.json).toMatchObject({ stream: true })
      const sent = two?.body.toString('utf8') ?? ''
      expect(sent).not.toContain('previous_response_id')
      const places = ['Who goes there?', answer, 'And now?'].map((text) => sent.indexOf(text))
      expect(places.every((place) => place > 0)).toBe(true)
      expect(places).toEqual([...places].sort((a, b) => a - b))
    })

    it('stops the provider when the client leaves', async () => {
      const live = liveStream()
      bed[provider].reply(live.reply)
      const client = await connect()
      client.send({ type: 'response.create', model, input: 'x' })
      await live.started
      client.socket.terminate()
      expect(await (await bed[provider].request(0)).ended).toBe('aborted')
    })

    it('answers an error of the provider as an event, and goes on', async () => {
      bed[provider].reply(vendorError(429, { message: 'Slow down.', headers: { 'retry-after': '7' } }))
      const client = await connect()
      client.send({ type: 'response.create', model, input: 'x' })
      expect(await client.event()).toMatchObject({
        type: 'error',
        status: 429,
        error: { message: expect.stringContaining('Slow down.') },
        headers: { 'retry-after': '7', 'x-portcullis-call-id': expect.any(String) },
      })
      client.send({ type: 'response.create', model, input: 'x' })
      expect(textOf(await client.until('response.completed'))).toBe(answer)
      client.socket.close()
    })

    it('runs an agent of the OpenAI Agents SDK over its socket', async () => {
      const asked: string[] = []
      bed[provider].reply(stream(fixture(`${files}-tools.sse`)))
      const modelProvider = new OpenAIProvider({
        apiKey: bed.gateway.key,
        baseURL: `${bed.gateway.url}/v1`,
        useResponses: true,
        useResponsesWebSocket: true,
      })
      const agent = new Agent({
        name: 'Guard',
        model,
        tools: [
          tool({
            name: 'get_weather',
            description: 'Current weather of a city',
            strict: false,
            parameters: {
              type: 'object',
              properties: { city: { type: 'string' } },
              required: [],
              additionalProperties: true,
            },
            execute: (input) => {
              asked.push((input as { city: string }).city)
              return Promise.resolve('4 degrees')
            },
          }),
        ],
      })
      const result = await new Runner({ modelProvider, tracingDisabled: true }).run(agent, 'Weather?')
      await modelProvider.close()
      expect(asked).toEqual(['Oslo', 'Zürich'])
      expect(result.finalOutput).toBe(answer)
      // Over HTTP it would not have asked for a stream.
      expect(bed[provider].requests.map(({ json }) => json)).toMatchObject([{ stream: true }, { stream: true }])
    })
  })
}

describe('a socket of the Responses API', () => {
  it('passes the events of OpenAI as they came', async () => {
    const client = await connect()
    client.send({ type: 'response.create', model: 'fast', input: 'x' })
    const expected = fixture('openai/response.sse')
      .toString('utf8')
      .split('\n')
      .flatMap((line) => (line.startsWith('data: ') ? [line.slice('data: '.length)] : []))
    for (const data of expected) expect(await client.message()).toBe(data)
    client.socket.close()
  })

  it('sends what it need not change to OpenAI as it was written', async () => {
    const client = await connect()
    const fields = '"seed": 12345678901234567890, "input" : "Gr\\u00fc\\u00dfe", "temperature":1.0'
    client.send(`{"type":"response.create", "model":"gpt-5-mini",${fields},"background":false}`)
    await client.until('response.completed')
    const sent = bed.openai.requests[0]?.body.toString('utf8')
    for (const field of fields.split(', ')) expect(sent).toContain(field)
    client.socket.close()
  })

  it('puts each response on record as a call of its own', async () => {
    const client = await connect()
    bed.openai.reply(vendorError(400))
    client.send({ type: 'response.create', model: 'fast', input: 'x' })
    const { headers } = await client.event()
    expect(await bed.gateway.call({ headers })).toMatchObject({
      status: 400,
      endpoint: '/v1/responses',
      clientDialect: 'openai-responses',
      stream: true,
    })
    client.socket.close()
  })

  it('answers a warm-up itself, and takes it as the beginning', async () => {
    const client = await connect()
    const request = { type: 'response.create', model: 'clever', store: false }
    client.send({ ...request, generate: false, input: [userItem('First of all.')] })
    const events = await client.until('response.completed')
    expect(events.map(({ type }) => type)).toEqual(['response.created', 'response.completed'])
    expect(bed.anthropic.requests).toHaveLength(0)
    client.send({ ...request, previous_response_id: events[1].response.id, input: [userItem('Go.')] })
    expect(textOf(await client.until('response.completed'))).toBe(answer)
    const sent = bed.anthropic.requests[0]?.body.toString('utf8') ?? ''
    expect(sent).toContain('First of all.')
    expect(sent).not.toContain('generate')
    client.socket.close()
  })

  it('answers one after the other, and names the stream of each event', async () => {
    const client = await connect()
    const live = liveStream()
    bed.openai.reply(live.reply)
    client.send({ type: 'response.create', stream_id: 'a', model: 'fast', input: 'x' })
    client.send({ type: 'response.create', stream_id: 'b', model: 'fast', input: 'x' })
    await live.started
    expect(bed.openai.requests).toHaveLength(1)
    await live.send(fixture('openai/response.sse'))
    await live.end()
    const events = [...(await client.until('response.completed')), ...(await client.until('response.completed'))]
    expect(new Set(events.map((event) => event.stream_id))).toEqual(new Set(['a', 'b']))
    const ids = events.map((event) => event.stream_id).join('')
    expect(ids).toMatch(/^a+b+$/)
    client.socket.close()
  })

  it('says which response it does not know, so that the client sends all again', async () => {
    const client = await connect()
    client.send({
      type: 'response.create',
      model: 'clever',
      store: false,
      previous_response_id: 'resp_gone',
      input: 'x',
    })
    expect(await client.event()).toMatchObject({
      type: 'error',
      status: 400,
      error: { code: 'previous_response_not_found', param: 'previous_response_id' },
    })
    expect(bed.anthropic.requests).toHaveLength(0)
    client.socket.close()
  })

  it('goes on from a response that the gateway keeps, as over HTTP', async () => {
    const client = await connect()
    client.send({ type: 'response.create', model: 'clever', input: 'Who goes there?' })
    const { response } = (await client.until('response.completed')).at(-1)
    client.send({ type: 'response.create', model: 'clever', previous_response_id: response.id, input: 'And now?' })
    await client.until('response.completed')
    expect(bed.anthropic.requests[1]?.body.toString('utf8')).toContain('Who goes there?')
    client.socket.close()
  })

  it('leaves a response that OpenAI stores to OpenAI', async () => {
    const client = await connect()
    client.send({ type: 'response.create', model: 'fast', previous_response_id: 'resp_stored', input: 'x' })
    await client.until('response.completed')
    expect(bed.openai.requests[0]?.json).toMatchObject({ previous_response_id: 'resp_stored' })
    client.socket.close()
  })

  it('gives a fault inside a stream a status', async () => {
    bed.anthropic.reply(
      stream([
        eventsBefore(fixture('anthropic/message.sse'), 'message_delta'),
        `event: error\ndata: ${JSON.stringify({ type: 'error', error: { type: 'overloaded_error', message: 'Overloaded' } })}\n\n`,
      ]),
    )
    const client = await connect()
    client.send({ type: 'response.create', model: 'clever', input: 'x' })
    expect((await client.until('error')).at(-1)).toMatchObject({
      status: expect.any(Number),
      error: { message: expect.stringContaining('Overloaded') },
    })
    client.socket.close()
  })

  it('turns a reply in one piece into events', async () => {
    bed.anthropic.reply(unary(fixture('anthropic/message.json')))
    const client = await connect()
    client.send({ type: 'response.create', model: 'clever', input: 'x' })
    expect(textOf(await client.until('response.completed'))).toBe(answer)
    client.socket.close()
  })

  it.each([
    ['not JSON', '{', 'invalid_json'],
    ['no object', '[]', 'invalid_json'],
    ['of another type', { type: 'response.steer' }, 'invalid_request'],
    ['without a model', { type: 'response.create', input: 'x' }, 'invalid_request'],
    ['with a model that nobody has', { type: 'response.create', model: 'nobody/nothing', input: 'x' }, 'unknown'],
  ])('answers a message that is %s with an error and stays open', async (_name, message, code) => {
    const client = await connect()
    client.send(message)
    const event = await client.event()
    expect(event).toMatchObject({ type: 'error', status: expect.any(Number), error: { message: expect.any(String) } })
    expect(JSON.stringify(event)).toContain(code)
    client.send({ type: 'response.processed', response_id: 'x' })
    client.send({ type: 'response.create', model: 'fast', input: 'x' })
    expect(textOf(await client.until('response.completed'))).toBe(answer)
    client.socket.close()
  })

  it('closes on a message over the limit and on a binary one', async () => {
    for (const [message, code] of [
      ['x'.repeat(200_001), 1009],
      [Buffer.from([1]), 1003],
    ] as const) {
      const { socket } = await connect()
      socket.send(message)
      expect((await once(socket, 'close'))[0]).toBe(code)
    }
  })

  it('refuses more waiting messages than it keeps', async () => {
    const client = await connect()
    const live = liveStream()
    bed.openai.reply(live.reply)
    for (let index = 0; index < 19; index++) client.send({ type: 'response.create', model: 'fast', input: 'x' })
    expect(await client.event()).toMatchObject({ type: 'error', status: 429, error: { code: 'too_many_calls' } })
    client.socket.terminate()
    expect(await (await bed.openai.request(0)).ended).toBe('aborted')
  })

  it('refuses a stranger, and what is no handshake, before it opens', async () => {
    expect(await refused({})).toMatchObject({ status: 401, body: { error: { message: expect.any(String) } } })
    expect(await refused({ authorization: 'Bearer wrong' })).toMatchObject({ status: 401 })
    const bare = await bed.gateway.get('/v1/responses')
    expect(bare.status).toBe(405)
    expect(bare.headers['allow']).toBe('POST')
  })
})
