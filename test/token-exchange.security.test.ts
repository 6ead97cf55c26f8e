import { generateKeyPairSync } from 'node:crypto'
import { readFile, writeFile } from 'node:fs/promises'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import type { MockReply } from './support/mock-provider.ts'
import { heldReply, unary } from './support/mock-replies.ts'
import { ask, startTokenBed, type TokenBed, tokenReply } from './support/token-bed.ts'

const secretOf = (id: string): string => `client-secret-of-${id}-0123456789`

const hostile: readonly (readonly [id: string, reply: MockReply, code: string, says: RegExp])[] = [
  ['redirect', redirect, 'upstream_invalid_reply', /302; redirects are not followed/],
  ['huge', unary(`{"access_token":"${'x'.repeat(100_000)}"}`), 'upstream_reply_too_large', /more than 65536 bytes/],
  [
    'html',
    unary('<html>Sign in</html>', { headers: { 'content-type': 'text/html' } }),
    'upstream_invalid_reply',
    /no token/,
  ],
  ['empty', unary('{}'), 'upstream_invalid_reply', /no token/],
  ['array', unary('[{"access_token":"a"}]'), 'upstream_invalid_reply', /no token/],
  ['expired', tokenReply('token-0123456789', 0), 'upstream_invalid_reply', /less than 10 seconds/],
  ['negative', tokenReply('token-0123456789', -3600), 'upstream_invalid_reply', /less than 10 seconds/],
  ['no-number', tokenReply('token-0123456789', 'soon'), 'upstream_invalid_reply', /no token/],
  ['header', tokenReply('token\r\nx-injected: 1'), 'upstream_invalid_reply', /no header can carry/],
  ['broken', ({ cut }) => cut('reset'), 'upstream_unreachable', /cannot be reached/],
  ['down', unary('oops', { status: 503 }), 'upstream_unreachable', /failed \(503\)/],
  ['busy', unary('{}', { status: 429 }), 'upstream_rate_limited', /fewer requests/],
  [
    'echo',
    unary({ error: secretOf('echo'), error_description: `Bad secret ${secretOf('echo')}` }, { status: 400 }),
    'upstream_unauthorized',
    /refused the credential \(400\)/,
  ],
]

function redirect({ response }: Parameters<MockReply>[0]): void {
  response.writeHead(302, { location: 'http://127.0.0.1:9/token', 'content-length': 0 }).end()
}

const account = (id: string, { provider, tokens }: { provider: string; tokens: string }) => ({
  id,
  provider: 'azure-openai',
  baseUrl: provider,
  allowPrivateNetwork: true,
  apiKey: secretOf(id),
  options: { tenantId: 'tenant', clientId: id, authorityHost: tokens },
})

/** Addresses that somebody may write into a credential, and why the exchange is not sent there. */
const forbidden: readonly (readonly [id: string, tokenUri: string, isPermitted: boolean, says: RegExp])[] = [
  ['unasked-private', 'https://127.0.0.1:1/token', false, /loopback address; set `allowPrivateNetwork: true`/],
  ['unasked-name', 'https://localhost:1/token', false, /loopback address; set `allowPrivateNetwork: true`/],
  ['unasked-number', 'https://2130706433:1/token', false, /loopback address/],
  ['unasked-plain', 'http://93.184.215.14/token', false, /must start with https:\/\//],
  ['metadata', 'http://169.254.169.254/computeMetadata/v1/token', true, /never allowed/],
  ['metadata-name', 'http://metadata.google.internal/token', true, /never allowed/],
  ['login', 'https://user:password@example.com/token', true, /user name or password/],
  ['scheme', 'file:///etc/passwd', true, /must start with https:\/\//],
  ['no-url', 'token', true, /is not a URL/],
]

const serviceAccount = {
  type: 'service_account',
  client_email: 'gateway@project-1.iam.gserviceaccount.com',
  private_key: generateKeyPairSync('rsa', {
    modulusLength: 2048,
    publicKeyEncoding: { type: 'spki', format: 'pem' },
    privateKeyEncoding: { type: 'pkcs8', format: 'pem' },
  }).privateKey,
}

let bed: TokenBed
beforeAll(async () => {
  bed = await startTokenBed((origins) => [
    ...hostile.map(([id]) => account(id, origins)),
    ...['one', 'two', 'echoed', 'left', 'changed'].map((id) => account(id, origins)),
    ...forbidden.map(([id, token_uri, allowPrivateNetwork]) => ({
      id,
      provider: 'vertex-ai',
      // Without a base URL the account may go to private addresses, but nobody has said that its tokens may.
      ...(allowPrivateNetwork ? { allowPrivateNetwork } : {}),
      apiKey: JSON.stringify({ ...serviceAccount, token_uri }),
      options: { project: 'project-1' },
    })),
    // The same address and credential under two names.
    { ...account('twin-a', origins), apiKey: secretOf('twin'), options: account('twin', origins).options },
    { ...account('twin-b', origins), apiKey: secretOf('twin'), options: account('twin', origins).options },
  ])
})
afterAll(() => bed.close())
beforeEach(() => bed.reset())

describe('a hostile token endpoint', () => {
  it.each(hostile)('(%s) ends in one clear error and no call', async (id, reply, code, says) => {
    bed.tokens.reply(reply)
    const answer = await ask(bed, `${id}/gpt-5`)
    expect(answer.headers['x-portcullis-error']).toBe(code)
    expect(answer.json.error.message).toMatch(says)
    expect(bed.tokens.requests).toHaveLength(1)
    expect(bed.provider.requests).toHaveLength(0)
    const shown = answer.text + JSON.stringify(answer.headers) + JSON.stringify(await bed.gateway.call(answer))
    expect(shown).not.toContain(secretOf(id))
    expect(shown).not.toContain('token-0123456789')
  })
})

describe('the token endpoint that a credential names', () => {
  it.each(forbidden)('is not asked where it must not be (%s: %s)', async (id, _uri, _isPermitted, says) => {
    const reply = await ask(bed, `${id}/google/gemini-2.5-flash`)
    expect(reply.headers['x-portcullis-error']).toBe('blocked_address')
    expect(reply.json.error.message).toMatch(says)
    expect(reply.text).not.toContain('PRIVATE KEY')
  })
})

describe('tokens', () => {
  it('are never shared by two accounts, not even with the same credential', async () => {
    bed.tokens.reply(tokenReply('token-of-a'), tokenReply('token-of-b'))
    await ask(bed, 'twin-a/gpt-5')
    await ask(bed, 'twin-b/gpt-5')
    expect(bed.provider.requests.map(({ headers }) => headers['authorization'])).toEqual([
      'Bearer token-of-a',
      'Bearer token-of-b',
    ])
  })

  it('that a provider echoes in an error are shown to nobody', async () => {
    const token = 'entra-token-that-is-echoed-0123456789'
    bed.tokens.reply(tokenReply(token))
    bed.provider.reply(unary({ error: { message: `Bad token ${token}.`, code: token } }, { status: 403 }))
    const reply = await ask(bed, 'echoed/gpt-5')
    expect(reply.status).toBe(403)
    expect(reply.text + JSON.stringify(await bed.gateway.call(reply))).not.toContain(token)
    expect(reply.text).toContain('[credential]')
  })

  it('are not fetched again when a client leaves while it waits', async () => {
    const held = heldReply()
    bed.tokens.reply(held.reply)
    const body = { model: 'left/gpt-5', messages: [{ role: 'user', content: 'Who?' }] }
    await bed.gateway.leave(
      '/v1/chat/completions',
      body,
      held.arrived.then(() => undefined),
    )
    await bed.gateway.callsUntil((calls) => calls.some(({ errorCode }) => errorCode === 'client_closed'))
    held.release(tokenReply('token-for-the-next'))
    expect((await ask(bed, 'left/gpt-5')).status).toBe(200)
    expect(bed.tokens.requests).toHaveLength(1)
    expect(bed.provider.requests.map(({ headers }) => headers['authorization'])).toEqual(['Bearer token-for-the-next'])
  })

  it('of an account that the file changes are dropped, and those of the others kept', async () => {
    bed.tokens.reply(tokenReply('token-one-1'), tokenReply('token-changed-1'))
    await ask(bed, 'one/gpt-5')
    await ask(bed, 'changed/gpt-5')
    const text = await readFile(bed.gateway.configPath, 'utf8')
    bed.tokens.reply(tokenReply('token-changed-2'))
    await writeFile(bed.gateway.configPath, text.replace(secretOf('changed'), 'another-secret-of-changed'))
    let sent: unknown
    do {
      await ask(bed, 'changed/gpt-5')
      sent = bed.provider.requests.at(-1)?.headers['authorization']
    } while (sent === 'Bearer token-changed-1')
    expect(sent).toBe('Bearer token-changed-2')
    await ask(bed, 'one/gpt-5')
    expect(bed.provider.requests.at(-1)?.headers['authorization']).toBe('Bearer token-one-1')
  })
})
