import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { RunningGateway } from '../../src/server/running-gateway.ts'
import { startGateway } from '../../src/server/start.ts'
import { startChildGateway } from '../support/child-gateway.ts'
import { type Json, post, type WireReply } from '../support/client.ts'
import { commandLine } from '../support/command-line.ts'
import { type MockProvider, startMockProvider } from '../support/mock-provider.ts'
import { type CuttableWay, openCuttableWay } from './cuttable.ts'
import { openTestSchema } from './postgres.ts'

const adminToken = 'admin-token-of-shared-control-0123456789abcdef'
const master = 'the-master-key-of-shared-control-0123456789'
const secret = 'sk-very-secret-of-the-provider-0123456789'

interface Gateway extends RunningGateway {
  readonly said: readonly string[]
}
type At = Pick<RunningGateway, 'url' | 'controlUrl'>

let folder: string
let schema: Awaited<ReturnType<typeof openTestSchema>>
let provider: MockProvider
let way: CuttableWay
let running: Set<RunningGateway>
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'portcullis-shared-'))
  schema = await openTestSchema()
  provider = await startMockProvider()
  running = new Set()
  const { hostname, port } = new URL(schema.url)
  way = await openCuttableWay({ host: hostname, port: Number(port || 5432) })
  const account = { provider: 'openai', baseUrl: `${provider.origin}/v1`, allowPrivateNetwork: true }
  const config = {
    listen: { host: '127.0.0.1', port: 0, controlPort: 0 },
    catalog: { discover: 'off' },
    providers: [{ ...account, id: 'kept', apiKey: 'credential:openai' }],
  }
  await writeFile(join(folder, 'portcullis.yaml'), JSON.stringify(config))
})
afterEach(async () => {
  for (const gateway of running) await gateway.close()
  await way.close()
  await provider.close()
  await schema.drop()
  await rm(folder, { recursive: true, force: true })
})

async function start(name: string, environment: NodeJS.ProcessEnv = { DATABASE_URL: schema.url }): Promise<Gateway> {
  const said: string[] = []
  const gateway = await startGateway({
    configPath: join(folder, 'portcullis.yaml'),
    dataDirectory: join(folder, name),
    workers: 1,
    environment: { PORTCULLIS_ADMIN_TOKEN: adminToken, PORTCULLIS_MASTER_KEY: master, ...environment },
    version: '0.0.0-test',
    log: (message) => void said.push(message),
  })
  running.add(gateway)
  return { ...gateway, said }
}
async function stop(gateway: RunningGateway): Promise<void> {
  for (const one of running) if (one.url === gateway.url) running.delete(one)
  await gateway.close()
}
/** Through the way that can be cut. */
const cuttable = (): NodeJS.ProcessEnv => ({ DATABASE_URL: schema.urlAt(way.port) })

const control = (
  { controlUrl }: At,
  method: string,
  path: string,
  body?: object,
  token = adminToken,
): Promise<WireReply> =>
  post(`${controlUrl}/api/v1${path}`, body, { method, headers: { authorization: `Bearer ${token}` } })

const ask = async ({ url }: At, key: string, model = 'demo/echo'): Promise<number> => {
  const body = { model, messages: [{ role: 'user', content: 'Hello' }] }
  return (await post(`${url}/v1/chat/completions`, body, { headers: { authorization: `Bearer ${key}` } })).status
}
/** Ends with that answer, so often in a row. Each call has a connection of its own, which goes to any worker. */
async function until(status: number, question: () => Promise<number>, inARow = 1): Promise<void> {
  for (let count = 0; count < inARow; ) {
    if ((await question()) === status) count++
    else count = 0
  }
}
const ready = async ({ controlUrl }: At): Promise<Json> =>
  (await post(`${controlUrl}/readyz`, undefined, { method: 'GET' })).json
const madeKey = async (at: At, id: string): Promise<string> => {
  const { status, json } = await control(at, 'POST', '/keys', { id })
  expect([status, JSON.stringify(json)]).toEqual([201, expect.anything()])
  return json.key
}

describe('two gateways on one database', () => {
  it('share the life of a key, within a second, with each of their workers', async () => {
    const one = await start('one')
    await mkdir(join(folder, 'two'))
    const two = await startChildGateway({
      dataDirectory: join(folder, 'two'),
      args: ['--workers', '2', '--config', join(folder, 'portcullis.yaml')],
      environment: { DATABASE_URL: schema.url, PORTCULLIS_ADMIN_TOKEN: adminToken },
    })
    try {
      const key = await madeKey(one, 'shared')
      await until(200, () => ask(two, key), 12)
      const { json } = await control(two, 'POST', '/keys/shared/rotate', { overlapSeconds: 0 })
      await until(401, () => ask(one, key))
      expect(await ask(one, json.key)).toBe(200)
      expect((await control(one, 'PATCH', '/keys/shared', { models: ['other/*'] })).status).toBe(200)
      await until(403, () => ask(two, json.key), 12)
      expect((await control(one, 'PATCH', '/keys/shared', { models: ['*'] })).status).toBe(200)
      await until(200, () => ask(two, json.key), 12)
      expect((await control(one, 'DELETE', '/keys/shared')).status).toBe(204)
      await until(401, () => ask(two, json.key), 12)
      expect((await control(two, 'POST', '/keys', { id: 'shared' })).status).toBe(409)
    } finally {
      two.process.kill('SIGTERM')
      await two.exited
    }
  })

  it('let a command beside one of them change what both have', async () => {
    const [one, two] = [await start('one'), await start('two')]
    const key = await madeKey(two, 'leaked')
    const { launch, close } = commandLine(() => folder, { DATABASE_URL: schema.url })
    try {
      const data = ['--data', join(folder, 'one')]
      const { code, stdout } = await launch(['keys', 'create', 'fresh', ...data]).ended
      expect(code).toBe(0)
      await until(200, () => ask(two, stdout.trim()))
      expect((await launch(['keys', 'revoke', 'leaked', ...data]).ended).stdout).toBe('The key "leaked" is revoked.\n')
      await until(401, () => ask(one, key))
      await until(401, () => ask(two, key))
    } finally {
      close()
    }
  })

  it('never bring back a value that was rotated away, whatever is changed at the same time', async () => {
    const [one, two] = [await start('one'), await start('two')]
    const first = await madeKey(one, 'raced')
    await until(200, () => ask(two, first))
    const values = [first]
    for (let round = 0; round < 8; round++) {
      const [changed, rotated] = await Promise.all([
        control(one, 'PATCH', '/keys/raced', { owner: `owner ${round}` }),
        control(two, 'POST', '/keys/raced/rotate', { overlapSeconds: 0 }),
      ])
      expect([200, 409]).toContain(changed.status)
      expect([200, 409]).toContain(rotated.status)
      expect([changed.status, rotated.status]).toContain(200)
      if (rotated.status === 200) values.push(rotated.json.key)
    }
    const last = values.pop() ?? ''
    for (const gateway of [one, two]) {
      await until(200, () => ask(gateway, last))
      for (const old of values) expect(await ask(gateway, old)).toBe(401)
    }
  })

  it('share management keys, and neither lets one see or touch another workspace', async () => {
    const [one, two] = [await start('one'), await start('two')]
    const wanted = { id: 'red-owner', owner: 'anna', workspace: 'red', role: 'owner' }
    const { key } = (await control(one, 'POST', '/management-keys', wanted)).json
    await control(one, 'POST', '/keys', { id: 'of-red', workspace: 'red' })
    const blue = (await control(one, 'POST', '/keys', { id: 'of-blue', workspace: 'blue' })).json.key
    const list = async (): Promise<WireReply> => await control(two, 'GET', '/keys', undefined, key)
    await until(200, async () => (await list()).status)
    await until(200, () => ask(two, blue))
    expect((await list()).json.data.map(({ id }: Json) => id)).toEqual(['of-red'])
    for (const id of [
      'of-blue',
      encodeURIComponent("of-red' OR '1'='1"),
      encodeURIComponent("x'; DELETE FROM virtual_key; --"),
    ])
      for (const [method, path, body] of [
        ['PATCH', '', { models: ['*'] }],
        ['POST', '/rotate', { overlapSeconds: 0 }],
        ['DELETE', '', undefined],
      ] as const)
        expect((await control(two, method, `/keys/${id}${path}`, body, key)).status).toBe(404)
    expect((await control(two, 'POST', '/keys', { id: 'x', workspace: "red'; --" }, key)).status).toBe(400)
    expect((await schema.session.query('SELECT id FROM virtual_key WHERE revoked_at IS NULL')).rows).toHaveLength(3)
    expect((await control(two, 'DELETE', '/management-keys/red-owner')).status).toBe(204)
    await until(401, async () => (await control(one, 'GET', '/keys', undefined, key)).status)
  })

  it('use a sealed credential with the same master key, and not with another', async () => {
    const one = await start('one')
    const [two, other] = [
      await start('two'),
      await start('other', { DATABASE_URL: schema.url, PORTCULLIS_MASTER_KEY: `another-${master}` }),
    ]
    const key = await madeKey(one, 'user')
    expect((await control(one, 'POST', '/credentials', { name: 'openai', secret })).status).toBe(201)
    await until(200, () => ask(two, key, 'kept/gpt-5-mini'))
    expect(provider.requests.at(-1)?.headers['authorization']).toBe(`Bearer ${secret}`)
    const before = provider.requests.length
    await until(200, () => ask(other, key))
    expect(await ask(other, key, 'kept/gpt-5-mini')).not.toBe(200)
    expect(provider.requests).toHaveLength(before)
    const second = await control(other, 'POST', '/credentials', { name: 'second', secret })
    expect(second.json.error.code).toBe('secret_unavailable')
    const { rows } = await schema.session.query('SELECT * FROM credential')
    expect(JSON.stringify(rows)).not.toContain(secret)
  })

  it('share legal holds, and lose none that are placed at once', async () => {
    const [one, two] = [await start('one'), await start('two')]
    const placed = await Promise.all(
      [one, two].map((at) => control(at, 'POST', '/holds', { workspace: 'default', user: 'anna', reason: 'Case 7' })),
    )
    const made = placed.filter(({ status }) => status === 201)
    expect(placed.every(({ status }) => status === 201 || status === 409)).toBe(true)
    for (const at of [one, two])
      await until(made.length, async () => (await control(at, 'GET', '/holds')).json.data.length)
  })

  it('each write what was done at them to an audit log of their own', async () => {
    const [one, two] = [await start('one'), await start('two')]
    await madeKey(one, 'made-at-one')
    const actions = async (at: At): Promise<readonly Json[]> => (await control(at, 'GET', '/audit?limit=100')).json.data
    expect((await actions(one)).some(({ subject }) => subject === 'made-at-one')).toBe(true)
    expect((await actions(two)).some(({ subject }) => subject === 'made-at-one')).toBe(false)
  })
})

describe('a gateway whose database is away', () => {
  it('goes on with what it has, over its own restart too, and hears of revocations when it is back', async () => {
    const one = await start('one')
    let two = await start('two', cuttable())
    const [kept, leaked] = [await madeKey(one, 'kept'), await madeKey(one, 'leaked')]
    await control(one, 'POST', '/credentials', { name: 'openai', secret })
    for (const key of [kept, leaked]) await until(200, () => ask(two, key, 'kept/gpt-5-mini'))
    way.cut()
    const isRefused = async (): Promise<number> =>
      (await control(two, 'POST', '/keys', { id: `k${Math.random()}` })).status
    await until(503, isRefused)
    const { json } = await control(two, 'DELETE', '/keys/leaked')
    expect(json.error.code).toBe('store_unavailable')
    await control(one, 'DELETE', '/keys/leaked')
    expect(await ask(one, leaked)).toBe(401)
    for (const key of [kept, leaked]) expect(await ask(two, key)).toBe(200)
    await stop(two)
    const files = await readdir(join(folder, 'two'))
    expect(files).toContain('control-copy.json')
    const copy = await readFile(join(folder, 'two/control-copy.json'), 'utf8')
    for (const text of [kept, leaked, secret, master, adminToken]) expect(copy).not.toContain(text)
    two = await start('two', cuttable())
    for (const key of [kept, leaked]) expect(await ask(two, key, 'kept/gpt-5-mini')).toBe(200)
    const state = await ready(two)
    expect(state.ready).toBe(true)
    expect(state.reasons.join('\n')).toMatch(
      /^Keys and other control records are those of \d{4}-.*changes of them are refused: The PostgreSQL of DATABASE_URL /m,
    )
    way.mend()
    await until(401, () => ask(two, leaked))
    expect(await ask(two, kept)).toBe(200)
    await until(201, isRefused)
    await until(0, async () => (await ready(two)).reasons.filter((text: string) => text.startsWith('Keys')).length)
  })

  it('answers changes soon when the database only says nothing', async () => {
    const two = await start('two', cuttable())
    const key = await madeKey(two, 'before')
    way.silence()
    const begun = performance.now()
    const refused = await control(two, 'POST', '/keys', { id: 'after' })
    expect([refused.status, refused.json.error.code]).toEqual([503, 'store_unavailable'])
    expect(performance.now() - begun).toBeLessThan(15_000)
    expect(await ask(two, key)).toBe(200)
    way.cut()
    way.mend()
    await until(201, async () => (await control(two, 'POST', '/keys', { id: 'later' })).status)
  })

  it('connects again when the server ends its connections', async () => {
    const one = await start('one')
    const two = await start('two', cuttable())
    const key = await madeKey(one, 'before')
    await until(200, () => ask(two, key))
    for (let round = 0; round < 3; round++) {
      const ports = way.ports().join(', ')
      await schema.session.query(
        `SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE client_port IN (${ports}) AND application_name = 'portcullis'`,
      )
      const next = await madeKey(one, `next-${round}`)
      await until(200, () => ask(two, next))
    }
  })

  it('does not start for the first time, and says why without the password', async () => {
    const url = new URL(schema.url)
    url.username = 'nobody_is_called_that'
    url.password = 'hunter2'
    const wrong = await start('two', { DATABASE_URL: url.href }).catch((fault: Error) => fault.message)
    expect(wrong).toBe(
      'The PostgreSQL of DATABASE_URL refuses the user or its password. The data directory has no copy of the control records to start with.',
    )
    way.cut()
    await expect(start('two', cuttable())).rejects.toThrow(/^The PostgreSQL of DATABASE_URL .*no copy/)
    await expect(start('two', { DATABASE_URL: 'mysql://root:hunter2@db/x' })).rejects.toThrow(
      /^DATABASE_URL is no address: /,
    )
    // With a copy it starts, and says the same to whoever asks.
    const before = await start('two')
    const key = await madeKey(before, 'before')
    await stop(before)
    const two = await start('two', { DATABASE_URL: url.href })
    expect(await ask(two, key)).toBe(200)
    const { reasons } = await ready(two)
    expect(reasons.join('\n')).toContain('refuses the user or its password')
    expect([...reasons, ...two.said].join('\n')).not.toContain('hunter2')
    await stop(two)
    await writeFile(join(folder, 'two/control-copy.json'), '{"revision":')
    await expect(start('two', { DATABASE_URL: url.href })).rejects.toThrow(/copy of control records at .* is damaged/)
  })

  it('starts for the first time once, when two do so at the same time', async () => {
    const admin = { DATABASE_URL: schema.url, PORTCULLIS_ADMIN_TOKEN: '' }
    const results = await Promise.allSettled([start('one', admin), start('two', admin)])
    const started = results.filter((result) => result.status === 'fulfilled').map(({ value }) => value)
    const shown = started.flatMap(({ shown: { adminToken: token } }) => (token === undefined ? [] : [token]))
    expect(shown).toHaveLength(1)
    for (const result of results)
      if (result.status === 'rejected') expect(result.reason.message).toContain('start this one again')
    const third = await start('three', admin)
    expect(third.shown).toEqual({ keys: [] })
    for (const at of [...started, third])
      expect((await control(at, 'GET', '/keys', undefined, shown[0])).status).toBe(200)
  })

  it('takes the records of its control.db along when it gets one, once', async () => {
    const alone = await start('one', {})
    const key = await madeKey(alone, 'of-the-file')
    const { json: old } = await control(alone, 'POST', '/keys', { id: 'revoked' })
    await control(alone, 'DELETE', '/keys/revoked')
    await stop(alone)
    const one = await start('one')
    const two = await start('two')
    for (const at of [one, two]) expect([await ask(at, key), await ask(at, old.key)]).toEqual([200, 401])
    expect(one.said.join('\n')).toContain('were taken over into the PostgreSQL of DATABASE_URL')
    await control(two, 'DELETE', '/keys/of-the-file')
    await stop(one)
    const again = await start('one')
    expect(await ask(again, key)).toBe(401)
    expect(again.said.join('\n')).toContain('Records of control.db are not used')
  })
})

describe('somebody in the database', () => {
  it('who floods the channel holds up nobody', async () => {
    const [one, two] = [await start('one'), await start('two', cuttable())]
    const key = await madeKey(one, 'before')
    await until(200, () => ask(two, key))
    const before = way.sentBytes()
    const flood = (async () => {
      for (let round = 0; round < 20; round++)
        await schema.session.query(
          `SELECT count(pg_notify('portcullis_control', 'x' || i || repeat('y', 500))) FROM generate_series(1, 1000) AS i`,
        )
    })()
    const next = await madeKey(one, 'meanwhile')
    await until(200, () => ask(two, next))
    await flood
    expect(await ask(two, key)).toBe(200)
    // 20,000 notifications are a few looks.
    expect(way.sentBytes() - before).toBeLessThan(100_000)
  })

  it('who damages one row stops one key', async () => {
    const [one, two] = [await start('one'), await start('two')]
    const [good, bad] = [await madeKey(one, 'good'), await madeKey(one, 'bad')]
    await schema.session.query(`UPDATE virtual_key SET models = '[' WHERE id = 'bad'`)
    for (const at of [one, two]) {
      await until(401, () => ask(at, bad))
      expect(await ask(at, good)).toBe(200)
      const text = JSON.stringify(await ready(at))
      expect(text).toContain('cannot be read and are not used (1)')
      expect(text).not.toContain('bad')
    }
    expect((await control(two, 'DELETE', '/keys/good')).status).toBe(204)
    await until(401, () => ask(one, good))
    await schema.session.query(`UPDATE virtual_key SET models = '["*"]' WHERE id = 'bad'`)
    await until(200, () => ask(two, bad))
  })
})
