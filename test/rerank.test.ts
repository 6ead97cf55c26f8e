import { CohereClientV2 } from 'cohere-ai'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { type EmbeddingBed, startEmbeddingBed } from './support/embedding-bed.ts'
import { unary } from './support/mock-replies.ts'

let bed: EmbeddingBed
beforeAll(async () => {
  bed = await startEmbeddingBed()
})
afterAll(() => bed.close())
beforeEach(() => bed.mock.reset())

const documents = ['a moat', 'a gate', 'a tower']
const ranking = [
  { index: 1, relevance_score: 0.98 },
  { index: 2, relevance_score: 0.4 },
]
const vendors = {
  cohere: {
    model: 'rerank-v3.5',
    path: '/v2/rerank',
    body: { model: 'rerank-v3.5', query: 'way in', documents, top_n: 2 },
    reply: { id: 'r-1', results: ranking, meta: { billed_units: { search_units: 1 } } },
  },
  jina: {
    model: 'jina-reranker-v2',
    path: '/v1/rerank',
    body: { model: 'jina-reranker-v2', query: 'way in', documents, top_n: 2, return_documents: false },
    reply: { model: 'jina-reranker-v2', results: ranking, usage: { total_tokens: 9 } },
  },
  voyage: {
    model: 'rerank-2.5',
    path: '/v1/rerank',
    body: { model: 'rerank-2.5', query: 'way in', documents, top_k: 2 },
    reply: { object: 'list', data: ranking, model: 'rerank-2.5', usage: { total_tokens: 9 } },
  },
}
const sent = () => bed.mock.requests[0]

describe.each(Object.entries(vendors))('rankings of %s', (vendor, { model, path, body, reply }) => {
  const asked = `${vendor}/${model}`

  it("reach Cohere's own client", async () => {
    bed.mock.reply(unary(reply))
    const cohere = new CohereClientV2({ environment: bed.gateway.url, token: bed.gateway.key, maxRetries: 0 })
    const answer = await cohere.rerank({ model: asked, query: 'way in', documents, topN: 2 })
    expect(answer.results).toEqual([
      { index: 1, relevanceScore: 0.98 },
      { index: 2, relevanceScore: 0.4 },
    ])
    expect([sent()?.path, sent()?.json]).toEqual([path, body])
  })

  it('reach a client that writes as Jina does, with its documents where it wants them', async () => {
    bed.mock.reply(unary(reply))
    const request = { model: asked, query: 'way in', documents: [{ text: 'a moat' }, 'a gate', 'a tower'], top_n: 2 }
    const { json } = await bed.gateway.post('/v1/rerank', { ...request, return_documents: true })
    expect(json.results.map(({ index }: { index: number }) => index)).toEqual([1, 2])
    // Cohere's first version and Jina are asked as the client asked, and answer themselves.
    if (vendor === 'voyage') expect(json.results[0].document).toEqual({ text: 'a gate' })
    if (vendor !== 'cohere') expect(json.usage.total_tokens).toBe(9)
  })

  it('reach a client that writes as Voyage does', async () => {
    bed.mock.reply(unary(reply))
    const request = { model: asked, query: 'way in', documents, top_k: 2, return_documents: true }
    const { json } = await bed.gateway.post('/v1/rerank', request)
    const scores = json.data.map((item: { relevance_score: number }) => item.relevance_score)
    expect(scores).toEqual([0.98, 0.4])
    if (vendor !== 'voyage') expect(json.data[0].document).toBe('a gate')
    expect(json.object).toBe('list')
  })

  it('that are no rankings are a fault of the provider', async () => {
    bed.mock.reply(unary({ results: [{ index: 'first' }], data: [{ index: 'first' }] }))
    const other = vendor === 'voyage' ? '/v2/rerank' : '/v1/rerank'
    const extra = vendor === 'voyage' ? {} : { top_k: 1 }
    const answer = await bed.gateway.post(other, { model: asked, query: 'q', documents, ...extra })
    expect([answer.status, answer.headers['x-portcullis-error']]).toEqual([502, 'upstream_invalid_reply'])
  })
})

it('a client of the same shape passes byte for byte', async () => {
  const bytes = '{ "query":"way in", "model" : "rerank-2.5" ,"documents":["Gr\\u00fc\\u00dfe"],"top_k":null, "new":1.0}'
  bed.mock.reply(unary('{ "data" : [] }'))
  const reply = await bed.gateway.post('/v1/rerank', bytes.replace('"rerank-2.5"', '"voyage/rerank-2.5"'))
  expect(sent()?.body.toString()).toBe(bytes)
  expect(reply.text).toBe('{ "data" : [] }')
})

it('counts the tokens of a ranking', async () => {
  bed.mock.reply(unary(vendors.voyage.reply))
  const reply = await bed.gateway.post('/v2/rerank', { model: 'voyage/rerank-2.5', query: 'q', documents })
  expect(await bed.gateway.call(reply)).toMatchObject({ provider: 'voyage', inputTokens: 9, status: 200 })
})

it.each(['/v1/rerank', '/v2/rerank'])('%s takes documents that are objects with a text', async (path) => {
  bed.mock.reply(unary(vendors.voyage.reply))
  const objects = documents.map((text) => ({ text }))
  const { status } = await bed.gateway.post(path, { model: 'voyage/rerank-2.5', query: 'q', documents: objects })
  expect([status, sent()?.json]).toEqual([200, { model: 'rerank-2.5', query: 'q', documents }])
})

it('a wrong field is named, and no provider asked', async () => {
  for (const [body, param] of [
    [{ documents }, 'query'],
    [{ query: 'q', documents: [] }, 'documents'],
    [{ query: 'q', documents: [1] }, 'documents[0]'],
    [{ query: 'q', documents, top_n: 0 }, 'top_n'],
  ] as const) {
    const reply = await bed.gateway.post('/v1/rerank', { model: 'voyage/rerank-2.5', ...body })
    expect([reply.status, reply.json.error.param]).toEqual([400, param])
  }
  expect(bed.mock.requests).toHaveLength(0)
})

describe('a ranking of Cohere', () => {
  const meta = { billed_units: { search_units: 2 }, tokens: { input_tokens: 1000, output_tokens: 0 } }

  it.each([
    ['its own client', '/v2/rerank', { top_n: 2 }],
    ['a client of its first version', '/v1/rerank', { top_n: 2 }],
    ['a client of Voyage', '/v1/rerank', { top_k: 2 }],
  ])('for %s has no cost by its tokens, as its searches are billed', async (_client, path, extra) => {
    bed.mock.reply(unary({ id: 'r-1', results: ranking, meta }))
    const reply = await bed.gateway.post(path, { model: 'cohere/command-r-08-2024', query: 'q', documents, ...extra })
    const call = await bed.gateway.call(reply)
    expect(call).toMatchObject({ status: 200, inputTokens: 1000, costUsd: null })
  })
})
