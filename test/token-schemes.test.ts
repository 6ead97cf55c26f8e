import { generateKeyPairSync } from 'node:crypto'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { importSPKI, jwtVerify } from 'jose'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { stream } from './support/mock-replies.ts'
import { ask, formOf, startTokenBed, type TokenBed, tokenReply } from './support/token-bed.ts'

const secret = 'the-secret-of-the-account-0123456789'
const keys = generateKeyPairSync('rsa', {
  modulusLength: 2048,
  publicKeyEncoding: { type: 'spki', format: 'pem' },
  privateKeyEncoding: { type: 'pkcs8', format: 'pem' },
})

let folder: string
let bed: TokenBed
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'portcullis-keys-'))
  const privateKeyFile = join(folder, 'key.pem')
  await writeFile(privateKeyFile, keys.privateKey)
  bed = await startTokenBed(({ provider, tokens }) => {
    const account = (id: string, kind: string, options: Readonly<Record<string, string>>, apiKey: string = secret) => ({
      id,
      provider: kind,
      baseUrl: provider,
      allowPrivateNetwork: true,
      ...(apiKey === '' ? {} : { apiKey }),
      options,
    })
    const snowflake = { account: 'my_org-account1.eu', user: 'me' }
    return [
      account('bricks', 'databricks', { clientId: 'client:1' }),
      account('bricks-pat', 'databricks', {}),
      account('flake-key', 'snowflake', snowflake, keys.privateKey),
      account('flake-line', 'snowflake', snowflake, keys.privateKey.replaceAll('\n', '\\n')),
      account('flake-file', 'snowflake', { ...snowflake, privateKeyFile }, ''),
      account('flake-lost', 'snowflake', { ...snowflake, privateKeyFile: `${privateKeyFile}.lost` }, ''),
      account('flake-bad', 'snowflake', snowflake, secret),
      account('flake-pat', 'snowflake', {}),
      account('flake-oauth', 'snowflake', { tokenType: 'OAUTH' }),
      account('worker', 'cloudflare-workers-ai', {}),
      account('aig', 'cloudflare-ai-gateway', {}),
      account('aig-vendor', 'cloudflare-ai-gateway', { keyOf: 'vendor' }),
      account('ibm', 'watsonx', { projectId: 'project-1', iamUrl: tokens }),
      account('ibm-space', 'watsonx', { spaceId: 'space-1', iamUrl: tokens, version: '2026-01-01' }),
      account('sap', 'sap-ai-core', { clientId: 'client-1', tokenUrl: `${tokens}/`, resourceGroup: 'group-1' }),
      account('github', 'github-models', { organization: 'acme' }),
    ]
  })
})
afterAll(async () => {
  await bed.close()
  await rm(folder, { recursive: true, force: true })
})
beforeEach(() => bed.reset())

/** What the provider got for one call. */
async function sent(model: string, more: Readonly<Record<string, unknown>> = {}) {
  const reply = await ask(bed, model, more)
  expect(reply.status).toBe(200)
  const request = bed.provider.requests.at(-1)
  if (request === undefined) throw new Error('The provider was not asked.')
  return request
}

describe('Databricks', () => {
  it('trades the secret of a service principal at the workspace, which is told who asks with HTTP Basic', async () => {
    // The workspace is both: it gives tokens and serves models.
    bed.provider.reply(tokenReply('databricks-token'))
    const { path, headers } = await sent('bricks/databricks-claude-sonnet-4-5')
    const asked = bed.provider.requests[0]
    expect(asked?.path).toBe('/oidc/v1/token')
    expect(asked?.headers['authorization']).toBe(`Basic ${Buffer.from(`client%3A1:${secret}`).toString('base64')}`)
    expect(formOf(asked?.body ?? Buffer.of())).toEqual({ grant_type: 'client_credentials', scope: 'all-apis' })
    expect(path).toBe('/serving-endpoints/chat/completions')
    expect(headers['authorization']).toBe('Bearer databricks-token')
  })

  it('takes a personal access token as it is', async () => {
    expect((await sent('bricks-pat/model')).headers['authorization']).toBe(`Bearer ${secret}`)
    expect(bed.provider.requests).toHaveLength(1)
  })
})

describe('Snowflake', () => {
  it.each(['flake-key', 'flake-line', 'flake-file'])(
    'gets a token that the key pair of the user signed (%s)',
    async (id) => {
      const { path, headers } = await sent(`${id}/claude-sonnet-4-5`)
      expect(path).toBe('/api/v2/cortex/v1/chat/completions')
      expect(headers['x-snowflake-authorization-token-type']).toBe('KEYPAIR_JWT')
      const token = String(headers['authorization']).replace('Bearer ', '')
      const { payload, protectedHeader } = await jwtVerify(token, await importSPKI(keys.publicKey, 'RS256'))
      expect(protectedHeader).toEqual({ alg: 'RS256', typ: 'JWT' })
      expect(payload.sub).toBe('MY_ORG-ACCOUNT1.ME')
      expect(payload.iss).toMatch(/^MY_ORG-ACCOUNT1\.ME\.SHA256:[A-Za-z0-9+/]{43}=$/)
      expect(Number(payload.exp) - Number(payload.iat)).toBeLessThan(3600)
      expect(bed.tokens.requests).toHaveLength(0)
    },
  )

  it.each([
    ['flake-lost', /credential file of the account cannot be read \(ENOENT\)/],
    ['flake-bad', /private key cannot be read/],
  ])('is not asked without a key that can be used (%s)', async (id, says) => {
    const reply = await ask(bed, `${id}/claude-sonnet-4-5`)
    expect(reply.headers['x-portcullis-error']).toBe('upstream_unauthorized')
    expect(reply.json.error.message).toMatch(says)
    expect(reply.text).not.toContain(secret)
    expect(bed.provider.requests).toHaveLength(0)
  })

  it.each([
    ['flake-pat', 'PROGRAMMATIC_ACCESS_TOKEN'],
    ['flake-oauth', 'OAUTH'],
  ])('is told what kind of token it gets (%s)', async (id, kind) => {
    const { headers } = await sent(`${id}/claude-sonnet-4-5`)
    expect(headers['authorization']).toBe(`Bearer ${secret}`)
    expect(headers['x-snowflake-authorization-token-type']).toBe(kind)
  })
})

describe('models of Snowflake', () => {
  it('are spoken to in the dialect of the client where Snowflake has it: Claude in that of Anthropic', async () => {
    const body = { max_tokens: 9, messages: [{ role: 'user', content: 'Who?' }] }
    for (const model of ['claude-sonnet-4-5', 'openai-gpt-5']) {
      expect((await bed.gateway.post('/v1/messages', { ...body, model: `flake-pat/${model}` })).status).toBe(200)
    }
    await ask(bed, 'flake-pat/claude-sonnet-4-5')
    expect(bed.provider.requests.map(({ path }) => path)).toEqual([
      '/api/v2/cortex/v1/messages',
      '/api/v2/cortex/v1/chat/completions',
      '/api/v2/cortex/v1/chat/completions',
    ])
    expect(bed.provider.requests[0]?.headers).toMatchObject({
      authorization: `Bearer ${secret}`,
      'anthropic-version': '2023-06-01',
    })
  })
})

describe('Cloudflare', () => {
  it('gets its own token or the key of the vendor behind it, each in its header', async () => {
    expect((await sent('worker/@cf/openai/gpt-oss-20b')).headers['authorization']).toBe(`Bearer ${secret}`)
    const own = await sent('aig/openai/gpt-5-mini')
    expect(own.headers['cf-aig-authorization']).toBe(`Bearer ${secret}`)
    expect(own.headers).not.toHaveProperty('authorization')
    expect(own.json).toMatchObject({ model: 'openai/gpt-5-mini' })
    const vendor = await sent('aig-vendor/openai/gpt-5-mini')
    expect(vendor.headers['authorization']).toBe(`Bearer ${secret}`)
    expect(vendor.headers).not.toHaveProperty('cf-aig-authorization')
  })
})

describe('watsonx', () => {
  it('gets a token of IAM, the project, and names of its own', async () => {
    bed.tokens.reply(tokenReply('iam-token', '3600'))
    const { path, headers, json } = await sent('ibm/ibm/granite-4', { tool_choice: 'auto', max_completion_tokens: 9 })
    expect(bed.tokens.requests[0]?.path).toBe('/identity/token')
    expect(formOf(bed.tokens.requests[0]?.body ?? Buffer.of())).toEqual({
      grant_type: 'urn:ibm:params:oauth:grant-type:apikey',
      apikey: secret,
    })
    expect(path).toBe('/ml/v1/text/chat?version=2025-02-11')
    expect(headers['authorization']).toBe('Bearer iam-token')
    expect(json).toEqual({
      model_id: 'ibm/granite-4',
      project_id: 'project-1',
      messages: [{ role: 'user', content: 'Who?' }],
      max_completion_tokens: 9,
      tool_choice_option: 'auto',
    })
  })

  it('streams at another path, and its end without a terminator is a whole one', async () => {
    const chunk = (delta: object, finish: string | null, more: object = {}) =>
      `id: 1\nevent: message\ndata: ${JSON.stringify({ id: 'c', object: 'chat.completion.chunk', model_id: 'm', created: 1, choices: [{ index: 0, delta, finish_reason: finish }], ...more })}\n\n`
    bed.provider.reply(
      stream([
        chunk({ role: 'assistant', content: 'Halt' }, null),
        chunk({ content: '!' }, 'stop'),
        `id: 3\nevent: message\ndata: ${JSON.stringify({ id: 'c', object: 'chat.completion.chunk', choices: [], usage: { prompt_tokens: 3, completion_tokens: 2, total_tokens: 5 } })}\n\n`,
      ]),
    )
    const choice = { type: 'function', function: { name: 'look' } }
    const tools = [{ type: 'function', function: { name: 'look', parameters: { type: 'object' } } }]
    const reply = await ask(bed, 'ibm-space/m', {
      stream: true,
      stream_options: { include_usage: true },
      tools,
      tool_choice: choice,
    })
    expect(reply.status).toBe(200)
    expect(reply.text).toMatch(/"Halt"[\s\S]*data: \[DONE\]/)
    const [request] = bed.provider.requests
    expect(request?.path).toBe('/ml/v1/text/chat_stream?version=2026-01-01')
    expect(request?.json).toEqual({
      model_id: 'm',
      space_id: 'space-1',
      messages: [{ role: 'user', content: 'Who?' }],
      tools,
      tool_choice: choice,
    })
    expect(await bed.gateway.call(reply)).toMatchObject({ status: 200, inputTokens: 3, outputTokens: 2 })
  })

  it('is spared what it refuses, and the caller is told', async () => {
    const reply = await ask(bed, 'ibm/m', { user: 'u', parallel_tool_calls: false })
    expect(reply.headers['x-portcullis-dropped']).toBe('user, parallel_tool_calls')
    expect(bed.provider.requests[0]?.json).not.toHaveProperty('user')
  })
})

describe('SAP AI Core', () => {
  it('gets a token of its own authentication service, the resource group, and the deployment in the URL', async () => {
    bed.tokens.reply(tokenReply('sap-token'))
    const { path, headers } = await sent('sap/d1234567890abcdef')
    expect(bed.tokens.requests[0]?.path).toBe('/oauth/token')
    expect(formOf(bed.tokens.requests[0]?.body ?? Buffer.of())).toEqual({
      grant_type: 'client_credentials',
      client_id: 'client-1',
      client_secret: secret,
    })
    expect(path).toBe('/v2/inference/deployments/d1234567890abcdef/chat/completions?api-version=2024-10-21')
    expect(headers['authorization']).toBe('Bearer sap-token')
    expect(headers['ai-resource-group']).toBe('group-1')
  })
})

describe('GitHub Models', () => {
  it('is asked in the name of the organization', async () => {
    const { path, headers } = await sent('github/openai/gpt-5-mini')
    expect(path).toBe('/orgs/acme/inference/chat/completions')
    expect(headers['authorization']).toBe(`Bearer ${secret}`)
    expect(headers['x-github-api-version']).toBe('2022-11-28')
  })
})
