import { ApiError, FunctionCallingConfigMode, GoogleGenAI, ThinkingLevel } from '@google/genai'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import type { Json } from './support/client.ts'
import { type GeminiBed, startGeminiBed } from './support/gemini-bed.ts'
import { fixture, heldReply, stream, unary, vendorError } from './support/mock-replies.ts'

let bed: GeminiBed
let client: GoogleGenAI
beforeAll(async () => {
  bed = await startGeminiBed()
  client = new GoogleGenAI({
    apiKey: bed.gateway.key,
    httpOptions: { baseUrl: bed.gateway.url, retryOptions: { attempts: 1 } },
  })
})
afterAll(() => bed.close())
beforeEach(() => bed.reset())

const contents = 'Who goes there?'
const answer = 'Grüße aus dem Torhaus 🏰 — alles ruhig.'
const declaration = {
  name: 'get_weather',
  description: 'Current weather of a city',
  parametersJsonSchema: { type: 'object', properties: { city: { type: 'string' } }, required: ['city'] },
}
const tools = [{ functionDeclarations: [declaration] }]

for (const { provider, model, name, input } of [
  { provider: 'gemini', model: 'bright', name: 'gemini/generate-content', input: 1143 },
  { provider: 'openai', model: 'fast', name: 'openai/chat-completion', input: 1143 },
  // Sixteen of its tokens were written to the cache.
  { provider: 'anthropic', model: 'clever', name: 'anthropic/message', input: 1159 },
] as const) {
  describe(`Google's package with a provider of ${provider}`, () => {
    it('gets a whole answer with its usage', async () => {
      const reply = await client.models.generateContent({
        model,
        contents,
        config: { systemInstruction: 'You guard a gate.', temperature: 0.5, maxOutputTokens: 300 },
      })
      expect(reply.text).toBe(answer)
      expect(reply.candidates?.[0]?.finishReason).toBe('STOP')
      const { promptTokenCount, cachedContentTokenCount, totalTokenCount } = reply.usageMetadata ?? {}
      expect({ promptTokenCount, cachedContentTokenCount, totalTokenCount }).toEqual({
        promptTokenCount: input,
        cachedContentTokenCount: 1024,
        totalTokenCount: input + 212,
      })
      expect(JSON.stringify(bed[provider].requests[0]?.json)).toContain('You guard a gate.')
    })

    it('gets a stream with its usage', async () => {
      let text = ''
      let total: number | undefined
      let reason: string | undefined
      for await (const chunk of await client.models.generateContentStream({ model, contents })) {
        text += chunk.text ?? ''
        total = chunk.usageMetadata?.totalTokenCount ?? total
        reason = chunk.candidates?.[0]?.finishReason ?? reason
      }
      expect({ text, total, reason }).toEqual({ text: answer, total: input + 212, reason: 'STOP' })
    })

    it('calls tools in parallel and sends their results back', async () => {
      bed[provider].reply(unary(fixture(`${name}-tools.json`)))
      const chat = client.chats.create({
        model,
        config: { tools, toolConfig: { functionCallingConfig: { mode: FunctionCallingConfigMode.ANY } } },
      })
      const first = await chat.sendMessage({ message: contents })
      const calls = first.functionCalls ?? []
      expect(calls.map(({ args }) => args)).toMatchObject([{ city: 'Oslo' }, { city: 'Zürich' }])
      const second = await chat.sendMessage({
        message: calls.map(({ id = '', name: tool = '' }, index) => ({
          functionResponse: { id, name: tool, response: { output: `${index} degrees` } },
        })),
      })
      expect(second.text).toBe(answer)
      const sent = JSON.stringify(bed[provider].requests[1]?.json)
      for (const { id = '' } of calls) expect(sent.split(id)).toHaveLength(3)
      expect(sent).toContain('1 degrees')
    })

    it('gathers streamed tool calls', async () => {
      bed[provider].reply(stream(fixture(`${name}-tools.sse`)))
      const calls: unknown[] = []
      for await (const chunk of await client.models.generateContentStream({ model, contents, config: { tools } }))
        for (const { name: tool, args } of chunk.functionCalls ?? []) calls.push([tool, args])
      expect(calls).toEqual([
        ['get_weather', { city: 'Oslo' }],
        ['get_weather', { city: 'Zürich' }],
      ])
    })

    it('sees an error as one of its own', async () => {
      bed[provider].reply(vendorError(429, { message: 'Slow down.' }))
      const asking = client.models.generateContent({ model, contents })
      const fault: unknown = await asking.catch((error: unknown) => error)
      expect(fault).toBeInstanceOf(ApiError)
      expect(fault).toMatchObject({ status: 429, message: expect.stringContaining('Slow down.') })
    })

    it('stops the provider when it aborts before the reply', async () => {
      const held = heldReply()
      bed[provider].reply(held.reply)
      const controller = new AbortController()
      const asking = client.models.generateContent({ model, contents, config: { abortSignal: controller.signal } })
      const { request } = await held.arrived
      controller.abort()
      await expect(asking).rejects.toThrow(/abort/i)
      expect(await request.ended).toBe('aborted')
    })
  })
}

describe("Google's package", () => {
  it('gets thoughts and brings their signatures back', async () => {
    const thinking = 'gemini/generate-content-thinking'
    for (const isStream of [false, true]) {
      bed.reset()
      bed.gemini.reply(isStream ? stream(fixture(`${thinking}.sse`)) : unary(fixture(`${thinking}.json`)))
      const chat = client.chats.create({
        model: 'bright',
        config: { thinkingConfig: { thinkingLevel: ThinkingLevel.HIGH, includeThoughts: true } },
      })
      let text = ''
      if (isStream)
        for await (const chunk of await chat.sendMessageStream({ message: contents })) text += chunk.text ?? ''
      else text = (await chat.sendMessage({ message: contents })).text ?? ''
      expect(text).toBe('The guard is at the other gate.')
      await chat.sendMessage({ message: 'And now?' })
      const sent = bed.gemini.requests[1]?.json as Json
      expect(JSON.stringify(sent.contents)).toContain('EqoGmockSignature+/text==')
      expect(sent.generationConfig.thinkingConfig).toEqual({ thinkingLevel: 'HIGH', includeThoughts: true })
    }
  })

  it('keeps the signed thinking of another vendor, and brings it back byte for byte', async () => {
    for (const isStream of [false, true]) {
      bed.reset()
      bed.anthropic.reply(
        isStream
          ? stream(fixture('anthropic/message-thinking.sse'))
          : unary(fixture('anthropic/message-thinking.json')),
      )
      const chat = client.chats.create({ model: 'clever', config: { thinkingConfig: { thinkingBudget: 2000 } } })
      if (isStream) for await (const _ of await chat.sendMessageStream({ message: contents }));
      else await chat.sendMessage({ message: contents })
      await chat.sendMessage({ message: 'And now?' })
      const before = JSON.parse(String(fixture('anthropic/message-thinking.json'))) as Json
      const sent = bed.anthropic.requests[1]?.json as Json
      expect(sent.messages[1].content.slice(0, 2)).toEqual(before.content.slice(0, 2))
    }
  })

  it('asks for JSON by a schema of either kind', async () => {
    for (const config of [
      { responseSchema: { type: 'OBJECT', properties: { city: { type: 'STRING', nullable: true } } } },
      { responseJsonSchema: { type: 'object', properties: { city: { type: ['string', 'null'] } } } },
    ] as Json[]) {
      bed.reset()
      await client.models.generateContent({
        model: 'fast',
        contents,
        config: { responseMimeType: 'application/json', ...config },
      })
      const sent = bed.openai.requests[0]?.json as Json
      expect(sent.response_format.json_schema.schema).toMatchObject({
        type: 'object',
        properties: { city: { type: ['string', 'null'] } },
      })
    }
  })

  it('lists the models that its key may use', async () => {
    const names: string[] = []
    for await (const { name = '' } of await client.models.list()) names.push(name)
    expect(names).toContain('models/bright')
    expect((await client.models.get({ model: 'bright' })).name).toBe('models/bright')
    await expect(client.models.get({ model: 'nothing' })).rejects.toMatchObject({ status: 404 })
  })

  it('is told of a wrong key and a wrong field in its own shape', async () => {
    const stranger = new GoogleGenAI({ apiKey: 'AIza-nobody', httpOptions: { baseUrl: bed.gateway.url } })
    const fault = await stranger.models.generateContent({ model: 'bright', contents }).catch((error: Json) => error)
    expect(fault.status).toBe(401)
    expect(JSON.parse(fault.message).error).toMatchObject({ code: 401, status: 'UNAUTHENTICATED' })
    const asking = client.models.generateContent({ model: 'fast', contents, config: { topK: 'many' } as Json })
    const wrong = await asking.catch((error: Json) => error)
    expect(JSON.parse(wrong.message).error).toMatchObject({
      status: 'INVALID_ARGUMENT',
      details: [{ reason: 'INVALID_REQUEST', metadata: { field: 'generationConfig.topK' } }],
    })
  })
})
