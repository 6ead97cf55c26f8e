/** Profiles of AWS whose credentials a program prints, or for which a person has signed in. */
import { createHash } from 'node:crypto'
import { writeFileSync } from 'node:fs'
import { chmod, mkdir, mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import type { WireReply } from './support/client.ts'
import { startTestGateway, type TestGateway } from './support/gateway.ts'
import { type MockProvider, type ReceivedRequest, startMockProvider } from './support/mock-provider.ts'
import { fixture, unary } from './support/mock-replies.ts'

const later = '2099-01-01T00:00:00Z'
const pair = (id: string) => ({ AccessKeyId: `ASIA${id.padEnd(16, '0')}`, SecretAccessKey: 's'.repeat(40) })
const printed = (more: object = {}) =>
  JSON.stringify({ Version: 1, ...pair('PROGRAM'), SessionToken: 'session/of+the=program', Expiration: later, ...more })

/** Prints what its arguments say, or does something else. */
const program = `#!${process.execPath}
const [what, text = ''] = process.argv.slice(2)
if (what === 'print') process.stdout.write(text)
if (what === 'fail') { console.log(text); console.error('secret words'); process.exitCode = 3 }
if (what === 'much') process.stdout.write('x'.repeat(100_000))
`

const renewing = ['renewed', 'over', 'unregistered', 'odd', 'raced', 'down', 'busy', 'late']

let folder: string
let provider: MockProvider
let portal: MockProvider
let oidc: MockProvider
let cache: string
let gateway: TestGateway
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'portcullis aws '))
  ;[provider, portal, oidc] = await Promise.all([startMockProvider(), startMockProvider(), startMockProvider()])
  const tool = join(folder, 'tool.mjs')
  await writeFile(tool, program)
  await chmod(tool, 0o700)
  const profiles: Readonly<Record<string, string>> = {
    prints: `"${tool}" print '${printed()}'`,
    'prints-for-ever': `"${tool}" print '${printed({ Expiration: undefined, SessionToken: undefined })}'`,
    shell: `"${tool}" print x ; touch "${join(folder, 'touched')}"`,
    fails: `"${tool}" fail '${printed()}'`,
    much: `"${tool}" much`,
    old: `"${tool}" print '${printed({ Expiration: '2020-01-01T00:00:00Z' })}'`,
    version: `"${tool}" print '${printed({ Version: 2 })}'`,
    header: `"${tool}" print '${printed({ AccessKeyId: 'no key', SecretAccessKey: 'ABSK-bearer' })}'`,
    nothing: `"${tool}" print secret-words`,
    missing: `"${join(folder, 'no-such-tool')}"`,
    open: `"${tool}`,
  }
  const sso = 'sso_account_id = 111122223333\nsso_role_name = Reader'
  const config = [
    ...Object.entries(profiles).map(([name, command]) => `[profile ${name}]\ncredential_process = ${command}`),
    `[sso-session corp]\nsso_region = eu-west-1\nsso_start_url = https://corp.awsapps.com/start`,
    `[profile person]\nsso_session = corp\n${sso}`,
    `[profile older]\nsso_start_url = https://older.awsapps.com/start\nsso_region = us-east-1\n${sso}`,
    `[profile away]\nsso_start_url = https://away.awsapps.com/start\nsso_region = us-east-1\n${sso}`,
    `[profile expired]\nsso_start_url = https://expired.awsapps.com/start\nsso_region = us-east-1\n${sso}`,
    `[profile region]\nsso_start_url = https://older.awsapps.com/start\nsso_region = evil.com/\n${sso}`,
    ...renewing.map(
      (name) => `[sso-session ${name}]\nsso_region = eu-west-1\n[profile ${name}]\nsso_session = ${name}\n${sso}`,
    ),
  ].join('\n')
  const configFile = join(folder, 'config')
  await writeFile(configFile, config)
  cache = join(folder, 'cache')
  await mkdir(cache)
  const token = async (session: string, accessToken: string, expiresAt = later): Promise<void> => {
    const file = `${createHash('sha1').update(session).digest('hex')}.json`
    await writeFile(join(cache, file), JSON.stringify({ accessToken, expiresAt, refreshToken: 'not-to-be-used' }))
  }
  await token('corp', 'token-of-corp')
  await token('https://older.awsapps.com/start', 'token-of-older', '2099-01-01T00:00:00UTC')
  await token('https://expired.awsapps.com/start', 'token-of-expired', '2020-01-01T00:00:00Z')
  for (const name of renewing)
    await writeFile(
      cacheFile(name),
      JSON.stringify({ ...registered, ...(name === 'unregistered' ? { registrationExpiresAt: long } : {}) }),
    )
  const account = (profile: string, options: Readonly<Record<string, string>>) => ({
    id: profile,
    provider: 'bedrock',
    baseUrl: provider.origin,
    allowPrivateNetwork: true,
    options: { region: 'eu-central-1', profile, configFile, credentialsFile: join(folder, 'none'), ...options },
  })
  gateway = await startTestGateway({
    config: {
      providers: [
        ...Object.keys(profiles).map((name) => account(name, { credentialProcess: 'run' })),
        { ...account('prints', {}), id: 'not-allowed' },
        ...['person', 'older', 'away', 'expired', 'region', ...renewing].map((name) =>
          account(name, { ssoCacheFolder: cache, ssoEndpoint: portal.origin, ssoOidcEndpoint: oidc.origin }),
        ),
      ],
    },
  })
})
afterAll(async () => {
  await gateway.close()
  await Promise.all([provider.close(), portal.close(), oidc.close()])
  await rm(folder, { recursive: true })
})
beforeEach(() => {
  provider.reset()
  portal.reset()
  oidc.reset()
  provider.script(() => unary(fixture('anthropic/message.json')))
})

const long = '2020-01-01T00:00:00Z'
const registered = {
  startUrl: 'https://corp.awsapps.com/start',
  accessToken: 'old-token',
  expiresAt: long,
  clientId: 'client',
  clientSecret: 'client-secret',
  registrationExpiresAt: later,
  refreshToken: 'refresh-1',
}
const cacheFile = (session: string): string => join(cache, `${createHash('sha1').update(session).digest('hex')}.json`)

const ask = (account: string): Promise<WireReply> =>
  gateway.post(`/model/${encodeURIComponent(`${account}/anthropic.claude-x`)}/invoke`, {
    anthropic_version: 'bedrock-2023-05-31',
    max_tokens: 5,
    messages: [{ role: 'user', content: 'Hi' }],
  })

function signedBy(request: ReceivedRequest | undefined): string | undefined {
  return /Credential=([^/]+)/.exec(String(request?.headers['authorization']))?.[1]
}

describe('the program of a profile', () => {
  it('signs with what it prints, and is run once for many calls', async () => {
    for (const _ of [1, 2]) expect((await ask('prints')).status).toBe(200)
    expect(provider.requests.map(signedBy)).toEqual([pair('PROGRAM').AccessKeyId, pair('PROGRAM').AccessKeyId])
    expect(provider.requests[0]?.headers['x-amz-security-token']).toBe('session/of+the=program')
  })

  it('may name no end and no session', async () => {
    expect((await ask('prints-for-ever')).status).toBe(200)
    expect(provider.requests[0]?.headers['x-amz-security-token']).toBeUndefined()
  })

  it('is run for accounts only that say so', async () => {
    const reply = await ask('not-allowed')
    expect(reply.headers['x-portcullis-error']).toBe('upstream_unauthorized')
    expect(reply.json.message).toContain('`credentialProcess: run` only')
    expect(provider.requests).toEqual([])
  })

  it.each([
    ['fails', 'upstream_unauthorized', 'ended with the status 3'],
    ['much', 'upstream_unauthorized', 'printed more than 65536 bytes'],
    ['old', 'upstream_invalid_reply', 'valid for less than 10 seconds'],
    ['version', 'upstream_invalid_reply', 'printed something that holds no credentials'],
    ['header', 'upstream_invalid_reply', 'are none'],
    ['nothing', 'upstream_invalid_reply', 'printed something that holds no credentials'],
    ['shell', 'upstream_invalid_reply', 'printed something that holds no credentials'],
    ['missing', 'upstream_unauthorized', 'cannot be started (ENOENT)'],
    ['open', 'upstream_unauthorized', '`credential_process` of the profile "open" is none'],
  ])('that %s is an error that shows nothing of what it printed', async (name, code, words) => {
    const reply = await ask(name)
    expect(reply.headers['x-portcullis-error']).toBe(code)
    expect(reply.json.message).toContain(words)
    expect(reply.text).not.toMatch(/secret.words|ASIA|tool\.mjs/)
    expect(provider.requests).toEqual([])
    expect(await readdir(folder)).not.toContain('touched')
  })
})

describe('a profile for which a person has signed in', () => {
  const credentials = unary({
    roleCredentials: {
      accessKeyId: pair('PERSON').AccessKeyId,
      secretAccessKey: 's'.repeat(40),
      sessionToken: 'session-of-the-person',
      expiration: Date.parse(later),
    },
  })

  it.each(['person', 'older'])('signs with the credentials of its role: %s', async (profile) => {
    portal.reply(credentials)
    expect((await ask(profile)).status).toBe(200)
    expect(signedBy(provider.requests[0])).toBe(pair('PERSON').AccessKeyId)
    const [asked, ...more] = portal.requests
    expect(more).toEqual([])
    expect([asked?.method, asked?.path]).toEqual([
      'GET',
      '/federation/credentials?role_name=Reader&account_id=111122223333',
    ])
    expect(asked?.headers['x-amz-sso_bearer_token']).toBe(profile === 'person' ? 'token-of-corp' : 'token-of-older')
  })

  it('renews what is over, and leaves the next refresh token to the CLI', async () => {
    oidc.reply(unary({ accessToken: 'new-token', expiresIn: 3600, refreshToken: 'refresh-2', tokenType: 'Bearer' }))
    portal.reply(credentials)
    expect((await ask('renewed')).status).toBe(200)
    expect(oidc.requests.map(({ method, path, json }) => [method, path, json])).toEqual([
      [
        'POST',
        '/token',
        { clientId: 'client', clientSecret: 'client-secret', grantType: 'refresh_token', refreshToken: 'refresh-1' },
      ],
    ])
    expect(portal.requests[0]?.headers['x-amz-sso_bearer_token']).toBe('new-token')
    const kept = JSON.parse(await readFile(cacheFile('renewed'), 'utf8'))
    expect(kept).toMatchObject({
      ...registered,
      accessToken: 'new-token',
      refreshToken: 'refresh-2',
      expiresAt: kept.expiresAt,
    })
    expect(Date.parse(kept.expiresAt)).toBeGreaterThan(Date.now())
    expect((await stat(cacheFile('renewed'))).mode & 0o777).toBe(0o600)
  })

  it.each([
    [
      'over',
      unary({ error: 'invalid_grant', error_description: 'secret words' }, { status: 400 }),
      'upstream_unauthorized',
    ],
    ['down', unary({ message: 'secret words' }, { status: 503 }), 'upstream_unreachable'],
    ['busy', unary({ message: 'secret words' }, { status: 429 }), 'upstream_rate_limited'],
    ['odd', unary({ accessToken: '', secret: 'secret words' }), 'upstream_invalid_reply'],
    ['unregistered', undefined, 'upstream_unauthorized'],
  ])('keeps what is there when it cannot be renewed: %s', async (profile, answer, code) => {
    if (answer !== undefined) oidc.reply(answer)
    const reply = await ask(profile)
    expect(reply.headers['x-portcullis-error']).toBe(code)
    if (code === 'upstream_unauthorized') expect(reply.json.message).toContain('`aws sso login`')
    expect(reply.text).not.toMatch(/secret.words|refresh-1|client-secret/)
    expect(oidc.requests).toHaveLength(answer === undefined ? 0 : 1)
    expect(JSON.parse(await readFile(cacheFile(profile), 'utf8'))).toMatchObject({ refreshToken: 'refresh-1' })
    expect((await readdir(cache)).filter((name) => !name.endsWith('.json'))).toEqual([])
  })

  it('goes on with a token that is not over yet while AWS cannot renew it', async () => {
    const expiresAt = new Date(Date.now() + 200_000).toISOString()
    await writeFile(cacheFile('late'), JSON.stringify({ ...registered, expiresAt }))
    oidc.reply(unary({}, { status: 503 }))
    portal.reply(credentials)
    expect((await ask('late')).status).toBe(200)
    expect(oidc.requests).toHaveLength(1)
    expect(portal.requests[0]?.headers['x-amz-sso_bearer_token']).toBe('old-token')
  })

  it('takes the token of whoever was faster', async () => {
    oidc.script((request) => {
      writeFileSync(cacheFile('raced'), JSON.stringify({ ...registered, accessToken: 'of-another', expiresAt: later }))
      return request.path === '/token' ? unary({ error: 'invalid_grant' }, { status: 400 }) : unary({})
    })
    portal.reply(credentials)
    expect((await ask('raced')).status).toBe(200)
    expect(portal.requests[0]?.headers['x-amz-sso_bearer_token']).toBe('of-another')
  })

  it.each(['away', 'expired'])('says what to do when nobody is signed in: %s', async (profile) => {
    const reply = await ask(profile)
    expect(reply.headers['x-portcullis-error']).toBe('upstream_unauthorized')
    expect(reply.json.message).toContain('`aws sso login`')
    expect([...portal.requests, ...provider.requests]).toEqual([])
  })

  it('sends its token to no other host, whatever the file says of the region', async () => {
    const reply = await ask('region')
    expect(reply.headers['x-portcullis-error']).toBe('upstream_unauthorized')
    expect(portal.requests).toEqual([])
  })
})
