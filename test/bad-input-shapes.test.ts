import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { startTestbed, type Testbed } from './support/testbed.ts'

let bed: Testbed
beforeAll(async () => {
  bed = await startTestbed()
})
afterAll(() => bed.close())
beforeEach(() => bed.reset())

const ask = { model: 'fast', max_tokens: 5, messages: [{ role: 'user', content: 'Who goes there?' }] }

/** Where each dialect says the message of an error. */
const shapes = [
  ['/v1/chat/completions', { error: { message: expect.any(String), code: 'conflicting_keys' } }],
  ['/v1/completions', { error: { message: expect.any(String), code: 'conflicting_keys' } }],
  ['/v1/responses', { error: { message: expect.any(String), code: 'conflicting_keys' } }],
  ['/v1/messages', { type: 'error', error: { type: 'invalid_request_error', message: expect.any(String) } }],
  ['/v1beta/models/fast:generateContent', { error: { code: 400, status: 'INVALID_ARGUMENT' } }],
  ['/model/fast/converse', { message: expect.any(String) }],
  ['/api/chat', { error: expect.any(String) }],
  ['/api/generate', { error: expect.any(String) }],
  ['/v2/chat', { message: expect.any(String) }],
] as const

describe('two keys that differ', () => {
  it.each(shapes)('are refused at %s in the words of its dialect', async (path, shape) => {
    const headers = { 'x-api-key': 'pk-another-key-0000000000000000000000' }
    const reply = await bed.gateway.post(path, ask, { headers })
    expect([reply.status, reply.headers['x-portcullis-error']]).toEqual([400, 'conflicting_keys'])
    expect(reply.json).toMatchObject(shape)
    expect(reply.text).not.toContain('pk-another')
    expect(bed.openai.requests).toHaveLength(0)
  })
})

describe('a beta that nobody knows', () => {
  const headers = { 'anthropic-beta': 'a-beta-of-next-year-2027-01-01' }

  it('reaches a provider of its dialect', async () => {
    const reply = await bed.gateway.post('/v1/messages', { ...ask, model: 'clever' }, { headers })
    expect(reply.status).toBe(200)
    expect(bed.anthropic.requests[0]?.headers['anthropic-beta']).toBe(headers['anthropic-beta'])
    expect(reply.headers['x-portcullis-dropped']).toBeUndefined()
  })

  it('is left out and named for a provider of another', async () => {
    const reply = await bed.gateway.post('/v1/messages', ask, { headers })
    expect(reply.status).toBe(200)
    expect(bed.openai.requests[0]?.headers['anthropic-beta']).toBeUndefined()
    expect(reply.headers['x-portcullis-dropped']).toContain('anthropic-beta')
    expect((await bed.gateway.call(reply)).droppedParameters).toContain('anthropic-beta')
  })
})

describe('a beta of OpenAI', () => {
  const headers = { 'openai-beta': 'a-beta-of-next-year=v1' }

  it('reaches a provider of its dialect', async () => {
    const reply = await bed.gateway.post('/v1/chat/completions', ask, { headers })
    expect(bed.openai.requests[0]?.headers['openai-beta']).toBe(headers['openai-beta'])
    expect(reply.headers['x-portcullis-dropped']).toBeUndefined()
  })

  it.each([
    ['/v1/chat/completions', { messages: ask.messages }],
    ['/v1/responses', { input: 'x' }],
    ['/v1/completions', { prompt: 'x' }],
  ])('asked for at %s is left out and named for a provider of another', async (path, question) => {
    const reply = await bed.gateway.post(path, { model: 'clever', ...question }, { headers })
    expect(reply.status).toBe(200)
    expect(bed.anthropic.requests[0]?.headers['openai-beta']).toBeUndefined()
    expect(reply.headers['x-portcullis-dropped']).toContain('openai-beta')
  })
})

describe('a form that is cut short', () => {
  const headers = { 'content-type': 'multipart/form-data; boundary=cut' }
  const part = (name: string, value: string): string =>
    `--cut\r\ncontent-disposition: form-data; name="${name}"\r\n\r\n${value}`

  it.each(['/v1/files', '/v1/images/edits', '/v1/audio/transcriptions'])('is refused at %s', async (path) => {
    for (const body of [
      '',
      '--cut',
      '--cut\r\ncontent-disposition: form-data; na',
      part('purpose', 'bat'),
      part('model', 'fa'),
      `${part('model', 'fast')}\r\n--cut\r\ncontent-disposition: form-data; name="file"; filename="x"\r\n\r\nabc`,
    ]) {
      const reply = await bed.gateway.post(path, Buffer.from(body), { headers })
      expect([body, reply.status, reply.headers['x-portcullis-error']]).toEqual([body, 400, expect.any(String)])
      expect(reply.json.error.message).toBeTypeOf('string')
    }
    expect(bed.openai.requests).toHaveLength(0)
  })
})
