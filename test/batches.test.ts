import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import Anthropic from '@anthropic-ai/sdk'
import OpenAI, { toFile } from 'openai'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { stringify } from 'yaml'
import { startGateway } from '../src/server/start.ts'
import { type Json, post } from './support/client.ts'
import { gate } from './support/gate.ts'
import { startMockProvider } from './support/mock-provider.ts'
import { fixture, unary } from './support/mock-replies.ts'
import { startTestbed, type Testbed } from './support/testbed.ts'

let bed: Testbed
let client: OpenAI
beforeAll(async () => {
  bed = await startTestbed({ keys: [{ id: 'narrow', key: narrowKey, workspace: 'default', models: ['fast'] }] })
  client = clientOf(bed.gateway.url, bed.gateway.key)
})
afterAll(() => bed.close())
beforeEach(() => bed.reset())

const narrowKey = 'pk-test-narrow-0123456789abcdefghijklmno'
const clientOf = (url: string, apiKey: string) => new OpenAI({ baseURL: `${url}/v1`, apiKey, maxRetries: 0 })
const chat = '/v1/chat/completions'
const ask = (customId: string, model = 'fast', more: object = {}) =>
  JSON.stringify({
    custom_id: customId,
    method: 'POST',
    url: chat,
    body: { model, messages: [{ role: 'user', content: customId }] },
    ...more,
  })

async function begun(lines: readonly string[], endpoint = chat, by = client): Promise<OpenAI.Batch> {
  const file = await by.files.create({
    file: await toFile(Buffer.from(lines.join('\n')), 'in.jsonl'),
    purpose: 'batch',
  })
  return by.batches.create({
    input_file_id: file.id,
    endpoint: endpoint as '/v1/chat/completions',
    completion_window: '24h',
    metadata: { job: 'nightly' },
  })
}

/** Each look is one more request: batches are worked off behind the back of whoever made them. */
async function over({ id }: { id: string }, by = client): Promise<OpenAI.Batch> {
  for (;;) {
    const batch = await by.batches.retrieve(id)
    if (['completed', 'failed', 'cancelled', 'expired'].includes(batch.status)) return batch
  }
}

async function linesOf(id: string | null | undefined, by = client): Promise<Json[]> {
  if (id == null) return []
  const text = await (await by.files.content(id)).text()
  return text
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line))
}

describe('a batch', () => {
  it('is made, followed and read with the official client, for models of providers that have no batches', async () => {
    const made = await begun([ask('one'), ask('two', 'clever'), ''])
    expect(made).toMatchObject({ object: 'batch', endpoint: chat, metadata: { job: 'nightly' }, output_file_id: null })
    const batch = await over(made)
    expect(batch).toMatchObject({
      status: 'completed',
      request_counts: { total: 2, completed: 2, failed: 0 },
      error_file_id: null,
    })
    const lines = await linesOf(batch.output_file_id)
    expect(lines.map(({ custom_id: id, response, error }) => [id, response.status_code, error])).toEqual([
      ['one', 200, null],
      ['two', 200, null],
    ])
    // The second was translated for Anthropic, and back.
    for (const { response } of lines) expect(response.body.choices[0].message.role).toBe('assistant')
    const calls = await bed.gateway.callsUntil((all) => all.filter(({ key }: Json) => key === 'team-a').length >= 2)
    expect(calls.map(({ id }: Json) => id)).toEqual(
      expect.arrayContaining(lines.map(({ response }) => response.request_id)),
    )
  })

  it('says what its lines have used, in the words of any endpoint, and which model answered where it was one', async () => {
    const spent = { prompt_tokens: 10, completion_tokens: 7, total_tokens: 17 }
    const details = {
      prompt_tokens_details: { cached_tokens: 4 },
      completion_tokens_details: { reasoning_tokens: 5 },
    }
    const choices = [{ index: 0, message: { role: 'assistant', content: 'a' }, finish_reason: 'stop' }]
    const answer = { id: 'c', object: 'chat.completion', model: 'gpt-5-mini-2025-08-07', choices }
    for (let line = 0; line < 2; line++) bed.openai.reply(unary({ ...answer, usage: { ...spent, ...details } }))
    const made = await begun([ask('one'), ask('two'), '[]'])
    expect(made).toMatchObject({ usage: { input_tokens: 0, output_tokens: 0, total_tokens: 0 } })
    const batch = await over(made)
    expect(batch.usage).toEqual({
      input_tokens: 20,
      input_tokens_details: { cached_tokens: 8 },
      output_tokens: 14,
      output_tokens_details: { reasoning_tokens: 10 },
      total_tokens: 34,
    })
    expect(batch.model).toBe('gpt-5-mini-2025-08-07')
    const mixed = await over(await begun([ask('one'), ask('two', 'clever'), ask('three')]))
    expect(mixed.usage?.total_tokens).toBeGreaterThan(34)
    expect(mixed.model).toBeUndefined()
    const list = [0.1]
    bed.openai.reply(
      unary({
        object: 'list',
        model: 'e',
        data: [{ object: 'embedding', index: 0, embedding: list }],
        usage: { prompt_tokens: 3, total_tokens: 3 },
      }),
    )
    const line = ask('v', 'fast', { url: '/v1/embeddings', body: { model: 'fast', input: 'a' } })
    const embedded = await over(await begun([line], '/v1/embeddings'))
    expect(embedded).toMatchObject({ usage: { input_tokens: 3, output_tokens: 0, total_tokens: 3 }, model: 'e' })
  })

  it('goes on behind lines that are wrong, and says of each what it is', async () => {
    const lines = ['{"custom_id":', ask('good'), '[]', ask('good'), ask('other', 'fast', { url: '/v1/embeddings' })]
    const more = [ask('get', 'fast', { method: 'GET' }), ask('none', 'fast', { body: 7 }), '{"method":"POST"}', '\xff']
    const batch = await over(await begun([...lines, ...more, ask('last')]))
    expect(batch).toMatchObject({ status: 'completed', request_counts: { total: 10, completed: 2, failed: 8 } })
    expect((await linesOf(batch.output_file_id)).map(({ custom_id: id }) => id)).toEqual(['good', 'last'])
    const errors = await linesOf(batch.error_file_id)
    expect(errors.map(({ custom_id: id, error }) => [id, error.code, error.message])).toEqual([
      [null, 'invalid_batch_line', 'Line 1 is not a JSON object.'],
      [null, 'invalid_batch_line', 'Line 3 is not a JSON object.'],
      ['good', 'invalid_batch_line', 'Line 4 repeats the `custom_id` of an earlier one.'],
      ['other', 'invalid_batch_line', 'Line 5 has another `url` than the `endpoint` of the batch.'],
      ['get', 'invalid_batch_line', 'Line 6 has another `method` than POST.'],
      ['none', 'invalid_batch_line', 'Line 7 has no `body` that is a JSON object.'],
      [null, 'invalid_batch_line', 'Line 8 has no `custom_id` of 1 to 512 characters.'],
      [null, 'invalid_batch_line', 'Line 9 is not a JSON object.'],
    ])
  })

  it('runs no line twice, and holds up no other, whose body or answer is nested too deep to be written', async () => {
    const deep = `${'['.repeat(50_000)}${']'.repeat(50_000)}`
    const wrong = ask('deep').replace('"messages":', `"x":${deep},"messages":`)
    bed.openai.reply(unary(`{"id":"a","object":"chat.completion","choices":[],"x":${deep}}`))
    const batch = await over(await begun([wrong, ask('answered')]))
    expect(batch.request_counts).toEqual({ total: 2, completed: 1, failed: 1 })
    expect((await linesOf(batch.error_file_id))[0].error.message).toContain('levels deep')
    expect((await linesOf(batch.output_file_id))[0].response.body).toContain(deep)
    expect(bed.openai.requests).toHaveLength(1)
  })

  it('is read whatever stands in front of its first line, and told apart by whole characters only', async () => {
    const half = (id: string) => ask('half').replace('"half"', `"\\u${id}"`)
    const batch = await over(await begun([`\ufeff${ask('first')}\r`, half('d800'), half('d801'), ask('zero\0')]))
    expect((await linesOf(batch.output_file_id)).map(({ custom_id: id }) => id)).toEqual(['first', 'zero\0'])
    expect((await linesOf(batch.error_file_id)).map(({ error }) => error.message)).toEqual([
      'Line 2 has half of a surrogate pair in its `custom_id`.',
      'Line 3 has half of a surrogate pair in its `custom_id`.',
    ])
  })

  it('of an endpoint that takes none is refused, and told of some that do', async () => {
    const refused = await begun([ask('a')], '/v1/chat/completion').catch((error) => error)
    expect([refused.status, refused.param]).toEqual([400, 'endpoint'])
    expect(refused.message).toContain('`/v1/embeddings`')
  })

  it('has what a provider refused in its file of errors', async () => {
    bed.openai.reply(unary({ error: { message: 'No such thing.', type: 'invalid_request_error' } }, { status: 400 }))
    const batch = await over(await begun([ask('one')]))
    const [line] = await linesOf(batch.error_file_id)
    expect(line).toMatchObject({ custom_id: 'one', error: null, response: { status_code: 400 } })
    expect(line.response.body.error.message).toBe('No such thing.')
    expect(batch.output_file_id).toBeNull()
  })

  it('holds each line to what its key may use', async () => {
    const narrow = clientOf(bed.gateway.url, narrowKey)
    const batch = await over(await begun([ask('mine'), ask('not mine', 'clever')], chat, narrow), narrow)
    expect((await linesOf(batch.output_file_id, narrow)).map(({ custom_id: id }) => id)).toEqual(['mine'])
    const [refused] = await linesOf(batch.error_file_id, narrow)
    expect(refused.response).toMatchObject({ status_code: 403, body: { error: { code: 'model_not_allowed' } } })
    expect(bed.anthropic.requests).toHaveLength(0)
  })

  it('is made of embeddings too', async () => {
    const line = { custom_id: 'e', method: 'POST', url: '/v1/embeddings', body: { model: 'fast', input: 'x' } }
    const batch = await over(await begun([JSON.stringify(line)], '/v1/embeddings'))
    const [{ response }] = await linesOf(batch.output_file_id)
    expect(response.body).toEqual(JSON.parse(fixture('openai/embeddings.json').toString()))
  })

  it('that is cancelled runs no more lines, and ends those that run', async () => {
    const held = gate()
    let running = 0
    const full = gate()
    bed.openai.script(() => async (exchange) => {
      if (++running === 8) full.open()
      await held.passed
      await unary(fixture('openai/chat-completion.json'))(exchange)
    })
    const made = await begun(Array.from({ length: 20 }, (_, index) => ask(`line-${index}`)))
    await full.passed
    expect((await client.batches.cancel(made.id)).status).toBe('cancelling')
    held.open()
    const batch = await over(made)
    expect(batch).toMatchObject({ status: 'cancelled', request_counts: { total: 20, completed: 8 } })
    expect(await linesOf(batch.output_file_id)).toHaveLength(8)
    const errors = await linesOf(batch.error_file_id)
    expect(errors.map(({ error }) => error.code)).toEqual(Array(12).fill('batch_cancelled'))
    expect(bed.openai.requests).toHaveLength(8)
    await expect(client.batches.cancel(made.id)).rejects.toMatchObject({ status: 409 })
  })

  it('runs no more lines once its key has come to its end', async () => {
    const admin = (method: string, path: string, body: object) =>
      post(bed.gateway.controlUrl + path, body, {
        method,
        headers: { authorization: `Bearer ${bed.gateway.adminToken}` },
      })
    const { key } = (await admin('POST', '/api/v1/keys', { id: 'ending' })).json
    const held = gate()
    let running = 0
    const full = gate()
    bed.openai.script(() => async (exchange) => {
      if (++running === 8) full.open()
      await held.passed
      await unary(fixture('openai/chat-completion.json'))(exchange)
    })
    const made = await begun(
      Array.from({ length: 12 }, (_, index) => ask(`line-${index}`)),
      chat,
      clientOf(bed.gateway.url, key),
    )
    await full.passed
    await admin('PATCH', '/api/v1/keys/ending', { expiresAt: '2020-01-01T00:00:00Z' })
    held.open()
    const batch = await over(made)
    expect(batch.request_counts).toMatchObject({ total: 12, completed: 8, failed: 4 })
    const errors = await linesOf(batch.error_file_id)
    expect(errors.map(({ response }) => response.body.error.code)).toEqual(Array(4).fill('expired_key'))
  })

  it('of a key that is bound to a network runs, as who made it was in there', async () => {
    const made = await post(
      `${bed.gateway.controlUrl}/api/v1/keys`,
      { id: 'here', networks: ['127.0.0.0/8', '::1'] },
      { method: 'POST', headers: { authorization: `Bearer ${bed.gateway.adminToken}` } },
    )
    const by = clientOf(bed.gateway.url, made.json.key)
    const batch = await over(await begun([ask('a line')], chat, by), by)
    expect(batch.request_counts).toEqual({ total: 1, completed: 1, failed: 0 })
  })

  it.each([
    [{ endpoint: '/v1/audio/speech' }, 'endpoint'],
    [{ endpoint: '/nothing' }, 'endpoint'],
    [{ completion_window: '1h' }, 'completion_window'],
    [{ input_file_id: 'file-none' }, 'input_file_id'],
    [{ metadata: { a: 1 } }, 'metadata.a'],
  ])('is refused at once with a wrong field: %j', async (wrong, param) => {
    const file = await client.files.create({ file: await toFile(Buffer.from(ask('a')), 'in.jsonl'), purpose: 'batch' })
    const body = { input_file_id: file.id, endpoint: chat, completion_window: '24h', ...wrong }
    const reply = await bed.gateway.post('/v1/batches', body)
    expect([reply.status, reply.json.error.param]).toEqual([param === 'input_file_id' ? 404 : 400, param])
  })

  it('without a line fails as a whole', async () => {
    const batch = await over(await begun(['', ' \r']))
    expect(batch).toMatchObject({ status: 'failed', errors: { data: [{ code: 'invalid_file' }] } })
  })
})

describe('a file', () => {
  it('is given back as it came, listed, and deleted', async () => {
    const bytes = Buffer.from(`${ask('Grüße')}\r\n\0not json\n`)
    const file = await client.files.create({ file: await toFile(bytes, 'a "name".jsonl'), purpose: 'batch' })
    expect(file).toMatchObject({ object: 'file', bytes: bytes.length, purpose: 'batch' })
    expect(Buffer.from(await (await client.files.content(file.id)).arrayBuffer())).toEqual(bytes)
    expect((await client.files.retrieve(file.id)).id).toBe(file.id)
    expect((await client.files.list({ purpose: 'batch', limit: 1 })).data.map(({ id }) => id)).toEqual([file.id])
    expect(await client.files.delete(file.id)).toEqual({ id: file.id, object: 'file', deleted: true })
    await expect(client.files.retrieve(file.id)).rejects.toMatchObject({ status: 404 })
    await expect(client.files.delete(file.id)).rejects.toMatchObject({ status: 404 })
  })

  it('is listed page by page, the newest first', async () => {
    const made: string[] = []
    for (const name of ['1', '2', '3']) {
      const file = await client.files.create({ file: await toFile(Buffer.from(name), name), purpose: 'batch' })
      made.unshift(file.id)
    }
    const seen: string[] = []
    for await (const { id } of client.files.list({ limit: 2 })) {
      if (made.includes(id)) seen.push(id)
    }
    expect(seen.toSorted()).toEqual(made.toSorted())
  })

  it('is refused with a reason: a form that breaks off, another body, another purpose, no file', async () => {
    const headers = { 'content-type': 'multipart/form-data; boundary=b' }
    const form = (name: string, purpose: string): string =>
      `--b\r\ncontent-disposition: form-data; name="purpose"\r\n\r\n${purpose}\r\n--b\r\ncontent-disposition: form-data; name="${name}"; filename="a"\r\n\r\nx\r\n--b--\r\n`
    for (const [body, code, type] of [
      [form('file', 'batch').slice(0, -12), 'invalid_form', headers],
      ['{}', 'invalid_content_type', {}],
      [form('file', 'assistants'), 'invalid_request', headers],
      [form('other', 'batch'), 'invalid_request', headers],
      [form('file', ''), 'invalid_request', headers],
    ] as const) {
      const reply = await bed.gateway.post('/v1/files', body, { headers: type })
      expect(reply.headers['x-portcullis-error']).toBe(code)
    }
    const typo = await bed.gateway.post('/v1/files', form('file', 'bacth'), { headers })
    expect(typo.json.error.message).toContain('"bacth"')
    const none = await bed.gateway.post('/v1/files', form('file', ''), { headers })
    expect(none.json.error.message).toBe('The form has no `purpose`.')
    expect((await bed.gateway.post('/v1/files/x', '{}')).status).toBe(405)
  })
})

describe('a gateway that stops in the middle', () => {
  it('goes on where it was at the next start, and runs no line twice that had ended', async () => {
    const mock = await startMockProvider()
    const directory = await mkdtemp(join(tmpdir(), 'portcullis-batches-'))
    const configPath = join(directory, 'portcullis.yaml')
    const key = 'pk-test-batches-0123456789abcdefghijklmn'
    await writeFile(
      configPath,
      stringify({
        listen: { host: '127.0.0.1', port: 0, controlPort: 0 },
        providers: [
          { id: 'openai', provider: 'openai', baseUrl: `${mock.origin}/v1`, apiKey: 'sk-x', allowPrivateNetwork: true },
        ],
        keys: [{ id: 'k', key }],
      }),
    )
    const start = () =>
      startGateway({
        configPath,
        dataDirectory: join(directory, 'data'),
        workers: 1,
        environment: { PORTCULLIS_ADMIN_TOKEN: 'admin-token-of-the-tests-0123456789abcdef' },
        version: '0.0.0-test',
        log: () => undefined,
      })
    const stuck = gate()
    let held = 0
    mock.script((request) => async (exchange) => {
      if (request.body.includes('stuck') && held < 3) {
        if (++held === 3) stuck.open()
        return
      }
      await unary(fixture('openai/chat-completion.json'))(exchange)
    })
    const first = await start()
    const before = clientOf(first.url, key)
    const made = await begun(
      [ask('done', 'openai/gpt-5-mini'), ask('stuck-1', 'openai/gpt-5-mini'), ask('stuck-2', 'openai/gpt-5-mini')],
      chat,
      before,
    )
    const messages = new Anthropic({ baseURL: first.url, apiKey: key }).messages.batches
    const params = {
      model: 'openai/gpt-5-mini',
      max_tokens: 9,
      messages: [{ role: 'user' as const, content: 'stuck' }],
    }
    const madeOfMessages = await messages.create({ requests: [{ custom_id: 'message', params }] })
    await stuck.passed
    while ((await before.batches.retrieve(made.id)).request_counts?.completed !== 1);
    await first.close()
    const second = await start()
    const after = clientOf(second.url, key)
    const batch = await over(made, after)
    expect(batch).toMatchObject({ status: 'completed', request_counts: { total: 3, completed: 3, failed: 0 } })
    expect((await linesOf(batch.output_file_id, after)).map(({ custom_id: id }) => id)).toEqual([
      'done',
      'stuck-1',
      'stuck-2',
    ])
    expect(mock.requests.filter(({ body }) => body.includes('done'))).toHaveLength(1)
    const messagesAfter = new Anthropic({ baseURL: second.url, apiKey: key }).messages.batches
    while ((await messagesAfter.retrieve(madeOfMessages.id)).processing_status !== 'ended');
    for await (const { result } of await messagesAfter.results(madeOfMessages.id)) expect(result.type).toBe('succeeded')
    await second.close()
    await mock.close()
    await rm(directory, { recursive: true })
  })
})
