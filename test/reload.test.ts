import { mkdir, rename, rm, symlink, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { startTestGateway, type TestGateway } from './support/gateway.ts'
import { startMockProvider } from './support/mock-provider.ts'

const key = 'pk-test-team-a-0123456789abcdefghijklmnop'
const listen = { host: '127.0.0.1', port: 0, controlPort: 0 }
const keys = [{ id: 'team-a', key, workspace: 'default', models: ['*'] }]
const messages = [{ role: 'user', content: 'Hello' }]

let gateway: TestGateway
beforeAll(async () => {
  gateway = await startTestGateway({})
})
afterAll(() => gateway.close())

/** Asks again and again; every look is a request. */
async function until<Value>(look: () => Promise<Value>, isSo: (value: Value) => boolean): Promise<Value> {
  for (;;) {
    const value = await look()
    if (isSo(value)) return value
  }
}

const ask = (model: string) => gateway.post('/v1/chat/completions', { model, messages })
const ready = () => gateway.control('/readyz', { authorization: '' })
const stale = async () => (await gateway.control('/metrics', { authorization: '' })).text

describe('a configuration file that changes', () => {
  it('is in use for the next call, without a restart', async () => {
    expect((await ask('quick')).status).toBe(404)
    await gateway.configure({ listen, keys, models: { quick: { target: 'demo/echo' } } })
    const reply = await until(
      () => ask('quick'),
      ({ status }) => status !== 404,
    )
    expect(reply.status).toBe(200)
    expect(reply.headers['x-portcullis-provider']).toBe('demo')
  })

  it('is left unused as a whole when it is not valid, and the gateway says so until it is', async () => {
    await writeFile(gateway.configPath, 'models:\n  quick: { target: demo/error }\n  broken: [\n')
    const degraded = await until(ready, ({ json }) => json.status === 'degraded')
    expect(degraded.status).toBe(200)
    expect(degraded.json).toMatchObject({ ready: true, reasons: [expect.stringContaining('configuration file')] })
    expect(await stale()).toContain('portcullis_config_stale 1')
    expect((await ask('quick')).status).toBe(200)
    await gateway.configure({ listen, keys, models: { brisk: { target: 'demo/echo' } } })
    await until(ready, ({ json }) => json.status === 'ok')
    expect(await stale()).toContain('portcullis_config_stale 0')
    expect((await ask('brisk')).status).toBe(200)
    expect((await ask('quick')).status).toBe(404)
  })

  it('may be replaced by a rename, as editors and Kubernetes do it', async () => {
    const beside = `${gateway.configPath}.new`
    await writeFile(beside, JSON.stringify({ listen, keys, models: { renamed: { target: 'demo/echo' } } }))
    await rename(beside, gateway.configPath)
    const reply = await until(
      () => ask('renamed'),
      ({ status }) => status !== 404,
    )
    expect(reply.status).toBe(200)
  })

  it.each([
    ['is gone', async () => await rm(gateway.configPath)],
    ['is empty, as a stopped writer leaves it', async () => await writeFile(gateway.configPath, '')],
    ['has comments only', async () => await writeFile(gateway.configPath, '# Keys of the team\n\n  # Models\n')],
    ['is no text', async () => await writeFile(gateway.configPath, Buffer.from('fffe7b007d00', 'hex'))],
    ['is larger than a configuration can be', async () => await writeFile(gateway.configPath, '#'.repeat(2 << 20))],
    [
      'is a directory',
      async () => {
        await rm(gateway.configPath)
        await mkdir(gateway.configPath)
      },
    ],
  ])('that %s leaves the one before in use, and the gateway says so until it is back', async (_name, spoil) => {
    const config = { listen, keys, models: { kept: { target: 'demo/echo' } } }
    await gateway.configure(config)
    await until(
      () => ask('kept'),
      ({ status }) => status === 200,
    )
    await spoil()
    await until(ready, ({ json }) => json.status === 'degraded')
    expect((await ask('kept')).status).toBe(200)
    await rm(gateway.configPath, { recursive: true, force: true })
    await gateway.configure(config)
    await until(ready, ({ json }) => json.status === 'ok')
  })

  it('may be a link to a file that changes elsewhere', async () => {
    const elsewhere = join(gateway.directory, 'elsewhere')
    await mkdir(elsewhere)
    const target = join(elsewhere, 'real.yaml')
    const config = (name: string) => JSON.stringify({ listen, keys, models: { [name]: { target: 'demo/echo' } } })
    await writeFile(target, config('linked'))
    await symlink(target, `${gateway.configPath}.link`)
    await rename(`${gateway.configPath}.link`, gateway.configPath)
    await until(
      () => ask('linked'),
      ({ status }) => status === 200,
    )
    await writeFile(target, config('changed-elsewhere'))
    await until(
      () => ask('changed-elsewhere'),
      ({ status }) => status === 200,
    )
    await rm(gateway.configPath)
    await gateway.configure({ listen, keys })
  })

  it('may be a link into a directory that Kubernetes swaps as a whole', async () => {
    const config = (name: string) => JSON.stringify({ listen, keys, models: { [name]: { target: 'demo/echo' } } })
    const mount = async (version: string, name: string): Promise<void> => {
      await mkdir(join(gateway.directory, version))
      await writeFile(join(gateway.directory, version, 'portcullis.yaml'), config(name))
      await symlink(version, join(gateway.directory, '..data_tmp'))
      await rename(join(gateway.directory, '..data_tmp'), join(gateway.directory, '..data'))
    }
    await mount('..2026_11_23', 'mounted')
    await rm(gateway.configPath)
    await symlink('..data/portcullis.yaml', gateway.configPath)
    await until(
      () => ask('mounted'),
      ({ status }) => status === 200,
    )
    await mount('..2026_11_24', 'mounted-anew')
    await until(
      () => ask('mounted-anew'),
      ({ status }) => status === 200,
    )
    await rm(gateway.configPath)
    await gateway.configure({ listen, keys })
  })

  it('ends as it was written last, however fast', async () => {
    for (let count = 0; count < 200; count++)
      await gateway.configure({ listen, keys, models: { [`quick-${count}`]: { target: 'demo/echo' } } })
    await until(
      () => ask('quick-199'),
      ({ status }) => status === 200,
    )
    expect((await ask('quick-198')).status).toBe(404)
    await gateway.configure({ listen, keys })
  })

  it('takes a key away from the next call on', async () => {
    await gateway.configure({ listen, keys: [{ ...keys[0], id: 'other', key: `${key}-other` }] })
    const reply = await until(
      () => ask('demo/echo'),
      ({ status }) => status !== 200,
    )
    expect(reply.status).toBe(401)
    await gateway.configure({ listen, keys })
    await until(
      () => ask('demo/echo'),
      ({ status }) => status === 200,
    )
  })

  it('has its new limits, those of connections that are open already included', async () => {
    const mock = await startMockProvider()
    const providers = [
      { id: 'mock', provider: 'openai', baseUrl: `${mock.origin}/v1`, apiKey: 'sk', allowPrivateNetwork: true },
    ]
    await gateway.configure({ listen, keys, providers, limits: { upstreamTimeoutMs: 60_000 } })
    await until(
      () => ask('mock/gpt-5-mini'),
      ({ status }) => status === 200,
    )
    await gateway.configure({
      listen,
      keys,
      providers,
      limits: { upstreamTimeoutMs: 200 },
      models: { marker: { target: 'demo/echo' } },
    })
    // An account alone takes every name, so that a status would say nothing.
    await until(
      () => ask('marker'),
      ({ headers }) => headers['x-portcullis-provider'] === 'demo',
    )
    mock.reply(() => undefined)
    const reply = await ask('mock/gpt-5-mini')
    expect(reply.status).toBe(504)
    expect(reply.headers['x-portcullis-error']).toBe('upstream_timeout')
    await gateway.configure({ listen, keys })
    await mock.close()
  })

  it('lets a call in flight end on what it started with', async () => {
    await gateway.configure({ listen, keys, models: { slow: { target: 'demo/echo' } } })
    await until(
      () => ask('slow'),
      ({ status }) => status === 200,
    )
    const stream = await gateway.stream('/v1/chat/completions', {
      model: 'slow',
      stream: true,
      messages: [{ role: 'user', content: 'one two three four five six seven eight' }],
    })
    await gateway.configure({ listen, keys })
    await until(
      () => ask('slow'),
      ({ status }) => status === 404,
    )
    expect((await stream.whole()).toString()).toContain('data: [DONE]')
  })
})
