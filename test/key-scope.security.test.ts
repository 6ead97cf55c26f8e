import { once } from 'node:events'
import OpenAI, { toFile } from 'openai'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { WebSocket } from 'ws'
import { post } from './support/client.ts'
import { startTestbed, type Testbed } from './support/testbed.ts'

const keyOf = (id: string): string => `pk-test-${id}-0123456789abcdefghijklmnop`
const bound = (id: string, scope: object) => ({ id, key: keyOf(id), ...scope })

let bed: Testbed
beforeAll(async () => {
  bed = await startTestbed({
    config: { workspaces: [{ id: 'eu-only', dataRegions: ['eu'] }] },
    keys: [
      bound('office', { networks: ['192.0.2.0/24'] }),
      bound('here', { networks: ['127.0.0.0/8', '::1'] }),
      bound('vectors', { endpoints: ['/v1/embeddings', '/v1/files*', '/v1/batches*'] }),
      bound('anthropic', { providers: ['anthropic'] }),
      bound('chosen', { providers: ['openai-mock'] }),
      bound('labelled', { requireMetadata: ['team', 'app'] }),
      bound('of-agents', { agents: ['billing-bot', 'support-*'] }),
      bound('regional', { dataRegions: ['us', 'eu'] }),
      bound('of-eu', { workspace: 'eu-only' }),
    ],
  })
})
afterAll(() => bed.close())
beforeEach(() => bed.reset())

const headersOf = (id: string, more: Readonly<Record<string, string>> = {}) => ({
  authorization: `Bearer ${keyOf(id)}`,
  ...more,
})
const messages = [{ role: 'user', content: 'Who goes there?' }]
const ask = (id: string, model = 'fast', more: Readonly<Record<string, string>> = {}, body: object = {}) =>
  post(`${bed.gateway.url}/v1/chat/completions`, { model, messages, ...body }, { headers: headersOf(id, more) })
const codeOf = ({ headers }: { readonly headers: Readonly<Record<string, unknown>> }) => headers['x-portcullis-error']
const reached = () => bed.openai.requests.length + bed.anthropic.requests.length

describe('a key that is bound to networks', () => {
  it('works from there', async () => {
    expect((await ask('here')).status).toBe(200)
  })

  it.each([
    ['POST', '/v1/chat/completions'],
    ['POST', '/v1/messages'],
    ['POST', '/openai/v1/embeddings'],
    ['GET', '/v1/models'],
    ['GET', '/v1/files'],
    ['GET', '/v1/responses/resp_1'],
    ['GET', '/p/openai-mock/models'],
    ['POST', '/v1/feedback'],
  ])('works from nowhere else: %s %s', async (method, path) => {
    const reply = await post(bed.gateway.url + path, method === 'POST' ? { model: 'fast', messages } : undefined, {
      method,
      headers: headersOf('office', { 'x-forwarded-for': '192.0.2.7', forwarded: 'for=192.0.2.7' }),
    })
    expect([reply.status, codeOf(reply)]).toEqual([403, 'network_not_allowed'])
    expect(reply.text).toContain('127.0.0.1')
    expect(reply.text).not.toContain('192.0.2')
    expect(reached()).toBe(0)
  })

  it.each(['/v1/realtime?model=fast', '/v1/responses'])('opens no socket from elsewhere: %s', async (path) => {
    const socket = new WebSocket(bed.gateway.url.replace('http', 'ws') + path, { headers: headersOf('office') })
    socket.on('error', () => undefined)
    const [, response] = (await once(socket, 'unexpected-response')) as [unknown, { statusCode: number }]
    expect(response.statusCode).toBe(403)
  })
})

describe('a gateway behind a proxy that it trusts', () => {
  let behind: Testbed
  beforeAll(async () => {
    behind = await startTestbed({
      config: { listen: { host: '127.0.0.1', port: 0, controlPort: 0, trustedProxies: ['127.0.0.1', '10.0.0.0/8'] } },
      keys: [bound('office', { networks: ['192.0.2.0/24'] })],
    })
  })
  afterAll(() => behind.close())

  it.each([
    ['192.0.2.7', 200],
    ['203.0.113.1, 192.0.2.7, 10.2.3.4', 200],
    ['192.0.2.7, 203.0.113.1', 403],
    ['192.0.2.7, somebody', 403],
    ['', 403],
  ])('takes its word: %s gives %d', async (forwarded, status) => {
    const reply = await post(
      `${behind.gateway.url}/v1/chat/completions`,
      { model: 'fast', messages },
      { headers: headersOf('office', { 'x-forwarded-for': forwarded }) },
    )
    expect(reply.status).toBe(status)
  })
})

describe('a key that is bound to endpoints', () => {
  it.each([
    '/v1/chat/completions',
    '/openai/v1/chat/completions',
    '/v1/v1/chat/completions',
    '/v1/messages',
    '/p/openai-mock/chat',
  ])('is refused at others: %s', async (path) => {
    const reply = await post(bed.gateway.url + path, { model: 'fast', messages }, { headers: headersOf('vectors') })
    expect([reply.status, codeOf(reply)]).toEqual([403, 'endpoint_not_allowed'])
    expect(reached()).toBe(0)
  })

  it('works at its own, and lists models', async () => {
    const reply = await post(
      `${bed.gateway.url}/v1/embeddings`,
      { model: 'openai-mock/text-embedding-3-small', input: 'a' },
      { headers: headersOf('vectors') },
    )
    expect(reply.status).toBe(200)
    const listed = await post(`${bed.gateway.url}/v1/models`, undefined, {
      method: 'GET',
      headers: headersOf('vectors'),
    })
    expect(listed.status).toBe(200)
  })

  it('finds no way round by a batch', async () => {
    const client = new OpenAI({ baseURL: `${bed.gateway.url}/v1`, apiKey: keyOf('vectors'), maxRetries: 0 })
    const line = { custom_id: 'a', method: 'POST', url: '/v1/chat/completions', body: { model: 'fast', messages } }
    const file = await client.files.create({
      file: await toFile(Buffer.from(JSON.stringify(line)), 'in.jsonl'),
      purpose: 'batch',
    })
    let batch = await client.batches.create({
      input_file_id: file.id,
      endpoint: '/v1/chat/completions',
      completion_window: '24h',
    })
    while (!['completed', 'failed'].includes(batch.status)) batch = await client.batches.retrieve(batch.id)
    const errors = await (await client.files.content(batch.error_file_id ?? '')).text()
    expect(errors).toContain('endpoint_not_allowed')
    expect(reached()).toBe(0)
  })
})

describe('a key that is bound to providers', () => {
  it('passes by the targets of a route that it may not use', async () => {
    const reply = await ask('anthropic', 'safe')
    expect(reply.status).toBe(200)
    expect(reply.headers['x-portcullis-provider']).toBe('anthropic')
    expect(bed.openai.requests).toHaveLength(0)
  })

  it('is refused where nothing else is left', async () => {
    for (const model of ['fast', 'openai-mock/gpt-5-mini', 'chat-mock/anything']) {
      const reply = await ask('anthropic', model)
      expect([reply.status, codeOf(reply)]).toEqual([403, 'provider_not_allowed'])
    }
    expect(reached()).toBe(0)
  })

  it('is told of no other model, and sends nothing there raw', async () => {
    const { json } = await post(`${bed.gateway.url}/v1/models`, undefined, {
      method: 'GET',
      headers: headersOf('anthropic'),
    })
    const ids = (json.data as { id: string }[]).map(({ id }) => id)
    expect(ids).toContain('clever')
    expect(ids).not.toContain('fast')
    const raw = await post(`${bed.gateway.url}/p/openai-mock/models`, undefined, {
      method: 'GET',
      headers: headersOf('anthropic'),
    })
    expect([raw.status, codeOf(raw)]).toEqual([403, 'provider_not_allowed'])
    expect(reached()).toBe(0)
  })

  it('may be bound to one account', async () => {
    expect((await ask('chosen')).status).toBe(200)
    expect((await ask('chosen', 'clever')).status).toBe(403)
    const explained = await bed.gateway.control('/api/v1/routes')
    expect(explained.status).toBe(200)
  })

  it('is explained', async () => {
    const reply = await post(
      `${bed.gateway.controlUrl}/api/v1/routes/explain`,
      { body: { model: 'safe', messages }, key: 'anthropic' },
      { headers: { authorization: `Bearer ${bed.gateway.adminToken}` } },
    )
    expect(reply.json.decision).toMatchObject({ effect: 'send', account: 'anthropic-mock' })
    expect(JSON.stringify(reply.json.candidates)).toContain('not-allowed')
  })
})

describe('a workspace that is bound to regions', () => {
  it('sends nothing to an account that is not said to be there, whatever the key may use', async () => {
    for (const id of ['of-eu', 'regional']) {
      const reply = await ask(id, 'safe')
      expect([reply.status, codeOf(reply)]).toEqual([403, 'provider_not_allowed'])
    }
    expect(reached()).toBe(0)
  })

  it('sends to accounts of its regions, and passes by the others', async () => {
    const europe = await startTestbed({
      config: { workspaces: [{ id: 'eu-only', dataRegions: ['eu'] }] },
      keys: [bound('of-eu', { workspace: 'eu-only' }), bound('both', { workspace: 'eu-only', dataRegions: ['us'] })],
    })
    try {
      const { parse, stringify } = await import('yaml')
      const { readFile } = await import('node:fs/promises')
      const config = parse(await readFile(europe.gateway.configPath, 'utf8'))
      for (const account of config.providers) if (account.id === 'anthropic-mock') account.dataRegion = 'eu'
      await europe.gateway.configure(parse(stringify(config)))
      const send = (id: string) =>
        post(`${europe.gateway.url}/v1/chat/completions`, { model: 'safe', messages }, { headers: headersOf(id) })
      let reply = await send('of-eu')
      while (reply.status === 403) reply = await send('of-eu')
      expect([reply.status, reply.headers['x-portcullis-provider']]).toEqual([200, 'anthropic'])
      expect(europe.openai.requests).toHaveLength(0)
      // Both must hold: what the workspace is bound to, no key of it can loosen.
      expect((await send('both')).status).toBe(403)
    } finally {
      await europe.close()
    }
  })
})

describe('a key that asks for metadata', () => {
  it('takes calls that have all of it, in a header or in the body', async () => {
    const both = JSON.stringify({ team: 'search', app: 'crawler' })
    expect((await ask('labelled', 'fast', { 'x-portcullis-metadata': both })).status).toBe(200)
    const parts = { 'x-portcullis-metadata': JSON.stringify({ team: 'search' }) }
    expect((await ask('labelled', 'fast', parts, { metadata: { app: 'crawler' } })).status).toBe(200)
  })

  it.each([
    ['none', {}],
    ['a part', { 'x-portcullis-metadata': JSON.stringify({ team: 'search' }) }],
    ['an empty text', { 'x-portcullis-metadata': JSON.stringify({ team: 'search', app: '' }) }],
  ])('refuses calls with %s', async (_name, headers) => {
    const reply = await ask('labelled', 'fast', headers)
    expect([reply.status, codeOf(reply)]).toEqual([400, 'metadata_required'])
    const raw = await post(`${bed.gateway.url}/p/openai-mock/chat`, {}, { headers: headersOf('labelled', headers) })
    expect(codeOf(raw)).toBe('metadata_required')
    expect(reached()).toBe(0)
  })

  it('takes none that nobody sees', async () => {
    const metadata = (team: string) => ({ 'x-portcullis-metadata': JSON.stringify({ team, app: 'mail' }) })
    expect((await ask('labelled', 'fast', metadata('search'))).status).toBe(200)
    for (const team of ['', '  '])
      expect(codeOf(await ask('labelled', 'fast', metadata(team)))).toBe('metadata_required')
    const said = { metadata: { team: '\u200b\u00ad', app: 'mail' } }
    expect(codeOf(await ask('labelled', 'fast', {}, said))).toBe('metadata_required')
  })
})

describe('a key that is bound to agents', () => {
  const agent = (name: string) => ({ 'x-portcullis-metadata': JSON.stringify({ agent: name }) })

  it('takes calls that name one of them, in a header or in the body', async () => {
    for (const name of ['billing-bot', 'Support-EU', ' billing-bot '])
      expect((await ask('of-agents', 'fast', agent(name))).status).toBe(200)
    expect((await ask('of-agents', 'fast', {}, { metadata: { agent: 'billing-bot' } })).status).toBe(200)
  })

  it.each([
    ['none', {}],
    ['another', agent('crawler')],
    ['another that begins like one', agent('billing-bot-2')],
    ['one in another field', { 'x-portcullis-metadata': JSON.stringify({ Agent: 'billing-bot', team: 'support-eu' }) }],
    ['an empty one', agent(' ')],
  ])('refuses calls that name %s, raw ones too, and the provider sees none', async (_name, headers) => {
    const reply = await ask('of-agents', 'fast', headers)
    expect([reply.status, codeOf(reply)]).toEqual([403, 'agent_not_allowed'])
    const raw = await post(`${bed.gateway.url}/p/openai-mock/chat`, {}, { headers: headersOf('of-agents', headers) })
    expect(codeOf(raw)).toBe('agent_not_allowed')
    expect(reached()).toBe(0)
  })

  it('takes what the header says before what the body says', async () => {
    const reply = await ask('of-agents', 'fast', agent('crawler'), { metadata: { agent: 'billing-bot' } })
    expect(codeOf(reply)).toBe('agent_not_allowed')
  })
})

describe('keys of the API', () => {
  const admin = (method: string, path: string, content?: object) =>
    post(bed.gateway.controlUrl + path, content, {
      method,
      headers: { authorization: `Bearer ${bed.gateway.adminToken}` },
    })

  it('are bound, and freed by a change', async () => {
    const scope = { networks: ['192.0.2.0/24'], endpoints: ['/v1/*'], providers: ['openai'], requireMetadata: ['team'] }
    const made = await admin('POST', '/api/v1/keys', { id: 'moved', ...scope })
    expect(made.json).toMatchObject({ ...scope, dataRegions: null })
    const send = () =>
      post(
        `${bed.gateway.url}/v1/chat/completions`,
        { model: 'fast', messages, metadata: { team: 'a' } },
        { headers: { authorization: `Bearer ${made.json.key}` } },
      )
    expect(codeOf(await send())).toBe('network_not_allowed')
    const changed = await admin('PATCH', '/api/v1/keys/moved', { networks: null })
    expect(changed.json).toMatchObject({ ...scope, networks: null })
    expect((await send()).status).toBe(200)
  })

  it('are met with the same warnings, made or changed to be bound to what is not there', async () => {
    const scope = { providers: ['opnai'], endpoints: ['/v1/embedings'], models: ['no-such-model'] }
    const made = await admin('POST', '/api/v1/keys', { id: 'bound-at-once', ...scope })
    expect(made.json.warnings).toEqual([
      expect.stringContaining('no-such-model'),
      'There is no provider account and no provider "opnai". Did you mean "openai"?',
      'There is no endpoint "/v1/embedings". Did you mean "/v1/embeddings"?',
    ])
    expect((await admin('POST', '/api/v1/keys', { id: 'bound-later' })).json.warnings).toEqual([])
    const changed = await admin('PATCH', '/api/v1/keys/bound-later', scope)
    expect([changed.status, changed.json.warnings]).toEqual([200, made.json.warnings])
    const freed = await admin('PATCH', '/api/v1/keys/bound-later', { providers: null, endpoints: null, models: ['*'] })
    expect(freed.json.warnings).toEqual([])
  })

  it.each([
    [{ networks: ['10.0.0.0/33'] }, 'networks.0'],
    [{ networks: [] }, 'networks'],
    [{ dataRegions: ['e u'] }, 'dataRegions.0'],
    [{ endpoints: [''] }, 'endpoints.0'],
  ])('are not made with what cannot be kept: %j', async (wrong, param) => {
    const reply = await admin('POST', '/api/v1/keys', { id: 'wrong', ...wrong })
    expect([reply.status, reply.json.error.param]).toEqual([400, param])
  })
})
