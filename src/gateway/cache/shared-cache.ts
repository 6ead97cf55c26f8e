import type { CacheStore } from '../../core/cache.ts'
import type { Flight } from './exact-cache.ts'
import { createMemoryStore } from './memory-store.ts'

/** What is kept, and what is being answered. Outlives a configuration. */
export interface SharedCache {
  readonly flights: Map<string, Flight>
  /** The store with room for so many bytes. What is kept stays as long as the room does not change. */
  storeOf(maxBytes: number): CacheStore
  /** Takes entries away, and says how many. Without a tag: all of the workspace. */
  purge(workspace: string, tag?: string): number
}

export function createSharedCache(): SharedCache {
  let store: CacheStore | undefined
  let room = 0
  return {
    flights: new Map(),
    storeOf(maxBytes) {
      if (store === undefined || maxBytes !== room) store = createMemoryStore(maxBytes)
      room = maxBytes
      return store
    },
    purge: (workspace, tag) => store?.purge(workspace, tag) ?? 0,
  }
}
