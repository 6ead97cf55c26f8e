import { createGoogleGenerativeAI } from '@ai-sdk/google'
import { createOpenAI } from '@ai-sdk/openai'
import { createOpenAICompatible } from '@ai-sdk/openai-compatible'
import { generateText, jsonSchema, stepCountIs, streamText, tool } from 'ai'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { type GeminiBed, startGeminiBed } from './support/gemini-bed.ts'
import { fixture, liveStream, stream, unary, vendorError } from './support/mock-replies.ts'

let bed: GeminiBed
beforeAll(async () => {
  bed = await startGeminiBed()
})
afterAll(() => bed.close())
beforeEach(() => bed.reset())

const answer = 'Grüße aus dem Torhaus 🏰 — alles ruhig.'
const prompt = 'Who goes there?'

const clients = [
  {
    client: '@ai-sdk/openai in its default mode, Responses',
    own: 'openai-responses',
    modelOf: (id: string) => createOpenAI({ baseURL: `${bed.gateway.url}/v1`, apiKey: bed.gateway.key })(id),
  },
  {
    client: '@ai-sdk/openai-compatible',
    own: 'openai-chat',
    modelOf: (id: string) =>
      createOpenAICompatible({
        name: 'portcullis',
        baseURL: `${bed.gateway.url}/v1`,
        apiKey: bed.gateway.key,
        includeUsage: true,
      })(id),
  },
  {
    client: '@ai-sdk/google',
    own: 'gemini',
    modelOf: (id: string) =>
      createGoogleGenerativeAI({ baseURL: `${bed.gateway.url}/v1beta`, apiKey: bed.gateway.key })(id),
  },
] as const

const providers = [
  { provider: 'openai', id: 'fast', name: 'openai/chat-completion' },
  { provider: 'anthropic', id: 'clever', name: 'anthropic/message' },
  { provider: 'gemini', id: 'bright', name: 'gemini/generate-content' },
] as const

function weather(asked: string[]) {
  return {
    get_weather: tool({
      description: 'Current weather of a city',
      inputSchema: jsonSchema<{ city: string }>({
        type: 'object',
        properties: { city: { type: 'string' } },
        required: ['city'],
      }),
      execute: ({ city }) => {
        asked.push(city)
        return Promise.resolve({ city, degrees: 4 })
      },
    }),
  }
}

for (const { client, own, modelOf } of clients) {
  for (const { provider, id, name } of providers) {
    // Each client meets a provider that speaks its dialect: OpenAI's Responses, Gemini's own Chat Completions.
    const files =
      own === 'openai-responses' && provider === 'openai'
        ? 'openai/response'
        : own === 'openai-chat' && provider === 'gemini'
          ? 'openai/chat-completion'
          : name
    describe(`the Vercel AI SDK with ${client} and a provider of ${provider}`, () => {
      it('generates text', async () => {
        const result = await generateText({ model: modelOf(id), prompt, system: 'You guard a gate.', maxRetries: 0 })
        expect(result.text).toBe(answer)
        expect(result.finishReason).toBe('stop')
        expect(result.usage.outputTokens).toBe(212)
        expect(bed[provider].requests[0]?.body.toString('utf8')).toContain('You guard a gate.')
      })

      it('streams text', async () => {
        const result = streamText({ model: modelOf(id), prompt, maxRetries: 0 })
        let text = ''
        for await (const part of result.textStream) text += part
        expect(text).toBe(answer)
        expect(await result.finishReason).toBe('stop')
        expect((await result.usage).outputTokens).toBe(212)
      })

      it('runs tools over several steps, in one piece and streamed', async () => {
        const asked: string[] = []
        const options = {
          model: modelOf(id),
          prompt,
          tools: weather(asked),
          stopWhen: stepCountIs(3),
          maxRetries: 0,
        }
        bed[provider].reply(unary(fixture(`${files}-tools.json`)))
        const whole = await generateText(options)
        expect(asked).toEqual(['Oslo', 'Zürich'])
        expect(whole.text).toBe(answer)
        bed[provider].reply(stream(fixture(`${files}-tools.sse`)))
        const streamed = streamText(options)
        let text = ''
        for await (const part of streamed.textStream) text += part
        expect(asked).toEqual(['Oslo', 'Zürich', 'Oslo', 'Zürich'])
        // One provider says something before it calls its tools.
        expect(text.endsWith(answer)).toBe(true)
        expect(bed[provider].requests).toHaveLength(4)
        // What the tools gave went to the provider.
        for (const index of [1, 3]) expect(bed[provider].requests[index]?.body.toString('utf8')).toContain('degrees')
      })

      it('throws the error of the provider', async () => {
        bed[provider].reply(vendorError(400, { message: 'The gate is shut.' }))
        await expect(generateText({ model: modelOf(id), prompt, maxRetries: 0 })).rejects.toMatchObject({
          statusCode: 400,
          message: expect.stringContaining('The gate is shut.'),
        })
      })

      it('stops the provider when it is told to stop', async () => {
        const live = liveStream()
        bed[provider].reply(live.reply)
        const controller = new AbortController()
        const result = streamText({
          model: modelOf(id),
          prompt,
          maxRetries: 0,
          abortSignal: controller.signal,
          onError: () => undefined,
        })
        const read = (async () => {
          for await (const _part of result.textStream);
        })()
        read.catch(() => undefined)
        await live.started
        controller.abort()
        expect(await (await bed[provider].request(0)).ended).toBe('aborted')
        await read.catch(() => undefined)
      })
    })
  }
}

describe('the Vercel AI SDK for Google, which leaves out `models/` before a name with a slash', () => {
  const names = [
    ['openai-mock/gpt-5-mini', 'openai'],
    ['gemini-mock/gemini-2.5-flash', 'gemini'],
  ] as const

  it.each(names.flatMap(([id, provider]) => ['', '/gemini'].map((prefix) => [id, provider, prefix] as const)))(
    'asks for %s of %s below "%s/v1beta"',
    async (id, provider, prefix) => {
      const baseURL = `${bed.gateway.url}${prefix}/v1beta`
      const model = createGoogleGenerativeAI({ baseURL, apiKey: bed.gateway.key })(id)
      const file = provider === 'openai' ? 'openai/chat-completion' : 'gemini/generate-content'
      bed[provider].reply(unary(fixture(`${file}.json`)), stream(fixture(`${file}.sse`)))
      expect((await generateText({ model, prompt, maxRetries: 0 })).text).toBe(answer)
      let text = ''
      for await (const part of streamText({ model, prompt, maxRetries: 0 }).textStream) text += part
      expect(text).toBe(answer)
    },
  )
})
