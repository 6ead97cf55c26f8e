import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { post, type WireReply } from './support/client.ts'
import { docx, flateBomb, paragraph, pdf, zip } from './support/documents.ts'
import { liveStream, stream, unary } from './support/mock-replies.ts'
import { startTestbed, type Testbed } from './support/testbed.ts'

const secret = 'AKIAQ3EGTPXVZ5NHWL2M'
const png = Buffer.concat([Buffer.from('89504e470d0a1a0a', 'hex'), Buffer.alloc(600, 7)])
const guardrail = (fields: object = {}) => ({
  id: 'no-keys',
  detector: 'secrets',
  points: ['output'],
  state: 'enforce',
  action: 'deny',
  ...fields,
})

let bed: Testbed
const start = async (guardrails: readonly object[], inspection: object = {}): Promise<void> => {
  bed = await startTestbed({ config: { guardrails, inspection: { preset: 'off', timeoutMs: 60_000, ...inspection } } })
}
afterEach(() => bed.reset())

const ask = (path = '/p/openai-mock/odd', body: unknown = {}) =>
  post(bed.gateway.url + path, body, { headers: { authorization: `Bearer ${bed.gateway.key}` } })
const codeOf = ({ headers }: Pick<WireReply, 'headers'>) => headers['x-portcullis-error']
const base64 = (bytes: Buffer) => bytes.toString('base64')
const eventOf = (value: unknown) => `data: ${JSON.stringify(value)}\n\n`

const leaking: readonly (readonly [string, Buffer])[] = [
  ['a PDF', pdf(`(Use ) Tj (${secret}) Tj`)],
  ['a text', docx(paragraph(secret.slice(0, 9), secret.slice(9)))],
  ['a sheet', zip([{ name: 'xl/sharedStrings.xml', content: `<sst><si><t>${secret}</t></si></sst>` }])],
  ['slides', zip([{ name: 'ppt/slides/slide1.xml', content: `<p:sld><a:t>${secret}</a:t></p:sld>` }])],
]
const harmless = pdf('(The weather is fine.) Tj')
const unreadable: readonly (readonly [string, () => Buffer])[] = [
  ['encrypted', () => docx('', [{ name: 'word/a.xml', content: '<a>x</a>', flags: 1 }])],
  [
    'an encrypted PDF',
    () =>
      pdf('(Report) Tj', {
        objects: [`<< /Filter /Standard /V 1 /R 2 /Length 40 /P -4 /O <${'00'.repeat(32)}> /U <${'11'.repeat(32)}> >>`],
        trailer: `/Encrypt 6 0 R /ID [<${'ab'.repeat(16)}> <${'ab'.repeat(16)}>]`,
      }),
  ],
  ['broken', () => Buffer.from(`%PDF-1.7\n${'x'.repeat(500)}`)],
  ['a bomb', () => docx('', [{ name: 'word/a.xml', content: Buffer.alloc(90 << 20) }])],
  ['a bomb of a PDF', () => pdf(flateBomb(900))],
  ['of old programs', () => Buffer.concat([Buffer.from('d0cf11e0a1b11ae1', 'hex'), Buffer.alloc(500, 1)])],
]

/** A file in the words of each vendor. */
const answers: readonly (readonly [string, (bytes: Buffer) => object])[] = [
  [
    'Gemini',
    (bytes) => ({
      candidates: [
        { content: { role: 'model', parts: [{ inlineData: { mimeType: 'application/pdf', data: base64(bytes) } }] } },
      ],
    }),
  ],
  [
    'OpenAI, from code that was run',
    (bytes) => ({
      output: [
        {
          type: 'code_interpreter_call',
          outputs: [{ type: 'image', url: `data:application/pdf;base64,${base64(bytes)}` }],
        },
      ],
    }),
  ],
  [
    'Anthropic, as the result of a tool',
    (bytes) => ({
      content: [
        {
          type: 'mcp_tool_result',
          content: [
            {
              type: 'document',
              source: { type: 'base64', media_type: 'application/pdf', data: base64(bytes) },
            },
          ],
        },
      ],
    }),
  ],
  [
    'MCP',
    (bytes) => ({
      content: [{ type: 'resource', resource: { uri: 'file:///a', mimeType: 'application/pdf', blob: base64(bytes) } }],
    }),
  ],
  ['a label that lies', (bytes) => ({ image_url: { url: `data:image/png;base64,${base64(bytes)}` } })],
  ['Base64 in lines', (bytes) => ({ data: `\n ${base64(bytes).replace(/.{76}/g, '$&\r\n')}` })],
]

it('a client that is gone leaves no document waiting: its provider is left, and others are read', async () => {
  await start([guardrail()])
  const live = liveStream()
  bed.openai.reply(live.reply)
  const sent = async (): Promise<void> => {
    await live.send(eventOf({ text: 'Here it is.' }))
    await live.send(eventOf({ data: base64(harmless).slice(0, 400) }))
  }
  await bed.gateway.leave('/p/openai-mock/odd', {}, sent())
  expect(await bed.openai.requests[0]?.ended).toBe('aborted')
  bed.openai.reply(unary({ data: base64(harmless) }))
  expect((await ask()).status).toBe(200)
  await bed.close()
})

describe('a document in an answer under a guardrail that denies', () => {
  beforeAll(() => start([guardrail()]))
  afterAll(() => bed.close())

  describe.each(answers)('in the words of %s', (_name, body) => {
    it('is read', async () => {
      for (const [, bytes] of leaking) {
        bed.openai.reply(unary(body(bytes)))
        const reply = await ask()
        expect([codeOf(reply), reply.text.length < 1000]).toEqual(['guardrail_denied', true])
      }
      bed.openai.reply(unary(body(harmless)))
      expect((await ask()).text).toBe(JSON.stringify(body(harmless)))
    })

    it('is read in a stream, before the client has any of it', async () => {
      for (const [, bytes] of leaking) {
        bed.openai.reply(stream([eventOf({ text: 'Here it is.' }), eventOf(body(bytes)), eventOf({ text: 'Done.' })]))
        const { text } = await ask()
        expect(text).toContain('guardrail_denied')
        expect(text).not.toContain(base64(bytes).slice(-200))
      }
      const events = [eventOf({ text: 'Here it is.' }), eventOf(body(harmless)), eventOf({ text: 'Done.' })]
      bed.openai.reply(stream(events))
      expect((await ask()).text).toBe(events.join(''))
    })
  })

  it('says where something was found', async () => {
    const [, body] = answers[0] ?? []
    bed.openai.reply(unary(body?.(pdf(`(Use ${secret}) Tj`)) ?? {}))
    const { decisions } = await bed.gateway.call(await ask())
    expect(decisions).toMatchObject([{ guardrail: 'no-keys', point: 'output', action: 'deny' }])
    expect(decisions[0].findings[0].path).toBe('/candidates/0/content/parts/0/inlineData/data/page 1')
  })

  it.each(unreadable)('that is %s is refused, whole and in a stream', { timeout: 60_000 }, async (_name, make) => {
    const bytes = make()
    bed.openai.reply(unary({ data: base64(bytes) }))
    const reply = await ask()
    expect(codeOf(reply)).toBe('guardrail_denied')
    expect(reply.text).toContain('inspection.unreadable')
    expect(await bed.gateway.call(reply)).toMatchObject({ decisions: [{ fault: 'unreadable', action: 'deny' }] })
    bed.openai.reply(stream([eventOf({ data: base64(bytes) }), eventOf({ text: 'Done.' })]))
    const { text } = await ask()
    expect(text).toContain('guardrail_denied')
    expect(text).not.toContain(base64(bytes).slice(0, 300))
  })

  it.each([
    ['a picture', { inlineData: { mimeType: 'image/png', data: base64(png) } }],
    ['sound', { delta: { audio: { id: 'a', data: base64(Buffer.alloc(900, 0x81)) } } }],
    ['what only its vendor reads', { type: 'redacted_thinking', data: base64(Buffer.alloc(900, 0x81)) }],
    ['numbers of an embedding', { data: [{ object: 'embedding', embedding: base64(Buffer.alloc(900, 0x81)) }] }],
  ])('%s passes, as nobody reads it', async (_name, body) => {
    bed.openai.reply(unary(body))
    expect((await ask()).text).toBe(JSON.stringify(body))
    const events = [eventOf(body), eventOf(body)]
    bed.openai.reply(stream(events))
    expect((await ask()).text).toBe(events.join(''))
  })

  it.each(leaking)('that comes in pieces is read as a whole: %s', async (_name, bytes) => {
    for (const size of [40, 65, 400]) {
      const pieces = base64(bytes).match(new RegExp(`.{1,${size}}`, 'g')) ?? []
      bed.openai.reply(stream([...pieces.map((data) => eventOf({ delta: { data } })), eventOf({ text: 'Done.' })]))
      const { text } = await ask()
      expect(text).toContain('guardrail_denied')
      expect(text.match(/"data":"[^"]*"/g)?.join('').length ?? 0).toBeLessThan(200)
    }
  })

  it('that comes in pieces as what is said is read', async () => {
    const pieces = base64(leaking[0]?.[1] ?? harmless).match(/.{1,7}/g) ?? []
    bed.openai.reply(stream(pieces.map((content) => eventOf({ choices: [{ index: 0, delta: { content } }] }))))
    expect((await ask()).text).toContain('guardrail_denied')
  })

  it('that comes in pieces goes on as it came where nothing is found', async () => {
    const events = (base64(harmless).match(/.{1,90}/g) ?? []).map((data) => eventOf({ delta: { data } }))
    for (const all of [events, [...events, eventOf({ text: 'Done.' })], [...events, ...events]]) {
      bed.openai.reply(stream(all))
      expect((await ask()).text).toBe(all.join(''))
    }
  })

  it('that goes on after something else was said is refused', async () => {
    const pieces = (base64(leaking[0]?.[1] ?? harmless).match(/.{1,300}/g) ?? []).map((data) => eventOf({ data }))
    bed.openai.reply(stream(pieces.flatMap((piece) => [piece, eventOf({ text: 'Wait.' })])))
    const { text } = await ask()
    expect(text).toContain('guardrail_denied')
  })

  it('that is cut by the end of its stream is refused', async () => {
    const whole = base64(harmless)
    bed.openai.reply(stream([eventOf({ data: whole.slice(0, whole.length / 2) })]))
    expect((await ask()).text).toContain('guardrail_denied')
  })

  it('that is longer than is held in a stream is refused, and its provider left', { timeout: 60_000 }, async () => {
    const piece = eventOf({ data: 'A'.repeat(1 << 20) })
    const events = [eventOf({ data: base64(harmless).replace(/=+$/, '') }), ...Array.from({ length: 40 }, () => piece)]
    bed.openai.reply(stream(events))
    const { text } = await ask()
    expect(text).toContain('guardrail_denied')
    expect(text.length).toBeLessThan(2000)
  })

  it.each(leaking)('that is the whole answer is read: %s', async (_name, bytes) => {
    for (const contentType of ['application/pdf', 'application/octet-stream']) {
      bed.openai.reply(unary(bytes, { headers: { 'content-type': contentType } }))
      const reply = await ask()
      expect(codeOf(reply) ?? reply.text.slice(0, 200)).toBe('guardrail_denied')
    }
  })
})

it.each([
  ['whole', unary],
  ['in a stream', (body: object) => stream(eventOf(body))],
] as const)('what would have to be taken out of a document is refused %s', async (_name, replying) => {
  await start([guardrail({ action: 'redact' })])
  bed.openai.reply(replying({ data: base64(pdf(`(Use ${secret}) Tj`)) }))
  const { text } = await ask()
  expect(text).toContain('nothing can be written anew')
  expect(text).toContain('guardrail_denied')
  await bed.close()
})

it.each([{ points: ['tool-result', 'output'] }, { points: ['output'] }])(
  'what a tool gives back in an answer is looked at by guardrails of %j',
  async (fields) => {
    await start([guardrail(fields)])
    const source = { type: 'base64', media_type: 'application/pdf', data: base64(pdf(`(Use ${secret}) Tj`)) }
    const content = [{ type: 'mcp_tool_result', content: [{ type: 'document', source }] }]
    bed.anthropic.reply(
      unary({ id: 'm', type: 'message', role: 'assistant', model: 'x', content, usage: { output_tokens: 1 } }),
    )
    const messages = [{ role: 'user', content: 'Make a report.' }]
    const reply = await ask('/v1/messages', { model: 'anthropic-mock/x', max_tokens: 9, messages })
    expect(codeOf(reply)).toBe('guardrail_denied')
    const { decisions } = await bed.gateway.call(reply)
    expect(decisions).toMatchObject([{ point: fields.points[0] }])
    await bed.close()
  },
)

it('what cannot be read passes where that was chosen, and that is on record; pictures do not where that was', async () => {
  await start([guardrail()], { unreadable: 'allow', media: 'deny' })
  const broken = { data: base64(Buffer.from(`%PDF-1.7\n${'x'.repeat(500)}`)) }
  bed.openai.reply(unary(broken))
  const reply = await ask()
  expect(reply.text).toBe(JSON.stringify(broken))
  expect(await bed.gateway.call(reply)).toMatchObject({
    decisions: [{ guardrail: 'no-keys', point: 'output', fault: 'unreadable', action: 'allow' }],
  })
  const long = base64(Buffer.from(`%PDF-1.7\n${'x'.repeat(30_000)}`))
  const events = (long.match(/.{1,1000}/g) ?? []).map((data) => eventOf({ data }))
  bed.openai.reply(stream(events))
  expect((await ask()).text).toBe(events.join(''))
  const odd = eventOf({ data: base64(Buffer.from(Array.from({ length: 500 }, (_, index) => (index * 37) % 256))) })
  bed.openai.reply(stream(Array.from({ length: 100 }, () => odd)))
  const streamed = await ask()
  expect(streamed.text).toBe(odd.repeat(100))
  // It is told once.
  expect((await bed.gateway.call(streamed)).decisions).toHaveLength(1)
  for (const body of [png, { data: base64(png) }]) {
    bed.openai.reply(unary(body, Buffer.isBuffer(body) ? { headers: { 'content-type': 'image/png' } } : {}))
    expect((await ask()).text).toContain('inspection.media')
  }
  await bed.close()
})

it('an answer is not read for guardrails of another workspace, of requests, or that are in shadow', async () => {
  await start([
    guardrail({ id: 'elsewhere', workspaces: ['other'] }),
    guardrail({ id: 'asked', points: ['input', 'tool-result', 'artifact'] }),
    guardrail({ id: 'watching', state: 'shadow' }),
  ])
  const bodies = [leaking[0]?.[1] ?? harmless, Buffer.from(`%PDF-1.7\n${'x'.repeat(500)}`)].map((bytes) => ({
    data: base64(bytes),
  }))
  for (const body of bodies) {
    bed.openai.reply(unary(body), stream(eventOf(body)))
    expect((await ask()).text).toBe(JSON.stringify(body))
    expect((await ask()).text).toBe(eventOf(body))
  }
  await bed.close()
})

it('a guardrail that only watches says what it finds, and holds nothing back', async () => {
  await start([guardrail({ action: 'allow' })])
  const pieces = base64(leaking[0]?.[1] ?? harmless).match(/.{1,300}/g) ?? []
  const events = pieces.map((data) => eventOf({ data }))
  bed.openai.reply(stream(events))
  const reply = await ask()
  expect(reply.text).toBe(events.join(''))
  expect(await bed.gateway.call(reply)).toMatchObject({ decisions: [{ guardrail: 'no-keys', action: 'allow' }] })
  await bed.close()
})

it('an error with a document in it is told in the words of the gateway', async () => {
  await start([guardrail()])
  const error = { message: 'No.', type: 'odd', data: base64(pdf(`(Use ${secret}) Tj`)) }
  bed.openai.reply(unary({ error }, { status: 400 }))
  const { text } = await ask()
  expect(text).not.toContain(error.data)
  await bed.close()
})
