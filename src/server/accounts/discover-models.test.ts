import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { providers } from '../../catalog/providers.generated.ts'
import type { ProviderAccount } from '../../core/calls/registry.ts'
import { createDiscovery, type DiscoveredModels, isDiscoverable } from './discover-models.ts'

beforeEach(() => void vi.useFakeTimers())
afterEach(() => void vi.useRealTimers())

function account(id: string, more: Partial<ProviderAccount> = {}): ProviderAccount {
  return {
    id,
    provider: providers.vllm,
    baseUrl: `http://${id}.test/v1`,
    allowPrivateNetwork: true,
    requestStreamUsage: false,
    options: {},
    source: 'file',
    ...more,
  }
}

/** Answers as `lists` has it: an account that is not there cannot be reached. */
function bed(lists: Record<string, readonly string[]>) {
  const asked: string[] = []
  const heard: DiscoveredModels[] = []
  let open = 0
  let most = 0
  const discovery = createDiscovery({
    async get({ rules }) {
      asked.push(rules.account)
      most = Math.max(most, ++open)
      await Promise.resolve()
      open--
      const list = lists[rules.account]
      if (list === undefined) throw new Error('refused')
      return { status: 200, headers: {}, body: Buffer.from(JSON.stringify({ data: list.map((id) => ({ id })) })) }
    },
    found: (models) => void heard.push(models),
  })
  const idsOf = (id: string): readonly string[] | undefined => heard.at(-1)?.[id]?.ids
  return { discovery, asked, heard, idsOf, most: () => most }
}

const minute = 60_000

describe('accounts that are followed', () => {
  it('are asked again and again, and heard of when something has changed', async () => {
    const lists: Record<string, string[]> = { a: ['one'], b: ['two'] }
    const { discovery, heard, asked, idsOf } = bed(lists)
    discovery.follow([account('a'), account('b')], minute)
    await vi.advanceTimersByTimeAsync(0)
    expect([idsOf('a'), idsOf('b'), heard.length]).toEqual([['one'], ['two'], 2])
    await vi.advanceTimersByTimeAsync(minute)
    expect([asked.length, heard.length]).toEqual([4, 2])
    lists['a'] = ['one', 'three']
    await vi.advanceTimersByTimeAsync(minute)
    expect([idsOf('a'), heard.length]).toEqual([['one', 'three'], 3])
  })

  it('keep their last list while they cannot be reached, and are asked sooner', async () => {
    const lists: Record<string, string[]> = {}
    const { discovery, asked, heard, idsOf } = bed(lists)
    discovery.follow([account('a')], minute)
    await vi.advanceTimersByTimeAsync(5000 + 10_000 + 20_000)
    expect([asked.length, heard.length]).toEqual([4, 0])
    lists['a'] = ['one']
    await vi.advanceTimersByTimeAsync(40_000)
    expect(idsOf('a')).toEqual(['one'])
    delete lists['a']
    await vi.advanceTimersByTimeAsync(10 * minute)
    expect(idsOf('a')).toEqual(['one'])
  })

  it('are forgotten when they are another account, or no longer there', async () => {
    const { discovery, idsOf } = bed({ a: ['one'], b: ['two'] })
    discovery.follow([account('a'), account('b')], minute)
    await vi.advanceTimersByTimeAsync(0)
    discovery.follow([account('b')], minute)
    discovery.again()
    discovery.follow([account('b'), account('a', { baseUrl: 'http://a.test/v2' })], minute)
    await vi.advanceTimersByTimeAsync(0)
    expect([idsOf('a'), idsOf('b')]).toEqual([['one'], ['two']])
    discovery.follow([account('b')], minute)
    discovery.follow([account('b', { baseUrl: 'http://b.test/v2' })], minute)
    await vi.advanceTimersByTimeAsync(0)
    expect([idsOf('a'), idsOf('b')]).toEqual([undefined, ['two']])
  })

  it('are no more than four at once, and none after the end', async () => {
    const accounts = Array.from({ length: 20 }, (_, index) => account(`a${index}`))
    const { discovery, asked, most } = bed(Object.fromEntries(accounts.map(({ id }) => [id, ['x']])))
    discovery.follow(accounts, minute)
    await vi.advanceTimersByTimeAsync(0)
    expect([asked.length, most()]).toEqual([20, 4])
    discovery.close()
    discovery.follow(accounts, minute)
    await vi.advanceTimersByTimeAsync(10 * minute)
    expect(asked).toHaveLength(20)
  })

  it('are none where that is switched off', async () => {
    const { discovery, asked } = bed({ a: ['one'] })
    discovery.follow([account('a')], undefined)
    await vi.advanceTimersByTimeAsync(10 * minute)
    expect(asked).toEqual([])
  })
})

describe('an account', () => {
  const listed = (): readonly string[] => ['some']
  const unlisted = (): readonly string[] => []

  it.each([
    ['of a server of one’s own', account('a'), listed, true],
    ['that says itself what it has', account('a', { models: ['x'] }), listed, false],
    ['that is a further credential', account('a#2', { furtherOf: 'a' }), listed, false],
    ['of a vendor that the catalogue knows', account('a', { provider: providers.openai }), listed, false],
    ['of a vendor of which it knows no models', account('a', { provider: providers.voyage }), unlisted, true],
    ['whose secret is traded', account('a', { provider: providers.watsonx, secret: 'x' }), unlisted, false],
    ['without a list', account('a', { provider: providers['bedrock'] }), unlisted, false],
    ['of the demo', account('demo', { source: 'built-in' }), listed, false],
  ])('%s: asked or not', (_, asked, listModels, expected) => {
    expect(isDiscoverable(asked, listModels)).toBe(expected)
  })
})
