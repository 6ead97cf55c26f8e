import { HumanMessage, SystemMessage, ToolMessage, type UsageMetadata } from '@langchain/core/messages'
import { ChatOpenAI, OpenAIEmbeddings } from '@langchain/openai'
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
const messages = [new SystemMessage('You guard a gate.'), new HumanMessage('Who goes there?')]
const weather = {
  type: 'function' as const,
  function: {
    name: 'get_weather',
    description: 'Current weather of a city',
    parameters: { type: 'object', properties: { city: { type: 'string' } }, required: ['city'] },
  },
}

for (const useResponsesApi of [false, true]) {
  for (const { provider, model, name } of [
    {
      provider: 'openai',
      model: 'fast',
      name: useResponsesApi ? 'openai/response' : 'openai/chat-completion',
    },
    { provider: 'anthropic', model: 'clever', name: 'anthropic/message' },
  ] as const) {
    describe(`LangChain's ChatOpenAI ${useResponsesApi ? 'with Responses' : 'with Chat Completions'} and a provider of ${provider}`, () => {
      const chat = (): ChatOpenAI =>
        new ChatOpenAI({
          model,
          useResponsesApi,
          apiKey: bed.gateway.key,
          maxRetries: 0,
          configuration: { baseURL: `${bed.gateway.url}/v1` },
        })

      it('answers, with usage', async () => {
        const reply = await chat().invoke(messages)
        expect(reply.text).toBe(answer)
        expect(reply.usage_metadata).toMatchObject({
          output_tokens: 212,
          input_token_details: { cache_read: 1024 },
        })
        expect(bed[provider].requests[0]?.body.toString('utf8')).toContain('You guard a gate.')
      })

      it('streams, with usage', async () => {
        let text = ''
        let outputTokens = 0
        for await (const chunk of await chat().stream(messages)) {
          text += chunk.text
          const usage = chunk.usage_metadata as UsageMetadata | undefined
          outputTokens += usage?.output_tokens ?? 0
        }
        expect(text).toBe(answer)
        expect(outputTokens).toBe(212)
      })

      it('calls bound tools in parallel and sends their results back', async () => {
        bed[provider].reply(unary(fixture(`${name}-tools.json`)))
        const bound = chat().bindTools([weather])
        const asked = await bound.invoke(messages)
        expect(asked.tool_calls?.map((call) => call.args['city'])).toEqual(['Oslo', 'Zürich'])
        const results = (asked.tool_calls ?? []).map(
          (call) => new ToolMessage({ tool_call_id: call.id ?? '', content: `4 degrees in ${call.args['city']}` }),
        )
        expect((await bound.invoke([...messages, asked, ...results])).text).toBe(answer)
        const sent = bed[provider].requests[1]?.body.toString('utf8') ?? ''
        for (const text of ['4 degrees in Oslo', '4 degrees in Zürich', asked.tool_calls?.[0]?.id]) {
          expect(sent).toContain(text)
        }
      })

      it('puts streamed calls together', async () => {
        bed[provider].reply(stream(fixture(`${name}-tools.sse`)))
        const chunks = await chat().bindTools([weather]).stream(messages)
        let whole: Awaited<ReturnType<ChatOpenAI['invoke']>> | undefined
        for await (const chunk of chunks) whole = whole === undefined ? chunk : (whole as typeof chunk).concat(chunk)
        expect(whole?.tool_calls?.map((call) => [call.name, call.args['city']])).toEqual([
          ['get_weather', 'Oslo'],
          ['get_weather', 'Zürich'],
        ])
      })

      it('throws the error of the provider', async () => {
        bed[provider].reply(vendorError(400, { message: 'The gate is shut.' }))
        await expect(chat().invoke(messages)).rejects.toMatchObject({
          status: 400,
          message: expect.stringContaining('The gate is shut.'),
        })
      })
    })
  }
}

it("gets vectors for LangChain's OpenAIEmbeddings", async () => {
  const embeddings = new OpenAIEmbeddings({
    model: 'openai-mock/text-embedding-3-small',
    apiKey: bed.gateway.key,
    maxRetries: 0,
    configuration: { baseURL: `${bed.gateway.url}/v1` },
  })
  const vector = await embeddings.embedQuery('gate')
  expect(vector.length).toBeGreaterThan(0)
  expect(vector.every((value) => Number.isFinite(value))).toBe(true)
})
