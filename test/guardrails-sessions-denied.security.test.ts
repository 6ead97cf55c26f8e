import { describe, expect, it } from 'vitest'
import type { Json } from './support/client.ts'
import { pdf } from './support/documents.ts'
import { sessionBed } from './support/session-bed.ts'
import {
  answer,
  created,
  done,
  guardrail,
  kinds,
  message,
  of,
  pieces,
  secret,
  textOf,
} from './support/session-events.ts'

const bed = sessionBed()

describe('an answer of a session under a guardrail that denies', () => {
  const deny = guardrail({ action: 'deny' })

  it('ends with an error, at the provider too, and the session goes on', async () => {
    await bed.open([deny])
    const text = `Sign in with ${secret} today.`
    const said = answer(text)
    bed.say(...said.slice(0, -1))
    const cancel = JSON.parse(await bed.session.message()) as Json
    expect(cancel).toMatchObject({ type: 'response.cancel', response_id: 'resp_1' })
    bed.say(
      {
        type: 'error',
        event_id: 'event_e',
        error: { code: 'response_cancel_not_active', event_id: cancel.event_id, message: 'No.' },
      },
      done([message(text)]),
    )
    const got = await bed.heard()
    expect(JSON.stringify(got)).not.toContain(secret)
    expect(textOf(got)).toBe(textOf(got).slice(0, 'Sign in with '.length))
    expect(got.filter(({ type }) => type === 'error')).toMatchObject([{ error: { code: 'guardrail_denied' } }])
    expect(got.at(-1)).toMatchObject({
      type: 'response.done',
      response: { id: 'resp_1', status: 'failed', output: [], usage: { total_tokens: 3 } },
    })
    bed.say(...answer('All is well.').map((event) => JSON.parse(JSON.stringify(event).replaceAll('_1"', '_9"'))))
    expect(textOf(await bed.heard())).toBe('All is well.')
    bed.socket.close()
    await bed.session.closed
    const call = await bed.call()
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
    await bed.open([deny])
    bed.say(
      created(),
      ...pieces('output_text', `The key is ${halves[0]}`),
      of('output_text.done', { text: `The key is ${halves[0]}` }),
    )
    bed.say(...second(`${halves[1]} and more.`), done([], 'resp_2'), done())
    const got = await bed.heard()
    expect(textOf(got)).not.toContain(halves[1].slice(0, 4))
    expect(got.filter(({ type }) => type === 'error')).toMatchObject([{ error: { code: 'guardrail_denied' } }])
  })

  it('does not take two texts for one where each says nothing wrong', async () => {
    const length = { id: 'long', detector: 'length', state: 'enforce', action: 'deny', points: ['output'] }
    await bed.open([deny, { ...length, settings: { characters: { max: 120 } } }])
    const text = 'A sentence of some eighty letters or so, which is well within what it may have. '
    for (const number of [1, 2, 3]) {
      const id = { response_id: `resp_${number}`, item_id: `item_${number}` }
      bed.say(...pieces('output_text', text, 9, id), of('output_text.done', { text, ...id }), done([], id.response_id))
    }
    const got = await bed.heard()
    expect(textOf(got)).toBe(text.repeat(3))
    expect(kinds(got)).not.toContain('error')
  })

  it('finds what is only said in an event of a whole item', async () => {
    await bed.open([deny])
    bed.say(created(), of('output_item.done', { item: message(`Use ${secret}`) }), done([message(`Use ${secret}`)]))
    const got = await bed.heard()
    expect(JSON.stringify(got)).not.toContain(secret)
    expect(kinds(got)).toEqual(['response.created', 'error', 'response.done'])
  })

  it('passes on nothing of an answer that goes on, and closes a session whose provider does not end it', async () => {
    await bed.open([deny])
    bed.say(created(), ...pieces('output_text', `Use ${secret} `, 30))
    expect(JSON.parse(await bed.session.message())).toMatchObject({ type: 'response.cancel' })
    for (let index = 0; index < 1100; index++) bed.say(of('output_text.delta', { delta: 'more ' }))
    expect(await bed.closed).toBe(1008)
  })

  it('forgets what it heard a client say that may not be said', async () => {
    await bed.open([deny])
    const spoken = { event_id: 'event_t', item_id: 'item_u', content_index: 0 }
    const start = 'conversation.item.input_audio_transcription'
    bed.say(
      created(),
      { type: `${start}.delta`, ...spoken, delta: `My key is ${secret.slice(0, 9)}` },
      { type: `${start}.delta`, ...spoken, delta: `${secret.slice(9)} you know` },
    )
    expect(JSON.parse(await bed.session.message())).toMatchObject({ type: 'response.cancel', response_id: 'resp_1' })
    expect(JSON.parse(await bed.session.message())).toMatchObject({
      type: 'conversation.item.delete',
      item_id: 'item_u',
    })
    bed.say({ type: `${start}.completed`, ...spoken, transcript: `My key is ${secret} you know` }, done())
    const got = await bed.heard()
    expect(JSON.stringify(got)).not.toContain(secret)
    expect(got.at(-1)).toMatchObject({ type: 'response.done', response: { status: 'failed' } })
    bed.socket.close()
    await bed.session.closed
    expect((await bed.call()).decisions).toMatchObject([{ point: 'input' }])
  })

  it.each([
    ['a binary message', Buffer.from(JSON.stringify(of('output_text.delta', { delta: 'x' })))],
    ['no JSON', 'Use it'],
    ['a list', '[1]'],
  ])('closes a session in which the provider sends %s', async (_name, sent) => {
    await bed.open([deny])
    bed.session.socket.send(sent)
    expect(JSON.parse(await bed.messages.take())).toMatchObject({
      type: 'error',
      error: { code: 'uninspectable_body' },
    })
    expect(await bed.closed).toBe(1008)
  })

  it('sends an event of which others read something else as it was read', async () => {
    await bed.open([deny])
    bed.session.socket.send('{"type":"rate_limits.updated","note":"AKIAQ3EG","note":"none"}')
    expect(await bed.messages.take()).toBe('{"type":"rate_limits.updated","note":"none"}')
  })
})

it.each([`(Use ${secret}) Tj`, 'no text'])(
  'a document that a tool of the provider gives back is read: %s',
  async (text) => {
    await bed.open([guardrail({ action: 'deny' })])
    const item = (said: string) => ({
      id: 'item_1',
      type: 'mcp_call',
      output: [{ type: 'resource', resource: { blob: pdf(said).toString('base64') } }],
    })
    const harmless = item('(The weather is fine.) Tj')
    bed.say(of('output_item.done', { item: harmless }))
    expect(await bed.heard()).toMatchObject([{ item: harmless }])
    bed.say(of('output_item.done', { item: item(text) }))
    expect(await bed.heard()).toMatchObject([{ type: 'error', error: { code: 'guardrail_denied' } }])
  },
)

it('a document in a session is refused, as it cannot be read there; a picture is not', async () => {
  await bed.open([guardrail({ action: 'deny' })])
  const create = (part: object) =>
    bed.socket.send(
      JSON.stringify({ type: 'conversation.item.create', item: { type: 'message', role: 'user', content: [part] } }),
    )
  create({ type: 'input_file', file_data: `data:application/pdf;base64,${pdf('(x) Tj').toString('base64')}` })
  expect(JSON.parse(await bed.messages.take())).toMatchObject({ type: 'error', error: { code: 'uninspectable_body' } })
  const png = Buffer.concat([Buffer.from('89504e470d0a1a0a', 'hex'), Buffer.alloc(600, 7)]).toString('base64')
  create({ type: 'input_image', image_url: `data:image/png;base64,${png}` })
  create({ type: 'input_audio', audio: Buffer.alloc(900, 0x81).toString('base64') })
  expect(await bed.session.message()).toContain('input_image')
  expect(await bed.session.message()).toContain('input_audio')
})
