import { generateKeyPairSync } from 'node:crypto'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { importSPKI, jwtVerify } from 'jose'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import type { MockReply, ReceivedRequest } from './support/mock-provider.ts'
import { fixture, stream, unary } from './support/mock-replies.ts'
import { ask, formOf, startTokenBed, type TokenBed, tokenReply } from './support/token-bed.ts'

const keys = generateKeyPairSync('rsa', {
  modulusLength: 2048,
  publicKeyEncoding: { type: 'spki', format: 'pem' },
  privateKeyEncoding: { type: 'pkcs8', format: 'pem' },
})
const user = { client_id: 'client-1', client_secret: 'secret-of-gcloud', refresh_token: 'refresh-token-0123456789' }

let folder: string
let bed: TokenBed
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'portcullis-google-'))
  const file = async (name: string, content: unknown): Promise<string> => {
    const path = join(folder, name)
    await writeFile(path, typeof content === 'string' ? content : JSON.stringify(content))
    return path
  }
  const userFile = join(folder, 'user.json')
  const externalFile = await file('external.json', { type: 'impersonated_service_account' })
  const brokenFile = await file('broken.json', '{"type": "service_account", "private_key": "-----BEGIN of-the-key')
  const hugeFile = await file('huge.json', 'x'.repeat(70_000))
  bed = await startTokenBed(({ provider, tokens }) => {
    const serviceAccount = {
      type: 'service_account',
      project_id: 'project-of-the-key',
      private_key_id: 'key-id-1',
      private_key: keys.privateKey,
      client_email: 'gateway@project-1.iam.gserviceaccount.com',
      token_uri: `${tokens}/token`,
    }
    const account = (id: string, credential: Readonly<Record<string, unknown>>, kind = 'vertex-ai') => ({
      id,
      provider: kind,
      baseUrl: provider,
      allowPrivateNetwork: true,
      ...credential,
      options: { project: 'project-1', location: 'europe-west4', ...Object(credential['options']) },
    })
    const apiKey = JSON.stringify(serviceAccount)
    return [
      account('service', { apiKey }),
      account('claude', { apiKey }, 'vertex-anthropic'),
      account('user', { options: { credentialsFile: userFile } }),
      account('ready', { apiKey: 'ya29.a-ready-token' }),
      account('external', { options: { credentialsFile: externalFile } }),
      account('broken', { options: { credentialsFile: brokenFile } }),
      account('huge', { options: { credentialsFile: hugeFile } }),
      account('folder', { options: { credentialsFile: folder } }),
    ]
  })
  await writeFile(userFile, JSON.stringify({ type: 'authorized_user', ...user, token_uri: `${bed.tokens.origin}/u` }))
})
afterAll(async () => {
  await bed.close()
  await rm(folder, { recursive: true, force: true })
})
beforeEach(() => bed.reset())

const geminiReply = {
  candidates: [{ content: { role: 'model', parts: [{ text: 'A friend.' }] }, finishReason: 'STOP', index: 0 }],
  usageMetadata: { promptTokenCount: 3, candidatesTokenCount: 2, totalTokenCount: 5 },
  modelVersion: 'gemini-2.5-flash',
}

function claudeReply({ path }: ReceivedRequest): MockReply {
  return path.endsWith(':streamRawPredict')
    ? stream(fixture('anthropic/message.sse'))
    : unary(fixture('anthropic/message.json'))
}

describe('a service account of Google', () => {
  it('is traded with an assertion that its key signed (RFC 7523)', async () => {
    bed.tokens.reply(tokenReply('google-token'))
    const reply = await ask(bed, 'service/google/gemini-2.5-flash')
    expect(reply.status).toBe(200)
    const [asked] = bed.tokens.requests
    expect(asked?.path).toBe('/token')
    const { assertion = '', ...form } = formOf(asked?.body ?? Buffer.of())
    expect(form).toEqual({ grant_type: 'urn:ietf:params:oauth:grant-type:jwt-bearer' })
    const { payload, protectedHeader } = await jwtVerify(assertion, await importSPKI(keys.publicKey, 'RS256'), {
      audience: `${bed.tokens.origin}/token`,
      issuer: 'gateway@project-1.iam.gserviceaccount.com',
    })
    expect(protectedHeader).toEqual({ alg: 'RS256', typ: 'JWT', kid: 'key-id-1' })
    expect(payload['scope']).toBe('https://www.googleapis.com/auth/cloud-platform')
    expect(Number(payload.exp) - Number(payload.iat)).toBe(3600)
    const [sent] = bed.provider.requests
    expect(sent?.path).toBe('/v1/projects/project-1/locations/europe-west4/endpoints/openapi/chat/completions')
    expect(sent?.headers['authorization']).toBe('Bearer google-token')
  })

  it('leaves the body as it came when the model has its publisher, and adds Google where it has none', async () => {
    await ask(bed, 'service/google/gemini-2.5-flash')
    await ask(bed, 'service/gemini-2.5-flash', { temperature: 1.0 })
    const [whole, short] = bed.provider.requests
    expect(whole?.body.toString()).toBe(
      '{"model":"google/gemini-2.5-flash","messages":[{"role":"user","content":"Who?"}]}',
    )
    expect(short?.json).toMatchObject({ model: 'google/gemini-2.5-flash', temperature: 1 })
  })

  it.each(['claude', 'service'])('serves Claude, whose model stands in the URL (%s)', async (id) => {
    bed.provider.script(claudeReply)
    const model = `${id}/claude-sonnet-4-5@20250929`
    const body = { model, max_tokens: 9, messages: [{ role: 'user', content: 'Who?' }] }
    const whole = await bed.gateway.post('/v1/messages', body, { headers: { 'anthropic-beta': 'a-beta' } })
    expect(whole.status).toBe(200)
    const streamed = await bed.gateway.post('/v1/messages', { ...body, stream: true })
    expect(streamed.text).toContain('message_stop')
    const translated = await ask(bed, model)
    expect(translated.status).toBe(200)
    const path = '/v1/projects/project-1/locations/europe-west4/publishers/anthropic/models/claude-sonnet-4-5@20250929'
    expect(bed.provider.requests.map((request) => request.path)).toEqual([
      `${path}:rawPredict`,
      `${path}:streamRawPredict`,
      `${path}:rawPredict`,
    ])
    const { model: _, ...rest } = body
    expect(bed.provider.requests[0]?.json).toEqual({ anthropic_version: 'vertex-2023-10-16', ...rest })
    expect(bed.provider.requests[0]?.headers['anthropic-beta']).toBe('a-beta')
    expect(bed.provider.requests[1]?.json).toMatchObject({ anthropic_version: 'vertex-2023-10-16', stream: true })
    for (const request of bed.provider.requests) expect(request.json).not.toHaveProperty('model')
  })

  it('serves Gemini in its own dialect, with what Vertex AI wants of it', async () => {
    bed.provider.script(() => unary(geminiReply))
    const call = { name: 'look', args: {} }
    const body = {
      contents: [
        { parts: [{ text: 'Who?' }] },
        { role: 'model', parts: [{ functionCall: { id: 'call-1', ...call }, thoughtSignature: 'c2ln' }] },
        { role: 'user', parts: [{ functionResponse: { id: 'call-1', name: 'look', response: { seen: 'a horse' } } }] },
      ],
    }
    const reply = await bed.gateway.post(`/v1beta/models/service/gemini-2.5-flash:generateContent`, body)
    expect(reply.json).toEqual(geminiReply)
    const [sent] = bed.provider.requests
    expect(sent?.path).toBe(
      '/v1/projects/project-1/locations/europe-west4/publishers/google/models/gemini-2.5-flash:generateContent',
    )
    expect(sent?.json).toEqual({
      contents: [
        { role: 'user', parts: [{ text: 'Who?' }] },
        { role: 'model', parts: [{ functionCall: call, thoughtSignature: 'c2ln' }] },
        { role: 'user', parts: [{ functionResponse: { name: 'look', response: { seen: 'a horse' } } }] },
      ],
    })
  })

  it('leaves a body of Gemini as it came when Vertex AI takes it', async () => {
    bed.provider.script(() => unary(geminiReply))
    const text = '{ "contents": [{"role":"user","parts":[{"text":"Who?"}]}], "unheard_of": 1.0 }'
    await bed.gateway.post('/v1beta/models/service/google%2Fgemini-2.5-flash:generateContent', text)
    expect(bed.provider.requests[0]?.body.toString()).toBe(text)
    expect(bed.provider.requests[0]?.path).toMatch(/\/publishers\/google\/models\/gemini-2\.5-flash:generateContent$/)
  })

  it('serves clients of Anthropic with Gemini as a stream, and models of other publishers where they are', async () => {
    bed.provider.script(({ path }) =>
      path.includes('openapi')
        ? unary(fixture('openai/chat-completion.json'))
        : stream(`data: ${JSON.stringify(geminiReply)}\n\n`),
    )
    const body = { max_tokens: 9, messages: [{ role: 'user', content: 'Who?' }] }
    const streamed = await bed.gateway.post('/v1/messages', {
      ...body,
      model: 'service/gemini-2.5-flash',
      stream: true,
    })
    expect(streamed.text).toMatch(/A friend[\s\S]*message_stop/)
    const other = await bed.gateway.post('/v1/messages', { ...body, model: 'service/meta/llama-4-scout-maas' })
    expect(other.status).toBe(200)
    const root = '/v1/projects/project-1/locations/europe-west4'
    expect(bed.provider.requests.map(({ path }) => path)).toEqual([
      `${root}/publishers/google/models/gemini-2.5-flash:streamGenerateContent?alt=sse`,
      `${root}/endpoints/openapi/chat/completions`,
    ])
    expect(bed.provider.requests[1]?.json).toMatchObject({ model: 'meta/llama-4-scout-maas' })
  })
})

describe('other credentials of Google', () => {
  it('of a user are refreshed', async () => {
    bed.tokens.reply(tokenReply('user-token'))
    await ask(bed, 'user/google/gemini-2.5-flash')
    expect(bed.tokens.requests[0]?.path).toBe('/u')
    expect(formOf(bed.tokens.requests[0]?.body ?? Buffer.of())).toEqual({ grant_type: 'refresh_token', ...user })
    expect(bed.provider.requests[0]?.headers['authorization']).toBe('Bearer user-token')
  })

  it('that are tokens already are sent as they are', async () => {
    await ask(bed, 'ready/google/gemini-2.5-flash')
    expect(bed.tokens.requests).toHaveLength(0)
    expect(bed.provider.requests[0]?.headers['authorization']).toBe('Bearer ya29.a-ready-token')
  })

  it.each([
    ['external', /has a type that is not supported/],
    ['broken', /no JSON of a service account/],
    ['huge', /larger than 65536 bytes/],
    ['folder', /cannot be read/],
  ])('that cannot be used are named without their words (%s)', async (id, says) => {
    const reply = await ask(bed, `${id}/google/gemini-2.5-flash`)
    expect(reply.headers['x-portcullis-error']).toBe('upstream_unauthorized')
    expect(reply.json.error.message).toMatch(says)
    expect(reply.text).not.toContain('of-the-key')
    expect(bed.tokens.requests).toHaveLength(0)
  })
})
