/** Reasoning that a Bedrock account signed goes back to that account, also where its stream passed through unread. */
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { type BedrockBed, bedrockModel, binary, binaryStream, startBedrockBed, toolEvents } from './support/bedrock.ts'
import type { Json, WireReply } from './support/client.ts'

const quietKey = 'pk-test-quiet-0123456789abcdefghijklmnopqr'
const strangerKey = 'pk-test-stranger-0123456789abcdefghijklm'
const nova = 'us.amazon.nova-2-lite-v1:0'
const question = { role: 'user', content: [{ text: 'Weather?' }] }
const signed = (signature: string) => ({ reasoningContent: { reasoningText: { text: 'Two cities.', signature } } })
const turns = (signature: string) => [
  question,
  { role: 'assistant', content: [signed(signature), { text: 'Fine.' }] },
  question,
]
const thinking = { additionalModelRequestFields: { thinking: { type: 'enabled', budget_tokens: 1024 } } }

let bed: BedrockBed
beforeAll(async () => {
  const first = { target: `bedrock-mock/${bedrockModel}` }
  bed = await startBedrockBed({
    // Nothing is kept of what they say, so nothing is read but what has to be.
    config: {
      workspaces: [
        { id: 'quiet', record: { bodies: 'off' } },
        { id: 'other', record: { bodies: 'off' } },
      ],
      models: { safe: { route: 'safe' } },
      routes: { safe: { fallback: [first, { target: `bedrock-signed/${bedrockModel}` }] } },
    },
    keys: [
      { id: 'quiet', key: quietKey, workspace: 'quiet', models: ['*'] },
      { id: 'stranger', key: strangerKey, workspace: 'other', models: ['*'] },
    ],
  })
})
afterAll(() => bed.close())
beforeEach(() => bed.reset())

const ask = (model: string, operation: string, body: Json, key = quietKey): Promise<WireReply> =>
  bed.gateway.post(`/model/${encodeURIComponent(model)}/${operation}`, body, {
    headers: { authorization: `Bearer ${key}` },
  })

const isByPair = (): readonly boolean[] =>
  bed.bedrock.requests.map(({ headers }) => String(headers['authorization']).startsWith('AWS4-HMAC-SHA256'))

const sentMessages = (): readonly Json[] => bed.bedrock.requests.map(({ json }) => (json as Json).messages)

/** A stream of the account with the key pair that brings this signature. */
async function streamed(operation: string, body: Json, bytes: Buffer, model = bedrockModel): Promise<void> {
  bed.bedrock.reply(binaryStream(bytes))
  const reply = await ask(`bedrock-signed/${model}`, operation, body)
  expect(reply.status).toBe(200)
  bed.reset()
}

const converseEvents = (signature: string): Buffer =>
  binary(
    toolEvents.map(({ event, data }) => ({
      event,
      data: data.replace('c2lnbmF0dXJl', signature),
    })) as typeof toolEvents,
  )

describe('a signature of a Converse stream that passed through', () => {
  it('leads the next turn to the account that made it, for its own workspace only', async () => {
    await streamed('converse-stream', { messages: [question], ...thinking }, converseEvents('b2Ytc3RyZWFt'))
    const next = { messages: turns('b2Ytc3RyZWFt'), ...thinking }
    expect((await ask('safe', 'converse', next)).status).toBe(200)
    expect((await ask('safe', 'converse', next, strangerKey)).status).toBe(200)
    expect(isByPair()).toEqual([true, false])
    expect(sentMessages()).toEqual([next.messages, next.messages])
  })

  it('does not go to a model that cannot read it', async () => {
    const fields = { additionalModelRequestFields: { reasoningConfig: { type: 'enabled', maxReasoningEffort: 'low' } } }
    await streamed('converse-stream', { messages: [question], ...fields }, converseEvents('b2Ytbm92YQ=='), nova)
    const reply = await ask(`bedrock-mock/${bedrockModel}`, 'converse', { messages: turns('b2Ytbm92YQ==') })
    expect(reply.status).toBe(200)
    const [, assistant] = sentMessages()[0] ?? []
    expect(assistant).toEqual({ role: 'assistant', content: [{ text: 'Fine.' }] })
  })
})

describe('a signature of an InvokeModel stream that passed through', () => {
  it.each(['', ' ', '  '])('leads the next turn to the account that made it', async (space) => {
    const signature = `b2YtaW52b2tl${space.length}`
    const events = [
      { type: 'message_start', message: { id: 'm', role: 'assistant', content: [], usage: { input_tokens: 1 } } },
      { type: 'content_block_start', index: 0, content_block: { type: 'thinking', thinking: '', signature: '' } },
      { type: 'content_block_delta', index: 0, delta: { type: 'signature_delta', signature } },
      { type: 'content_block_stop', index: 0 },
      { type: 'message_delta', delta: { stop_reason: 'end_turn' }, usage: { output_tokens: 2 } },
      { type: 'message_stop' },
    ]
    const chunk = (event: object): string =>
      JSON.stringify({ bytes: Buffer.from(space + JSON.stringify(event)).toString('base64') })
    const body = {
      anthropic_version: 'bedrock-2023-05-31',
      max_tokens: 2000,
      messages: [{ role: 'user', content: 'x' }],
    }
    await streamed(
      'invoke-with-response-stream',
      { ...body, thinking: { type: 'enabled', budget_tokens: 1024 } },
      binary(events.map((event) => ({ event: 'chunk', data: chunk(event) }))),
    )
    expect((await ask('safe', 'converse', { messages: turns(signature), ...thinking })).status).toBe(200)
    expect(isByPair()).toEqual([true])
  })
})
