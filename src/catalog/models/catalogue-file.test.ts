import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { ModelFacts } from '../../core/model/prices.ts'
import { readCatalogue, writeCatalogue, writtenCatalogue } from './catalogue-file.ts'

const here = { source: 'a test', asOf: '2026-11-25' }
const known = new Set(['openai', 'anthropic', 'gemini', 'groq'])

const price = fc.record(
  { input: fc.nat(1_000_000), output: fc.nat(1_000_000), cachedInput: fc.nat(1_000_000) },
  { requiredKeys: ['input', 'output'], noNullPrototype: true },
)
const model: fc.Arbitrary<ModelFacts> = fc.record(
  {
    id: fc.string({ minLength: 1, maxLength: 40, unit: 'grapheme' }),
    title: fc.string({ minLength: 1, maxLength: 40, unit: 'grapheme' }),
    contextTokens: fc.integer({ min: 1, max: 10_000_000 }),
    inputModalities: fc.constant(['text', 'image']),
    outputModalities: fc.constant(['text']),
    supportsTools: fc.boolean(),
    price,
  },
  { requiredKeys: ['id', 'title', 'inputModalities', 'outputModalities'], noNullPrototype: true },
)
const models = fc.uniqueArray(model, { selector: ({ id }) => id, minLength: 1, maxLength: 8 })

describe('a catalogue that was written', () => {
  it('is read back as it was, whole and provider by provider', () => {
    fc.assert(
      fc.property(fc.dictionary(fc.constantFrom(...known), models, { minKeys: 1, noNullPrototype: true }), (lists) => {
        const providers = new Map(Object.entries(lists))
        const text = writeCatalogue({ ...here, providers })
        const { leftOut, ...read } = readCatalogue(text, { source: 'elsewhere', asOf: '2000-01-01' }, known)
        expect(leftOut).toEqual([])
        expect(read).toEqual({ ...here, providers })
        const written = writtenCatalogue(Buffer.from(text))
        for (const id of known) expect(written?.modelsOf(id)).toEqual(providers.get(id))
      }),
    )
  })

  it('is not taken when a byte of it has changed, or an end is missing', () => {
    const providers = new Map([
      ['openai', [{ id: 'a', title: 'A', inputModalities: ['text'], outputModalities: ['text'] }]],
    ])
    const bytes = Buffer.from(writeCatalogue({ ...here, providers }))
    expect(writtenCatalogue(bytes)?.modelsOf('openai')).toHaveLength(1)
    const whole = bytes.indexOf('\n')
    for (let index = whole; index < bytes.length; index++) {
      const changed = Buffer.from(bytes)
      changed[index] = (changed[index] ?? 0) ^ 1
      expect(writtenCatalogue(changed), String(index)).toBeUndefined()
    }
    for (let length = 0; length < bytes.length; length++)
      expect(writtenCatalogue(bytes.subarray(0, length))).toBeUndefined()
  })
})

const devModel = {
  id: 'gpt-x',
  name: 'GPT X',
  reasoning: true,
  tool_call: true,
  temperature: false,
  release_date: '2026-11-01',
  modalities: { input: ['text', 'image'], output: ['text'] },
  limit: { context: 400_000, output: 100_000 },
  cost: { input: 1.25, output: 10, cache_read: 0.125, context_over_200k: { input: 2.5, output: 15 } },
}
const dev = (provider: string, ...list: readonly object[]) => ({
  [provider]: {
    id: provider,
    name: provider,
    models: Object.fromEntries(list.map((entry) => [(entry as { id: string }).id, entry])),
  },
})

describe('the api.json of models.dev', () => {
  it('becomes facts of ours', () => {
    const { providers, source, asOf, leftOut } = readCatalogue(JSON.stringify(dev('groq', devModel)), here, known)
    expect({ source, asOf, leftOut }).toEqual({ ...here, leftOut: [] })
    expect(providers.get('groq')).toEqual([
      {
        id: 'gpt-x',
        title: 'GPT X',
        contextTokens: 400_000,
        maxOutputTokens: 100_000,
        inputModalities: ['text', 'image'],
        outputModalities: ['text'],
        supportsTools: true,
        supportsReasoning: true,
        supportsSampling: false,
        price: {
          input: 1250,
          output: 10_000,
          cachedInput: 125,
          tiers: [{ input: 2500, output: 15_000, cachedInput: 125, aboveInputTokens: 200_000 }],
        },
        releasedOn: '2026-11-01',
      },
    ])
  })

  it('is completed by models that it leaves out, and says itself what it has of them', () => {
    const tts = { ...devModel, id: 'tts-1', name: 'Speaks' }
    const models = readCatalogue(JSON.stringify(dev('openai', devModel, tts)), here, known).providers.get('openai')
    expect(models?.map(({ id }) => id)).toEqual([...new Set(models?.map(({ id }) => id))].sort())
    expect(models).toContainEqual(expect.objectContaining({ id: 'whisper-1', inputModalities: ['audio'] }))
    expect(models).toContainEqual(expect.objectContaining({ id: 'tts-1', title: 'Speaks' }))
  })

  it('has providers under other names, and such as are none of ours', () => {
    const text = JSON.stringify({ ...dev('google', { ...devModel, id: 'gemini-x' }), ...dev('nobody', devModel) })
    expect([...readCatalogue(text, here, known).providers.keys()]).toEqual(['gemini'])
  })

  it('loses what cannot be read, which is named, and nothing else', () => {
    const bad = [
      { ...devModel, id: 'no-name', name: 7 },
      { ...devModel, id: 'no-limit', limit: undefined },
      { ...devModel, id: 'negative', cost: { input: -1, output: 1 } },
      { ...devModel, id: 'too-dear', cost: { input: 1e9, output: 1 } },
    ]
    const { providers, leftOut } = readCatalogue(JSON.stringify(dev('groq', devModel, ...bad)), here, known)
    expect(providers.get('groq')?.map(({ id }) => id)).toEqual(['gpt-x'])
    expect([...leftOut].sort()).toEqual(['groq/negative', 'groq/no-limit', 'groq/no-name', 'groq/too-dear'])
  })
})

const fields = { id: 'a', title: 'A', inputModalities: ['text'], outputModalities: ['text'] }
const own = (lists: unknown) => ({ format: 'portcullis-catalogue/1', ...here, providers: lists })

it.each([
  ['no JSON', '{"format":', /not a JSON object/],
  ['a list', '[]', /not a JSON object/],
  ['nothing', '{}', /no model of a provider/],
  ['another version', JSON.stringify({ ...own({}), format: 'portcullis-catalogue/2' }), /format/],
  ['an unknown field', JSON.stringify(own({ openai: [{ ...fields, cost: 1 }] })), /providers\.openai\.0.*cost/],
  ['a wrong price', JSON.stringify(own({ openai: [{ ...fields, price: { input: '1', output: 2 } }] })), /price\.input/],
  ['a model twice', JSON.stringify(own({ openai: [fields, fields] })), /a model of openai twice/],
  ['unknown providers only', JSON.stringify(own({ nobody: [fields] })), /no model of a provider/],
  ['a provider that is no id', JSON.stringify(own({ '../x': [fields] })), /providers/],
  ['hostile keys', '{"__proto__":{"models":{}},"constructor":{"models":{}}}', /no model of a provider/],
])('a catalogue with %s is refused with a sentence', (_what, text, message) => {
  expect(() => readCatalogue(text, here, known)).toThrow(message)
})

it('names providers that this version does not have', () => {
  const text = JSON.stringify(own({ openai: [fields], nobody: [fields] }))
  expect(readCatalogue(text, here, known).leftOut).toEqual(['nobody'])
})

it('names a model that cannot be read where there is no other', () => {
  const text = JSON.stringify({ groq: { id: 'groq', models: { half: { id: 'half' } } } })
  expect(() => readCatalogue(text, here, known)).toThrow(/^None of its models can be read, "groq\/half" for one: /)
})
