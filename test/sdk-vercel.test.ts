import { createAnthropic } from '@ai-sdk/anthropic'
import { createOpenAI } from '@ai-sdk/openai'
import { generateText, jsonSchema, Output, stepCountIs, streamText, tool } from 'ai'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { eventsBefore, fixture, liveStream, stream, unary, vendorError } from './support/mock-replies.ts'
import { startTestbed, type Testbed } from './support/testbed.ts'

let bed: Testbed
beforeAll(async () => {
  bed = await startTestbed()
})
afterAll(() => bed.close())
beforeEach(() => bed.reset())

const answer = 'Grüße aus dem Torhaus 🏰 — alles ruhig.'
const prompt = 'Who goes there?'

const clients = [
  {
    client: '@ai-sdk/openai',
    modelOf: (id: string) => createOpenAI({ baseURL: `${bed.gateway.url}/v1`, apiKey: bed.gateway.key }).chat(id),
  },
  {
    client: '@ai-sdk/openai in the Responses API',
    modelOf: (id: string) => createOpenAI({ baseURL: `${bed.gateway.url}/v1`, apiKey: bed.gateway.key })(id),
  },
  {
    client: '@ai-sdk/anthropic',
    modelOf: (id: string) => createAnthropic({ baseURL: `${bed.gateway.url}/v1`, apiKey: bed.gateway.key })(id),
  },
] as const

const providers = [
  { provider: 'openai', id: 'gpt-5-mini', name: 'openai/chat-completion' },
  { provider: 'anthropic', id: 'claude-sonnet-4-5', name: 'anthropic/message' },
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

for (const { client, modelOf } of clients) {
  for (const { provider, id, name: file } of providers) {
    const name = provider === 'openai' && client.endsWith('Responses API') ? 'openai/response' : file
    describe(`the Vercel AI SDK with ${client} and a provider of ${provider}`, () => {
      it('generates text', async () => {
        const result = await generateText({ model: modelOf(id), prompt, maxRetries: 0 })
        expect(result.text).toBe(answer)
        expect(result.finishReason).toBe('stop')
        expect(result.usage.outputTokens).toBe(212)
      })

      it('streams text', async () => {
        const result = streamText({ model: modelOf(id), prompt, maxRetries: 0 })
        let text = ''
        for await (const part of result.textStream) text += part
        expect(text).toBe(answer)
        expect(await result.finishReason).toBe('stop')
        expect((await result.usage).outputTokens).toBe(212)
      })

      it('runs tools over several steps', async () => {
        const asked: string[] = []
        bed[provider].reply(unary(fixture(`${name}-tools.json`)))
        const result = await generateText({
          model: modelOf(id),
          prompt,
          tools: weather(asked),
          stopWhen: stepCountIs(3),
          maxRetries: 0,
        })
        expect(asked).toEqual(['Oslo', 'Zürich'])
        expect(result.text).toBe(answer)
        expect(bed[provider].requests).toHaveLength(2)
      })

      it('runs streamed tools over several steps', async () => {
        const asked: string[] = []
        bed[provider].reply(stream(fixture(`${name}-tools.sse`)))
        const result = streamText({
          model: modelOf(id),
          prompt,
          tools: weather(asked),
          stopWhen: stepCountIs(3),
          maxRetries: 0,
        })
        let text = ''
        for await (const part of result.textStream) text += part
        expect(asked).toEqual(['Oslo', 'Zürich'])
        expect(text.endsWith(answer)).toBe(true)
      })

      it('asks for an object of a schema', async () => {
        const whole = fixture(`${name}.json`).toString()
        bed[provider].reply(unary(whole.replace(answer, String.raw`{\"gate\":\"north\"}`)))
        const result = await generateText({
          model: modelOf(id),
          prompt,
          output: Output.object({
            schema: jsonSchema<{ gate: string }>({
              type: 'object',
              properties: { gate: { type: 'string' } },
              required: ['gate'],
              additionalProperties: false,
            }),
          }),
          maxRetries: 0,
        })
        expect(result.output).toEqual({ gate: 'north' })
        expect(JSON.stringify(bed[provider].requests[0]?.json)).toContain('"gate"')
      })

      it('stops the provider when it aborts', async () => {
        const live = liveStream()
        bed[provider].reply(live.reply)
        const controller = new AbortController()
        const sending = live.send(eventsBefore(fixture(`${name}.sse`), ' ruhig'))
        const result = streamText({
          model: modelOf(id),
          prompt,
          abortSignal: controller.signal,
          maxRetries: 0,
          onError: () => undefined,
        })
        const reading = (async () => {
          for await (const _ of result.textStream) controller.abort()
        })().catch(() => undefined)
        await sending
        expect(await (await live.started).request.ended).toBe('aborted')
        await reading
      })

      it('retries what is worth it and reports the rest', async () => {
        bed[provider].reply(vendorError(503, { headers: { 'retry-after-ms': '1' } }))
        expect((await generateText({ model: modelOf(id), prompt, maxRetries: 1 })).text).toBe(answer)
        bed[provider].reply(vendorError(400))
        await expect(generateText({ model: modelOf(id), prompt, maxRetries: 1 })).rejects.toMatchObject({
          statusCode: 400,
          message: expect.stringContaining('The mock says no.'),
        })
      })
    })
  }
}
