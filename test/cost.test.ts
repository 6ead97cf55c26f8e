import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { type MockProvider, startMockProvider } from './support/mock-provider.ts'
import { fixture, unary } from './support/mock-replies.ts'
import { startTestbed, type Testbed } from './support/testbed.ts'

/** Costs as a vendor's bill would have them: the vendor's prices by hand, times what the reply says. */
let bed: Testbed
let other: MockProvider
beforeAll(async () => {
  other = await startMockProvider()
  bed = await startTestbed()
  const account = (id: string, provider: string, origin: string) => ({
    id,
    provider,
    baseUrl: provider === 'anthropic' ? origin : `${origin}/v1`,
    apiKey: 'sk',
    allowPrivateNetwork: true,
  })
  await bed.gateway.configure({
    listen: { host: '127.0.0.1', port: 0, controlPort: 0 },
    keys: [{ id: 'team-a', key: bed.gateway.key }],
    providers: [
      account('openai', 'openai', bed.openai.origin),
      account('anthropic', 'anthropic', bed.anthropic.origin),
      ...['openrouter', 'vllm', 'xai', 'gemini', 'azure-openai'].map((id) => account(id, id, other.origin)),
    ],
    models: {
      fast: { target: 'openai/gpt-5-mini' },
      clever: { target: 'anthropic/claude-sonnet-4-5' },
    },
  })
  for (;;) if ((await chat('openai/gpt-5-mini')).status === 200) break
})
afterAll(async () => {
  await bed.close()
  await other.close()
})
beforeEach(() => {
  bed.reset()
  other.reset()
})

const messages = [{ role: 'user', content: 'Hello' }]
const chat = (model: string) => bed.gateway.post('/v1/chat/completions', { model, messages })
const message = (model: string) => bed.gateway.post('/v1/messages', { model, messages, max_tokens: 100 })

const openaiReply = (usage: object) => unary({ ...JSON.parse(String(fixture('openai/chat-completion.json'))), usage })
const anthropicReply = (usage: object) => unary({ ...JSON.parse(String(fixture('anthropic/message.json'))), usage })

const long = { prompt_tokens: 300_000, completion_tokens: 1000, total_tokens: 301_000 }
const short = { prompt_tokens: 1_000_000, completion_tokens: 1_000_000, total_tokens: 2_000_000 }

describe.each([
  ['in its own dialect', true],
  ['from the other dialect', false],
])('the cost of a call %s', (_name, isSame) => {
  it.each([
    ['plain tokens', 'openai/gpt-5-mini', short, 0.25 + 2],
    ['an alias', 'fast', short, 2.25],
    ['a dated name', 'openai/gpt-5-mini-2025-08-07', short, 2.25],
    [
      'cached and reasoning tokens, which are parts of the others',
      'openai/gpt-5-mini',
      {
        prompt_tokens: 1_000_000,
        completion_tokens: 500_000,
        prompt_tokens_details: { cached_tokens: 800_000 },
        completion_tokens_details: { reasoning_tokens: 400_000 },
      },
      0.2 * 0.25 + 0.8 * 0.025 + 0.5 * 2,
    ],
    ['a prompt above the vendor’s tier, as a whole', 'openai/gpt-5.4', long, 0.3 * 5 + 0.001 * 22.5],
    ['a model that nobody prices', 'openai/gpt-of-next-year', short, null],
  ])('with %s (OpenAI)', async (_case, model, usage, expected) => {
    bed.openai.reply(openaiReply(usage))
    const { costUsd } = await bed.gateway.call(await (isSame ? chat(model) : message(model)))
    if (expected === null) expect(costUsd).toBeNull()
    else expect(costUsd).toBeCloseTo(expected, 9)
  })

  it.each([
    ['plain tokens', 'anthropic/claude-sonnet-4-5', { input_tokens: 1_000_000, output_tokens: 100_000 }, 3 + 1.5],
    [
      'cache reads and writes of both lifetimes, which are beside the input',
      'clever',
      {
        input_tokens: 100_000,
        cache_read_input_tokens: 1_000_000,
        cache_creation_input_tokens: 300_000,
        cache_creation: { ephemeral_5m_input_tokens: 100_000, ephemeral_1h_input_tokens: 200_000 },
        output_tokens: 10_000,
      },
      0.3 + 0.3 + 0.1 * 3.75 + 0.2 * 6 + 0.15,
    ],
    [
      'cache writes without their lifetime, which are of five minutes',
      'anthropic/claude-sonnet-4-5-20250929',
      { input_tokens: 0, cache_creation_input_tokens: 1_000_000, output_tokens: 0 },
      3.75,
    ],
  ])('with %s (Anthropic)', async (_case, model, usage, expected) => {
    bed.anthropic.reply(anthropicReply(usage))
    const call = await bed.gateway.call(await (isSame ? message(model) : chat(model)))
    expect(call.costUsd).toBeCloseTo(expected, 9)
  })
})

describe('a model that is', () => {
  it.each([
    ['free at its provider costs 0', 'openrouter/google/gemma-4-26b-a4b-it:free', 0],
    ['served by the operator has no price that we know', 'vllm/llama-3.3-70b', null],
    ['a deployment of another name has no price that we know', 'azure-openai/our-deployment', null],
    ['a deployment of the same name has its price', 'azure-openai/gpt-5-mini', 2.25],
    ['another provider’s has that one’s price', 'openrouter/openai/gpt-5-mini', 2.25],
  ])('%s', async (_name, model, expected) => {
    other.reply(openaiReply(short))
    const call = await bed.gateway.call(await chat(model))
    expect(call.status).toBe(200)
    if (expected === null) expect(call.costUsd).toBeNull()
    else expect(call.costUsd).toBeCloseTo(expected, 9)
  })

  // https://docs.x.ai/docs/guides/reasoning: xAI counts reasoning beside the answer, and only the total shows it.
  it('one of xAI is billed for its reasoning as for output', async () => {
    const completion_tokens_details = { reasoning_tokens: 900 }
    other.reply(
      openaiReply({ prompt_tokens: 1000, completion_tokens: 100, total_tokens: 2000, completion_tokens_details }),
    )
    const call = await bed.gateway.call(await chat('xai/grok-4.3'))
    expect(call.outputTokens).toBe(1000)
    expect(call.costUsd).toBeCloseTo(0.001 * 1.25 + 0.001 * 2.5, 9)
  })
})
