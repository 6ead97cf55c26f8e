import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { createServer, type Server } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { type ChildGateway, startChildGateway } from '../support/child-gateway.ts'
import { type Json, post, type WireReply } from '../support/client.ts'
import { type CuttableProxy, startCuttableProxy } from './cuttable-proxy.ts'
import { openTestSchema } from './postgres.ts'

const adminToken = 'admin-token-of-the-postgres-test-0123456789'
const key = 'pk-postgres-0123456789abcdef'
let schema: Awaited<ReturnType<typeof openTestSchema>>
let proxy: CuttableProxy
let directory: string
let running: ChildGateway[]
beforeEach(async () => {
  schema = await openTestSchema()
  const { hostname, port } = new URL(schema.url)
  proxy = await startCuttableProxy(hostname, Number(port === '' ? 5432 : port))
  directory = await mkdtemp(join(tmpdir(), 'portcullis-postgres-'))
  running = []
  const config = {
    keys: [{ id: 'saver', key, budgets: [{ requests: 1000, per: 'month' }] }],
    catalog: { discover: 'off' },
  }
  await writeFile(join(directory, 'portcullis.yaml'), JSON.stringify(config))
})
afterEach(async () => {
  for (const { process: child, exited } of running) {
    child.kill('SIGKILL')
    await exited
  }
  await proxy.close()
  await schema.drop()
  await rm(directory, { recursive: true, force: true })
})

const start = async (url: string): Promise<ChildGateway> => {
  const gateway = await startChildGateway({
    dataDirectory: join(directory, 'data'),
    args: ['--config', join(directory, 'portcullis.yaml')],
    environment: { PORTCULLIS_ADMIN_TOKEN: adminToken, DATABASE_URL: url },
  })
  running.push(gateway)
  return gateway
}
const ask = async ({ url }: ChildGateway): Promise<string> => {
  const body = { model: 'demo/echo', messages: [{ role: 'user', content: 'x'.repeat(2000) }] }
  const reply = await post(`${url}/v1/chat/completions`, body, { headers: { authorization: `Bearer ${key}` } })
  expect(reply.status).toBe(200)
  return String(reply.headers['x-portcullis-call-id'])
}
const askMany = async (gateway: ChildGateway, count: number): Promise<readonly string[]> =>
  await Promise.all(Array.from({ length: count }, () => ask(gateway)))
const control = ({ controlUrl }: ChildGateway, path: string): Promise<WireReply> =>
  post(controlUrl + path, undefined, { method: 'GET', headers: { authorization: `Bearer ${adminToken}` } })
const until = async <Value>(look: () => Promise<Value>, condition: (value: Value) => boolean): Promise<Value> => {
  for (;;) {
    const value = await look()
    if (condition(value)) return value
  }
}
const readiness = (gateway: ChildGateway): Promise<WireReply> => control(gateway, '/readyz')

/** Each call once in the rows, in the sums and in the budget, whoever counted. */
async function expectExactly(gateway: ChildGateway, ids: readonly string[]): Promise<void> {
  await until(
    () => control(gateway, '/api/v1/analytics?measures=calls'),
    ({ json, status }) => status === 200 && json.totals.calls >= ids.length,
  )
  const { rows } = await schema.session.query('SELECT id FROM calls ORDER BY id')
  expect(rows.map(({ id }) => id)).toEqual([...ids].sort())
  const { json } = await control(gateway, '/api/v1/analytics?measures=calls&by=key')
  expect(json).toMatchObject({ totals: { calls: ids.length } })
  const [budget] = (await schema.session.query(`SELECT sum(used) AS used FROM budget_uses`)).rows
  expect(budget?.['used']).toBe(ids.length)
}

describe('with its database away', () => {
  it('a gateway answers calls, keeps them on disk, says so, and stores each once when it is back', async () => {
    const gateway = await start(schema.urlAt(proxy.port))
    const ids = [...(await askMany(gateway, 20))]
    await until(
      () => control(gateway, '/api/v1/calls?limit=200'),
      ({ json }) => json.data?.length === 20,
    )
    proxy.cut()
    ids.push(...(await askMany(gateway, 20)))
    const away = await until(
      () => readiness(gateway),
      ({ text }) => text.includes('Calls wait'),
    )
    // It goes on serving: that is no reason to take it out.
    expect(away.status).toBe(200)
    expect(away.text).toContain('Calls wait in the spool: The PostgreSQL of DATABASE_URL')
    expect((await control(gateway, '/api/v1/calls')).json.error.code).toBe('record_unavailable')
    proxy.restore()
    ids.push(...(await askMany(gateway, 20)))
    await expectExactly(gateway, ids)
    await until(
      () => readiness(gateway),
      ({ text }) => !text.includes('Calls wait'),
    )
  })

  it('and its connections ended again and again, nothing is lost or counted twice', async () => {
    const url = new URL(schema.url)
    // By which its connections are told from those of other tests.
    url.searchParams.set('application_name', schema.name)
    const gateway = await start(url.href)
    const ids: string[] = []
    let ended = 0
    for (let round = 0; round < 25; round++) {
      const asking = askMany(gateway, 15)
      const { count } = await schema.session.query(
        'SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = $1',
        [schema.name],
      )
      ended += count
      ids.push(...(await asking))
    }
    expect(ended).toBeGreaterThan(3)
    await expectExactly(gateway, ids)
  })

  it('and itself killed, the next start stores what was left and knows what was used', async () => {
    const ids: string[] = []
    for (let round = 0; round < 3; round++) {
      const gateway = await start(schema.urlAt(proxy.port))
      ids.push(...(await askMany(gateway, 15)))
      // One round with all stored, one with the database gone, one in the middle of it.
      const count = async () => (await control(gateway, '/api/v1/calls?limit=200')).json.data?.length ?? 0
      if (round === 0) await until(count, (calls) => calls === ids.length)
      if (round === 1) {
        proxy.cut()
        await until(
          () => readiness(gateway),
          ({ text }) => text.includes('Calls wait'),
        )
      }
      gateway.process.kill('SIGKILL')
      await gateway.exited
      proxy.restore()
    }
    const gateway = await start(schema.url)
    // A kill loses what had not ended 100 ms before, and no more than that; what is there is there once.
    await until(
      async () => (await control(gateway, '/api/v1/calls?limit=200')).json.data?.length ?? 0,
      (calls) => calls >= 30,
    )
    await until(
      () => control(gateway, '/metrics'),
      ({ text }) => /^portcullis_spool_bytes 0$/m.test(text),
    )
    const { rows } = await schema.session.query('SELECT id FROM calls')
    for (const { id } of rows) expect(ids).toContain(id)
    await expectExactly(
      gateway,
      rows.map(({ id }) => String(id)),
    )
    const { json } = await control(gateway, '/api/v1/budgets')
    expect(json.data).toMatchObject([{ measure: 'requests', used: rows.length }])
  })
})

describe('with a database that it cannot use', () => {
  it.each<[string, (port: number) => string, string]>([
    [
      'refuses the password',
      (port) => `postgres://gateway:hunter2@127.0.0.1:${port}/calls`,
      'refuses the user or its password',
    ],
    ['does not listen', () => 'postgres://gateway:hunter2@127.0.0.1:1/calls', 'takes no connections'],
    ['has no address', () => 'mysql://gateway:hunter2@127.0.0.1/calls', 'DATABASE_URL is no address'],
    [
      'has an address that cannot be read',
      () => 'postgres://gateway:hunter2@[127.0.0.1/calls',
      'DATABASE_URL is no address',
    ],
  ])(
    'because it %s, a gateway starts, answers calls and says what is wrong, without the password',
    async (_, urlAt, said) => {
      const server = await startRefusingServer()
      try {
        // With the copy of the control records that a start with its database leaves.
        const before = await start(schema.url)
        before.process.kill('SIGTERM')
        expect(await before.exited).toBe(0)
        const gateway = await start(urlAt(server.port))
        let printed = gateway.banner
        for (const stream of [gateway.process.stdout, gateway.process.stderr])
          stream?.on('data', (bytes: Buffer) => {
            printed += String(bytes)
          })
        await ask(gateway)
        const ready = await until(
          () => readiness(gateway),
          ({ text }) => text.includes('Calls wait in the spool'),
        )
        expect(ready.text).toContain(said)
        const list = await control(gateway, '/api/v1/calls')
        expect(list.json.error).toMatchObject({ code: 'record_unavailable', message: expect.stringContaining(said) })
        gateway.process.kill('SIGTERM')
        expect(await gateway.exited).toBe(0)
        for (const text of [printed, ready.text, list.text]) expect(text).not.toContain('hunter2')
        expect(printed).toContain('DATABASE_URL is set: calls are recorded in that PostgreSQL')
      } finally {
        await server.close()
      }
    },
  )
})

/** Asks for a password and refuses each, as a server does that trusts nobody. */
async function startRefusingServer(): Promise<{ readonly port: number; close(): Promise<void> }> {
  const message = (type: string, ...parts: readonly Buffer[]): Buffer => {
    const body = Buffer.concat(parts)
    const head = Buffer.alloc(5)
    head.write(type, 'latin1')
    head.writeInt32BE(body.length + 4, 1)
    return Buffer.concat([head, body])
  }
  const field = (name: string, text: string): Buffer => Buffer.from(`${name}${text}\0`)
  const server: Server = createServer((socket) => {
    socket.on('error', () => undefined)
    socket.once('data', () => {
      // AuthenticationCleartextPassword
      socket.write(message('R', Buffer.from([0, 0, 0, 3])))
      socket.once('data', (given) => {
        const text = `password authentication failed: ${given.toString('latin1').replaceAll('\0', '')}`
        socket.end(message('E', field('S', 'FATAL'), field('C', '28P01'), field('M', text), Buffer.from([0])))
      })
    })
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const address: Json = server.address()
  return { port: address.port, close: () => new Promise((resolve) => server.close(() => resolve())) }
}
