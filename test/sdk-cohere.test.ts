import { Cohere, CohereError } from 'cohere-ai'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { type CohereBed, cohereAnswerStream, cohereToolStream, cohereTools, startCohereBed } from './support/cohere.ts'
import { eventsBefore, fixture, liveStream, stream, unary, vendorError } from './support/mock-replies.ts'

let bed: CohereBed
beforeAll(async () => {
  bed = await startCohereBed()
})
afterAll(() => bed.close())
beforeEach(() => bed.reset())

const messages: Cohere.ChatMessageV2[] = [{ role: 'user', content: 'Who goes there?' }]
const answer = 'Grüße aus dem Torhaus 🏰 — alles ruhig.'
const tools: Cohere.ToolV2[] = [
  {
    type: 'function',
    function: {
      name: 'get_weather',
      description: 'Current weather of a city',
      parameters: { type: 'object', properties: { city: { type: 'string' } }, required: ['city'] },
    },
  },
]

/** What a stream says, put together as programs do. */
async function gathered(events: AsyncIterable<Cohere.V2ChatStreamResponse>) {
  let text = ''
  const calls: { id: string | undefined; name: string | undefined; json: string }[] = []
  let end: Cohere.ChatMessageEndEventDelta | undefined
  for await (const event of events) {
    if (event.type === 'content-delta') text += event.delta?.message?.content?.text ?? ''
    if (event.type === 'tool-plan-delta') text += event.delta?.message?.toolPlan ?? ''
    if (event.type === 'tool-call-start') {
      const { id, function: called } = event.delta?.message?.toolCalls ?? {}
      calls.push({ id, name: called?.name, json: called?.arguments ?? '' })
    }
    const call = calls.at(-1)
    if (event.type === 'tool-call-delta' && call !== undefined)
      call.json += event.delta?.message?.toolCalls?.function?.arguments ?? ''
    if (event.type === 'message-end') end = event.delta
  }
  return { text, calls, end }
}

for (const { provider, model, inputTokens, toolReply, toolStream, start } of [
  {
    provider: 'cohere',
    model: 'cohere-mock/command-a-03-2025',
    inputTokens: 1143,
    toolReply: () => unary(cohereTools),
    toolStream: () => stream(cohereToolStream),
    start: () => eventsBefore(Buffer.from(cohereAnswerStream), 'ruhig'),
  },
  {
    provider: 'openai',
    model: 'gpt-4.1',
    inputTokens: 1143,
    toolReply: () => unary(fixture('openai/chat-completion-tools.json')),
    toolStream: () => stream(fixture('openai/chat-completion-tools.sse')),
    start: () => eventsBefore(fixture('openai/chat-completion.sse'), ' ruhig'),
  },
  {
    provider: 'anthropic',
    model: 'claude-sonnet-4-5',
    inputTokens: 1159,
    toolReply: () => unary(fixture('anthropic/message-tools.json')),
    toolStream: () => stream(fixture('anthropic/message-tools.sse')),
    start: () => eventsBefore(fixture('anthropic/message.sse'), ' ruhig'),
  },
] as const) {
  describe(`the official Cohere package with a provider of ${provider}`, () => {
    it('gets a whole answer with its usage', async () => {
      const reply = await bed.client.chat({ model, messages, maxTokens: 50 })
      expect(reply).toMatchObject({
        finishReason: 'COMPLETE',
        message: { role: 'assistant', content: [{ type: 'text', text: answer }] },
        usage: { tokens: { inputTokens, outputTokens: 212 }, cachedTokens: 1024 },
      })
    })

    it('gets a stream with its usage', async () => {
      const { text, end } = await gathered(await bed.client.chatStream({ model, messages }))
      expect(text).toBe(answer)
      expect(end).toMatchObject({ finishReason: 'COMPLETE', usage: { tokens: { inputTokens, outputTokens: 212 } } })
    })

    it('calls tools in parallel and sends their results back', async () => {
      bed[provider].reply(toolReply())
      const { message, finishReason } = await bed.client.chat({ model, messages, tools })
      expect(finishReason).toBe('TOOL_CALL')
      const made = message.toolCalls ?? []
      expect(made.map((call) => JSON.parse(call.function?.arguments ?? ''))).toMatchObject([
        { city: 'Oslo' },
        { city: 'Zürich' },
      ])
      const results = made.map(({ id }, index): Cohere.ChatMessageV2 => {
        const data = { degrees: index, source: 'station' }
        return { role: 'tool', toolCallId: id, content: [{ type: 'document', document: { data } }] }
      })
      const second = await bed.client.chat({ model, tools, messages: [...messages, message, ...results] })
      expect(second.message.content).toMatchObject([{ text: answer }])
      const sent = JSON.stringify(bed[provider].requests[1]?.json)
      for (const { id } of made) expect(sent.split(id)).toHaveLength(3)
      expect(sent).toContain('station')
    })

    it('gathers streamed tool calls', async () => {
      bed[provider].reply(toolStream())
      const { calls, end } = await gathered(await bed.client.chatStream({ model, messages, tools }))
      expect(calls.map(({ name, json }) => [name, JSON.parse(json)])).toMatchObject([
        ['get_weather', { city: 'Oslo' }],
        ['get_weather', { city: 'Zürich' }],
      ])
      expect(end?.finishReason).toBe('TOOL_CALL')
    })

    it('meets its own errors', async () => {
      for (const [status, kind] of [
        [400, Cohere.BadRequestError],
        [404, Cohere.NotFoundError],
        [429, Cohere.TooManyRequestsError],
      ] as const) {
        bed[provider].reply(
          provider === 'cohere' ? unary({ id: 'e', message: 'The mock says no.' }, { status }) : vendorError(status),
        )
        const fault: unknown = await bed.client.chat({ model, messages }).catch((error: unknown) => error)
        expect(fault).toBeInstanceOf(kind)
        expect(fault).toMatchObject({
          statusCode: status,
          body: { message: expect.stringContaining('The mock says no.') },
        })
      }
    })

    it('is told when a stream breaks off', async () => {
      bed[provider].reply(stream(start()))
      const { text, end } = await gathered(await bed.client.chatStream({ model, messages }))
      expect(text).toContain('Torhaus')
      expect(end).toMatchObject({ finishReason: 'ERROR', error: expect.stringContaining('before the reply was whole') })
    })

    it('stops the provider when it aborts', async () => {
      const live = liveStream()
      bed[provider].reply(live.reply)
      const sending = live.send(start())
      const controller = new AbortController()
      const events = await bed.client.chatStream({ model, messages }, { abortSignal: controller.signal })
      await sending
      for await (const event of events) if (event.type === 'content-delta') break
      controller.abort()
      expect(await (await live.started).request.ended).toBe('aborted')
    })
  })
}

describe('the official Cohere package', () => {
  it('asks OpenAI for JSON by a schema, for limits and for a call', async () => {
    const schema = {
      type: 'object',
      properties: { city: { type: 'string' } },
      required: ['city'],
      additionalProperties: false,
    }
    const model = 'gpt-4.1'
    await bed.client.chat({
      model,
      messages,
      responseFormat: { type: 'json_object', jsonSchema: schema },
      maxTokens: 9,
      stopSequences: ['END'],
      p: 0.5,
      seed: 7,
    })
    expect(bed.openai.requests[0]?.json).toMatchObject({
      response_format: { type: 'json_schema', json_schema: { schema, strict: true } },
      max_completion_tokens: 9,
      stop: ['END'],
      top_p: 0.5,
      seed: 7,
    })
    await bed.client.chat({ model, messages, tools, toolChoice: 'REQUIRED' })
    expect(bed.openai.requests[1]?.json).toMatchObject({ tool_choice: 'required' })
  })

  it('is told what another provider could not be asked for', async () => {
    const { rawResponse } = await bed.client
      .chat({ model: 'gpt-4.1', messages, documents: ['A gate.'], safetyMode: 'STRICT' })
      .withRawResponse()
    expect(rawResponse.headers.get('x-portcullis-dropped')?.split(', ').toSorted()).toEqual([
      'documents',
      'safety_mode',
    ])
  })

  it('lists the models that its key may use', async () => {
    const { models } = await bed.client.models.list()
    const command = models.find(({ name }) => name === 'command-a-reasoning-08-2025')
    expect(command).toMatchObject({
      contextLength: 256_000,
      endpoints: ['chat'],
      features: ['tools', 'tool_choice', 'reasoning'],
    })
    expect(await bed.client.models.get('gpt-4.1')).toMatchObject({ name: 'gpt-4.1', endpoints: ['chat'] })
    await expect(bed.client.models.get('nothing')).rejects.toBeInstanceOf(CohereError)
  })
})
