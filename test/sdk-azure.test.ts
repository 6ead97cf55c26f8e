import OpenAI, { AzureOpenAI, toFile } from 'openai'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { fixture, unary, vendorError } from './support/mock-replies.ts'
import { startTestbed, type Testbed } from './support/testbed.ts'

let bed: Testbed
beforeAll(async () => {
  bed = await startTestbed()
})
afterAll(() => bed.close())
beforeEach(() => bed.reset())

const answer = 'Grüße aus dem Torhaus 🏰 — alles ruhig.'
const messages = [{ role: 'user' as const, content: 'Who goes there?' }]
type Options = ConstructorParameters<typeof AzureOpenAI>[0]

function azure(options: Options = {}): AzureOpenAI {
  const shared = { apiKey: bed.gateway.key, apiVersion: '2024-10-21', maxRetries: 0 }
  return new AzureOpenAI({ ...shared, endpoint: bed.gateway.url, ...options } as Options)
}

describe.each([
  ['openai', 'gpt-5-mini'],
  ['anthropic', 'claude-sonnet-4-5'],
  ['openai', 'openai-mock/gpt-5-mini'],
] as const)("OpenAI's client for Azure with a provider of %s as %s", (provider, model) => {
  it('gets an answer and a stream of the model that it calls a deployment', async () => {
    const whole = await azure().chat.completions.create({ model, messages })
    expect(whole.choices[0]?.message.content).toBe(answer)
    // What stands in the body is not what Azure goes by.
    const client = azure({ deployment: model })
    const streamed = await client.chat.completions.create({ model: 'gpt-4-of-long-ago', messages, stream: true })
    let text = ''
    for await (const chunk of streamed) text += chunk.choices[0]?.delta.content ?? ''
    expect(text).toBe(answer)
    const asked = bed[provider].requests.map(({ json }) => json)
    const name = model.slice(model.indexOf('/') + 1)
    expect(asked).toMatchObject([{ model: name }, { model: name, stream: true }])
    expect(JSON.stringify(bed[provider].requests.map(({ rawHeaders }) => rawHeaders))).not.toContain(bed.gateway.key)
  })
})

describe("OpenAI's client for Azure", () => {
  it('may show a token of Entra ID in place of a key', async () => {
    const client = new AzureOpenAI({
      endpoint: bed.gateway.url,
      apiVersion: '2024-10-21',
      azureADTokenProvider: () => Promise.resolve(bed.gateway.key),
    })
    const { choices } = await client.chat.completions.create({ model: 'gpt-5-mini', messages })
    expect(choices[0]?.message.content).toBe(answer)
  })

  it('may name the whole address', async () => {
    for (const baseURL of [`${bed.gateway.url}/openai`, `${bed.gateway.url}/openai/deployments/gpt-5-mini`]) {
      const client = azure({ baseURL, endpoint: undefined })
      const { choices } = await client.chat.completions.create({ model: 'gpt-5-mini', messages })
      expect(choices[0]?.message.content).toBe(answer)
    }
  })

  it('uses the Responses API, with a dated version and with v1', async () => {
    expect((await azure().responses.create({ model: 'gpt-5-mini', input: 'Hi' })).output_text).toBe(answer)
    const v1 = new OpenAI({ baseURL: `${bed.gateway.url}/openai/v1`, apiKey: bed.gateway.key })
    expect((await v1.responses.create({ model: 'gpt-5-mini', input: 'Hi' })).output_text).toBe(answer)
  })

  it('makes embeddings', async () => {
    bed.openai.reply(unary({ object: 'list', data: [{ object: 'embedding', index: 0, embedding: [0.5] }], usage: {} }))
    const reply = await azure({ deployment: 'openai-mock/text-embedding-3-small' }).embeddings.create({
      model: 'any',
      input: 'Hi',
      encoding_format: 'float',
    })
    expect(reply.data[0]?.embedding).toEqual([0.5])
    expect(bed.openai.requests[0]?.json).toMatchObject({ model: 'text-embedding-3-small' })
  })

  it('writes down speech, whether its form names a model or not', async () => {
    for (const model of ['any', undefined]) {
      bed.openai.reply(unary({ text: 'Who goes there?' }))
      const client = azure({ deployment: 'openai-mock/whisper-1' })
      const file = await toFile(Buffer.from('sound'), 'a.mp3')
      const { text } = await client.audio.transcriptions.create({ file, model } as { file: File; model: string })
      expect(text).toBe('Who goes there?')
      const sent = String(bed.openai.requests.at(-1)?.body)
      expect(sent.match(/name="model"\r\n\r\n(\S+)\r\n/)?.[1]).toBe('whisper-1')
      expect(sent.split('name="model"')).toHaveLength(2)
    }
  })

  it('meets errors as its own', async () => {
    bed.openai.reply(vendorError(429))
    await expect(azure().chat.completions.create({ model: 'gpt-5-mini', messages })).rejects.toBeInstanceOf(
      OpenAI.RateLimitError,
    )
    await expect(
      azure({ apiKey: 'wrong' }).chat.completions.create({ model: 'gpt-5-mini', messages }),
    ).rejects.toBeInstanceOf(OpenAI.AuthenticationError)
  })
})

describe('a request for a deployment', () => {
  const path = '/openai/deployments/gpt-5-mini/chat/completions?api-version=2024-10-21'

  it('needs no model in its body, and passes byte for byte beside it', async () => {
    const sent = '{ "messages": [{"role":"user","content":"Hi"}],\n "fromTheFuture" : 1.0 }'
    const reply = await bed.gateway.post(path, sent)
    expect(reply.body).toEqual(fixture('openai/chat-completion.json'))
    expect(String(bed.openai.requests[0]?.body)).toBe(`{"model":"gpt-5-mini",${sent.slice(1)}`)
    await bed.gateway.post(path, '{"model":"gpt-5-mini" ,"messages":[]}')
    expect(String(bed.openai.requests[1]?.body)).toBe('{"model":"gpt-5-mini" ,"messages":[]}')
  })

  it('is refused with a model that is no name, or that is named twice', async () => {
    for (const body of ['{"model":7,"messages":[]}', '{"model":"a","model":"b","messages":[]}']) {
      const reply = await bed.gateway.post(path, body)
      expect([reply.status, reply.json.error.param]).toEqual([400, 'model'])
    }
    expect(bed.openai.requests).toEqual([])
  })
})
