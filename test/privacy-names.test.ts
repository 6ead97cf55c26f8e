import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { stringify } from 'yaml'
import { type ChildGateway, startChildGateway } from './support/child-gateway.ts'
import { type Json, post, type WireReply } from './support/client.ts'

const adminToken = 'admin-token-of-the-names-test-0123456789'
const key = 'pk-names-0123456789abcdef'

let directory: string
let gateway: ChildGateway
const start = async (workers: number): Promise<void> => {
  gateway = await startChildGateway({
    dataDirectory: join(directory, 'data'),
    args: ['--workers', String(workers), '--config', join(directory, 'portcullis.yaml')],
    environment: { PORTCULLIS_ADMIN_TOKEN: adminToken },
  })
}
const stop = async (): Promise<void> => {
  gateway.process.kill('SIGTERM')
  await gateway.exited
}
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'portcullis-names-'))
  const config = {
    listen: { host: '127.0.0.1', port: 0, controlPort: 0 },
    keys: [{ id: 'team-a', key, workspace: 'default', models: ['*'] }],
    budgets: [{ id: 'each-user', groupBy: ['user'], requests: 4, per: 'month' }],
    catalog: { discover: 'off' },
  }
  await writeFile(join(directory, 'portcullis.yaml'), stringify(config))
})
afterEach(async () => {
  await stop()
  await rm(directory, { recursive: true, force: true })
})

const ask = (user: string): Promise<WireReply> =>
  post(
    `${gateway.url}/v1/chat/completions`,
    { model: 'demo/echo', user, messages: [{ role: 'user', content: 'Hello' }] },
    { headers: { authorization: `Bearer ${key}` } },
  )
const control = (method: string, path: string, body?: object): Promise<WireReply> =>
  post(gateway.controlUrl + path, body, { method, headers: { authorization: `Bearer ${adminToken}` } })
const groups = async (): Promise<unknown[]> =>
  (await control('GET', '/api/v1/budgets')).json.data.map(({ group, used }: Json) => [group.at(-1), used])

it.each([1, 2])(
  'an erased person is in no name of a budget, in any writing, and has used what it had used (%i workers)',
  async (workers) => {
    await start(workers)
    for (const user of ['zelda77', 'Zelda77', ' ZELDA77 ', 'bob']) expect((await ask(user)).status).toBe(200)
    // What a call has used, its worker tells after the client has its answer.
    await expect.poll(groups, { timeout: 10_000 }).toEqual([
      ['zelda77', 3],
      ['bob', 1],
    ])
    const { status, json } = await control('POST', '/api/v1/erasures', { workspace: 'default', user: 'zelda77' })
    expect(status).toBe(201)
    expect(json).toMatchObject({ calls: 3, bodies: 3 })
    expect(json.users.map((name: string) => name.trim())).toEqual(['ZELDA77', 'Zelda77', 'zelda77'])
    expect(await groups()).toEqual([['bob', 1]])
    const { data } = (await control('GET', '/api/v1/calls?limit=20')).json
    expect(data.map(({ user }: Json) => user)).toEqual(['bob', null, null, null])
    expect(JSON.stringify((await control('GET', '/api/v1/audit?limit=200')).json).toLowerCase()).not.toContain('zelda')
    // One of its four is left.
    expect([(await ask('zelda77')).status, (await ask('Zelda77')).status]).toEqual([200, 429])
    await control('POST', '/api/v1/erasures', { workspace: 'default', user: 'ZELDA77' })
    expect(await groups()).toEqual([['bob', 1]])
    await stop()
    for (const name of ['calls.db', 'calls.db-wal'])
      expect(String(await readFile(join(directory, 'data', name)).catch(() => '')).toLowerCase()).not.toContain('zelda')
    const database = new DatabaseSync(join(directory, 'data', 'calls.db'), { readOnly: true })
    expect(database.prepare('SELECT sum(used) AS used FROM budget_uses').all()).toEqual([{ used: 5 }])
    database.close()

    await start(workers)
    expect((await ask('zelda77')).status).toBe(429)
    expect((await ask('bob')).status).toBe(200)
  },
)
