import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { chunkedPost, type Json, post } from './support/client.ts'
import { startTestGateway, type TestGateway } from './support/gateway.ts'

let gateway: TestGateway
let routes: readonly { readonly method: string; readonly path: string }[]
beforeAll(async () => {
  gateway = await startTestGateway({})
  const { json } = await gateway.control('/api/v1/openapi.json')
  routes = Object.entries(json.paths as Record<string, Json>).flatMap(([path, methods]) =>
    Object.keys(methods).map((method) => ({ method: method.toUpperCase(), path: path.replace('{id}', 'some-id') })),
  )
})
afterAll(() => gateway.close())

const withToken = (headers: Readonly<Record<string, string>> = {}) => ({
  authorization: `Bearer ${gateway.adminToken}`,
  ...headers,
})

describe('the control plane', () => {
  it('tells nothing without the admin token, on any path of its API', async () => {
    expect(routes.length).toBeGreaterThan(5)
    const unknown = { method: 'GET', path: '/api/v1/nothing-here' }
    for (const { method, path } of [...routes, unknown, { method: 'GET', path: '/api/v1/openapi.json' }]) {
      for (const authorization of [undefined, 'Bearer wrong', `Basic ${gateway.adminToken}`, `Bearer ${gateway.key}`]) {
        const headers: Record<string, string> = authorization === undefined ? {} : { authorization }
        const reply = await post(gateway.controlUrl + path, method === 'POST' ? {} : undefined, { method, headers })
        expect(`${method} ${path} ${reply.status}`).toBe(`${method} ${path} 401`)
        expect(reply.json.error.code).toBe('invalid_admin_token')
      }
    }
  })

  it('does not serve the data plane, nor the data plane it', async () => {
    const chat = await post(`${gateway.controlUrl}/v1/chat/completions`, {}, { headers: withToken() })
    expect(chat.status).toBe(404)
    expect(chat.json.error.message).toBe(`/v1/chat/completions is on the data plane, ${gateway.url}.`)
    const calls = await post(`${gateway.url}/api/v1/calls`, undefined, { method: 'GET', headers: withToken() })
    expect(calls.status).toBe(404)
  })

  it('answers to loopback names only: a page of another site may have pointed its own name here', async () => {
    for (const host of ['evil.example', 'evil.example:8788', '127.0.0.1.evil.example', 'localhost.evil.example']) {
      for (const path of ['/api/v1/calls', '/metrics', '/']) {
        const reply = await gateway.control(path, { host })
        expect(`${host}${path} ${reply.status}`).toBe(`${host}${path} 400`)
      }
    }
    expect((await gateway.control('/api/v1/calls', { host: 'localhost:8788' })).status).toBe(200)
    expect((await gateway.control('/api/v1/calls', { host: '[::1]:8788' })).status).toBe(200)
  })

  it('gives no script of another site a way in', async () => {
    const reply = await gateway.control('/api/v1/calls', { origin: 'https://evil.example' })
    expect(reply.headers['access-control-allow-origin']).toBeUndefined()
    expect(reply.headers).toMatchObject({
      'x-content-type-options': 'nosniff',
      'x-frame-options': 'DENY',
      'cache-control': 'no-store',
    })
    expect(reply.headers['content-security-policy']).toContain("default-src 'none'")
  })

  it('takes no body that is larger than its requests are, however it is sent', async () => {
    const large = JSON.stringify({ id: 'x'.repeat(70_000) })
    const declared = await post(`${gateway.controlUrl}/api/v1/keys`, large, { headers: withToken() })
    expect(declared.status).toBe(413)
    const chunked = await chunkedPost(
      `${gateway.controlUrl}/api/v1/keys`,
      gateway.adminToken,
      Buffer.alloc(64 * 1024, 'x'),
      64,
    )
    expect(chunked.status).toBe(413)
  })

  it('says what is wrong with a body that is no JSON', async () => {
    const reply = await post(`${gateway.controlUrl}/api/v1/keys`, '{"id":', { headers: withToken() })
    expect(reply.status).toBe(400)
    expect(reply.json.error.code).toBe('invalid_json')
  })

  it('takes JSON only, so that no form of another site is a request', async () => {
    const reply = await post(`${gateway.controlUrl}/api/v1/keys`, '{"id":"a"}', {
      headers: withToken({ 'content-type': 'text/plain' }),
    })
    expect(reply.status).toBe(415)
  })

  it('answers any query with a page or a sentence', async () => {
    const name = fc.constantFrom('limit', 'cursor', 'status', 'from', 'to', 'q', 'key', 'model', 'workspace', 'other')
    const value = fc.oneof(
      fc.string({ unit: 'binary', maxLength: 60 }),
      fc.constantFrom("' OR 1=1 --", '%', '-1', '1e9', 'NaN', '9007199254740993', 'eyJ9', '../..', '\u0000'),
    )
    await fc.assert(
      fc.asyncProperty(fc.dictionary(name, value, { maxKeys: 4 }), async (query) => {
        const encoded = new URLSearchParams(query).toString()
        const reply = await gateway.control(`/api/v1/calls?${encoded}`)
        expect([200, 400]).toContain(reply.status)
        if (reply.status === 400) expect(reply.json.error.message).toMatch(/\.$/)
        else expect(Array.isArray(reply.json.data)).toBe(true)
      }),
      { numRuns: 60 },
    )
  })

  it('shows metrics that a scraper reads, with no name that a caller could choose', async () => {
    const model = 'demo/echo'
    await gateway.post('/v1/chat/completions', { model, messages: [{ role: 'user', content: 'Hello' }] })
    await gateway.post('/v1/chat/completions', { model: 'made-up-"name\n{}', messages: [] })
    const { text } = await gateway.control('/metrics', { authorization: '' })
    const lines = text.split('\n').filter((line) => line !== '' && !line.startsWith('#'))
    for (const line of lines) expect(line).toMatch(/^[a-z][a-z_0-9]*(\{([a-z_]+="[^"\\\n]*",?)*\})? [-+.eE\dInfNa]+$/)
    expect(text).not.toContain('made-up')
    expect(text).toMatch(/portcullis_calls_total\{[^}]*provider="demo",account="demo"[^}]*\} [1-9]/)
  })
})
