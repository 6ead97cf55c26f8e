import { Agent, OpenAIProvider, Runner, tool } from '@openai/agents'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { fixture, stream, unary, vendorError } from './support/mock-replies.ts'
import { startTestbed, type Testbed } from './support/testbed.ts'

let bed: Testbed
beforeAll(async () => {
  bed = await startTestbed()
})
afterAll(() => bed.close())
beforeEach(() => bed.reset())

const answer = 'Grüße aus dem Torhaus 🏰 — alles ruhig.'

function runner(useResponses: boolean): Runner {
  return new Runner({
    modelProvider: new OpenAIProvider({
      apiKey: bed.gateway.key,
      baseURL: `${bed.gateway.url}/v1`,
      useResponses,
    }),
    tracingDisabled: true,
  })
}

function guard(model: string, asked: string[]): Agent {
  return new Agent({
    name: 'Guard',
    instructions: 'You guard a gate.',
    model,
    tools: [
      tool({
        name: 'get_weather',
        description: 'Current weather of a city',
        strict: false,
        parameters: {
          type: 'object',
          properties: { city: { type: 'string' } },
          required: ['city'],
          additionalProperties: true,
        },
        execute: (input) => {
          const { city } = input as { city: string }
          asked.push(city)
          return Promise.resolve(`4 degrees in ${city}`)
        },
      }),
    ],
  })
}

for (const { api, useResponses, provider, model, name } of [
  { api: 'Responses', useResponses: true, provider: 'openai', model: 'fast', name: 'openai/response' },
  { api: 'Responses', useResponses: true, provider: 'anthropic', model: 'clever', name: 'anthropic/message' },
  {
    api: 'Responses',
    useResponses: true,
    provider: 'openai',
    model: 'chat-mock/gpt-5-mini',
    name: 'openai/chat-completion',
  },
  {
    api: 'Chat Completions',
    useResponses: false,
    provider: 'anthropic',
    model: 'clever',
    name: 'anthropic/message',
  },
] as const) {
  describe(`an agent of the OpenAI Agents SDK over ${api} with ${model}`, () => {
    it('runs its tool for each call and answers', async () => {
      const asked: string[] = []
      bed[provider].reply(unary(fixture(`${name}-tools.json`)))
      const result = await runner(useResponses).run(guard(model, asked), 'Weather?')
      expect(asked).toEqual(['Oslo', 'Zürich'])
      expect(result.finalOutput).toBe(answer)
      const [first, second] = bed[provider].requests
      expect(first?.body.toString('utf8')).toContain('You guard a gate.')
      for (const text of ['4 degrees in Oslo', '4 degrees in Zürich']) {
        expect(second?.body.toString('utf8')).toContain(text)
      }
      expect(result.state.usage.outputTokens).toBeGreaterThan(212)
    })

    it('does the same in a stream', async () => {
      const asked: string[] = []
      bed[provider].reply(stream(fixture(`${name}-tools.sse`)))
      const result = await runner(useResponses).run(guard(model, asked), 'Weather?', { stream: true })
      let text = ''
      for await (const event of result) {
        if (event.type === 'raw_model_stream_event' && event.data.type === 'output_text_delta') text += event.data.delta
      }
      await result.completed
      expect(asked).toEqual(['Oslo', 'Zürich'])
      // One provider says something before it calls its tools.
      expect(text.endsWith(answer)).toBe(true)
      expect(result.finalOutput).toBe(answer)
    })

    it('fails with what the provider said', async () => {
      bed[provider].reply(vendorError(400, { message: 'The gate is shut.' }))
      await expect(runner(useResponses).run(guard(model, []), 'x')).rejects.toThrowError(/The gate is shut/)
    })
  })
}
