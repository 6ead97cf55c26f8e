import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { modelCatalogue } from '../src/catalog/models/model-facts.ts'
import { ConfigError, checkedConfig } from '../src/server/checked-config.ts'
import { startTestGateway, type TestGateway } from './support/gateway.ts'
import { type MockProvider, startMockProvider } from './support/mock-provider.ts'
import { unary } from './support/mock-replies.ts'

/** Models and prices that the configuration says by hand. */
const models = [
  {
    provider: 'vllm',
    id: 'our-model',
    contextTokens: 8192,
    price: {
      inputPerMillionUsd: 0.15,
      outputPerMillionUsd: 0.6,
      tiers: [{ aboveInputTokens: 1000, inputPerMillionUsd: 0.3, outputPerMillionUsd: 1.2 }],
    },
  },
  { provider: 'openai', id: 'gpt-5-mini', price: { inputPerMillionUsd: 100, outputPerMillionUsd: 200 } },
  { provider: 'openai', id: 'gpt-5-nano-2025-08-07', title: 'Nano of August' },
]

let mock: MockProvider
let gateway: TestGateway
beforeAll(async () => {
  mock = await startMockProvider()
  const common = { baseUrl: `${mock.origin}/v1`, allowPrivateNetwork: true }
  gateway = await startTestGateway({
    config: {
      providers: [
        { ...common, id: 'box', provider: 'vllm' },
        { ...common, id: 'openai', provider: 'openai', apiKey: 'sk' },
      ],
      catalog: { models },
    },
  })
})
afterAll(async () => {
  await gateway.close()
  await mock.close()
})

async function cost(model: string, promptTokens: number): Promise<number> {
  mock.reset()
  const usage = { prompt_tokens: promptTokens, completion_tokens: 10, total_tokens: promptTokens + 10 }
  const choices = [{ index: 0, finish_reason: 'stop', message: { role: 'assistant', content: 'Hi' } }]
  mock.reply(unary({ id: 'chatcmpl-1', object: 'chat.completion', created: 1, model, choices, usage }))
  const reply = await gateway.post('/v1/chat/completions', { model, messages: [{ role: 'user', content: 'Hi' }] })
  expect(reply.status).toBe(200)
  return (await gateway.call(reply)).costUsd
}

async function listed(provider: string, id: string) {
  const { data } = (await gateway.control(`/api/v1/models?provider=${provider}&q=${id}`)).json
  return data.find((model: { id: string }) => model.id === id)
}

it('a price that the configuration gives is what a call costs, with its tiers', async () => {
  expect(await cost('box/our-model', 1000)).toBe(0.000156)
  expect(await cost('box/our-model', 1001)).toBe(0.0003123)
  expect(await cost('gpt-5-mini', 10)).toBe(0.003)
})

it('a dated name of the model costs the same', async () => {
  expect(await cost('openai/gpt-5-mini-2025-08-07', 10)).toBe(0.003)
})

it('a model that the catalogue does not know is one that clients find by its bare name', async () => {
  const ids = (await gateway.get('/v1/models')).json.data.map(({ id }: { id: string }) => id)
  expect(ids).toContain('our-model')
  expect(await cost('our-model', 10)).toBe(0.0000075)
})

describe('the list of the control plane', () => {
  it('shows what was given, with where it comes from', async () => {
    expect(await listed('vllm', 'our-model')).toMatchObject({
      title: 'our-model',
      contextTokens: 8192,
      inputModalities: ['text'],
      price: { inputPerMillionUsd: 0.15, tiers: [{ aboveInputTokens: 1000, outputPerMillionUsd: 1.2 }] },
      source: { name: 'config', asOf: null },
    })
  })

  it('keeps what was not given as the catalogue has it', async () => {
    const own = modelCatalogue()
    expect(await listed('openai', 'gpt-5-mini')).toMatchObject({
      contextTokens: own.modelFacts('openai', 'gpt-5-mini')?.contextTokens,
      price: { inputPerMillionUsd: 100, cachedInputPerMillionUsd: null },
      source: { name: 'config' },
    })
    expect(await listed('openai', 'gpt-5-nano-2025-08-07')).toMatchObject({
      title: 'Nano of August',
      contextTokens: own.modelFacts('openai', 'gpt-5-nano')?.contextTokens,
    })
    expect(await listed('openai', 'gpt-5')).toMatchObject({
      source: { name: expect.stringContaining('models.dev'), asOf: expect.stringMatching(/^\d{4}-\d\d-\d\d$/) },
    })
  })

  it('follows a change of the file', async () => {
    await gateway.configure({
      listen: { host: '127.0.0.1', port: 0, controlPort: 0 },
      keys: [{ id: 'team-a', key: gateway.key }],
    })
    await expect.poll(() => listed('vllm', 'our-model'), { timeout: 5000 }).toBeUndefined()
    expect((await listed('openai', 'gpt-5-mini')).source.name).toContain('models.dev')
  })
})

function faults(section: unknown): readonly string[] {
  try {
    checkedConfig(JSON.stringify({ catalog: section }), {}, modelCatalogue())
    return []
  } catch (fault) {
    if (!(fault instanceof ConfigError)) throw fault
    return fault.faults.map(({ message }) => message)
  }
}

it.each([
  [{ models: [{ provider: 'opnai', id: 'x' }] }, /unknown provider `opnai`.*`openai`/],
  [
    {
      models: [
        { provider: 'openai', id: 'x' },
        { provider: 'openai', id: 'x' },
      ],
    },
    /Two entries are for the model `x`/,
  ],
  [{ models: [{ provider: 'openai', id: 'x', price: { inputPerMillionUsd: 1 } }] }, /outputPerMillionUsd/],
  [
    { models: [{ provider: 'openai', id: 'x', price: { inputPerMillionUsd: -1, outputPerMillionUsd: 1 } }] },
    /inputPerMillionUsd/,
  ],
  [{ models: [{ provider: 'openai', id: 'x', context: 5 }] }, /`context`|contextTokens/],
  [{ model: [] }, /models/],
])('a section that is not right is told by its field: %j', (section, message) => {
  expect(faults(section).join('\n')).toMatch(message)
})
