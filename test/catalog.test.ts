import { once } from 'node:events'
import { existsSync, readFileSync } from 'node:fs'
import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises'
import { createServer } from 'node:https'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { startChildGateway } from './support/child-gateway.ts'
import { type Json, post } from './support/client.ts'
import { commandLine, type Ended } from './support/command-line.ts'

const token = 'admin-token-of-the-catalogue-0123456789'
const gpt = { id: 'gpt-5-mini', title: 'GPT-5 mini', inputModalities: ['text'], outputModalities: ['text'] }
const price = { input: 111, output: 222 }
const catalogue = (models: readonly object[], asOf = '2026-11-01') => ({
  format: 'portcullis-catalogue/1',
  source: 'our own list',
  asOf,
  providers: { openai: models },
})

let directory: string
let origin: string
/** Replies of the mirror by path. */
const replies = new Map<
  string,
  { readonly status: number; readonly body: string; readonly headers?: Record<string, string> }
>()
const asked: string[] = []
const pem = (name: string): Buffer => readFileSync(join(import.meta.dirname, `fixtures/tls/${name}.pem`))
const mirror = createServer({ key: pem('localhost-key'), cert: pem('localhost') }, (request, response) => {
  asked.push(`${request.method} ${request.url}`)
  const { status, body, headers = {} } = replies.get(request.url ?? '') ?? { status: 404, body: 'no' }
  response.writeHead(status, headers).end(body)
})
beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'portcullis-catalog-'))
  await once(mirror.listen(0, '127.0.0.1'), 'listening')
  origin = `https://localhost:${(mirror.address() as AddressInfo).port}`
})
afterAll(async () => {
  close()
  mirror.closeAllConnections()
  mirror.close()
  await rm(directory, { recursive: true, force: true })
})

const { launch, close } = commandLine(() => directory, {
  NODE_EXTRA_CA_CERTS: join(import.meta.dirname, 'fixtures/tls/localhost.pem'),
})
const cli = (...args: string[]): Promise<Ended> => launch(args).ended

async function written(name: string, value: unknown): Promise<string> {
  const path = join(directory, name)
  await writeFile(path, typeof value === 'string' ? value : JSON.stringify(value))
  return path
}

it('shows where the facts come from, and when they were true', async () => {
  const { code, stdout, stderr } = await cli('catalog', '--data', 'nothing-yet')
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' })
  expect(stdout).toMatch(
    /^MODELS +PROVIDERS +AS OF +SOURCE\n\d{4} +\d{3} +\d{4}-\d\d-\d\d +models\.dev \(MIT licence\)\n/,
  )
  expect(existsSync(join(directory, 'nothing-yet'))).toBe(false)
})

it('has prices as people write them, without the noise of binary fractions', async () => {
  const { stdout } = await cli('models')
  expect(stdout).toMatch(/ \d\.\d{2,4} /)
  expect(stdout).not.toMatch(/\.\d{10}/)
})

it('says that it has no such model, and which is near', async () => {
  const { code, stdout, stderr } = await cli('models', 'gpt-5-mimi', '--provider', 'openai')
  expect({ code, stdout }).toEqual({ code: 1, stdout: '' })
  expect(stderr).toMatch(/^The catalogue lists no model with "gpt-5-mimi" in its name\. Did you mean .*gpt-5-mini/)
})

it('lists what the configuration says of models, before all else', async () => {
  const price = { inputPerMillionUsd: 0.6052, outputPerMillionUsd: 1 }
  const models = [
    { provider: 'openai-compatible', id: 'm1', price },
    { provider: 'openai', id: 'gpt-5', price },
  ]
  const file = await written('of-models.yaml', { catalog: { models } })
  const [own, known] = await Promise.all([
    cli('models', 'm1', '--provider', 'openai-compatible', '--config', file),
    cli('models', 'openai/gpt-5', '--provider', 'openai', '--config', file),
  ])
  expect(own.stdout).toMatch(/^openai-compatible\/m1 +0\.6052 +1$/m)
  expect(known.stdout).toMatch(/^openai\/gpt-5 +\d+ +0\.6052 +1$/m)
})

it('counts what the configuration says', async () => {
  const models = [
    { provider: 'vllm', id: 'a' },
    { provider: 'openai', id: 'gpt-5' },
  ]
  const file = await written('with-models.yaml', { catalog: { models } })
  const { stdout } = await cli('catalog', '--config', file, '--json')
  expect(JSON.parse(stdout).origins).toContainEqual({ source: 'config', asOf: null, providers: 2, models: 2 })
})

describe('an update from a file', () => {
  it('says what changes, and is what the commands and a gateway then use, until the next one', async () => {
    const file = await written(
      'first.json',
      catalogue([
        { ...gpt, price },
        { ...gpt, id: 'gpt-6' },
      ]),
    )
    const { code, stdout, stderr } = await cli('catalog', 'update', '--from', file, '--data', 'used')
    expect(code).toBe(0)
    expect(stderr).toMatch(
      /^Warning: of \d\d models of openai 1 is left: a provider that an update mentions is replaced as a whole\. Facts of single models go into `catalog\.models` of the configuration\.\n$/,
    )
    expect(stdout).toMatch(/^\+ openai\/gpt-6\n- openai\/babbage-002\n/)
    expect(stdout).toMatch(
      /\n1 model added, \d+ removed, 1 price changed\.\nused\/catalogue\.json holds 2 models of 1 provider from our own list, 2026-11-01\./,
    )
    expect(await readdir(join(directory, 'used'))).toEqual(['catalogue.json'])

    const [listed, shown] = await Promise.all([
      cli('models', '--provider', 'openai', '--data', 'used'),
      cli('catalog', '--data', 'used', '--json'),
    ])
    expect(listed.stdout.split('\n').map((line) => line.replace(/ +/g, ' '))).toEqual([
      'MODEL CONTEXT TOKENS INPUT USD/M OUTPUT USD/M',
      'openai/gpt-5-mini 0.111 0.222',
      'openai/gpt-6 unknown unknown',
      '',
    ])
    const own = { source: 'our own list', asOf: '2026-11-01', providers: 1, models: 2 }
    expect(JSON.parse(shown.stdout).origins).toContainEqual(own)

    const environment = { PORTCULLIS_ADMIN_TOKEN: token, PORTCULLIS_KEY: 'pk-of-the-catalogue-0123456789' }
    const gateway = await startChildGateway({ dataDirectory: join(directory, 'used'), environment })
    try {
      const models = async (): Promise<Json> => {
        const headers = { authorization: `Bearer ${token}` }
        const url = `${gateway.controlUrl}/api/v1/models?provider=openai`
        return (await post(url, undefined, { method: 'GET', headers })).json.data
      }
      expect(await models()).toMatchObject([
        {
          id: 'gpt-5-mini',
          price: { inputPerMillionUsd: 0.111 },
          source: { name: 'our own list', asOf: '2026-11-01' },
        },
        { id: 'gpt-6', price: null },
      ])
      const second = await written(
        'second.json',
        catalogue([{ ...gpt, price: { ...price, input: 333 } }], '2026-11-02'),
      )
      const next = await cli('catalog', 'update', '--from', second, '--data', 'used')
      expect(next.stdout).toMatch(
        /^- openai\/gpt-6\n~ openai\/gpt-5-mini: 0\.111\/0\.222 -> 0\.333\/0\.222\n0 models added, 1 removed, 1 price changed\./,
      )
      expect(await models()).toHaveLength(2)
      gateway.process.kill('SIGHUP')
      await expect
        .poll(models, { timeout: 10_000 })
        .toMatchObject([{ id: 'gpt-5-mini', price: { inputPerMillionUsd: 0.333 }, source: { asOf: '2026-11-02' } }])
    } finally {
      gateway.process.kill('SIGTERM')
      await gateway.exited
    }
  })

  it('leaves the last good one when the new one is not good', async () => {
    const good = await written('good.json', catalogue([gpt]))
    expect(await cli('catalog', 'update', '--from', good, '--data', 'kept')).toMatchObject({ code: 0 })
    const kept = readFileSync(join(directory, 'kept/catalogue.json'))
    const bad = {
      'cut.json': '{"format":',
      'wrong.json': catalogue([{ ...gpt, price: { input: -1, output: 1 } }]),
      'empty.json': {},
    }
    for (const [name, value] of Object.entries(bad)) {
      const { code, stderr } = await cli('catalog', 'update', '--from', await written(name, value), '--data', 'kept')
      expect(code).toBe(1)
      expect(stderr).toMatch(/cannot be used, and the one before stays\. It .*\n$/)
    }
    expect(await cli('catalog', 'update', '--from', 'no-such.json', '--data', 'kept')).toMatchObject({
      code: 1,
      stderr: 'The file no-such.json cannot be read (ENOENT).\n',
    })
    expect(readFileSync(join(directory, 'kept/catalogue.json'))).toEqual(kept)
    expect(await readdir(join(directory, 'kept'))).toEqual(['catalogue.json'])
  })

  it('that somebody has changed since is not used, and said so', async () => {
    const file = await written('to-damage.json', catalogue([{ ...gpt, price }]))
    await cli('catalog', 'update', '--from', file, '--data', 'damaged')
    const path = join(directory, 'damaged/catalogue.json')
    await writeFile(path, readFileSync(path, 'utf8').replace('111', '999'))
    const { code, stdout, stderr } = await cli('catalog', '--data', 'damaged', '--json')
    expect({ code, stderr }).toEqual({
      code: 0,
      stderr: expect.stringMatching(/damaged or of another version, and not used/),
    })
    expect(JSON.parse(stdout).origins[0].source).toContain('models.dev')
  })
})

describe('an update over the network', () => {
  it('reads what models.dev publishes, from a mirror that is allowed by name', async () => {
    const model = {
      id: 'gpt-7',
      name: 'GPT-7',
      reasoning: true,
      tool_call: true,
      modalities: { input: ['text'], output: ['text'] },
      limit: { context: 1000, output: 100 },
      cost: { input: 1, output: 2 },
    }
    const models = { 'gpt-7': model, broken: { id: 'broken' } }
    replies.set('/api.json?token=hidden', { status: 200, body: JSON.stringify({ groq: { id: 'groq', models } }) })
    const from = `${origin}/api.json?token=hidden`
    const { code, stdout } = await cli(
      'catalog',
      'update',
      '--from',
      from,
      '--allow-private-network',
      '--data',
      'net',
      '--json',
    )
    expect(code).toBe(0)
    const update = JSON.parse(stdout)
    expect(update).toMatchObject({ source: `${origin}/api.json`, models: 1, leftOut: ['groq/broken'] })
    expect(update.asOf).toMatch(/^\d{4}-\d\d-\d\d$/)
    expect(update.changes.added).toEqual(['groq/gpt-7'])
    expect(asked).toContain('GET /api.json?token=hidden')
    expect(readFileSync(join(directory, 'net/catalogue.json'), 'utf8')).not.toContain('hidden')
  })

  it.concurrent.each([
    [
      'an address of this machine',
      () => [`${origin}/private.json`],
      /localhost:\d+ is private or special; --allow-private-network/,
    ],
    [
      'the metadata service',
      () => ['https://169.254.169.254/latest', '--allow-private-network'],
      /169\.254\.169\.254 is never allowed/,
    ],
    ['a connection without TLS', () => ['http://models.dev/api.json'], /over https:\/\/ only/],
    ['another scheme', () => ['file:///etc/passwd'], /over https:\/\/ only/],
    ['a password in the URL', () => ['https://me:secret@models.dev/'], /holds a user name or password/],
    ['a redirect', () => [`${origin}/moved`, '--allow-private-network'], /answered with a redirect \(302\)/],
    ['a fault of the server', () => [`${origin}/broken`, '--allow-private-network'], /answered with the status 500/],
    [
      'a machine that cannot be reached',
      () => ['https://localhost:1/api.json', '--allow-private-network'],
      /localhost:1 cannot be reached.*fetch the file elsewhere and name it with --from\./,
    ],
    ['a web page', () => [`${origin}/page`, '--allow-private-network'], /cannot be used.*not a JSON object/],
  ])('refuses %s', async (_what, args, message) => {
    replies.set('/private.json', { status: 200, body: JSON.stringify(catalogue([gpt])) })
    replies.set('/moved', { status: 302, body: '', headers: { location: `${origin}/private.json` } })
    replies.set('/broken', { status: 500, body: '' })
    replies.set('/page', { status: 200, body: '<html></html>' })
    const { code, stderr } = await cli('catalog', 'update', '--data', 'refused', '--from', ...args())
    expect({ code, stderr }).toEqual({ code: 1, stderr: expect.stringMatching(message) })
    expect(stderr).not.toContain('secret')
    expect(asked).not.toContain('GET /private.json')
    expect(existsSync(join(directory, 'refused'))).toBe(false)
  })
})
