/** Accounts whose credentials come from where the gateway runs: machines, containers, workloads of clouds. */
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { startTestGateway, type TestGateway } from './support/gateway.ts'
import { type MockProvider, type MockReply, type ReceivedRequest, startMockProvider } from './support/mock-provider.ts'
import { fixture, unary } from './support/mock-replies.ts'
import { formOf, tokenReply } from './support/token-bed.ts'

let folder: string
let gateway: TestGateway
let metadata: MockProvider
let provider: MockProvider
let tokens: MockProvider

const role = 'arn:aws:iam::123456789012:role/models'
const pair = (name: string) => ({
  AccessKeyId: `ASIA${name.toUpperCase().padEnd(16, '0')}`,
  SecretAccessKey: `secret/of+${name}000000`,
  Token: `token+of=${name}`,
  Expiration: '2999-01-01T00:00:00Z',
})
const shared = `[default]
aws_access_key_id = AKIADEFAULT000000000
aws_secret_access_key = secret/of+default0000
[both]
aws_access_key_id = AKIABOTH000000000000
aws_secret_access_key = secret/of+both0000000
`
const config = `[default]
region = us-east-1
[profile first]
role_arn = ${role}-1
source_profile = default
external_id = x-1
[profile second]
role_arn = ${role}-2
source_profile = first
s3 =
  aws_access_key_id = nested
[profile machine]
role_arn = ${role}-3
credential_source = Ec2InstanceMetadata
[profile both]
role_arn = ${role}-4
source_profile = both
[profile here]
role_arn = ${role}
source_profile = there
[profile there]
role_arn = ${role}
source_profile = here
[profile program]
credential_process = /bin/print-credentials
[profile person]
sso_session = corp
`

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'portcullis-cloud-'))
  ;[metadata, provider, tokens] = await Promise.all([startMockProvider(), startMockProvider(), startMockProvider()])
  const file = async (name: string, text: string): Promise<string> => {
    await writeFile(join(folder, name), text)
    return join(folder, name)
  }
  const credentialsFile = await file('credentials', shared)
  const configFile = await file('config', config)
  const containerTokenFile = await file('pod-token', 'token-of-the-pod\n')
  const webIdentityTokenFile = await file('web-token', 'token.of.the.workload\n')
  const subjectTokenFile = await file('subject', 'token.of.the.subject\n')
  const subjectJson = await file('subject.json', '{"id_token":"token.in.json"}')
  const external = {
    type: 'external_account',
    audience: '//iam.googleapis.com/projects/1/locations/global/workloadIdentityPools/p/providers/o',
    subject_token_type: 'urn:ietf:params:oauth:token-type:jwt',
    token_url: `${tokens.origin}/sts`,
    // Whoever wrote the credential does not decide which file is read.
    credential_source: { file: '/etc/passwd' },
  }
  const impersonating = {
    ...external,
    credential_source: { file: 'x', format: { type: 'json', subject_token_field_name: 'id_token' } },
    service_account_impersonation_url: `${tokens.origin}/impersonate`,
  }
  const shape = (id: string, kind: string, options: Readonly<Record<string, string>>, apiKey?: unknown) => ({
    id,
    provider: kind,
    baseUrl: provider.origin,
    allowPrivateNetwork: true,
    options,
    ...(apiKey === undefined ? {} : { apiKey: JSON.stringify(apiKey) }),
  })
  const aws = (id: string, options: Readonly<Record<string, string>>) =>
    shape(id, 'bedrock', { region: 'eu-central-1', stsEndpoint: `${tokens.origin}/`, ...options })
  const profile = (name: string) => aws(`profile-${name}`, { profile: name, credentialsFile, configFile })
  const vertex = { project: 'p', location: 'europe-west4' }
  gateway = await startTestGateway({
    metadata: metadata.origin,
    config: {
      providers: [
        aws('instance', { credentialSource: 'instance' }),
        aws('instance-role', { credentialSource: 'instance', roleArn: role, externalId: 'x-9' }),
        aws('ecs', { credentialSource: 'ecs', containerPath: '/v2/credentials/0f-1e' }),
        aws('eks', { credentialSource: 'eks', containerTokenFile }),
        aws('irsa', { credentialSource: 'web-identity', webIdentityTokenFile, webIdentityRoleArn: role }),
        ...['default', 'first', 'second', 'machine', 'both', 'here', 'program', 'person', 'nobody'].map(profile),
        shape('gce', 'vertex-ai', { ...vertex, credentialSource: 'metadata' }),
        shape('external', 'vertex-ai', { ...vertex, subjectTokenFile }, external),
        shape('impersonating', 'vertex-ai', { ...vertex, subjectTokenFile: subjectJson }, impersonating),
        shape('no-file', 'vertex-ai', vertex, external),
        shape('azure', 'azure-openai', { credentialSource: 'managed-identity' }),
        shape('azure-of-several', 'azure-openai', { credentialSource: 'managed-identity', clientId: 'identity-2' }),
      ],
    },
  })
})
afterAll(async () => {
  await gateway.close()
  await Promise.all([metadata.close(), provider.close(), tokens.close()])
  await rm(folder, { recursive: true })
})
beforeEach(() => {
  for (const mock of [metadata, provider, tokens]) mock.reset()
  metadata.script(metadataScript)
  tokens.script(tokenScript)
  provider.script(({ path }) =>
    path.startsWith('/model/')
      ? unary(fixture('anthropic/message.json'))
      : path.includes(':generateContent')
        ? unary(fixture('gemini/generate-content.json'))
        : unary(fixture('openai/chat-completion.json')),
  )
})

function metadataScript({ method, path }: ReceivedRequest): MockReply {
  const at = `${method} ${path.split('?')[0]}`
  if (at === 'PUT /latest/api/token') return unary('imds-token')
  if (at === 'GET /latest/meta-data/iam/security-credentials/') return unary('role-of-the-machine')
  if (at === 'GET /latest/meta-data/iam/security-credentials/role-of-the-machine') return unary(pair('machine'))
  if (at === 'GET /v2/credentials/0f-1e') return unary(pair('task'))
  if (at === 'GET /v1/credentials') return unary(pair('pod'))
  if (at.endsWith('/service-accounts/default/token')) return tokenReply('ya29.of-the-machine')
  if (at === 'GET /metadata/identity/oauth2/token') return tokenReply('token-of-the-identity', '86399')
  return unary('nothing here', { status: 404 })
}

function tokenScript({ path, body }: ReceivedRequest): MockReply {
  if (path === '/sts') return tokenReply('federated-token')
  if (path === '/impersonate') return unary({ accessToken: 'ya29.impersonated', expireTime: '2999-01-01T00:00:00Z' })
  const { RoleArn = '', Action = '' } = formOf(body)
  const taken = pair(Action === 'AssumeRole' ? `role${RoleArn.slice(-1)}` : 'web')
  const fields = `<AccessKeyId>${taken.AccessKeyId}</AccessKeyId><SecretAccessKey>${taken.SecretAccessKey}</SecretAccessKey><SessionToken>${taken.Token}</SessionToken><Expiration>${taken.Expiration}</Expiration>`
  return unary(`<R><Credentials>${fields}</Credentials></R>`)
}

const askAws = (account: string) =>
  gateway.post(`/model/${encodeURIComponent(`${account}/anthropic.claude-x`)}/invoke`, { anthropic_version: 'v' })
const askChat = (model: string) =>
  gateway.post('/v1/chat/completions', { model, messages: [{ role: 'user', content: 'Who?' }] })
const signedBy = (request: ReceivedRequest | undefined): string | undefined =>
  /Credential=(\w+)\//.exec(String(request?.headers['authorization']))?.[1]

describe('an account of Bedrock', () => {
  it.each([
    ['instance', 'machine'],
    ['ecs', 'task'],
    ['eks', 'pod'],
    ['irsa', 'web'],
  ])('signs with what the gateway gets where it runs (%s)', async (account, name) => {
    const reply = await askAws(account)
    expect(reply.status).toBe(200)
    const [request] = provider.requests
    expect(signedBy(request)).toBe(pair(name).AccessKeyId)
    expect(request?.headers['x-amz-security-token']).toBe(pair(name).Token)
  })

  it('has asked as each service wants it, once for all calls, and never without a token', async () => {
    // Tokens of the calls above are kept; this account is new to the mock.
    await Promise.all([askAws('instance-role'), askAws('instance-role')])
    const [asking, ...gets] = metadata.requests
    expect([asking?.method, asking?.headers['x-aws-ec2-metadata-token-ttl-seconds']]).toEqual(['PUT', '300'])
    expect(gets.map(({ method, headers }) => [method, headers['x-aws-ec2-metadata-token']])).toEqual([
      ['GET', 'imds-token'],
      ['GET', 'imds-token'],
    ])
    expect(tokens.requests).toHaveLength(1)
    expect(signedBy(tokens.requests[0])).toBe(pair('machine').AccessKeyId)
    expect(formOf(tokens.requests[0]?.body ?? Buffer.alloc(0))).toMatchObject({ RoleArn: role, ExternalId: 'x-9' })
  })

  it.each([
    ['default', 'AKIADEFAULT000000000', []],
    ['first', pair('role1').AccessKeyId, ['AKIADEFAULT000000000']],
    ['machine', pair('role3').AccessKeyId, [pair('machine').AccessKeyId]],
    ['both', pair('role4').AccessKeyId, ['AKIABOTH000000000000']],
    ['second', pair('role2').AccessKeyId, ['AKIADEFAULT000000000', pair('role1').AccessKeyId]],
  ])('takes the roles of the profile %s', async (name, signer, sources) => {
    expect((await askAws(`profile-${name}`)).status).toBe(200)
    expect(signedBy(provider.requests[0])).toBe(signer)
    expect(tokens.requests.map(signedBy)).toEqual(sources)
  })

  it.each([
    ['here', 'in a circle'],
    ['program', '`credentialProcess: run` only'],
    ['person', 'a person signs in, but not all of'],
    ['nobody', 'no key pair of the profile'],
  ])('says what is wrong with the profile %s', async (name, words) => {
    const reply = await askAws(`profile-${name}`)
    expect(reply.headers['x-portcullis-error']).toBe('upstream_unauthorized')
    expect(reply.json.message).toContain(words)
    expect(provider.requests).toEqual([])
  })
})

describe('an account of Vertex AI', () => {
  it('uses the service account of the machine', async () => {
    expect((await askChat('gce/google/gemini-2.5-flash')).status).toBe(200)
    expect(provider.requests[0]?.headers['authorization']).toBe('Bearer ya29.of-the-machine')
    expect(metadata.requests[0]?.headers['metadata-flavor']).toBe('Google')
  })

  it('trades the token of a workload, from the file that the account names', async () => {
    expect((await askChat('external/google/gemini-2.5-flash')).status).toBe(200)
    expect(provider.requests[0]?.headers['authorization']).toBe('Bearer federated-token')
    expect(formOf(tokens.requests[0]?.body ?? Buffer.alloc(0))).toMatchObject({
      grant_type: 'urn:ietf:params:oauth:grant-type:token-exchange',
      subject_token: 'token.of.the.subject',
    })
    const refused = await askChat('no-file/google/gemini-2.5-flash')
    expect(refused.json.error.message).toContain('subjectTokenFile')
    expect(tokens.requests).toHaveLength(1)
  })

  it('takes the place of a service account with it', async () => {
    expect((await askChat('impersonating/google/gemini-2.5-flash')).status).toBe(200)
    expect(provider.requests[0]?.headers['authorization']).toBe('Bearer ya29.impersonated')
    const [first, second] = tokens.requests
    expect(formOf(first?.body ?? Buffer.alloc(0))).toMatchObject({ subject_token: 'token.in.json' })
    expect(second?.headers['authorization']).toBe('Bearer federated-token')
  })
})

describe('an account of Azure OpenAI', () => {
  it.each([
    ['azure', null],
    ['azure-of-several', 'identity-2'],
  ])('uses the identity of the machine (%s)', async (account, client) => {
    expect((await askChat(`${account}/gpt-5-mini`)).status).toBe(200)
    expect(provider.requests[0]?.headers['authorization']).toBe('Bearer token-of-the-identity')
    expect(provider.requests[0]?.headers['api-key']).toBeUndefined()
    const [request] = metadata.requests
    const { searchParams } = new URL(request?.path ?? '', metadata.origin)
    expect(searchParams.get('resource')).toBe('https://cognitiveservices.azure.com')
    expect(searchParams.get('client_id')).toBe(client)
    expect(request?.headers['metadata']).toBe('true')
  })
})
