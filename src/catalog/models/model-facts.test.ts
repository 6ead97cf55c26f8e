import { readdirSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { callCost } from '../../core/model/prices.ts'
import { modelCatalogue } from './model-facts.ts'
import { ModelFields } from './model-fields.ts'

const catalogue = modelCatalogue()
const files = readdirSync(import.meta.dirname).flatMap((name) => /^(.+?)(?:\.generated)?\.json$/.exec(name)?.[1] ?? [])

describe.each(files)('the file of %s', (provider) => {
  const models = catalogue.listModels(provider)

  it('has the fields of ModelFacts and no others, and each id once', () => {
    expect(models.length).toBeGreaterThan(0)
    for (const model of models) expect(ModelFields.safeParse(model).error, model.id).toBeUndefined()
    expect(new Set(models.map(({ id }) => id)).size).toBe(models.length)
  })

  it('has believable prices: nothing is free by mistake, and longer prompts are never cheaper', () => {
    for (const { id, price } of models) {
      if (price === undefined) continue
      // 1,000 USD per million tokens would be dearer than any model.
      expect(Math.max(price.input, price.output), id).toBeLessThan(1_000_000)
      if (!id.endsWith(':free')) expect(price.input + price.output, id).toBeGreaterThan(0)
      let floor = price.input
      let above = 0
      for (const tier of price.tiers ?? []) {
        expect(tier.input, id).toBeGreaterThanOrEqual(floor)
        expect(tier.aboveInputTokens, id).toBeGreaterThan(above)
        floor = tier.input
        above = tier.aboveInputTokens
      }
    }
  })
})

it('models of sound, pictures and moderation are known by the names of their vendor, without a price', () => {
  for (const id of ['whisper-1', 'tts-1', 'gpt-realtime', 'gpt-realtime-2025-08-28', 'omni-moderation-latest']) {
    const facts = catalogue.modelFacts('openai', id)
    expect(facts, id).toBeDefined()
    expect(facts?.price, id).toBeUndefined()
  }
})

describe('prices', () => {
  it('are those of the vendor, in nano-USD per token', () => {
    const price = catalogue.modelFacts('openai', 'gpt-5-mini')?.price
    expect(price).toEqual({ input: 250, output: 2000, cachedInput: 25 })
    expect(callCost(price, { inputTokens: 1_000_000, outputTokens: 1_000_000 })).toBe(2_250_000_000)
  })

  it('keep the two lifetimes of Anthropic’s cache writes apart', () => {
    const price = catalogue.modelFacts('anthropic', 'claude-sonnet-4-5')?.price
    expect(price).toEqual({ input: 3000, output: 15_000, cachedInput: 300, cacheWrite: 3750, cacheWrite1h: 6000 })
  })

  it('have tiers for long prompts', () => {
    const price = catalogue.modelFacts('gemini', 'gemini-2.5-pro')?.price
    expect(callCost(price, { inputTokens: 200_000, outputTokens: 0 })).toBe(250_000_000)
    expect(callCost(price, { inputTokens: 200_001, outputTokens: 0 })).toBe(500_002_500)
  })

  it('are unknown where tokens alone do not make the cost', () => {
    const facts = catalogue.modelFacts('perplexity', 'sonar-deep-research')
    expect(facts?.id).toBe('sonar-deep-research')
    expect(facts?.price).toBeUndefined()
  })
})

describe('a model name', () => {
  it('with a date has the facts of the one without', () => {
    expect(catalogue.modelFacts('openai', 'gpt-5-mini-2025-08-07')?.id).toBe('gpt-5-mini')
    expect(catalogue.modelFacts('anthropic', 'claude-sonnet-4-6-20260217')?.id).toBe('claude-sonnet-4-6')
  })

  it('with a date of its own keeps its own facts', () => {
    expect(catalogue.modelFacts('openai', 'gpt-4o-2024-05-13')?.price?.input).toBe(5000)
    expect(catalogue.modelFacts('openai', 'gpt-4o')?.price?.input).toBe(2500)
  })

  it('without a date, or ending in -latest, has those of the only one with a date', () => {
    expect(catalogue.modelFacts('anthropic', 'claude-3-7-sonnet')?.id).toBe('claude-3-7-sonnet-20250219')
    expect(catalogue.modelFacts('anthropic', 'claude-3-7-sonnet-latest')?.id).toBe('claude-3-7-sonnet-20250219')
  })

  it('without a date is unknown when several dates exist', () => {
    expect(catalogue.modelFacts('anthropic', 'claude-3-5-sonnet')).toBeUndefined()
  })

  it('with another date than the only known one is unknown', () => {
    expect(catalogue.modelFacts('anthropic', 'claude-3-7-sonnet-20990101')).toBeUndefined()
  })

  it('is unknown for a provider without a file, and for one that is not a provider id', () => {
    for (const provider of [
      'ollama',
      'vllm',
      'openai-compatible',
      '../models/openai',
      '',
      '__proto__',
      'x'.repeat(300),
    ]) {
      expect(catalogue.modelFacts(provider, 'gpt-5')).toBeUndefined()
      expect(catalogue.listModels(provider)).toEqual([])
    }
  })
})

it('reads the file of a provider once, and only when it is asked for', () => {
  const read: string[] = []
  const own = modelCatalogue((provider) => {
    read.push(provider)
    return { source: 'a test', models: [] }
  })
  expect(read).toEqual([])
  own.modelFacts('openai', 'gpt-5')
  own.listModels('openai')
  expect(read).toEqual(['openai'])
})
