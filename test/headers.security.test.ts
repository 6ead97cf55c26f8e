import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { startTestGateway } from './support/gateway.ts'
import { fixture, unary, vendorError } from './support/mock-replies.ts'
import { startTestbed, type Testbed } from './support/testbed.ts'

let bed: Testbed
beforeAll(async () => {
  bed = await startTestbed()
})
afterAll(() => bed.close())
beforeEach(() => bed.reset())

const body = { model: 'gpt-5-mini', max_tokens: 5, messages: [{ role: 'user', content: 'Who goes there?' }] }

describe('headers of a client', () => {
  it('reach a provider only when they are on the list', async () => {
    await bed.gateway.post(
      '/v1/messages',
      { ...body, model: 'claude-sonnet-4-5' },
      {
        headers: {
          'anthropic-beta': 'interleaved-thinking-2025-05-14',
          'anthropic-version': '2023-01-01',
          'openai-beta': 'assistants=v2',
          cookie: 'session=hidden-cookie',
          'proxy-authorization': 'Basic c2VjcmV0',
          'x-forwarded-for': '10.0.0.1',
          'x-amz-security-token': 'hidden-token',
          'x-internal-note': 'hidden-note',
          forwarded: 'for=10.0.0.1',
          referer: 'http://intranet/secret',
          origin: 'http://intranet',
          'user-agent': 'curl/8 hidden-agent',
          te: 'trailers',
          'accept-encoding': 'gzip, br',
        },
      },
    )
    const sent = bed.anthropic.requests[0]
    expect(sent?.headers).toMatchObject({
      'anthropic-beta': 'interleaved-thinking-2025-05-14',
      'anthropic-version': '2023-01-01',
      'x-api-key': bed.secrets.anthropic,
      'accept-encoding': 'identity',
    })
    const wire = sent?.rawHeaders.join('\n') ?? ''
    expect(wire).not.toContain('hidden-')
    expect(wire).not.toContain('intranet')
    expect(wire).not.toContain('10.0.0.1')
    expect(wire).not.toContain(bed.gateway.key)
    expect(Object.keys(sent?.headers ?? {})).not.toContain('cookie')
    expect(Object.keys(sent?.headers ?? {})).not.toContain('authorization')
  })

  it('that tell of a trace reach only the accounts that are to get them, whatever the path', async () => {
    const trace = {
      traceparent: '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01',
      tracestate: 'vendor=hidden-state',
      baggage: 'user=hidden-user',
    }
    const account = (id: string, more: object = {}) => ({
      id,
      provider: 'openai',
      baseUrl: `${bed.openai.origin}/v1`,
      apiKey: `sk-${id}`,
      allowPrivateNetwork: true,
      ...more,
    })
    const gateway = await startTestGateway({
      config: { providers: [account('stranger'), account('friend', { traceContext: 'pass' })] },
    })
    try {
      const headers = { ...trace, 'openai-beta': 'assistants=v2' }
      for (const id of ['stranger', 'friend']) {
        await gateway.post('/v1/chat/completions', { ...body, model: `${id}/gpt-5-mini` }, { headers })
        await gateway.post(`/p/${id}/videos`, '{}', { headers })
      }
      expect(bed.openai.requests).toHaveLength(4)
      const sent = bed.openai.requests.map(({ headers: of }) => of)
      for (const of of sent) expect(of).toMatchObject({ 'openai-beta': 'assistants=v2' })
      for (const of of sent.slice(0, 2)) {
        expect(Object.keys(of).filter((name) => Object.hasOwn(trace, name))).toEqual([])
        expect(JSON.stringify(of)).not.toContain('hidden-')
      }
      // All but the parent: that is the span of the call.
      const { traceparent: _, ...rest } = trace
      for (const of of sent.slice(2)) {
        expect(of).toMatchObject(rest)
        expect(of['traceparent']).toMatch(/^00-0af7651916cd43dd8448eb211c80319c-(?!b7ad6b7169203331)[\da-f]{16}-01$/)
      }
      const wrong = { ...headers, traceparent: '00-hidden-state' }
      await gateway.post('/v1/chat/completions', { ...body, model: 'friend/gpt-5-mini' }, { headers: wrong })
      const last = (await bed.openai.request(4)).headers
      expect(last['baggage']).toBe(trace.baggage)
      expect([last['traceparent'], last['tracestate']]).toEqual([undefined, undefined])
    } finally {
      await gateway.close()
    }
  })

  it('never carry the virtual key to a provider, in whatever header it came', async () => {
    for (const name of ['authorization', 'x-api-key', 'api-key', 'x-goog-api-key']) {
      bed.reset()
      const value = name === 'authorization' ? `Bearer ${bed.gateway.key}` : bed.gateway.key
      await bed.gateway.post('/v1/chat/completions', body, { headers: { authorization: '', [name]: value } })
      const sent = bed.openai.requests[0]
      expect(sent?.headers['authorization']).toBe(`Bearer ${bed.secrets.openai}`)
      expect(sent?.rawHeaders.join('\n')).not.toContain(bed.gateway.key)
      expect(sent?.rawHeaders.filter((text) => text.toLowerCase() === 'authorization')).toHaveLength(1)
    }
  })

  it("cannot choose another organization or project of the account's credential, at any path", async () => {
    const headers = { 'openai-organization': 'org-of-the-client', 'OpenAI-Project': 'proj-of-the-client' }
    await bed.gateway.post('/v1/chat/completions', body, { headers })
    await bed.gateway.post('/p/openai-mock/videos', '{}', { headers })
    const options = { organization: 'org-of-the-account', project: 'proj-of-the-account' }
    const of = {
      id: 'own',
      provider: 'openai',
      baseUrl: bed.openai.origin,
      apiKey: 'sk-own',
      allowPrivateNetwork: true,
    }
    const other = await startTestGateway({ config: { providers: [{ ...of, options }] } })
    await other.post('/v1/chat/completions', body, { headers })
    await other.close()
    const sent = bed.openai.requests.map((request) => request.headers)
    expect(sent[0]?.['authorization']).toBe(`Bearer ${bed.secrets.openai}`)
    expect(sent.map((one) => [one['openai-organization'], one['openai-project']])).toEqual([
      [undefined, undefined],
      [undefined, undefined],
      ['org-of-the-account', 'proj-of-the-account'],
    ])
  })

  it('have one host, one length and one type on the way to a provider', async () => {
    await bed.gateway.post('/v1/chat/completions', body)
    const names = bed.openai.requests[0]?.rawHeaders
      .filter((_, index) => index % 2 === 0)
      .map((name) => name.toLowerCase())
    expect(new Set(names).size).toBe(names?.length)
    expect(names).toContain('host')
    expect(names).toContain('content-length')
    expect(names).not.toContain('transfer-encoding')
    expect(bed.openai.requests[0]?.headers['host']).toBe(new URL(bed.openai.origin).host)
  })

  it('let Anthropic clients pass `?beta=true` and nothing else of a query', async () => {
    await bed.gateway.post('/v1/messages?beta=true&key=secret', { ...body, model: 'claude-sonnet-4-5' })
    expect(bed.anthropic.requests[0]?.path).toBe('/v1/messages?beta=true')
    await bed.gateway.post('/v1/messages?api_key=secret', { ...body, model: 'claude-sonnet-4-5' })
    expect(bed.anthropic.requests[1]?.path).toBe('/v1/messages')
  })
})

describe('headers of a provider', () => {
  it('reach the client only when they are on the list: no cookie, no name of the account behind the credential', async () => {
    bed.openai.reply(
      unary(fixture('openai/chat-completion.json'), {
        headers: {
          'retry-after': '3',
          'content-encoding': 'identity',
          'x-portcullis-provider': 'spoofed',
          'x-portcullis-account': 'spoofed',
          'strict-transport-security': 'max-age=1',
          'access-control-allow-origin': '*',
          link: '<http://intranet>',
        },
      }),
    )
    const reply = await bed.gateway.post('/v1/chat/completions', body)
    expect(reply.headers).toMatchObject({
      'x-request-id': 'req_mock_0001',
      'openai-processing-ms': '41',
      'x-ratelimit-remaining-requests': '499',
      'x-portcullis-provider': 'openai',
      'x-portcullis-account': 'openai-mock',
      'x-portcullis-model': 'gpt-5-mini',
      'x-portcullis-cache': 'bypass',
    })
    expect(reply.headers['x-portcullis-call-id']).toMatch(/^[0-9a-f-]{36}$/)
    expect(Number(reply.headers['x-portcullis-overhead-ms'])).toBeGreaterThanOrEqual(0)
    for (const name of [
      'set-cookie',
      'openai-organization',
      'server',
      'strict-transport-security',
      'access-control-allow-origin',
      'link',
      'content-encoding',
    ]) {
      expect(reply.headers[name], name).toBeUndefined()
    }
  })

  it('of an error obey the same list', async () => {
    bed.openai.reply(
      vendorError(429, { headers: { 'retry-after': '9', 'set-cookie': 'a=b', 'www-authenticate': 'Bearer' } }),
    )
    const reply = await bed.gateway.post('/v1/chat/completions', body)
    expect(reply.headers['retry-after']).toBe('9')
    expect(reply.headers['set-cookie']).toBeUndefined()
    expect(reply.headers['www-authenticate']).toBeUndefined()
    expect(reply.headers['openai-organization']).toBeUndefined()
  })

  it('cannot smuggle lines into the reply through the names that the gateway writes', async () => {
    const reply = await bed.gateway.post('/v1/chat/completions', { ...body, model: 'openai-mock/mo\r\ndel: x\u0000é' })
    expect(reply.status).toBe(200)
    expect(reply.headers['x-portcullis-model']).not.toMatch(/[\r\n\0]/)
    expect(reply.headers['del']).toBeUndefined()
  })
})
