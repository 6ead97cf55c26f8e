import { CountTokensCommand, InvokeModelCommand, ValidationException } from '@aws-sdk/client-bedrock-runtime'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { awsEventStream } from '../src/core/wire/aws-event-stream.ts'
import {
  type BedrockBed,
  bedrockApiKey,
  bedrockModel,
  binary,
  binaryStream,
  invokeEvents,
  payload,
  startBedrockBed,
} from './support/bedrock.ts'
import { claudeCodeBody } from './support/coding-tools.ts'
import { fixture, inPieces, unary } from './support/mock-replies.ts'

let bed: BedrockBed
beforeAll(async () => {
  bed = await startBedrockBed()
})
afterAll(() => bed.close())
beforeEach(() => bed.reset())

const path = (operation: string, model = `bedrock-mock/${bedrockModel}`): string =>
  `/model/${encodeURIComponent(model)}/${operation}`
const body = {
  anthropic_version: 'bedrock-2023-05-31',
  max_tokens: 300,
  messages: [{ role: 'user', content: 'Who goes there?' }],
}
const usage = { inputTokens: 1159, cachedInputTokens: 1024, outputTokens: 212 }
const bothDialects = { clientDialect: 'bedrock-invoke', providerDialect: 'bedrock-invoke' }

describe('InvokeModel with a Bedrock provider', () => {
  it('has its body passed on and the reply returned, byte for byte', async () => {
    const sent = `${JSON.stringify(body).slice(0, -1)},\n "fromTheFuture" : {"a":1.0, "b": 12345678901234567890} }`
    const reply = await bed.gateway.post(path('invoke'), Buffer.from(sent))
    expect(reply.body.equals(fixture('anthropic/message.json'))).toBe(true)
    const [request] = bed.bedrock.requests
    expect(String(request?.body)).toBe(sent)
    expect(request?.path).toBe(`/model/${encodeURIComponent(bedrockModel)}/invoke`)
    expect(request?.headers['authorization']).toBe(`Bearer ${bedrockApiKey}`)
    expect(await bed.gateway.call(reply)).toMatchObject({ ...bothDialects, ...usage, status: 200 })
  })

  it.each([1, 7, 1000])('gets the very bytes of a stream, in pieces of %i', async (size) => {
    const bytes = binary(invokeEvents(fixture('anthropic/message.sse')))
    bed.bedrock.reply(binaryStream(inPieces(bytes, size), { 'x-amzn-bedrock-content-type': 'application/json' }))
    const reply = await bed.gateway.post(path('invoke-with-response-stream'), body)
    expect(reply.body.equals(bytes)).toBe(true)
    expect(reply.headers['x-amzn-bedrock-content-type']).toBe('application/json')
    const call = await bed.gateway.call(reply)
    expect(call).toMatchObject({ ...bothDialects, ...usage, status: 200 })
    expect(call.timeToFirstTokenMs).toBeGreaterThan(0)
  })

  it('keeps its parameters that are headers, a guardrail above all', async () => {
    const headers = { 'x-amzn-bedrock-guardrailidentifier': 'g-1', 'x-amzn-bedrock-guardrailversion': '2' }
    await bed.gateway.post(path('invoke', `bedrock-signed/${bedrockModel}`), body, { headers })
    expect(bed.bedrock.requests[0]?.headers).toMatchObject(headers)
  })

  it('loses only the thinking that another vendor signed', async () => {
    const thinking = { type: 'thinking', thinking: 'Hm.', signature: 'openai:c2lnbmF0dXJl' }
    const messages = [
      ...body.messages,
      { role: 'assistant', content: [thinking, { type: 'text', text: 'I.' }] },
      { role: 'user', content: 'Who?' },
    ]
    const reply = await bed.gateway.post(path('invoke'), { ...body, messages })
    expect(reply.headers['x-portcullis-dropped']).toBe('thinking')
    const kept = messages.with(1, { role: 'assistant', content: [{ type: 'text', text: 'I.' }] })
    expect(bed.bedrock.requests[0]?.json).toEqual({ ...body, messages: kept })
  })

  it.each([
    ['nova', { usage: { inputTokens: 6, outputTokens: 15 } }],
    ['llama', { generation: 'I.', prompt_token_count: 6, generation_token_count: 15 }],
    ['gpt-oss', { choices: [], usage: { prompt_tokens: 6, completion_tokens: 15 } }],
  ])('counts what a model of %s used', async (_vendor, said) => {
    bed.bedrock.reply(unary(said))
    const reply = await bed.gateway.post(path('invoke'), { prompt: 'Hi' })
    expect(reply.json).toEqual(said)
    expect(await bed.gateway.call(reply)).toMatchObject({ inputTokens: 6, outputTokens: 15, status: 200 })
  })

  it("counts what another vendor's stream used, and knows that it was whole", async () => {
    const metrics = { inputTokenCount: 6, outputTokenCount: 15, invocationLatency: 1, firstByteLatency: 1 }
    for (const filler of ['', 'x', 'xx']) {
      const last = payload({ generation: filler, 'amazon-bedrock-invocationMetrics': metrics })
      const bytes = binary([payload({ generation: 'I.' }), last])
      bed.bedrock.reply(binaryStream(bytes))
      const reply = await bed.gateway.post(path('invoke-with-response-stream'), { prompt: 'Hi' })
      expect(reply.body.equals(bytes)).toBe(true)
      const call = await bed.gateway.call(reply)
      expect(call).toMatchObject({ inputTokens: 6, outputTokens: 15, status: 200 })
      expect(call.errorCode ?? undefined).toBeUndefined()
    }
  })
})

describe('InvokeModel with a provider of another vendor', () => {
  it("is refused in AWS's shape where its body is of no format that can be translated", async () => {
    const asking = bed
      .client()
      .send(new InvokeModelCommand({ modelId: 'openai-mock/gpt-5-mini', body: '{"prompt":"Hi"}' }))
    const fault: unknown = await asking.catch((error: unknown) => error)
    expect(fault).toMatchObject({ $metadata: { httpStatusCode: 400 } })
    expect(String(fault)).toContain('Use Converse')
    expect(bed.openai.requests).toEqual([])
  })

  it('is told of a wrong field', async () => {
    const wrong = JSON.stringify({ ...body, max_tokens: 'many' })
    const asking = bed.client().send(new InvokeModelCommand({ modelId: 'openai-mock/gpt-5-mini', body: wrong }))
    const fault: unknown = await asking.catch((error: unknown) => error)
    expect(fault).toBeInstanceOf(ValidationException)
    expect(String(fault)).toContain('max_tokens')
  })

  it('is asked for the model of its path, and sends no version of AWS', async () => {
    await bed.gateway.post(path('invoke', 'anthropic-mock/claude-sonnet-4-5'), {
      ...body,
      model: 'gpt-5',
      stream: true,
    })
    expect(bed.anthropic.requests[0]?.json).toEqual({
      model: 'claude-sonnet-4-5',
      max_tokens: 300,
      messages: body.messages,
    })
  })
})

describe('Claude Code in Bedrock mode', () => {
  const sent = JSON.stringify(claudeCodeBody('bedrock-2023-05-31'), null, 1)

  it('reaches Bedrock byte for byte, betas that nobody knows included', async () => {
    const reply = await bed.gateway.post(`/bedrock${path('invoke-with-response-stream')}`, sent)
    expect(reply.body.equals(binary(invokeEvents(fixture('anthropic/message.sse'))))).toBe(true)
    expect(String(bed.bedrock.requests[0]?.body)).toBe(sent)
  })

  it.each(['openai-mock/gpt-5-mini', 'anthropic-mock/claude-sonnet-4-5'])('works with %s', async (model) => {
    const reply = await bed.gateway.post(`/bedrock${path('invoke-with-response-stream', model)}`, sent)
    const texts = awsEventStream.parse(reply.body).map(({ data }) => {
      const event = JSON.parse(Buffer.from(JSON.parse(data).bytes, 'base64').toString())
      return event.delta?.text ?? ''
    })
    expect(texts.join('')).toBe('Grüße aus dem Torhaus 🏰 — alles ruhig.')
    expect(reply.headers['x-portcullis-dropped']).toContain('anthropic_beta')
  })
})

describe('CountTokens', () => {
  const invokeModel = { body: Buffer.from(JSON.stringify(body)) }
  it('is asked of Bedrock', async () => {
    const command = new CountTokensCommand({ modelId: `bedrock-mock/${bedrockModel}`, input: { invokeModel } })
    expect((await bed.client().send(command)).inputTokens).toBe(77)
    expect(bed.bedrock.requests[0]?.path).toBe(`/model/${encodeURIComponent(bedrockModel)}/count-tokens`)
  })

  it('is estimated for others, for the prompt of either operation', async () => {
    const modelId = 'openai-mock/gpt-5-mini'
    const converse = { messages: [{ role: 'user' as const, content: [{ text: 'Who goes there?' }] }] }
    const counts: unknown[] = []
    for (const input of [{ invokeModel }, { converse }])
      counts.push((await bed.client().send(new CountTokensCommand({ modelId, input }))).inputTokens)
    expect(counts[0]).toBeGreaterThan(3)
    expect(counts[1]).toBe(counts[0])
    const wrong = await bed.gateway.post(path('count-tokens', modelId), { input: { invokeModel: { body: 'bm8=' } } })
    expect([wrong.status, wrong.headers['x-amzn-errortype']]).toEqual([400, 'ValidationException'])
  })
})
