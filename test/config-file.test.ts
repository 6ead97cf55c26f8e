import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { banner } from '../src/cli/banner.ts'
import type { RunningGateway, StartOptions } from '../src/server/running-gateway.ts'
import { startGateway } from '../src/server/start.ts'
import { post } from './support/client.ts'

const key = 'pk-of-the-file-0123456789abcdef'
let directory: string
let file: string
let running: RunningGateway | undefined
let said: string[]
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'portcullis-config-file-'))
  file = join(directory, 'portcullis.yaml')
  said = []
})
afterEach(async () => {
  await running?.close()
  running = undefined
  await rm(directory, { recursive: true })
})

async function start(options: Partial<StartOptions> = {}): Promise<RunningGateway> {
  running = await startGateway({
    configPath: file,
    dataDirectory: join(directory, 'data'),
    port: 0,
    controlPort: 0,
    workers: 1,
    environment: {},
    version: '0.0.0-test',
    log: (message) => said.push(message),
    ...options,
  })
  return running
}

describe('an account without a credential', () => {
  it('is named in the log of a start and of each change, and takes nothing from the others', async () => {
    await writeFile(file, 'providers: [{ id: bare, provider: openai }]\n')
    await start()
    const warning = (id: string): string =>
      `${file}:1:13 warning: The account \`${id}\` has no credential: set OPENAI_API_KEY, or give it \`apiKey\`.`
    expect(said).toContain(warning('bare'))
    await writeFile(file, 'providers: [{ id: other, provider: openai }]\n')
    await says(warning('other'))
    await says(`${file} was loaded again.`)
  })
})

/** Every look is a request. */
async function says(text: string | RegExp): Promise<void> {
  while (!said.some((line) => (typeof text === 'string' ? line.includes(text) : text.test(line))))
    await post(`${running?.controlUrl}/readyz`, undefined, { method: 'GET' })
}

describe('a configuration file that need not be there', () => {
  it('is read as soon as it is, and missed when it is gone', async () => {
    const gateway = await start({ configMayBeAbsent: true })
    expect(banner(gateway, '0')).toContain(`config         none; ${file} is read as soon as it is there\n`)
    await writeFile(file, `keys: [{ id: a, key: ${key} }]\nmodels: { quick: { target: demo/echo } }\n`)
    await says(`${file} was loaded again.`)
    const reply = await post(
      `${gateway.url}/v1/chat/completions`,
      { model: 'quick', messages: [{ role: 'user', content: 'Hello' }] },
      { headers: { authorization: `Bearer ${key}` } },
    )
    expect(reply.status).toBe(200)
    await rm(file)
    await says(`The file ${file} is not there.`)
  })

  it('is named by the banner when it is there', async () => {
    await writeFile(file, '{}')
    expect(banner(await start({ configMayBeAbsent: true }), '0')).toContain(`config         ${file}\n`)
  })
})

describe('the banner', () => {
  it('says which preset of guardrails is in use, and whether anything is enforced', async () => {
    await writeFile(file, '{}')
    expect(banner(await start(), '0')).toMatch(
      /inspection +preset observe: .*stop nothing; 0 enforced and \d+ in shadow/,
    )
    await running?.close()
    const rule = '{ id: words, detector: words, action: deny, state: enforce, settings: { forbidden: [merger] } }'
    await writeFile(file, `inspection: { preset: off }\nguardrails: [${rule}]\n`)
    expect(banner(await start(), '0')).toMatch(/inspection +preset off: .*; 1 enforced and 0 in shadow/)
    await running?.close()
    const presets = '[{ preset: strict, workspaces: [payments] }, { preset: balanced, keys: [ci] }]'
    await writeFile(file, `inspection: { preset: off, presets: ${presets} }\nguardrails: [${rule}]\n`)
    expect(banner(await start(), '0')).toMatch(
      /inspection +preset off: .*; 1 enforced and 0 in shadow with those of the configuration\n +preset strict: for the workspace payments\n +preset balanced: for the key ci\n/,
    )
  })
})

describe('what the log says of a changed file', () => {
  it('names each fault as `config check` does', async () => {
    await writeFile(file, '{}')
    await start()
    await writeFile(file, 'models:\n  a: { target: nobody/x }\n')
    await says(/^.* is not valid; the one before stays in use\.\n/)
    expect(said.join('\n')).toContain(`\n${file}:2:3 `)
  })

  it('compares `listen` with what runs', async () => {
    await writeFile(file, 'listen: { host: 127.0.0.1, port: 1 }\n')
    await start()
    await writeFile(file, 'listen: { host: 127.0.0.1, port: 2 }\n')
    await says(/loaded again\.$/)
    said = []
    await writeFile(file, 'listen: { host: localhost, port: 2 }\n')
    await says('was loaded again. The change of `listen` takes effect at the next start.')
    said = []
    // Back to what runs: there is nothing to start anew for.
    await writeFile(file, 'listen: { port: 3 }\n')
    await says(/loaded again\.$/)
  })
})
