import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { heldReply, unary } from './support/mock-replies.ts'
import { ask, formOf, startTokenBed, type TokenBed, tokenReply } from './support/token-bed.ts'

const clientSecret = 'the-client-secret-of-entra-0123456789'
const jwt = 'eyJhbGciOiJSUzI1NiJ9.eyJzdWIiOiJhIn0.c2lnbmF0dXJl'

/** Each test has an account of its own, as tokens outlive a test. */
const names = ['first', 'shared', 'stream', 'fallback', 'embeddings', 'slow', 'refused'] as const

const routes = {
  models: { 'past-refused': { route: 'past-refused' }, 'past-slow': { route: 'past-slow' } },
  routes: {
    'past-refused': { fallback: [{ target: 'refused/gpt-5' }, { target: 'plain/gpt-5' }] },
    'past-slow': { fallback: [{ target: 'slow/gpt-5', timeoutMs: 30 }, { target: 'plain/gpt-5' }] },
  },
}

let folder: string
let workloadFile: string
let bed: TokenBed
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'portcullis-workload-'))
  workloadFile = join(folder, 'token')
  bed = await startTokenBed(({ provider, tokens }) => {
    const common = { provider: 'azure-openai', baseUrl: provider, allowPrivateNetwork: true }
    return [
      ...names.map((id) => ({
        ...common,
        id,
        apiKey: clientSecret,
        options: { tenantId: 'tenant/1', clientId: `client-of-${id}`, authorityHost: tokens },
      })),
      {
        ...common,
        provider: 'azure-anthropic',
        id: 'workload',
        options: {
          tenantId: 'tenant/1',
          clientId: 'client-of-workload',
          federatedTokenFile: workloadFile,
          authorityHost: tokens,
        },
      },
      { ...common, id: 'ready', apiKey: jwt },
      { ...common, id: 'plain', apiKey: 'key-of-the-resource-0123456789' },
    ]
  }, routes)
})
afterAll(async () => {
  await bed.close()
  await rm(folder, { recursive: true, force: true })
})
beforeEach(() => bed.reset())

describe('a client secret of Entra ID', () => {
  it('is traded once for a token that several calls carry', async () => {
    bed.tokens.reply(tokenReply('entra-token-1'))
    for (const _ of [1, 2]) expect((await ask(bed, 'first/gpt-5')).status).toBe(200)
    expect(bed.tokens.requests).toHaveLength(1)
    const [asked] = bed.tokens.requests
    expect(asked?.method).toBe('POST')
    expect(asked?.path).toBe('/tenant%2F1/oauth2/v2.0/token')
    expect(asked?.headers['content-type']).toBe('application/x-www-form-urlencoded')
    expect(formOf(asked?.body ?? Buffer.of())).toEqual({
      grant_type: 'client_credentials',
      client_id: 'client-of-first',
      client_secret: clientSecret,
      scope: 'https://cognitiveservices.azure.com/.default',
    })
    expect(bed.provider.requests).toHaveLength(2)
    for (const { headers, rawHeaders, body } of bed.provider.requests) {
      expect(headers['authorization']).toBe('Bearer entra-token-1')
      expect(headers).not.toHaveProperty('api-key')
      expect(rawHeaders.join() + body.toString()).not.toContain(clientSecret)
    }
  })

  it('is traded once for calls that come at the same time', async () => {
    const held = heldReply()
    bed.tokens.reply(held.reply)
    const calls = [1, 2, 3, 4, 5].map(() => ask(bed, 'shared/gpt-5'))
    await held.arrived
    expect(bed.provider.requests).toHaveLength(0)
    held.release(tokenReply('entra-token-2'))
    expect((await Promise.all(calls)).map(({ status }) => status)).toEqual([200, 200, 200, 200, 200])
    expect(bed.tokens.requests).toHaveLength(1)
    expect(bed.provider.requests.map(({ headers }) => headers['authorization'])).toEqual(
      Array(5).fill('Bearer entra-token-2'),
    )
  })

  it('works for streams and for other endpoints', async () => {
    bed.tokens.script(() => tokenReply('entra-token-3'))
    const streamed = await ask(bed, 'stream/gpt-5', { stream: true })
    expect(streamed.text).toContain('[DONE]')
    const embedded = await bed.gateway.post('/v1/embeddings', {
      model: 'embeddings/text-embedding-3-small',
      input: 'a',
    })
    expect(embedded.status).toBe(200)
    expect(bed.provider.requests.map(({ headers }) => headers['authorization'])).toEqual([
      'Bearer entra-token-3',
      'Bearer entra-token-3',
    ])
  })
})

describe('the token of a workload', () => {
  it('is read at each exchange and traded in place of a secret (RFC 7523)', async () => {
    await writeFile(workloadFile, `${jwt}\n`)
    bed.tokens.reply(tokenReply('workload-token'))
    const body = { model: 'workload/claude-sonnet-4-5', max_tokens: 9, messages: [{ role: 'user', content: 'Who?' }] }
    expect((await bed.gateway.post('/v1/messages', body)).status).toBe(200)
    expect(formOf(bed.tokens.requests[0]?.body ?? Buffer.of())).toEqual({
      grant_type: 'client_credentials',
      client_id: 'client-of-workload',
      client_assertion_type: 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer',
      client_assertion: jwt,
      scope: 'https://cognitiveservices.azure.com/.default',
    })
    const [sent] = bed.provider.requests
    expect(sent?.path).toBe('/anthropic/v1/messages')
    expect(sent?.headers['authorization']).toBe('Bearer workload-token')
    expect(sent?.headers).not.toHaveProperty('x-api-key')
  })
})

describe('other credentials of Azure', () => {
  it('are sent as they are: a ready token as a bearer, a key in its own header', async () => {
    await ask(bed, 'ready/gpt-5')
    await ask(bed, 'plain/gpt-5')
    expect(bed.tokens.requests).toHaveLength(0)
    expect(bed.provider.requests[0]?.headers['authorization']).toBe(`Bearer ${jwt}`)
    expect(bed.provider.requests[1]?.headers['api-key']).toBe('key-of-the-resource-0123456789')
    expect(bed.provider.requests[1]?.headers).not.toHaveProperty('authorization')
  })
})

describe('a refused exchange', () => {
  it('says whose fault it is, is not repeated at once, and is recorded', async () => {
    const description = `AADSTS7000215: Invalid client secret provided: ${clientSecret}. Trace ID: 1`
    bed.tokens.script(() => unary({ error: 'invalid_client', error_description: description }, { status: 401 }))
    const reply = await ask(bed, 'fallback/gpt-5')
    expect(reply.status).toBe(401)
    expect(reply.headers['x-portcullis-error']).toBe('upstream_unauthorized')
    expect(reply.text).toContain('provider account \\"fallback\\"')
    expect(reply.text).toContain('(401, invalid_client, AADSTS7000215)')
    expect((await ask(bed, 'fallback/gpt-5')).status).toBe(401)
    expect(bed.tokens.requests).toHaveLength(1)
    expect(bed.provider.requests).toHaveLength(0)
    expect(await bed.gateway.call(reply)).toMatchObject({
      status: 401,
      errorCode: 'upstream_unauthorized',
      attempts: [{ account: 'fallback', errorCode: 'upstream_unauthorized' }],
    })
  })
})

describe('a route', () => {
  it('goes on to its next target when a token is refused', async () => {
    bed.tokens.reply(unary({ error: 'invalid_client' }, { status: 401 }))
    const reply = await ask(bed, 'past-refused')
    expect(reply.status).toBe(200)
    expect((await bed.gateway.call(reply)).attempts).toMatchObject([
      { account: 'refused', errorCode: 'upstream_unauthorized' },
      { account: 'plain', status: 200 },
    ])
  })

  it('goes on when no token comes in time, and the token is there for the next call', async () => {
    const held = heldReply()
    bed.tokens.reply(held.reply)
    const reply = await ask(bed, 'past-slow')
    expect(reply.status).toBe(200)
    expect((await bed.gateway.call(reply)).attempts).toMatchObject([
      { account: 'slow', errorCode: 'upstream_timeout' },
      { account: 'plain', status: 200 },
    ])
    held.release(tokenReply('late-token'))
    expect((await ask(bed, 'slow/gpt-5')).status).toBe(200)
    expect(bed.provider.requests.at(-1)?.headers['authorization']).toBe('Bearer late-token')
    expect(bed.tokens.requests).toHaveLength(1)
  })
})

it('a gateway that stops does not wait for a token endpoint', async () => {
  const other = await startTokenBed(({ provider, tokens }) => [
    {
      id: 'azure',
      provider: 'azure-openai',
      baseUrl: provider,
      allowPrivateNetwork: true,
      apiKey: clientSecret,
      options: { tenantId: 't', clientId: 'c', authorityHost: tokens },
    },
  ])
  const held = heldReply()
  other.tokens.reply(held.reply)
  const leaving = other.gateway.leave(
    '/v1/chat/completions',
    { model: 'azure/gpt-5', messages: [{ role: 'user', content: 'Who?' }] },
    held.arrived.then(() => undefined),
  )
  const exchange = await held.arrived
  await leaving
  await other.gateway.close()
  expect(await exchange.request.ended).toBe('aborted')
  await other.close()
})
