import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { stringify } from 'yaml'
import { startGateway } from '../src/server/start.ts'
import { post } from './support/client.ts'

const key = 'pk-test-team-a-0123456789abcdefghijklmnop'
const adminToken = 'admin-token-of-the-tests-0123456789abcdef'
let directory: string
let configPath: string
beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'portcullis-list-files-'))
  configPath = join(directory, 'portcullis.yaml')
})
afterAll(() => rm(directory, { recursive: true, force: true }))

const guardrail = (id: string, detector: string, settings: object) => ({
  id,
  detector,
  points: ['input'],
  state: 'enforce',
  settings,
})
const configOf = (...guardrails: object[]): string =>
  stringify({
    listen: { host: '127.0.0.1', port: 0, controlPort: 0 },
    keys: [{ id: 'team-a', key, workspace: 'default', models: ['*'] }],
    catalog: { discover: 'off' },
    inspection: { preset: 'off' },
    guardrails,
  })
const put = (name: string, text: string) => writeFile(join(directory, name), text)

async function start() {
  return await startGateway({
    configPath,
    dataDirectory: await mkdtemp(join(directory, 'data-')),
    workers: 1,
    environment: { PORTCULLIS_ADMIN_TOKEN: adminToken },
    version: '0.0.0-test',
    log: () => undefined,
  })
}

it('block lists, terms and words come from files, which are read again with the configuration', {
  timeout: 120_000,
}, async () => {
  await put('hosts', '# a list\n0.0.0.0 tracker.example\n')
  await put('urlhaus.csv', '"1","2026-01-01 00:00:00","http://files.example/a.bin","online","","malware_download"\r\n')
  await put('terms.txt', '# code names\r\n\r\nProject Nightingale\r\n')
  await put('forbidden.txt', 'guaranteed returns\n')
  await put(
    'portcullis.yaml',
    configOf(
      guardrail('urls', 'malicious-url', { blockListFile: ['hosts', './urlhaus.csv'] }),
      guardrail('names', 'dictionary', { termsFile: 'terms.txt', terms: ['Kestrel-7'] }),
      guardrail('words', 'words', { forbiddenFile: 'forbidden.txt' }),
    ),
  )
  const gateway = await start()
  try {
    const status = async (content: string) => {
      const body = { model: 'demo/echo', messages: [{ role: 'user', content }] }
      const reply = await post(`${gateway.url}/v1/chat/completions`, body, {
        headers: { authorization: `Bearer ${key}` },
      })
      return reply.status
    }
    expect(await status('Fetch https://cdn.tracker.example/x')).toBe(400)
    expect(await status('Fetch http://files.example/a.bin')).toBe(400)
    expect(await status('Fetch http://files.example/b.bin')).toBe(200)
    expect(await status('How is Project  Nightingale?')).toBe(400)
    expect(await status('How is kestrel-7?')).toBe(400)
    expect(await status('It has guaranteed returns.')).toBe(400)
    expect(await status('What is a code name?')).toBe(200)

    await put('terms.txt', 'Project Heron\n')
    process.emit('SIGHUP')
    while ((await status('How is Project Heron?')) !== 400);
    expect(await status('How is Project Nightingale?')).toBe(200)
  } finally {
    await gateway.close()
  }
})

it.each([
  ['is not there', { blockListFile: 'gone.txt' }, /gone\.txt/],
  ['is empty', { blockListFile: 'empty.txt' }, /The file is empty/],
  ['has no name', { blockListFile: ['hosts', 7] }, /blockListFile/],
])('a file that %s keeps a gateway from starting, with a word why', async (_, settings, message) => {
  await put('empty.txt', '\n')
  await put('hosts', '0.0.0.0 tracker.example\n')
  await put('portcullis.yaml', configOf(guardrail('urls', 'malicious-url', settings)))
  await expect(start()).rejects.toThrow(message)
})
