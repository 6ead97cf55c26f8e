import { describe, expect, it } from 'vitest'
import { providers } from '../src/catalog/providers.generated.ts'
import type { ProviderAccount } from '../src/core/calls/registry.ts'
import { GatewayError } from '../src/core/errors.ts'
import type { Provider, Surface } from '../src/core/model/provider.ts'
import { destinationOf } from '../src/gateway/provider-call/destination.ts'

const options = new Proxy({}, { get: (_, name) => (name === 'deployments' ? '' : 'option') })
const all: readonly Provider[] = Object.values(providers)
const mark = 'a-model-of-its-own'
const prefixes = ['', 'claude-', 'publisher/']
const hostile = [
  ...['.', '..', '../x', '../../x', 'x/..', 'x/../..', '../..', '..\\x', '%2e%2e', '..%2f', '%2e%2e/x', './..'],
  ...[
    'x?y=1',
    'x#y',
    'x%3Fy',
    '//elsewhere.example/x',
    '@elsewhere.example',
    'x\ty',
    'x\r\ny: z',
    ':generateContent',
    '\ud800',
  ],
]

function pathOf(provider: Provider, surface: Surface, model: string, stream: boolean): string | undefined {
  const baseUrl = provider.baseUrl ?? provider.addressOf?.(options) ?? 'https://provider.example/base'
  const account = { id: 'a', provider, baseUrl, options, source: 'file' } as unknown as ProviderAccount
  const { dialect } = surface
  try {
    const path = dialect.providerPath({ model, stream })
    const found = destinationOf(new WeakMap(), account, surface, { path, model, stream, dialect })
    return found.host + found.path
  } catch (fault) {
    expect(fault).toBeInstanceOf(GatewayError)
    return undefined
  }
}

const named = all.flatMap((provider) =>
  [provider, ...(provider.alsoSpeaks ?? [])]
    .filter(({ url, dialect }) => url !== undefined || dialect.providerPath !== undefined)
    .map((surface) => ({ id: provider.id, dialect: surface.dialect.id, provider, surface })),
)

describe.each(named)('the name of a model in a path of $id, asked in $dialect', ({ provider, surface }) => {
  it('stays in its place, or is refused', () => {
    for (const prefix of prefixes)
      for (const stream of [true, false]) {
        const [before, after] = pathOf(provider, surface, prefix + mark, stream)?.split(mark) ?? []
        if (before === undefined || after === undefined) continue
        for (const name of hostile) {
          const found = pathOf(provider, surface, prefix + name, stream)
          if (found === undefined) continue
          const place = found.slice(before.length, found.length - after.length)
          expect([name, found.startsWith(before), found.endsWith(after)]).toEqual([name, true, true])
          expect(place.length, found).toBe(found.length - before.length - after.length)
          expect(place, found).not.toMatch(/[/?#]/)
        }
      }
  })
})

it('there are providers that have it there', () => {
  const inPath = named.filter(
    ({ provider, surface }) => pathOf(provider, surface, mark, false)?.includes(mark) === true,
  )
  expect(inPath.map(({ id }) => id)).toEqual(expect.arrayContaining(['azure-openai', 'bedrock', 'gemini', 'vertex-ai']))
})
