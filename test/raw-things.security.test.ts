import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { unary } from './support/mock-replies.ts'
import { type SharedBed, startSharedBed } from './support/shared-bed.ts'

const theirs = 'file-Theirs1'
const own = 'file-Own1'
let bed: SharedBed

beforeAll(async () => {
  bed = await startSharedBed()
  await bed.upload(bed.ownerKey, theirs)
  await bed.upload(bed.strangerKey, own)
  for (const [path, made] of [
    ['/p/first/vector_stores', { id: 'vs_1' }],
    ['/p/first/containers', { id: 'cntr_1' }],
    ['/p/first/conversations', { id: 'conv_1' }],
    ['/p/first/responses', { id: 'resp_1' }],
    ['/p/first/threads/runs', { id: 'run_1', thread_id: 'thread_1' }],
    ['/p/first/uploads/upload_1/complete', { id: 'upload_1', file: { id: 'file-Uploaded1' } }],
    ['/p/google/cachedContents', { name: 'cachedContents/c1' }],
    ['/p/first/files', { id: 'file-Raw1' }],
  ] as const) {
    if (path.includes('upload_1')) {
      bed.first.reply(unary({ id: 'upload_1' }))
      expect((await raw(bed.ownerKey, '/p/first/uploads', { purpose: 'user_data' })).status).toBe(200)
    }
    bed.first.reply(unary(made))
    expect((await raw(bed.ownerKey, path, { input: 'x' })).status, path).toBe(200)
  }
})
afterAll(() => bed.close())
beforeEach(() => bed.reset())

const raw = (key: string, path: string, body?: unknown, headers: Record<string, string> = {}) =>
  bed.as(key, path, body, { method: body === undefined ? 'GET' : 'POST', headers })
const requests = (): number => bed.first.requests.length + bed.second.requests.length

describe('what a raw request of one workspace has made', () => {
  const paths = [
    '/p/first/vector_stores/vs_1/search',
    '/p/first/containers/cntr_1/files',
    '/p/first/conversations/conv_1/items',
    '/p/first/responses/resp_1',
    '/p/first/threads/thread_1/messages',
    '/p/first/files/file-Raw1/content',
    '/p/first/files/file-Uploaded1',
    '/p/first/uploads/upload_1/parts',
    '/p/google/cachedContents/c1',
    '/p/first/%76ector_stores/%76s_1',
    '/p/first/Vector_Stores/vs_1',
  ]

  it.each(paths)('is read by it at %s, and by no other', async (path) => {
    bed.first.reply(unary({ object: 'list', data: [] }))
    expect((await raw(bed.ownerKey, path)).status).toBe(200)
    bed.reset()
    expect((await raw(bed.strangerKey, path)).status).toBe(404)
    expect((await raw(bed.strangerKey, path.replace('first', 'open'))).status).toBe(404)
    expect(requests()).toBe(0)
  })

  it('may be named by it in a call, and leads to its account', async () => {
    const tools = [{ type: 'file_search', vector_store_ids: ['vs_1'] }]
    bed.first.reply(unary({ id: 'resp_2', output: [] }))
    expect((await raw(bed.ownerKey, '/v1/responses', { model: 'either', input: 'x', tools })).status).toBe(200)
    expect([bed.first.requests.length, bed.second.requests.length]).toEqual([1, 0])
    expect((await raw(bed.strangerKey, '/v1/responses', { model: 'either', input: 'x', tools })).status).toBe(404)
    const cached = { contents: [{ role: 'user', parts: [{ text: 'x' }] }], cachedContent: 'cachedContents/c1' }
    const path = '/v1beta/models/gemini-2.5-flash:generateContent'
    bed.first.reply(unary({ candidates: [{ content: { parts: [{ text: 'y' }] }, finishReason: 'STOP' }] }))
    expect((await raw(bed.ownerKey, path, cached)).status).toBe(200)
    expect((await raw(bed.strangerKey, path, cached)).status).toBe(404)
    expect(requests()).toBe(2)
  })

  it('is nobody’s once it was deleted', async () => {
    bed.first.reply(unary({ id: 'vs_9' }), unary({ id: 'vs_9', deleted: true }))
    await raw(bed.ownerKey, '/p/first/vector_stores', { name: 'x' })
    expect((await bed.as(bed.strangerKey, '/p/first/vector_stores/vs_9', undefined, { method: 'DELETE' })).status).toBe(
      404,
    )
    expect((await bed.as(bed.ownerKey, '/p/first/vector_stores/vs_9', undefined, { method: 'DELETE' })).status).toBe(
      200,
    )
    expect((await raw(bed.ownerKey, '/p/first/vector_stores/vs_9')).status).toBe(404)
  })

  it('stays with the one that had its id first', async () => {
    bed.first.reply(unary({ id: 'vs_1' }))
    expect((await raw(bed.strangerKey, '/p/first/vector_stores', { name: 'x' })).status).toBe(200)
    expect((await raw(bed.strangerKey, '/p/first/vector_stores/vs_1')).status).toBe(404)
  })
})

it('files that come of a batch of one’s own are one’s own', async () => {
  bed.first.reply(
    unary({ id: 'batch_1' }),
    unary({ id: 'batch_1', output_file_id: 'file-Out1' }),
    unary({ id: 'file-Out1' }),
  )
  await raw(bed.ownerKey, '/p/first/batches', { input_file_id: 'file-Raw1' })
  expect((await raw(bed.ownerKey, '/p/first/files/file-Out1')).status).toBe(404)
  await raw(bed.ownerKey, '/p/first/batches/batch_1')
  expect((await raw(bed.ownerKey, '/p/first/files/file-Out1')).status).toBe(200)
  expect((await raw(bed.strangerKey, '/p/first/files/file-Out1')).status).toBe(404)
  expect((await raw(bed.strangerKey, '/p/first/batches/batch_1')).status).toBe(404)
})

it('the body of a raw request names nothing of another workspace, nor what nobody has seen', async () => {
  for (const id of [theirs, 'file-Never1'])
    for (const [path, body] of [
      ['/p/second/responses', { input: [{ content: [{ type: 'input_file', file_id: id }] }] }],
      ['/p/second/vector_stores', { file_ids: [own, id] }],
      ['/p/second/vector_stores/vs_1/files', { file_id: id }],
      ['/p/second/fine_tuning/jobs', { training_file: id, model: 'm' }],
      ['/p/second/evals', { data_source: { type: 'jsonl', source: { type: 'file_id', id } } }],
      ['/p/second/batches', { input_file_id: id }],
      ['/p/second/anything', [{ file_id: id }]],
      [
        '/p/claude/v1/messages/batches',
        { requests: [{ params: { messages: [{ content: [{ source: { file_id: id } }] }] } }] },
      ],
    ] as const)
      expect((await raw(bed.strangerKey, path, body)).status, path).toBe(404)
  expect((await raw(bed.strangerKey, `/p/second/x?file_id=${theirs}`)).status).toBe(404)
  expect(requests()).toBe(0)
  const body = JSON.stringify({ file_ids: [own] }).replace('{', '{ ')
  bed.second.reply(unary({ id: 'vs_of_stranger' }))
  expect((await raw(bed.strangerKey, '/p/second/vector_stores', body)).status).toBe(200)
  expect(bed.second.requests[0]?.body.toString()).toBe(body)
  // What lies at one account is at no other.
  expect((await raw(bed.strangerKey, '/p/first/vector_stores', { file_ids: [own] })).status).toBe(404)
})

it('no size and no type hides what a body names', async () => {
  const padded = JSON.stringify({ text: 'x'.repeat(3 << 20), file_id: theirs })
  expect((await raw(bed.strangerKey, '/p/second/x', padded)).status).toBe(404)
  expect((await raw(bed.strangerKey, '/p/second/x', padded.replace('"text"', '"text":1,"text"'))).status).toBe(400)
  for (const type of ['text/plain', 'application/octet-stream; x', 'image/png']) {
    const headers = { 'content-type': type }
    expect((await raw(bed.strangerKey, '/p/second/x', JSON.stringify({ file_id: theirs }), headers)).status).toBe(404)
    expect([404, 415]).toContain((await raw(bed.strangerKey, '/p/second/x', ` \n${padded}`, headers)).status)
  }
  expect((await raw(bed.strangerKey, '/p/second/x', `{"file_id":"${theirs}",}`)).json.error.code).toBe('invalid_json')
  expect(bed.second.requests.filter(({ body }) => body.includes(theirs))).toEqual([])
})

it('large bodies that are no JSON pass as they come', async () => {
  const bytes = Buffer.alloc(3 << 20, 'x')
  bed.second.reply(unary({ ok: true }))
  const reply = await bed.as(bed.strangerKey, '/p/second/x', bytes, { headers: { 'content-type': 'image/png' } })
  expect(reply.status).toBe(200)
  expect(bed.second.requests[0]?.body.equals(bytes)).toBe(true)
})

describe('a form', () => {
  const formOf = (name: string, value: string, size = 10): FormData => {
    const form = new FormData()
    form.set('model', 'second/gpt-image-1')
    form.set('prompt', 'x')
    form.set('image', new Blob(['x'.repeat(size)]), 'a.png')
    form.set(name, value)
    return form
  }
  const send = (path: string, body: FormData) =>
    fetch(bed.gateway.url + path, { method: 'POST', body, headers: { authorization: `Bearer ${bed.strangerKey}` } })

  it.each(['file_id', 'images[0][file_id]', 'image.file_id', 'File_ID'])(
    'names nothing of others as %s',
    async (name) => {
      for (const path of ['/v1/images/edits', '/p/second/images/edits'])
        for (const id of [theirs, 'file-Never1']) expect((await send(path, formOf(name, id))).status).toBe(404)
      expect(requests()).toBe(0)
      bed.second.reply(unary({ data: [] }))
      expect((await send('/v1/images/edits', formOf(name, own))).status).toBe(200)
    },
  )

  it('that is large ends before the provider has all of it', async () => {
    for (const path of ['/v1/images/edits', '/p/second/images/edits']) {
      const reply = await send(path, formOf('file_id', theirs, 3 << 20))
      expect(reply.status).toBe(404)
    }
    expect(bed.second.requests.filter(({ body }) => body.includes(theirs))).toEqual([])
  })
})

it('lists of an account that workspaces share show what others have, and are refused', async () => {
  for (const path of [
    'files',
    'vector_stores',
    'batches',
    'chat/completions',
    'fine_tuning/jobs',
    'containers',
    'Files',
  ])
    expect((await raw(bed.strangerKey, `/p/first/${path}`)).status, path).toBe(404)
  expect(requests()).toBe(0)
  bed.first.reply(unary({ data: [] }), unary({ data: [] }))
  expect((await raw(bed.strangerKey, '/p/first/models')).status).toBe(200)
  expect((await raw(bed.strangerKey, '/p/open/files')).status).toBe(200)
})

describe('a file of a batch that an account works off', () => {
  const line = (id: string): string =>
    JSON.stringify({ custom_id: id, body: { messages: [{ content: [{ type: 'file', file: { file_id: id } }] }] } })

  it('has no line that names anything of others', async () => {
    for (const id of [theirs, 'file-Never1']) {
      const reply = await bed.upload(bed.strangerKey, `file-In${id}`, `${line(own)}\n${line(id)}\n`, 'batch')
      expect(reply.status).toBe(404)
    }
    const twice = line(own).replace('"body"', `"body":${JSON.stringify({ file_id: theirs })},"body"`)
    expect((await bed.upload(bed.strangerKey, 'file-In3', twice, 'batch')).status).toBe(400)
    expect((await bed.upload(bed.strangerKey, 'file-In4', 'no line', 'batch')).status).toBe(400)
    expect(requests()).toBe(0)
    bed.reset()
    expect((await bed.upload(bed.strangerKey, 'file-In5', line(own), 'batch')).status).toBe(200)
  })

  it('is taken only where its lines are read', async () => {
    for (const path of ['/p/second/files', '/p/second/uploads']) {
      const form = new FormData()
      form.set('purpose', 'batch')
      form.set('file', new Blob([line(theirs)]), 'in.jsonl')
      const headers = { authorization: `Bearer ${bed.strangerKey}` }
      expect((await fetch(bed.gateway.url + path, { method: 'POST', body: form, headers })).status).toBe(400)
      expect((await raw(bed.strangerKey, path, { purpose: 'batch' })).status).toBe(400)
    }
    const reply = await raw(bed.strangerKey, '/v1/batches', {
      input_file_id: own,
      endpoint: '/v1/chat/completions',
      completion_window: '24h',
    })
    expect(reply.status).toBe(404)
    expect(requests()).toBe(0)
  })
  it('is not made a batch together with one of others', async () => {
    expect((await bed.upload(bed.strangerKey, 'file-In6', line(own), 'batch')).status).toBe(200)
    bed.reset()
    const body = { input_file_id: 'file-In6', endpoint: '/v1/chat/completions', completion_window: '24h' }
    expect((await raw(bed.strangerKey, '/v1/batches', { ...body, input_files: [theirs] })).status).toBe(404)
    expect(requests()).toBe(0)
    bed.second.reply(unary({ id: 'batch_7', object: 'batch' }))
    expect((await raw(bed.strangerKey, '/v1/batches', body)).status).toBe(200)
  })
})
