import { connect } from 'node:net'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import type { WireReply } from './support/client.ts'
import { vendorError } from './support/mock-replies.ts'
import { startTestbed, type Testbed } from './support/testbed.ts'

const other = 'pk-test-other-0123456789abcdefghijklmnopqrs'
const narrow = 'pk-test-narrow-0123456789abcdefghijklmnopqr'
let bed: Testbed
beforeAll(async () => {
  bed = await startTestbed({
    keys: [
      { id: 'narrow', key: narrow, workspace: 'default', models: ['openai-mock/gpt-5-mini'] },
      { id: 'other', key: other, workspace: 'elsewhere', models: ['*'] },
    ],
  })
})
afterAll(() => bed.close())
beforeEach(() => bed.reset())

const path = '/v1/chat/completions'
const body = { model: 'gpt-5-mini', messages: [{ role: 'user', content: 'Who goes there?' }] }
const asNarrow = { authorization: '', 'x-portkey-api-key': narrow }

function ask(headers: Readonly<Record<string, string>>, sent: unknown = body, to = path): Promise<WireReply> {
  return bed.gateway.post(to, sent, { headers })
}

function calls(): number {
  return bed.openai.requests.length + bed.anthropic.requests.length
}

function expectRefused(reply: WireReply, message: string): void {
  expect(reply.status).toBe(400)
  expect(reply.headers['x-portcullis-error']).toBe('invalid_request')
  expect(reply.json.error.message).toContain(message)
  expect(calls()).toBe(0)
}

describe('a key with a list of models', () => {
  it('is held to it whatever the headers, the config and the body name', async () => {
    expect((await ask({ ...asNarrow, 'x-portkey-provider': '@openai-mock' })).status).toBe(200)
    bed.reset()
    const beyond: [Record<string, string>, unknown][] = [
      [{ 'x-portkey-provider': '@anthropic-mock' }, body],
      [{ 'x-portkey-provider': '@openai-mock' }, { ...body, model: 'gpt-5' }],
      [{ 'x-portkey-virtual-key': 'chat-mock' }, body],
      [{}, { ...body, model: '@chat-mock/gpt-5-mini' }],
      [{ 'x-portkey-config': '{"provider":"@openai-mock","override_params":{"model":"gpt-5"}}' }, body],
      [{ 'x-portkey-config': '{"override_params":{"model":"@anthropic-mock/claude-opus-4"}}' }, body],
      [
        { 'x-portkey-config': '{"default_params":{"model":"@anthropic-mock/claude-opus-4"}}' },
        { messages: body.messages },
      ],
      [
        { 'x-portkey-config': '{"targets":[{"provider":"@anthropic-mock"}]}' },
        { ...body, model: '@openai-mock/gpt-5-mini' },
      ],
    ]
    for (const [headers, sent] of beyond) {
      const reply = await ask({ ...asNarrow, ...headers }, sent)
      expect([reply.status, reply.headers['x-portcullis-error'], headers]).toEqual([403, 'model_not_allowed', headers])
    }
    expect(calls()).toBe(0)
  })

  it('does not fall back past it, not even where the config lists every status', async () => {
    bed.openai.reply(vendorError(503))
    const config = {
      strategy: { mode: 'fallback', on_status_codes: [403, 500, 503] },
      targets: [{ provider: '@openai-mock' }, { provider: '@chat-mock' }, { provider: '@anthropic-mock' }],
    }
    const reply = await ask({ ...asNarrow, 'x-portkey-config': JSON.stringify(config) })
    expect([reply.status, reply.headers['x-portcullis-error']]).toEqual([403, 'model_not_allowed'])
    expect(calls()).toBe(1)
  })
})

describe('addresses and credentials of a client', () => {
  it.each([
    ['x-portkey-custom-host', 'http://169.254.169.254/latest'],
    ['x-portkey-azure-foundry-url', 'http://127.0.0.1:1'],
    ['x-portkey-azure-resource-name', 'evil.test/#'],
    ['x-portkey-huggingface-base-url', 'http://localhost'],
    ['x-portkey-aws-secret-access-key', 'hidden-secret'],
    ['x-portkey-vertex-service-account-json', '{"private_key":"hidden-secret"}'],
    ['x-portkey-openai-organization', 'org-other'],
    ['x-portkey-workers-ai-account-id', 'other'],
  ])('%s is refused', async (name, value) => {
    const reply = await ask({ 'x-portkey-provider': 'openai', [name]: value })
    expectRefused(reply, 'provider account')
    expect(reply.text).not.toContain('hidden-secret')
  })

  it.each([
    { custom_host: 'http://127.0.0.1:1' },
    { customHost: 'http://127.0.0.1:1' },
    { provider: 'openai', api_key: 'hidden-secret' },
    { provider: 'openai', apiKey: 'hidden-secret' },
    { awsSecretAccessKey: 'hidden-secret' },
    { azure_resource_name: 'evil.test/#' },
    {
      strategy: { mode: 'single' },
      targets: [{ provider: 'openai' }, { provider: 'openai', customHost: 'http://[::1]' }],
    },
    {
      strategy: { mode: 'single' },
      targets: [{ provider: 'openai', override_params: {}, vertex_service_account_json: {} }],
    },
  ])('in a config are refused: %j', async (config) => {
    const reply = await ask({ 'x-portkey-config': JSON.stringify(config) })
    expectRefused(reply, 'provider account')
    expect(reply.text).not.toContain('hidden-secret')
  })

  it('cannot be named as an account', async () => {
    for (const provider of [
      'http://127.0.0.1',
      '../openai',
      'openai/../x',
      '@',
      '@openai mock',
      `@${'x'.repeat(65)}`,
      '__proto__',
    ]) {
      expectRefused(await ask({ 'x-portkey-provider': provider }), 'takes the id of a provider account')
    }
    for (const provider of ['constructor', 'toString', 'valueOf']) {
      expect((await ask({ 'x-portkey-provider': provider })).headers['x-portcullis-error']).toBe('unknown_provider')
    }
    expect(calls()).toBe(0)
  })
})

describe('a config that names a reply to go on from', () => {
  it('reaches none of another workspace', async () => {
    const first = await bed.gateway.post('/v1/responses', { model: 'openai-mock/gpt-5-mini', input: 'Who goes there?' })
    expect(first.status).toBe(200)
    bed.reset()
    const previous = { previous_response_id: first.json.id }
    const sent = { model: 'gpt-5-mini', input: 'What did they say?' }
    const headers = (config: unknown): Record<string, string> => ({
      authorization: '',
      'x-portkey-api-key': other,
      'x-portkey-config': JSON.stringify({ provider: '@openai-mock', ...(config as object) }),
    })
    for (const config of [{ override_params: previous }, { default_params: previous }]) {
      const reply = await ask(headers(config), sent, '/v1/responses')
      expect(reply.status).toBeGreaterThanOrEqual(400)
      expect(reply.status).toBeLessThan(500)
    }
    expect((await ask(headers({}), { ...sent, ...previous }, '/v1/responses')).status).toBe(400)
    expect(calls()).toBe(0)
  })
})

describe('hooks that cannot be run', () => {
  it.each([
    { input_guardrails: [{ 'default.contains': { words: ['x'] }, deny: true }] },
    { inputGuardrails: [{ 'default.contains': { words: ['x'] }, deny: 'yes' }] },
    { output_guardrails: ['pg-saved-guardrail'] },
    { before_request_hooks: [{ type: 'guardrail', deny: true, checks: [] }] },
    { input_guardrails: [{ 'portkey.pii': { redact: true }, deny: false }] },
    { after_request_hooks: [{ type: 'mutator', id: 'm' }] },
    { input_mutators: [{ id: 'm' }] },
  ])('stop the call instead of being passed over: %j', async (hooks) => {
    expectRefused(await ask({ 'x-portkey-config': JSON.stringify({ provider: 'openai', ...hooks }) }), 'not there yet')
    const nested = {
      strategy: { mode: 'fallback' },
      targets: [{ provider: 'openai' }, { provider: 'openai', ...hooks }],
    }
    expectRefused(await ask({ 'x-portkey-config': JSON.stringify(nested) }), 'not there yet')
  })

  it('stop it in headers too', async () => {
    for (const name of ['x-portkey-default-input-guardrails', 'x-portkey-default-output-guardrails']) {
      expectRefused(await ask({ 'x-portkey-provider': 'openai', [name]: '[{"deny":true}]' }), 'not there yet')
      expectRefused(await ask({ 'x-portkey-provider': 'openai', [name]: 'pg-1' }), 'not there yet')
    }
  })

  it('stop it at raw paths, where no config is followed', async () => {
    for (const name of ['x-portkey-config', 'x-portkey-custom-host', 'x-portkey-default-input-guardrails']) {
      expectRefused(await ask({ [name]: '{}' }, body, '/p/openai-mock/chat/completions'), 'not read at this path')
    }
  })
})

describe('a config meant to harm', () => {
  it('has a bound in length, depth, nesting and targets', async () => {
    const config = (value: unknown): Record<string, string> => ({ 'x-portkey-config': JSON.stringify(value) })
    expectRefused(await ask(config({ name: 'x'.repeat(17_000) })), 'is longer than')
    const deep = `{"override_params":${'{"a":'.repeat(2000)}1${'}'.repeat(2000)}}`
    expectRefused(await ask({ 'x-portkey-config': deep }), 'levels deep')
    let nested: unknown = { provider: 'openai' }
    for (let level = 0; level < 6; level++) nested = { strategy: { mode: 'single' }, targets: [nested] }
    expectRefused(await ask(config(nested)), 'strategies deep')
    const targets = Array.from({ length: 33 }, () => ({ provider: '@down' }))
    expectRefused(await ask(config({ strategy: { mode: 'fallback' }, targets })), 'more than 32 targets')
  })

  it('cannot reach prototypes', async () => {
    expectRefused(await ask({ 'x-portkey-config': '{"__proto__":{"provider":"openai"}}' }), '__proto__')
    expectRefused(await ask({ 'x-portkey-config': '{"constructor":{"prototype":{"a":1}}}' }), 'constructor')
    const inside =
      '{"provider":"openai","override_params":{"__proto__":{"polluted":1}},"drop_params":["__proto__.toString","constructor.prototype"]}'
    expect((await ask({ 'x-portkey-config': inside })).status).toBe(200)
    expect(bed.openai.requests[0]?.json).not.toHaveProperty('polluted')
    expect(({} as Record<string, unknown>)['polluted']).toBeUndefined()
    expect(Object.prototype.toString.call({})).toBe('[object Object]')
  })

  it('cannot change a body beyond what a client may send', async () => {
    const config = JSON.stringify({ provider: 'openai', override_params: { user: 'x' } })
    const deep = `{"model":"gpt-5-mini","messages":${'['.repeat(5000)}${']'.repeat(5000)}}`
    expectRefused(await ask({ 'x-portkey-config': config }, deep), 'nested')
  })
})

describe('what a client says is said back', () => {
  it('only as one header: line breaks never get that far', async () => {
    const { hostname, port } = new URL(bed.gateway.url)
    const head = `POST ${path} HTTP/1.1\r\nhost: a\r\ncontent-length: 2\r\nconnection: close\r\nx-portkey-trace-id: `
    for (const value of ['a\rset-cookie: b=c', 'a\nset-cookie: b=c', 'a\0b']) {
      const reply = await new Promise<string>((resolve, reject) => {
        let text = ''
        const socket = connect({ host: hostname, port: Number(port) })
        socket.on('data', (chunk) => {
          text += chunk.toString('latin1')
        })
        socket.on('error', reject)
        socket.on('close', () => resolve(text))
        socket.write(`${head}${value}\r\n\r\n{}`)
      })
      expect(reply).toMatch(/^HTTP\/1\.1 400 /)
      expect(reply.toLowerCase()).not.toContain('set-cookie')
    }
  })

  it('is cut, and encoded where a header could not hold it', async () => {
    const reply = await ask({ 'x-portkey-provider': '@openai-mock', 'x-portkey-trace-id': `ü${'x'.repeat(5000)}` })
    const traceId = String(reply.headers['x-portkey-trace-id'])
    expect(traceId).toMatch(/^%C3[%\w]+x$/)
    expect(traceId.length).toBeLessThan(300)
    bed.reset()
    const unknown = await ask({ 'x-portkey-config': JSON.stringify({ 'a\r\nset-cookie: b\u0000': 1 }) })
    expectRefused(unknown, 'is not known')
    expect(unknown.headers['set-cookie']).toBeUndefined()
  })

  it('never names whether an account is there to a stranger', async () => {
    const known = await ask({ authorization: '', 'x-portkey-api-key': 'wrong', 'x-portkey-provider': '@openai-mock' })
    const unknown = await ask({
      authorization: '',
      'x-portkey-api-key': 'wrong',
      'x-portkey-provider': '@nowhere',
      'x-portkey-config': '{',
    })
    expect([known.status, unknown.status]).toEqual([401, 401])
    expect(unknown.json).toEqual(known.json)
  })
})
