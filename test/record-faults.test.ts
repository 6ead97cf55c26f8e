import { mkdir, rename, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { startChildGateway } from './support/child-gateway.ts'
import { post, type WireReply } from './support/client.ts'
import { startTestGateway, type TestGateway } from './support/gateway.ts'

const messages = [{ role: 'user', content: 'Hello' }]
const asBearer = (key: string) => ({ headers: { authorization: `Bearer ${key}` } })
const idOf = (reply: WireReply): string => String(reply.headers['x-portcullis-call-id'])

let gateway: TestGateway
beforeEach(async () => {
  gateway = await startTestGateway({})
})
afterEach(() => gateway.close())

const ask = (content = 'Hello') =>
  gateway.post('/v1/chat/completions', { model: 'demo/echo', messages: [{ role: 'user', content }] })

/** Looks until it says so; its status stays 200, for traffic goes on. */
async function readyzWith(text: string, url = gateway.url): Promise<WireReply> {
  for (;;) {
    const reply = await post(`${url}/readyz`, undefined, { method: 'GET' })
    expect(reply.status).toBe(200)
    if (reply.text.includes(text)) return reply
  }
}

/** Waits, one look after the other, until the calls can be read. */
async function onRecord(ids: readonly string[]): Promise<void> {
  for (const id of ids) await gateway.call({ headers: { 'x-portcullis-call-id': id } })
}

describe('a record that cannot be stored', () => {
  it('for a locked database takes calls all the same, says so, and has them all afterwards', async () => {
    await onRecord([idOf(await ask())])
    const locked = new DatabaseSync(join(gateway.directory, 'data/calls.db'))
    locked.exec('BEGIN EXCLUSIVE')
    const ids: string[] = []
    try {
      for (let count = 0; count < 20; count++) {
        const reply = await ask(`call ${count}`)
        expect(reply.status).toBe(200)
        ids.push(idOf(reply))
      }
      const degraded = await readyzWith('calls.db is locked by another process')
      expect(degraded.json).toMatchObject({ ready: true, status: 'degraded' })
      const metrics = await gateway.control('/metrics', { authorization: '' })
      expect(metrics.text).toContain('portcullis_record_ready 0')
      expect(metrics.text).toMatch(/portcullis_spool_bytes [1-9]/)
    } finally {
      locked.exec('ROLLBACK')
      locked.close()
    }
    await readyzWith('"ok"')
    await onRecord(ids)
  })

  it('for a spool directory that is gone keeps calls in memory, says so, and has them all afterwards', async () => {
    await onRecord([idOf(await ask())])
    const spool = join(gateway.directory, 'data/spool')
    await rename(spool, `${spool}.away`)
    await writeFile(spool, 'no directory')
    const ids: string[] = []
    // What is written into the segment before it is missed is written once more.
    for (let isMissed = false; !isMissed; ) {
      const reply = await ask()
      expect(reply.status).toBe(200)
      ids.push(idOf(reply))
      const { text } = await gateway.control('/readyz', { authorization: '' })
      isMissed = text.includes('calls wait in memory')
    }
    for (let count = 0; count < 20; count++) {
      const reply = await ask()
      expect(reply.status).toBe(200)
      ids.push(idOf(reply))
    }
    await rm(spool)
    await readyzWith('"ok"')
    await onRecord(ids)
  })

  it.each([
    ['deleted', (path: string) => rm(path)],
    ['moved away', (path: string) => rename(path, `${path}.old`)],
  ])('for a database that is %s makes another, which holds all that comes after', async (_how, take) => {
    const path = join(gateway.directory, 'data/calls.db')
    const before = idOf(await ask('before'))
    await onRecord([before])
    for (let round = 0; round < 2; round++) {
      await take(path)
      const ids: string[] = []
      for (let count = 0; count < 20; count++) ids.push(idOf(await ask(`after ${count}`)))
      await readyzWith('calls.db was moved away or deleted')
      // A question may come between the old file and the new one.
      const isThere = async (id: string) => (await gateway.control(`/api/v1/calls/${id}`)).status === 200
      for (const id of ids) while (!(await isThere(id)));
      expect((await readyzWith('a new one was made')).json.status).toBe('degraded')
      // In the file that the path names, not in one that only the gateway still has open.
      const stored = new DatabaseSync(path, { readOnly: true })
      expect(stored.prepare('SELECT count(*) AS count FROM calls').get()?.['count']).toBeGreaterThanOrEqual(20)
      expect(stored.prepare('PRAGMA integrity_check').get()).toEqual({ integrity_check: 'ok' })
      stored.close()
    }
  })

  it('for a damaged database takes calls all the same, and says what to do', async () => {
    const dataDirectory = join(gateway.directory, 'damaged')
    await mkdir(dataDirectory)
    await writeFile(join(dataDirectory, 'calls.db'), 'no database at all, '.repeat(1000))
    const key = 'pk-damaged-0123456789abcdefghijklmnop'
    const child = await startChildGateway({ dataDirectory, environment: { PORTCULLIS_KEY: key } })
    try {
      const reply = await post(`${child.url}/v1/chat/completions`, { model: 'demo/echo', messages }, asBearer(key))
      expect(reply.status).toBe(200)
      const { json } = await readyzWith('move it away and a new one is made', child.url)
      expect(json.status).toBe('degraded')
    } finally {
      child.process.kill('SIGTERM')
      expect(await child.exited).toBe(0)
    }
  })
})

describe('what is kept of a call', () => {
  it('leaves out of a large body what is over the bound, and says so', async () => {
    const large = 'x'.repeat(3_000_000)
    const reply = await ask(large)
    expect(reply.status).toBe(200)
    const call = await gateway.call(reply)
    expect(call.inputTruncated).toBe(true)
    expect(JSON.stringify(call.input).length).toBeLessThan(large.length)
    expect(call.inputTokens).toBeGreaterThan(0)
  })

  it('is only the figures where the file switches bodies off', async () => {
    await gateway.configure({
      listen: { host: '127.0.0.1', port: 0, controlPort: 0 },
      keys: [{ id: 'team-a', key: gateway.key, workspace: 'default', models: ['*'] }],
      record: { bodies: 'off' },
    })
    for (;;) {
      const reply = await gateway.post('/v1/chat/completions', { model: 'demo/echo', messages })
      const call = await gateway.call(reply)
      if (call.input !== null) continue
      expect(call).toMatchObject({ input: null, output: null, status: 200, model: 'echo' })
      expect(call.outputTokens).toBeGreaterThan(0)
      break
    }
  })
})
