import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import type { WireReply } from './support/client.ts'
import { fixture, unary } from './support/mock-replies.ts'
import { startTestbed, type Testbed } from './support/testbed.ts'

const keyOf = (id: string): string => `pk-test-${id}-0123456789abcdefghijk`
const reply = unary(JSON.parse(fixture('openai/chat-completion.json').toString()))

const spellings = [
  'gpt-5-mini',
  'openai-mock/gpt-5-mini',
  'fast',
  'gpt-5-mini-2025-08-07',
  'first-only',
  'one-of-two',
] as const

let bed: Testbed
beforeAll(async () => {
  const own = spellings.map((_, index) => `named-${index}`)
  bed = await startTestbed({
    keys: [...own, 'raw', 'each', 'by-alias', 'falling', 'others'].map((id) => ({ id, key: keyOf(id) })),
    config: {
      models: {
        fast: { target: 'openai-mock/gpt-5-mini' },
        'first-only': { route: 'one' },
        'one-of-two': { route: 'two' },
        'two-others': { route: 'others' },
      },
      routes: {
        one: { fallback: [{ target: 'openai-mock/gpt-5-mini' }] },
        two: { fallback: [{ target: 'openai-mock/gpt-5-mini' }, { target: 'openai-mock/gpt-5-nano' }] },
        others: { fallback: [{ target: 'openai-mock/gpt-5-nano' }, { target: 'openai-mock/gpt-5' }] },
      },
      budgets: [
        {
          id: 'minis',
          match: { keys: ['named-*', 'raw', 'others'], models: ['GPT-5-mini'] },
          groupBy: ['key'],
          requests: 1,
          per: 'day',
        },
        { id: 'each-model', match: { keys: ['each'] }, groupBy: ['model'], requests: 2, per: 'day' },
        { id: 'by-alias', match: { keys: ['by-alias'], models: ['fast'] }, requests: 1, per: 'day' },
        { id: 'first', match: { keys: ['falling'], models: ['gpt-5-mini'] }, requests: 1, per: 'day' },
      ],
    },
  })
})
afterAll(() => bed.close())
beforeEach(() => {
  bed.reset()
  bed.openai.script(() => reply)
})

const headers = (id: string) => ({ headers: { authorization: `Bearer ${keyOf(id)}` } })
const body = (model: string): object => ({ model, messages: [{ role: 'user', content: 'Question' }], max_tokens: 100 })
const ask = (id: string, model: string): Promise<WireReply> =>
  bed.gateway.post('/v1/chat/completions', body(model), headers(id))
const used = async (budget: string): Promise<readonly (readonly [string, number])[]> => {
  const { json } = await bed.gateway.control(`/api/v1/budgets?budget=${budget}`)
  return json.data.map(({ group, used }: { group: readonly string[]; used: number }) => [group.join(), used])
}

describe('a budget of some models', () => {
  it.each(spellings.map((name, index) => [name, `named-${index}`] as const))(
    'holds where that model is asked for as %s',
    async (name, key) => {
      expect((await ask(key, name)).status).toBe(200)
      const again = await ask(key, 'gpt-5-mini')
      expect([again.status, again.headers['x-portcullis-error']]).toEqual([429, 'rate_limited'])
    },
  )

  it('holds on a raw path', async () => {
    const path = '/p/openai-mock/v1/chat/completions'
    expect((await bed.gateway.post(path, body('gpt-5-mini'), headers('raw'))).status).toBe(200)
    expect((await bed.gateway.post(path, body('gpt-5-mini'), headers('raw'))).status).toBe(429)
    expect((await bed.gateway.post(path, body('gpt-5-nano'), headers('raw'))).status).toBe(200)
  })

  it('leaves calls that reach other models alone', async () => {
    for (const model of ['gpt-5-nano', 'two-others', 'gpt-5-nano', 'two-others'])
      expect((await ask('others', model)).status, model).toBe(200)
  })

  it('lets a route go on to its next target where one is used up', async () => {
    const models: string[] = []
    bed.openai.script(({ json }) => {
      models.push((json as { model: string }).model)
      return reply
    })
    for (let time = 0; time < 3; time++) expect((await ask('falling', 'one-of-two')).status).toBe(200)
    expect(models).toEqual(['gpt-5-mini', 'gpt-5-nano', 'gpt-5-nano'])
  })

  it('of an alias is for those who ask by it', async () => {
    expect((await ask('by-alias', 'gpt-5-mini')).status).toBe(200)
    expect((await ask('by-alias', 'fast')).status).toBe(200)
    expect((await ask('by-alias', 'fast')).status).toBe(429)
  })
})

it('a budget of each model counts a model once, by whatever name it is asked for', async () => {
  for (const model of ['fast', 'one-of-two']) expect((await ask('each', model)).status, model).toBe(200)
  for (const model of ['gpt-5-mini', 'openai-mock/gpt-5-mini', 'first-only', 'fast'])
    expect((await ask('each', model)).status, model).toBe(429)
  expect((await ask('each', 'one-of-two')).status).toBe(200)
  expect(await used('each-model')).toEqual([
    ['gpt-5-mini', 2],
    ['gpt-5-nano', 1],
  ])
})
