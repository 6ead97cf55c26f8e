import OpenAI, { toFile } from 'openai'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { gate } from './support/gate.ts'
import { unary, vendorError } from './support/mock-replies.ts'
import { startTestbed, type Testbed } from './support/testbed.ts'

let bed: Testbed
let client: OpenAI
beforeAll(async () => {
  bed = await startTestbed()
  client = new OpenAI({ baseURL: `${bed.gateway.url}/v1`, apiKey: bed.gateway.key, maxRetries: 0 })
})
afterAll(() => bed.close())
beforeEach(() => bed.reset())

const png = Buffer.from('89504e470d0a1a0a00ff', 'hex')
const sent = () => bed.openai.requests[0]

describe("OpenAI's own client", () => {
  it('makes pictures, and the model of the target stands in its place', async () => {
    bed.openai.reply(unary({ created: 1, data: [{ b64_json: 'AAAA' }], usage: { input_tokens: 5, output_tokens: 9 } }))
    const { data } = await client.images.generate({ model: 'fast', prompt: 'a gate' })
    expect(data?.[0]?.b64_json).toBe('AAAA')
    expect([sent()?.path, sent()?.json]).toEqual(['/v1/images/generations', { model: 'gpt-5-mini', prompt: 'a gate' }])
  })

  it('edits a picture: the form arrives as it was, but for the name of the model', async () => {
    bed.openai.reply(unary({ created: 1, data: [{ b64_json: 'AAAA' }] }))
    await client.images.edit({
      model: 'fast',
      image: await toFile(png, 'gate.png', { type: 'image/png' }),
      prompt: 'at dusk',
    })
    const body = sent()?.body ?? Buffer.alloc(0)
    expect(sent()?.path).toBe('/v1/images/edits')
    expect(sent()?.headers['content-type']).toMatch(/^multipart\/form-data; boundary=/)
    expect(body.includes(png)).toBe(true)
    expect(body.toString('latin1')).toMatch(/name="model"\r\n\r\ngpt-5-mini\r\n/)
  })

  it('need not name the model where OpenAI has a usual one', async () => {
    bed.openai.script(() => unary({ results: [], data: [] }))
    await client.moderations.create({ input: 'a gate' })
    await client.images.createVariation({ image: await toFile(png, 'gate.png', { type: 'image/png' }) })
    const [moderation, variation] = bed.openai.requests
    expect(moderation?.json).toEqual({ model: 'omni-moderation-latest', input: 'a gate' })
    expect(variation?.body.toString('latin1')).toMatch(/name="model"\r\n\r\ndall-e-2\r\n/)
    const refused = await client.chat.completions.create({ messages: [] } as never).catch((error) => error)
    expect([refused.status, refused.message]).toEqual([400, expect.stringContaining('`model` is missing')])
  })

  it('has speech made, which comes as it is spoken', async () => {
    const first = gate()
    const sound = [Buffer.from([0, 255, 1]), Buffer.from('error and {"json":1}'), Buffer.from([2, 3])]
    bed.openai.reply(async ({ response }) => {
      response.writeHead(200, { 'content-type': 'audio/mpeg' })
      response.write(sound[0])
      // The rest is only spoken once the client has heard the first.
      await first.passed
      response.write(sound[1])
      response.end(sound[2])
    })
    const reply = await client.audio.speech.create({ model: 'fast', voice: 'alloy', input: 'Halt!' })
    expect(reply.headers.get('content-type')).toBe('audio/mpeg')
    const heard: Buffer[] = []
    for await (const piece of reply.body as unknown as AsyncIterable<Uint8Array>) {
      heard.push(Buffer.from(piece))
      first.open()
    }
    expect(Buffer.concat(heard)).toEqual(Buffer.concat(sound))
  })

  it('has speech written down: as JSON, as text, and as a stream of events', async () => {
    const file = await toFile(Buffer.from('RIFF'), 'voice.wav', { type: 'audio/wav' })
    bed.openai.reply(unary({ text: 'Halt!' }))
    expect(await client.audio.transcriptions.create({ model: 'fast', file })).toMatchObject({ text: 'Halt!' })
    expect(sent()?.path).toBe('/v1/audio/transcriptions')
    bed.openai.reply(({ response }) => void response.writeHead(200, { 'content-type': 'text/plain' }).end('Halt!\n'))
    expect(await client.audio.transcriptions.create({ model: 'fast', file, response_format: 'text' })).toBe('Halt!\n')
    bed.openai.reply(({ response }) => {
      response.writeHead(200, { 'content-type': 'text/event-stream' })
      response.end(
        'data: {"type":"transcript.text.delta","delta":"Halt!"}\n\ndata: {"type":"transcript.text.done","text":"Halt!"}\n\n',
      )
    })
    const events: string[] = []
    for await (const event of await client.audio.transcriptions.create({ model: 'fast', file, stream: true })) {
      events.push(event.type)
    }
    expect(events).toEqual(['transcript.text.delta', 'transcript.text.done'])
    bed.openai.reply(unary({ text: 'Halt!' }))
    await client.audio.translations.create({ model: 'fast', file })
    expect(bed.openai.requests.at(-1)?.path).toBe('/v1/audio/translations')
  })

  it('has a text judged', async () => {
    bed.openai.reply(unary({ id: 'm', model: 'x', results: [{ flagged: false, categories: {}, category_scores: {} }] }))
    const { results } = await client.moderations.create({ model: 'fast', input: 'Hello' })
    expect(results[0]?.flagged).toBe(false)
  })

  it('makes embeddings in batches, of a length, as numbers and as Base64', async () => {
    const vector = Float32Array.from([0.25, -1.5])
    const encoded = Buffer.from(vector.buffer).toString('base64')
    bed.openai.reply(
      unary({
        object: 'list',
        data: [0, 1].map((index) => ({ object: 'embedding', index, embedding: encoded })),
        usage: { prompt_tokens: 8, total_tokens: 8 },
      }),
    )
    const { data } = await client.embeddings.create({
      model: 'openai-mock/text-embedding-3-small',
      input: ['a', 'b'],
      dimensions: 2,
    })
    expect(data.map(({ embedding }) => embedding)).toEqual([
      [0.25, -1.5],
      [0.25, -1.5],
    ])
    expect(sent()?.json).toMatchObject({ input: ['a', 'b'], dimensions: 2, encoding_format: 'base64' })
  })
})

describe('the record', () => {
  it('has tokens and cost of embeddings, and no cost where tokens are pictures', async () => {
    bed.openai.reply(unary({ object: 'list', data: [], usage: { prompt_tokens: 1000, total_tokens: 1000 } }))
    const embedded = await bed.gateway.post('/v1/embeddings', {
      model: 'openai-mock/text-embedding-3-small',
      input: 'x',
    })
    expect(await bed.gateway.call(embedded)).toMatchObject({ inputTokens: 1000, outputTokens: 0, costUsd: 0.00002 })
    bed.openai.reply(unary({ data: [], usage: { input_tokens: 5, output_tokens: 9 } }))
    const drawn = await bed.gateway.post('/v1/images/generations', { model: 'openai-mock/gpt-5-mini', prompt: 'x' })
    expect(await bed.gateway.call(drawn)).toMatchObject({ inputTokens: 5, outputTokens: 9, costUsd: null })
  })
})

describe('a ranking', () => {
  it('passes to a provider that has it', async () => {
    const body = { model: 'openai-mock/reranker', query: 'gate', documents: ['a', 'b'], top_n: 1 }
    bed.openai.reply(unary({ results: [{ index: 1, relevance_score: 0.9 }], usage: { total_tokens: 12 } }))
    const reply = await bed.gateway.post('/v1/rerank', body)
    expect(reply.json.results).toEqual([{ index: 1, relevance_score: 0.9 }])
    expect(sent()?.path).toBe('/v1/rerank')
    expect(await bed.gateway.call(reply)).toMatchObject({ inputTokens: 12 })
  })
})

describe('a request that cannot be served', () => {
  it('is refused before a provider is asked: wrong type, half a form, no model, a provider of another family', async () => {
    const boundary = { 'content-type': 'multipart/form-data; boundary=x' }
    for (const [path, body, headers, status, code] of [
      ['/v1/images/edits', '{}', { 'content-type': 'application/json' }, 415, 'invalid_content_type'],
      [
        '/v1/images/edits',
        '--x\r\nContent-Disposition: form-data; name="model"\r\n\r\nfast',
        boundary,
        400,
        'invalid_form',
      ],
      [
        '/v1/images/edits',
        '--x\r\nContent-Disposition: form-data; name="prompt"\r\n\r\na\r\n--x--\r\n',
        boundary,
        400,
        'invalid_request',
      ],
      ['/v1/images/generations', { model: 'clever', prompt: 'x' }, {}, 400, 'unsupported_endpoint'],
      ['/v1/images/generations', { model: 'nobody/x', prompt: 'x' }, {}, 404, 'unknown_provider'],
    ] as const) {
      const reply = await bed.gateway.post(path, body, { headers })
      expect([reply.status, reply.headers['x-portcullis-error']]).toEqual([status, code])
    }
    expect(bed.openai.requests).toHaveLength(0)
    expect(bed.anthropic.requests).toHaveLength(0)
  })

  it("has the provider's own error when the provider refuses it", async () => {
    bed.openai.reply(vendorError(400, { message: 'No such voice.' }))
    const reply = await bed.gateway.post('/v1/audio/speech', { model: 'fast', voice: 'x', input: 'x' })
    expect([reply.status, reply.json.error.message]).toEqual([400, 'No such voice.'])
  })
})
