import type { CacheTier, QuestionTier } from '../../core/calls/cache.ts'
import type { StorageState } from '../../core/record/storage-state.ts'
import { tiersInTurn } from '../../gateway/cache/shared-cache.ts'
import type { CacheConfig, RedisConfig } from '../config/cache-section.ts'
import { held } from '../process/held.ts'
import { cacheFileName, openDiskTier } from './disk-tier.ts'

/** What holds answers behind the memory of this process. */
export interface CacheTiers {
  /** Opens what the configuration wants and closes what it wants no longer; what stays the same stays open. */
  configure(config: Pick<CacheConfig, 'disk' | 'redis'> | undefined): void
  tier(): CacheTier | undefined
  /** The one of them that keeps questions too. */
  questions(): QuestionTier | undefined
  close(): Promise<void>
}

type OpenTier = QuestionTier & { close(): Promise<void> }

export function createCacheTiers(dataDirectory: string, storage: StorageState): CacheTiers {
  // Two threads on one file get along; what the last one still writes is found by the next.
  const disk = held((settings: { readonly maxBytes: number }) =>
    openDiskTier(dataDirectory, settings.maxBytes, storage.teller(cacheFileName)),
  )
  const redis = held((settings: RedisConfig) => openRedis(settings, storage))
  let tier: CacheTier | undefined
  let questions: QuestionTier | undefined
  const configure: CacheTiers['configure'] = (config = {}) => {
    questions = redis.use(config.redis)
    tier = tiersInTurn([disk.use(config.disk), questions].filter((one) => one !== undefined))
  }
  return {
    configure,
    tier: () => tier,
    questions: () => questions,
    async close() {
      configure({})
      await Promise.all([disk.closed(), redis.closed()])
    },
  }
}

/** The client is large, and loaded only where Redis is used. */
function openRedis(settings: RedisConfig, storage: StorageState): OpenTier {
  let isClosed = false
  let tier: OpenTier | undefined
  const options = { ...settings, tell: storage.teller('Redis'), tellWrites: storage.teller('writes to Redis') }
  const loaded = import('../../catalog/stores/redis/cache-tier.ts')
    .then(({ openRedisTier }) => {
      if (!isClosed) tier = openRedisTier(options)
    })
    // Only the variable can hold anything: the file is checked.
    .catch(() => options.tell('REDIS_URL is no address of Redis; answers are looked for without it.'))
  return {
    find: async (workspace, key) => await tier?.find(workspace, key),
    keep: (key, entry) => tier?.keep(key, entry),
    questions: async (workspace, name) => (await tier?.questions(workspace, name)) ?? [],
    keepQuestion: (name, text, head) => tier?.keepQuestion(name, text, head),
    forget: (workspace, key) => tier?.forget(workspace, key),
    purge: async (workspace, tag) => (await tier?.purge(workspace, tag)) ?? 0,
    async close() {
      isClosed = true
      await loaded
      await tier?.close()
    },
  }
}
