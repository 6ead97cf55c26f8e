/** A request over the WebSocket of the Responses API goes the same way as one over HTTP: nothing is skipped. */
import { once } from 'node:events'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { WebSocket } from 'ws'
import type { Json } from './support/client.ts'
import { queue } from './support/mock-realtime.ts'
import { stream } from './support/mock-replies.ts'
import { startTestbed, type Testbed } from './support/testbed.ts'

const secret = 'AKIAQ3EGTPXVZ5NHWL2M'
const keys = {
  strict: 'pk-strict-key-0123456789abcdef',
  elsewhere: 'pk-elsewhere-key-0123456789abc',
  once: 'pk-once-key-0123456789abcdefgh',
  poor: 'pk-poor-key-0123456789abcdefgh',
}

let bed: Testbed
beforeAll(async () => {
  bed = await startTestbed({
    config: {
      guardrails: [
        { id: 'no-keys', detector: 'secrets', points: ['input', 'output'], action: 'redact', state: 'enforce' },
        {
          id: 'no-plans',
          detector: 'words',
          settings: { forbidden: ['moonshot'] },
          points: ['input', 'output'],
          action: 'deny',
          state: 'enforce',
          keys: ['strict'],
        },
      ],
      inspection: { preset: 'off' },
    },
    keys: [
      { id: 'strict', key: keys.strict, models: ['*'] },
      { id: 'elsewhere', key: keys.elsewhere, models: ['*'], endpoints: ['/v1/embeddings'] },
      { id: 'once', key: keys.once, models: ['*'], limits: [{ requests: 1, per: 'day' }] },
      { id: 'poor', key: keys.poor, models: ['*'], budgets: [{ tokens: 20, per: 'day' }] },
    ],
  })
})
afterAll(() => bed.close())
afterEach(() => bed.reset())

async function connect(key: string = bed.gateway.key) {
  const socket = new WebSocket(`${bed.gateway.url.replace('http', 'ws')}/v1/responses`, {
    headers: { authorization: `Bearer ${key}` },
  })
  const messages = queue<string>()
  socket.on('message', (data) => messages.put(String(data)))
  await once(socket, 'open')
  const event = async (): Promise<Json> => JSON.parse(await messages.take())
  return {
    socket,
    ask: (body: Readonly<Record<string, unknown>>) => socket.send(JSON.stringify({ type: 'response.create', ...body })),
    /** All events of one response, its last among them. */
    async response(): Promise<Json[]> {
      const events = [await event()]
      while (!/^(?:error|response\.(?:completed|failed|incomplete))$/.test(events.at(-1)?.type))
        events.push(await event())
      return events
    },
  }
}

/** A provider's stream, in which `text` comes in pieces of `size`. */
function answering(text: string, size: number) {
  const item = {
    type: 'message',
    id: 'i1',
    role: 'assistant',
    status: 'completed',
    content: [{ type: 'output_text', text }],
  }
  const response = { id: 'r1', object: 'response', model: 'gpt-5-mini', status: 'completed', output: [item] }
  const at = { output_index: 0, content_index: 0, item_id: 'i1' }
  const pieces = Array.from({ length: Math.ceil(text.length / size) }, (_, index) =>
    text.slice(index * size, (index + 1) * size),
  )
  const events = [
    { type: 'response.created', response: { ...response, status: 'in_progress', output: [] } },
    { type: 'response.output_item.added', output_index: 0, item: { ...item, content: [] } },
    ...pieces.map((delta) => ({ type: 'response.output_text.delta', ...at, delta })),
    { type: 'response.output_text.done', ...at, text },
    { type: 'response.output_item.done', output_index: 0, item },
    {
      type: 'response.completed',
      response: { ...response, usage: { input_tokens: 11, output_tokens: 7, total_tokens: 18 } },
    },
  ]
  return stream(events.map((event) => `event: ${event.type}\ndata: ${JSON.stringify(event)}\n\n`))
}

describe('a request over the socket', () => {
  it('does not bring a provider what a guardrail takes out', async () => {
    const client = await connect()
    client.ask({ model: 'fast', input: `My key is ${secret}.` })
    await client.response()
    expect(String(bed.openai.requests[0]?.body)).toContain('[AWS_ACCESS_KEY]')
    expect(String(bed.openai.requests[0]?.body)).not.toContain(secret)
    client.socket.close()
  })

  it('is looked at again with all that went before on the socket', async () => {
    const client = await connect(keys.strict)
    client.ask({ model: 'fast', input: 'moonshot', generate: false, store: false })
    const warm = (await client.response()).at(-1)
    client.ask({ model: 'fast', input: 'Go on.', previous_response_id: warm?.response.id, store: false })
    expect(await client.response()).toEqual([
      expect.objectContaining({
        type: 'error',
        status: 400,
        error: expect.objectContaining({ code: 'guardrail_denied' }),
      }),
    ])
    expect(bed.openai.requests).toHaveLength(0)
    client.socket.close()
  })

  it('is answered without what a guardrail takes out, wherever events cut it', async () => {
    for (const size of [1, 3, 7]) {
      const client = await connect()
      bed.openai.reply(answering(`Yes: ${secret}, and so on.`, size))
      client.ask({ model: 'fast', input: 'Hi' })
      const events = await client.response()
      expect(events.at(-1)?.type).toBe('response.completed')
      const said = events
        .filter(({ type }) => type === 'response.output_text.delta')
        .map(({ delta }) => delta)
        .join('')
      expect(said).toBe('Yes: [AWS_ACCESS_KEY], and so on.')
      expect(JSON.stringify(events)).not.toContain(secret)
      client.socket.close()
    }
  })

  it('ends with an error where an answer is denied, and the next one on the socket is served', async () => {
    const client = await connect(keys.strict)
    bed.openai.reply(answering('We go on with moonshot then.', 4))
    client.ask({ model: 'fast', input: 'Hi' })
    const events = await client.response()
    expect(JSON.stringify(events)).not.toContain('moonshot')
    expect(events.at(-1)?.type).not.toBe('response.completed')
    bed.openai.reply(answering('Fine.', 4))
    client.ask({ model: 'fast', input: 'Hi' })
    expect((await client.response()).at(-1)?.type).toBe('response.completed')
    client.socket.close()
  })

  it('is refused where the key is not for the endpoint', async () => {
    await expect(connect(keys.elsewhere)).rejects.toThrow('403')
  })

  it('counts against the limits and budgets of its key', async () => {
    const limited = await connect(keys.once)
    limited.ask({ model: 'fast', input: 'Hi' })
    expect((await limited.response()).at(-1)?.type).toBe('response.completed')
    limited.ask({ model: 'fast', input: 'Hi' })
    expect(await limited.response()).toMatchObject([{ type: 'error', status: 429 }])
    limited.socket.close()
    const poor = await connect(keys.poor)
    poor.ask({ model: 'fast', input: 'word '.repeat(100) })
    expect(await poor.response()).toMatchObject([{ type: 'error', status: 429 }])
    poor.socket.close()
    expect(bed.openai.requests).toHaveLength(1)
  })

  it('is on record with what it used and what was decided, and without what was taken out', async () => {
    const client = await connect(keys.strict)
    bed.openai.reply(answering('Fine.', 3))
    client.ask({ model: 'fast', input: `My key is ${secret}.`, user: 'on-record' })
    await client.response()
    client.socket.close()
    // The client has its answer before the call has come to its end.
    const recorded = async (): Promise<Json> => (await bed.gateway.control('/api/v1/calls?user=on-record')).json
    let json = await recorded()
    while (json.data.length === 0) json = await recorded()
    expect(json.data).toMatchObject([
      { endpoint: '/v1/responses', key: 'strict', status: 200, stream: true, inputTokens: 11, outputTokens: 7 },
    ])
    const call = (await bed.gateway.control(`/api/v1/calls/${json.data[0].id}`)).json
    expect(JSON.stringify(call)).not.toContain(secret)
    expect(call.decisions).toMatchObject([{ type: 'guardrail', guardrail: 'no-keys', action: 'redact' }])
  })
})
