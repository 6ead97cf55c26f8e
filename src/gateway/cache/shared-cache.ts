import type { CacheStore, CacheTier, QuestionTier } from '../../core/calls/cache.ts'
import type { Flight } from './exact-cache.ts'
import { createMemoryStore } from './memory-store.ts'

/** What is kept, and what is being answered. Outlives a configuration. */
export interface SharedCache {
  readonly flights: Map<string, Flight>
  /** The store with room for so many bytes. What is kept stays as long as the room does not change. */
  storeOf(maxBytes: number): CacheStore
  /** What is asked behind the memory. */
  tier(): CacheTier | undefined
  /** The one of them that keeps questions too. */
  questions(): QuestionTier | undefined
  /** Takes entries away, and says how many. Without a tag: all of the workspace. */
  purge(workspace: string, tag?: string): Promise<number>
}

export function createSharedCache({ tier, questions }: Pick<SharedCache, 'tier' | 'questions'>): SharedCache {
  let store: CacheStore | undefined
  let room = 0
  return {
    flights: new Map(),
    storeOf(maxBytes) {
      if (store === undefined || maxBytes !== room) store = createMemoryStore(maxBytes)
      room = maxBytes
      return store
    },
    tier,
    questions,
    async purge(workspace, tag) {
      const inMemory = store?.purge(workspace, tag) ?? 0
      // Most entries stand in several places: the count is of the place that has the most of them.
      return Math.max(inMemory, (await tier()?.purge(workspace, tag)) ?? 0)
    },
  }
}

/** One after the other: what the first does not have is asked of the next. */
export function tiersInTurn(tiers: readonly CacheTier[]): CacheTier | undefined {
  if (tiers.length < 2) return tiers[0]
  return {
    async find(workspace, key) {
      for (const tier of tiers) {
        const found = await tier.find(workspace, key)
        if (found !== undefined) return found
      }
      return undefined
    },
    keep(key, entry) {
      for (const tier of tiers) tier.keep(key, entry)
    },
    async purge(workspace, tag) {
      return Math.max(...(await Promise.all(tiers.map((tier) => tier.purge(workspace, tag)))))
    },
  }
}
