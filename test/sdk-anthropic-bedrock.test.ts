import { AnthropicBedrock } from '@anthropic-ai/bedrock-sdk'
import { InvokeModelCommand, InvokeModelWithResponseStreamCommand } from '@aws-sdk/client-bedrock-runtime'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { type BedrockBed, bedrockModel, binary, binaryStream, payload, startBedrockBed } from './support/bedrock.ts'
import { post } from './support/client.ts'
import { fixture, stream, unary, vendorError } from './support/mock-replies.ts'

let bed: BedrockBed
beforeAll(async () => {
  bed = await startBedrockBed()
})
afterAll(() => bed.close())
beforeEach(() => bed.reset())

const answer = 'Grüße aus dem Torhaus 🏰 — alles ruhig.'
const question = { max_tokens: 300, messages: [{ role: 'user' as const, content: 'Who goes there?' }] }

interface Options {
  readonly baseURL?: string
  readonly apiKey?: string
  readonly skipAuth?: boolean
  readonly defaultHeaders?: Readonly<Record<string, string>>
  readonly pair?: { readonly awsAccessKey: string; readonly awsSecretKey: string }
}

async function keyPair(): Promise<Options> {
  const { json } = await post(`${bed.gateway.controlUrl}/api/v1/keys/team-a/key-pair`, undefined, {
    method: 'POST',
    headers: { authorization: `Bearer ${bed.gateway.adminToken}` },
  })
  return { pair: { awsAccessKey: json.accessKeyId, awsSecretKey: json.secretAccessKey } }
}

/** How programs say who they are. */
const credentials: Readonly<Record<string, () => Options | Promise<Options>>> = {
  'that signs with a key pair': keyPair,
  'with a Bedrock API key': () => ({ apiKey: bed.gateway.key }),
  'that skips authentication, with a header': () => ({
    skipAuth: true,
    defaultHeaders: { authorization: `Bearer ${bed.gateway.key}` },
  }),
  'that skips authentication, with x-api-key': () => ({
    skipAuth: true,
    defaultHeaders: { 'x-api-key': bed.gateway.key },
  }),
}

function clientWith({ pair, ...options }: Options): AnthropicBedrock {
  const all = { baseURL: bed.gateway.url, awsRegion: 'us-east-1', maxRetries: 0, ...options }
  return pair === undefined ? new AnthropicBedrock(all) : new AnthropicBedrock({ ...all, ...pair })
}

describe.each(Object.entries(credentials))("Anthropic's package for Bedrock %s", (_name, credential) => {
  it.each([`bedrock-mock/${bedrockModel}`, 'anthropic-mock/claude-sonnet-4-5', 'openai-mock/gpt-5-mini'])(
    'gets an answer and a stream of %s',
    async (model) => {
      const client = clientWith(await credential())
      const whole = await client.messages.create({ model, ...question })
      expect(whole.content).toMatchObject([{ type: 'text', text: answer }])
      expect(whole.usage).toMatchObject({ output_tokens: 212, cache_read_input_tokens: 1024 })
      const streamed = await client.messages.stream({ model, ...question }).finalMessage()
      expect(streamed.content).toMatchObject([{ type: 'text', text: answer }])
      expect(streamed).toMatchObject({ stop_reason: 'end_turn', usage: { output_tokens: 212 } })
    },
  )
})

describe("Anthropic's package for Bedrock", () => {
  it('is served below the prefix of the vendor', async () => {
    const client = clientWith({ ...(await keyPair()), baseURL: `${bed.gateway.url}/bedrock` })
    const { content } = await client.messages.create({ model: `bedrock-mock/${bedrockModel}`, ...question })
    expect(content).toMatchObject([{ text: answer }])
  })

  it('calls tools with a provider of another vendor', async () => {
    bed.openai.reply(stream(fixture('openai/chat-completion-tools.sse')))
    const client = clientWith(await keyPair())
    const { content, stop_reason } = await client.messages
      .stream({
        model: 'openai-mock/gpt-5-mini',
        tools: [{ name: 'get_weather', input_schema: { type: 'object', properties: { city: { type: 'string' } } } }],
        ...question,
      })
      .finalMessage()
    expect(stop_reason).toBe('tool_use')
    const calls = content.filter(({ type }) => type === 'tool_use')
    expect(calls).toMatchObject([{ input: { city: 'Oslo' } }, { input: { city: 'Zürich' } }])
  })

  it('hears by a header that a beta did not reach a provider of another vendor', async () => {
    const client = clientWith(await keyPair())
    const { response } = await client.beta.messages
      .create({ model: 'openai-mock/gpt-5-mini', betas: ['context-1m-2025-08-07'], ...question })
      .withResponse()
    expect(response.headers.get('x-portcullis-dropped')).toBe('anthropic_beta')
  })

  it('meets errors of providers and of the gateway by their status and words', async () => {
    const client = clientWith(await keyPair())
    bed.openai.reply(vendorError(429))
    await expect(client.messages.create({ model: 'openai-mock/gpt-5-mini', ...question })).rejects.toMatchObject({
      status: 429,
      message: expect.stringContaining('The mock says no.'),
    })
    await expect(client.messages.create({ model: 'nobody/knows', ...question })).rejects.toMatchObject({ status: 404 })
    bed.bedrock.reply(
      binaryStream(
        binary([
          payload('{"type":"message_start","message":{"content":[],"usage":{}}}'),
          { event: 'throttlingException', data: '{"message":"Too many tokens."}' },
        ]),
      ),
    )
    const broken = client.messages.stream({ model: `bedrock-mock/${bedrockModel}`, ...question }).finalMessage()
    await expect(broken).rejects.toThrow('Too many tokens.')
  })
})

describe('InvokeModel of the official Bedrock package', () => {
  it("passes another vendor's format to Bedrock and back", async () => {
    const body = JSON.stringify({ prompt: 'Who goes there?', max_gen_len: 300 })
    const said = { generation: answer, prompt_token_count: 6, generation_token_count: 15, stop_reason: 'stop' }
    bed.bedrock.reply(unary(said))
    const modelId = 'bedrock-mock/meta.llama3-70b-instruct-v1:0'
    const reply = await bed.client().send(new InvokeModelCommand({ modelId, body, contentType: 'application/json' }))
    expect(JSON.parse(reply.body.transformToString())).toEqual(said)
    expect(String(bed.bedrock.requests[0]?.body)).toBe(body)
  })

  it("streams another vendor's events", async () => {
    const metrics = { inputTokenCount: 6, outputTokenCount: 15, invocationLatency: 721, firstByteLatency: 90 }
    bed.bedrock.reply(
      binaryStream(
        binary([
          payload({ generation: 'Grüße', stop_reason: null }),
          payload({ generation: '', stop_reason: 'stop', 'amazon-bedrock-invocationMetrics': metrics }),
        ]),
      ),
    )
    const output = await bed.client().send(
      new InvokeModelWithResponseStreamCommand({
        modelId: 'bedrock-mock/meta.llama3-70b-instruct-v1:0',
        body: '{"prompt":"Hi"}',
      }),
    )
    const events: unknown[] = []
    for await (const { chunk } of output.body ?? []) events.push(JSON.parse(Buffer.from(chunk?.bytes ?? []).toString()))
    expect(events).toMatchObject([{ generation: 'Grüße' }, { stop_reason: 'stop' }])
  })
})
