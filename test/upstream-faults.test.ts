import { once } from 'node:events'
import { type AddressInfo, createServer, type Socket } from 'node:net'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import {
  closeBeforeHeaders,
  endlessBody,
  endlessHeader,
  gzipBomb,
  gzipped,
  halfJson,
  htmlPage,
  notHttp,
  redirect,
  resetBeforeHeaders,
  resetInsideBody,
  resetInsideHeaders,
  wrongContentLength,
} from './support/mock-faults.ts'
import type { MockReply } from './support/mock-provider.ts'
import { fixture, heldReply, unary, vendorError } from './support/mock-replies.ts'
import { startTestbed, type Testbed } from './support/testbed.ts'

let bed: Testbed
beforeAll(async () => {
  bed = await startTestbed({ limits: { maxReplyBytes: 1_000_000, upstreamTimeoutMs: 300 } })
})
afterAll(() => bed.close())
beforeEach(() => bed.reset())

const whole = {
  openai: fixture('openai/chat-completion.json'),
  anthropic: fixture('anthropic/message.json'),
}

interface Fault {
  readonly fault: string
  reply(body: Buffer): MockReply
  readonly status: number
  readonly code: string
  /** Requests that it takes, when the connection had carried a call before. */
  readonly requests?: number
}

/** Packed before anybody waits for it. */
const bomb = gzipBomb(50_000_000)

const table: readonly Fault[] = [
  {
    fault: 'a reset before the headers, twice',
    reply: () => resetBeforeHeaders,
    status: 502,
    code: 'upstream_reset',
    requests: 2,
  },
  {
    fault: 'a close before the headers, twice',
    reply: () => closeBeforeHeaders,
    status: 502,
    code: 'upstream_reset',
    requests: 2,
  },
  { fault: 'a reset inside the headers', reply: () => resetInsideHeaders, status: 502, code: 'upstream_reset' },
  {
    fault: 'a reset inside the body',
    reply: (body) => resetInsideBody(body, 100),
    status: 502,
    code: 'upstream_reset',
  },
  {
    fault: 'less body than its length',
    reply: (body) => wrongContentLength(body, 10),
    status: 502,
    code: 'upstream_reset',
  },
  { fault: 'half a JSON', reply: halfJson, status: 502, code: 'upstream_invalid_reply' },
  { fault: 'an empty body', reply: () => unary(''), status: 502, code: 'upstream_invalid_reply' },
  {
    fault: 'a JSON of something else',
    reply: () => unary({ hello: 'world' }),
    status: 502,
    code: 'upstream_invalid_reply',
  },
  { fault: 'a JSON array', reply: () => unary('[]'), status: 502, code: 'upstream_invalid_reply' },
  { fault: 'an HTML page with 200', reply: () => htmlPage(200), status: 502, code: 'upstream_invalid_reply' },
  { fault: 'an HTML page with 502', reply: () => htmlPage(502), status: 502, code: 'upstream_error' },
  { fault: 'an HTML page with 503', reply: () => htmlPage(503), status: 503, code: 'upstream_overloaded' },
  { fault: 'another protocol', reply: () => notHttp, status: 502, code: 'upstream_invalid_reply' },
  { fault: 'a header without end', reply: () => endlessHeader, status: 502, code: 'upstream_invalid_reply' },
  { fault: 'a body without end', reply: () => endlessBody, status: 502, code: 'upstream_reply_too_large' },
  { fault: 'a gzip bomb', reply: () => bomb, status: 502, code: 'upstream_reply_too_large' },
  {
    fault: 'broken gzip',
    reply: () => unary('not gzip', { headers: { 'content-encoding': 'gzip' } }),
    status: 502,
    code: 'upstream_invalid_reply',
  },
  {
    fault: 'an unknown encoding',
    reply: (body) => unary(body, { headers: { 'content-encoding': 'rot13' } }),
    status: 502,
    code: 'upstream_invalid_reply',
  },
  {
    fault: 'a redirect',
    reply: () => redirect('http://127.0.0.1:9/elsewhere'),
    status: 502,
    code: 'upstream_redirect',
  },
  ...[204, 205, 304, 600, 999].map((status) => ({
    fault: `the status ${status}`,
    reply: (body: Buffer) => unary(status === 204 || status === 304 ? '' : body, { status }),
    status: 502,
    code: 'upstream_invalid_reply',
  })),
  {
    fault: 'an encoding that objects know',
    reply: (body) => unary(body, { headers: { 'content-encoding': 'constructor' } }),
    status: 502,
    code: 'upstream_invalid_reply',
  },
  { fault: '400', reply: () => vendorError(400), status: 400, code: 'upstream_rejected' },
  { fault: '401', reply: () => vendorError(401), status: 401, code: 'upstream_unauthorized' },
  { fault: '403', reply: () => vendorError(403), status: 403, code: 'upstream_forbidden' },
  { fault: '404', reply: () => vendorError(404), status: 404, code: 'upstream_not_found' },
  { fault: '413', reply: () => vendorError(413), status: 413, code: 'upstream_rejected' },
  { fault: '422', reply: () => vendorError(422), status: 422, code: 'upstream_rejected' },
  {
    fault: '429',
    reply: () => vendorError(429, { headers: { 'retry-after': '7' } }),
    status: 429,
    code: 'upstream_rate_limited',
  },
  { fault: '500', reply: () => vendorError(500), status: 500, code: 'upstream_error' },
  { fault: '503', reply: () => vendorError(503), status: 503, code: 'upstream_overloaded' },
  { fault: '529', reply: () => vendorError(529), status: 529, code: 'upstream_overloaded' },
]

for (const [client, path] of [
  ['OpenAI', '/v1/chat/completions'],
  ['Anthropic', '/v1/messages'],
] as const) {
  for (const [provider, model] of [
    ['openai', 'gpt-5-mini'],
    ['anthropic', 'claude-sonnet-4-5'],
  ] as const) {
    describe(`a provider of ${provider} behind a client of ${client}`, () => {
      const body = { model, max_tokens: 5, messages: [{ role: 'user', content: 'Who goes there?' }] }

      it.each(table)(
        'that answers with $fault gives $status $code',
        async ({ reply: fault, status, code, requests = 1 }) => {
          await bed.gateway.post(path, body)
          bed.reset()
          bed[provider].script(() => fault(whole[provider]))
          const reply = await bed.gateway.post(path, body)
          expect(reply.headers['x-portcullis-error']).toBe(code)
          expect(reply.status).toBe(status)
          expect(reply.headers['content-type']).toBe('application/json')
          expect(reply.json.error.message).toBeTypeOf('string')
          expect(reply.json.error.message).not.toContain('<')
          if (client === 'Anthropic') expect(reply.json.type).toBe('error')
          if (code === 'upstream_rate_limited') expect(reply.headers['retry-after']).toBe('7')
          expect(bed[provider].requests).toHaveLength(requests)
          const call = await bed.gateway.call(reply)
          expect(call).toMatchObject({ status, errorCode: code, model, attempts: [{ errorCode: code }] })
          expect(call.costUsd ?? null).toBeNull()
        },
      )

      it('that says nothing for too long gives 504 upstream_timeout, and is let go', async () => {
        const held = heldReply()
        bed[provider].reply(held.reply)
        const reply = await bed.gateway.post(path, body)
        expect(reply.status).toBe(504)
        expect(reply.headers['x-portcullis-error']).toBe('upstream_timeout')
        expect(await bed[provider].requests[0]?.ended).toBe('aborted')
        held.release(vendorError(500))
      })

      it.each([
        ['reset', resetBeforeHeaders],
        ['close', closeBeforeHeaders],
      ] as const)(
        'that ends an idle connection with a %s as the next call begins is asked again, once',
        async (_how, cut) => {
          await bed.gateway.post(path, body)
          bed.reset()
          bed[provider].reply(cut)
          const reply = await bed.gateway.post(path, body)
          expect(reply.status).toBe(200)
          expect(reply.text).toContain('Torhaus')
          const [first, second] = bed[provider].requests
          expect(second?.body.equals(first?.body ?? Buffer.alloc(0))).toBe(true)
          expect(second?.connection).not.toBe(first?.connection)
          expect((await bed.gateway.call(reply)).attempts).toMatchObject([{ status: 200 }])
        },
      )

      it('that compresses unasked is understood', async () => {
        bed[provider].reply(gzipped(whole[provider]))
        const reply = await bed.gateway.post(path, body)
        expect(reply.status).toBe(200)
        expect(reply.headers['content-encoding']).toBeUndefined()
        expect(reply.text).toContain('Torhaus')
      })

      it('keeps serving after each of these faults', async () => {
        const reply = await bed.gateway.post(path, body)
        expect(reply.status).toBe(200)
        expect(reply.text).toContain('Torhaus')
      })
    })
  }
}

describe('an error of a provider', () => {
  it('reaches a client of the same dialect byte for byte', async () => {
    const error =
      '{ "error" : {"message":"You sent \\u0022it\\u0022.","type":"invalid_request_error","param":"messages[0]","code":"odd","new":1.0} }'
    bed.openai.reply(unary(error, { status: 400 }))
    const reply = await bed.gateway.post('/v1/chat/completions', { model: 'gpt-5-mini', messages: [] })
    expect(reply.status).toBe(400)
    expect(reply.text).toBe(error)
  })

  it('never shows the credential of the account, even when the provider echoes it', async () => {
    for (const [path, model, mock, secret] of [
      ['/v1/chat/completions', 'gpt-5-mini', bed.openai, bed.secrets.openai],
      ['/v1/messages', 'claude-sonnet-4-5', bed.anthropic, bed.secrets.anthropic],
    ] as const) {
      mock.reply(vendorError(401, { message: `Incorrect API key provided: ${secret}.` }))
      const reply = await bed.gateway.post(path, { model, max_tokens: 5, messages: [{ role: 'user', content: 'x' }] })
      expect(reply.status).toBe(401)
      expect(reply.text).not.toContain(secret)
      expect(JSON.stringify(await bed.gateway.call(reply))).not.toContain(secret)
    }
  })

  it('is not followed when it is a redirect: the credential stays where it belongs', async () => {
    bed.openai.reply(redirect(`${bed.anthropic.origin}/v1/chat/completions`))
    await bed.gateway.post('/v1/chat/completions', { model: 'gpt-5-mini', messages: [] })
    expect(bed.anthropic.requests).toHaveLength(0)
  })
})

describe('a time to wait that a provider names', () => {
  it.each([
    ['-5', undefined],
    ['soon', undefined],
    ['1e305', undefined],
    ['9'.repeat(300), '86400'],
    ['0', '0'],
    ['Wed, 21 Oct 2015 07:28:00 GMT', 'Wed, 21 Oct 2015 07:28:00 GMT'],
  ])('of %s reaches the client as %s', async (said, heard) => {
    for (const model of ['openai-mock/gpt-5-mini', 'clever']) {
      bed.openai.reply(vendorError(429, { headers: { 'retry-after': said } }))
      bed.anthropic.reply(vendorError(429, { headers: { 'retry-after': said } }))
      const reply = await bed.gateway.post('/v1/chat/completions', {
        model,
        messages: [{ role: 'user', content: 'x' }],
      })
      expect(reply.status).toBe(429)
      // Another dialect: written anew, from the seconds.
      const isDate = heard?.includes('GMT') === true
      expect(reply.headers['retry-after']).toBe(model === 'clever' && isDate ? '0' : heard)
    }
  })
})

describe('a provider that answers before it has read the request', () => {
  const large = { model: 'early/m', messages: [{ role: 'user', content: 'x'.repeat(8_000_000) }] }
  const early = async (
    answer: (socket: Socket) => void,
  ): Promise<{ readonly bed: Testbed; close(): Promise<void> }> => {
    const server = createServer((socket) => {
      socket.on('error', () => undefined)
      socket.once('data', () => {
        socket.pause()
        answer(socket)
      })
    })
    await once(server.listen(0, '127.0.0.1'), 'listening')
    const baseUrl = `http://127.0.0.1:${(server.address() as AddressInfo).port}/v1`
    const one = await startTestbed({
      config: {
        providers: [{ id: 'early', provider: 'openai', baseUrl, apiKey: 'k', allowPrivateNetwork: true }],
        models: {},
        routes: {},
      },
    })
    return {
      bed: one,
      close: async () => {
        await one.close()
        server.close()
      },
    }
  }
  const refusal = JSON.stringify({ error: { message: 'Too large for me.' } })
  const head = `HTTP/1.1 413 Payload Too Large\r\ncontent-type: application/json\r\ncontent-length: ${refusal.length}\r\n`

  it('and keeps the connection gets no other request on it', async () => {
    let connections = 0
    const { bed: one, close } = await early((socket) => {
      connections++
      socket.write(`${head}\r\n${refusal}`)
    })
    for (let round = 0; round < 2; round++) {
      const reply = await one.gateway.post('/v1/chat/completions', large)
      expect(reply.status).toBe(413)
    }
    expect(connections).toBe(2)
    await close()
  })

  it('and closes is heard all the same', async () => {
    const { bed: one, close } = await early((socket) =>
      socket.write(`${head}connection: close\r\n\r\n${refusal}`, () => socket.destroy()),
    )
    for (let round = 0; round < 20; round++) {
      const reply = await one.gateway.post('/v1/chat/completions', large)
      expect([reply.status, reply.json.error.message]).toEqual([413, 'Too large for me.'])
    }
    await close()
  })
})

describe('a provider that cannot be reached', () => {
  it('gives 502 upstream_unreachable', async () => {
    const reply = await bed.gateway.post('/v1/chat/completions', { model: 'down/any-model', messages: [] })
    expect(reply.status).toBe(502)
    expect(reply.json.error.code).toBe('upstream_unreachable')
  })
})

describe('a route with a fallback', () => {
  it('takes the next target after a fault, and records both attempts', async () => {
    bed.openai.reply(vendorError(503))
    const reply = await bed.gateway.post('/v1/chat/completions', {
      model: 'safe',
      messages: [{ role: 'user', content: 'x' }],
    })
    expect(reply.status).toBe(200)
    expect(reply.headers['x-portcullis-provider']).toBe('anthropic')
    expect(reply.json.choices[0].message.content).toContain('Torhaus')
    const call = await bed.gateway.call(reply)
    expect(call).toMatchObject({ status: 200, requestedModel: 'safe', route: 'safe-route', provider: 'anthropic' })
    expect(call.attempts).toMatchObject([
      { account: 'openai-mock', errorCode: 'upstream_overloaded' },
      { account: 'anthropic-mock', status: 200 },
    ])
  })

  it('does not hide a fault of the request from its sender', async () => {
    bed.openai.reply(vendorError(400))
    const reply = await bed.gateway.post('/v1/chat/completions', { model: 'safe', messages: [] })
    expect(reply.status).toBe(400)
    expect(bed.anthropic.requests).toHaveLength(0)
  })

  it('gives the fault of the last target when all have failed', async () => {
    bed.openai.script(() => resetBeforeHeaders)
    bed.anthropic.reply(vendorError(529))
    const reply = await bed.gateway.post('/v1/chat/completions', {
      model: 'safe',
      messages: [{ role: 'user', content: 'x' }],
    })
    expect(reply.headers['x-portcullis-error']).toBe('upstream_overloaded')
    expect((await bed.gateway.call(reply)).attempts).toHaveLength(2)
  })
})
