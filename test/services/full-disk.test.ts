import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import OpenAI, { toFile } from 'openai'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { type ChildGateway, startChildGateway } from '../support/child-gateway.ts'
import { type Json, post, type WireReply } from '../support/client.ts'
import { mountSmallDisk, type SmallDisk } from '../support/small-disk.ts'

const key = 'pk-full-disk-0123456789abcdefghijklmnopqr'
const adminToken = 'admin-token-of-the-full-disk-0123456789ab'
const lines = 60

let disk: SmallDisk
let gateway: ChildGateway
let client: OpenAI
beforeAll(async () => {
  disk = await mountSmallDisk(24 << 20)
  gateway = await startChildGateway({
    dataDirectory: join(disk.path, 'data'),
    folder: '/',
    within: disk.within,
    args: ['--workers', '2'],
    environment: { PORTCULLIS_KEY: key, PORTCULLIS_ADMIN_TOKEN: adminToken },
  })
  client = new OpenAI({ baseURL: `${gateway.url}/v1`, apiKey: key, maxRetries: 0 })
})
afterAll(async () => {
  gateway.process.kill('SIGTERM')
  await gateway.exited
  await disk.close()
})

const headers = { authorization: `Bearer ${key}` }
const ask = (path: string, body: unknown, method = 'POST'): Promise<WireReply> =>
  post(gateway.url + path, body, { method, headers })
const upload = async (size = 0): Promise<string> => {
  const line = (_: unknown, index: number): string =>
    JSON.stringify({
      custom_id: `line-${index}`,
      method: 'POST',
      url: '/v1/chat/completions',
      body: { model: 'demo/slow-500ms', messages: [{ role: 'user', content: `${index} ${'x'.repeat(size)}` }] },
    })
  const file = await toFile(Buffer.from(Array.from({ length: lines }, line).join('\n')), 'in.jsonl')
  return (await client.files.create({ file, purpose: 'batch' })).id
}
const create = (file: string) =>
  client.batches.create({ input_file_id: file, endpoint: '/v1/chat/completions', completion_window: '24h' })
const refused = {
  status: 503,
  code: 'store_unavailable',
  message: expect.stringContaining('the disk is full; make room'),
}

it('a disk that is full in the middle of a batch costs no line, no reply and no call, and all goes on when there is room', async () => {
  const spare = await upload(40_000)
  const input = await upload()
  const { id } = await create(input)
  // Some of it has ended, some runs, and some waits.
  while (((await client.batches.retrieve(id)).request_counts?.completed ?? 0) < 8) await pause(100)
  const before: Json = (await ask('/v1/responses', { model: 'demo/echo', input: 'One.' })).json
  disk.fill()

  await expect(upload()).rejects.toMatchObject(refused)
  await expect(create(input)).rejects.toMatchObject(refused)
  const after: Json = await ask('/v1/responses', { model: 'demo/echo', input: 'Two.', previous_response_id: before.id })
  expect(after.status).toBe(200)
  for (let call = 0; call < 20; call++) {
    const { status } = await ask('/v1/chat/completions', {
      model: 'demo/echo',
      messages: [{ role: 'user', content: 'x' }],
    })
    expect(status).toBe(200)
  }
  // Longer than a line takes: those that ran have ended, and cannot be stored.
  await pause(2000)
  disk.fill()
  const stuck = await client.batches.retrieve(id)
  expect([stuck.status, stuck.request_counts?.failed]).toEqual(['in_progress', 0])
  const ready: Json = (await ask('/readyz', undefined, 'GET')).json
  expect([ready.ready, ready.status]).toEqual([true, 'degraded'])
  expect(ready.reasons.join()).toMatch(/batches\.db cannot grow: the disk is full/)

  // What a client can do about it.
  expect((await client.files.delete(spare)).deleted).toBe(true)
  disk.free()
  let batch = await client.batches.retrieve(id)
  for (; batch.status !== 'completed'; batch = await client.batches.retrieve(id)) {
    expect(['in_progress', 'finalizing']).toContain(batch.status)
    await pause(200)
  }
  expect(batch.request_counts).toEqual({ total: lines, completed: lines, failed: 0 })
  const output = (await (await client.files.content(batch.output_file_id ?? '')).text()).trim().split('\n')
  expect(new Set(output.map((line) => JSON.parse(line).custom_id)).size).toBe(lines)
  expect(output).toHaveLength(lines)
  await upload()

  // Each line was called, and is on record, once.
  const url = `${gateway.controlUrl}/api/v1/calls?limit=200&q=slow-500ms`
  let calls: Json[]
  do {
    await pause(100)
    const { json } = await post(url, undefined, { method: 'GET', headers: { authorization: `Bearer ${adminToken}` } })
    calls = json.data.filter((call: Json) => call.requestedModel === 'demo/slow-500ms')
  } while (calls.length < lines)
  expect(calls).toHaveLength(lines)
  // A reply of that time is written, so that the other worker finds it too.
  const read = (): Promise<WireReply> => ask(`/v1/responses/${after.json.id}`, undefined, 'GET')
  for (let inARow = 0; inARow < 24; ) {
    inARow = (await read()).status === 200 ? inARow + 1 : 0
    await pause(20)
  }
})
