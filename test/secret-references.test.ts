import { hash } from 'node:crypto'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { signatureOf } from '../src/core/secrets/aws-signature.ts'
import type { WireReply } from './support/client.ts'
import { startTestGateway, type TestGateway } from './support/gateway.ts'
import { type MockProvider, type ReceivedRequest, startMockProvider } from './support/mock-provider.ts'
import { unary } from './support/mock-replies.ts'

/** Each account is resolved by itself, as values outlive a test. */
const accounts = {
  'from-file': 'file:',
  'from-vault': 'vault:secret/team a/openai#apiKey',
  'role-gone': 'vault:secret/revoked#apiKey',
  'not-there': 'vault:secret/nothing#apiKey',
  'no-field': 'vault:secret/team a/openai#password',
  sealed: 'vault:secret/sealed#apiKey',
  'from-aws': 'aws-secrets:prod/openai#apiKey',
  'whole-aws': 'aws-secrets:arn:aws:secretsmanager:eu-central-1:123456789012:secret:plain-AbCdEf',
  'no-aws': 'aws-secrets:prod/none',
  'no-variable': 'env:PORTCULLIS_TEST_OF_NOTHING',
}
const awsKey = 'wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY'
const secretId = 'the-secret-id-0123456789'

let folder: string
let provider: MockProvider
let vault: MockProvider
let aws: MockProvider
let gateway: TestGateway
let logins = 0

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'portcullis-secrets-'))
  await writeFile(join(folder, 'key'), 'sk-of-the-file-1\n')
  ;[provider, vault, aws] = await Promise.all([startMockProvider(), startMockProvider(), startMockProvider()])
  vault.script(vaultAnswer)
  aws.script(awsAnswer)
  gateway = await startTestGateway({
    config: {
      secrets: {
        refreshSeconds: 1,
        vault: {
          address: vault.origin,
          allowPrivateNetwork: true,
          namespace: 'team',
          appRole: { roleId: 'the-role', secretId },
        },
        aws: {
          region: 'eu-central-1',
          endpoint: aws.origin,
          allowPrivateNetwork: true,
          accessKeyId: 'AKIAIOSFODNN7EXAMPLE',
          secretAccessKey: awsKey,
        },
      },
      providers: Object.entries(accounts).map(([id, apiKey]) => ({
        id,
        provider: 'openai',
        baseUrl: `${provider.origin}/v1`,
        allowPrivateNetwork: true,
        apiKey: apiKey === 'file:' ? `file:${join(folder, 'key')}` : apiKey,
      })),
    },
  })
})
afterAll(async () => {
  await gateway.close()
  await Promise.all([provider.close(), vault.close(), aws.close()])
  await rm(folder, { recursive: true, force: true })
})
beforeEach(() => provider.reset())

/** https://developer.hashicorp.com/vault/api-docs/secret/kv/kv-v2, and of AppRole. */
function vaultAnswer({ method, path, headers, body }: ReceivedRequest) {
  const refuse = unary({ errors: ['permission denied'] }, { status: 403 })
  if (headers['x-vault-request'] !== 'true' || headers['x-vault-namespace'] !== 'team') return refuse
  if (method === 'POST' && path === '/v1/auth/approle/login') {
    const isRight = body.toString() === JSON.stringify({ role_id: 'the-role', secret_id: secretId })
    logins++
    return isRight ? unary({ auth: { client_token: `hvs.token-${logins}`, lease_duration: 3600 } }) : refuse
  }
  if (headers['x-vault-token'] !== `hvs.token-${logins}`) return refuse
  if (path === '/v1/secret/data/sealed') return unary({ errors: ['Vault is sealed'] }, { status: 503 })
  const secrets: Readonly<Record<string, object>> = {
    '/v1/secret/data/team%20a/openai': { apiKey: 'sk-of-vault' },
    '/v1/secret/data/revoked': { apiKey: 'sk-after-another-login' },
  }
  const data = secrets[path]
  return data === undefined
    ? unary({ errors: [] }, { status: 404 })
    : unary({ request_id: 'r', data: { data, metadata: { version: 3 } } })
}

/** https://docs.aws.amazon.com/secretsmanager/latest/apireference/API_GetSecretValue.html */
function awsAnswer({ headers, path, method, body, json }: ReceivedRequest) {
  const type = (name: string) => unary({ __type: name, Message: 'x' }, { status: 400 })
  const names = ['content-type', 'host', 'x-amz-date', 'x-amz-target']
  const signed = Object.fromEntries(names.map((name) => [name, String(headers[name])]))
  const scope = { time: String(headers['x-amz-date']), region: 'eu-central-1', service: 'secretsmanager' }
  const request = { method, path, headers: signed, payloadHash: hash('sha256', body, 'hex') }
  const isSigned = String(headers['authorization']).endsWith(`Signature=${signatureOf(request, scope, awsKey)}`)
  if (!isSigned || signed['x-amz-target'] !== 'secretsmanager.GetSecretValue') return type('InvalidSignatureException')
  const { SecretId: id } = json as { SecretId: string }
  if (id === 'prod/openai') return unary({ Name: id, SecretString: JSON.stringify({ apiKey: 'sk-of-aws' }) })
  if (id.endsWith('plain-AbCdEf')) return unary({ Name: id, SecretString: 'sk-plain-of-aws' })
  return type('com.amazonaws.secretsmanager#ResourceNotFoundException')
}

const ask = (account: keyof typeof accounts): Promise<WireReply> =>
  gateway.post('/v1/chat/completions', { model: `${account}/gpt-5`, messages: [{ role: 'user', content: 'Who?' }] })
const sentKey = (): string => String(provider.requests.at(-1)?.headers['authorization'])

describe('a secret that is kept elsewhere', () => {
  it.each([
    ['from-file', 'sk-of-the-file-1'],
    ['from-vault', 'sk-of-vault'],
    ['from-aws', 'sk-of-aws'],
    ['whole-aws', 'sk-plain-of-aws'],
  ] as const)('is read when a call needs it: %s', async (account, secret) => {
    for (const _ of [1, 2]) {
      expect((await ask(account)).status).toBe(200)
      expect(sentKey()).toBe(`Bearer ${secret}`)
    }
  })

  it('that was replaced in its file is seen without a restart', async () => {
    await ask('from-file')
    await writeFile(join(folder, 'key'), 'sk-of-the-file-2\n')
    do await ask('from-file')
    while (sentKey() !== 'Bearer sk-of-the-file-2')
  })

  it('is read with another login when Vault has revoked the one before', async () => {
    await ask('from-vault')
    logins++
    expect((await ask('role-gone')).status).toBe(200)
    expect(sentKey()).toBe('Bearer sk-after-another-login')
  })

  it('outlives an outage of its store', async () => {
    await ask('from-vault')
    const before = vault.requests.length
    vault.script(() => unary({ errors: ['Vault is sealed'] }, { status: 503 }))
    do expect((await ask('from-vault')).status).toBe(200)
    while (vault.requests.length === before)
    expect((await ask('from-vault')).status).toBe(200)
    expect(sentKey()).toBe('Bearer sk-of-vault')
    vault.script(vaultAnswer)
  })

  it.each([
    ['not-there', 'Vault has no such secret, or its newest version was deleted.'],
    ['no-field', 'the secret has no field of that name that is text.'],
    ['sealed', 'Vault is sealed or in maintenance (503).'],
    ['no-aws', 'Secrets Manager has no such secret (ResourceNotFoundException).'],
    ['no-variable', 'the variable is not set.'],
  ] as const)('and cannot be had is named by its reference: %s', async (account, why) => {
    const { status, json, text } = await ask(account)
    expect(status).toBe(503)
    expect(json.error.message).toContain(`The secret "${accounts[account]}" cannot be had: ${why}`)
    expect(provider.requests).toHaveLength(0)
    for (const secret of [secretId, awsKey, 'hvs.', 'sk-of-vault']) expect(text).not.toContain(secret)
  })

  it('is taken out of what its provider says, as any credential', async () => {
    provider.reply(unary({ error: { message: 'wrong key sk-of-vault' } }, { status: 400 }))
    const { text } = await ask('from-vault')
    expect(text).toContain('[credential]')
    expect(text).not.toContain('sk-of-vault')
  })

  it('stands by its reference in the outline of the configuration, and its store shows no secret', async () => {
    const { json, text } = await gateway.control('/api/v1/config')
    expect(json.data['providers[from-vault].apiKey']).toBe(JSON.stringify(accounts['from-vault']))
    for (const secret of [secretId, awsKey]) expect(text).not.toContain(secret)
  })
})
