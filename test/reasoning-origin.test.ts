import { once } from 'node:events'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { WebSocket } from 'ws'
import type { Json, WireReply } from './support/client.ts'
import { startTestGateway, type TestGateway } from './support/gateway.ts'
import { type MockProvider, startMockProvider } from './support/mock-provider.ts'
import { queue } from './support/mock-realtime.ts'
import { fixture, stream, unary, vendorError } from './support/mock-replies.ts'

/** What one account encrypts, the others cannot read. */
let mocks: readonly MockProvider[]
let first: MockProvider
let second: MockProvider
let claude: MockProvider
let claudeToo: MockProvider
let gateway: TestGateway

beforeAll(async () => {
  mocks = await Promise.all([0, 1, 2, 3].map(() => startMockProvider()))
  ;[first, second, claude, claudeToo] = mocks as [MockProvider, MockProvider, MockProvider, MockProvider]
  const account = (id: string, provider: string, baseUrl: string) => ({
    id,
    provider,
    baseUrl,
    apiKey: `sk-of-${id}`,
    allowPrivateNetwork: true,
  })
  const target = (name: string) => ({ target: name })
  gateway = await startTestGateway({
    config: {
      providers: [
        account('first', 'openai', `${first.origin}/v1`),
        account('second', 'openai', `${second.origin}/v1`),
        account('claude', 'anthropic', claude.origin),
        account('minimax', 'minimax', `${claudeToo.origin}/v1`),
        account('claude-too', 'anthropic', claudeToo.origin),
      ],
      models: {
        safe: { route: 'safe' },
        spread: { route: 'spread' },
        clever: { route: 'clever' },
      },
      routes: {
        safe: { fallback: [target('first/gpt-5'), target('second/gpt-5')] },
        spread: {
          loadbalance: [
            { ...target('first/gpt-5'), weight: 1000 },
            { ...target('second/gpt-5'), weight: 1 },
          ],
        },
        clever: { fallback: [target('claude/claude-sonnet-4-5'), target('claude-too/claude-sonnet-4-5')] },
      },
    },
  })
})
afterAll(async () => {
  await gateway.close()
  await Promise.all(mocks.map((mock) => mock.close()))
})
beforeEach(() => {
  for (const mock of mocks) mock.reset()
})

let conversations = 0
/** As no other conversation has it. */
function newPiece(): string {
  return `gAAAAABmade-by-this-account-${++conversations}==`
}

const include = ['reasoning.encrypted_content']
const question = { role: 'user', content: 'Who goes there?' }

function madeBy(mock: MockProvider, piece: string, isStream: boolean): void {
  if (isStream) {
    mock.reply(
      stream(
        fixture('openai/response.sse')
          .toString()
          .replaceAll(/gAAAAABpL[^"]*/g, piece),
      ),
    )
    return
  }
  const whole: Json = JSON.parse(fixture('openai/response.json').toString())
  const reasoning = { type: 'reasoning', id: 'rs_1', summary: [], encrypted_content: piece }
  mock.reply(unary({ ...whole, output: [reasoning, ...whole.output] }))
}

/** A turn that `second` makes, and the conversation as a client goes on with it. */
async function afterSecond(isStream = false): Promise<{ readonly piece: string; readonly input: Json[] }> {
  const piece = newPiece()
  madeBy(second, piece, isStream)
  const reply = await gateway.post('/v1/responses', {
    model: 'second/gpt-5',
    store: false,
    include,
    stream: isStream,
    input: [question],
  })
  expect([reply.status, reply.text.includes(piece)]).toEqual([200, true])
  second.reset()
  return { piece, input: goneOnWith(piece) }
}

function goneOnWith(piece: string): Json[] {
  return [
    question,
    { type: 'reasoning', id: 'rs_1', summary: [], encrypted_content: piece },
    { type: 'message', id: 'msg_1', role: 'assistant', content: [{ type: 'output_text', text: 'A friend.' }] },
    question,
  ]
}

const ask = (model: string, input: Json[]): Promise<WireReply> =>
  gateway.post('/v1/responses', { model, store: false, include, input })
const accountOf = (reply: WireReply): Promise<string> => gateway.call(reply).then(({ account }) => account)

describe.each([false, true])('reasoning that an account encrypted (stream: %s)', (isStream) => {
  it('leads the conversation back to that account, byte for byte, whatever the route would choose', async () => {
    const { input } = await afterSecond(isStream)
    for (const model of ['safe', 'spread']) {
      const reply = await ask(model, input)
      expect([reply.status, reply.headers['x-portcullis-dropped']]).toEqual([200, undefined])
      expect(second.requests.at(-1)?.json).toMatchObject({ input })
    }
    expect(first.requests).toEqual([])
  })

  it('is left out and named at once where only another account can answer', async () => {
    const { input } = await afterSecond(isStream)
    second.reply(vendorError(503))
    const reply = await ask('safe', input)
    expect([reply.status, reply.headers['x-portcullis-dropped']]).toEqual([200, 'input[].reasoning'])
    const { id: _, ...message } = input[2]
    expect(first.requests.map(({ json }) => (json as Json).input)).toEqual([[question, message, question]])
    const alone = await ask('first/gpt-5', input)
    expect([alone.status, alone.headers['x-portcullis-dropped']]).toEqual([200, 'input[].reasoning'])
    expect(first.requests).toHaveLength(2)
  })
})

describe('reasoning of several accounts in one conversation', () => {
  it('goes each to its own maker; the last one is asked first', async () => {
    const one = newPiece()
    madeBy(first, one, false)
    await ask('first/gpt-5', [question])
    const { piece, input } = await afterSecond()
    const mixed = [...goneOnWith(one), ...input.slice(1)]
    const reply = await ask('safe', mixed)
    expect(reply.headers['x-portcullis-dropped']).toBe('input[].reasoning')
    const sent = JSON.stringify(second.requests.at(-1)?.json)
    expect([sent.includes(one), sent.includes(piece)]).toEqual([false, true])
  })

  it('of which nothing is known changes nothing', async () => {
    const input = goneOnWith(newPiece())
    const reply = await ask('safe', input)
    expect([reply.status, reply.headers['x-portcullis-dropped']]).toEqual([200, undefined])
    expect(first.requests[0]?.json).toMatchObject({ input })
  })
})

describe('reasoning that came over a WebSocket', () => {
  it('leads back to its account, over the same socket and over HTTP', async () => {
    const piece = newPiece()
    const socket = new WebSocket(`${gateway.url.replace('http', 'ws')}/v1/responses`, {
      headers: { authorization: `Bearer ${gateway.key}` },
    })
    const messages = queue<string>()
    socket.on('message', (data) => messages.put(String(data)))
    await once(socket, 'open')
    const turn = async (model: string, input: Json[]): Promise<void> => {
      socket.send(JSON.stringify({ type: 'response.create', model, store: false, include, input }))
      let event: Json
      do event = JSON.parse(await messages.take())
      while (event.type !== 'response.completed')
    }
    madeBy(second, piece, true)
    await turn('second/gpt-5', [question])
    second.reply(stream(fixture('openai/response.sse')))
    await turn('safe', goneOnWith(piece))
    expect(JSON.stringify(second.requests.at(-1)?.json)).toContain(piece)
    expect(await accountOf(await ask('safe', goneOnWith(piece)))).toBe('second')
    expect(first.requests).toEqual([])
    socket.close()
    await once(socket, 'close')
  })
})

describe('reasoning that a client of another dialect carries', () => {
  it('leads back to its account too, and is left out elsewhere', async () => {
    const piece = newPiece()
    madeBy(second, piece, false)
    const messages: Json[] = [{ role: 'user', content: 'Who goes there?' }]
    const body = { max_tokens: 2000, thinking: { type: 'enabled', budget_tokens: 1024 }, messages }
    const { json } = await gateway.post('/v1/messages', { ...body, model: 'second/o3-pro' })
    expect(JSON.stringify(json.content)).toContain(piece)
    messages.push({ role: 'assistant', content: json.content }, { role: 'user', content: 'And now?' })
    const left = await gateway.post('/v1/messages', { ...body, model: 'first/o3-pro' })
    expect(String(left.headers['x-portcullis-dropped']).split(/, ?/)).toContain('thinking')
    expect(JSON.stringify(first.requests.at(-1)?.json)).not.toContain(piece)
    await gateway.post('/v1/messages', { ...body, model: 'second/o3-pro' })
    expect(JSON.stringify(second.requests.at(-1)?.json)).toContain(piece)
  })
})

describe('thinking that Claude signed', () => {
  const thinking = { type: 'enabled', budget_tokens: 1024 }
  const body = { model: 'clever', max_tokens: 4000, thinking }
  const user = { role: 'user', content: 'Which gate?' }
  const signed = { type: 'thinking', thinking: 'One guard.', signature: 'EqQBCkYIMockSignature+/abc123==' }
  const redacted = { type: 'redacted_thinking', data: 'EmwKAhgBMockRedacted+/xyz==' }
  const called = { type: 'tool_use', id: 'toolu_1', name: 'look', input: {} }
  const result = { role: 'user', content: [{ type: 'tool_result', tool_use_id: 'toolu_1', content: 'Closed.' }] }
  const messages = [user, { role: 'assistant', content: [signed, redacted, called] }, result]

  it.each([false, true])(
    'goes back to its account, and whole to another one of Claude (stream: %s)',
    async (isStream) => {
      const file = fixture(`anthropic/message-thinking.${isStream ? 'sse' : 'json'}`)
      claudeToo.reply(isStream ? stream(file) : unary(file))
      await gateway.post('/v1/messages', {
        ...body,
        model: 'claude-too/claude-sonnet-4-5',
        stream: isStream,
        messages: [user],
      })
      await gateway.post('/v1/messages', { ...body, messages })
      expect(claude.requests).toEqual([])
      expect(claudeToo.requests.at(-1)?.json).toMatchObject({ messages })
      claudeToo.reply(vendorError(503))
      const other = await gateway.post('/v1/messages', { ...body, messages })
      expect([other.status, other.headers['x-portcullis-dropped']]).toEqual([200, undefined])
      expect(claude.requests.at(-1)?.json).toMatchObject({ messages, thinking })
    },
  )

  it('is left out at once where Claude did not sign it', async () => {
    const signature = 'EqQBCkYIOfAnotherVendor=='
    const other: Json = JSON.parse(
      fixture('anthropic/message-thinking.json').toString().replace(signed.signature, signature),
    )
    claudeToo.reply(unary(other))
    await gateway.post('/v1/messages', { ...body, model: 'minimax/MiniMax-M2', messages: [user] })
    const turns = [user, { role: 'assistant', content: other.content }, user]
    const reply = await gateway.post('/v1/messages', { ...body, model: 'claude/claude-sonnet-4-5', messages: turns })
    expect([reply.status, reply.headers['x-portcullis-dropped']]).toEqual([200, 'thinking'])
    const sent = claude.requests.map(({ json }) => JSON.stringify(json))
    expect([sent.length, sent[0]?.includes(signature)]).toEqual([1, false])
  })

  it('is left out, and no more of it asked for in the middle of a loop, where the server refuses what others signed', async () => {
    claude.reply(
      unary(
        {
          type: 'error',
          error: {
            type: 'invalid_request_error',
            message: 'messages.1.content.0: Invalid `signature` in `thinking` block',
          },
        },
        { status: 400 },
      ),
    )
    const reply = await gateway.post('/v1/messages', { ...body, model: 'claude/claude-sonnet-4-5', messages })
    expect([reply.status, reply.headers['x-portcullis-dropped']]).toEqual([200, 'thinking'])
    const sent: Json = claude.requests.at(-1)?.json
    expect(sent).toMatchObject({ messages: [user, { role: 'assistant', content: [called] }, result] })
    expect(sent.thinking).toBeUndefined()
  })
})
