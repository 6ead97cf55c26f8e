import OpenAI, { toFile } from 'openai'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { type Json, post } from './support/client.ts'
import { startTestGateway, type TestGateway } from './support/gateway.ts'
import { type MockProvider, startMockProvider } from './support/mock-provider.ts'
import { unary } from './support/mock-replies.ts'

const keys = {
  stranger: 'pk-test-stranger-0123456789abcdefghijklm',
  narrow: 'pk-test-narrow-0123456789abcdefghijklmnop',
  embedding: 'pk-test-embedding-0123456789abcdefghijklm',
  limited: 'pk-test-limited-0123456789abcdefghijklmno',
}
let gateway: TestGateway
let gemini: MockProvider
let owner: OpenAI
const clientOf = (apiKey: string) => new OpenAI({ baseURL: `${gateway.url}/v1`, apiKey, maxRetries: 0 })

beforeAll(async () => {
  gemini = await startMockProvider()
  gateway = await startTestGateway({
    keys: [
      { id: 'stranger', key: keys.stranger, workspace: 'other', models: ['*'] },
      { id: 'narrow', key: keys.narrow, workspace: 'default', models: ['flash'] },
      { id: 'embedding', key: keys.embedding, workspace: 'default', endpoints: ['/v1/files*', '/v1/batches*'] },
      {
        id: 'limited',
        key: keys.limited,
        workspace: 'default',
        models: ['*'],
        limits: [{ per: 'minute', tokens: 1000 }],
      },
    ],
    config: {
      workspaces: [{ id: 'other' }],
      providers: [
        {
          id: 'main',
          provider: 'gemini',
          baseUrl: gemini.origin,
          apiKey: 'AIza-upstream-secret',
          allowPrivateNetwork: true,
        },
      ],
      models: { flash: { target: 'main/gemini-3-flash' }, pro: { target: 'main/gemini-3-pro' } },
    },
  })
  owner = clientOf(gateway.key)
})
afterAll(async () => {
  await gateway.close()
  await gemini.close()
})
beforeEach(() => gemini.reset())

const named = { headers: { 'x-portcullis-provider': 'main' } }
const line = (id: string, model = 'flash', more: object = {}) =>
  JSON.stringify({
    custom_id: id,
    method: 'POST',
    url: '/v1/chat/completions',
    body: { model, messages: [{ role: 'user', content: id }], ...more },
  })
const told = (id: string, state: string, more: object = {}) =>
  unary({ name: `batches/${id}`, metadata: { state: `BATCH_STATE_${state}`, ...more } })
const answer = (text: string) => ({
  candidates: [{ content: { role: 'model', parts: [{ text }] }, finishReason: 'STOP' }],
  usageMetadata: { promptTokenCount: 3, candidatesTokenCount: 2, totalTokenCount: 5 },
})

async function create(lines: readonly string[], by = owner, endpoint = '/v1/chat/completions'): Promise<OpenAI.Batch> {
  const content = await toFile(Buffer.from(lines.join('\n')), 'in.jsonl')
  const file = await by.files.create({ file: content, purpose: 'batch' })
  const asked = {
    input_file_id: file.id,
    endpoint: endpoint as '/v1/chat/completions',
    completion_window: '24h' as const,
    metadata: { job: 'nightly' },
  }
  return by.batches.create(asked, named)
}

let count = 0
async function made(lines: readonly string[] = [line('a'), line('b')]): Promise<string> {
  const id = `mock${++count}Batch`
  gemini.reply(told(id, 'PENDING'))
  const batch = await create(lines)
  expect(batch).toMatchObject({ id, object: 'batch', status: 'validating', metadata: { job: 'nightly' } })
  return id
}

async function linesOf(id: string | null | undefined): Promise<Json[]> {
  const text = await (await owner.files.content(id ?? '')).text()
  return text
    .trimEnd()
    .split('\n')
    .map((one) => JSON.parse(one))
}

describe('a batch of chats that names an account of Gemini', () => {
  it('is made there in one request, each line in the provider’s words', async () => {
    const id = await made([line('a', 'flash', { max_tokens: 7 }), line('b', 'main/gemini-3-flash')])
    const request = await gemini.request(0)
    expect(request.path).toBe('/v1beta/models/gemini-3-flash:batchGenerateContent')
    expect(request.headers['x-goog-api-key']).toBe('AIza-upstream-secret')
    const { requests } = (request.json as Json).batch.inputConfig.requests
    expect(requests.map(({ metadata }: Json) => metadata.key)).toEqual(['a', 'b'])
    expect(requests[0].request).toMatchObject({
      model: 'models/gemini-3-flash',
      contents: [{ role: 'user', parts: [{ text: 'a' }] }],
      generationConfig: { maxOutputTokens: 7 },
    })
    gemini.reply(told(id, 'RUNNING'))
    expect(await owner.batches.retrieve(id)).toMatchObject({ status: 'in_progress', output_file_id: null })
    expect(gemini.requests[1]?.path).toBe(`/v1beta/batches/${id}`)
    expect((await owner.batches.list()).data[0]).toMatchObject({ id, status: 'in_progress' })
  })

  it('has its answers in files as OpenAI has them, and asks no more once it has ended', async () => {
    const id = await made()
    const inlinedResponses = [
      { response: answer('first'), metadata: { key: 'a' } },
      { error: { code: 3, message: 'Too long.' } },
    ]
    gemini.reply(told(id, 'SUCCEEDED', { output: { inlinedResponses: { inlinedResponses } } }))
    const batch = await owner.batches.retrieve(id)
    expect(batch).toMatchObject({
      status: 'completed',
      request_counts: { total: 2, completed: 1, failed: 1 },
      usage: { input_tokens: 3, output_tokens: 2, total_tokens: 5 },
    })
    const [first] = await linesOf(batch.output_file_id)
    expect(first).toMatchObject({ custom_id: 'a', error: null, response: { status_code: 200 } })
    expect(first.response.body).toMatchObject({ object: 'chat.completion', model: 'flash' })
    expect(first.response.body.choices[0].message.content).toBe('first')
    const [second] = await linesOf(batch.error_file_id)
    expect(second).toMatchObject({ custom_id: 'b', response: { status_code: 400 } })
    expect(second.response.body.error.message).toBe('Too long.')
    const asked = gemini.requests.length
    expect(await owner.batches.retrieve(id)).toEqual(batch)
    expect(gemini.requests.length).toBe(asked)
    await expect(owner.batches.cancel(id)).rejects.toMatchObject({ status: 409 })
  })

  it('gives each of two who ask at the same moment the same files', async () => {
    const id = await made()
    const inlinedResponses = [{ response: answer('one') }, { response: answer('two') }]
    const reply = told(id, 'SUCCEEDED', { output: { inlinedResponses: { inlinedResponses } } })
    gemini.reply(reply, reply)
    const [one, two] = await Promise.all([owner.batches.retrieve(id), owner.batches.retrieve(id)])
    expect(one).toEqual(two)
    const results = await owner.files.list({ purpose: 'batch_output' } as object)
    expect(results.data.filter(({ filename }) => filename.startsWith(id))).toHaveLength(1)
  })

  it('says of a request without an answer that there is none, and of a batch that failed why', async () => {
    const id = await made()
    gemini.reply(
      told(id, 'SUCCEEDED', { output: { inlinedResponses: { inlinedResponses: [{ response: answer('x') }] } } }),
    )
    const batch = await owner.batches.retrieve(id)
    const [missing] = await linesOf(batch.error_file_id)
    expect(missing).toMatchObject({ custom_id: 'b', response: { status_code: 502 } })
    const other = await made()
    gemini.reply(
      unary({ name: `batches/${other}`, metadata: { state: 'BATCH_STATE_FAILED' }, error: { message: 'Over.' } }),
    )
    expect(await owner.batches.retrieve(other)).toMatchObject({
      status: 'failed',
      errors: { data: [{ message: 'Over.' }] },
    })
  })

  it('is cancelled there', async () => {
    const id = await made()
    gemini.reply(unary({}), told(id, 'RUNNING'), told(id, 'CANCELLED'))
    expect(await owner.batches.cancel(id)).toMatchObject({ status: 'cancelling' })
    expect(gemini.requests.at(-1)).toMatchObject({ method: 'POST', path: `/v1beta/batches/${id}:cancel` })
    expect(await owner.batches.retrieve(id)).toMatchObject({ status: 'cancelling' })
    expect(await owner.batches.retrieve(id)).toMatchObject({ status: 'cancelled', output_file_id: null })
  })

  it('keeps its answers when the input file is gone by then', async () => {
    const id = await made()
    const { input_file_id: input } = (await owner.batches.list()).data[0] ?? {}
    await owner.files.delete(input ?? '')
    const inlinedResponses = [{ response: answer('one'), metadata: { key: 'a' } }]
    gemini.reply(told(id, 'SUCCEEDED', { output: { inlinedResponses: { inlinedResponses } } }))
    const [first] = await linesOf((await owner.batches.retrieve(id)).output_file_id)
    expect(first).toMatchObject({ custom_id: 'a', response: { status_code: 200 } })
  })

  it('belongs to its workspace alone', async () => {
    const id = await made()
    const stranger = clientOf(keys.stranger)
    await expect(stranger.batches.retrieve(id)).rejects.toMatchObject({ status: 404 })
    await expect(stranger.batches.cancel(id)).rejects.toMatchObject({ status: 404 })
    const raw = await post(`${gateway.url}/p/main/batches/${id}`, undefined, {
      method: 'GET',
      headers: { authorization: `Bearer ${keys.stranger}` },
    })
    expect(raw.status).toBe(404)
    expect(gemini.requests).toHaveLength(1)
  })

  it.each([
    ['a model that the key may not use', [line('a', 'pro')], keys.narrow, 'leave the account out'],
    ['two models', [line('a'), line('b', 'pro')], undefined, 'one and the same model'],
    ['a key under a limit', [line('a')], keys.limited, 'under a budget or a limit'],
    ['a line that is none', [line('a'), '{}'], undefined, 'Line 2 has no `custom_id`'],
    ['a name twice', [line('a'), line('a')], undefined, 'Line 2 repeats'],
    ['a body that is wrong', [line('a', 'flash', { messages: 'no' })], undefined, 'Line 1: '],
    [
      'a file of a stranger',
      [
        line('a', 'flash', {
          messages: [{ role: 'user', content: [{ type: 'file', file: { file_id: 'files/abcdefghijkl' } }] }],
        }),
      ],
      undefined,
      'abcdefghijkl',
    ],
  ])('is refused before anybody pays for it: %s', async (_, lines, key, sentence) => {
    const by = key === undefined ? owner : clientOf(key)
    await expect(create(lines, by)).rejects.toThrow(sentence)
    expect(gemini.requests).toHaveLength(0)
  })

  it('is refused to a key that may not call its endpoint, and at an endpoint that is no chat', async () => {
    await expect(create([line('a')], clientOf(keys.embedding))).rejects.toMatchObject({ status: 403 })
    const embed = line('a').replace('/v1/chat/completions', '/v1/embeddings')
    await expect(create([embed], owner, '/v1/embeddings')).rejects.toThrow('takes chats')
    expect(gemini.requests).toHaveLength(0)
  })

  it('whose file was sent with the name says when to give it', async () => {
    const content = await toFile(Buffer.from(line('a')), 'in.jsonl')
    await expect(owner.files.create({ file: content, purpose: 'batch' }, named)).rejects.toThrow(
      'name it when the batch is made',
    )
  })

  it('cannot be read out of a reply that is none', async () => {
    gemini.reply(unary({ name: 'batches/../files', metadata: { state: 'BATCH_STATE_PENDING' } }))
    await expect(create([line('a')])).rejects.toMatchObject({ status: 502 })
  })
})
