import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest'
import { post } from './support/client.ts'
import { type GeminiBed, startGeminiBed } from './support/gemini-bed.ts'
import { unary } from './support/mock-replies.ts'

let bed: GeminiBed
beforeAll(async () => {
  bed = await startGeminiBed()
})
afterAll(() => bed.close())
beforeEach(() => bed.reset())
afterEach(() => vi.restoreAllMocks())

const contents = [{ role: 'user', parts: [{ text: 'Hello' }] }]
const at = (path: string, key = bed.gateway.key) =>
  `${bed.gateway.url}${path}${path.includes('?') ? '&' : '?'}key=${key}`

/** All that the gateway wrote to its disk but its configuration. */
async function written(): Promise<string> {
  const folder = join(bed.gateway.directory, 'data')
  const files = await readdir(folder, { recursive: true, withFileTypes: true })
  const texts = files
    .filter((file) => file.isFile())
    .map((file) => readFile(join(file.parentPath, file.name), 'latin1'))
  return (await Promise.all(texts)).join('\n')
}

describe('a virtual key in the query of a URL, where clients of Gemini write it', () => {
  it.each([
    '/v1beta/models/bright:generateContent',
    '/v1beta/models/bright:streamGenerateContent?alt=sse',
    '/v1beta/models/bright:countTokens',
    '/v1beta/models/fast:generateContent',
    '/gemini/v1beta/models/gemini-mock/gemini-embedding-001:embedContent',
  ])('opens %s, and goes nowhere', async (path) => {
    const log = vi.spyOn(process.stderr, 'write')
    const body = path.endsWith(':embedContent') ? { content: { parts: [{ text: 'Hello' }] } } : { contents }
    const reply = await post(at(path), body)
    expect(reply.headers['x-portcullis-error']).toBeUndefined()
    expect(reply.status).toBe(200)
    const [sent] = [...bed.gemini.requests, ...bed.openai.requests]
    expect(sent?.path).not.toContain('key=')
    expect(sent?.rawHeaders.join('\n')).not.toContain(bed.gateway.key)
    const { key, ...record } = await bed.gateway.call(reply)
    expect(key).toBe('team-a')
    expect(JSON.stringify(record)).not.toContain(bed.gateway.key)
    expect(await written()).not.toContain(bed.gateway.key)
    expect(log.mock.calls.flat().join('\n')).not.toContain(bed.gateway.key)
  })

  it.each(['/v1beta/models', '/v1/models', '/v1beta/models/bright'])('lists the models at %s', async (path) => {
    const reply = await post(at(path), undefined, { method: 'GET' })
    expect(reply.status).toBe(200)
    expect(reply.text).toContain('"name":"models/')
  })

  it('is told from a stranger’s, which no answer repeats', async () => {
    const reply = await post(at('/v1beta/models/bright:generateContent', 'pk-guess-0123456789'), { contents })
    expect([reply.status, reply.headers['x-portcullis-error']]).toEqual([401, 'unknown_key'])
    const unknown = await post(at('/v1beta/models/bright:generateConten', 'pk-guess-0123456789'), { contents })
    expect(unknown.status).toBe(404)
    expect(reply.text + unknown.text + (await written())).not.toContain('pk-guess')
    expect(bed.gemini.requests).toHaveLength(0)
  })

  it('is not one of two that a query holds, and not what other dialects take', async () => {
    const twice = at(`/v1beta/models/bright:generateContent?key=${bed.gateway.key}`, 'pk-other')
    expect((await post(twice, { contents })).headers['x-portcullis-error']).toBe('missing_key')
    const messages = [{ role: 'user', content: 'Hello' }]
    for (const path of ['/v1/chat/completions', '/v1/messages', '/v1/embeddings'])
      expect((await post(at(path), { model: 'fast', messages })).headers['x-portcullis-error']).toBe('missing_key')
  })

  it('is taken out of a raw request, whose query goes on else', async () => {
    const path = '/p/gemini-mock/files?pageSize=2'
    const headers = { 'x-goog-api-key': bed.gateway.key }
    bed.gemini.reply(unary({ files: [] }))
    await post(`${at(path)}&%6bey=x&z=1`, undefined, { method: 'GET', headers })
    expect(bed.gemini.requests[0]?.path).toBe('/v1beta/files?pageSize=2&z=1')
  })
})
