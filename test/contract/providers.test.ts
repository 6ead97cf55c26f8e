import { readdirSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { rowProviders } from '../../src/catalog/provider-rows.ts'
import { providers as catalogue } from '../../src/catalog/providers.generated.ts'
import { noCache } from '../../src/core/calls/cache.ts'
import type { ModelCall } from '../../src/core/calls/call.ts'
import { CallLifetime } from '../../src/core/calls/lifetime.ts'
import type { Limits, ProviderAccount } from '../../src/core/calls/registry.ts'
import type { Dialect } from '../../src/core/model/dialect.ts'
import type { ModelRequest } from '../../src/core/model/model-request.ts'
import type { Provider } from '../../src/core/model/provider.ts'
import type { JsonObject } from '../../src/core/wire/json.ts'
import type { Connection } from '../../src/gateway/outbound/connection.ts'
import { callProvider } from '../../src/gateway/provider-call/call-provider.ts'
import { calls, errorBodies } from './provider-calls.ts'

const providers: Readonly<Record<string, Provider>> = catalogue
const withFile = Object.entries(providers).filter(([id]) => !Object.hasOwn(rowProviders, id))

const secret = 'SECRET-a1b2c3d4e5'
const model = 'model-1'

/** Addresses for the providers that have none of their own. */
const addresses: Readonly<Record<string, string>> = {
  'azure-openai': 'https://example.openai.azure.com',
  'azure-anthropic': 'https://example.services.ai.azure.com',
  'openai-compatible': 'https://models.example.com/v1',
  'sap-ai-core': 'https://api.ai.example.hana.ondemand.com',
  bedrock: 'https://bedrock-runtime.us-east-1.amazonaws.com',
  demo: 'http://127.0.0.1:4000/v1',
}

/** Options for the providers that cannot be used without. */
const neededOptions: Partial<Record<string, Readonly<Record<string, string>>>> = {
  'cloudflare-ai-gateway': { accountId: 'account-1', gatewayId: 'gateway-1' },
  'cloudflare-workers-ai': { accountId: 'account-1' },
  databricks: { host: 'workspace.cloud.databricks.com' },
  'sap-ai-core': { clientId: 'client-1', tokenUrl: 'https://tenant.authentication.example.hana.ondemand.com' },
  snowflake: { account: 'my_org-account1' },
  'vertex-ai': { project: 'project-1', location: 'europe-west4' },
  'vertex-anthropic': { project: 'project-1' },
  watsonx: { region: 'us-south', projectId: 'project-1' },
}

const limits: Limits = {
  maxBodyBytes: 1e6,
  maxReplyBytes: 1e6,
  maxStreamEventBytes: 1e6,
  headersTimeoutMs: 1000,
  bodyTimeoutMs: 1000,
  deadlineMs: 1000,
  sessionDeadlineMs: 1000,
  upstreamTimeoutMs: 1000,
  maxConcurrentCalls: 1,
  maxEventLoopDelayMs: 1000,
  maxSocketsPerKey: 16,
  maxFileBytesPerWorkspace: 1000,
  maxScratchBytes: 1000,
  maxConcurrentCallsPerKey: 1,
  maxSpanBytesPerMinute: 1,
  maxConnectionsPerOrigin: 1,
  drainTimeoutMs: 1000,
}

function accountOf(provider: Provider, overrides: Partial<ProviderAccount> = {}): ProviderAccount {
  const options = neededOptions[provider.id] ?? {}
  const baseUrl = provider.baseUrl ?? provider.addressOf?.(options) ?? addresses[provider.id]
  if (baseUrl === undefined) throw new Error(`No address for ${provider.id} in this test.`)
  return {
    id: provider.id,
    provider,
    baseUrl,
    secret,
    allowPrivateNetwork: true,
    requestStreamUsage: false,
    options,
    source: 'file',
    ...overrides,
  }
}

interface Sent {
  readonly method: string
  readonly url: string
  readonly headers: Readonly<Record<string, string>>
  readonly body: JsonObject
  readonly dropped: readonly string[]
}

/** No token is fetched here: a secret stands for the one that was. */
const asTheyAre = { usable: (account: ProviderAccount) => account, refused: () => false }

/** What the gateway would send: its own last step, with the network cut off behind it. */
function sent(account: ProviderAccount, request: ModelRequest, dialect: Dialect = otherDialect): Sent {
  const dropped: string[] = []
  const written: { readonly head: string; readonly body: Buffer }[] = []
  const connection: Pick<Connection, 'send'> = {
    send: (head, body) => void (Buffer.isBuffer(body) && written.push({ head, body })),
  }
  const connect = (): Connection => connection as Connection
  const connections = { acquire: connect, acquireNew: connect, replace: connect }
  const scratch = (): never => expect.unreachable()
  const send = callProvider({ limits, credentials: asTheyAre, ...connections, scratch })
  const call: ModelCall = {
    id: 'call-1',
    principal: { key: 'key', workspace: 'default', models: ['*'] },
    endpoint: {
      kind: 'dialect',
      path: '/test',
      dialect,
      clientPath: { path: '/test', stream: 'when-asked' },
    },
    model: request.model,
    stream: request.stream,
    wire: { bytes: Buffer.from(JSON.stringify({ model: request.model })), json: { model: request.model } },
    headers: [],
    query: '',
    lifetime: new CallLifetime(),
    reserved: { reservation: undefined },
    wish: noCache,
    request: () => request,
    facts() {
      throw new Error('The last step asks no condition.')
    },
    emit: (fact) => {
      if (fact.type === 'parameters-dropped') dropped.push(...fact.names)
    },
  }
  // Never answered: only what goes out is looked at.
  void send(call, { account, model: request.model })
  const [wire] = written
  if (wire === undefined) throw new Error('Nothing was sent.')
  const [line = '', ...lines] = wire.head.trimEnd().split('\r\n')
  const [method = '', path] = line.split(' ')
  const { 'content-length': _, ...headers } = Object.fromEntries(lines.map((text) => text.split(': ', 2)))
  return {
    method,
    url: new URL(account.baseUrl).origin + path,
    headers,
    body: JSON.parse(String(wire.body)),
    dropped: dropped.sort(),
  }
}

/** None that a provider speaks, so that the body is written from the neutral form. */
const otherDialect = { id: 'test', modelIn: 'body' } as Dialect

it('the generated index has every file of the folder, under its own name', () => {
  const files = readdirSync(new URL('../../src/catalog/providers/', import.meta.url))
    .filter((name) => name.endsWith('.ts') && !name.endsWith('.test.ts'))
    .map((name) => name.slice(0, -3))
  expect(withFile.map(([id]) => id).sort()).toEqual(files.sort())
  for (const [name, { id }] of Object.entries(providers)) expect(id).toBe(name)
})

it('there are more than 120, each with an id of its own and none with the variables of another', () => {
  expect(Object.keys(providers).length).toBe(withFile.length + Object.keys(rowProviders).length)
  expect(Object.keys(providers).length).toBeGreaterThan(120)
  const variables = Object.values(providers).flatMap(({ environment }) => [
    ...environment.apiKey,
    ...environment.baseUrl,
  ])
  expect(variables.filter((name, index) => variables.indexOf(name) !== index)).toEqual([])
})

it('the rows of the table are in order, and reached as rows.txt says', async () => {
  const ids = Object.keys(rowProviders)
  expect(ids.toSorted()).toEqual(ids)
  const lines = Object.values(rowProviders).map((provider) => {
    const account = accountOf(provider)
    const surfaces = [provider, ...(provider.alsoSpeaks ?? [])]
    const requests = surfaces.map(({ dialect }) => {
      const client = dialect === provider.dialect ? otherDialect : dialect
      const { method, url, headers } = sent(account, { ...calls['text'], model } as ModelRequest, client)
      const carrier = Object.entries(headers).find(([, value]) => value.includes(secret))
      return `${dialect.id} ${method} ${url} ${carrier?.join(': ')}`
    })
    return [provider.id, ...requests].join('\n  ')
  })
  const text = `${lines.join('\n')}\n`.replaceAll(secret, '<secret>')
  await expect(text).toMatchFileSnapshot('requests/rows.txt')
})

it('a base URL of the operator keeps the other dialects of a provider on its own host', () => {
  const account = accountOf(providers['zai'] as Provider, { baseUrl: 'https://proxy.example.com/zai/api/paas/v4' })
  const [surface] = account.provider.alsoSpeaks ?? []
  const { url } = sent(account, { ...calls['text'], model } as ModelRequest, surface?.dialect)
  expect(url).toBe('https://proxy.example.com/zai/api/anthropic/v1/messages')
  const bare = accountOf(providers['zai'] as Provider, { baseUrl: 'http://127.0.0.1:4000' })
  const { url: local } = sent(bare, { ...calls['text'], model } as ModelRequest, surface?.dialect)
  expect(local).toBe('http://127.0.0.1:4000/api/anthropic/v1/messages')
})

describe.each(Object.entries(providers))('%s', (id, provider) => {
  const account = accountOf(provider)

  it('has a name, documentation and an address of the right form', () => {
    expect(id).toMatch(/^[a-z0-9]+(-[a-z0-9]+)*$/)
    expect(provider.title).not.toBe('')
    expect(new URL(provider.docs).protocol).toBe('https:')
    const { protocol, hostname, search, username } = new URL(account.baseUrl)
    if (hostname !== '127.0.0.1') expect(protocol).toBe('https:')
    expect(account.baseUrl).not.toMatch(/\/$/)
    expect(search + username).toBe('')
    const { apiKey, baseUrl, options = {}, together } = provider.environment
    const credentials = [...apiKey, ...(together?.apiKey === undefined ? [] : [together.apiKey])]
    for (const name of [
      ...credentials,
      ...baseUrl,
      ...Object.values(options).flat(),
      ...Object.values(together?.options ?? {}),
    ]) {
      expect(name).toMatch(/^[A-Z0-9][A-Z0-9_]*$/)
    }
    if (id !== 'demo') expect(credentials.length + Object.keys(together?.options ?? {}).length).toBeGreaterThan(0)
  })

  it('documents the options that it reads, and takes an account that has what it needs', () => {
    const { environment, addressOptions = [] } = provider
    const documented = Object.keys(provider.options ?? {})
    const named = [environment.options, environment.together?.options, neededOptions[provider.id]]
    for (const name of [...named.flatMap((names) => Object.keys(names ?? {})), ...addressOptions]) {
      expect(documented).toContain(name)
    }
    expect(provider.accountFault?.(account)).toBeUndefined()
  })

  it('has its secret in the declared headers and nowhere else', () => {
    const authorized = Object.entries(provider.authorize(secret, account.options))
    // A scheme may have a header beside it that says what kind of secret it is.
    const declared = authorized.filter(([, value]) => value.includes(secret)).map(([name]) => name)
    expect(declared.length).toBeGreaterThan(0)
    for (const call of Object.values(calls)) {
      const { headers, ...rest } = sent(account, { ...call, model })
      expect(JSON.stringify(rest)).not.toContain(secret)
      const carriers = Object.entries(headers).filter(([, value]) => value.includes(secret))
      expect(carriers.map(([name]) => name)).toEqual(declared)
      for (const name of Object.keys(headers)) expect(name).toBe(name.toLowerCase())
    }
  })

  it('gets no credential header from an account without one', () => {
    const { secret: _, ...open } = account
    const { headers } = sent(open, { ...calls['text'], model } as ModelRequest)
    for (const name of Object.keys(provider.authorize(secret, account.options)))
      expect(headers).not.toHaveProperty(name)
  })
})

describe.each(withFile)('%s', (id, provider) => {
  const account = accountOf(provider)

  it('gets the requests that are kept in requests/', async () => {
    const requests = Object.fromEntries(
      Object.entries(calls).map(([name, call]) => [name, sent(account, { ...call, model })]),
    )
    const text = `${JSON.stringify(requests, null, 2)}\n`
    await expect(text.replaceAll(secret, '<secret>')).toMatchFileSnapshot(`requests/${id}.json`)
  })

  it('never gets a field that it refuses, in either way of writing the body, and the caller is told', () => {
    const { unsupported = [] } = provider.traits ?? {}
    for (const call of Object.values(calls)) {
      const { body } = sent(account, { ...call, model })
      for (const name of unsupported) expect(body).not.toHaveProperty(name)
    }
    if (unsupported.length === 0) return
    const body: JsonObject = { model, messages: [{ role: 'user', content: 'Hello' }] }
    for (const name of unsupported) body[name] = 1
    const adapted = provider.dialect.adaptRequest?.(body, provider.traits ?? {}, { streamUsage: false })
    expect(adapted?.dropped.toSorted()).toEqual(unsupported.toSorted())
    for (const name of unsupported) expect(adapted?.body).not.toHaveProperty(name)
  })

  it('gets a body of its own dialect as it came when it refuses nothing', () => {
    const { unsupported, maxTokensField } = provider.traits ?? {}
    if (unsupported !== undefined || maxTokensField !== undefined) return
    const body: JsonObject = { model, messages: [{ role: 'user', content: 'Hello' }], unheard_of: { a: [1] } }
    expect(provider.dialect.adaptRequest?.(body, provider.traits ?? {}, { streamUsage: false })).toBeUndefined()
  })

  it('passes other endpoints through by path', () => {
    for (const [from, to] of Object.entries(provider.passThrough ?? {})) {
      expect(from).toMatch(/^\/v1\//)
      expect(to).toMatch(/^\//)
    }
  })

  it.each(errorBodies)('has its error bodies read: $status $body', ({ status, body, says }) => {
    const fault = provider.dialect.decodeError(status, body)
    expect(fault.message).not.toBe('')
    expect(fault.message).not.toMatch(/<[a-z]/i)
    expect(fault.message).not.toContain('PROMPT')
    if (says !== undefined) expect(fault.message).toContain(says)
  })
})

describe('addresses', () => {
  const urlOf = (id: string, baseUrl: string, options: Readonly<Record<string, string>> = {}) =>
    sent(accountOf(providers[id] as Provider, { baseUrl, options }), {
      ...calls['text'],
      model: 'my model',
    } as ModelRequest).url

  it('of Anthropic may have the version or not, as its SDKs and other tools write it', () => {
    for (const baseUrl of ['https://api.anthropic.com', 'https://api.anthropic.com/v1']) {
      expect(urlOf('anthropic', baseUrl)).toBe('https://api.anthropic.com/v1/messages')
    }
    expect(urlOf('anthropic', 'https://proxy.example.com/anthropic')).toBe(
      'https://proxy.example.com/anthropic/v1/messages',
    )
  })

  it('of Azure lead to the v1 surface, or with an API version to the deployment', () => {
    for (const end of ['', '/openai', '/openai/v1']) {
      const baseUrl = `https://res.openai.azure.com${end}`
      expect(urlOf('azure-openai', baseUrl)).toBe('https://res.openai.azure.com/openai/v1/chat/completions')
      expect(urlOf('azure-openai', baseUrl, { apiVersion: '2024-10-21' })).toBe(
        'https://res.openai.azure.com/openai/deployments/my%20model/chat/completions?api-version=2024-10-21',
      )
    }
  })

  it('of GitHub may be those of an organization', () => {
    expect(urlOf('github-models', 'https://models.github.ai', { organization: 'a b' })).toBe(
      'https://models.github.ai/orgs/a%20b/inference/chat/completions',
    )
  })

  it('of Vertex AI are those of its location', () => {
    const addressOf = (location: string) => providers['vertex-ai']?.addressOf?.({ location })
    expect(providers['vertex-ai']?.addressOf?.({})).toBe('https://aiplatform.googleapis.com')
    expect(addressOf('global')).toBe('https://aiplatform.googleapis.com')
    expect(addressOf('us-central1')).toBe('https://us-central1-aiplatform.googleapis.com')
    expect(addressOf('eu')).toBe('https://aiplatform.eu.rep.googleapis.com')
  })

  it('of SAP name the deployment, which the account or the model does', () => {
    const base = 'https://api.ai.example.hana.ondemand.com'
    const end = '/chat/completions?api-version=2024-10-21'
    expect(urlOf('sap-ai-core', `${base}/v2`)).toBe(`${base}/v2/inference/deployments/my%20model${end}`)
    const deployments = 'gpt-5=d0,  model-1 = d1'
    expect(
      sent(accountOf(providers['sap-ai-core'] as Provider, { options: { deployments } }), {
        ...calls['text'],
        model,
      } as ModelRequest).url,
    ).toContain('/deployments/d1/')
  })

  it('of Gemini may have the version, the compatible endpoint or neither', () => {
    for (const end of ['', '/', '/v1beta', '/v1beta/openai']) {
      expect(urlOf('gemini', `https://generativelanguage.googleapis.com${end}`)).toBe(
        'https://generativelanguage.googleapis.com/v1beta/models/my%20model:generateContent',
      )
    }
    expect(urlOf('gemini', 'https://proxy.example.com/google')).toBe(
      'https://proxy.example.com/google/v1beta/models/my%20model:generateContent',
    )
  })

  it('without a path are completed where vendors write them so', () => {
    expect(urlOf('groq', 'https://api.groq.com')).toBe('https://api.groq.com/openai/v1/chat/completions')
    expect(urlOf('ollama', 'http://127.0.0.1:11434/v1')).toBe('http://127.0.0.1:11434/api/chat')
    expect(urlOf('groq', 'http://127.0.0.1:9100/v1')).toBe('http://127.0.0.1:9100/v1/chat/completions')
  })
})
