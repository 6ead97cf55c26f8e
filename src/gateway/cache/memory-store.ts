import type { CacheEntry, CacheStore } from '../../core/calls/cache.ts'

/** What an entry takes beside its body, about. */
const overheadBytes = 1000

/** Entries in memory, up to a number of bytes: the least recently used go first. */
export function createMemoryStore(maxBytes: number): CacheStore {
  // In the order of their last use: a `Map` keeps the order in which its keys came.
  const entries = new Map<string, CacheEntry>()
  let bytes = 0

  const take = (key: string, entry: CacheEntry): void => {
    entries.delete(key)
    bytes -= sizeOf(entry)
  }

  return {
    find(key, nowMs) {
      const entry = entries.get(key)
      if (entry === undefined) return undefined
      if (entry.expiresAt <= nowMs) {
        take(key, entry)
        return undefined
      }
      entries.delete(key)
      entries.set(key, entry)
      return entry
    },
    keep(key, entry) {
      const old = entries.get(key)
      if (old !== undefined) take(key, old)
      const size = sizeOf(entry)
      if (size > maxBytes) return
      entries.set(key, entry)
      bytes += size
      for (const [oldest, dropped] of entries) {
        if (bytes <= maxBytes) break
        take(oldest, dropped)
      }
    },
    purge(workspace, tag) {
      let count = 0
      for (const [key, entry] of entries) {
        if (entry.workspace !== workspace || (tag !== undefined && !entry.tags.includes(tag))) continue
        take(key, entry)
        count++
      }
      return count
    },
  }
}

function sizeOf({ reply, tags }: CacheEntry): number {
  // Parts hold about the same text as the bytes, as strings.
  return overheadBytes + reply.bytes.length * (reply.parts === undefined ? 1 : 2) + tags.length * 100
}
