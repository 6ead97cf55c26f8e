import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { RunningGateway } from '../src/server/running-gateway.ts'
import { startGateway } from '../src/server/start.ts'
import { startChildGateway } from './support/child-gateway.ts'
import { post, type WireReply } from './support/client.ts'
import { commandLine } from './support/command-line.ts'
import { type MockProvider, startMockProvider } from './support/mock-provider.ts'
import { unary } from './support/mock-replies.ts'

const adminToken = 'admin-token-of-the-kept-credentials-0123456789'
const key = 'pk-of-the-kept-credentials-0123456789'
const master = 'the-master-key-of-the-test-0123456789abcdef'
const secret = 'sk-very-secret-of-the-provider-0123456789'

let folder: string
let provider: MockProvider
let running: RunningGateway | undefined
let logged: string[]

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'portcullis-kept-'))
  provider = await startMockProvider()
  logged = []
  const account = { provider: 'openai', baseUrl: `${provider.origin}/v1`, allowPrivateNetwork: true }
  const config = {
    listen: { host: '127.0.0.1', port: 0, controlPort: 0 },
    catalog: { discover: 'off' },
    providers: [
      { ...account, id: 'kept', apiKey: 'credential:openai' },
      { ...account, id: 'of-red', apiKey: 'credential:red/openai' },
      { ...account, id: 'plain', apiKey: 'sk-of-the-file-0123456789' },
    ],
  }
  await writeFile(join(folder, 'portcullis.yaml'), JSON.stringify(config))
})
afterEach(async () => {
  await stop()
  await provider.close()
  await rm(folder, { recursive: true, force: true })
})

async function start(environment: NodeJS.ProcessEnv = { PORTCULLIS_MASTER_KEY: master }): Promise<void> {
  running = await startGateway({
    configPath: join(folder, 'portcullis.yaml'),
    dataDirectory: join(folder, 'data'),
    workers: 1,
    environment: { PORTCULLIS_ADMIN_TOKEN: adminToken, PORTCULLIS_KEY: key, ...environment },
    version: '0.0.0-test',
    log: (message) => void logged.push(message),
  })
}
async function stop(): Promise<void> {
  await running?.close()
  running = undefined
}

const control = (method: string, path: string, body?: unknown): Promise<WireReply> =>
  post(`${running?.controlUrl}/api/v1${path}`, body, { method, headers: { authorization: `Bearer ${adminToken}` } })
const askAt = (url: string | undefined, account: string, as = key): Promise<WireReply> =>
  post(
    `${url}/v1/chat/completions`,
    { model: `${account}/gpt-5`, messages: [{ role: 'user', content: 'Who?' }] },
    { headers: { authorization: `Bearer ${as}` } },
  )
const ask = (account: string, as = key): Promise<WireReply> => askAt(running?.url, account, as)
const sentKey = (): string => String(provider.requests.at(-1)?.headers['authorization'])
const messageOf = ({ json }: WireReply): string => json.error.message

describe('a credential that the gateway keeps', () => {
  it('is used at once when it is added, replaced and removed, and is readable nowhere', async () => {
    await start()
    expect(messageOf(await ask('kept'))).toContain(
      '"credential:openai" cannot be had: no credential of that name is kept.',
    )
    const added = await control('POST', '/credentials', { name: 'openai', secret: `${secret}-1` })
    expect(added.json).toMatchObject({
      name: 'openai',
      workspace: 'default',
      version: 1,
      reference: 'credential:openai',
    })
    expect((await ask('kept')).status).toBe(200)
    expect(sentKey()).toBe(`Bearer ${secret}-1`)
    expect((await control('POST', '/credentials', { name: 'openai', secret: 'x' })).status).toBe(409)
    const replaced = await control('PUT', '/credentials/openai', { secret: `${secret}-2` })
    expect(replaced.json.version).toBe(2)
    await ask('kept')
    expect(sentKey()).toBe(`Bearer ${secret}-2`)
    provider.reply(unary({ error: { message: `not this: ${secret}-2` } }, { status: 400 }))
    const echoed = await ask('kept')
    const shown = [
      echoed,
      added,
      replaced,
      ...(await Promise.all(
        ['/credentials', '/audit?limit=200', '/config', '/calls', '/providers'].map((path) => control('GET', path)),
      )),
    ]
    for (const { text } of shown) expect(text).not.toContain(secret)
    expect((await control('DELETE', '/credentials/openai')).status).toBe(204)
    expect((await ask('kept')).json.error.code).toBe('secret_unavailable')
    const { json } = await control('GET', '/audit?limit=200')
    const actions = json.data.map(
      ({ actor, action, subject }: Record<string, string>) => `${actor} ${action} ${subject}`,
    )
    for (const action of ['added', 'replaced', 'removed'])
      expect(actions).toContain(`admin-token credential-${action} openai`)
    await stop()
    expect(logged.join('\n')).not.toContain(secret)
    for (const file of await readdir(join(folder, 'data'), { recursive: true, withFileTypes: true })) {
      if (!file.isFile()) continue
      const bytes = await readFile(join(file.parentPath, file.name))
      expect(`${file.name} ${bytes.includes(secret) || bytes.includes(master)}`).toBe(`${file.name} false`)
    }
  })

  it('belongs to its workspace', async () => {
    await start()
    await control('POST', '/credentials', { name: 'openai', workspace: 'red', secret: `${secret}-red` })
    expect((await ask('of-red')).status).toBe(200)
    expect(sentKey()).toBe(`Bearer ${secret}-red`)
    expect((await ask('kept')).status).toBe(503)
  })

  it.each([
    ['without a master key', {}, 'there is no master key'],
    ['with another', { PORTCULLIS_MASTER_KEY: `${master}-other` }, 'sealed with another master key'],
    ['with one that is too short', { PORTCULLIS_MASTER_KEY: 'short' }, 'has fewer than 32 characters'],
    [
      'with a file that is not there',
      { PORTCULLIS_MASTER_KEY_FILE: '/nowhere' },
      'cannot be had from PORTCULLIS_MASTER_KEY_FILE',
    ],
  ])('cannot be used %s, and all else works', async (_, environment, why) => {
    await start()
    await control('POST', '/credentials', { name: 'openai', secret })
    await stop()
    await start(environment)
    for (let reasons = ''; !reasons.includes('All else works.'); )
      reasons = (await post(`${running?.controlUrl}/readyz`, undefined, { method: 'GET' })).json.reasons.join()
    const refused = await ask('kept')
    expect(refused.json.error.code).toBe('secret_unavailable')
    expect(messageOf(refused)).toContain(why)
    expect((await ask('plain')).status).toBe(200)
    expect((await control('POST', '/credentials', { name: 'more', secret })).json.error.code).toBe('secret_unavailable')
    expect((await control('GET', '/credentials')).json.data).toHaveLength(1)
    expect(logged.filter((line) => line.endsWith('All else works.'))).toHaveLength(1)
  })

  it('opens with a master key of a file, or of a command', async () => {
    const file = join(folder, 'master')
    await writeFile(file, `${master}\n`)
    await start()
    await control('POST', '/credentials', { name: 'openai', secret })
    for (const environment of [
      { PORTCULLIS_MASTER_KEY_FILE: file },
      { PORTCULLIS_MASTER_KEY_COMMAND: `cat ${file}`, PATH: process.env['PATH'] },
    ]) {
      await stop()
      await start(environment)
      expect((await ask('kept')).status).toBe(200)
    }
  })

  it('that was moved to another name in control.db does not open', async () => {
    await start()
    await control('POST', '/credentials', { name: 'other', secret })
    await stop()
    const { DatabaseSync } = await import('node:sqlite')
    const database = new DatabaseSync(join(folder, 'data/control.db'))
    database.exec("UPDATE credential SET name = 'openai'")
    database.close()
    await start()
    expect(messageOf(await ask('kept'))).toContain('altered, or moved from another place')
    expect(provider.requests).toHaveLength(0)
  })
})

describe('several workers', () => {
  it('open what the gateway keeps, each for itself, and see another value', async () => {
    const environment = { PORTCULLIS_ADMIN_TOKEN: adminToken, PORTCULLIS_KEY: key, PORTCULLIS_MASTER_KEY: master }
    const args = ['--workers', '2', '--config', join(folder, 'portcullis.yaml')]
    const child = await startChildGateway({ dataDirectory: join(folder, 'data'), args, environment })
    try {
      for (const [method, path, value] of [
        ['POST', '/credentials', { name: 'openai', secret: `${secret}-1` }],
        ['PUT', '/credentials/openai', { secret: `${secret}-2` }],
      ] as const) {
        const made = await post(`${child.controlUrl}/api/v1${path}`, value, {
          method,
          headers: { authorization: `Bearer ${adminToken}` },
        })
        expect(made.json.name).toBe('openai')
        // Each call has a connection of its own, which goes to either worker.
        let inARow = 0
        while (inARow < 12) {
          const { status } = await askAt(child.url, 'kept')
          inARow = status === 200 && sentKey() === `Bearer ${value.secret}` ? inARow + 1 : 0
        }
      }
    } finally {
      child.process.kill('SIGTERM')
      await child.exited
    }
  })
})

describe('portcullis credentials', () => {
  it('adds from standard input and re-keys, beside a gateway that goes on with what it has', async () => {
    await start()
    const newMaster = `${master}-of-next-year`
    const { launch, close } = commandLine(() => folder, {
      PORTCULLIS_MASTER_KEY: master,
      PORTCULLIS_NEW_MASTER_KEY: newMaster,
    })
    const cli = (args: readonly string[], input?: string) => launch(args, {}, input).ended
    const added = await cli(['credentials', 'add', 'openai'], `${secret}\n`)
    expect(added.stdout).toBe('Kept as credential:openai, version 1.\n')
    while ((await ask('kept')).status !== 200);
    expect(sentKey()).toBe(`Bearer ${secret}`)
    expect((await cli(['credentials', 'list'])).stdout).toMatch(/credential:openai +1 /)
    expect((await cli(['credentials', 'rekey'])).stdout).toMatch(/^1 credentials are wrapped for the new master key/)
    // The gateway takes a key over together with what was re-keyed before it. It cannot open that, and uses what it has.
    const later = (await cli(['keys', 'create', 'later'])).stdout.trim()
    while ((await ask('plain', later)).status !== 200);
    expect((await ask('kept')).status).toBe(200)
    await stop()
    await start({ PORTCULLIS_MASTER_KEY: newMaster })
    expect((await ask('kept')).status).toBe(200)
    expect(sentKey()).toBe(`Bearer ${secret}`)
    const { json } = await control('GET', '/audit?limit=200')
    expect(json.data.find(({ action }: Record<string, string>) => action === 'credentials-rekeyed')).toMatchObject({
      actor: 'cli',
    })
    close()
  })
})
