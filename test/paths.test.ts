import OpenAI from 'openai'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { fixture, unary } from './support/mock-replies.ts'
import { startTestbed, type Testbed } from './support/testbed.ts'

let bed: Testbed
beforeAll(async () => {
  bed = await startTestbed()
})
afterAll(() => bed.close())
beforeEach(() => bed.reset())

const messages = [{ role: 'user', content: 'Hi' }] as const
const chat = { model: 'fast', messages }

describe('a base URL', () => {
  it.each(['', '/v1', '/v1/v1'])("of OpenAI's client may end in %j", async (end) => {
    const client = new OpenAI({ baseURL: bed.gateway.url + end, apiKey: bed.gateway.key, maxRetries: 0 })
    expect((await client.chat.completions.create({ model: 'fast', messages: [...messages] })).choices).toHaveLength(1)
    expect((await client.models.list()).data.length).toBeGreaterThan(0)
    expect((await client.models.retrieve('fast')).id).toBe('fast')
  })

  it.each(['/openai', '/openai/v1'])("of OpenAI's client may end in the prefix %s", async (prefix) => {
    const client = new OpenAI({ baseURL: bed.gateway.url + prefix, apiKey: bed.gateway.key, maxRetries: 0 })
    expect((await client.chat.completions.create({ model: 'fast', messages: [...messages] })).choices).toHaveLength(1)
    expect((await client.models.retrieve('fast')).id).toBe('fast')
    expect((await client.files.list()).data).toEqual([])
    expect((await client.batches.list()).data).toEqual([])
  })

  it.each([
    ['/messages', { ...chat, max_tokens: 9 }],
    ['/v1/v1/messages', { ...chat, max_tokens: 9 }],
    ['/messages/count_tokens', chat],
    ['/responses', { model: 'fast', input: 'Hi' }],
    ['/completions', { model: 'chat-mock/m', prompt: 'Hi' }],
    ['/embeddings', { model: 'fast', input: 'Hi' }],
    ['/rerank', { model: 'fast', query: 'Hi', documents: ['Hi'] }],
    ['/moderations', { model: 'fast', input: 'Hi' }],
    ['/images/generations', { model: 'fast', prompt: 'Hi' }],
  ])('may lack or double the version: %s', async (path, body) => {
    const usual = path.replace('/v1', '').replace(/^(?!\/v1)/, '/v1')
    for (const asked of [path, usual]) {
      bed.openai.reply(unary(fixture('openai/chat-completion.json')))
      const reply = await bed.gateway.post(asked, body)
      expect([asked, reply.headers['x-portcullis-error']]).not.toContain('unknown_path')
      expect((await bed.gateway.call(reply)).endpoint ?? usual).toBe(usual)
    }
  })

  it('that is wrong otherwise reaches nothing, with or without a key', async () => {
    for (const path of [
      '/v1/v1/v1/chat/completions',
      '/V1/chat/completions',
      '/v1//chat/completions',
      '/chat/completions/',
    ]) {
      expect([path, (await bed.gateway.post(path, chat)).status]).toEqual([path, 404])
    }
    const open = await bed.gateway.post('/chat/completions', chat, { headers: { authorization: '' } })
    expect(open.status).toBe(401)
    expect(bed.openai.requests).toHaveLength(0)
  })
})

describe('a path at which nothing is', () => {
  it.each([
    ['/v1/chat/completion', '/v1/chat/completions'],
    ['/v2/chat/completions', '/v1/chat/completions'],
    ['/v1/embedding', '/v1/embeddings'],
    ['/v1/messages/count-tokens', '/v1/messages/count_tokens'],
    ['/inference/v1/messages', '/v1/messages'],
    ['/v1/chat', '/v2/chat'],
    ['/v1/embed', '/v2/embed'],
  ])('%s is told %s', async (path, near) => {
    const reply = await bed.gateway.post(path, chat)
    expect([reply.status, reply.headers['x-portcullis-error']]).toEqual([404, 'unknown_path'])
    expect(reply.json.error?.message ?? reply.json.message).toMatch(new RegExp(`[ ,]${near}\\.$`))
  })

  it.each(['/v1/vector_stores', '/v1beta/files', '/key/generate', '/v1/prompts/p/completions', '/x'])(
    '%s is told no path that is something else',
    async (path) => {
      const { message } = (await bed.gateway.post(path, chat)).json.error
      expect(message).toContain(`There is nothing at ${path};`)
      expect(message).not.toContain('nearest')
      expect(message).toContain('/p/<account>/')
    },
  )

  it('of any length is answered at once', async () => {
    for (const path of [`/${'a/'.repeat(4000)}`, `/v1/${'a'.repeat(8000)}`]) {
      const reply = await bed.gateway.post(path, chat)
      expect([reply.status, reply.json.error.message.length < 500]).toEqual([404, true])
    }
  })
})
