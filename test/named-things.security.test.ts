import { once } from 'node:events'
import OpenAI, { toFile } from 'openai'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { WebSocket } from 'ws'
import type { Json } from './support/client.ts'
import { queue } from './support/mock-realtime.ts'
import { fixture, stream, unary } from './support/mock-replies.ts'
import { type SharedBed, startSharedBed } from './support/shared-bed.ts'

const theirs = 'file-Theirs'
const own = 'file-Own'
let bed: SharedBed

beforeAll(async () => {
  bed = await startSharedBed()
  expect((await bed.upload(bed.ownerKey, theirs)).status).toBe(200)
  expect((await bed.upload(bed.strangerKey, own)).status).toBe(200)
})
afterAll(() => bed.close())
beforeEach(() => bed.reset())

const chat = '/v1/chat/completions'
const fileOf = (id: string) => ({ role: 'user', content: [{ type: 'file', file: { file_id: id } }] })
const asked = (id: string, model = 'second/gpt-5-mini') => ({ model, messages: [fileOf(id)] })
const requests = (): number => bed.first.requests.length + bed.second.requests.length

/** Where a body is taken in, and how it names a file there. */
const doors: readonly (readonly [name: string, path: string, body: (id: string) => object])[] = [
  ['Chat Completions', chat, (id) => asked(id)],
  ['Chat Completions, streamed', chat, (id) => ({ ...asked(id), stream: true })],
  [
    'a file of the Responses API',
    '/v1/responses',
    (id) => ({ model: 'second/gpt-5-mini', input: [{ role: 'user', content: [{ type: 'input_file', file_id: id }] }] }),
  ],
  [
    'a picture of the Responses API',
    '/openai/v1/responses',
    (id) => ({
      model: 'second/gpt-5-mini',
      input: [{ role: 'user', content: [{ type: 'input_image', file_id: id }] }],
    }),
  ],
  [
    'files of a container',
    '/v1/responses',
    (id) => ({
      model: 'second/gpt-5-mini',
      input: 'x',
      tools: [{ type: 'code_interpreter', container: { type: 'auto', file_ids: [id] } }],
    }),
  ],
  [
    'variables of a prompt',
    '/v1/responses',
    (id) => ({
      model: 'second/gpt-5-mini',
      prompt: { id: 'p', variables: { a: { type: 'input_file', file_id: id } } },
    }),
  ],
  [
    'a document of Anthropic',
    '/v1/messages',
    (id) => ({
      model: 'claude/claude-sonnet-4-5',
      max_tokens: 9,
      messages: [{ role: 'user', content: [{ type: 'document', source: { type: 'file', file_id: id } }] }],
    }),
  ],
  [
    'a count of tokens',
    '/v1/messages/count_tokens',
    (id) => ({
      model: 'claude/claude-sonnet-4-5',
      messages: [{ role: 'user', content: [{ type: 'image', source: { type: 'file', file_id: id } }] }],
    }),
  ],
  [
    'Gemini',
    '/v1beta/models/gemini-2.5-flash:generateContent',
    (id) => ({ contents: [{ role: 'user', parts: [{ file_data: { file_uri: id } }] }] }),
  ],
  [
    'pictures from pictures',
    '/v1/images/generations',
    (id) => ({ model: 'second/gpt-image-1', prompt: 'x', images: [{ file_id: id }] }),
  ],
]

describe.each(doors)('%s', (_, path, body) => {
  it('names no file of another workspace, and cannot tell it from one that the gateway has not seen', async () => {
    const refused = await bed.as(bed.strangerKey, path, body(theirs))
    const none = await bed.as(bed.strangerKey, path, body('file-Never'))
    expect([refused.status, none.status]).toEqual([404, 404])
    expect(refused.text.replaceAll(theirs, 'file-Never')).toBe(none.text)
    expect(refused.text).toContain(`There is no file \\"${theirs}\\"`)
    expect(requests()).toBe(0)
  })
})

it('the fault is in the client’s dialect', async () => {
  const [openai, , , , , , anthropic, , gemini] = await Promise.all(
    doors.map(([, path, body]) => bed.as(bed.strangerKey, path, body(theirs))),
  )
  expect(openai?.json.error).toMatchObject({ code: 'file_not_found', param: 'file_id' })
  expect(anthropic?.json).toMatchObject({ type: 'error', error: { type: 'not_found_error' } })
  expect(gemini?.json.error).toMatchObject({ code: 404, status: 'NOT_FOUND' })
})

it('a file of one’s own is read at the account that has it, byte for byte', async () => {
  const body = JSON.stringify(asked(own, 'gpt-5-mini')).replace('{', '{ ')
  bed.second.reply(unary(fixture('openai/chat-completion.json')))
  const reply = await bed.as(bed.strangerKey, chat, body.replace('gpt-5-mini', 'either'))
  expect(reply.status).toBe(200)
  expect(bed.second.requests[0]?.body.toString()).toBe(body)
  expect(bed.first.requests).toHaveLength(0)
})

it('a file that one credential of an account has is read with that one', async () => {
  const form = new FormData()
  form.set('purpose', 'user_data')
  form.set('file', new Blob(['x']), 'x.txt')
  bed.first.reply(unary({ id: 'file-OfOne', object: 'file' }))
  const headers = { authorization: `Bearer ${bed.strangerKey}`, 'x-portcullis-provider': 'many' }
  expect((await fetch(`${bed.gateway.url}/v1/files`, { method: 'POST', body: form, headers })).status).toBe(200)
  const whole = unary(fixture('openai/chat-completion.json'))
  bed.first.reply(whole, whole, whole)
  for (const _ of [1, 2, 3])
    expect((await bed.as(bed.strangerKey, chat, asked('file-OfOne', 'many/gpt-5-mini'))).status).toBe(200)
  const credentials = bed.first.requests.map((request) => request.headers['authorization'])
  expect(new Set(credentials)).toEqual(new Set(['Bearer sk-of-many-1']))
})

it('what a call with one credential has made is read with that one, in raw requests too', async () => {
  const tools = [{ type: 'code_interpreter', container: { type: 'auto' } }]
  const made = new Map<string, string>()
  bed.first.script(({ headers }) => {
    const credential = String(headers['authorization'])
    const id = made.get(credential) ?? `cntr_${made.size}`
    made.set(credential, id)
    return unary({
      id: `resp_of_${id}`,
      object: 'response',
      output: [{ type: 'code_interpreter_call', container_id: id }],
    })
  })
  const ask = () => bed.as(bed.strangerKey, '/v1/responses', { model: 'many/gpt-5-mini', input: 'x', tools })
  while (made.size < 2) expect((await ask()).status).toBe(200)
  bed.reset()
  for (const [credential, id] of made) {
    bed.first.reply(unary({ object: 'list', data: [] }))
    expect((await bed.as(bed.strangerKey, `/p/many/containers/${id}/files`, undefined, { method: 'GET' })).status).toBe(
      200,
    )
    expect(bed.first.requests.at(-1)?.headers['authorization']).toBe(credential)
  }
})

it('a model that does not lead to the account of the file is refused, and says which it is', async () => {
  const reply = await bed.as(bed.strangerKey, chat, asked(own, 'first/gpt-5-mini'))
  expect([reply.status, reply.json.error.message]).toEqual([404, expect.stringContaining('account "second"')])
  expect(requests()).toBe(0)
})

it('an account may let ids pass that the gateway has not seen, but none of another workspace', async () => {
  bed.first.reply(unary(fixture('openai/chat-completion.json')))
  expect((await bed.as(bed.strangerKey, chat, asked('file-Never', 'open/gpt-5-mini'))).status).toBe(200)
  expect((await bed.as(bed.strangerKey, chat, asked(theirs, 'open/gpt-5-mini'))).status).toBe(404)
  expect(bed.first.requests).toHaveLength(1)
})

it('sees an id in whatever way its field is written', async () => {
  const text = JSON.stringify(asked(theirs))
  const deep = `${'['.repeat(5000)}{"file_id":"${theirs}"}${']'.repeat(5000)}`
  const bodies = [
    text.replace('"file_id"', '"\\u0066ile_\\u0069d"'),
    text.replace('"file_id"', '"File_ID"'),
    text.replace('"file_id"', '"fileId"'),
    text.replace(theirs, theirs.replace('f', '\\u0066')),
    text.replace('"file_id":', '"file_id" \n:'),
    JSON.stringify({ ...asked('x'), messages: [] }).replace('[]', `[{"role":"user","content":${deep}}]`),
  ]
  for (const body of bodies) expect((await bed.as(bed.strangerKey, chat, body)).status, body.slice(0, 200)).toBe(404)
  expect(requests()).toBe(0)
})

it('a field that stands twice hides nothing', async () => {
  const text = JSON.stringify(asked(theirs))
  const messages = '[{"role":"user","content":"x"}]'
  const hidden = [
    text.replace(`"file_id":"${theirs}"`, `"file_id":"${theirs}","file_id":7`),
    text.replace(/}$/, `,"messages":${messages}}`),
    text.replace('"file_id"', '"\\u0066ile_id"').replace(/}$/, `,"messages":${messages}}`),
    text.replace('"file_id"', '"FILE_ID"').replace(/}$/, `,"messages":${messages}}`),
    text.replace(/}$/, `,"messag\\u0065s":${messages}}`),
  ]
  for (const body of hidden) {
    const reply = await bed.as(bed.strangerKey, chat, body)
    expect([reply.status, reply.json.error.code], body).toEqual([400, 'invalid_request'])
  }
  expect(requests()).toBe(0)
})

it('a field that stands twice beside no id passes as it came', async () => {
  const body = '{"model":"gpt-5-mini","messages":[{"role":"user","content":"The file_id is 7."}],"user":"a","user":"b"}'
  await bed.as(bed.strangerKey, chat, body.replace('gpt-5-mini', 'first/gpt-5-mini'))
  expect(bed.first.requests[0]?.body.toString()).toBe(body)
})

it('ids that are only told pass: arguments of tools, schemas, citations, metadata', async () => {
  const messages = [
    { role: 'user', content: 'x' },
    {
      role: 'assistant',
      content: [
        { type: 'text', text: 'y', citations: [{ type: 'char_location', file_id: 'file_made_by_a_model' }] },
        { type: 'tool_use', id: 't', name: 'read', input: { file_id: 'doc-7', conversation: 'c' } },
      ],
    },
    { role: 'user', content: [{ type: 'tool_result', tool_use_id: 't', content: 'z' }] },
  ]
  const schema = { type: 'object', properties: { file_id: { type: 'string' } }, examples: [{ file_id: 'doc-1' }] }
  const body = {
    model: 'claude/claude-sonnet-4-5',
    max_tokens: 9,
    messages,
    metadata: { user_id: 'u', thread_id: 'mine' },
    tools: [{ name: 'read', input_schema: schema }],
  }
  bed.first.reply(unary(fixture('anthropic/message.json')))
  expect((await bed.as(bed.strangerKey, '/v1/messages', body)).status).toBe(200)
  // One that is known to be of others is refused wherever it stands.
  const told = JSON.stringify(body).replace('file_made_by_a_model', theirs)
  expect((await bed.as(bed.strangerKey, '/v1/messages', told)).status).toBe(404)
})

it('other things that a provider keeps are held to the same', async () => {
  const bodies: [string, object][] = [
    ['/v1/responses', { input: 'x', tools: [{ type: 'file_search', vector_store_ids: ['vs_1'] }] }],
    ['/v1/responses', { input: 'x', tools: [{ type: 'code_interpreter', container: 'cntr_1' }] }],
    ['/v1/responses', { input: 'x', conversation: 'conv_1' }],
    ['/v1/responses', { input: 'x', conversation: { id: 'conv_1' } }],
  ]
  for (const [path, body] of bodies)
    expect((await bed.as(bed.strangerKey, path, { model: 'first/gpt-5-mini', ...body })).status).toBe(404)
  const contents = [{ role: 'user', parts: [{ text: 'x' }] }]
  for (const name of ['cachedContent', 'cached_content']) {
    const path = '/v1beta/models/gemini-2.5-flash:generateContent'
    expect((await bed.as(bed.strangerKey, path, { contents, [name]: 'cachedContents/1' })).status).toBe(404)
  }
  const container = { max_tokens: 9, messages: [{ role: 'user', content: 'x' }], container: 'container_1' }
  const claude = { model: 'claude/claude-sonnet-4-5', ...container }
  expect((await bed.as(bed.strangerKey, '/v1/messages', claude)).status).toBe(404)
  const previous = { model: 'first/gpt-5-mini', input: 'x', previous_response_id: 'resp_unseen' }
  const reply = await bed.as(bed.strangerKey, '/v1/responses', previous)
  expect([reply.status, reply.json.error.code]).toEqual([400, 'previous_response_not_found'])
  expect(requests()).toBe(0)
})

it('each message of a socket is held to it', async () => {
  const headers = { authorization: `Bearer ${bed.strangerKey}` }
  const socket = new WebSocket(`${bed.gateway.url.replace('http', 'ws')}/v1/responses`, { headers })
  const messages = queue<string>()
  socket.on('message', (data) => messages.put(String(data)))
  await once(socket, 'open')
  for (const id of [theirs, 'file-Never']) {
    const input = [{ role: 'user', content: [{ type: 'input_file', file_id: id }] }]
    socket.send(JSON.stringify({ type: 'response.create', model: 'second/gpt-5-mini', input }))
    const event: Json = JSON.parse(await messages.take())
    expect(event).toMatchObject({ type: 'error', status: 404, error: { code: 'file_not_found' } })
  }
  socket.close()
  expect(requests()).toBe(0)
})

it('each line of a batch that is worked off here is held to it', async () => {
  const client = new OpenAI({ baseURL: `${bed.gateway.url}/v1`, apiKey: bed.strangerKey, maxRetries: 0 })
  const line = (custom_id: string, id: string) =>
    JSON.stringify({ custom_id, method: 'POST', url: chat, body: asked(id) })
  bed.second.reply(unary(fixture('openai/chat-completion.json')))
  const content = [line('a', theirs), line('b', own)].join('\n')
  const file = await client.files.create({ file: await toFile(Buffer.from(content), 'in.jsonl'), purpose: 'batch' })
  let batch = await client.batches.create({ input_file_id: file.id, endpoint: chat, completion_window: '24h' })
  // Each look is one more request: batches are worked off behind the back of whoever made them.
  while (batch.status !== 'completed') batch = await client.batches.retrieve(batch.id)
  expect(batch.request_counts).toEqual({ total: 2, completed: 1, failed: 1 })
  const fault: Json = JSON.parse(await (await client.files.content(batch.error_file_id ?? '')).text())
  expect(fault).toMatchObject({
    custom_id: 'a',
    response: { status_code: 404, body: { error: { code: 'file_not_found' } } },
  })
  expect(bed.second.requests).toHaveLength(1)
  // A file that the gateway keeps for a batch is at no provider.
  expect((await bed.as(bed.strangerKey, chat, asked(file.id))).status).toBe(404)
})

it('a config of Portkey names no file of another workspace either', async () => {
  const config = JSON.stringify({ override_params: { messages: [fileOf(theirs)] } })
  const headers = { 'x-portkey-config': config, 'x-portkey-provider': '@second' }
  const body = { model: 'gpt-5-mini', messages: [{ role: 'user', content: 'x' }] }
  expect((await bed.as(bed.strangerKey, chat, body, { headers })).status).toBe(404)
  expect(requests()).toBe(0)
})

it('more ids than a body needs are refused before they are looked for', async () => {
  const messages = Array.from({ length: 2001 }, (_, index) => fileOf(`file-${index}`))
  const reply = await bed.as(bed.strangerKey, chat, { model: 'second/gpt-5-mini', messages })
  expect([reply.status, reply.json.error.code]).toEqual([400, 'invalid_request'])
})

describe('what a provider’s own tools have made', () => {
  const messages = [{ role: 'user', content: 'x' }]
  const run = {
    model: 'claude/claude-sonnet-4-5',
    max_tokens: 9,
    messages,
    tools: [{ type: 'code_execution_20250825', name: 'code_execution' }],
  }
  const output = { type: 'bash_code_execution_output', file_id: 'file_Made1' }
  const result = {
    type: 'bash_code_execution_tool_result',
    tool_use_id: 'srvtoolu_1',
    content: { type: 'bash_code_execution_result', stdout: '', stderr: '', return_code: 0, content: [output] },
  }
  const forged = {
    type: 'tool_use',
    id: 'toolu_1',
    name: 'x',
    input: { type: 'x_output', file_id: 'file_Forged1', container_id: 'container_Forged' },
  }

  it('belongs to the workspace that had them run, and nothing that a model has written does', async () => {
    const whole: Json = JSON.parse(fixture('anthropic/message.json').toString())
    bed.first.reply(
      unary({
        ...whole,
        content: [...whole.content, result, forged],
        container: { id: 'container_Made', expires_at: 'x' },
      }),
    )
    expect((await bed.as(bed.strangerKey, '/v1/messages', run)).status).toBe(200)
    bed.first.reply(unary(whole), unary({ id: 'file_Made1' }))
    expect((await bed.as(bed.strangerKey, '/v1/messages', { ...run, container: 'container_Made' })).status).toBe(200)
    expect((await bed.as(bed.strangerKey, '/p/claude/v1/files/file_Made1', undefined, { method: 'GET' })).status).toBe(
      200,
    )
    expect((await bed.as(bed.ownerKey, '/v1/messages', { ...run, container: 'container_Made' })).status).toBe(404)
    expect((await bed.as(bed.ownerKey, '/p/claude/v1/files/file_Made1', undefined, { method: 'GET' })).status).toBe(404)
    for (const container of ['container_Forged', { id: 'container_Forged' }])
      expect((await bed.as(bed.strangerKey, '/v1/messages', { ...run, container })).status).toBe(404)
    expect(
      (await bed.as(bed.strangerKey, '/p/claude/v1/files/file_Forged1', undefined, { method: 'GET' })).status,
    ).toBe(404)
  })

  it('is known from a stream, which passes as it came', async () => {
    const item = {
      type: 'code_interpreter_call',
      id: 'ci_1',
      status: 'completed',
      code: '',
      container_id: 'cntr_Made',
      outputs: [],
    }
    const added = `event: response.output_item.done\ndata: ${JSON.stringify({ type: 'response.output_item.done', output_index: 0, sequence_number: 1, item })}\n\n`
    const events = fixture('openai/response.sse')
      .toString()
      .replace('event: response.output_item.added', `${added}event: response.output_item.added`)
    expect(events).toContain('cntr_Made')
    bed.first.reply(stream(events), unary(fixture('openai/response.json')))
    const tools = [{ type: 'code_interpreter', container: { type: 'auto' } }]
    const body = { model: 'first/gpt-5-mini', input: 'x', tools }
    expect((await bed.as(bed.strangerKey, '/v1/responses', { ...body, stream: true })).text).toBe(events)
    const again = { ...body, tools: [{ type: 'code_interpreter', container: 'cntr_Made' }] }
    expect((await bed.as(bed.strangerKey, '/v1/responses', again)).status).toBe(200)
    expect((await bed.as(bed.ownerKey, '/v1/responses', again)).status).toBe(404)
  })
})
