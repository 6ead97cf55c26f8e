import OpenAI from 'openai'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { startTestGateway, type TestGateway } from './support/gateway.ts'
import { type MockProvider, startMockProvider } from './support/mock-provider.ts'
import { eventsBefore, fixture, inPieces, stream, unary, vendorError } from './support/mock-replies.ts'

let gateway: TestGateway
let native: MockProvider
let anthropic: MockProvider
let client: OpenAI
beforeAll(async () => {
  ;[native, anthropic] = await Promise.all([startMockProvider(), startMockProvider()])
  const allowPrivateNetwork = true
  const account = (id: string, provider: string, baseUrl: string) => {
    return { id, provider, baseUrl, apiKey: 'sk-upstream', allowPrivateNetwork }
  }
  gateway = await startTestGateway({
    config: {
      providers: [
        account('openai-mock', 'openai', `${native.origin}/v1`),
        account('vllm-mock', 'vllm', native.origin),
        account('deepseek-mock', 'deepseek', native.origin),
        account('anthropic-mock', 'anthropic', anthropic.origin),
      ],
    },
  })
  client = new OpenAI({ baseURL: `${gateway.url}/v1`, apiKey: gateway.key, maxRetries: 0 })
})
afterAll(async () => {
  await gateway.close()
  await Promise.all([native.close(), anthropic.close()])
})
beforeEach(() => {
  native.reset()
  anthropic.reset()
})

const answer = 'Grüße aus dem Torhaus 🏰 — alles ruhig.'
const head = { id: 'cmpl-7', object: 'text_completion', created: 1_764_000_000, model: 'gpt-3.5-turbo-instruct' }
const usage = { prompt_tokens: 5, completion_tokens: 7, total_tokens: 12 }
const completion = { ...head, choices: [{ text: answer, index: 0, logprobs: null, finish_reason: 'stop' }], usage }
const chunk = (text: string, finish_reason: string | null) => ({
  ...head,
  choices: [{ text, index: 0, logprobs: null, finish_reason }],
})
const chunks = `${[
  ...answer.split(/(?<= )/).map((piece) => chunk(piece, null)),
  chunk('', 'stop'),
  { ...head, choices: [], usage },
]
  .map((event) => `data: ${JSON.stringify(event)}\n\n`)
  .join('')}data: [DONE]\n\n`

async function gathered(events: AsyncIterable<OpenAI.Completion>) {
  let text = ''
  let reason: string | undefined
  let told: OpenAI.CompletionUsage | undefined
  for await (const { choices, usage: counts } of events) {
    text += choices[0]?.text ?? ''
    reason = choices[0]?.finish_reason ?? reason
    told = counts ?? told
  }
  return { text, reason, usage: told }
}

for (const { provider, model, promptTokens } of [
  { provider: 'native', model: 'openai-mock/gpt-3.5-turbo-instruct', promptTokens: 5 },
  { provider: 'openai', model: 'gpt-4.1', promptTokens: 1143 },
  { provider: 'anthropic', model: 'claude-sonnet-4-5', promptTokens: 1159 },
] as const) {
  const mock = (): MockProvider => (provider === 'anthropic' ? anthropic : native)
  const whole = provider === 'native' ? () => unary(completion) : undefined
  const events = provider === 'native' ? () => stream(chunks) : undefined

  describe(`the completions of the official openai package with ${model}`, () => {
    it('get a whole answer with its usage', async () => {
      if (whole) mock().reply(whole())
      const reply = await client.completions.create({ model, prompt: 'Who goes there?', max_tokens: 50 })
      expect(reply).toMatchObject({
        object: 'text_completion',
        choices: [{ text: answer, index: 0, finish_reason: 'stop' }],
        usage: { prompt_tokens: promptTokens },
      })
    })

    it('get a stream with the usage that they ask for', async () => {
      if (events) mock().reply(events())
      const told = await gathered(
        await client.completions.create({
          model,
          prompt: 'Who goes there?',
          stream: true,
          stream_options: { include_usage: true },
        }),
      )
      expect(told).toMatchObject({ text: answer, reason: 'stop', usage: { prompt_tokens: promptTokens } })
    })

    it('are told errors in their own shape, before and inside a stream', async () => {
      mock().reply(vendorError(429))
      await expect(client.completions.create({ model, prompt: 'x' })).rejects.toMatchObject({
        status: 429,
        message: expect.stringContaining('The mock says no.'),
      })
      const name = provider === 'anthropic' ? 'anthropic/message.sse' : 'openai/chat-completion.sse'
      const start = eventsBefore(provider === 'native' ? Buffer.from(chunks) : fixture(name), 'ruhig')
      mock().reply(stream(start))
      const reading = gathered(await client.completions.create({ model, prompt: 'x', stream: true }))
      await expect(reading).rejects.toThrow('ended its stream before the reply was whole')
    })
  })
}

describe('a client of completions', () => {
  it('asks a chat what it can be asked, and is told the rest', async () => {
    const reply = await gateway.post('/v1/completions', {
      model: 'gpt-4.1',
      prompt: 'def fib(n):',
      suffix: 'return fib',
      max_tokens: 9,
      n: 2,
      stop: 'END',
      best_of: 2,
      user: 'u',
    })
    expect(native.requests[0]).toMatchObject({ path: '/v1/chat/completions' })
    expect(native.requests[0]?.json).toEqual({
      model: 'gpt-4.1',
      messages: [{ role: 'user', content: 'def fib(n):' }],
      max_completion_tokens: 9,
      n: 2,
      stop: ['END'],
      user: 'u',
    })
    expect(reply.headers['x-portcullis-dropped']).toBe('suffix')
  })

  it('with several prompts is refused where they would be several calls', async () => {
    const prompt = ['One', 'Two']
    const reply = await gateway.post('/v1/completions', { model: 'claude-sonnet-4-5', prompt })
    expect(reply.status).toBe(400)
    expect(reply.json.error).toMatchObject({ param: 'prompt', message: expect.stringContaining('2 prompts') })
    expect(anthropic.requests).toHaveLength(0)
  })
})

describe('a provider of completions', () => {
  it('gets prompts of any kind byte for byte, and its replies pass so, however they are cut', async () => {
    for (const prompt of ['["a","b"]', '[1212,318]', '[[1],[2]]', '"Gr\\u00fc\\u00dfe"']) {
      const body = (model: string): string =>
        `{ "prompt":${prompt}, "model" :"${model}","echo":true,"new":1.0,"stream":true}`
      for (const size of [1, 61, 1 << 20]) {
        native.reply(stream(inPieces(Buffer.from(chunks), size)))
        const reply = await gateway.post('/openai/v1/completions', body('vllm-mock/base'))
        expect(reply.text).toBe(chunks)
        expect(native.requests.at(-1)?.path).toBe('/v1/completions')
        expect(native.requests.at(-1)?.body.toString()).toBe(body('base'))
        expect(await gateway.call(reply)).toMatchObject({
          clientDialect: 'openai-completions',
          providerDialect: 'openai-completions',
          inputTokens: 5,
          outputTokens: 7,
        })
      }
    }
  })

  it('is asked where its vendor has it', async () => {
    native.reply(unary(completion))
    await gateway.post('/v1/completions', { model: 'deepseek-mock/deepseek-chat', prompt: 'a', suffix: 'b' })
    expect(native.requests[0]).toMatchObject({ path: '/beta/completions', json: { suffix: 'b' } })
  })

  it('answers a client of chat where its model knows no messages', async () => {
    native.reply(unary(completion), stream(chunks))
    const ask = {
      model: 'openai-mock/gpt-3.5-turbo-instruct',
      max_tokens: 50,
      system: 'Be brief.',
      messages: [{ role: 'user', content: 'Who goes there?' }],
    }
    const whole = await gateway.post('/v1/messages', ask)
    expect(native.requests[0]?.path).toBe('/v1/completions')
    expect(native.requests[0]?.json).toEqual({
      model: 'gpt-3.5-turbo-instruct',
      prompt: 'System: Be brief.\n\nUser: Who goes there?\n\nAssistant:',
      max_tokens: 50,
    })
    expect(whole.json).toMatchObject({
      content: [{ type: 'text', text: answer }],
      stop_reason: 'end_turn',
      usage: { input_tokens: 5, output_tokens: 7 },
    })
    const streamed = await gateway.post('/v1/messages', { ...ask, stream: true })
    expect(streamed.text).toContain('"text":"Torhaus "')
    expect(streamed.text).toMatch(/event: message_stop\n.*\n\n$/)
  })
})
