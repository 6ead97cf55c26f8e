import { mkdtemp, rename, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type ChildGateway, startChildGateway } from './support/child-gateway.ts'
import { post, type WireReply } from './support/client.ts'

const key = 'pk-workers-test-0123456789abcdefghijklmnop'
const adminToken = 'admin-token-of-the-workers-test-0123456789'
const messages = [{ role: 'user', content: 'Hello' }]

let directory: string
let gateway: ChildGateway
beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'portcullis-workers-'))
  await writeFile(
    join(directory, 'portcullis.yaml'),
    'cache: { semantic: {} }\nlimits: { maxFileBytesPerWorkspace: 100000 }\nroutes: { two: { fallback: [{ target: demo/echo }, { target: demo/error-503 }] } }\n',
  )
  gateway = await startChildGateway({
    dataDirectory: join(directory, 'data'),
    args: ['--workers', '2', '--config', join(directory, 'portcullis.yaml')],
    environment: { PORTCULLIS_KEY: key, PORTCULLIS_ADMIN_TOKEN: adminToken },
  })
})
afterAll(async () => {
  gateway.process.kill('SIGTERM')
  await gateway.exited
  await rm(directory, { recursive: true, force: true })
})

const ask = (model = 'demo/echo', bearer = key): Promise<WireReply> =>
  post(`${gateway.url}/v1/chat/completions`, { model, messages }, { headers: { authorization: `Bearer ${bearer}` } })
const control = (path: string, method = 'GET', body?: unknown): Promise<WireReply> =>
  post(gateway.controlUrl + path, body, { method, headers: { authorization: `Bearer ${adminToken}` } })
const readyz = (): Promise<WireReply> => post(`${gateway.url}/readyz`, undefined, { method: 'GET' })

/** Connections go to either worker by chance: so many in a row that both have had one. */
async function both(look: () => Promise<boolean>): Promise<void> {
  for (let inARow = 0; inARow < 24; ) inARow = (await look()) ? inARow + 1 : 0
}

describe('two workers', () => {
  it('count as one gateway in the metrics', async () => {
    const count = async (): Promise<number> => {
      const { text } = await control('/metrics')
      const found = text.matchAll(/^portcullis_calls_total\{.*\} (\d+)$/gm)
      return [...found].reduce((sum, [, value]) => sum + Number(value), 0)
    }
    const before = await count()
    const replies = await Promise.all(Array.from({ length: 40 }, () => ask()))
    expect(replies.map(({ status }) => status)).toEqual(Array.from({ length: 40 }, () => 200))
    expect(await count()).toBe(before + 40)
  })

  it('take an opinion about a call of either as soon as it has ended, and none about what is not there', async () => {
    const say = (body: object): Promise<WireReply> =>
      post(`${gateway.url}/v1/feedback`, body, { headers: { authorization: `Bearer ${key}` } })
    for (let round = 0; round < 12; round++) {
      const { headers } = await ask()
      const said = await say({ call_id: headers['x-portcullis-call-id'], value: 1 })
      expect([said.status, said.text]).toEqual([200, expect.stringContaining('success')])
      expect((await say({ trace_id: 'nothing', value: 1 })).status).toBe(404)
    }
  })

  it('let a workspace have as many bytes of files as it may, and not as many each', async () => {
    const upload = async (): Promise<number> => {
      const form = new FormData()
      form.set('purpose', 'batch')
      form.set('file', new Blob(['x'.repeat(30_000)]), 'in.jsonl')
      const headers = { authorization: `Bearer ${key}`, connection: 'close' }
      return (await fetch(`${gateway.url}/v1/files`, { method: 'POST', body: form, headers })).status
    }
    const statuses = await Promise.all(Array.from({ length: 20 }, upload))
    expect(statuses.filter((status) => status === 200)).toHaveLength(3)
    expect(new Set(statuses)).toEqual(new Set([200, 429]))
  })

  it('each say how targets are doing, and one explains a route', async () => {
    const listed = await control('/api/v1/routes')
    expect(listed.json.data[0].targets[0].health).toHaveLength(2)
    const explained = await control('/api/v1/routes/explain', 'POST', { route: 'two', messages })
    expect(explained.json).toMatchObject({ decision: { effect: 'send', account: 'demo' }, workers: 2 })
  })

  it('both purge their caches', async () => {
    const purge = await control('/api/v1/cache?workspace=default', 'DELETE')
    expect(purge.json).toEqual({ purged: 0, workers: 2, unanswered: 0 })
  })

  it('take an answer away that is reported as wrong, whichever of them has it', async () => {
    const question = async (): Promise<WireReply> =>
      await post(
        `${gateway.url}/v1/chat/completions`,
        { model: 'demo/echo', messages: [{ role: 'user', content: 'return the gadget' }] },
        { headers: { authorization: `Bearer ${key}` } },
      )
    const state = ({ headers }: WireReply): unknown => headers['x-portcullis-cache']
    await both(async () => state(await question()) === 'semantic')
    const id = String((await question()).headers['x-portcullis-call-id'])
    let reported = await control(`/api/v1/cache/${id}/report`, 'POST', {})
    while (reported.status === 404) reported = await control(`/api/v1/cache/${id}/report`, 'POST', {})
    expect(reported.json.cacheMatch.score).toBeCloseTo(1, 5)
    // The worker that had it is asked again sooner or later, and has to ask the provider.
    let asked = 0
    while (state(await question()) !== 'miss') expect(++asked).toBeLessThan(500)
  })

  it('both take up a changed file and a new key, and both drop a revoked one', async () => {
    await writeFile(join(directory, 'portcullis.yaml'), 'models: { quick: { target: demo/echo } }\n')
    await both(async () => (await ask('quick')).status === 200)
    const made = await control('/api/v1/keys', 'POST', { id: 'second' })
    expect(made.status).toBe(201)
    await both(async () => (await ask('quick', made.json.key)).status === 200)
    expect((await control('/api/v1/keys/second', 'DELETE')).status).toBe(204)
    await both(async () => (await ask('quick', made.json.key)).status === 401)
  })

  it('tell of a spool that one of them cannot write, at every /readyz', async () => {
    const spool = join(directory, 'data/spool')
    await rename(spool, `${spool}.away`)
    await writeFile(spool, 'no directory')
    await both(async () => {
      expect((await ask()).status).toBe(200)
      return (await readyz()).text.includes('calls wait in memory')
    })
    expect((await control('/readyz')).text).toContain('calls wait in memory')
    await rm(spool)
    await both(async () => (await readyz()).json.status === 'ok')
    const last = await ask()
    for (;;) {
      const reply = await control(`/api/v1/calls/${String(last.headers['x-portcullis-call-id'])}`)
      if (reply.status === 200) break
      expect(reply.status).toBe(404)
    }
  })
})
