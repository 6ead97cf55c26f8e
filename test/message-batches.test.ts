import Anthropic from '@anthropic-ai/sdk'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import type { Json } from './support/client.ts'
import { gate } from './support/gate.ts'
import { fixture, unary } from './support/mock-replies.ts'
import { startTestbed, type Testbed } from './support/testbed.ts'

let bed: Testbed
let client: Anthropic
beforeAll(async () => {
  bed = await startTestbed({
    keys: [
      { id: 'narrow', key: narrowKey, workspace: 'default', models: ['fast', 'clever'] },
      { id: 'limited', key: limitedKey, limits: [{ requests: 5, per: 'second' }] },
    ],
  })
  client = clientOf(bed.gateway.key)
})
afterAll(() => bed.close())
beforeEach(() => bed.reset())

const limitedKey = 'pk-test-limited-0123456789abcdefghijklmn'
const narrowKey = 'pk-test-narrow-0123456789abcdefghijklmno'
const path = '/v1/messages/batches'
const clientOf = (apiKey: string) => new Anthropic({ baseURL: bed.gateway.url, apiKey, maxRetries: 0 })
type Batch = Anthropic.Messages.Batches.MessageBatch
type Request = Anthropic.Messages.Batches.BatchCreateParams.Request

const ask = (id: string, model = 'fast', more: object = {}): Request => ({
  custom_id: id,
  params: { model, max_tokens: 100, messages: [{ role: 'user', content: id }], ...more },
})

/** Each look is one more request: batches are worked off behind the back of whoever made them. */
async function over({ id }: Pick<Batch, 'id'>, by = client): Promise<Batch> {
  for (;;) {
    const batch = await by.messages.batches.retrieve(id)
    if (batch.processing_status === 'ended') return batch
  }
}

async function resultsOf(id: string, by = client): Promise<Json[]> {
  const results: Json[] = []
  for await (const result of await by.messages.batches.results(id)) results.push(result)
  return results
}

const counts = { processing: 0, succeeded: 0, errored: 0, canceled: 0, expired: 0 }

describe('a batch of messages for models of several providers', () => {
  it('is made, followed, read and deleted with the official client', async () => {
    const made = await client.messages.batches.create({
      requests: [ask('one'), ask('two', 'clever'), ask('3', 'safe')],
    })
    expect(made).toMatchObject({
      type: 'message_batch',
      processing_status: 'in_progress',
      request_counts: { ...counts, processing: 3 },
      ended_at: null,
      results_url: null,
      archived_at: null,
      cancel_initiated_at: null,
    })
    expect(Date.parse(made.expires_at) - Date.parse(made.created_at)).toBe(24 * 3600 * 1000)
    const batch = await over(made)
    expect(batch.request_counts).toEqual({ ...counts, succeeded: 3 })
    expect(batch.results_url).toBe(`${path}/${made.id}/results`)
    // Of the requests nobody needs a copy any more.
    expect((await bed.gateway.get('/v1/files')).json.data).toMatchObject([{ filename: `${made.id}_output.jsonl` }])
    const results = await resultsOf(made.id)
    expect(results.map(({ custom_id: id, result }) => [id, result.type, result.message.type])).toEqual([
      ['one', 'succeeded', 'message'],
      ['two', 'succeeded', 'message'],
      ['3', 'succeeded', 'message'],
    ])
    expect(results[0].result.message.content[0].text).toBe(results[1].result.message.content[0].text)
    const calls = await bed.gateway.callsUntil(
      (all) => all.filter(({ clientDialect }: Json) => clientDialect === 'anthropic-messages').length >= 3,
    )
    const mine = calls.filter(({ clientDialect }: Json) => clientDialect === 'anthropic-messages')
    expect(mine.map(({ requestedModel }: Json) => requestedModel).toSorted()).toEqual(['clever', 'fast', 'safe'])
    expect(await client.messages.batches.delete(made.id)).toEqual({ id: made.id, type: 'message_batch_deleted' })
    await expect(client.messages.batches.retrieve(made.id)).rejects.toMatchObject({ status: 404 })
    expect((await bed.gateway.get('/v1/files')).text).not.toContain(made.id)
  })

  it('is made with the beta client, too', async () => {
    const { batches } = client.beta.messages
    const made = await batches.create({ requests: [ask('one'), ask('two', 'clever')], betas: ['another-beta-2026'] })
    while ((await batches.retrieve(made.id)).processing_status !== 'ended');
    const types: string[] = []
    for await (const { result } of await batches.results(made.id)) types.push(result.type)
    expect(types).toEqual(['succeeded', 'succeeded'])
    expect(bed.anthropic.requests[0]?.headers['anthropic-beta']).toContain('another-beta-2026')
    await batches.delete(made.id)
  })

  it('asks for what its head asks for in each of its calls, byte for byte', async () => {
    const body = `{"requests":[
      {"custom_id":"a","params":{"model":"clever","max_tokens":9,\r\n"messages":[{"role":"user","content":"\\n"}],"x":12345678901234567890,"y":1.0}},
      {"custom_id":"b","params":{"model":"fast","max_tokens":9,"messages":[]}}]}`
    const headers = { 'anthropic-beta': 'some-beta-2026', 'idempotency-key': 'once' }
    const made = (await bed.gateway.post(path, body, { headers })).json
    await over(made)
    const [request] = bed.anthropic.requests
    expect(request?.headers).toMatchObject({ 'anthropic-beta': 'some-beta-2026' })
    expect(request?.headers['idempotency-key']).toBeUndefined()
    expect(request?.body.toString()).toContain(
      '"max_tokens":9,  "messages":[{"role":"user","content":"\\n"}],"x":12345678901234567890,"y":1.0}',
    )
  })

  it('goes on behind requests that are wrong, and says of each what it is', async () => {
    const wrong = [
      { custom_id: 'none' },
      ask('stream', 'fast', { stream: true }),
      ask('type', 'fast', { messages: 7 }),
      ask('unknown', 'never-heard-of/it'),
      ask('deep', 'fast', { metadata: JSON.parse(`${'['.repeat(300)}${']'.repeat(300)}`) }),
    ] as Request[]
    const refusal = unary({ error: { message: 'No such thing.', type: 'invalid_request_error' } }, { status: 400 })
    // They run side by side: either may come first.
    bed.openai.script(({ body }) =>
      body.includes('refused') ? refusal : unary(fixture('openai/chat-completion.json')),
    )
    const made = await client.messages.batches.create({ requests: [...wrong, ask('refused'), ask('good')] })
    expect((await over(made)).request_counts).toEqual({ ...counts, succeeded: 1, errored: 6 })
    const results = await resultsOf(made.id)
    expect(results.map(({ custom_id: id, result }) => [id, result.type, result.error?.error.type])).toEqual([
      ['none', 'errored', 'invalid_request_error'],
      ['stream', 'errored', 'invalid_request_error'],
      ['type', 'errored', 'invalid_request_error'],
      ['unknown', 'errored', 'not_found_error'],
      ['deep', 'errored', 'invalid_request_error'],
      ['refused', 'errored', 'invalid_request_error'],
      ['good', 'succeeded', undefined],
    ])
    expect(results[0].result.error).toMatchObject({
      type: 'error',
      error: { message: 'The request has no `params` that is a JSON object.' },
    })
    expect(results[5].result.error.error.message).toBe('No such thing.')
    const { status, text } = await bed.gateway.control(`/api/v1/calls/${results[5].result.error.request_id}`)
    expect([status, text.includes('No such thing.')]).toEqual([200, true])
  })

  it('that is cancelled runs no more requests, and has a result for each', async () => {
    const held = gate()
    let running = 0
    const full = gate()
    bed.openai.script(() => async (exchange) => {
      if (++running === 8) full.open()
      await held.passed
      await unary(fixture('openai/chat-completion.json'))(exchange)
    })
    const requests = Array.from({ length: 20 }, (_, index) => ask(`r-${index}`))
    const made = await client.messages.batches.create({ requests })
    await full.passed
    await expect(client.messages.batches.delete(made.id)).rejects.toMatchObject({ status: 409 })
    await expect(client.messages.batches.results(made.id)).rejects.toThrow('in_progress')
    expect((await bed.gateway.get(`${path}/${made.id}/results`)).status).toBe(404)
    const cancelling = await client.messages.batches.cancel(made.id)
    expect(cancelling.processing_status).toBe('canceling')
    expect(cancelling.cancel_initiated_at).not.toBeNull()
    // Asked again, it is as it was.
    expect(await client.messages.batches.cancel(made.id)).toEqual(cancelling)
    held.open()
    expect((await over(made)).request_counts).toEqual({ ...counts, succeeded: 8, canceled: 12 })
    const types = (await resultsOf(made.id)).map(({ result }) => result.type)
    expect(types.toSorted()).toEqual([...Array(12).fill('canceled'), ...Array(8).fill('succeeded')])
    await expect(client.messages.batches.cancel(made.id)).rejects.toMatchObject({ status: 409 })
  })

  it('that is cancelled before it was read has a result for each request all the same', async () => {
    const made = await client.messages.batches.create({ requests: [ask('a'), ask('b')] })
    await client.messages.batches.cancel(made.id)
    const { request_counts: ended } = await over(made)
    expect(ended.canceled + ended.succeeded).toBe(2)
    expect(await resultsOf(made.id)).toHaveLength(2)
  })

  it('may be larger than what a limit of its key lets through at once', async () => {
    const limited = clientOf(limitedKey)
    const requests = Array.from({ length: 7 }, (_, index) => ask(`r-${index}`))
    const made = await limited.messages.batches.create({ requests })
    expect((await over(made)).request_counts).toEqual({ ...counts, succeeded: 7 })
  })

  it('holds each request to what its key may use', async () => {
    const narrow = clientOf(narrowKey)
    const made = await narrow.messages.batches.create({
      requests: [ask('mine', 'clever'), ask('not', 'anthropic-mock/x')],
    })
    await over(made, narrow)
    const results = await resultsOf(made.id, narrow)
    expect(results.map(({ result }) => result.error?.error.type)).toEqual([undefined, 'permission_error'])
    expect(bed.anthropic.requests).toHaveLength(1)
  })
})

describe('batches of messages', () => {
  it('are listed page by page, both ways, apart from those of OpenAI', async () => {
    const made: string[] = []
    for (const id of ['1', '2', '3', '4', '5']) {
      made.unshift((await client.messages.batches.create({ requests: [ask(id), ask(`${id}-x`, 'clever')] })).id)
    }
    const [newest, second, third, fourth, fifth] = made
    const ids = ({ data }: { data: Batch[] }) => data.map(({ id }) => id)
    const first = await client.messages.batches.list({ limit: 2 })
    expect([ids(first), first.has_more, first.first_id, first.last_id]).toEqual([
      [newest, second],
      true,
      newest,
      second,
    ])
    expect(ids(await client.messages.batches.list({ limit: 2, after_id: second ?? '' }))).toEqual([third, fourth])
    const before = await client.messages.batches.list({ limit: 2, before_id: fifth ?? '' })
    expect([ids(before), before.has_more]).toEqual([[third, fourth], true])
    expect(ids(await client.messages.batches.list({ limit: 9, before_id: third ?? '' }))).toEqual([newest, second])
    const all: string[] = []
    for await (const { id } of client.messages.batches.list({ limit: 2 })) all.push(id)
    expect(all.slice(0, 5)).toEqual(made)
    expect((await bed.gateway.get('/v1/batches')).json.data).toEqual([])
    for (const step of ['', '/cancel']) {
      const reply = await bed.gateway.post(`/v1/batches/${newest}${step}`, undefined, {
        method: step === '' ? 'GET' : 'POST',
      })
      expect(reply.status).toBe(404)
    }
    for (const id of made) await over({ id })
  })

  it.each([
    [{}, 'requests'],
    [{ requests: [] }, 'requests'],
    [{ requests: [7] }, 'requests[0]'],
    [{ requests: [ask('a'), { params: {} }] }, 'requests[1].custom_id'],
    [{ requests: [ask('with space')] }, 'requests[0].custom_id'],
    [{ requests: [ask('a'), ask('a')] }, 'requests[1].custom_id'],
  ])('are refused at once where no result could say what is wrong: %j', async (body, param) => {
    const reply = await bed.gateway.post(path, body)
    expect(reply.status).toBe(400)
    expect(reply.json).toMatchObject({ type: 'error', error: { type: 'invalid_request_error', param } })
  })

  it.each(['limit=0', 'limit=x', 'limit=1001', 'after_id=a&before_id=b'])('have no page %s', async (query) => {
    expect((await bed.gateway.get(`${path}?${query}`)).status).toBe(400)
  })

  it('are nothing without a key, in the words of Anthropic', async () => {
    const reply = await fetch(`${bed.gateway.url}/anthropic${path}`)
    expect(reply.status).toBe(401)
    expect(await reply.json()).toMatchObject({ type: 'error', error: { type: 'authentication_error' } })
  })
})
