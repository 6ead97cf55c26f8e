import { GoogleGenAI } from '@google/genai'
import { CohereClientV2 } from 'cohere-ai'
import { Ollama } from 'ollama'
import OpenAI from 'openai'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { type EmbeddingBed, narrowKey, startEmbeddingBed } from './support/embedding-bed.ts'
import { unary } from './support/mock-replies.ts'

let bed: EmbeddingBed
beforeAll(async () => {
  bed = await startEmbeddingBed()
})
afterAll(() => bed.close())
beforeEach(() => bed.mock.reset())

/** 32-bit floats, as a model has them, and none that is a short decimal. */
const vectors = [
  [Math.fround(0.1), -0.5, Math.fround(1 / 3)],
  [1, 0, Math.fround(-1e-7)],
]
const base64 = vectors.map((vector) => Buffer.from(new Float32Array(vector).buffer).toString('base64'))
const openaiReply = (written: readonly unknown[] = vectors) => ({
  object: 'list',
  data: written.map((embedding, index) => ({ object: 'embedding', index, embedding })),
  model: 'text-embedding-3-small',
  usage: { prompt_tokens: 7, total_tokens: 7 },
})
const geminiReply = { embeddings: vectors.map((values) => ({ values })) }
const ollamaReply = { model: 'all-minilm', embeddings: vectors, prompt_eval_count: 7 }
const cohereReply = {
  id: 'c-1',
  embeddings: { float: vectors },
  texts: ['one', 'two'],
  meta: { billed_units: { input_tokens: 7 } },
  response_type: 'embeddings_by_type',
}
const sent = () => bed.mock.requests[0]
const targets = [
  ['openai/text-embedding-3-small', openaiReply()],
  ['gemini/gemini-embedding-001', geminiReply],
  ['ollama/all-minilm', ollamaReply],
  ['cohere/embed-v4.0', cohereReply],
  ['voyage/voyage-3.5', openaiReply()],
  ['jina/jina-embeddings-v3', openaiReply()],
] as const

describe("OpenAI's own client", () => {
  const openai = () => new OpenAI({ baseURL: `${bed.gateway.url}/v1`, apiKey: bed.gateway.key, maxRetries: 0 })

  it('gets the vectors that it asked for as base64, which is its default', async () => {
    bed.mock.reply(unary(openaiReply(base64)))
    const { data } = await openai().embeddings.create({ model: 'small', input: ['one', 'two'] })
    expect(data.map(({ embedding }) => embedding)).toEqual(vectors)
    expect(sent()?.json).toEqual({
      model: 'text-embedding-3-small',
      input: ['one', 'two'],
      encoding_format: 'base64',
    })
  })

  it.each(
    // These are asked in a format of their own, and have no base64 to give.
    [
      ['voyage/voyage-3.5', openaiReply(), { input: ['one', 'two'], output_dimension: 3, encoding_format: 'base64' }],
      ['jina/jina-embeddings-v3', openaiReply(), { input: ['one', 'two'], dimensions: 3, embedding_type: 'base64' }],
    ] as const,
  )('gets base64 of the very floats that %s answers', async (model, reply, body) => {
    bed.mock.reply(unary(reply))
    const asked = { model, input: ['one', 'two'], dimensions: 3, user: 'u-1' }
    const { data, response } = await openai().embeddings.create(asked).withResponse()
    expect(data.data.map(({ embedding }) => embedding)).toEqual(vectors)
    expect(data.usage.prompt_tokens).toBe(7)
    expect(sent()?.json).toEqual({ model: model.slice(model.indexOf('/') + 1), ...body })
    expect(response.headers.get('x-portcullis-dropped')).toBe('user')
  })

  it('is told which field is wrong before a provider is asked', async () => {
    for (const [body, param] of [
      [{ input: 'x', dimensions: '3' }, 'dimensions'],
      [{ input: 'x', encoding_format: 'hex' }, 'encoding_format'],
      [{ input: [] }, 'input'],
      [{ input: [[1, 2]] }, 'input'],
    ] as const) {
      const reply = await bed.gateway.post('/v1/embeddings', { model: 'voyage/voyage-3.5', ...body })
      expect([reply.status, reply.json.error.code, reply.json.error.param]).toEqual([400, 'invalid_request', param])
    }
    expect(bed.mock.requests).toHaveLength(0)
  })

  it('has the tokens of a translated call in its record', async () => {
    bed.mock.reply(unary({ ...openaiReply(), usage: { total_tokens: 7 } }))
    const reply = await bed.gateway.post('/v1/embeddings', { model: 'voyage/voyage-3.5', input: 'one' })
    expect(await bed.gateway.call(reply)).toMatchObject({
      provider: 'voyage',
      model: 'voyage-3.5',
      inputTokens: 7,
      status: 200,
    })
  })
})

describe("Cohere's own client", () => {
  it('has the tokens that Cohere bills in its record', async () => {
    bed.mock.reply(unary(cohereReply))
    const reply = await bed.gateway.post('/v2/embed', {
      model: 'cohere/embed-v4.0',
      texts: ['one', 'two'],
      input_type: 'search_query',
      embedding_types: ['float'],
    })
    expect(reply.json).toEqual(cohereReply)
    expect(await bed.gateway.call(reply)).toMatchObject({ provider: 'cohere', inputTokens: 7, outputTokens: 0 })
  })

  const cohere = () => new CohereClientV2({ environment: bed.gateway.url, token: bed.gateway.key, maxRetries: 0 })

  it.each(targets)('gets embeddings of %s', async (model, reply) => {
    bed.mock.reply(unary(reply))
    const answer = await cohere().embed({
      model,
      texts: ['one', 'two'],
      inputType: 'search_query',
      embeddingTypes: ['float'],
      outputDimension: 3,
    })
    expect(answer.embeddings.float).toEqual(vectors)
    expect(bed.mock.requests).toHaveLength(1)
  })

  it('says what its texts are for in the words of each vendor', async () => {
    const bodies: Record<string, unknown> = {}
    for (const [model, reply] of targets) {
      bed.mock.reset()
      bed.mock.reply(unary(reply))
      await cohere().embed({ model, texts: ['one', 'two'], inputType: 'search_query', embeddingTypes: ['float'] })
      bodies[sent()?.path ?? ''] = sent()?.json
    }
    expect(bodies).toMatchObject({
      '/v1beta/models/gemini-embedding-001:batchEmbedContents': {
        requests: ['one', 'two'].map((text) => ({
          model: 'models/gemini-embedding-001',
          content: { parts: [{ text }] },
          taskType: 'RETRIEVAL_QUERY',
        })),
      },
      '/api/embed': { model: 'all-minilm', input: ['one', 'two'] },
      '/v2/embed': { model: 'embed-v4.0', input_type: 'search_query' },
    })
  })

  it('is refused vectors that only Cohere makes, at another provider', async () => {
    const reply = await bed.gateway.post('/v2/embed', {
      model: 'small',
      texts: ['one'],
      input_type: 'search_query',
      embedding_types: ['int8'],
    })
    expect([reply.status, reply.headers['x-portcullis-error']]).toEqual([400, 'invalid_request'])
    expect(bed.mock.requests).toHaveLength(0)
  })
})

describe("Ollama's own client", () => {
  const ollama = () => new Ollama({ host: bed.gateway.url, headers: { authorization: `Bearer ${bed.gateway.key}` } })

  it.each(targets)('gets embeddings of %s', async (model, reply) => {
    bed.mock.reply(unary(reply))
    const answer = await ollama().embed({ model, input: ['one', 'two'], truncate: true })
    expect(answer.embeddings).toEqual(vectors)
    expect(answer.model).toBe(model.startsWith('ollama/') ? 'all-minilm' : model)
  })

  it('gets one vector where it asks the older way', async () => {
    bed.mock.reply(unary(openaiReply(base64.slice(0, 1))))
    expect(await ollama().embeddings({ model: 'small', prompt: 'one' })).toEqual({ embedding: vectors[0] })
    expect(sent()?.json).toEqual({ model: 'text-embedding-3-small', input: 'one' })
  })
})

describe("Google's own client", () => {
  const google = (apiKey = bed.gateway.key) => new GoogleGenAI({ apiKey, httpOptions: { baseUrl: bed.gateway.url } })

  it.each(targets)('gets embeddings of %s', async (model, reply) => {
    bed.mock.reply(unary(reply))
    const answer = await google().models.embedContent({
      model,
      contents: ['one', 'two'],
      config: { outputDimensionality: 3, taskType: 'RETRIEVAL_DOCUMENT' },
    })
    expect(answer.embeddings?.map(({ values }) => values)).toEqual(vectors)
    expect(bed.mock.requests).toHaveLength(1)
  })

  it('names the model of the target in each request of a batch', async () => {
    bed.mock.reply(unary(geminiReply))
    await google().models.embedContent({ model: 'gemini/gemini-embedding-001', contents: ['one', 'two'] })
    expect(sent()?.json).toMatchObject({
      requests: [{ model: 'models/gemini-embedding-001' }, { model: 'models/gemini-embedding-001' }],
    })
  })

  it('need not write `models/` before a name with an account', async () => {
    const content = { parts: [{ text: 'one' }] }
    for (const [method, body] of [
      ['embedContent', { content }],
      ['batchEmbedContents', { requests: [{ content }] }],
      ['countTokens', { contents: [content] }],
    ] as const) {
      bed.mock.reply(unary(openaiReply()))
      const reply = await bed.gateway.post(`/v1beta/openai/text-embedding-3-small:${method}`, body)
      expect([method, reply.status]).toEqual([method, 200])
    }
  })

  it('cannot name another model in the body than its key is held to in the path', async () => {
    const headers = { authorization: '', 'x-goog-api-key': narrowKey }
    const path = '/v1beta/models/gemini%2Fgemini-embedding-001'
    const request = { model: 'models/gemini-embedding-exp', content: { parts: [{ text: 'one' }] } }
    for (const reply of [
      await bed.gateway.post(`${path}:batchEmbedContents`, { requests: [request] }, { headers }),
      await bed.gateway.post(`${path}:embedContent`, request, { headers }),
    ]) {
      expect([reply.status, reply.headers['x-portcullis-error']]).toEqual([400, 'invalid_request'])
    }
    expect(bed.mock.requests).toHaveLength(0)
  })
})

describe('clients of a provider', () => {
  it('reach it byte for byte where both write the same', async () => {
    const odd = (model: string, rest: string): string => `{ "model" : "${model}",${rest}, "new":1.0 }`
    for (const [path, providerPath, model, rest, reply] of [
      ['/api/embed', '/api/embed', 'all-minilm', '"input":"Gr\\u00fc\\u00dfe"', ollamaReply],
      ['/v2/embed', '/v2/embed', 'embed-v4.0', '"texts":["one"],"embedding_types":["int8"]', cohereReply],
      ['/v1/embeddings', '/v1/embeddings', 'voyage-3.5', '"input":["one"],"output_dtype":"int8"', openaiReply()],
      ['/v1/embeddings', '/v1/embeddings', 'jina-v3', '"input":["one"],"task":"text-matching"', openaiReply()],
    ] as const) {
      const vendor = { 'all-minilm': 'ollama', 'embed-v4.0': 'cohere', 'voyage-3.5': 'voyage', 'jina-v3': 'jina' }[
        model
      ]
      bed.mock.reset()
      const bytes = `\n${JSON.stringify(reply)} `
      bed.mock.reply(unary(bytes))
      const answer = await bed.gateway.post(path, odd(`${vendor}/${model}`, rest))
      expect(sent()?.path).toBe(providerPath)
      expect(sent()?.body.toString()).toBe(odd(model, rest))
      expect(answer.text).toBe(bytes)
    }
  })

  it.each([
    '"input_type":"passage","truncate":"NONE"',
    '"task":"retrieval.passage","normalized":true',
    '"truncation":true,"output_dimension":256',
  ])("reach a server of OpenAI's format with every field that it has beside OpenAI's: %s", async (fields) => {
    const body = (model: string) => `{"input":["one"], "model":"${model}", ${fields}}`
    bed.mock.reply(unary(openaiReply()))
    const reply = await bed.gateway.post('/v1/embeddings', body('openai/nv-embedqa'))
    expect(reply.headers['x-portcullis-dropped']).toBeUndefined()
    expect(sent()?.body.toString()).toBe(body('nv-embedqa'))
  })

  it('hear what was left out by the names that they wrote', async () => {
    const taskType = { taskType: 'RETRIEVAL_QUERY', title: 'A gate' }
    for (const [path, body, dropped] of [
      [
        '/v2/embed',
        { model: 'small', texts: ['one'], input_type: 'search_query', truncate: 'END' },
        'input_type, truncate',
      ],
      ['/v1beta/models/small:embedContent', { content: { parts: [{ text: 'one' }] }, ...taskType }, 'taskType, title'],
      [
        '/v1/embeddings',
        { model: 'ollama/all-minilm', input: 'one', task: 'text-matching', normalized: true },
        'normalized, task',
      ],
      ['/v1/embeddings', { model: 'gemini/g', input: 'one', input_type: 'query', truncation: true }, 'truncation'],
      ['/v1/embeddings', { model: 'gemini/g', input: 'one', input_type: 'sideways' }, 'input_type'],
    ] as const) {
      bed.mock.reset()
      bed.mock.reply(
        unary({ ...openaiReply(), ...('model' in body && body.model === 'gemini/g' ? geminiReply : ollamaReply) }),
      )
      const reply = await bed.gateway.post(path, body)
      expect([path, reply.status, reply.headers['x-portcullis-dropped']]).toEqual([path, 200, dropped])
    }
  })

  it("say what a text is for in Cohere's words too, where they ask Cohere as OpenAI is asked", async () => {
    bed.mock.reply(unary(cohereReply))
    await bed.gateway.post('/v1/embeddings', { model: 'cohere/embed-v4.0', input: 'one', input_type: 'search_query' })
    expect(sent()?.json).toMatchObject({ texts: ['one'], input_type: 'search_query' })
  })

  it('hear of a fault of another vendor in their own words', async () => {
    bed.mock.reply(unary({ detail: 'Too many texts.' }, { status: 400 }))
    const reply = await bed.gateway.post('/api/embed', { model: 'voyage/voyage-3.5', input: 'one' })
    expect([reply.status, reply.json]).toEqual([400, { error: 'Too many texts.' }])
  })

  it('hear of a provider that has no embeddings, and of a reply that holds none', async () => {
    bed.mock.reply(unary({ object: 'list' }))
    const reply = await bed.gateway.post('/api/embed', { model: 'small', input: 'one' })
    expect([reply.status, reply.headers['x-portcullis-error']]).toEqual([502, 'upstream_invalid_reply'])
  })
})
