import { once } from 'node:events'
import { afterEach, describe, expect, it } from 'vitest'
import { WebSocket } from 'ws'
import type { Json } from './support/client.ts'
import { type DetectorFolder, detectorFolder } from './support/detector-files.ts'
import { startDetectorMock } from './support/detector-mock.ts'
import { pdf } from './support/documents.ts'
import { startTestGateway, type TestGateway } from './support/gateway.ts'
import { type MockRealtime, type MockSession, queue, startMockRealtime } from './support/mock-realtime.ts'

const secret = 'AKIAQ3EGTPXVZ5NHWL2M'
const mask = '[AWS_ACCESS_KEY]'
const sound = 'AAAA'.repeat(100)
const guardrail = (fields: object) => ({ id: 'no-keys', detector: 'secrets', state: 'enforce', ...fields })

let mock: MockRealtime
let gateway: TestGateway
let socket: WebSocket
let session: MockSession
let messages: ReturnType<typeof queue<string>>
let closed: Promise<number>
let callId: string

async function open(guardrails: readonly object[], inspection: object = {}): Promise<void> {
  mock = await startMockRealtime()
  const account = { provider: 'openai', baseUrl: `${mock.origin}/v1`, apiKey: 'sk-x', allowPrivateNetwork: true }
  gateway = await startTestGateway({
    config: { guardrails, inspection: { preset: 'off', ...inspection }, providers: [{ id: 'o', ...account }] },
  })
  const url = `${gateway.url.replace('http', 'ws')}/v1/realtime?model=o/gpt-realtime`
  socket = new WebSocket(url, { headers: { authorization: `Bearer ${gateway.key}` } })
  messages = queue<string>()
  socket.on('message', (data) => messages.put(String(data)))
  socket.on('upgrade', ({ headers }) => {
    callId = String(headers['x-portcullis-call-id'])
  })
  closed = once(socket, 'close').then(([code]) => Number(code))
  await once(socket, 'open')
  session = await mock.session()
}
afterEach(async () => {
  socket.close()
  await gateway.close()
  await mock.close()
})

const say = (...events: readonly object[]): void => {
  for (const event of events) session.socket.send(JSON.stringify(event))
}
/** What the client gets up to a last event, which is added. */
async function heard(): Promise<Json[]> {
  say({ type: 'rate_limits.updated', event_id: 'event_last', rate_limits: [] })
  const got: Json[] = []
  for (;;) {
    const event = JSON.parse(await messages.take()) as Json
    if (event.event_id === 'event_last') return got
    got.push(event)
  }
}
const of = (type: string, more: object = {}) => ({
  type: `response.${type}`,
  event_id: 'event_1',
  response_id: 'resp_1',
  item_id: 'item_1',
  output_index: 0,
  content_index: 0,
  ...more,
})
const pieces = (type: string, text: string, size = 3, more: object = {}) =>
  (text.match(new RegExp(`.{1,${size}}`, 'gs')) ?? []).map((delta) => of(`${type}.delta`, { delta, ...more }))
const created = (id = 'resp_1') => ({
  type: 'response.created',
  event_id: 'event_c',
  response: { id, status: 'in_progress' },
})
const done = (output: readonly object[] = [], id = 'resp_1') => ({
  type: 'response.done',
  event_id: 'event_d',
  response: {
    id,
    object: 'realtime.response',
    status: 'completed',
    output,
    usage: { total_tokens: 3, input_tokens: 1, output_tokens: 2 },
  },
})
const message = (text: string) => ({
  id: 'item_1',
  type: 'message',
  role: 'assistant',
  content: [{ type: 'output_text', text }],
})
const answer = (text: string, type = 'output_text', field = 'text') => [
  created(),
  ...pieces(type, text),
  of(`${type}.done`, { [field]: text }),
  of('output_item.done', { item: message(text) }),
  { type: 'conversation.item.done', event_id: 'event_i', previous_item_id: null, item: message(text) },
  done([message(text)]),
]
const textOf = (events: readonly Json[]) => events.map(({ delta }) => delta ?? '').join('')
const kinds = (events: readonly Json[]) => events.map(({ type }) => type)

describe('an answer of a session under a guardrail that redacts', () => {
  it.each([
    ['output_text', 'text'],
    ['text', 'text'],
    ['output_audio_transcript', 'transcript'],
    ['audio_transcript', 'transcript'],
    ['function_call_arguments', 'arguments'],
    ['mcp_call_arguments', 'arguments'],
  ])('%s loses what is spread over events, in each event that says it, and keeps their order', async (type, field) => {
    await open([guardrail({ action: 'redact' })])
    const text = `{"a":"Sign in with ${secret} today, and not tomorrow."}`
    const said = answer(text, type, field)
    say(...said)
    const got = await heard()
    expect(kinds(got)).toEqual(kinds(said))
    expect(textOf(got)).toBe(text.replace(secret, mask))
    expect(JSON.stringify(got)).not.toContain(secret)
    // In its deltas, in the event of its end, twice in its item, and in the end of the answer.
    expect(JSON.stringify(got).split(mask)).toHaveLength(6)
  })

  it('is the same in pieces of any size', async () => {
    await open([guardrail({ action: 'redact' })])
    const text = `${secret} at the start, in the middle ${secret} ${secret}, and 😀 at the end ${secret}`
    for (const size of [1, 2, 7, 19, 20, 21, 64, 500]) {
      const id = { response_id: `resp_${size}`, item_id: `item_${size}` }
      say(...pieces('output_text', text, size, id), of('output_text.done', { text, ...id }), done([], id.response_id))
      const got = await heard()
      expect([size, textOf(got)]).toEqual([size, text.replaceAll(secret, mask)])
      expect(got.at(-2)?.['text']).toBe(text.replaceAll(secret, mask))
    }
  })

  it('goes byte for byte where there is nothing to take out', async () => {
    await open([guardrail({ action: 'redact' })])
    const said = answer('The capital of France is Paris.').map((event) => JSON.stringify(event, undefined, 1))
    for (const text of said) session.socket.send(text)
    for (const text of said) expect(await messages.take()).toBe(text)
  })

  it('is not joined wrongly where two answers come side by side', async () => {
    await open([guardrail({ action: 'redact' })])
    const other = { response_id: 'resp_2', item_id: 'item_2' }
    const [one, two] = [
      pieces('output_text', `Use ${secret}.`, 5),
      pieces('output_text', 'Nothing to see at all.', 5, other),
    ]
    say(created(), created('resp_2'))
    for (const [index, event] of one.entries()) say(event, two[index] ?? of('rate', other))
    say(
      of('output_text.done', { text: `Use ${secret}.` }),
      of('output_text.done', { text: 'Nothing to see at all.', ...other }),
    )
    const got = await heard()
    expect(textOf(got.filter(({ response_id }) => response_id === 'resp_1'))).toBe(`Use ${mask}.`)
    expect(textOf(got.filter(({ response_id }) => response_id === 'resp_2'))).toBe('Nothing to see at all.')
  })

  it('is one text, whatever its deltas are called in turn', async () => {
    await open([guardrail({ action: 'redact' })])
    say(created())
    for (const [index, event] of pieces('output_text', `Use ${secret} now.`).entries())
      say(index % 2 === 0 ? event : { ...event, type: 'response.text.delta' })
    say(of('output_text.done', { text: `Use ${secret} now.` }))
    expect(textOf(await heard())).toBe(`Use ${mask} now.`)
  })

  it('has no sound of what was taken out of its words', async () => {
    await open([guardrail({ action: 'redact' })])
    say(
      created(),
      of('output_audio.delta', { delta: sound }),
      ...pieces('output_audio_transcript', `The key is ${secret}.`),
      of('output_audio.delta', { delta: sound }),
      of('output_audio.done'),
      of('output_audio_transcript.done', { transcript: `The key is ${secret}.` }),
      done(),
    )
    const got = await heard()
    expect(textOf(got)).toBe(`The key is ${mask}.`)
    expect(kinds(got)).not.toContain('response.output_audio.delta')
  })

  it('puts back what the client said, also where the provider repeats its words', async () => {
    await open([
      { id: 'mail', detector: 'pii', state: 'enforce', action: 'redact', redaction: 'token', rules: ['email'] },
    ])
    const said = (text: string) => ({ type: 'message', role: 'user', content: [{ type: 'input_text', text }] })
    socket.send(JSON.stringify({ type: 'conversation.item.create', item: said('Write to ada@example.com.') }))
    const there = JSON.parse(await session.message()) as Json
    expect(there.item.content[0].text).toBe('Write to <EMAIL_1>.')
    say(
      { type: 'conversation.item.added', event_id: 'event_a', item: there.item },
      ...answer('I wrote to <EMAIL_1> today.'),
    )
    const got = await heard()
    expect(got[0]?.['item'].content[0].text).toBe('Write to ada@example.com.')
    expect(textOf(got)).toBe('I wrote to ada@example.com today.')
    expect(got.at(-1)?.['response'].output[0].content[0].text).toBe('I wrote to ada@example.com today.')
    socket.close()
    await session.closed
    const call = await gateway.call({ headers: { 'x-portcullis-call-id': callId } })
    expect(JSON.stringify(call)).not.toContain('ada@example.com')
  })
})

describe('an answer of a session under a guardrail that denies', () => {
  const deny = guardrail({ action: 'deny' })

  it('ends with an error, at the provider too, and the session goes on', async () => {
    await open([deny])
    const text = `Sign in with ${secret} today.`
    const said = answer(text)
    say(...said.slice(0, -1))
    const cancel = JSON.parse(await session.message()) as Json
    expect(cancel).toMatchObject({ type: 'response.cancel', response_id: 'resp_1' })
    say(
      {
        type: 'error',
        event_id: 'event_e',
        error: { code: 'response_cancel_not_active', event_id: cancel.event_id, message: 'No.' },
      },
      done([message(text)]),
    )
    const got = await heard()
    expect(JSON.stringify(got)).not.toContain(secret)
    expect(textOf(got)).toBe(textOf(got).slice(0, 'Sign in with '.length))
    expect(got.filter(({ type }) => type === 'error')).toMatchObject([{ error: { code: 'guardrail_denied' } }])
    expect(got.at(-1)).toMatchObject({
      type: 'response.done',
      response: { id: 'resp_1', status: 'failed', output: [], usage: { total_tokens: 3 } },
    })
    say(...answer('All is well.').map((event) => JSON.parse(JSON.stringify(event).replaceAll('_1"', '_9"'))))
    expect(textOf(await heard())).toBe('All is well.')
    socket.close()
    await session.closed
    const call = await gateway.call({ headers: { 'x-portcullis-call-id': callId } })
    expect(call).toMatchObject({ decisions: [{ guardrail: 'no-keys', point: 'output', action: 'deny' }] })
    expect(call).toMatchObject({ outputTokens: 4 })
  })

  const halves = [secret.slice(0, 11), secret.slice(11)] as const
  it.each<[string, (text: string) => readonly object[]]>([
    ['two parts', (text) => pieces('output_text', text, 4, { content_index: 1 })],
    ['text and the words of sound', (text) => pieces('audio_transcript', text, 4, { content_index: 1 })],
    ['two items', (text) => pieces('output_text', text, 4, { item_id: 'item_2', output_index: 1 })],
    ['one item that another answer has too', (text) => pieces('output_text', text, 4, { response_id: 'resp_2' })],
    ['two answers', (text) => pieces('output_text', text, 4, { response_id: 'resp_2', item_id: 'item_2' })],
  ])('finds what is split over %s', async (_name, second) => {
    await open([deny])
    say(
      created(),
      ...pieces('output_text', `The key is ${halves[0]}`),
      of('output_text.done', { text: `The key is ${halves[0]}` }),
    )
    say(...second(`${halves[1]} and more.`), done([], 'resp_2'), done())
    const got = await heard()
    expect(textOf(got)).not.toContain(halves[1].slice(0, 4))
    expect(got.filter(({ type }) => type === 'error')).toMatchObject([{ error: { code: 'guardrail_denied' } }])
  })

  it('does not take two texts for one where each says nothing wrong', async () => {
    const length = { id: 'long', detector: 'length', state: 'enforce', action: 'deny', points: ['output'] }
    await open([deny, { ...length, settings: { characters: { max: 120 } } }])
    const text = 'A sentence of some eighty letters or so, which is well within what it may have. '
    for (const number of [1, 2, 3]) {
      const id = { response_id: `resp_${number}`, item_id: `item_${number}` }
      say(...pieces('output_text', text, 9, id), of('output_text.done', { text, ...id }), done([], id.response_id))
    }
    const got = await heard()
    expect(textOf(got)).toBe(text.repeat(3))
    expect(kinds(got)).not.toContain('error')
  })

  it('finds what is only said in an event of a whole item', async () => {
    await open([deny])
    say(created(), of('output_item.done', { item: message(`Use ${secret}`) }), done([message(`Use ${secret}`)]))
    const got = await heard()
    expect(JSON.stringify(got)).not.toContain(secret)
    expect(kinds(got)).toEqual(['response.created', 'error', 'response.done'])
  })

  it('passes on nothing of an answer that goes on, and closes a session whose provider does not end it', async () => {
    await open([deny])
    say(created(), ...pieces('output_text', `Use ${secret} `, 30))
    expect(JSON.parse(await session.message())).toMatchObject({ type: 'response.cancel' })
    for (let index = 0; index < 1100; index++) say(of('output_text.delta', { delta: 'more ' }))
    expect(await closed).toBe(1008)
  })

  it('forgets what it heard a client say that may not be said', async () => {
    await open([deny])
    const spoken = { event_id: 'event_t', item_id: 'item_u', content_index: 0 }
    const start = 'conversation.item.input_audio_transcription'
    say(
      created(),
      { type: `${start}.delta`, ...spoken, delta: `My key is ${secret.slice(0, 9)}` },
      { type: `${start}.delta`, ...spoken, delta: `${secret.slice(9)} you know` },
    )
    expect(JSON.parse(await session.message())).toMatchObject({ type: 'response.cancel', response_id: 'resp_1' })
    expect(JSON.parse(await session.message())).toMatchObject({ type: 'conversation.item.delete', item_id: 'item_u' })
    say({ type: `${start}.completed`, ...spoken, transcript: `My key is ${secret} you know` }, done())
    const got = await heard()
    expect(JSON.stringify(got)).not.toContain(secret)
    expect(got.at(-1)).toMatchObject({ type: 'response.done', response: { status: 'failed' } })
    socket.close()
    await session.closed
    expect((await gateway.call({ headers: { 'x-portcullis-call-id': callId } })).decisions).toMatchObject([
      { point: 'input' },
    ])
  })

  it.each([
    ['a binary message', Buffer.from(JSON.stringify(of('output_text.delta', { delta: 'x' })))],
    ['no JSON', 'Use it'],
    ['a list', '[1]'],
  ])('closes a session in which the provider sends %s', async (_name, sent) => {
    await open([deny])
    session.socket.send(sent)
    expect(JSON.parse(await messages.take())).toMatchObject({ type: 'error', error: { code: 'uninspectable_body' } })
    expect(await closed).toBe(1008)
  })

  it('sends an event of which others read something else as it was read', async () => {
    await open([deny])
    session.socket.send('{"type":"rate_limits.updated","note":"AKIAQ3EG","note":"none"}')
    expect(await messages.take()).toBe('{"type":"rate_limits.updated","note":"none"}')
  })
})

describe('sound of an answer', () => {
  const words = 'Good morning to you.'
  const spoken = [
    created(),
    of('output_audio.delta', { delta: sound }),
    ...pieces('output_audio_transcript', words),
    of('output_audio.delta', { delta: sound }),
    of('output_audio.done'),
  ]
  const end = [
    of('output_audio_transcript.done', { transcript: words }),
    of('content_part.done', { part: { type: 'audio', transcript: words } }),
    done(),
  ]

  it('waits for its words, and keeps its place', async () => {
    await open([guardrail({ action: 'deny' })])
    say(...spoken)
    const own = { type: 'input_audio_buffer.append', audio: sound }
    socket.send(JSON.stringify(own))
    await session.message()
    expect(JSON.parse(await messages.take())).toMatchObject({ type: 'response.created' })
    say(...end)
    expect(kinds(await heard())).toEqual(kinds([...spoken.slice(1), ...end]))
  })

  it('goes as it comes where that was chosen, or where nothing would be done', async () => {
    await open([guardrail({ action: 'deny' })], { sessions: 'allow' })
    say(created(), of('output_audio.delta', { delta: sound }))
    expect(JSON.parse(await messages.take())).toMatchObject({ type: 'response.created' })
    expect(JSON.parse(await messages.take())).toMatchObject({ type: 'response.output_audio.delta' })
  })

  it.each([
    ['with its part', of('content_part.done', { part: { type: 'audio' } })],
    ['with its answer', done()],
  ])('goes nowhere without its words, which end %s', async (_name, last) => {
    await open([guardrail({ action: 'deny' })])
    say(created(), of('output_audio.delta', { delta: sound }), of('output_audio.done'), last)
    expect(JSON.parse(await session.message())).toMatchObject({ type: 'response.cancel' })
    if (last.type !== 'response.done') say(done())
    expect(kinds(await heard())).toEqual(['response.created', 'error', 'response.done'])
  })

  it('that waits without end is refused', async () => {
    await open([guardrail({ action: 'deny' })])
    const long = 'AAAA'.repeat(250_000)
    say(created(), ...Array.from({ length: 40 }, () => of('output_audio.delta', { delta: long })))
    expect(JSON.parse(await session.message())).toMatchObject({ type: 'response.cancel' })
    say(done())
    expect(kinds(await heard())).toEqual(['response.created', 'error', 'response.done'])
  })

  it('is not in items that are asked for, without words', async () => {
    await open([guardrail({ action: 'deny' })])
    const item = (part: object) => ({
      type: 'conversation.item.retrieved',
      event_id: 'event_r',
      item: { id: 'item_r', type: 'message', role: 'assistant', content: [{ type: 'audio', audio: sound, ...part }] },
    })
    say(item({}), item({ transcript: words }))
    const got = await heard()
    expect(got.map((event) => event['item'].content[0].audio)).toEqual([undefined, sound])
  })
})

it('a session whose provider leaves says all that may be said', async () => {
  await open([guardrail({ action: 'redact' })])
  say(created(), ...pieces('output_text', `Use ${secret}`))
  session.socket.close(1000)
  await closed
  const got: Json[] = []
  for (let index = 0; index < 9; index++) got.push(JSON.parse(await messages.take()) as Json)
  expect(textOf(got)).toBe(`Use ${mask}`)
})

it('an answer without end is passed on as it comes, with what waits bounded', async () => {
  await open([guardrail({ action: 'redact' })])
  say(created())
  let text = ''
  for (let index = 0; index < 3000; index++) say(of('output_text.delta', { delta: `word ${index} and another ` }))
  while (!text.includes('word 2900 ')) text += (JSON.parse(await messages.take()) as Json).delta ?? ''
  expect(text).toContain('word 0 and another word 1 ')
})

it('an answer waits for a detector that asks somebody else, in order, also one that is refused by it', async () => {
  const detector = await startDetectorMock()
  detector.answer(({ body }) => {
    const { text } = JSON.parse(body)
    return { findings: String(text).includes('Nightfall') ? [{ rule: 'project' }] : [] }
  })
  const settings = { url: `${detector.origin}/inspect`, allowPrivateNetwork: true }
  await open([{ id: 'own', detector: 'webhook', points: ['output'], action: 'deny', state: 'enforce', settings }])
  const said = answer('The weather is fine.')
  say(...said)
  expect(kinds(await heard())).toEqual(kinds(said))
  say(...answer('It is Nightfall.'))
  const got = await heard()
  expect(JSON.stringify(got)).not.toContain('Nightfall')
  expect(got.at(-1)).toMatchObject({ type: 'response.done', response: { status: 'failed' } })
  await detector.close()
})

describe('a detector of a file, in a session', () => {
  const own = async (action: string, more: object = {}): Promise<DetectorFolder> => {
    const files = await detectorFolder()
    const code = `export default {
      name: 'own', span: 40,
      detect(text) {
        if (text.includes('endless')) for (;;);
        return Array.from(text.matchAll(/TCK-\\d{6}/g), ({ index }) => ({ span: { start: index, end: index + 10 } }))
      },
    }`
    const settings = { file: await files.write('own.js', code), timeoutMs: 2000 }
    await open([{ id: 'own', detector: 'local', points: ['output'], action, state: 'enforce', settings, ...more }])
    return files
  }

  it('has its word on answers before they are given', async () => {
    const files = await own('deny')
    const said = answer('The weather is fine.')
    say(...said)
    expect(kinds(await heard())).toEqual(kinds(said))
    say(...answer('See TCK-004711.'))
    const got = await heard()
    expect(JSON.stringify(got)).not.toContain('004711')
    expect(got.at(-1)).toMatchObject({ type: 'response.done', response: { status: 'failed' } })
    await files.remove()
  })

  it('takes out what it finds', async () => {
    const files = await own('redact')
    say(...answer('See TCK-004711, please.'))
    const got = JSON.stringify(await heard())
    expect(got).toContain('[OWN]')
    expect(got).not.toContain('004711')
    await files.remove()
  })

  it('lets no answer pass that it does not come to an end with, said again or not', async () => {
    const files = await own('deny')
    for (let turn = 0; turn < 3; turn++) {
      say(...answer(`It is endless.`))
      const got = await heard()
      expect(JSON.stringify(got)).not.toContain('endless')
      expect(got.at(-1)).toMatchObject({ type: 'response.done', response: { status: 'failed' } })
    }
    await files.remove()
  })

  it('lets no message of a client pass, which cannot wait for it', async () => {
    const files = await own('deny', { points: ['input'] })
    const item = { type: 'message', role: 'user', content: [{ type: 'input_text', text: 'Hello there' }] }
    socket.send(JSON.stringify({ type: 'conversation.item.create', item }))
    expect(JSON.parse(await messages.take())).toMatchObject({ type: 'error', error: { code: 'guardrail_denied' } })
    await files.remove()
  })
})

it('a document in a session is refused, as it cannot be read there; a picture is not', async () => {
  await open([guardrail({ action: 'deny' })])
  const create = (part: object) =>
    socket.send(
      JSON.stringify({ type: 'conversation.item.create', item: { type: 'message', role: 'user', content: [part] } }),
    )
  create({ type: 'input_file', file_data: `data:application/pdf;base64,${pdf('(x) Tj').toString('base64')}` })
  expect(JSON.parse(await messages.take())).toMatchObject({ type: 'error', error: { code: 'uninspectable_body' } })
  const png = Buffer.concat([Buffer.from('89504e470d0a1a0a', 'hex'), Buffer.alloc(600, 7)]).toString('base64')
  create({ type: 'input_image', image_url: `data:image/png;base64,${png}` })
  create({ type: 'input_audio', audio: Buffer.alloc(900, 0x81).toString('base64') })
  expect(await session.message()).toContain('input_image')
  expect(await session.message()).toContain('input_audio')
})

describe('what a session says in three pieces and more', () => {
  const three = [secret.slice(0, 7), secret.slice(7, 14), secret.slice(14)]
  const singly = ['So: ', ...secret]
  const delta = (text: string, index: number, more: object = {}) =>
    of('output_text.delta', { delta: text, content_index: index, ...more })

  it.each(['deny', 'redact'])('is not passed on whole, under a guardrail that would %s', async (action) => {
    for (const said of [
      three.map((text, index) => delta(text, index)),
      singly.map((text, index) => delta(text, index)),
      three.map((text, index) => delta(text, 0, { item_id: `item_${index}` })),
      // Something else stands between.
      [
        delta(three[0] ?? '', 0),
        of('function_call_arguments.delta', { item_id: 'call', delta: '{"a":1}' }),
        delta(`${three[1]}${three[2]}`, 2),
      ],
      [
        delta(three[0] ?? '', 0),
        of('output_audio_transcript.delta', { item_id: 'o', delta: 'Hm. ' }),
        delta(`${three[1]}${three[2]}`, 2),
      ],
      // In turns.
      [delta(three[0] ?? '', 0), delta(three[1] ?? '', 1), delta(three[2] ?? '', 0)],
    ]) {
      await open([guardrail({ action })])
      say(created(), ...said, done())
      const got = await heard()
      expect(textOf(got)).not.toContain(secret)
      expect(kinds(got).slice(-2)).toEqual(['error', 'response.done'])
      socket.close()
      await gateway.close()
      await mock.close()
    }
    await open([guardrail({ action })])
  })

  it('is taken out of the parts of an item, and refused in items that follow each other', async () => {
    await open([guardrail({ action: 'redact' })])
    const content = three.map((text) => ({ type: 'output_text', text }))
    const item = (parts: readonly object[], id: string) => ({
      type: 'conversation.item.added',
      event_id: id,
      item: { id, type: 'message', role: 'assistant', content: parts },
    })
    say(item(content, 'i1'))
    const [got] = await heard()
    expect(got?.['item'].content.map((part: Json) => part.text)).toEqual([mask, '', ''])
    say(...content.map((part, index) => item([part], `n${index}`)))
    const followed = await heard()
    expect(kinds(followed)).toEqual(['conversation.item.added', 'conversation.item.added', 'error'])
    expect(JSON.stringify(followed)).not.toContain(three[2])
  })

  it('goes on where what ends a text was taken out by itself', async () => {
    await open([guardrail({ action: 'redact' })])
    say(created(), delta(`It is ${secret}`, 0), delta('Then it is. ', 1), done())
    expect(textOf(await heard())).toBe(`It is ${mask}Then it is. `)
  })

  it('does not bring the provider what a client cuts', async () => {
    await open([guardrail({ action: 'redact' })])
    const item = (texts: readonly string[]) =>
      socket.send(
        JSON.stringify({
          type: 'conversation.item.create',
          item: { type: 'message', role: 'user', content: texts.map((text) => ({ type: 'input_text', text })) },
        }),
      )
    item(three)
    expect(JSON.parse(await session.message()).item.content.map((part: Json) => part.text)).toEqual([mask, '', ''])
    item([`My key is ${secret}`])
    item(['Then use it.'])
    expect(await session.message()).toContain(mask)
    expect(await session.message()).toContain('Then use it.')
    item([`So: ${three[0]}`])
    item([three[1] ?? ''])
    item([three[2] ?? ''])
    expect(await session.message()).toContain(three[0])
    expect(await session.message()).toContain(three[1])
    expect(JSON.parse(await messages.take())).toMatchObject({ type: 'error', error: { code: 'guardrail_denied' } })
  })
})
