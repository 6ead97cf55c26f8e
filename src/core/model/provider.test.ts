import { describe, expect, it } from 'vitest'
import type { Dialect } from './dialect.ts'
import { type Provider, type Surface, surfaceFor } from './provider.ts'

const dialect = (id: string): Dialect => ({ id }) as Dialect
const [own, second, third] = [dialect('own'), dialect('second'), dialect('third')]
const surface = (of: Dialect, prefix?: string): Surface =>
  prefix === undefined ? { dialect: of } : { dialect: of, serves: (model) => model.startsWith(prefix) }
const provider = (main: Surface, ...alsoSpeaks: Surface[]): Provider => ({
  id: 'test',
  title: 'Test',
  docs: 'https://example.com',
  environment: { apiKey: [], baseUrl: [] },
  needsKey: false,
  authorize: () => ({}),
  ...main,
  alsoSpeaks,
})

describe('what a client reaches at a provider', () => {
  it('is its own dialect where there is one, else that of the provider', () => {
    const found = provider(surface(own), surface(second))
    expect(surfaceFor(found, second, 'm').dialect).toBe(second)
    for (const client of [own, third, undefined]) expect(surfaceFor(found, client, 'm')).toBe(found)
  })

  it('is one that is there for the model, whatever the client speaks', () => {
    const found = provider(surface(own, 'a-'), surface(second, 'b-'), surface(third))
    for (const client of [own, second, third, undefined]) {
      const of = (model: string) => surfaceFor(found, client, model).dialect
      expect(of('a-1')).toBe(client === third ? third : own)
      expect(of('b-1')).toBe(client === third ? third : second)
      expect(of('c-1')).toBe(third)
    }
  })

  it('is that of the provider when none says that it serves the model', () => {
    const found = provider(surface(own, 'a-'), surface(second, 'b-'))
    for (const client of [own, second, third]) expect(surfaceFor(found, client, 'c-1')).toBe(found)
  })
})
