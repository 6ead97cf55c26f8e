import { execFileSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { stringify } from 'yaml'
import { fingerprintsOfValues } from '../src/catalog/detectors/exact-data-match/fingerprints.ts'
import { startGateway } from '../src/server/start.ts'
import { type Json, post } from './support/client.ts'

const salt = 'a-salt-of-the-fingerprints-file'
const key = 'pk-test-team-a-0123456789abcdefghijklmnop'
const adminToken = 'admin-token-of-the-tests-0123456789abcdef'
const patience = 180_000
let directory: string
let configPath: string
beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'portcullis-fingerprints-file-'))
  configPath = join(directory, 'portcullis.yaml')
})
afterAll(() => rm(directory, { recursive: true, force: true }))

const configOf = (fingerprintsFile: string): string =>
  stringify({
    listen: { host: '127.0.0.1', port: 0, controlPort: 0 },
    keys: [{ id: 'team-a', key, workspace: 'default', models: ['*'] }],
    catalog: { discover: 'off' },
    inspection: { preset: 'off' },
    guardrails: [
      {
        id: 'own',
        detector: 'exact-data-match',
        points: ['input'],
        state: 'enforce',
        settings: { salt, fingerprintsFile },
      },
    ],
  })
const values = (...all: string[]): string => `${JSON.stringify(fingerprintsOfValues('customers', all, salt))}\n`
const customers = (text: string): Promise<void> => writeFile(join(directory, 'customers.fingerprints'), text)

async function start(workers = 1) {
  const logged: string[] = []
  const gateway = await startGateway({
    configPath,
    dataDirectory: await mkdtemp(join(directory, 'data-')),
    workers,
    environment: { PORTCULLIS_ADMIN_TOKEN: adminToken },
    version: '0.0.0-test',
    log: (message) => void logged.push(message),
  })
  const control = (path: string, body?: unknown, method = 'GET') =>
    post(gateway.controlUrl + path, body, { method, headers: { authorization: `Bearer ${adminToken}` } })
  const status = async (content: string, secret = key): Promise<number> => {
    const body = { model: 'demo/echo', messages: [{ role: 'user', content }] }
    return (await post(`${gateway.url}/v1/chat/completions`, body, { headers: { authorization: `Bearer ${secret}` } }))
      .status
  }
  return { ...gateway, control, status, logged }
}

async function until(look: () => Promise<boolean>): Promise<void> {
  while (!(await look()));
}

it(
  'a file of fingerprints is read with the configuration, and again at SIGHUP; one that is gone keeps nobody from revoking a key',
  async () => {
    await customers(values('KD-4711-0815') + values('Ada Lovelace-King'))
    await writeFile(configPath, configOf('./customers.fingerprints'))
    const gateway = await start()
    expect(await gateway.status('Write to KD-4711-0815.')).toBe(400)
    expect(await gateway.status('Write to Ada Lovelace King.')).toBe(400)
    expect(await gateway.status('Write to KD-9999-1234.')).toBe(200)

    await customers(values('KD-9999-1234'))
    process.emit('SIGHUP')
    await until(async () => (await gateway.status('Write to KD-9999-1234.')) === 400)
    expect(await gateway.status('Write to KD-4711-0815.')).toBe(200)

    await customers('{"version":1,"hashes":"KD-1111-2222')
    process.emit('SIGHUP')
    const readiness = async (): Promise<Json> => (await gateway.control('/readyz')).json
    await until(async () => (await readiness()).status === 'degraded')
    expect(gateway.logged.join('\n')).toContain('Line 1 of the file is not JSON.')
    expect(gateway.logged.join('\n')).not.toContain('KD-1111')

    await rm(join(directory, 'customers.fingerprints'))
    const made = await gateway.control('/api/v1/keys', { id: 'leaver' }, 'POST')
    const secret: string = made.json.key
    expect(await gateway.status('Hello', secret)).toBe(200)
    expect((await gateway.control('/api/v1/keys/leaver', undefined, 'DELETE')).status).toBeLessThan(300)
    await until(async () => (await gateway.status('Hello', secret)) === 401)
    expect(await gateway.status('Write to KD-9999-1234.')).toBe(400)

    await customers(values('KD-4711-0815'))
    process.emit('SIGHUP')
    await until(async () => (await gateway.status('Write to KD-4711-0815.')) === 400)
    await until(async () => (await readiness()).status === 'ok')
    await gateway.close()
  },
  patience,
)

it(
  'worker processes know the data too',
  async () => {
    await customers(values('KD-4711-0815'))
    await writeFile(configPath, configOf('customers.fingerprints'))
    const gateway = await start(2)
    for (let ask = 0; ask < 6; ask++) expect(await gateway.status('Write to KD-4711-0815.')).toBe(400)
    await gateway.close()
  },
  patience,
)

it.each([
  ['./nothing.fingerprints', 'There is no file'],
  ['/dev/zero', 'is no plain file'],
  ['./pipe', 'is no plain file'],
  ['./large', 'is too large'],
  ['./empty', 'The file is empty'],
  ['./other', '`exact-data-match`'],
])(
  'a gateway does not start with %s',
  async (name, message) => {
    if (name === './pipe') execFileSync('mkfifo', [join(directory, name)])
    if (name === './large') await writeFile(join(directory, name), ' '.repeat((8 << 20) + 1))
    if (name === './empty') await writeFile(join(directory, name), '\n')
    if (name === './other') await writeFile(join(directory, name), '{"kind":"values"}')
    await writeFile(configPath, configOf(name))
    await expect(start()).rejects.toThrow(message)
  },
  patience,
)

it(
  'a file as large as may be is taken',
  async () => {
    const hashes = createHash('shake256', { outputLength: 5_900_000 }).digest('base64')
    const large = { version: 1, id: 'large', kind: 'values', words: 2, lengths: [10], hashes }
    await customers(`${JSON.stringify(large)}\n${values('KD-4711-0815')}`)
    await writeFile(configPath, configOf('customers.fingerprints'))
    const gateway = await start()
    expect(await gateway.status('Write to KD-4711-0815.')).toBe(400)
    await gateway.close()
  },
  patience,
)
