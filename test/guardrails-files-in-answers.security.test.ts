import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { post } from './support/client.ts'
import { inPieces, stream, unary } from './support/mock-replies.ts'
import { startTestbed, type Testbed } from './support/testbed.ts'

const secret = 'AKIAQ3EGTPXVZ5NHWL2M'
const email = 'bob.miller@acme.io'

let bed: Testbed
const start = async (guardrails: readonly object[], inspection: object = {}): Promise<void> => {
  bed = await startTestbed({ config: { guardrails, inspection: { preset: 'off', timeoutMs: 60_000, ...inspection } } })
}
afterEach(() => bed.reset())

const ask = (path: string, body: unknown) =>
  post(bed.gateway.url + path, body, { headers: { authorization: `Bearer ${bed.gateway.key}` } })
const base64 = (bytes: Buffer | string) => Buffer.from(bytes).toString('base64')
const wide = (text: string) => Buffer.from(`\uFEFF${text}`, 'utf16le')

/** What stands as a file in a body, each with what reads it. */
const encodings: readonly (readonly [string, (text: string) => Buffer, (bytes: Buffer) => string])[] = [
  ['UTF-8', (text) => Buffer.from(text), (bytes) => bytes.toString()],
  ['UTF-16', wide, (bytes) => bytes.toString('utf16le').slice(1)],
  ['Latin-1', (text) => Buffer.from(text, 'latin1'), (bytes) => bytes.toString('latin1')],
]

/** Answers of several vendors with a file in them. */
const answers: readonly (readonly [string, (data: string) => object])[] = [
  [
    'Gemini',
    (data) => ({
      candidates: [{ content: { role: 'model', parts: [{ inlineData: { mimeType: 'text/csv', data } }] } }],
    }),
  ],
  [
    'OpenAI',
    (data) => ({
      output: [{ type: 'code_interpreter_call', outputs: [{ type: 'image', url: `data:text/csv;base64,${data}` }] }],
    }),
  ],
  [
    'MCP',
    (data) => ({
      output: [{ type: 'message', content: [{ type: 'file', file: { filename: 'a.csv', file_data: data } }] }],
    }),
  ],
  [
    'Anthropic',
    (data) => ({ content: [{ type: 'document', source: { type: 'base64', media_type: 'text/csv', data } }] }),
  ],
]

/** The bytes of the one file of a body. */
function fileIn(body: string): Buffer {
  const found = /"(?:file_data|data|url)":"(?:data:[^,"]*;base64,)?([A-Za-z0-9+/=_-]*)"/.exec(body)
  expect(found, body).not.toBeNull()
  const bytes = Buffer.from(String(found?.[1]), 'base64')
  // It is Base64 throughout.
  expect(bytes.toString('base64')).toBe(found?.[1])
  return bytes
}

const table = (cell: string) => `name;größe;schlüssel der Anlage und sonst nichts\nAda Müller;9;${cell}\n`

describe('a text file in an answer of which something is redacted', () => {
  beforeAll(() => start([{ id: 'keys', detector: 'secrets', state: 'enforce', action: 'redact' }]))
  afterAll(() => bed.close())

  describe.each(answers)('in the words of %s', (_name, body) => {
    it.each(encodings)('stays a file of %s, for the client and on record', async (_encoding, write, read) => {
      bed.openai.reply(unary(body(base64(write(table(secret))))))
      const reply = await ask('/p/openai-mock/odd', {})
      expect(read(fileIn(reply.text))).toBe(table('[AWS_ACCESS_KEY]'))
      const call = await bed.gateway.call(reply)
      expect(read(fileIn(call.output.raw))).toBe(table('[AWS_ACCESS_KEY]'))
    })

    it('stays one in a stream', async () => {
      const events = [body(base64(wide(table(secret)))), body(base64(table(secret)))]
      bed.openai.reply(stream(events.map((event) => `data: ${JSON.stringify(event)}\n\n`)))
      const { text } = await ask('/p/openai-mock/odd', {})
      const [first = '', second = ''] = text.trim().split('\n\n')
      expect(fileIn(first)).toEqual(wide(table('[AWS_ACCESS_KEY]')))
      expect(fileIn(second).toString()).toBe(table('[AWS_ACCESS_KEY]'))
    })
  })

  it('is sent as it came where nothing is found', async () => {
    const [, body] = answers[0] ?? []
    const events = [body?.(base64(wide(table('x')))), body?.(base64(table('y')))]
    const sent = events.map((event) => `data: ${JSON.stringify(event)}\n\n`)
    bed.openai.reply(stream(sent))
    expect((await ask('/p/openai-mock/odd', {})).text).toBe(sent.join(''))
  })

  it('is found where a letter of it comes in each event', async () => {
    const pieces = [...secret].map((letter) => ({ delta: { data: letter } }))
    bed.openai.reply(stream(pieces.map((piece) => `data: ${JSON.stringify(piece)}\n\n`)))
    const { text } = await ask('/p/openai-mock/odd', {})
    expect(text.match(/"data":"(.)"/g)?.join('') ?? '').not.toContain(secret)
    expect(text).toContain('[AWS_ACCESS_KEY]')
  })

  describe.each(encodings)('as a body of %s', (_encoding, write, read) => {
    const text = `${'Größe der Anlage. '.repeat(9)}Use ${secret}. ${'Größe der Anlage. '.repeat(9)}`
    const without = text.replace(secret, '[AWS_ACCESS_KEY]')
    const headers = { 'content-type': 'text/plain' }

    it('stays one', async () => {
      bed.openai.reply(unary(write(text), { headers }))
      expect(read((await ask('/p/openai-mock/odd', {})).body)).toBe(without)
    })

    it.each([1, 7, 64])('stays one in pieces of %d bytes', async (size) => {
      bed.openai.reply(stream(inPieces(write(text), size), { headers }))
      expect(read((await ask('/p/openai-mock/odd', {})).body)).toBe(without)
    })
  })

  it('is refused as RTF, of which nothing can be written anew', async () => {
    bed.openai.reply(unary({ data: base64(`{\\rtf1\\ansi The key is ${secret}.\\par}`) }))
    const reply = await ask('/p/openai-mock/odd', {})
    expect(reply.headers['x-portcullis-error']).toBe('guardrail_denied')
  })
})

it('what a token stands for comes back in a text file', async () => {
  await start([
    { id: 'pii', detector: 'pii', state: 'enforce', action: 'redact', redaction: 'token', categories: ['contact'] },
  ])
  const said = { messages: [{ role: 'user', content: `Make a list of ${email}.` }] }
  const file = base64('name,mail of the person, nothing else\nBob,<EMAIL_1>\n')
  bed.openai.reply(unary({ file: { data: file } }))
  const reply = await ask('/p/openai-mock/odd', said)
  expect(String(bed.openai.requests[0]?.body)).toContain('<EMAIL_1>')
  expect(fileIn(reply.text).toString()).toContain(`Bob,${email}\n`)
  await bed.close()
})

describe('what is on record of a text file with a credential in it', () => {
  beforeAll(() => start([]))
  afterAll(() => bed.close())

  const fileOf = (bytes: Buffer) => ({
    model: 'fast',
    messages: [
      {
        role: 'user',
        content: [{ type: 'file', file: { filename: 'a.csv', file_data: `data:text/csv;base64,${base64(bytes)}` } }],
      },
    ],
  })

  it.each(encodings)('is the file without it: %s', async (_encoding, write, read) => {
    bed.openai.reply(
      unary({
        id: 'c',
        choices: [{ index: 0, message: { role: 'assistant', content: 'Fine.' }, finish_reason: 'stop' }],
      }),
    )
    const reply = await ask('/v1/chat/completions', fileOf(write(table(secret))))
    expect(read(fileIn(String(bed.openai.requests[0]?.body)))).toBe(table(secret))
    const call = await bed.gateway.call(reply)
    expect(read(fileIn(JSON.stringify(call.input)))).toBe(table('[AWS_ACCESS_KEY]'))
  })

  it.each(encodings)('is the file without it in a stream too: %s', async (_encoding, write, read) => {
    const event = `data: ${JSON.stringify({ data: base64(write(table(secret))) })}\n\n`
    bed.openai.reply(stream(event))
    const reply = await ask('/p/openai-mock/odd', {})
    expect(reply.text).toBe(event)
    const { output } = await bed.gateway.call(reply)
    expect(read(fileIn(output.raw))).toBe(table('[AWS_ACCESS_KEY]'))
  })

  it('is nothing of it where none of it can be written anew', async () => {
    bed.openai.reply(unary({ data: base64(`{\\rtf1\\ansi The key is ${secret}.\\par}`), [secret]: 1 }))
    const reply = await ask('/p/openai-mock/odd', { odd: { [`key ${secret}`]: { more: 1 } } })
    const { input, output } = await bed.gateway.call(reply)
    expect(JSON.stringify([input, output])).not.toContain(secret)
    expect(JSON.parse(output.raw)).toEqual({
      data: expect.stringMatching(/^\[file\] .*\[AWS_ACCESS_KEY\]/s),
      '[AWS_ACCESS_KEY]': 1,
    })
    expect(input).toEqual({ odd: { 'key [AWS_ACCESS_KEY]': { more: 1 } } })
  })
})
