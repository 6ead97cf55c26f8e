import { execFile } from 'node:child_process'
import { existsSync } from 'node:fs'
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type ChildGateway, runToEnd, startChildGateway } from './support/child-gateway.ts'
import { openStream, post } from './support/client.ts'
import { startMockProvider } from './support/mock-provider.ts'

const run = promisify(execFile)
let directory: string
beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'portcullis-start-'))
})
afterAll(() => rm(directory, { recursive: true, force: true }))

const hello = { model: 'demo/echo', messages: [{ role: 'user', content: 'Hello' }] }

async function stop(gateway: ChildGateway): Promise<number | null> {
  gateway.process.kill('SIGTERM')
  return await gateway.exited
}

describe('the first start', () => {
  it('shows a key and a token once, and a command that works as it is printed', async () => {
    const dataDirectory = join(directory, 'first')
    const first = await startChildGateway({ dataDirectory })
    const key = /pcl_\S+/.exec(first.banner)?.[0] ?? ''
    const token = /pca_\S+/.exec(first.banner)?.[0] ?? ''
    const curl = /^ {2}(curl .*)$/m.exec(first.banner)?.[1] ?? ''
    const { stdout } = await run('sh', ['-c', curl])
    expect(JSON.parse(stdout).choices[0].message.content).toBe('[demo] Hello')
    const calls = await post(`${first.controlUrl}/api/v1/calls`, undefined, {
      method: 'GET',
      headers: { authorization: `Bearer ${token}` },
    })
    expect(calls.json.data).toHaveLength(1)
    expect(await stop(first)).toBe(0)

    const second = await startChildGateway({ dataDirectory })
    expect(second.banner).not.toMatch(/pc[la]_/)
    expect(second.banner).toMatch(/cannot be shown again\. New key: portcullis keys create <id>\.\n +New admin token: /)
    const again = await post(`${second.url}/v1/chat/completions`, hello, { headers: { 'x-api-key': key } })
    expect(again.status).toBe(200)
    expect(await stop(second)).toBe(0)
    for (const name of await readdir(dataDirectory, { recursive: true, withFileTypes: true })) {
      if (!name.isFile()) continue
      const bytes = await readFile(join(name.parentPath, name.name), 'latin1')
      expect(bytes.includes(key) || bytes.includes(token)).toBe(false)
    }
  })

  it.each([
    ['keys: [{ id: narrow, models: [none] }, { id: wide }]', /demo\/echo/, 0],
    ['keys: [{ id: narrow, models: [none] }]', /\/v1\/models/, 0],
    ['demo: false', /\/v1\/models/, 0],
    ['keys: [{ id: own, key: pk-own-0123456789abcdef }]', /demo\/echo/, 1],
  ])('prints a command that works with what the file has: %s', async (text, expected, index) => {
    const file = join(directory, `try-${expected.source.length}-${text.length}.yaml`)
    await writeFile(file, text)
    const gateway = await startChildGateway({ dataDirectory: `${file}.data`, args: ['--config', file] })
    const curl = /^ {2}(curl .*)$/m.exec(gateway.banner)?.[1] ?? ''
    expect(curl).toMatch(expected)
    const { stdout } = await run('sh', ['-c', curl], {
      env: { ...process.env, PORTCULLIS_KEY: 'pk-own-0123456789abcdef' },
    })
    expect(JSON.parse(stdout)).not.toHaveProperty('error')
    if (index === 1)
      expect(gateway.banner).toMatch(/Put a key of the configuration file in place of \$PORTCULLIS_KEY\./)
    expect(await stop(gateway)).toBe(0)
  })

  it('takes provider accounts, the key and the token from the environment', async () => {
    const mock = await startMockProvider()
    const gateway = await startChildGateway({
      dataDirectory: join(directory, 'environment'),
      environment: {
        OPENAI_API_KEY: 'sk-from-the-environment',
        OPENAI_BASE_URL: `${mock.origin}/v1`,
        PORTCULLIS_KEY: 'pk-from-the-environment-0123456789',
        PORTCULLIS_ADMIN_TOKEN: 'token-from-the-environment-0123456789',
      },
    })
    expect(gateway.banner).toMatch(/accounts +.*openai/)
    expect(gateway.banner).not.toContain('from-the-environment')
    const reply = await post(
      `${gateway.url}/v1/chat/completions`,
      { ...hello, model: 'openai/gpt-5-mini' },
      { headers: { authorization: 'Bearer pk-from-the-environment-0123456789' } },
    )
    expect(reply.status).toBe(200)
    expect(mock.requests[0]?.headers['authorization']).toBe('Bearer sk-from-the-environment')
    expect(await stop(gateway)).toBe(0)
    await mock.close()
  })
})

describe('a variable that does nothing', () => {
  it('is named at the start, which goes on', async () => {
    const gateway = await startChildGateway({
      dataDirectory: join(directory, 'in-vain'),
      environment: {
        OTEL_EXPORTER_OTLP_ENDPOINT: 'http://user:hunter2@collector:4318',
        OPENAI_BASE_URL: 'https://example.com/v1',
        PORTCULLIS_KEY: 'short',
      },
    })
    expect(gateway.banner).toMatch(/OTEL_EXPORTER_OTLP_ENDPOINT, for traces: .*user name or password/)
    expect(gateway.banner).not.toContain('hunter2')
    expect(gateway.banner).toMatch(/^OPENAI_BASE_URL is set and OPENAI_API_KEY is not: /m)
    expect(gateway.banner).toMatch(/^PORTCULLIS_KEY has fewer than 16 characters and can be guessed/m)
    expect(await stop(gateway)).toBe(0)
  })
})

describe('a start that must not succeed', () => {
  it('on an address that others can reach, without a key that somebody chose', async () => {
    const options = { dataDirectory: join(directory, 'exposed'), args: ['--host', '0.0.0.0'] }
    for (let attempt = 0; attempt < 2; attempt++) {
      const { code, output } = await runToEnd(options)
      expect(code).toBe(1)
      expect(output).toMatch(/Refusing to listen on 0\.0\.0\.0.*PORTCULLIS_KEY/)
      expect(output).not.toMatch(/pcl_/)
    }
    const chosen = await startChildGateway({
      ...options,
      environment: { PORTCULLIS_KEY: 'pk-chosen-0123456789abcdef' },
    })
    expect(chosen.banner).toMatch(/data plane +http:\/\/127\.0\.0\.1:\d+\/v1\n.*listens on +0\.0\.0\.0, every address/s)
    expect(await stop(chosen)).toBe(0)
  })

  it.each([
    ['192.0.2.1', /^This machine has no address 192\.0\.2\.1; choose another with --host\.\n$/],
    [
      'no-such-host.invalid',
      /^no-such-host\.invalid is no address of this machine .*; choose another with --host\.\n$/,
    ],
  ])('on the address %s, which this machine does not have; the next start shows the keys', async (host, message) => {
    const dataDirectory = join(directory, `host-${host.length}`)
    const { code, output } = await runToEnd({
      dataDirectory,
      args: ['--host', host],
      environment: { PORTCULLIS_KEY: 'pk-chosen-0123456789abcdef' },
    })
    expect({ code, output }).toEqual({ code: 1, output: expect.stringMatching(message) })
    const next = await startChildGateway({ dataDirectory })
    expect(next.banner).toMatch(/virtual key +pcl_\S+ .*admin token +pca_/s)
    expect(await stop(next)).toBe(0)
  })

  it('on a port that is taken, with one worker and with two', async () => {
    const taken = createServer().listen(0, '127.0.0.1')
    await new Promise((resolve) => taken.once('listening', resolve))
    const address = taken.address()
    const port = typeof address === 'object' && address !== null ? address.port : 0
    for (const workers of ['1', '2']) {
      const { code, output } = await runToEnd({
        dataDirectory: join(directory, `taken-${workers}`),
        args: ['--port', String(port), '--workers', workers],
      })
      expect(code).toBe(1)
      expect(output).toContain(`Port ${port} on 127.0.0.1 is in use; choose another with --port`)
      expect(output).not.toMatch(/pc[la]_/)
    }
    // What that start made up was shown to nobody, so that the next one shows its own.
    const next = await startChildGateway({ dataDirectory: join(directory, 'taken-1') })
    expect(next.banner).toMatch(/virtual key +pcl_\S+ .*admin token +pca_/s)
    expect(await stop(next)).toBe(0)
    await new Promise((resolve) => taken.close(resolve))
  })

  it('on a data directory that another gateway has', async () => {
    const dataDirectory = join(directory, 'shared')
    const first = await startChildGateway({ dataDirectory })
    const { code, output } = await runToEnd({ dataDirectory })
    expect(code).toBe(1)
    expect(output).toMatch(/in use by the gateway with process id \d+/)
    expect(await stop(first)).toBe(0)
  })

  it('after a kill -9 it is free again, even where the same process id is in use by another', async () => {
    const dataDirectory = join(directory, 'killed')
    const first = await startChildGateway({ dataDirectory })
    first.process.kill('SIGKILL')
    await first.exited
    // In a container the numbers of the last run belong to others now.
    await writeFile(join(dataDirectory, 'lock'), String(process.pid))
    expect(await stop(await startChildGateway({ dataDirectory }))).toBe(0)
  })

  it.each([
    ['a file', 'file', /is a file, not a data directory; choose another with --data/],
    ['below a file', 'file/below', /cannot be made or written \(ENOTDIR\); choose another with --data/],
  ])('on a data directory that is %s', async (_name, place, message) => {
    await writeFile(join(directory, 'file'), '')
    const { code, output } = await runToEnd({ dataDirectory: join(directory, place), folder: directory })
    expect(code).toBe(1)
    expect(output).toMatch(message)
  })

  it('on a damaged store of keys, with what to do', async () => {
    const dataDirectory = join(directory, 'damaged')
    await mkdir(dataDirectory)
    await writeFile(join(dataDirectory, 'control.db'), 'garbage '.repeat(1000))
    const { code, output } = await runToEnd({ dataDirectory })
    expect({ code, output }).toEqual({ code: 1, output: expect.stringMatching(/^control\.db is no database; restore/) })
  })

  it.each([
    ['PORTCULLIS_KEY', 'short', ['--host', '0.0.0.0'], /PORTCULLIS_KEY has fewer than 16 characters/],
    ['PORTCULLIS_ADMIN_TOKEN', 'short', ['--host', '0.0.0.0'], /PORTCULLIS_ADMIN_TOKEN has fewer than 16 characters/],
    ['PORTCULLIS_KEY', 'pk-with-a-line-break-0123456789\n', [], /PORTCULLIS_KEY holds a blank, a line break or/],
    ['PORTCULLIS_ADMIN_TOKEN', 'pk-chosen-0123456789abcdef', [], /virtual key "environment" is the admin token too/],
    [
      'OPENAI_BASE_URL',
      'http://localhost:41873/v1',
      [],
      /"openai" points to this gateway itself .*unset OPENAI_BASE_URL/,
    ],
  ])('with %s of no use: %j', async (name, value, args, message) => {
    const { code, output } = await runToEnd({
      dataDirectory: join(directory, 'of-no-use'),
      args: [...args, ...(name === 'OPENAI_BASE_URL' ? ['--port', '41873'] : [])],
      environment: { PORTCULLIS_KEY: 'pk-chosen-0123456789abcdef', OPENAI_API_KEY: 'sk', [name]: value },
    })
    expect({ code, output }).toEqual({ code: 1, output: expect.stringMatching(message) })
    expect(output).not.toContain('line-break-0123')
  })

  it('with a wrong configuration, before anything is made on disk', async () => {
    const file = join(directory, 'wrong.yaml')
    await writeFile(file, 'providers:\n  - id: a\n    provider: opnai\n')
    const dataDirectory = join(directory, 'never')
    const { code, output } = await runToEnd({ dataDirectory, args: ['--config', file] })
    expect(code).toBe(1)
    expect(output).toMatch(/^\S+wrong\.yaml:3:5 .*`opnai`.*`openai`/)
    expect(existsSync(dataDirectory)).toBe(false)
  })
})

describe('SIGTERM', () => {
  for (const workers of ['1', '2']) {
    it(`lets a stream end, takes no new connection and exits 0, with ${workers} worker(s)`, async () => {
      const mock = await startMockProvider()
      const released = Promise.withResolvers<void>()
      mock.reply(async ({ response }) => {
        response.writeHead(200, { 'content-type': 'text/event-stream' })
        response.write('data: {"choices":[{"index":0,"delta":{"content":"before"}}]}\n\n')
        await released.promise
        response.end('data: {"choices":[{"index":0,"delta":{},"finish_reason":"stop"}]}\n\ndata: [DONE]\n\n')
      })
      const gateway = await startChildGateway({
        dataDirectory: join(directory, `drain-${workers}`),
        args: ['--workers', workers],
        environment: {
          OPENAI_API_KEY: 'sk-test',
          OPENAI_BASE_URL: `${mock.origin}/v1`,
          PORTCULLIS_KEY: 'pk-drain-0123456789abcdef',
        },
      })
      const reading = await openStream(
        `${gateway.url}/v1/chat/completions`,
        { ...hello, model: 'openai/gpt-5-mini', stream: true },
        { headers: { authorization: 'Bearer pk-drain-0123456789abcdef' } },
      )
      await reading.until('before')
      gateway.process.kill('SIGTERM')
      // As npm and a terminal do, which both pass it on.
      gateway.process.kill('SIGINT')
      // Its listener is closed as soon as connections are refused.
      for (;;) {
        const isOpen = await fetch(`${gateway.url}/healthz`).then(
          () => true,
          () => false,
        )
        if (!isOpen) break
      }
      released.resolve()
      expect(String(await reading.whole())).toContain('[DONE]')
      expect(await gateway.exited).toBe(0)
      await mock.close()
    })
  }
})
