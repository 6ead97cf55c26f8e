import { rename, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import OpenAI, { toFile } from 'openai'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { WireReply } from './support/client.ts'
import { startTestbed, type Testbed } from './support/testbed.ts'

let bed: Testbed
let client: OpenAI
beforeEach(async () => {
  bed = await startTestbed()
  client = new OpenAI({ baseURL: `${bed.gateway.url}/v1`, apiKey: bed.gateway.key, maxRetries: 0 })
})
afterEach(() => bed.close())

const upload = async () =>
  client.files.create({ file: await toFile(Buffer.from('{"custom_id":"a"}'), 'in.jsonl'), purpose: 'batch' })
const ask = (more: object = {}): Promise<WireReply> =>
  bed.gateway.post('/v1/responses', { model: 'clever', max_output_tokens: 50, input: 'Who goes there?', ...more })
const path = (name: string): string => join(bed.gateway.directory, 'data', name)

function locked(name: string): () => void {
  const database = new DatabaseSync(path(name))
  database.exec('BEGIN EXCLUSIVE')
  return () => {
    database.exec('ROLLBACK')
    database.close()
  }
}

/** Replies are kept behind the back of the call: each look is one more question. */
async function readyzSays(reason: RegExp | 'ok'): Promise<void> {
  for (;;) {
    const { status, json } = await bed.gateway.get('/readyz')
    expect([status, json.ready]).toEqual([200, true])
    if (reason === 'ok' ? json.status === 'ok' : json.reasons.some((text: string) => reason.test(text))) return
  }
}

describe('replies that cannot be written', () => {
  it('are kept in memory, which /readyz says, until they can be', async () => {
    const free = locked('replies.db')
    const first = await ask()
    expect(first.status).toBe(200)
    await readyzSays(/^replies\.db is locked by another process; .*kept in memory/)
    const second = await ask({ previous_response_id: first.json.id })
    expect(second.status).toBe(200)
    expect(bed.anthropic.requests.at(-1)?.body.toString()).toContain('Torhaus')
    free()
    const third = await ask({ previous_response_id: second.json.id })
    expect(third.status).toBe(200)
    await readyzSays('ok')
    expect((await bed.gateway.get(`/v1/responses/${first.json.id}`)).status).toBe(200)
  })
})

describe('files and batches that cannot be written', () => {
  const refused = { status: 503, code: 'store_unavailable' }

  it('for a locked database say so with a code, calls go on, and all is well again afterwards', async () => {
    const { id } = await upload()
    const free = locked('batches.db')
    await expect(upload()).rejects.toMatchObject({
      ...refused,
      message: expect.stringContaining('batches.db is locked by another process'),
    })
    const batch = { input_file_id: id, endpoint: '/v1/chat/completions', completion_window: '24h' } as const
    await expect(client.batches.create(batch)).rejects.toMatchObject(refused)
    expect((await ask()).status).toBe(200)
    await readyzSays(/^batches\.db is locked/)
    free()
    await upload()
    await readyzSays('ok')
    expect((await client.batches.create(batch)).status).toBe('validating')
  })

  it('for a directory that is gone say so with a code, and all is well again when it is back', async () => {
    await upload()
    await rename(path('files'), path('files.away'))
    await expect(upload()).rejects.toMatchObject({ ...refused, message: expect.stringContaining('files is gone') })
    await writeFile(path('files'), 'no directory')
    await expect(upload()).rejects.toMatchObject({ ...refused, message: expect.stringContaining('is no directory') })
    expect((await ask()).status).toBe(200)
    await readyzSays(/^files is no directory/)
    await rm(path('files'))
    await rename(path('files.away'), path('files'))
    const { id } = await upload()
    await readyzSays('ok')
    expect(await (await client.files.content(id)).text()).toContain('custom_id')
  })
})
