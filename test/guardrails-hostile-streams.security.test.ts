import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import type { Json, WireReply } from './support/client.ts'
import { inPieces, stream, unary } from './support/mock-replies.ts'
import { startTestbed, type Testbed } from './support/testbed.ts'

const secret = 'AKIAQ3EGTPXVZ5NHWL2M'
const guardrails = [{ id: 'no-keys', detector: 'secrets', state: 'enforce', action: 'deny' }]

let bed: Testbed
beforeAll(async () => {
  bed = await startTestbed({ config: { guardrails, inspection: { preset: 'off' } } })
})
afterAll(() => bed.close())
afterEach(() => bed.reset())

const codeOf = ({ headers }: WireReply) => headers['x-portcullis-error']
const messages = [{ role: 'user', content: 'Hi' }]
const choice = (content: string, index: unknown = 0) => ({ index, delta: { content }, finish_reason: null })
const chunk = (content: string, more: object = {}, index: unknown = 0) => ({
  id: 'c',
  object: 'chat.completion.chunk',
  choices: [choice(content, index)],
  ...more,
})
const sse = (data: string) => `data: ${data}\n\n`
const event = (value: object) => sse(JSON.stringify(value))
/** What a client shows that takes the first choice of each event. */
const shown = (text: string): string =>
  text
    .split('\n')
    .filter((line) => line.startsWith('data: {'))
    .map((line): Json => JSON.parse(line.slice(6).replace('NaN', 'null')))
    .map((one) => one.choices?.[0]?.delta?.content ?? one.delta?.text ?? '')
    .join('')

const bytes = Buffer.from('{"type":"ping"}').toString('base64')
/** Python reads it, and others do not. */
const lenient = (one: string): string => sse(JSON.stringify(chunk(one)).replace('{', '{"x":NaN,'))
const streams: readonly (readonly [string, readonly string[]])[] = [
  ['begins with a mark of the byte order', [`\uFEFF${event(chunk(secret))}`]],
  ['has bytes beside what it says', [event(chunk(secret, { bytes }))]],
  ['has bytes and another field beside what it says', [event(chunk(secret, { bytes, p: 'abc' }))]],
  ['says it in what should be letters without meaning', [event({ bytes, p: `The key is ${secret}.` })]],
  [
    'says it in bytes beside other things',
    [event({ bytes: Buffer.from(JSON.stringify(chunk(secret))).toString('base64'), x: 1 })],
  ],
  ['says it letter by letter, in what only some read as JSON', Array.from(secret, lenient)],
  [
    'says it letter by letter, each in an answer of another number',
    Array.from(secret, (one, at) => event(chunk(one, {}, at))),
  ],
  [
    'says it letter by letter, each in an answer of another name',
    Array.from(secret, (one, at) => event(chunk(one, {}, `${at}`))),
  ],
]

describe('a hostile stream under a guardrail that denies', () => {
  it.each(
    streams.flatMap(([how, pieces]) => ['/v1/chat/completions', '/v1/messages'].map((path) => ({ how, pieces, path }))),
  )('is cut where it $how ($path)', async ({ pieces, path }) => {
    bed.openai.reply(stream([...pieces, event(chunk(' and so on.')), sse('[DONE]')]))
    const reply = await bed.gateway.post(path, { model: 'fast', messages, stream: true, max_tokens: 9 })
    expect(reply.text).not.toContain(secret)
    expect(reply.text).not.toContain(Buffer.from(secret).toString('base64').slice(4, 20))
    expect(shown(reply.text)).not.toContain(secret)
  })

  it('keeps several answers apart where the call asks for them', async () => {
    const pieces = Array.from(secret, (one, at) => event(chunk(one, {}, at)))
    bed.openai.reply(stream([...pieces, sse('[DONE]')]))
    const reply = await bed.gateway.post('/v1/chat/completions', { model: 'fast', messages, stream: true, n: 20 })
    expect(shown(reply.text)).toBe(secret)
  })

  it('goes on as it was read where a name stands twice', async () => {
    const twice = JSON.stringify(chunk('x')).replace('"content":', `"content":"${secret}","content":`)
    bed.openai.reply(stream([sse(twice), event(chunk(' and so on.')), sse('[DONE]')]))
    const streamed = await bed.gateway.post('/v1/chat/completions', { model: 'fast', messages, stream: true })
    expect(streamed.text).not.toContain(secret)
    expect(shown(streamed.text)).toBe('x and so on.')
    const whole = {
      id: 'c',
      object: 'chat.completion',
      choices: [{ index: 0, message: { role: 'assistant', content: 'x' } }],
    }
    bed.openai.reply(unary(JSON.stringify(whole).replace('"content":', `"content":"${secret}","content":`)))
    const reply = await bed.gateway.post('/v1/chat/completions', { model: 'fast', messages })
    expect(reply.json).toEqual(whole)
    expect(reply.text).not.toContain(secret)
  })

  it('that says nothing wrong goes on byte for byte', async () => {
    const pieces = [`\uFEFF${event(chunk('x'))}`, `data:{ "bytes": "${bytes}", "p": "abcd" }\n\n`, sse('[DONE]')]
    bed.openai.reply(stream(pieces))
    const reply = await bed.gateway.post('/v1/chat/completions', { model: 'fast', messages, stream: true })
    expect(reply.text).toBe(pieces.join(''))
  })
})

const wide = Buffer.from(`The key is ${secret}, as you know.`, 'utf16le')
const notQuiteTexts: readonly (readonly [string, string, string | Buffer])[] = [
  ['a NUL near its beginning', 'text/plain', `a\0b ${secret} and so on`],
  ['NULs before JSON', 'application/json', `\0\0{"a":"${secret}"}`],
  ['NULs before lines', 'application/x-ndjson; charset=utf-8', `\0\0{"a":"${secret}"}\n`],
  ['more NULs than letters', 'text/plain', `${'\0'.repeat(900)}The key is ${secret}.`],
  ['a NUL in an event', 'Text/Event-Stream', `data: \0{"a":"${secret}"}\n\n`],
  ['letters behind what looks like UTF-16', 'text/plain', `${'a\0'.repeat(600)} The key is ${secret}.`],
  ['the letters of a picture', 'text/plain', `\x89PNG\r\n\x1a\n ${secret} and so on`],
  [
    'bytes of no encoding',
    'text/html',
    Buffer.concat([Buffer.from([0xff, 0, 0xc3, 0x28]), Buffer.from(` ${secret} .`)]),
  ],
  ['a NUL behind each letter', 'text/plain', wide],
  ['a NUL in front of each letter', 'text/plain', Buffer.from(wide).swap16()],
]

describe('what says that it is text', () => {
  it.each(notQuiteTexts.flatMap(([how, type, said]) => [1, 2, 3, 7, 4096].map((size) => ({ how, type, said, size }))))(
    'is read where it has $how, in pieces of $size bytes',
    async ({ type, said, size }) => {
      bed.openai.reply(stream(inPieces(Buffer.from(said), size), { headers: { 'content-type': type } }))
      const reply = await bed.gateway.get('/p/openai-mock/odd').then(
        ({ text }) => text,
        () => '',
      )
      expect(reply.replaceAll('\0', '')).not.toContain(secret)
    },
  )

  it.each(notQuiteTexts)('is read as a whole where it has %s', async (_how, type, said) => {
    bed.openai.reply(unary(said, { headers: { 'content-type': type } }))
    const reply = await bed.gateway.get('/p/openai-mock/odd').then(
      ({ text }) => text,
      () => '',
    )
    expect(reply.replaceAll('\0', '')).not.toContain(secret)
  })

  it('goes on byte for byte where nothing is found', async () => {
    const said = Buffer.from('a\0b \xff\xc3( \x89PNG', 'latin1')
    bed.openai.reply(stream(inPieces(said, 3), { headers: { 'content-type': 'text/plain' } }))
    expect((await bed.gateway.get('/p/openai-mock/odd')).body).toEqual(said)
  })
})

describe('a prompt of numbers of tokens', () => {
  const tokens = [...secret].map((letter) => letter.charCodeAt(0))
  const asked: readonly (readonly [string, object])[] = [
    ['/v1/completions', { model: 'chat-mock/m', prompt: tokens }],
    ['/v1/completions', { model: 'chat-mock/m', prompt: ['Hi', tokens] }],
    ['/v1/embeddings', { model: 'openai-mock/an-embedding', input: [tokens] }],
    ['/p/openai-mock/completions', { prompt: [tokens] }],
    ['/p/openai-mock/generate', { prompt_token_ids: tokens }],
  ]
  it.each(asked)('is refused, as nobody can read it: %s', async (path, body) => {
    const reply = await bed.gateway.post(path, body)
    expect([codeOf(reply), bed.openai.requests.length]).toEqual(['uninspectable_body', 0])
    expect((await bed.gateway.call(reply)).decisions).toMatchObject([{ guardrail: 'no-keys', fault: 'unreadable' }])
  })

  it.each(['/v1/completions', '/v1/embeddings'])(
    'of more texts than anybody asks about is refused: %s',
    async (path) => {
      const lists = Array.from({ length: 160_000 }, () => [9])
      const model = path === '/v1/completions' ? 'openai-mock/davinci-002' : 'openai-mock/text-embedding-3-small'
      const reply = await bed.gateway.post(path, { model, prompt: lists, input: lists })
      expect([codeOf(reply), bed.openai.requests.length]).toEqual(['uninspectable_body', 0])
    },
  )

  it('passes where that was chosen', async () => {
    const other = await startTestbed({ config: { guardrails, inspection: { preset: 'off', unreadable: 'allow' } } })
    const body = { model: 'openai-mock/text-embedding-3-small', input: [tokens] }
    expect((await other.gateway.post('/v1/embeddings', body)).status).toBe(200)
    await other.close()
  })
})
