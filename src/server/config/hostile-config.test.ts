import { describe, expect, it } from 'vitest'
import { modelCatalogue } from '../../catalog/models/model-facts.ts'
import { ConfigError, checkedConfig } from '../checked-config.ts'

/** The faults of a file as `line:column message`, without any when it is valid. */
function faults(text: string, environment: NodeJS.ProcessEnv = {}): string[] {
  try {
    checkedConfig(text, environment, modelCatalogue())
    return []
  } catch (fault) {
    if (!(fault instanceof ConfigError)) throw fault
    return fault.faults.map(({ line, column, message }) => `${line}:${column} ${message}`)
  }
}

const S = '$' + '{S}'

describe('a name that every object has', () => {
  it.each([
    ['constructor: 1', '1:1 Unknown key `constructor`.'],
    ['toString: 1', '1:1 Unknown key `toString`.'],
    ['__proto__: 1', '1:1 The key `__proto__` cannot be used.'],
    ['models: { __proto__: { target: demo/echo } }', '1:11 The key `__proto__` cannot be used.'],
    ['models: { a: { route: constructor } }', '1:16 The alias `a` names the unknown route `constructor`.'],
    [`demo: $${'{toString}'}`, expect.stringContaining('1:7 The environment variable toString is not set')],
  ])('is one like any other: %s', (text, expected) => {
    expect(faults(text)).toEqual([expected])
  })
})

describe('a fault that only the whole file shows', () => {
  it.each([
    ['providers:\n  - { id: o, provider: openai }\n  - { id: o, provider: openai }', /^3:7 Two provider accounts/],
    ['# opnai\nproviders:\n  - id: a\n    provider: opnai', /^4:5 The account `a` names the unknown provider `opnai`/],
    ['demo: true\nproviders:\n  - id: o\n    provider: openai\n    baseUrl: file:///x', /^5:5 .*https?:/],
    ['demo: true\nmodels:\n  a: { target: nowhere/x }', /^3:3 models\.a: /],
    ['workspaces: [{ id: a }, { id: a }]', /^1:27 Two workspaces have the id `a`/],
    [
      'keys:\n  - { id: a, key: chosen-0123456789abcdef }\n  - { id: b, key: chosen-0123456789abcdef }',
      /^3:14 Two entries of `keys` have the same key\.$/,
    ],
    ['routes: { r: { target: demo/echo, timeoutMS: 1 } }', /`timeoutMS`; did you mean `timeoutMs`\?$/],
    ['routes: { r: { fallback: [{ target: demo/echo, timeoutMS: 1 }] } }', /`timeoutMS`; did you mean `timeoutMs`\?$/],
    ['models: *b', /^1:9 The YAML alias names an anchor/],
    ['%YAML 1.1\n---\ndemo: no', /^1:1 The file is read as YAML 1\.2/],
    ['? []\n: 1', /^1:3 A key must be a text\.$/],
  ])('has its place: %j', (text, expected) => {
    const found = faults(text)
    expect(found).toHaveLength(1)
    expect(found[0]).toMatch(expected)
  })
})

describe('a value from the environment', () => {
  it.each([
    `providers: [{ id: a, provider: "${S}" }]`,
    `models: { a: { route: "${S}" } }`,
    `models: { a: { target: "${S}" } }`,
    `providers: [{ id: a, provider: openai, baseUrl: "http://${S}.localhost" }]`,
    `record: { bodies: "${S}" }`,
  ])('is never shown: %s', (text) => {
    const found = faults(text, { S: 'sk-secret' }).join()
    expect(found).not.toBe('')
    expect(found).not.toContain('sk-secret')
  })
})

/** Reading blocks the process that serves calls: twice the text may take twice the time, not four times. */
describe('a file that is made to be slow', () => {
  const many = (count: number, entry: (index: number) => string): string =>
    Array.from({ length: count }, (_, index) => entry(index)).join('\n')

  it.each([
    ['open variables', `demo: "${'$' + '{A:-'}${('$' + '{A:-').repeat(150_000)}"`],
    ['unknown keys', many(60_000, (index) => `key-${index}: 1`)],
    ['aliases', `models:\n${many(20_000, (index) => `  name-${index}: { target: nowhere/x }`)}`],
    [
      'aliases of unknown routes',
      `models:\n${many(10_000, (index) => `  name-${index}: { route: other-${index} }`)}\nroutes:\n${many(10_000, (index) => `  route-${index}: { target: demo/echo }`)}`,
    ],
    ['accounts of one name', `providers:\n${many(20_000, () => '  - { id: a, provider: openai }')}`],
  ])('with %s is read to its end', (_name, text) => {
    expect(Buffer.byteLength(text)).toBeLessThan(1 << 20)
    expect(faults(text).length).toBeGreaterThan(0)
  })

  it('and is valid, is taken', () => {
    expect(faults(`models:\n${many(20_000, (index) => `  name-${index}: { target: demo/echo }`)}`)).toEqual([])
  })
})
