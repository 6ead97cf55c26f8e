import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { hashKey } from '../src/registry/virtual-keys.ts'
import { openControlFile } from '../src/server/control-records/open-control.ts'
import type { RunningGateway } from '../src/server/running-gateway.ts'
import { startGateway } from '../src/server/start.ts'
import { post, type WireReply } from './support/client.ts'

const adminToken = 'admin-token-of-the-tests-0123456789abcdef'
const chosen = 'pk-chosen-0123456789abcdef'
let directory: string
let running: RunningGateway | undefined
let said: string[]
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'portcullis-file-keys-'))
  said = []
})
afterEach(async () => {
  await running?.close()
  running = undefined
  await rm(directory, { recursive: true })
})

const write = (keys: string): Promise<void> =>
  writeFile(join(directory, 'portcullis.yaml'), `listen: { port: 0, controlPort: 0 }\n${keys}\n`)

async function start(environment: NodeJS.ProcessEnv = {}): Promise<RunningGateway> {
  running = await startGateway({
    configPath: join(directory, 'portcullis.yaml'),
    dataDirectory: join(directory, 'data'),
    workers: 1,
    environment: { PORTCULLIS_ADMIN_TOKEN: adminToken, ...environment },
    version: '0.0.0-test',
    log: (message) => said.push(message),
  })
  return running
}

async function stop(): Promise<void> {
  await running?.close()
  running = undefined
}

const ask = (gateway: RunningGateway, key: string, model = 'demo/echo'): Promise<WireReply> =>
  post(
    `${gateway.url}/v1/chat/completions`,
    { model, messages: [{ role: 'user', content: 'Hello' }] },
    { headers: { authorization: `Bearer ${key}` } },
  )
const control = (gateway: RunningGateway, method: string, path: string, body?: unknown): Promise<WireReply> =>
  post(gateway.controlUrl + path, body, { method, headers: { authorization: `Bearer ${adminToken}` } })

async function until(look: () => Promise<WireReply>, status: number): Promise<void> {
  while ((await look()).status !== status);
}

describe('a key that the file names without a value', () => {
  it('may use what the file says now, not what it said when the key was made', async () => {
    await write("keys: [{ id: team, models: ['demo/*'] }]")
    const gateway = await start()
    const key = gateway.shown.keys[0]?.key ?? ''
    expect((await ask(gateway, key, 'demo/lorem')).status).toBe(200)
    await write("keys: [{ id: team, models: ['demo/echo'] }]")
    await until(() => ask(gateway, key, 'demo/lorem'), 403)
    expect((await ask(gateway, key)).status).toBe(200)
  })

  it('stops when the file names it no longer, and is the same one when it is back', async () => {
    await write('keys: [{ id: team }, { id: other }]')
    const gateway = await start()
    const key = gateway.shown.keys.find(({ id }) => id === 'team')?.key ?? ''
    await write('keys: [{ id: other }]')
    await until(() => ask(gateway, key), 401)
    await stop()
    const second = await start()
    expect((await ask(second, key)).status).toBe(401)
    await write('keys: [{ id: team }]')
    await until(() => ask(second, key), 200)
  })

  it('can be revoked for good', async () => {
    await write('keys: [{ id: team }, { id: other }]')
    const gateway = await start()
    const key = gateway.shown.keys.find(({ id }) => id === 'team')?.key ?? ''
    expect((await control(gateway, 'DELETE', '/api/v1/keys/team')).status).toBe(204)
    expect((await ask(gateway, key)).json.error.code).toBe('revoked_key')
    await stop()
    const second = await start()
    expect(second.shown.keys).toEqual([])
    expect((await ask(second, key)).json.error.code).toBe('revoked_key')
  })

  it('is told about when it comes while the gateway runs, and made at the next start', async () => {
    await write('keys: [{ id: team }]')
    await start()
    await write('keys: [{ id: team }, { id: late }]')
    while (!said.some((line) => line.includes('"late"'))) await control(running as RunningGateway, 'GET', '/readyz')
    expect(said.join('\n')).toMatch(/The key "late" has no value yet: it is made and shown at the next start/)
    expect(said.join('\n')).not.toMatch(/pcl_/)
    await stop()
    expect((await start()).shown.keys).toMatchObject([{ id: 'late' }])
  })
})

describe('two keys that could be taken for one another', () => {
  it('of one value: what the file allows holds, not the environment', async () => {
    await write(`keys: [{ id: team, key: "$${'{PORTCULLIS_KEY}'}", models: ['demo/echo'] }]`)
    const gateway = await start({ PORTCULLIS_KEY: chosen })
    expect((await ask(gateway, chosen)).status).toBe(200)
    expect((await ask(gateway, chosen, 'demo/lorem')).status).toBe(403)
  })

  it('of one value: one that was revoked stays revoked', async () => {
    await write('')
    const gateway = await start()
    const made = await control(gateway, 'POST', '/api/v1/keys', { id: 'leaked' })
    const { key } = made.json
    await control(gateway, 'DELETE', '/api/v1/keys/leaked')
    await write(`keys: [{ id: again, key: "${key}" }, { id: sign, key: ${chosen} }]`)
    await until(() => ask(gateway, chosen), 200)
    expect((await ask(gateway, key)).json.error.code).toBe('revoked_key')
  })

  it('of one id: the file is refused, at the start and later', async () => {
    await write('')
    const gateway = await start()
    await control(gateway, 'POST', '/api/v1/keys', { id: 'team' })
    await write(`keys: [{ id: team, key: ${chosen} }]`)
    while (!said.join('\n').includes('There is a key `team` already')) await control(gateway, 'GET', '/readyz')
    expect((await ask(gateway, chosen)).status).toBe(401)
    await stop()
    await expect(start()).rejects.toThrow(/^2:1 There is a key `team` already, which is not of the file/)
    await write('keys: [{ id: team }]')
    await expect(start()).rejects.toThrow(/"team"/)
  })

  it('of one id: one that is made beside the running gateway is not taken, and holds up no revocation', async () => {
    await write(`keys: [{ id: team, key: ${chosen} }]`)
    const gateway = await start()
    const { key } = (await control(gateway, 'POST', '/api/v1/keys', { id: 'leaked' })).json
    const beside = openControlFile(join(directory, 'data/control.db'))
    const second = { id: 'team', hash: hashKey('pk-second-0123456789abcdef'), workspace: 'default', models: ['*'] }
    await beside.addKey({ ...second, source: 'api', createdAt: Date.now() })
    await beside.revokeKey('leaked', Date.now())
    await beside.close()
    await until(() => ask(gateway, key), 401)
    expect((await ask(gateway, 'pk-second-0123456789abcdef')).status).toBe(401)
    expect((await ask(gateway, chosen)).status).toBe(200)
    expect(said.join('\n')).toMatch(
      /The key "team" of control\.db is not used: the configuration file has one of that id/,
    )
    expect((await control(gateway, 'POST', '/api/v1/keys', { id: 'other' })).status).toBe(201)
  })
})
