import OpenAI, { toFile } from 'openai'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { startTestbed, type Testbed } from './support/testbed.ts'

const strangerKey = 'pk-test-stranger-0123456789abcdefghijklm'
let bed: Testbed
let owner: OpenAI
let stranger: OpenAI
beforeAll(async () => {
  bed = await startTestbed({
    config: { workspaces: [{ id: 'other' }] },
    limits: { maxFileBytesPerWorkspace: 5000 },
    keys: [{ id: 'stranger', key: strangerKey, workspace: 'other' }],
  })
  const clientOf = (apiKey: string) => new OpenAI({ baseURL: `${bed.gateway.url}/v1`, apiKey, maxRetries: 0 })
  owner = clientOf(bed.gateway.key)
  stranger = clientOf(strangerKey)
})
afterAll(() => bed.close())

const line = JSON.stringify({
  custom_id: 'a',
  method: 'POST',
  url: '/v1/chat/completions',
  body: { model: 'fast', messages: [{ role: 'user', content: 'a secret of the owner' }] },
})
const wanted = { endpoint: '/v1/chat/completions', completion_window: '24h' } as const

it('another workspace reaches no file and no batch, and cannot tell them from ones that never were', async () => {
  const file = await owner.files.create({ file: await toFile(Buffer.from(line), 'in.jsonl'), purpose: 'batch' })
  const batch = await owner.batches.create({ input_file_id: file.id, ...wanted })
  const attempts = [
    (id: string) => stranger.files.retrieve(id),
    (id: string) => stranger.files.content(id),
    (id: string) => stranger.files.delete(id),
    (id: string) => stranger.batches.create({ input_file_id: id, ...wanted }),
  ]
  const batchAttempts = [(id: string) => stranger.batches.retrieve(id), (id: string) => stranger.batches.cancel(id)]
  for (const [theirs, never, all] of [
    [file.id, file.id.replace(/.$/, 'x'), attempts],
    [batch.id, batch.id.replace(/.$/, 'x'), batchAttempts],
  ] as const) {
    for (const attempt of all) {
      const faults = await Promise.all(
        [theirs, never].map((id) =>
          attempt(id).then(
            () => undefined,
            (fault) => fault,
          ),
        ),
      )
      expect(faults.map(({ status }) => status)).toEqual([404, 404])
      expect(faults[0].message.replace(theirs, never)).toBe(faults[1].message)
    }
  }
  expect((await stranger.files.list()).data).toEqual([])
  expect((await stranger.files.list({ after: file.id })).data).toEqual([])
  expect((await stranger.batches.list()).data).toEqual([])
  expect((await owner.files.list()).data.map(({ id }) => id)).toContain(file.id)
})

it('an id that is a path leads nowhere', async () => {
  for (const id of ['..%2f..%2fbatches.db', '..%2Fportcullis.yaml', '%00', '..', 'x%2f..%2fy']) {
    for (const path of [`/v1/files/${id}/content`, `/v1/files/${id}`]) {
      const reply = await bed.gateway.get(path)
      expect([404, 405]).toContain(reply.status)
      expect(reply.text).not.toContain('SQLite')
    }
  }
})

it('nobody without a key has files', async () => {
  for (const path of ['/v1/files', '/v1/batches', '/v1/files/file-x/content']) {
    const reply = await fetch(bed.gateway.url + path)
    expect(reply.status).toBe(401)
  }
})

it('a workspace stores no more bytes than it may, however many uploads come at once', async () => {
  const content = Buffer.alloc(1000, 'x')
  const sent = Array.from({ length: 12 }, async () =>
    stranger.files.create({ file: await toFile(content, 'in.jsonl'), purpose: 'batch' }),
  )
  const ends = await Promise.allSettled(sent)
  expect(ends.filter(({ status }) => status === 'fulfilled')).toHaveLength(5)
  const refused = ends.find((end) => end.status === 'rejected')
  expect(refused?.reason).toMatchObject({ status: 429 })
  const [one] = (await stranger.files.list()).data
  await stranger.files.delete(one?.id ?? '')
  await stranger.files.create({ file: await toFile(content, 'in.jsonl'), purpose: 'batch' })
})
