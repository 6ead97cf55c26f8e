import { once } from 'node:events'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest'
import { WebSocket } from 'ws'
import { awsError, converseAnswer } from './support/bedrock.ts'
import { type MockRealtime, startMockRealtime } from './support/mock-realtime.ts'
import { unary, vendorError } from './support/mock-replies.ts'
import { ask, startTokenBed, type TokenBed, tokenReply } from './support/token-bed.ts'

const clientSecret = 'the-client-secret-of-entra-0123456789'
let realtime: MockRealtime
let bed: TokenBed
beforeAll(async () => {
  realtime = await startMockRealtime()
  bed = await startTokenBed(({ provider, tokens }) => {
    const entra = (id: string, baseUrl: string) => ({
      id,
      provider: 'azure-openai',
      baseUrl,
      allowPrivateNetwork: true,
      apiKey: clientSecret,
      options: { tenantId: 'tenant', clientId: `client-of-${id}`, authorityHost: tokens },
    })
    const role = (id: string) => ({
      id,
      provider: 'bedrock',
      baseUrl: provider,
      allowPrivateNetwork: true,
      apiKey: 'wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY',
      options: {
        region: 'eu-central-1',
        accessKeyId: 'AKIAIOSFODNN7EXAMPLE',
        roleArn: 'arn:aws:iam::123456789012:role/models',
        stsEndpoint: `${tokens}/`,
      },
    })
    return [
      entra('entra', provider),
      entra('entra-fresh', provider),
      entra('voice', realtime.origin),
      role('role'),
      role('role-lost'),
    ]
  })
})
afterAll(async () => {
  await bed.close()
  await realtime.close()
})
beforeEach(() => bed.reset())
afterEach(() => vi.useRealTimers())

const sentTokens = () => bed.provider.requests.map(({ headers }) => headers['authorization'])
const later = (ms: number) => vi.useFakeTimers({ toFake: ['Date'], now: Date.now() + ms })

describe('a token that the provider takes no longer', () => {
  it('is traded anew, and the call goes out once more', async () => {
    bed.tokens.reply(tokenReply('token-1'), tokenReply('token-2'))
    await ask(bed, 'entra/gpt-5')
    later(61_000)
    bed.provider.reply(vendorError(401))
    const reply = await ask(bed, 'entra/gpt-5')
    expect(reply.status).toBe(200)
    expect(sentTokens()).toEqual(['Bearer token-1', 'Bearer token-1', 'Bearer token-2'])
    expect((await bed.gateway.call(reply)).attempts).toMatchObject([
      { errorCode: 'upstream_unauthorized' },
      { status: 200 },
    ])
  })

  it('is shown to the client when it is fresh, as another would be refused too', async () => {
    bed.provider.script(() => vendorError(401))
    const reply = await ask(bed, 'entra-fresh/gpt-5')
    expect([reply.status, reply.headers['x-portcullis-error']]).toEqual([401, 'upstream_unauthorized'])
    expect([bed.tokens.requests.length, bed.provider.requests.length]).toEqual([1, 1])
  })

  it('is traded anew for a session too', async () => {
    bed.tokens.reply(tokenReply('voice-1'), tokenReply('voice-2'))
    const open = async () => {
      const url = `${bed.gateway.url.replace('http', 'ws')}/v1/realtime?model=voice/gpt-realtime`
      const socket = new WebSocket(url, { headers: { authorization: `Bearer ${bed.gateway.key}` } })
      await once(socket, 'open')
      const { request } = await realtime.session()
      socket.terminate()
      return request.headers['authorization']
    }
    expect(await open()).toBe('Bearer voice-1')
    later(61_000)
    realtime.refuse(401, '{"error":{"message":"The token is old."}}')
    expect(await open()).toBe('Bearer voice-2')
  })
})

describe('credentials of a role that AWS says have expired', () => {
  const messages = [{ role: 'user', content: [{ text: 'Who?' }] }]
  const converse = (account: string) =>
    bed.gateway.post(`/model/${account}%2Famazon.nova-pro-v1:0/converse`, { messages })
  const expired = awsError(403, 'ExpiredTokenException', 'The security token included in the request is expired')
  const taken = (id: string) =>
    unary(
      `<AssumeRoleResponse><Credentials><AccessKeyId>${id}</AccessKeyId><SecretAccessKey>taken/secret+key0</SecretAccessKey><SessionToken>token-of-${id}</SessionToken><Expiration>2999-01-01T00:00:00Z</Expiration></Credentials></AssumeRoleResponse>`,
    )
  const sessions = () => bed.provider.requests.map(({ headers }) => headers['x-amz-security-token'])

  it('are taken anew once, and the call goes out once more', async () => {
    bed.tokens.reply(taken('ASIATAKEN00000000001'), taken('ASIATAKEN00000000002'))
    bed.provider.reply(expired, unary(converseAnswer))
    expect((await converse('role')).status).toBe(200)
    expect(sessions()).toEqual(['token-of-ASIATAKEN00000000001', 'token-of-ASIATAKEN00000000002'])
  })

  it('are the account’s fault when the new ones have expired as well', async () => {
    bed.tokens.script(() => taken('ASIATAKEN00000000003'))
    bed.provider.script(() => expired)
    const reply = await converse('role-lost')
    expect([reply.status, reply.headers['x-portcullis-error']]).toEqual([403, 'upstream_unauthorized'])
    expect(reply.json.message).toContain('of the account "role-lost"')
    expect([bed.tokens.requests.length, bed.provider.requests.length]).toEqual([2, 2])
    // AWS's own client would renew its pair, which is a virtual key.
    expect(reply.headers['x-amzn-errortype']).toBe('AccessDeniedException')
    await converse('role-lost')
    expect([bed.tokens.requests.length, bed.provider.requests.length]).toEqual([2, 3])
  })
})
