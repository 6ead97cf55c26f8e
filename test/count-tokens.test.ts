import Anthropic from '@anthropic-ai/sdk'
import { GoogleGenAI } from '@google/genai'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { type GeminiBed, startGeminiBed } from './support/gemini-bed.ts'
import { unary, vendorError } from './support/mock-replies.ts'

let bed: GeminiBed
let google: GoogleGenAI
let anthropic: Anthropic
beforeAll(async () => {
  bed = await startGeminiBed()
  google = new GoogleGenAI({ apiKey: bed.gateway.key, httpOptions: { baseUrl: bed.gateway.url } })
  anthropic = new Anthropic({ baseURL: bed.gateway.url, apiKey: bed.gateway.key, maxRetries: 0 })
})
afterAll(() => bed.close())
beforeEach(() => bed.reset())

const text = 'The quick brown fox jumps over the lazy dog. '.repeat(20)
const messages = [{ role: 'user' as const, content: text }]
const contents = [{ role: 'user', parts: [{ text }] }]
/** Of OpenAI's o200k_base for the text, and the marks around a message. */
const tokens = 204

describe('tokens are counted by the provider', () => {
  it('for a client of Anthropic, byte for byte but for the name', async () => {
    const counted = '{ "input_tokens": 2095, "from_next_year": 1.0 }'
    bed.anthropic.reply(unary(counted))
    const body = `{"model" : "clever", "messages":[{"role":"user","content":"Gr\\u00fc\\u00dfe"}]}`
    const reply = await bed.gateway.post('/v1/messages/count_tokens?beta=true', body, {
      headers: { 'anthropic-beta': 'some-beta' },
    })
    expect(reply.text).toBe(counted)
    expect(reply.headers['x-portcullis-estimated']).toBeUndefined()
    const [sent] = bed.anthropic.requests
    expect(sent?.path).toBe('/v1/messages/count_tokens?beta=true')
    expect(sent?.body.toString()).toBe(body.replace('clever', 'claude-sonnet-4-5'))
    expect(sent?.headers['anthropic-beta']).toBe('some-beta')
    expect((await bed.gateway.call(reply)).costUsd).toBeNull()
  })

  it('for a client of Gemini', async () => {
    bed.gemini.reply(unary({ totalTokens: 31, promptTokensDetails: [{ modality: 'TEXT', tokenCount: 31 }] }))
    const counted = await google.models.countTokens({ model: 'bright', contents })
    expect(counted.totalTokens).toBe(31)
    expect(bed.gemini.requests[0]?.path).toBe('/v1beta/models/gemini-3-flash-preview:countTokens')
    bed.gemini.reply(unary({ totalTokens: 5 }))
    await bed.gateway.post('/gemini/v1beta/models/bright:countTokens', {
      generateContentRequest: { model: 'models/bright', contents },
    })
    expect(bed.gemini.requests[1]?.json).toEqual({
      generateContentRequest: { model: 'models/gemini-3-flash-preview', contents },
    })
  })

  it.each(['generateContentRequest', 'generate_content_request'])(
    'for a client of Google byte for byte but for the name in %s',
    async (field) => {
      const body = (name: string) =>
        `{ "${field}" : {"contents":[{"parts":[{"text":"Gr\\u00fc\\u00dfe"}]}],"from_next_year":12345678901234567890,"model":"${name}"} }`
      bed.gemini.reply(unary({ totalTokens: 5 }))
      await bed.gateway.post('/v1beta/models/bright:countTokens', body('models/bright'))
      expect(bed.gemini.requests[0]?.body.toString()).toBe(
        body('models/gemini-3-flash-preview').replace('{ "', '{"').replace(/ }$/, '}'),
      )
    },
  )

  it('and its faults are told', async () => {
    bed.anthropic.reply(vendorError(429, { message: 'Slow down.' }))
    const asking = anthropic.messages.countTokens({ model: 'clever', messages })
    await expect(asking).rejects.toThrow(/Slow down/)
  })
})

describe('tokens are estimated, and the count says so', () => {
  it.each(['fast', 'bright'])('for a client of Anthropic, for the model %s', async (model) => {
    const { data, response } = await anthropic.messages.countTokens({ model, messages }).withResponse()
    expect(Math.abs(data.input_tokens - tokens)).toBeLessThan(tokens * 0.1)
    expect(response.headers.get('x-portcullis-estimated')).toBe('input-tokens')
    expect([...bed.openai.requests, ...bed.gemini.requests]).toEqual([])
  })

  it.each(['fast', 'clever'])('for a client of Gemini, for the model %s', async (model) => {
    const counted = await google.models.countTokens({ model, contents })
    expect(Math.abs((counted.totalTokens ?? 0) - tokens)).toBeLessThan(tokens * 0.1)
  })

  it('with tools, results and pictures', async () => {
    const ask = async (more: object) => {
      const reply = await bed.gateway.post('/v1/messages/count_tokens', { model: 'fast', messages, ...more })
      return reply.json.input_tokens as number
    }
    const plain = await ask({})
    const schema = { type: 'object', properties: { city: { type: 'string', description: text } } }
    expect(await ask({ tools: [{ name: 'weather', input_schema: schema }] })).toBeGreaterThan(plain + tokens * 0.9)
    expect(await ask({ system: text })).toBeGreaterThan(plain + tokens * 0.9)
    const image = { type: 'image', source: { type: 'base64', media_type: 'image/png', data: 'A'.repeat(50_000) } }
    const pictured = await ask({ messages: [{ role: 'user', content: [image] }] })
    expect(pictured).toBeGreaterThan(500)
    expect(pictured).toBeLessThan(2000)
  })

  it('for a key that may use the model, and a body that is one', async () => {
    const wrong = await bed.gateway.post('/v1/messages/count_tokens', { model: 'fast', messages: 'x' })
    expect(wrong.status).toBe(400)
    expect(wrong.json.error).toMatchObject({ type: 'invalid_request_error', param: 'messages' })
    const unknown = await bed.gateway.post('/v1beta/models/nothing-like-it:countTokens', { contents })
    expect(unknown.status).toBe(404)
    expect(unknown.json.error.status).toBe('NOT_FOUND')
    const stranger = await bed.gateway.post(
      '/v1/messages/count_tokens',
      { model: 'fast', messages },
      { headers: { authorization: '' } },
    )
    expect(stranger.status).toBe(401)
  })
})
