import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { chunkedPost } from './support/client.ts'
import { startTestbed, type Testbed } from './support/testbed.ts'

let bed: Testbed
beforeAll(async () => {
  bed = await startTestbed({
    limits: { maxBodyBytes: 10_000 },
    keys: [{ id: 'narrow', key: 'narrow-key-0000000000000000000000000000', models: ['fast', 'gpt-5*'] }],
  })
})
afterAll(() => bed.close())
beforeEach(() => bed.reset())

const good = { model: 'gpt-5-mini', max_tokens: 5, messages: [{ role: 'user', content: 'Who goes there?' }] }

interface BadInput {
  readonly fault: string
  readonly body?: unknown
  readonly headers?: Readonly<Record<string, string>>
  readonly status: number
  readonly code: string
  readonly message: RegExp
}

const table: readonly BadInput[] = [
  { fault: 'an empty body', body: '', status: 400, code: 'invalid_json', message: /empty/ },
  {
    fault: 'half a JSON',
    body: '{"model":"gpt-5-mini","messages":[{"ro',
    status: 400,
    code: 'invalid_json',
    message: /JSON/,
  },
  {
    fault: 'a JSON with a comma too many',
    body: '{"model":"gpt-5-mini",}',
    status: 400,
    code: 'invalid_json',
    message: /character 22/,
  },
  {
    fault: 'a secret in broken JSON',
    body: '{"key": sk-very-secret}',
    status: 400,
    code: 'invalid_json',
    message: /^(?!.*secret)/,
  },
  { fault: 'an array', body: '[]', status: 400, code: 'invalid_json', message: /object/ },
  { fault: 'a number', body: '42', status: 400, code: 'invalid_json', message: /object/ },
  { fault: 'null', body: 'null', status: 400, code: 'invalid_json', message: /object/ },
  { fault: 'a byte order mark', body: '\ufeff{}', status: 400, code: 'invalid_json', message: /JSON/ },
  {
    fault: 'Latin-1',
    body: Buffer.from('{"model":"gr\u00fc\u00df"}', 'latin1'),
    status: 400,
    code: 'invalid_utf8',
    message: /UTF-8/,
  },
  {
    fault: 'a surrogate in UTF-8',
    body: Buffer.from([0x7b, 0x22, 0xed, 0xa0, 0x80, 0x22, 0x7d]),
    status: 400,
    code: 'invalid_utf8',
    message: /UTF-8/,
  },
  {
    fault: 'form data',
    body: 'model=x',
    headers: { 'content-type': 'application/x-www-form-urlencoded' },
    status: 415,
    code: 'invalid_content_type',
    message: /form-urlencoded/,
  },
  {
    fault: 'text',
    body: good,
    headers: { 'content-type': 'text/plain' },
    status: 415,
    code: 'invalid_content_type',
    message: /text\/plain/,
  },
  {
    fault: 'a compressed body',
    body: good,
    headers: { 'content-encoding': 'gzip' },
    status: 415,
    code: 'invalid_encoding',
    message: /gzip/,
  },
  {
    fault: 'a body over the limit',
    body: { ...good, pad: 'x'.repeat(10_000) },
    status: 413,
    code: 'body_too_large',
    message: /10000 bytes/,
  },
  { fault: 'no model', body: { messages: [] }, status: 400, code: 'invalid_request', message: /`model`/ },
  {
    fault: 'a model that is a number',
    body: { ...good, model: 5 },
    status: 400,
    code: 'invalid_request',
    message: /`model`/,
  },
  { fault: 'an empty model', body: { ...good, model: '' }, status: 400, code: 'invalid_request', message: /`model`/ },
  {
    fault: 'two models',
    body: '{"model":"gpt-5-mini","messages":[],"model":"claude-sonnet-4-5"}',
    status: 400,
    code: 'invalid_request',
    message: /twice/,
  },
  {
    // Servers in Go take the last of both.
    fault: 'two models, one of them in another spelling',
    body: '{"model":"gpt-5-mini","messages":[],"Model":"claude-sonnet-4-5"}',
    status: 400,
    code: 'invalid_request',
    message: /another spelling/,
  },
  {
    fault: 'two models, one of them escaped',
    body: '{"mod\\u0065l":"fast","messages":[],"model":"fast"}',
    status: 400,
    code: 'invalid_request',
    message: /twice/,
  },
  {
    fault: 'a stream that is a text',
    body: { ...good, stream: 'yes' },
    status: 400,
    code: 'invalid_request',
    message: /`stream`/,
  },
  {
    fault: 'an unknown model',
    body: { ...good, model: 'gpt-5-minni' },
    status: 404,
    code: 'unknown_model',
    message: /gpt-5-minni.*gpt-5-mini/,
  },
  {
    fault: 'an unknown provider',
    body: { ...good, model: 'opnai/gpt-5' },
    status: 404,
    code: 'unknown_provider',
    message: /opnai.*openai/,
  },
  {
    fault: 'a provider without an account',
    body: { ...good, model: 'groq/llama-3.3-70b-versatile' },
    status: 404,
    code: 'unknown_provider',
    message: /groq/i,
  },
  { fault: 'no key', body: good, headers: { authorization: '' }, status: 401, code: 'missing_key', message: /key/ },
  {
    fault: 'an unknown key',
    body: good,
    headers: { authorization: 'Bearer pk-never-issued-0000000000000000' },
    status: 401,
    code: 'unknown_key',
    message: /^(?!.*never-issued)/,
  },
  {
    fault: 'a key with another scheme',
    body: good,
    headers: { authorization: 'Basic dXNlcjpwYXNz' },
    status: 401,
    code: 'missing_key',
    message: /key/,
  },
  {
    fault: 'two keys that differ',
    body: good,
    headers: { 'x-api-key': 'another-key-000000000000000000000000' },
    status: 400,
    code: 'conflicting_keys',
    message: /key/,
  },
  {
    fault: 'a model that the key may not use',
    body: { ...good, model: 'claude-sonnet-4-5' },
    headers: { authorization: 'Bearer narrow-key-0000000000000000000000000000' },
    status: 403,
    code: 'model_not_allowed',
    message: /claude-sonnet-4-5/,
  },
]

for (const [client, path] of [
  ['OpenAI', '/v1/chat/completions'],
  ['Anthropic', '/v1/messages'],
] as const) {
  describe(`a client of ${client}`, () => {
    it.each(table)('that sends $fault gets $status $code', async ({ body, headers = {}, status, code, message }) => {
      const reply = await bed.gateway.post(path, body, { headers })
      expect(reply.status).toBe(status)
      expect(reply.headers['x-portcullis-error']).toBe(code)
      expect(reply.headers['content-type']).toBe('application/json')
      expect(reply.json.error.message).toMatch(message)
      expect(reply.json.error.type).toBeTypeOf('string')
      if (client === 'OpenAI') expect(reply.json.error).toMatchObject({ code })
      else expect(reply.json.type).toBe('error')
      expect(bed.openai.requests).toHaveLength(0)
      expect(bed.anthropic.requests).toHaveLength(0)
    })

    it('that sends a body over the limit in chunks is stopped on the way', async () => {
      const reply = await chunkedPost(bed.gateway.url + path, bed.gateway.key, Buffer.alloc(6000, ' '), 3)
      expect(reply.status).toBe(413)
      expect(reply.headers['x-portcullis-error']).toBe('body_too_large')
    })

    it('may send a body of exactly the limit', async () => {
      const body = JSON.stringify({ ...good, pad: '' })
      const padded = body.replace('"pad":""', `"pad":"${'x'.repeat(10_000 - body.length)}"`)
      expect(Buffer.byteLength(padded)).toBe(10_000)
      expect((await bed.gateway.post(path, padded)).status).toBe(200)
    })

    it('is told the nearest path and the right method', async () => {
      const wrongPath = await bed.gateway.post(`${path}x`, good)
      expect(wrongPath.status).toBe(404)
      expect(wrongPath.headers['x-portcullis-error']).toBe('unknown_path')
      expect(wrongPath.json.error.message).toContain(path)
      const wrongMethod = await bed.gateway.get(path)
      expect(wrongMethod.status).toBe(405)
      expect(wrongMethod.headers['allow']).toBe('POST')
      expect(wrongMethod.headers['x-portcullis-error']).toBe('method_not_allowed')
    })

    it('that asks the data plane for what is on the control plane is told so', async () => {
      for (const asked of ['/metrics', '/api/v1/calls']) {
        const reply = await bed.gateway.get(asked)
        expect([reply.status, reply.headers['x-portcullis-error']]).toEqual([404, 'unknown_path'])
        expect(reply.json.error.message).toContain('control plane')
      }
    })

    it('that is refused is told what to do beside the error', async () => {
      const reply = await bed.gateway.post(path, good, { headers: { authorization: 'Bearer pcl_of-nobody' } })
      expect(reply.json.error.message).toContain('ask for a new one')
      expect(reply.headers['x-portcullis-help']).toBe('Check the virtual key, or ask for a new one.')
    })

    it('may present one key in any of the headers, and the same key in two', async () => {
      for (const headers of [
        { authorization: `Bearer ${bed.gateway.key}` },
        { authorization: `bearer ${bed.gateway.key}` },
        { authorization: '', 'x-api-key': bed.gateway.key },
        { authorization: '', 'api-key': bed.gateway.key },
        { authorization: '', 'x-goog-api-key': bed.gateway.key },
        { authorization: `Bearer ${bed.gateway.key}`, 'x-api-key': bed.gateway.key },
      ]) {
        expect((await bed.gateway.post(path, good, { headers })).status).toBe(200)
      }
    })

    it('that is refused is on record, with the code and without a provider', async () => {
      const reply = await bed.gateway.post(path, { ...good, model: 'gpt-5-minni' })
      const call = await bed.gateway.call(reply)
      expect(call).toMatchObject({
        status: 404,
        errorCode: 'unknown_model',
        requestedModel: 'gpt-5-minni',
        key: 'team-a',
      })
      expect(call.attempts).toEqual([])
    })
  })
}

/** Fields of a wrong type, which only show where the body has to be translated. */
const wrongTypes: readonly (readonly [dialect: 'openai' | 'anthropic', field: string, body: object])[] = [
  ['openai', 'messages', { messages: 'hello' }],
  ['openai', 'messages[0].role', { messages: [{ role: 'wizard', content: 'x' }] }],
  ['openai', 'messages[0].content', { messages: [{ role: 'user', content: 5 }] }],
  ['openai', 'messages[0].content[0].type', { messages: [{ role: 'user', content: [{ type: 'smell', smell: 'x' }] }] }],
  ['openai', 'temperature', { temperature: 'hot' }],
  ['openai', 'max_tokens', { max_tokens: 'many' }],
  ['openai', 'tools[0].function.name', { tools: [{ type: 'function', function: { name: 7 } }] }],
  ['openai', 'stop', { stop: { at: 'once' } }],
  ['anthropic', 'messages', { messages: {} }],
  ['anthropic', 'messages[0].role', { messages: [{ role: 'wizard', content: 'x' }] }],
  ['anthropic', 'messages[0].content[0].text', { messages: [{ role: 'user', content: [{ type: 'text', text: 5 }] }] }],
  ['anthropic', 'max_tokens', { max_tokens: 'many' }],
  ['anthropic', 'system', { system: 5 }],
  ['anthropic', 'tools[0].name', { tools: [{ input_schema: {} }] }],
]

describe('a body that has to be translated', () => {
  it.each(wrongTypes)('of %s with a wrong %s is refused with the name of the field', async (dialect, field, change) => {
    const path = dialect === 'openai' ? '/v1/chat/completions' : '/v1/messages'
    const model = dialect === 'openai' ? 'claude-sonnet-4-5' : 'gpt-5-mini'
    const reply = await bed.gateway.post(path, { ...good, model, ...change })
    expect(reply.status).toBe(400)
    expect(reply.headers['x-portcullis-error']).toBe('invalid_request')
    expect(reply.json.error.message).toContain(field)
    if (dialect === 'openai') expect(reply.json.error.param).toBe(field)
    expect(bed.openai.requests.length + bed.anthropic.requests.length).toBe(0)
  })
})

it.each([
  ['/api/chatt', { error: expect.stringContaining('/api/chat') }],
  ['/ollama/nothing', { error: expect.any(String) }],
  ['/v2/chatt', { message: expect.stringContaining('/v2/chat') }],
  ['/v1beta/nothing', { error: { status: 'NOT_FOUND' } }],
  ['/model/x/conversed', { message: expect.any(String) }],
  ['/anthropic/v1/nothing', { type: 'error' }],
  ['/v1/nothing', { error: { code: 'unknown_path' } }],
])('an unknown path is answered in the words of the dialect that has such paths: %s', async (path, body) => {
  const reply = await bed.gateway.post(path, {})
  expect([reply.status, reply.headers['x-portcullis-error']]).toEqual([404, 'unknown_path'])
  expect(reply.json).toMatchObject(body)
})
