import { once } from 'node:events'
import { type IncomingMessage, request } from 'node:http'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { post } from './support/client.ts'
import { unary, vendorError } from './support/mock-replies.ts'
import { startTestbed, type Testbed } from './support/testbed.ts'

const narrowKey = 'pk-narrow-0123456789abcdef'
const accountKey = 'pk-of-one-account-0123456789'
const providerKey = 'pk-of-a-provider-0123456789abc'
let bed: Testbed
beforeAll(async () => {
  bed = await startTestbed({
    keys: [
      { id: 'narrow', key: narrowKey, models: ['gpt-5-mini', 'openai-mock/gpt-5-mini'] },
      { id: 'account', key: accountKey, models: ['openai-mock/*'] },
      { id: 'provider', key: providerKey, models: ['openai-compatible/*'] },
    ],
  })
})
afterAll(() => bed.close())
beforeEach(() => bed.reset())

const ask = (
  method: string,
  path: string,
  key = bed.gateway.key,
  body?: string | Buffer,
  headers: Record<string, string> = {},
) => post(bed.gateway.url + path, body, { method, headers: { authorization: `Bearer ${key}`, ...headers } })

const hasBody = (method: string): boolean => method !== 'GET' && method !== 'DELETE'

async function askAsWritten(path: string): Promise<{ status: number | undefined; code: unknown }> {
  const { hostname, port } = new URL(bed.gateway.url)
  const asked = request({ hostname, port, path, headers: { authorization: `Bearer ${bed.gateway.key}` } }).end()
  const [response] = (await once(asked, 'response')) as [IncomingMessage]
  response.resume()
  return { status: response.statusCode, code: response.headers['x-portcullis-error'] }
}

describe('a raw request', () => {
  it('reaches any path with any method, body and query as they came, with the credential of the account', async () => {
    const body = Buffer.from([0, 1, 254, 255])
    for (const method of ['GET', 'POST', 'PUT', 'PATCH', 'DELETE']) {
      bed.openai.reset()
      bed.openai.script(() => unary({ id: 'v1' }))
      const reply = await ask(
        method,
        '/p/openai-mock/videos/a%20b?limit=2&x=%2F',
        undefined,
        hasBody(method) ? body : undefined,
        {
          'content-type': 'application/octet-stream',
          'x-of-the-client': 'stays',
        },
      )
      expect(reply.status).toBe(200)
      const [sent] = bed.openai.requests
      expect([sent?.method, sent?.path]).toEqual([method, '/v1/videos/a%20b?limit=2&x=%2F'])
      expect(sent?.headers['authorization']).toBe(`Bearer ${bed.secrets.openai}`)
      expect(sent?.headers).not.toHaveProperty('x-of-the-client')
      if (hasBody(method)) expect(sent?.body).toEqual(body)
    }
  })

  it('is a call on record, with its usage', async () => {
    bed.openai.reply(unary({ id: 'v1', usage: { input_tokens: 3, output_tokens: 4 } }))
    const call = await bed.gateway.call(
      await ask('POST', '/p/openai/videos', undefined, '{}', { 'content-type': 'application/json' }),
    )
    expect(call).toMatchObject({
      status: 200,
      provider: 'openai',
      key: 'team-a',
      inputTokens: 3,
      outputTokens: 4,
      costUsd: null,
    })
  })

  it('has an empty reply, a file or an error of the provider as it is', async () => {
    bed.openai.reply(({ response }) => void response.writeHead(204).end())
    expect((await ask('DELETE', '/p/openai-mock/files/f1')).status).toBe(204)
    bed.openai.reply(
      ({ response }) => void response.writeHead(200, { 'content-type': 'video/mp4' }).end(Buffer.from([1, 2])),
    )
    const file = await ask('GET', '/p/openai-mock/videos/v1/content')
    expect([file.headers['content-type'], file.body]).toEqual(['video/mp4', Buffer.from([1, 2])])
    bed.openai.reply(vendorError(404, { message: 'No such file.' }))
    const missing = await ask('GET', '/p/openai-mock/files/none')
    expect([missing.status, missing.json.error.message]).toEqual([404, 'No such file.'])
  })
})

describe('a raw request that tries to get further', () => {
  it('by a path that leads elsewhere is refused', async () => {
    for (const path of [
      '/p/openai-mock/../../admin',
      '/p/openai-mock/..%2f..%2fadmin',
      '/p/openai-mock/%2e%2e/admin',
      '/p/openai-mock/a/%2E./b',
      '/p/openai-mock/a//b',
      '/p/openai-mock//evil.example/x',
      '/p/openai-mock/a%5c..%5cb',
      '/p/openai-mock/a%00b',
      '/p/openai-mock/%ff',
    ]) {
      // Not through a URL, whose parser would take the dots away.
      const { status, code } = await askAsWritten(path)
      expect([path, status, code]).toEqual([path, 400, 'invalid_request'])
    }
    expect(bed.openai.requests).toHaveLength(0)
  })

  it('past the models of its key is refused; a key for all models of the account may', async () => {
    for (const path of ['/p/openai-mock/chat/completions', '/p/openai/chat/completions']) {
      const reply = await ask('POST', path, narrowKey, '{"model":"gpt-5-pro"}', { 'content-type': 'application/json' })
      expect([reply.status, reply.headers['x-portcullis-error']]).toEqual([403, 'model_not_allowed'])
    }
    expect((await ask('GET', '/p/anthropic-mock/v1/models', accountKey)).status).toBe(403)
    bed.openai.reply(unary({}))
    expect((await ask('GET', '/p/openai-mock/models', accountKey)).status).toBe(200)
    expect(bed.openai.requests).toHaveLength(1)
  })

  it('to another account of a provider than the one that its name means is refused', async () => {
    for (const name of ['openai-compatible', 'chat-mock']) {
      bed.openai.reply(unary({}))
      expect((await ask('GET', `/p/${name}/models`, providerKey)).status).toBe(200)
    }
    const reply = await ask('GET', '/p/down/models', providerKey)
    expect([reply.status, reply.headers['x-portcullis-error']]).toEqual([403, 'model_not_allowed'])
  })

  it('without a key, or to an account that is not there, is refused', async () => {
    expect((await post(`${bed.gateway.url}/p/openai-mock/models`, undefined, { method: 'GET' })).status).toBe(401)
    expect((await ask('GET', '/p/nobody/models')).status).toBe(404)
    expect((await ask('OPTIONS', '/p/openai-mock/models')).status).toBe(405)
    expect(bed.openai.requests).toHaveLength(0)
  })

  it('is shown no credential, even when the provider echoes it', async () => {
    bed.openai.reply(vendorError(401, { message: `Incorrect API key: ${bed.secrets.openai}` }))
    expect((await ask('GET', '/p/openai-mock/models')).text).not.toContain(bed.secrets.openai)
  })
})
