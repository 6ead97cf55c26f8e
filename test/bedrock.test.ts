import { hash } from 'node:crypto'
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { signatureOf } from '../src/core/secrets/aws-signature.ts'
import {
  answerEvents,
  awsPair,
  type BedrockBed,
  bedrockApiKey,
  bedrockModel,
  binary,
  binaryStream,
  converseAnswer,
  converseTools,
  startBedrockBed,
  toolEvents,
} from './support/bedrock.ts'
import { type MockProvider, type ReceivedRequest, startMockProvider } from './support/mock-provider.ts'
import { inPieces, unary } from './support/mock-replies.ts'

let bed: BedrockBed
let sts: MockProvider
beforeAll(async () => {
  sts = await startMockProvider()
  bed = await startBedrockBed()
})
afterAll(async () => {
  await bed.close()
  await sts.close()
})
beforeEach(() => {
  bed.reset()
  sts.reset()
})

const path = (operation: string, account = 'bedrock-mock'): string =>
  `/model/${encodeURIComponent(`${account}/${bedrockModel}`)}/${operation}`
const messages = [{ role: 'user', content: [{ text: 'Who goes there?' }] }]
const answer = 'Grüße aus dem Torhaus 🏰 — alles ruhig.'

describe('a Bedrock client with a Bedrock provider', () => {
  it('has its body passed on and the reply returned, byte for byte', async () => {
    const body = '{ "messages": [{"role":"user","content":[{"text":"Hi"}]}],\n "fromTheFuture" : {"a":1.0} }'
    const reply = await bed.gateway.post(path('converse'), Buffer.from(body))
    expect(reply.body.equals(Buffer.from(JSON.stringify(converseAnswer)))).toBe(true)
    const [request] = bed.bedrock.requests
    expect(String(request?.body)).toBe(body)
    expect(request?.path).toBe(`/model/${encodeURIComponent(bedrockModel)}/converse`)
    expect(request?.headers['authorization']).toBe(`Bearer ${bedrockApiKey}`)
  })

  it.each([1, 7, 1000])('gets the very bytes of a stream, in pieces of %i', async (size) => {
    const bytes = binary(toolEvents)
    bed.bedrock.reply(binaryStream(inPieces(bytes, size)))
    const reply = await bed.gateway.post(path('converse-stream'), { messages })
    expect(reply.headers['content-type']).toBe('application/vnd.amazon.eventstream')
    expect(reply.headers['x-amzn-requestid']).toBe('aws-request-1')
    expect(reply.body.equals(bytes)).toBe(true)
    expect(await bed.gateway.call(reply)).toMatchObject({
      clientDialect: 'bedrock-converse',
      providerDialect: 'bedrock-converse',
      status: 200,
      inputTokens: 1143,
      cachedInputTokens: 1024,
      outputTokens: 212,
    })
  })

  it('is served below the prefix of the vendor too', async () => {
    const reply = await bed.gateway.post(`/bedrock${path('converse')}`, { messages })
    expect(reply.json).toEqual(converseAnswer)
  })
})

describe.each([
  ['openai', '/v1/chat/completions', { messages: [{ role: 'user', content: 'Who goes there?' }] }],
  ['anthropic', '/v1/messages', { max_tokens: 300, messages: [{ role: 'user', content: 'Who goes there?' }] }],
] as const)('an %s client with a Bedrock provider', (client, clientPath, body) => {
  const model = `bedrock-mock/${bedrockModel}`
  const textOf = (json: unknown): unknown => {
    const reply = json as { choices?: { message: { content: string } }[]; content?: { text: string }[] }
    return client === 'openai' ? reply.choices?.[0]?.message.content : reply.content?.[0]?.text
  }

  it('gets a whole answer', async () => {
    const reply = await bed.gateway.post(clientPath, { model, ...body })
    expect(textOf(reply.json)).toBe(answer)
    expect(bed.bedrock.requests[0]?.json).toMatchObject({ messages })
  })

  it('gets tool calls', async () => {
    bed.bedrock.reply(unary(converseTools))
    const reply = await bed.gateway.post(clientPath, { model, ...body })
    for (const said of ['Oslo', 'Zürich', 'tooluse_b']) expect(reply.text).toContain(said)
  })

  it.each([3, 1000])('gets a stream that came in pieces of %i', async (size) => {
    bed.bedrock.reply(binaryStream(inPieces(binary(answerEvents), size)))
    const reply = await bed.gateway.post(clientPath, { model, ...body, stream: true })
    expect(reply.headers['content-type']).toContain('text/event-stream')
    for (const said of ['Grüße aus ', 'dem Torhaus 🏰', ' — alles ruhig.']) expect(reply.text).toContain(said)
    expect(reply.text).toContain(client === 'openai' ? '[DONE]' : 'message_stop')
    expect(bed.bedrock.requests[0]?.path).toMatch(/\/converse-stream$/)
  })

  it('hears of an exception inside a stream', async () => {
    const exception = { event: 'modelStreamErrorException', data: '{"message":"The model broke."}' }
    bed.bedrock.reply(binaryStream(binary([...answerEvents.slice(0, 2), exception])))
    const reply = await bed.gateway.post(clientPath, { model, ...body, stream: true })
    expect(reply.text).toContain('The model broke.')
    expect(reply.text).not.toContain(client === 'openai' ? '[DONE]' : 'message_stop')
  })
})

/** Whether a request was signed with this pair, by the headers that it names. */
function isSigned(request: ReceivedRequest, pair: typeof awsPair, region: string, service = 'bedrock'): boolean {
  const pattern = /^AWS4-HMAC-SHA256 Credential=(\S+), SignedHeaders=(\S+), Signature=([0-9a-f]{64})$/
  const [, credential, names = '', signature] = pattern.exec(String(request.headers['authorization'])) ?? []
  const time = String(request.headers['x-amz-date'])
  const headers = Object.fromEntries(names.split(';').map((name) => [name, String(request.headers[name])]))
  expect(credential).toBe(`${pair.accessKeyId}/${time.slice(0, 8)}/${region}/${service}/aws4_request`)
  expect(names.split(';')).toEqual(
    expect.arrayContaining(['content-type', 'host', 'x-amz-date', 'x-amz-security-token']),
  )
  expect(headers['x-amz-security-token']).toBe(pair.sessionToken)
  const { method, path: signedPath, body } = request
  const signable = { method, path: signedPath, headers, payloadHash: hash('sha256', body, 'hex') }
  return signature === signatureOf(signable, { time, region, service }, pair.secretAccessKey)
}

describe('an account with an access key', () => {
  it('signs each request anew, and never sends its secret', async () => {
    for (const operation of ['converse', 'converse-stream'])
      await bed.gateway.post(path(operation, 'bedrock-signed'), { messages })
    expect(bed.bedrock.requests).toHaveLength(2)
    for (const request of bed.bedrock.requests) {
      expect(isSigned(request, awsPair, 'eu-central-1')).toBe(true)
      expect(JSON.stringify(request.rawHeaders)).not.toContain(awsPair.secretAccessKey)
    }
  })

  it('signs what is translated for it', async () => {
    const body = { model: `bedrock-signed/${bedrockModel}`, messages: [{ role: 'user', content: 'Hi' }] }
    await bed.gateway.post('/v1/chat/completions', body)
    const [request] = bed.bedrock.requests
    expect(request && isSigned(request, awsPair, 'eu-central-1')).toBe(true)
  })
})

describe('an account with a profile', () => {
  it('signs with the key pair of the profile, and with those of a role that it takes', async () => {
    const file = join(bed.gateway.directory, 'aws-credentials')
    const { accessKeyId, secretAccessKey, sessionToken } = awsPair
    const lines = (id: string): string =>
      `aws_access_key_id = ${id}\naws_secret_access_key=${secretAccessKey}\naws_session_token = ${sessionToken}\n`
    await writeFile(file, `[default]\n${lines('AKIADEFAULT000000000')}\n[ team ]\n${lines(accessKeyId)}`)
    const account = { provider: 'bedrock', baseUrl: bed.bedrock.origin, allowPrivateNetwork: true }
    const options = { region: 'us-west-2', profile: 'team', credentialsFile: file }
    const roleArn = 'arn:aws:iam::123456789012:role/models'
    const other = await startBedrockBed({
      config: {
        providers: [
          { ...account, id: 'profile', options },
          { ...account, id: 'role', options: { ...options, roleArn, externalId: 'x1', stsEndpoint: `${sts.origin}/` } },
          { ...account, id: 'stranger', options: { ...options, profile: 'nobody' } },
        ],
      },
    })
    try {
      const taken = {
        accessKeyId: 'ASIATAKEN00000000000',
        secretAccessKey: 'taken/secret+key0',
        sessionToken: 'taken+token',
      }
      const fields = `<AccessKeyId>${taken.accessKeyId}</AccessKeyId><SecretAccessKey>${taken.secretAccessKey}</SecretAccessKey><SessionToken>${taken.sessionToken}</SessionToken><Expiration>2999-01-01T00:00:00Z</Expiration>`
      sts.reply(unary(`<AssumeRoleResponse><Credentials>${fields}</Credentials></AssumeRoleResponse>`))
      await other.gateway.post(path('converse', 'profile'), { messages })
      await other.gateway.post(path('converse', 'role'), { messages })
      const [profile, role] = bed.bedrock.requests
      expect(profile && isSigned(profile, awsPair, 'us-west-2')).toBe(true)
      expect(role && isSigned(role, taken, 'us-west-2')).toBe(true)
      const [asked] = sts.requests
      expect(asked && isSigned(asked, awsPair, 'us-west-2', 'sts')).toBe(true)
      const form = new URLSearchParams(String(asked?.body))
      expect(Object.fromEntries(form)).toMatchObject({ Action: 'AssumeRole', RoleArn: roleArn, ExternalId: 'x1' })
      const refused = await other.gateway.post(path('converse', 'stranger'), { messages })
      expect(refused.json).toMatchObject({ message: expect.stringContaining('nobody') })
    } finally {
      await other.close()
    }
  })
})
