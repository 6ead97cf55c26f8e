import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { parseEvents } from '../src/core/wire/sse.ts'
import type { Json } from './support/client.ts'
import { type GeminiBed, startGeminiBed } from './support/gemini-bed.ts'
import { eventsBefore, fixture, inPieces, liveStream, stream, unary, vendorError } from './support/mock-replies.ts'

let bed: GeminiBed
beforeAll(async () => {
  bed = await startGeminiBed()
})
afterAll(() => bed.close())
beforeEach(() => bed.reset())

const whole = '/v1beta/models/bright:generateContent'
const events = '/v1beta/models/bright:streamGenerateContent?alt=sse'
const upstream = '/v1beta/models/gemini-3-flash-preview'

/** Everything that a parser and a writer would change. */
const oddBody = `\r\n{ "contents":[{"role":"user","parts":[{"text":"Gr\\u00fc\\u00dfe \\/ – 日本語","a_new_field":[1.0,1E+2,-0.0]}]}],
"generation_config":{"temperature":0.20,"topK":40.0}, "safetySettings":[ ], "from_next_year":{"x":12345678901234567890},"":"" }\n `

describe('a Gemini client and a Gemini provider', () => {
  it.each([whole, '/v1/models/bright:generateContent', '/gemini/v1beta/models/bright:generateContent'])(
    'get and give bodies byte for byte at %s',
    async (path) => {
      for (const name of ['', '-tools', '-thinking']) {
        const body = fixture(`gemini/generate-content${name}.json`)
        bed.gemini.reply(unary(body))
        const reply = await bed.gateway.post(path, oddBody)
        expect(reply.status).toBe(200)
        expect(reply.text).toBe(body.toString())
        const sent = bed.gemini.requests.at(-1)
        expect(sent?.path).toBe(`${upstream}:generateContent`)
        expect(sent?.body.toString()).toBe(oddBody)
        expect(sent?.headers['x-goog-api-key']).toBe(bed.secret)
        expect(sent?.headers['authorization']).toBeUndefined()
      }
    },
  )

  it('take the key where Google has it, and a model with its account and slashes', async () => {
    for (const model of ['gemini-mock/gemini-2.5-pro', 'gemini-mock%2Fgemini-2.5-pro', 'gemini-2.5-pro']) {
      const reply = await bed.gateway.post(`/v1beta/models/${model}:generateContent?key=ignored`, oddBody, {
        headers: { authorization: '', 'x-goog-api-key': bed.gateway.key },
      })
      expect(reply.status).toBe(200)
      expect(bed.gemini.requests.at(-1)?.path).toBe('/v1beta/models/gemini-2.5-pro:generateContent')
    }
  })

  it('call tuned models where Google has them', async () => {
    for (const model of ['mine-7', 'gemini-mock/mine-7']) {
      const reply = await bed.gateway.post(`/v1beta/tunedModels/${model}:generateContent`, oddBody)
      expect(reply.status).toBe(200)
      expect(bed.gemini.requests.at(-1)?.path).toBe('/v1beta/tunedModels/mine-7:generateContent')
    }
  })

  it('send names of models that would lead elsewhere as names', async () => {
    for (const [model, path] of [
      ['..%2F..%2Fadmin%3Fx=1%23', '/v1beta/models/..%2F..%2Fadmin%3Fx%3D1%23:generateContent'],
      ['tunedModels%2Fmine-7', '/v1beta/tunedModels/mine-7:generateContent'],
      ['models%2Fgemini-x', '/v1beta/models/gemini-x:generateContent'],
    ]) {
      await bed.gateway.post(`/v1beta/models/gemini-mock%2F${model}:generateContent`, oddBody)
      expect(bed.gemini.requests.at(-1)?.path).toBe(path)
    }
  })

  it('give a stream byte for byte, in whatever pieces it comes', async () => {
    for (const name of ['', '-tools', '-thinking']) {
      const bytes = fixture(`gemini/generate-content${name}.sse`)
      for (const size of [bytes.length, 97, 1]) {
        bed.gemini.reply(stream(inPieces(bytes, size)))
        const reply = await bed.gateway.post(events, oddBody)
        expect(reply.headers['content-type']).toBe('text/event-stream; charset=utf-8')
        expect(reply.text).toBe(bytes.toString())
        expect(bed.gemini.requests.at(-1)?.path).toBe(`${upstream}:streamGenerateContent?alt=sse`)
      }
    }
  })

  it('give the same events as an array where no events are asked for', async () => {
    const bytes = fixture('gemini/generate-content-tools.sse')
    bed.gemini.reply(stream(bytes))
    const reply = await bed.gateway.post('/v1beta/models/bright:streamGenerateContent', oddBody)
    expect(reply.headers['content-type']).toBe('application/json')
    expect(reply.json).toEqual(parseEvents(bytes).map(({ data }) => JSON.parse(data)))
  })

  it('record usage, thinking and cached tokens among it', async () => {
    for (const path of [whole, events]) {
      const reply = await bed.gateway.post(path, oddBody)
      expect(await bed.gateway.call(reply)).toMatchObject({
        clientDialect: 'gemini',
        providerDialect: 'gemini',
        inputTokens: 1143,
        cachedInputTokens: 1024,
        outputTokens: 212,
        reasoningTokens: 64,
      })
    }
  })

  it('pass an error on as it came', async () => {
    bed.gemini.reply(vendorError(400, { message: 'API key not valid.', type: 'INVALID_ARGUMENT' }))
    const reply = await bed.gateway.post(whole, oddBody)
    expect(reply.status).toBe(400)
    expect(reply.json).toEqual({ error: { code: 400, message: 'API key not valid.', status: 'INVALID_ARGUMENT' } })
  })

  it('take thinking of other vendors out of the history', async () => {
    const foreign = Buffer.from('foreign-sig:s:EqQB==').toString('base64')
    const contents = [
      { role: 'user', parts: [{ text: 'x' }] },
      {
        role: 'model',
        parts: [
          { text: 'Hm', thought: true, thoughtSignature: foreign },
          { text: 'Yes', thoughtSignature: 'own+/==' },
        ],
      },
      { role: 'model', parts: [{ text: '', thought: true, thought_signature: foreign }] },
      { role: 'user', parts: [{ text: 'y' }] },
    ]
    const reply = await bed.gateway.post(whole, { contents })
    const sent = bed.gemini.requests[0]?.json as Json
    expect(sent.contents).toEqual([
      contents[0],
      { role: 'model', parts: [{ text: 'Yes', thoughtSignature: 'own+/==' }] },
      contents[3],
    ])
    expect(reply.headers['x-portcullis-dropped']).toBe('thinking')
  })
})

describe('a stream without a terminator', () => {
  const bytes = fixture('gemini/generate-content.sse')
  const chat = { model: 'bright', stream: true, messages: [{ role: 'user', content: 'x' }] }

  it('is whole when its connection ends, or is cut, behind the finish reason', async () => {
    for (const how of ['end', 'reset'] as const) {
      const live = liveStream()
      bed.gemini.reply(live.reply)
      const opening = bed.gateway.stream('/v1/messages', { ...chat, max_tokens: 9 })
      await live.send(bytes)
      const client = await opening
      await client.until('ruhig')
      if (how === 'end') await live.end()
      else await live.cut('reset')
      expect((await client.whole()).toString()).toMatch(/"stop_reason":"end_turn".*message_stop/s)
    }
  })

  const start = eventsBefore(Buffer.from(String(bytes).replaceAll('\r\n', '\n')), '"finishReason"')

  it('is an error when it ends before, in the shape that the client knows', async () => {
    for (const [path, body, expected] of [
      ['/v1/messages', { ...chat, max_tokens: 9 }, /event: error\ndata: .*before the reply was whole/],
      [events, { contents: [{ parts: [{ text: 'x' }] }] }, /"error":\{"code":502,.*"status":"UNAVAILABLE"/],
    ] as const) {
      bed.gemini.reply(stream(start))
      const reply = await bed.gateway.post(path, body)
      expect(reply.text).toMatch(expected)
      expect((await bed.gateway.call(reply)).errorCode).toBe('upstream_reset')
    }
    bed.gemini.reply(stream(start))
    const array = await bed.gateway.post('/v1beta/models/bright:streamGenerateContent', oddBody)
    expect(array.json.at(-1).error).toMatchObject({ code: 502 })
  })

  it('tells a fault of its own once', async () => {
    const fault = { error: { code: 500, message: 'Broke.', status: 'INTERNAL' } }
    const broken = `${start}data: ${JSON.stringify(fault)}\n\n`
    bed.gemini.reply(stream(broken), stream(broken))
    expect((await bed.gateway.post(events, oddBody)).text).toBe(broken)
    const array = await bed.gateway.post('/v1beta/models/bright:streamGenerateContent', oddBody)
    expect(array.json).toHaveLength(6)
    expect(array.json.at(-1)).toEqual(fault)
  })

  it('that tells of a fault before its first word is an error reply', async () => {
    const fault = { error: { code: 503, message: 'The model is overloaded.', status: 'UNAVAILABLE' } }
    bed.gemini.reply(stream(`data: ${JSON.stringify(fault)}\r\n\r\n`))
    const reply = await bed.gateway.post('/v1/messages', { ...chat, max_tokens: 9 })
    expect(reply.status).toBe(503)
    expect(reply.json.error.message).toBe('The model is overloaded.')
  })

  it('is put together for a client that wants one piece', async () => {
    bed.gemini.reply(stream(fixture('gemini/generate-content-thinking.sse')))
    const reply = await bed.gateway.post(whole, oddBody)
    expect(reply.json.candidates[0]).toMatchObject({
      finishReason: 'STOP',
      content: {
        parts: [
          { text: 'Two gates, one guard: the guard must be at the other gate.', thought: true },
          { text: 'The guard is at the other gate.' },
          { text: '', thoughtSignature: 'EqoGmockSignature+/text==' },
        ],
      },
    })
  })
})

describe('a key that Google takes for none', () => {
  const error = {
    code: 400,
    message: 'API key not valid. Please pass a valid API key.',
    status: 'INVALID_ARGUMENT',
    details: [
      {
        '@type': 'type.googleapis.com/google.rpc.ErrorInfo',
        reason: 'API_KEY_INVALID',
        domain: 'googleapis.com',
        metadata: { service: 'generativelanguage.googleapis.com' },
      },
    ],
  }
  const messages = [{ role: 'user', content: 'Hello' }]

  it.each([
    ['Gemini', whole, { contents: [{ parts: [{ text: 'Hello' }] }] }],
    ['Anthropic', '/v1/messages', { model: 'bright', max_tokens: 9, messages }],
    ['OpenAI', '/v1/chat/completions', { model: 'bright', messages }],
    ['OpenAI (embeddings)', '/v1/embeddings', { model: 'gemini-mock/gemini-embedding-001', input: 'Hello' }],
  ])('is the account’s fault, and no client of %s takes it for its own', async (_client, path, body) => {
    const isListed = path === '/v1/chat/completions'
    bed.gemini.reply(unary(isListed ? [{ error }] : { error }, { status: 400 }))
    const reply = await bed.gateway.post(path, body)
    expect([reply.status, reply.headers['x-portcullis-error']]).toEqual([401, 'upstream_unauthorized'])
    expect(reply.text).toContain('of the account \\"gemini-mock\\"; the virtual key is fine.')
    expect(await bed.gateway.call(reply)).toMatchObject({
      status: 401,
      errorCode: 'upstream_unauthorized',
      attempts: [{ account: 'gemini-mock', errorCode: 'upstream_unauthorized' }],
    })
  })

  it('sends a route on to its next target', async () => {
    bed.gemini.reply(unary({ error }, { status: 400 }))
    const reply = await bed.gateway.post('/v1/messages', { model: 'past-bright', max_tokens: 9, messages })
    expect([reply.status, reply.headers['x-portcullis-provider']]).toEqual([200, 'anthropic'])
  })
})

describe('where nothing is', () => {
  it('is said in the shape of Gemini', async () => {
    for (const path of ['/v1beta/model/bright:generateContent', '/gemini/v1beta/x']) {
      const reply = await bed.gateway.post(path, oddBody)
      expect(reply.status).toBe(404)
      expect(reply.json.error).toMatchObject({ code: 404, status: 'NOT_FOUND' })
    }
  })

  it.each([
    ['/v1beta/models/bright:generateConten', '/v1beta/models/{model}:generateContent'],
    ['/v1/models/bright:streamGenerateContents?alt=sse', '/v1/models/{model}:streamGenerateContent'],
    ['/gemini/v1beta/models/gemini-mock/x:countToken', '/gemini/v1beta/models/{model}:countTokens'],
    ['/v1beta/models/bright:predict', '/v1beta/models/{model}:'],
  ])('a wrong verb is told the right one: %s', async (path, near) => {
    const reply = await bed.gateway.post(path, oddBody)
    expect([reply.status, reply.headers['x-portcullis-error']]).toEqual([404, 'unknown_path'])
    expect(reply.text).toContain(`the nearest path is ${near}`)
  })
})
