import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { createServer as createTlsServer } from 'node:https'
import { type AddressInfo, createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { openControlFile } from '../src/server/control-records/open-control.ts'
import { commandLine, type Ended } from './support/command-line.ts'
import { type MockProvider, type MockReply, type ReceivedRequest, startMockProvider } from './support/mock-provider.ts'
import { fixtureReply, unary } from './support/mock-replies.ts'
import { tokenReply } from './support/token-bed.ts'

const secret = 'sk-doctor-0123456789-abcdefghij'
const list = unary({ object: 'list', data: [{ id: 'gpt-5-mini', object: 'model' }] })
const html = { 'content-type': 'text/html' }
const page = unary('<html><body>Welcome to nginx!</body></html>', { headers: html })
const noPage = unary('<html>404</html>', { status: 404, headers: html })
const refusal = (status: number, message: string, code?: string): MockReply =>
  unary({ error: { message, type: 'invalid_request_error', code: code ?? null } }, { status })

/** Lists models for the right key only, and answers calls. */
function vendor(request: ReceivedRequest): MockReply {
  if (request.headers['authorization'] !== `Bearer ${secret}`) return refusal(401, 'No key.')
  return request.method === 'GET' ? list : fixtureReply(request)
}
const inTurn = (...replies: readonly MockReply[]): Script => {
  const left = [...replies]
  return (request) => left.shift() ?? vendor(request)
}

type Script = (request: ReceivedRequest) => MockReply
interface Case {
  readonly script: Script
  /** Differences from an OpenAI account; its base URL is a path of its own at the mock. */
  readonly account?: Readonly<Record<string, unknown>>
}

let directory: string
let mock: MockProvider
let refusedPort: number
const pem = (name: string): Buffer => readFileSync(join(import.meta.dirname, `fixtures/tls/${name}.pem`))
const tls = createTlsServer({ key: pem('localhost-key'), cert: pem('localhost') })
const { launch, close } = commandLine(() => directory, {})
const entra = { tenantId: 'tenant', clientId: 'client' }

const cases: Readonly<Record<string, Case>> = {
  works: { script: vendor },
  'public-list': { script: (request) => (request.method === 'GET' ? list : vendor(request)) },
  'no-list': { script: inTurn(noPage) },
  'page-for-list': { script: inTurn(page) },
  'list-not-allowed': { script: inTurn(refusal(403, 'Missing scopes: api.model.read')) },
  anthropic: {
    account: { provider: 'anthropic' },
    script: ({ headers }) =>
      headers['x-api-key'] === secret
        ? unary({ data: [{ id: 'claude-sonnet-4-5', type: 'model' }], has_more: false })
        : unary({ type: 'error', error: { type: 'authentication_error', message: 'No key.' } }, { status: 401 }),
  },
  keyless: {
    account: { provider: 'ollama', apiKey: undefined },
    script: () => unary({ models: [{ name: 'llama3.2:latest', model: 'llama3.2:latest' }] }),
  },
  cohere: {
    account: { provider: 'cohere' },
    script: ({ headers }) =>
      headers['authorization'] === `Bearer ${secret}`
        ? unary({ models: [{ name: 'command-a-03-2025' }] })
        : unary({ message: 'no api key supplied' }, { status: 401 }),
  },
  traded: {
    account: { provider: 'azure-openai', options: entra },
    script: ({ path, headers }) => {
      if (path.includes('/oauth2/')) return tokenReply('token-of-the-doctor')
      return headers['authorization'] === 'Bearer token-of-the-doctor' ? list : refusal(401, 'No token.')
    },
  },
  'no-key': { account: { apiKey: undefined }, script: vendor },
  'quoted-key': { script: () => refusal(401, `Incorrect API key provided: ${secret.slice(0, 8)}****hij.`) },
  'whole-key': { script: () => refusal(401, `The key ${secret} is wrong.`) },
  'refused-with-400': { script: () => refusal(400, 'API key not valid. Please pass a valid API key.') },
  forbidden: { script: () => refusal(403, 'Country not supported') },
  'quota-used': { script: () => refusal(429, 'You exceeded your current quota.', 'insufficient_quota') },
  'too-many': { script: () => refusal(429, 'Rate limit reached.', 'rate_limit_exceeded') },
  unpaid: { script: () => refusal(402, 'Insufficient Balance') },
  'nothing-there': { script: () => noPage },
  'something-else': { script: () => page },
  moved: { script: () => unary('', { status: 301, headers: { location: 'https://elsewhere.example/v1' } }) },
  'old-version': {
    account: { provider: 'azure-openai', options: { apiVersion: '2022-12-01' } },
    script: () => refusal(404, 'The requested API version 2022-12-01 is not supported.'),
  },
  gone: { script: () => refusal(410, 'Gone') },
  overloaded: { script: () => refusal(503, 'Overloaded') },
  'other-model': { script: inTurn(noPage, refusal(404, 'The model `x` does not exist')) },
  'no-token': {
    account: { provider: 'azure-openai', options: entra },
    script: () => unary({ error: 'invalid_client', error_description: `Wrong: ${secret}` }, { status: 401 }),
  },
}

let ended: Ended
beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'portcullis-doctor-'))
  mock = await startMockProvider()
  const segment = (path: string): string => path.split('/')[1] ?? ''
  mock.script((request) => cases[segment(request.path)]?.script(request) ?? vendor(request))
  await once(tls.listen(0, '127.0.0.1'), 'listening')
  const unused = createServer()
  await once(unused.listen(0, '127.0.0.1'), 'listening')
  refusedPort = (unused.address() as AddressInfo).port
  await new Promise((resolve) => unused.close(resolve))
  const common = { provider: 'openai', apiKey: secret, allowPrivateNetwork: true }
  const providers = Object.entries(cases).map(([id, { account = {} }]) => {
    const { options, ...fields } = account
    const authorityHost = options === entra ? { authorityHost: `${mock.origin}/${id}` } : {}
    const own = options === undefined ? {} : { options: { ...(options as object), ...authorityHost } }
    return { ...common, id, baseUrl: `${mock.origin}/${id}`, ...fields, ...own }
  })
  const addresses = {
    'no-such-host': 'https://no-such-host.invalid/v1',
    'nobody-listens': `http://127.0.0.1:${refusedPort}/v1`,
    'own-certificate': `https://localhost:${(tls.address() as AddressInfo).port}/v1`,
    'no-tls': `${mock.origin.replace('http:', 'https:')}/v1`,
  }
  for (const [id, baseUrl] of Object.entries(addresses)) providers.push({ ...common, id, baseUrl })
  await writeFile(join(directory, 'doctor.yaml'), JSON.stringify({ providers }))
  ended = await launch(['doctor', '--config', 'doctor.yaml', '--json']).ended
  // Each account has 15 seconds, and none of these needs one.
}, 60_000)
afterAll(async () => {
  close()
  tls.closeAllConnections()
  tls.close()
  await mock.close()
  await rm(directory, { recursive: true, force: true })
})

function found(id: string) {
  const { accounts } = JSON.parse(ended.stdout)
  return accounts.find(({ account }: { account: string }) => account === id)
}

function requests(id: string): readonly ReceivedRequest[] {
  return mock.requests.filter(({ path }) => path.startsWith(`/${id}/`))
}

it('says every finding in sentences, in the order of the file, and exits with 1 since some are bad', () => {
  expect({ code: ended.code, stderr: ended.stderr }).toEqual({ code: 1, stderr: '' })
  const { ok, accounts } = JSON.parse(ended.stdout)
  expect(ok).toBe(false)
  expect(accounts.map(({ account }: { account: string }) => account).slice(0, 5)).toEqual(
    Object.keys(cases).slice(0, 5),
  )
  for (const { message, help = 'Done.' } of accounts) {
    expect(message).toMatch(/^\S.*[.!"]$/)
    expect(help).toMatch(/^[A-Z].*\S$/)
  }
})

it('never prints a credential, nor the parts of one that a provider quotes', () => {
  expect(ended.stdout).not.toContain(secret.slice(0, 8))
  expect(ended.stdout).not.toContain('token-of-the-doctor')
  expect(found('quoted-key').message).toContain('Incorrect API key provided: [credential]')
  expect(found('whole-key').message).toContain('The key [credential] is wrong.')
})

describe('an account that works', () => {
  it('is told by its list of models, which is not there without the key', () => {
    expect(found('works')).toMatchObject({ verdict: 'ok', request: `GET ${mock.origin}/works/models` })
    expect(requests('works').map(({ method, headers }) => [method, headers['authorization']])).toEqual([
      ['GET', `Bearer ${secret}`],
      ['GET', undefined],
    ])
  })

  it('is told by one token of the cheapest listed model when everybody may read the list', () => {
    expect(found('public-list')).toMatchObject({ verdict: 'ok', request: 'one token of public-list/gpt-5-mini' })
    const call = requests('public-list').at(-1)
    expect(call?.path).toBe('/public-list/chat/completions')
    expect(call?.json).toMatchObject({ model: 'gpt-5-mini', max_completion_tokens: 1 })
  })

  it.each(['no-list', 'page-for-list', 'list-not-allowed'])('is told by one token of a known model: %s', (id) => {
    expect(found(id)).toMatchObject({ verdict: 'ok', request: expect.stringContaining(`one token of ${id}/gpt-`) })
    expect(requests(id)).toHaveLength(2)
  })

  it('is asked in the dialect and with the headers of its provider', () => {
    expect(found('anthropic')).toMatchObject({ verdict: 'ok' })
    expect(requests('anthropic')[0]).toMatchObject({ method: 'GET', path: '/anthropic/v1/models' })
    expect(requests('anthropic')[0]?.headers['anthropic-version']).toBe('2023-06-01')
  })

  it('has its list of models where its dialect has it', () => {
    expect(found('cohere')).toMatchObject({ verdict: 'ok', request: `GET ${mock.origin}/cohere/v1/models` })
    expect(found('keyless')).toMatchObject({ verdict: 'ok', request: `GET ${mock.origin}/keyless/api/tags` })
  })

  it('needs no key where the provider needs none', () => {
    expect(found('keyless')).toMatchObject({ verdict: 'ok' })
    expect(requests('keyless').map(({ path }) => path)).toEqual(['/keyless/api/tags'])
  })

  it('is asked with the token that its credential was traded for', () => {
    expect(found('traded')).toMatchObject({ verdict: 'ok' })
  })
})

it.each([
  ['no-key', 'no-credential', 'OpenAI needs a credential, and there is none.', 'Set OPENAI_API_KEY'],
  ['whole-key', 'wrong-credential', 'refused the credential (401)', '`apiKey` of the account, or OPENAI_API_KEY'],
  ['refused-with-400', 'wrong-credential', 'refused the credential (400)', '`apiKey`'],
  ['forbidden', 'forbidden', 'Country not supported', 'allowed networks'],
  ['quota-used', 'quota', 'quota is used up (429)', 'Add credit'],
  ['too-many', 'quota', 'too many calls', 'in a minute'],
  ['unpaid', 'quota', 'out of credit (402)', 'Add credit'],
  ['nothing-there', 'wrong-base-url', 'There is nothing at this path', 'https://api.openai.com/v1'],
  ['something-else', 'wrong-base-url', 'is not this API', 'https://api.openai.com/v1'],
  ['moved', 'wrong-base-url', 'answers with a redirect', 'redirects are not followed'],
  ['old-version', 'old-api', 'no longer serves this version', '`apiVersion`'],
  ['gone', 'old-api', '(410)', 'documentation'],
  ['overloaded', 'provider-failed', '(503)', 'status page'],
  ['no-token', 'no-token', 'No token for the provider account', ''],
  ['no-such-host', 'unresolved-host', 'no-such-host.invalid cannot be resolved', 'spelling'],
  ['nobody-listens', 'connection-refused', 'Nothing listens at 127.0.0.1:', 'Start the server'],
  ['own-certificate', 'tls', 'its certificate', 'NODE_EXTRA_CA_CERTS'],
  ['no-tls', 'tls', 'does not seem to speak TLS', 'http://'],
])('%s is broken, and said so in words: %s', (id, fault, message, help) => {
  const finding = found(id)
  expect(finding).toMatchObject({ verdict: 'broken', fault, message: expect.stringContaining(message) })
  expect(finding.help ?? '').toContain(help)
})

it('leaves an account unjudged whose provider does not know the model of the test call', () => {
  const finding = found('other-model')
  expect(finding).toMatchObject({ verdict: 'unsure', fault: 'unknown-model', help: expect.stringContaining('--model') })
})

describe.concurrent('the command', () => {
  it('checks only what is named, and prints one line for an account that works', async () => {
    const args = ['doctor', 'works', '--config', 'doctor.yaml']
    const { code, stdout, stderr } = await launch(args).ended
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' })
    expect(stdout).toMatch(/^works {2}ok {6}The account works\. \(GET http:\/\/[^)]+\/models, \d+ ms\)\n$/)
  })

  it('warns of keys, of the file and made beside it, that are bound to what is not there', async () => {
    const common = { provider: 'openai', apiKey: secret, baseUrl: `${mock.origin}/works`, allowPrivateNetwork: true }
    const keys = [{ id: 'filed', models: ['bxo/*'], endpoints: ['/v1/embedings'] }]
    await writeFile(join(directory, 'bound.yaml'), JSON.stringify({ providers: [{ ...common, id: 'box' }], keys }))
    // As a first start leaves it.
    await mkdir(join(directory, 'bound-data'))
    await openControlFile(join(directory, 'bound-data/control.db')).close()
    const where = ['--config', 'bound.yaml', '--data', 'bound-data']
    const made = await launch(['keys', 'create', 'made', '--providers', 'bxo,box', ...where]).ended
    expect(made).toMatchObject({ code: 0 })
    const { code, stdout, stderr } = await launch(['doctor', ...where]).ended
    expect({ code, stdout }).toEqual({ code: 0, stdout: expect.stringMatching(/^box {2}ok .*\n$/) })
    const warnings = [
      'The keys of the file, line 1: There is no provider account and no provider "bxo". Did you mean "box"?',
      'The keys of the file, line 1: There is no endpoint "/v1/embedings". Did you mean "/v1/embeddings"?',
      'The key "made": There is no provider account and no provider "bxo". Did you mean "box"?',
    ]
    expect(stderr.trimEnd().split('\n')).toEqual(warnings.map((warning) => `Warning: ${warning}`))
    const asJson = await launch(['doctor', '--json', ...where]).ended
    expect(JSON.parse(asJson.stdout)).toMatchObject({ ok: true, warnings })
    expect((await launch(['doctor', 'box', ...where]).ended).stderr).toBe('')
  })

  it('finds accounts in the variables of the vendors', async () => {
    const variables = { OPENAI_API_KEY: 'sk-another-0123456789', OPENAI_BASE_URL: `${mock.origin}/v1` }
    const { code, stdout } = await launch(['doctor', 'openai'], variables).ended
    expect(code).toBe(1)
    expect(stdout).toMatch(
      /^openai {2}broken {2}The provider refused the credential \(401\)\. It says: "No key\." \(GET .*\)\n {16}Check OPENAI_API_KEY\.\n$/,
    )
  })

  it('says what is missing for a provider without an account', async () => {
    const { code, stdout } = await launch(['doctor', 'groq']).ended
    expect({ code, stdout }).toEqual({ code: 1, stdout: expect.stringContaining('Set GROQ_API_KEY') })
  })

  it('says what a name may have meant', async () => {
    const stderr = 'There is no account and no provider "grok"; did you mean "groq"?\n'
    expect(await launch(['doctor', 'grok']).ended).toMatchObject({ code: 2, stderr })
  })

  it('fails when there is nothing to check', async () => {
    const { code, stderr } = await launch(['doctor']).ended
    expect({ code, stderr }).toEqual({ code: 1, stderr: expect.stringContaining('There is no provider account') })
  })
})
