import OpenAI from 'openai'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import type { Json } from './support/client.ts'
import { fixture, stream, unary, vendorError } from './support/mock-replies.ts'
import { type SharedBed, startSharedBed } from './support/shared-bed.ts'

let bed: SharedBed
let owner: OpenAI
beforeAll(async () => {
  bed = await startSharedBed()
  owner = new OpenAI({ baseURL: `${bed.gateway.url}/v1`, apiKey: bed.ownerKey, maxRetries: 0 })
})
afterAll(() => bed.close())
beforeEach(() => bed.reset())

const path = '/v1/responses'
const chat = '/v1/chat/completions'
const requests = (): number => bed.first.requests.length + bed.second.requests.length
const reference = (id: string) => ({ type: 'item_reference' as const, id })
const asked = (item: object, model = 'either') => ({ model, input: [item, { role: 'user', content: 'And?' }] })

/** A response of the account `second`, to the owner; the ids of its items. */
async function made(isStream: boolean): Promise<readonly string[]> {
  const suffix = String(Math.random()).slice(2)
  const said = fixture(isStream ? 'openai/response.sse' : 'openai/response.json')
    .toString()
    .replaceAll(/"((?:msg|rs|resp)_\w+)"/g, `"$1${suffix}"`)
  bed.second.reply(isStream ? stream(said) : unary(JSON.parse(said)))
  const body = { model: 'second/gpt-5-mini', input: 'x', stream: isStream }
  expect((await bed.as(bed.ownerKey, path, body)).status).toBe(200)
  bed.reset()
  return [...new Set([...said.matchAll(/"((?:msg|rs)_\w+)"/g)].map(([, id]) => id ?? ''))]
}

describe.each([false, true])('an item of a reply that an account keeps (streamed: %s)', (isStream) => {
  it('is named at that account, whatever the route says, in the client’s own words', async () => {
    for (const id of await made(isStream)) {
      bed.second.reply(unary(fixture('openai/response.json')))
      await owner.responses.create({ model: 'either', input: [reference(id), { role: 'user', content: 'And?' }] })
      expect(bed.second.requests.at(-1)?.json).toMatchObject({ input: [reference(id), { content: 'And?' }] })
    }
    expect(bed.first.requests).toHaveLength(0)
  })

  it('is not there for another workspace, nor for a model that does not lead to it', async () => {
    const [id = ''] = await made(isStream)
    const stranger = await bed.as(bed.strangerKey, path, asked(reference(id), 'second/gpt-5-mini'))
    const never = await bed.as(bed.strangerKey, path, asked(reference('msg_never'), 'second/gpt-5-mini'))
    expect([stranger.status, never.status]).toEqual([404, 404])
    expect(stranger.text.replaceAll(id, 'msg_never')).toBe(never.text)
    for (const model of ['first/gpt-5-mini', 'claude/claude-sonnet-4-5']) {
      const reply = await bed.as(bed.ownerKey, path, asked(reference(id), model))
      expect([reply.status, reply.json.error.message]).toEqual([404, expect.stringContaining('account "second"')])
    }
    expect(requests()).toBe(0)
  })

  it('is not had by any other way to name it', async () => {
    const ids = await made(isStream)
    const named = ids.flatMap((id): object[] => [
      { id },
      { type: null, id },
      { type: 'image_generation_call', id },
      { type: 'reasoning', id, summary: [] },
      { type: 'web_search_call', id, status: 'completed' },
    ])
    for (const item of named) {
      const reply = await bed.as(bed.strangerKey, path, asked(item, 'second/gpt-5-mini'))
      expect(reply.status, JSON.stringify(item)).toBe(404)
    }
    const hidden = JSON.stringify(asked(reference(ids[0] ?? ''), 'second/gpt-5-mini')).replace(
      /"id":/,
      '"id":"x","id":',
    )
    expect((await bed.as(bed.strangerKey, path, hidden)).status).toBe(400)
    expect(requests()).toBe(0)
  })

  it('goes anywhere when it is sent itself', async () => {
    const [id = ''] = await made(isStream)
    bed.first.reply(unary(fixture('anthropic/message.json')))
    const item = { type: 'message', role: 'assistant', id, content: [{ type: 'output_text', text: 'y' }] }
    const thought = { type: 'reasoning', id: 'rs_of_long_ago', summary: [] }
    const input = [{ role: 'user', content: 'x' }, thought, item, { role: 'user', content: 'And?' }]
    const reply = await bed.as(bed.strangerKey, path, { model: 'claude/claude-sonnet-4-5', input })
    expect(reply.status).toBe(200)
  })
})

describe('a stored prompt', () => {
  const prompt = { id: 'pmpt_1', variables: { name: 'Ada' } }

  it('is passed on where an account lets ids pass, and names nothing at accounts that others share', async () => {
    bed.first.reply(unary(fixture('openai/response.json')))
    const body = { model: 'open/gpt-5-mini', prompt, input: 'x' }
    await owner.responses.create(body)
    expect(bed.first.requests[0]?.json).toMatchObject({ prompt })
    const reply = await bed.as(bed.ownerKey, path, { ...body, model: 'first/gpt-5-mini' })
    expect([reply.status, reply.json.error.code]).toEqual([404, 'prompt_not_found'])
    expect(requests()).toBe(1)
  })

  it('is refused in one sentence by models of other vendors', async () => {
    const reply = await bed.as(bed.ownerKey, path, { model: 'claude/claude-sonnet-4-5', prompt, input: 'x' })
    expect(reply.status).toBe(404)
    expect(requests()).toBe(0)
  })
})

describe('a spoken answer', () => {
  const audio = { format: 'wav', voice: 'alloy' }
  const whole = (id: string) => ({
    id: 'chatcmpl-1',
    object: 'chat.completion',
    created: 1,
    model: 'gpt-audio',
    choices: [
      {
        index: 0,
        finish_reason: 'stop',
        message: { role: 'assistant', content: null, audio: { id, data: 'AAAA', expires_at: 2, transcript: 'Hello.' } },
      },
    ],
  })
  const next = (id: string, model = 'either') => ({
    model,
    messages: [
      { role: 'user' as const, content: 'x' },
      { role: 'assistant' as const, audio: { id } },
      { role: 'user' as const, content: 'And?' },
    ],
  })
  const ask = {
    model: 'second/gpt-audio',
    modalities: ['text', 'audio'],
    audio,
    messages: [{ role: 'user', content: 'x' }],
  }

  it('is named at the account that gave it, whole and streamed, and nowhere else', async () => {
    const chunk = (delta: object, finish: string | null = null): string =>
      `data: ${JSON.stringify({ id: 'c', object: 'chat.completion.chunk', created: 1, model: 'm', choices: [{ index: 0, delta, finish_reason: finish }] })}\n\n`
    const events = `${chunk({ role: 'assistant', audio: { id: 'audio_2' } })}${chunk({ audio: { transcript: 'Hi' } })}${chunk({}, 'stop')}data: [DONE]\n\n`
    bed.second.reply(unary(whole('audio_1')), stream(events))
    for (const isStream of [false, true])
      expect((await bed.as(bed.ownerKey, chat, { ...ask, stream: isStream })).status).toBe(200)
    for (const id of ['audio_1', 'audio_2']) {
      bed.reset()
      bed.second.reply(unary(fixture('openai/chat-completion.json')))
      await owner.chat.completions.create(next(id))
      expect(bed.first.requests).toHaveLength(0)
      expect(bed.second.requests[0]?.json).toMatchObject({ messages: next(id).messages })
      bed.reset()
      const reply = await bed.as(bed.ownerKey, chat, next(id, 'first/gpt-5-mini'))
      expect([reply.status, reply.json.error.message]).toEqual([404, expect.stringContaining('account "second"')])
      const stranger = await bed.as(bed.strangerKey, chat, next(id, 'second/gpt-audio'))
      expect([stranger.status, stranger.json.error.code]).toEqual([404, 'audio_not_found'])
      expect(requests()).toBe(0)
    }
  })
})

it('what a refused call named is not learned from the words of the refusal', async () => {
  bed.second.reply(vendorError(400))
  await bed.as(bed.ownerKey, path, asked(reference('msg_unseen'), 'second/gpt-5-mini'))
  const reply: Json = await bed.as(bed.ownerKey, path, asked(reference('msg_unseen'), 'second/gpt-5-mini'))
  expect(reply.status).toBe(404)
  expect(requests()).toBe(0)
})
