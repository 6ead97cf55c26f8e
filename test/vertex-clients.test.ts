/** Requests of Vertex AI as programs and coding tools send them, replayed. */
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { claudeCodeBody } from './support/coding-tools.ts'
import { fixture, inPieces, stream, unary } from './support/mock-replies.ts'
import { startVertexBed, type VertexBed } from './support/vertex-bed.ts'

let bed: VertexBed
beforeAll(async () => {
  bed = await startVertexBed()
})
afterAll(() => bed.close())
beforeEach(() => bed.reset())

const project = '/v1/projects/project-of-the-client/locations/us-east5/publishers'
const claudePath = (method: string, model = 'claude-sonnet-4-5@20250929'): string =>
  `/vertex${project}/anthropic/models/${encodeURIComponent(model).replaceAll('%40', '@')}:${method}`
const bothDialects = { clientDialect: 'vertex-messages', providerDialect: 'vertex-messages' }

describe('Claude Code in Vertex mode', () => {
  const sent = JSON.stringify({ ...claudeCodeBody('vertex-2023-10-16'), stream: true }, null, 1)
  const headers = { 'anthropic-beta': 'claude-code-20250219,a-beta-of-next-year-2027-01-01' }

  it.each([1, 100, 10_000])(
    'reaches Vertex AI byte for byte, and gets its very bytes in pieces of %i',
    async (size) => {
      bed.vertex.reply(stream(inPieces(fixture('anthropic/message.sse'), size)))
      const reply = await bed.gateway.post(claudePath('streamRawPredict'), sent, { headers })
      expect(reply.body).toEqual(fixture('anthropic/message.sse'))
      const [request] = bed.vertex.requests
      expect(String(request?.body)).toBe(sent)
      expect(request?.headers).toMatchObject(headers)
      expect(await bed.gateway.call(reply)).toMatchObject({ ...bothDialects, status: 200, outputTokens: 212 })
    },
  )

  it.each(['openai-mock/gpt-5-mini', 'vertex/gemini-2.5-flash'])('works with %s', async (model) => {
    const reply = await bed.gateway.post(claudePath('streamRawPredict', model), sent, { headers })
    const texts = reply.text
      .split('\n')
      .map((line) => /"text_delta","text":("(?:[^"\\]|\\.)*")/.exec(line)?.[1] ?? '""')
    expect(texts.map((text) => JSON.parse(text) as string).join('')).toBe('Grüße aus dem Torhaus 🏰 — alles ruhig.')
  })
})

describe('a client of Vertex AI', () => {
  it('has a body of Gemini passed on and the reply returned, byte for byte', async () => {
    const sent = '{ "contents":[{"role":"user","parts":[{"text":"Hi"}]}],\n "labels": {"team":"gate"}, "x": 1.0 }'
    const reply = await bed.gateway.post(`${project}/google/models/gemini-2.5-flash:generateContent`, sent)
    expect(reply.body).toEqual(fixture('gemini/generate-content.json'))
    expect(String(bed.vertex.requests[0]?.body)).toBe(sent)
  })

  it('may leave out `models/` before a name with an account, as the Vercel AI SDK does', async () => {
    const reply = await bed.gateway.post(`${project}/google/openai-mock/gpt-5-mini:generateContent`, {
      contents: [{ role: 'user', parts: [{ text: 'Hi' }] }],
    })
    expect(await bed.gateway.call(reply)).toMatchObject({ status: 200, requestedModel: 'openai-mock/gpt-5-mini' })
  })

  it('has its errors as Google or Anthropic writes them, whoever wrote them first', async () => {
    const google = { error: { code: 403, message: 'Not you.', status: 'PERMISSION_DENIED' } }
    bed.vertex.reply(unary(google, { status: 403 }), unary(google, { status: 403 }))
    const gemini = await bed.gateway.post(`${project}/google/models/gemini-2.5-flash:generateContent`, { contents: [] })
    expect([gemini.status, gemini.json]).toEqual([403, google])
    const claude = await bed.gateway.post(claudePath('rawPredict'), {})
    expect([claude.status, claude.json]).toEqual([403, google])
    const own = await bed.gateway.post(claudePath('rawPredict', 'nobody/knows'), {})
    expect(own.json).toMatchObject({ type: 'error', error: { type: 'not_found_error' } })
  })

  it('needs a key, and cannot leave its place in the path of the account', async () => {
    const open = await bed.gateway.post(claudePath('rawPredict'), {}, { headers: { authorization: '' } })
    expect(open.status).toBe(401)
    for (const model of ['vertex-claude/../../../../admin', 'vertex-claude/a?b#c', 'vertex-claude/..%2f..']) {
      await bed.gateway.post(claudePath('rawPredict', model), {})
      const path = bed.vertex.requests.at(-1)?.path ?? ''
      expect(path.split('/').slice(0, -1).join('/')).toBe(
        '/v1/projects/project-of-the-account/locations/europe-west4/publishers/anthropic/models',
      )
    }
  })
})
