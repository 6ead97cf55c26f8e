import {
  AccessDeniedException,
  ConverseCommand,
  type ConverseCommandInput,
  ConverseStreamCommand,
  type ConverseStreamCommandOutput,
  type Message,
  ModelStreamErrorException,
  ResourceNotFoundException,
  ThrottlingException,
  ValidationException,
} from '@aws-sdk/client-bedrock-runtime'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import {
  answerEvents,
  awsError,
  type BedrockBed,
  bedrockModel,
  binary,
  binaryStream,
  converseTools,
  startBedrockBed,
  toolEvents,
} from './support/bedrock.ts'
import { eventsBefore, fixture, liveStream, stream, unary, vendorError } from './support/mock-replies.ts'

let bed: BedrockBed
beforeAll(async () => {
  bed = await startBedrockBed()
})
afterAll(() => bed.close())
beforeEach(() => bed.reset())

const messages: Message[] = [{ role: 'user', content: [{ text: 'Who goes there?' }] }]
const answer = 'Grüße aus dem Torhaus 🏰 — alles ruhig.'
const toolConfig: ConverseCommandInput['toolConfig'] = {
  tools: [
    {
      toolSpec: {
        name: 'get_weather',
        description: 'Current weather of a city',
        inputSchema: { json: { type: 'object', properties: { city: { type: 'string' } }, required: ['city'] } },
      },
    },
  ],
  toolChoice: { any: {} },
}

/** What a stream says, put together as programs do. */
async function gathered(output: ConverseStreamCommandOutput) {
  let text = ''
  const inputs: string[] = []
  let stopReason: string | undefined
  let usage: unknown
  for await (const event of output.stream ?? []) {
    text += event.contentBlockDelta?.delta?.text ?? ''
    if (event.contentBlockStart?.start?.toolUse !== undefined) inputs.push('')
    const input = event.contentBlockDelta?.delta?.toolUse?.input
    if (input !== undefined) inputs.push(`${inputs.pop() ?? ''}${input}`)
    stopReason ??= event.messageStop?.stopReason
    usage ??= event.metadata?.usage
  }
  return { text, inputs: inputs.map((json) => JSON.parse(json) as unknown), stopReason, usage }
}

const usage = { inputTokens: 119, cacheReadInputTokens: 1024, outputTokens: 212 }

for (const { provider, modelId, tools } of [
  {
    provider: 'bedrock',
    modelId: `bedrock-mock/${bedrockModel}`,
    tools: { unary: () => unary(converseTools), stream: () => binaryStream(binary(toolEvents)) },
  },
  {
    provider: 'openai',
    modelId: 'gpt-5-mini',
    tools: {
      unary: () => unary(fixture('openai/chat-completion-tools.json')),
      stream: () => stream(fixture('openai/chat-completion-tools.sse')),
    },
  },
  {
    provider: 'anthropic',
    modelId: 'claude-sonnet-4-5',
    tools: {
      unary: () => unary(fixture('anthropic/message-tools.json')),
      stream: () => stream(fixture('anthropic/message-tools.sse')),
    },
  },
] as const) {
  describe(`the official Bedrock package with a provider of ${provider}`, () => {
    it('gets a whole answer with its usage', async () => {
      const reply = await bed.client().send(new ConverseCommand({ modelId, messages }))
      expect(reply).toMatchObject({
        output: { message: { role: 'assistant', content: [{ text: answer }] } },
        stopReason: 'end_turn',
        usage,
      })
      expect(reply.metrics?.latencyMs).toBeGreaterThanOrEqual(0)
    })

    it('gets a stream with its usage', async () => {
      const output = await bed.client().send(new ConverseStreamCommand({ modelId, messages }))
      expect(await gathered(output)).toMatchObject({ text: answer, stopReason: 'end_turn', usage })
    })

    it('calls tools in parallel and sends their results back', async () => {
      bed[provider].reply(tools.unary())
      const first = await bed.client().send(new ConverseCommand({ modelId, messages, toolConfig }))
      expect(first.stopReason).toBe('tool_use')
      const said = first.output?.message
      const uses = said?.content?.flatMap(({ toolUse }) => toolUse ?? []) ?? []
      expect(uses.map(({ input }) => input)).toMatchObject([{ city: 'Oslo' }, { city: 'Zürich' }])
      const results = uses.map(({ toolUseId }, index) => ({
        toolResult: { toolUseId, content: [{ text: `${index} degrees` }] },
      }))
      const second = await bed.client().send(
        new ConverseCommand({
          modelId,
          toolConfig,
          messages: [...messages, said as Message, { role: 'user', content: results }],
        }),
      )
      expect(second.output?.message?.content).toMatchObject([{ text: answer }])
      const sent = JSON.stringify(bed[provider].requests[1]?.json)
      for (const { toolUseId } of uses) expect(sent.split(String(toolUseId))).toHaveLength(3)
      expect(sent).toContain('1 degrees')
    })

    it('gathers streamed tool calls', async () => {
      bed[provider].reply(tools.stream())
      const output = await bed.client().send(new ConverseStreamCommand({ modelId, messages, toolConfig }))
      const { inputs, stopReason } = await gathered(output)
      expect(stopReason).toBe('tool_use')
      expect(inputs).toMatchObject([{ city: 'Oslo' }, { city: 'Zürich' }])
    })

    it('meets its own exceptions', async () => {
      for (const [status, type, exception] of [
        [400, 'ValidationException', ValidationException],
        [403, 'AccessDeniedException', AccessDeniedException],
        [404, 'ResourceNotFoundException', ResourceNotFoundException],
        [429, 'ThrottlingException', ThrottlingException],
      ] as const) {
        bed[provider].reply(provider === 'bedrock' ? awsError(status, type) : vendorError(status))
        const asking = bed.client().send(new ConverseCommand({ modelId, messages }))
        const fault: unknown = await asking.catch((error: unknown) => error)
        expect(fault).toBeInstanceOf(exception)
        expect(fault).toMatchObject({ name: type, $metadata: { httpStatusCode: status } })
        expect(String(fault)).toContain('The mock says no.')
      }
    })

    it('tries again when it is throttled', async () => {
      const throttled = provider === 'bedrock' ? awsError(429, 'ThrottlingException') : vendorError(429)
      bed[provider].reply(throttled, throttled)
      const reply = await bed.client({ maxAttempts: 3 }).send(new ConverseCommand({ modelId, messages }))
      expect(reply.output?.message?.content).toMatchObject([{ text: answer }])
      expect(reply.$metadata.attempts).toBe(3)
    })

    it('stops the provider when it aborts', async () => {
      const live = liveStream(
        provider === 'bedrock' ? { headers: { 'content-type': 'application/vnd.amazon.eventstream' } } : {},
      )
      bed[provider].reply(live.reply)
      const start =
        provider === 'bedrock'
          ? binary(answerEvents.slice(0, 3))
          : eventsBefore(
              fixture(provider === 'openai' ? 'openai/chat-completion.sse' : 'anthropic/message.sse'),
              ' ruhig',
            )
      const sending = live.send(start)
      const controller = new AbortController()
      const output = await bed
        .client()
        .send(new ConverseStreamCommand({ modelId, messages }), { abortSignal: controller.signal })
      await sending
      for await (const event of output.stream ?? []) if (event.contentBlockDelta !== undefined) break
      controller.abort()
      expect(await (await live.started).request.ended).toBe('aborted')
    })
  })
}

describe('the official Bedrock package', () => {
  it('meets a stream that breaks off as the exception that is worth a second try', async () => {
    bed.openai.reply(stream(eventsBefore(fixture('openai/chat-completion.sse'), 'Torhaus')))
    const output = await bed.client().send(new ConverseStreamCommand({ modelId: 'gpt-5-mini', messages }))
    await expect(gathered(output)).rejects.toBeInstanceOf(ModelStreamErrorException)
  })

  it('meets an exception that Bedrock sends inside a stream', async () => {
    const exception = { event: 'throttlingException', data: '{"message":"Too many tokens."}' }
    bed.bedrock.reply(binaryStream(binary([...answerEvents.slice(0, 2), exception])))
    const output = await bed
      .client()
      .send(new ConverseStreamCommand({ modelId: `bedrock-mock/${bedrockModel}`, messages }))
    const fault: unknown = await gathered(output).catch((error: unknown) => error)
    expect(fault).toBeInstanceOf(ThrottlingException)
    expect(String(fault)).toContain('Too many tokens.')
  })

  it('is told of one that comes first as if it were no stream', async () => {
    const exception = { event: 'throttlingException', data: '{"message":"Too many tokens."}' }
    bed.bedrock.reply(binaryStream(binary([exception])))
    const asking = bed.client().send(new ConverseStreamCommand({ modelId: `bedrock-mock/${bedrockModel}`, messages }))
    await expect(asking).rejects.toBeInstanceOf(ThrottlingException)
  })

  it('may name a model by an ARN, and nothing in a name leaves its place in the path', async () => {
    const arn = 'arn:aws:bedrock:us-east-1:123456789012:inference-profile/us.amazon.nova-lite-v1:0'
    for (const name of [arn, '../../admin', 'a?b#c%2f', "it's (new)*!"]) {
      await bed.client().send(new ConverseCommand({ modelId: `bedrock-mock/${name}`, messages }))
      const { path = '' } = bed.bedrock.requests.at(-1) ?? {}
      const [, model = '', operation, ...rest] = path.slice(1).split('/')
      expect([decodeURIComponent(model), operation, rest]).toEqual([name, 'converse', []])
    }
    for (const name of ['.', '..'])
      await expect(
        bed.client().send(new ConverseCommand({ modelId: `bedrock-mock/${name}`, messages })),
      ).rejects.toBeInstanceOf(ResourceNotFoundException)
  })

  it('sends what only Bedrock knows to Bedrock, and hears what another provider was not told', async () => {
    const input: ConverseCommandInput = {
      modelId: 'openai-mock/gpt-5-mini',
      messages: [{ role: 'user', content: [{ text: 'Hi' }, { cachePoint: { type: 'default' } }] }],
      guardrailConfig: { guardrailIdentifier: 'g-1', guardrailVersion: '1' },
      performanceConfig: { latency: 'optimized' },
    }
    const client = bed.client()
    let dropped: string | undefined
    client.middlewareStack.add(
      (next) => async (args) => {
        const result = await next(args)
        const { headers } = result.response as { headers: Record<string, string> }
        dropped = headers['x-portcullis-dropped']
        return result
      },
      { step: 'deserialize' },
    )
    await client.send(new ConverseCommand(input))
    expect(dropped?.split(', ')).toEqual(expect.arrayContaining(['guardrailConfig', 'performanceConfig']))
    await client.send(new ConverseCommand({ ...input, modelId: `bedrock-mock/${bedrockModel}` }))
    expect(dropped).toBeUndefined()
    expect(bed.bedrock.requests.at(-1)?.json).toMatchObject({
      guardrailConfig: { guardrailIdentifier: 'g-1' },
      performanceConfig: { latency: 'optimized' },
    })
  })

  it('would be told of an operation that is not served in its own exceptions', async () => {
    const reply = await bed.gateway.post('/model/any/paint', {})
    expect(reply.status).toBe(404)
    expect(reply.headers['x-amzn-errortype']).toBe('ResourceNotFoundException')
    expect(reply.json.message).toContain('There is nothing at /model/')
  })

  it('is told about a wrong key and a wrong model in its own exceptions', async () => {
    await expect(
      bed
        .client({ token: { token: 'wrong' } })
        .send(new ConverseCommand({ modelId: `bedrock-mock/${bedrockModel}`, messages })),
    ).rejects.toBeInstanceOf(AccessDeniedException)
    await expect(bed.client().send(new ConverseCommand({ modelId: 'nobody/knows', messages }))).rejects.toBeInstanceOf(
      ResourceNotFoundException,
    )
  })
})
