import { isDeepStrictEqual } from 'node:util'
import type { CacheTier } from '../../core/cache.ts'
import type { StorageState } from '../../core/storage-state.ts'
import { tiersInTurn } from '../../gateway/cache/shared-cache.ts'
import type { CacheConfig, RedisConfig } from '../config/cache-section.ts'
import { cacheFileName, openDiskTier } from './disk-tier.ts'

/** What holds answers behind the memory of this process. */
export interface CacheTiers {
  /** Opens what the configuration wants and closes what it wants no longer; what stays the same stays open. */
  configure(config: Pick<CacheConfig, 'disk' | 'redis'> | undefined): void
  tier(): CacheTier | undefined
  close(): Promise<void>
}

type OpenTier = CacheTier & { close(): Promise<void> }

export function createCacheTiers(dataDirectory: string, storage: StorageState): CacheTiers {
  const disk = place((settings: { readonly maxBytes: number }) =>
    openDiskTier(dataDirectory, settings.maxBytes, storage.teller(cacheFileName)),
  )
  const redis = place((settings: RedisConfig) => openRedis(settings, storage))
  let tier: CacheTier | undefined
  const configure: CacheTiers['configure'] = (config = {}) => {
    tier = tiersInTurn([disk.use(config.disk), redis.use(config.redis)].filter((one) => one !== undefined))
  }
  return {
    configure,
    tier: () => tier,
    async close() {
      configure({})
      await Promise.all([disk.closed(), redis.closed()])
    },
  }
}

/** Room for one tier, opened anew when its settings change. */
function place<Settings>(open: (settings: Settings) => OpenTier) {
  let current: { readonly settings: Settings; readonly tier: OpenTier } | undefined
  let closed: Promise<void> = Promise.resolve()
  return {
    use(settings: Settings | undefined): CacheTier | undefined {
      if (isDeepStrictEqual(current?.settings, settings)) return current?.tier
      const last = current?.tier
      // Two threads on one file get along; what the last one still writes is found by the next.
      closed = Promise.all([closed, last?.close()]).then(() => undefined)
      current = settings === undefined ? undefined : { settings, tier: open(settings) }
      return current?.tier
    },
    closed: () => closed,
  }
}

/** The client is large, and loaded only where Redis is used. */
function openRedis(settings: RedisConfig, storage: StorageState): OpenTier {
  let isClosed = false
  let tier: OpenTier | undefined
  const options = { ...settings, tell: storage.teller('Redis'), tellWrites: storage.teller('writes to Redis') }
  const loaded = import('../../catalog/stores/redis-cache-tier.ts')
    .then(({ openRedisTier }) => {
      if (!isClosed) tier = openRedisTier(options)
    })
    // Only the variable can hold anything: the file is checked.
    .catch(() => options.tell('REDIS_URL is no address of Redis; answers are looked for without it.'))
  return {
    find: async (workspace, key) => await tier?.find(workspace, key),
    keep: (key, entry) => tier?.keep(key, entry),
    purge: async (workspace, tag) => (await tier?.purge(workspace, tag)) ?? 0,
    async close() {
      isClosed = true
      await loaded
      await tier?.close()
    },
  }
}
