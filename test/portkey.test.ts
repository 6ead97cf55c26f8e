import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { heldReply, unary } from './support/mock-replies.ts'
import { body, path, portkeyAsking } from './support/portkey-asking.ts'
import { startTestbed, type Testbed } from './support/testbed.ts'

let bed: Testbed
beforeAll(async () => {
  bed = await startTestbed()
})
afterAll(() => bed.close())
beforeEach(() => bed.reset())

const { ask, askWith } = portkeyAsking(() => bed)

describe('a key of Portkey', () => {
  const placeholder = 'Bearer DUMMY-KEY'

  it('is taken from its own header, beside the placeholder of its SDK or the same key', async () => {
    const key = bed.gateway.key
    for (const authorization of ['', placeholder, 'Bearer X', 'Bearer dummy', `Bearer ${key}`]) {
      const reply = await ask({ authorization, 'x-portkey-api-key': key, 'x-portkey-provider': 'openai' })
      expect(reply.status).toBe(200)
    }
  })

  it('is refused beside another one, and the placeholder is no key by itself', async () => {
    const authorization = 'Bearer sk-key-of-a-provider-0123456789'
    const two = await ask({ authorization, 'x-portkey-api-key': bed.gateway.key })
    expect([two.status, two.headers['x-portcullis-error']]).toEqual([400, 'conflicting_keys'])
    expect(two.json.error.message).toContain('`authorization` and `x-portkey-api-key` hold two different keys')
    expect(two.text).not.toContain(authorization.slice(7))
    const other = await ask({ authorization: 'Bearer X', 'x-api-key': bed.gateway.key })
    expect(other.headers['x-portcullis-error']).toBe('conflicting_keys')
    const none = await ask({ authorization: placeholder, 'x-portkey-provider': 'openai' })
    expect([none.status, none.headers['x-portcullis-error']]).toEqual([401, 'unknown_key'])
    expect(bed.openai.requests).toHaveLength(0)
  })
})

describe('the target', () => {
  it.each([
    [{ 'x-portkey-provider': 'openai' }, 'gpt-5-mini'],
    [{ 'x-portkey-provider': '@openai-mock' }, 'gpt-5-mini'],
    [{ 'x-portkey-virtual-key': 'openai-mock' }, 'gpt-5-mini'],
    [{ 'x-portkey-virtual-key': 'openai-mock', 'x-portkey-provider': 'anthropic' }, 'gpt-5-mini'],
    [{ 'x-portkey-provider': 'anthropic' }, '@openai-mock/gpt-5-mini'],
    [{}, '@openai/gpt-5-mini'],
    [{ 'x-portkey-trace-id': 'only' }, 'fast'],
    [{ 'x-portkey-config': '{"provider":"openai"}', 'x-portkey-provider': 'anthropic' }, '@chat-mock/gpt-5-mini'],
    [{ 'x-portkey-config': '{"retry":{"attempts":3}}', 'x-portkey-provider': 'openai' }, 'gpt-5-mini'],
    [{ 'x-portkey-config': '{"targets":[{"passthrough":true}]}', 'x-portkey-provider': 'openai' }, 'gpt-5-mini'],
    [{ 'x-portkey-config': '{"override_params":{"model":"@openai/gpt-5-mini"},"provider":"down"}' }, 'nothing'],
  ])('%j with %s is the account of OpenAI', async (headers, model) => {
    const reply = await ask(headers as Record<string, string>, { ...body, model })
    expect(reply.status).toBe(200)
    expect(bed.openai.requests[0]?.json).toEqual({ ...body, model: 'gpt-5-mini' })
    expect(bed.openai.requests[0]?.headers['authorization']).toBe(`Bearer ${bed.secrets.openai}`)
  })

  it('goes by our name where Portkey has another one', async () => {
    const reply = await ask({ 'x-portkey-provider': 'mistral-ai' })
    expect(reply.json.error).toMatchObject({
      code: 'unknown_provider',
      message: expect.stringContaining('`provider: mistral`'),
    })
  })

  it('leaves models alone whose vendor begins them with an @', async () => {
    const reply = await ask({ 'x-portkey-provider': 'openai' }, { ...body, model: '@cf/meta/llama-3' })
    expect(reply.status).toBe(200)
    expect(bed.openai.requests[0]?.json).toMatchObject({ model: '@cf/meta/llama-3' })
  })

  it('holds for clients of another dialect', async () => {
    const reply = await ask({ 'x-portkey-provider': '@openai-mock' }, { ...body, max_tokens: 9 }, '/v1/messages')
    expect(reply.json).toMatchObject({ type: 'message', role: 'assistant' })
    bed.anthropic.reply(unary({ input_tokens: 9 }))
    const count = await ask({ 'x-portkey-provider': 'anthropic' }, body, '/v1/messages/count_tokens')
    expect(count.json).toEqual({ input_tokens: 9 })
  })

  it('is sent the very bytes of the client, but for the name of the model', async () => {
    const text = '{ "messages":[{"role":"user","content":"h\\u0069"}],\n "model" : "@openai-mock/gpt-5-mini","x":1.0 }'
    expect((await ask({ 'x-portkey-trace-id': 'a' }, text)).status).toBe(200)
    expect(bed.openai.requests[0]?.body.toString()).toBe(text.replace('@openai-mock/gpt-5-mini', 'gpt-5-mini'))
  })
})

describe('the time that a client gives an attempt', () => {
  it('ends it with 408 in the shape of Portkey, and in that of Anthropic for its clients', async () => {
    for (const [to, error] of [
      [path, { message: 'Request exceeded the timeout sent in the request: 15ms', type: 'timeout_error' }],
      ['/v1/messages', { message: 'Request exceeded the timeout sent in the request: 15ms' }],
    ] as const) {
      const held = heldReply()
      bed.openai.reply(held.reply)
      const headers = { 'x-portkey-provider': 'openai', 'x-portkey-request-timeout': '15' }
      const reply = await ask(headers, { ...body, max_tokens: 9 }, to)
      expect(reply.status).toBe(408)
      expect(reply.json.error).toMatchObject(error)
      expect(await (await held.arrived).request.ended).toBe('aborted')
      held.release(unary({}))
    }
  })

  it('lets the next target have its turn', async () => {
    const held = heldReply()
    bed.openai.reply(held.reply)
    const targets = [{ provider: '@openai-mock', request_timeout: 15 }, { provider: '@chat-mock' }]
    const reply = await askWith({ strategy: { mode: 'fallback' }, targets })
    expect([reply.status, reply.headers['x-portkey-last-used-option-index']]).toEqual([200, 'config.targets[1]'])
    held.release(unary({}))
  })

  it('must be a number', async () => {
    expect((await ask({ 'x-portkey-request-timeout': '1e9' })).json.error.message).toContain('whole milliseconds')
  })
})

describe('a reply', () => {
  it('has the headers of Portkey when the request has one, and else none', async () => {
    const reply = await ask({ 'x-portkey-trace-id': 'trace-1', 'x-portkey-provider': 'openai' })
    expect(reply.headers).toMatchObject({
      'x-portkey-trace-id': 'trace-1',
      'x-portkey-provider': 'openai',
      'x-portkey-last-used-option-index': 'config',
      'x-portkey-retry-attempt-count': '0',
      'x-portkey-cache-status': 'DISABLED',
    })
    const plain = await bed.gateway.post(path, { ...body, model: '@openai/gpt-5-mini' })
    expect(Object.keys(plain.headers).filter((name) => name.startsWith('x-portkey-'))).toEqual([])
  })

  it('has the id of the call for a trace id, errors too', async () => {
    const reply = await ask({ 'x-portkey-provider': '@nowhere' })
    expect(reply.status).toBe(404)
    expect(reply.headers['x-portkey-trace-id']).toBe(reply.headers['x-portcullis-call-id'])
    const unauthorized = await ask({ authorization: '', 'x-portkey-trace-id': 'mine' })
    expect([unauthorized.status, unauthorized.headers['x-portkey-trace-id']]).toEqual([401, 'mine'])
  })
})

describe('other headers', () => {
  it('are taken and stay here; those that would have done something are named', async () => {
    const reply = await ask({
      'x-portkey-provider': 'openai',
      'x-portkey-metadata': '{"_user":"u-1"}',
      'x-portkey-span-id': 's',
      'x-portkey-strict-openai-compliance': 'true',
      'x-portkey-strict-open-ai-compliance': 'false',
      'x-portkey-package-version': 'portkey-1',
      'x-portkey-cache': 'simple',
      'x-portkey-forward-headers': 'cookie',
      'x-portkey-something-new': '1',
      cookie: 'a=b',
    })
    expect(reply.status).toBe(200)
    expect(reply.headers['x-portcullis-dropped']).toBe(
      'x-portkey-cache, x-portkey-forward-headers, x-portkey-something-new',
    )
    const sent = Object.keys(bed.openai.requests[0]?.headers ?? {})
    expect(sent.filter((name) => name.startsWith('x-portkey-') || name === 'cookie')).toEqual([])
  })

  it.each(['nonsense', '[]', '{"a":1}', `{"a":"${'x'.repeat(129)}"}`])(
    'metadata of %s is refused',
    async (metadata) => {
      const reply = await ask({ 'x-portkey-metadata': metadata })
      expect([reply.status, reply.json.error.message]).toEqual([400, expect.stringContaining('at most 128 characters')])
    },
  )
})
