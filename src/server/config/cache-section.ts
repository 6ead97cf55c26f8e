/** `cache` of the configuration. */
import { hkdfSync } from 'node:crypto'
import * as z from 'zod'
import type { CacheSettings } from '../../core/calls/cache.ts'
import { SemanticCacheSection } from './semantic-cache-section.ts'
import { ttlSeconds } from './ttl-seconds.ts'

export const CacheSection = z.strictObject({
  exact: z
    .strictObject({
      ttlSeconds: ttlSeconds.describe('How long an answer is given again.'),
      maxMegabytes: z
        .int()
        .positive()
        .max(65_536)
        .optional()
        .describe('Memory of all answers, in one worker. Default 128.'),
      maxEntryKilobytes: z
        .int()
        .positive()
        .max(65_536)
        .optional()
        .describe('Larger answers are not kept. Default 1024.'),
      scope: z.enum(['workspace', 'key']).optional().describe('Who shares an answer. Default `workspace`.'),
      include: z
        .array(z.enum(['tool-calls', 'truncated', 'refusals']))
        .optional()
        .describe('Answers that are not kept by themselves.'),
      disk: z
        .strictObject({
          maxMegabytes: z.int().positive().max(1_048_576).optional().describe('Size of the file. Default 1024.'),
        })
        .optional()
        .describe('Keeps answers in `cache.db` too, for all workers and the next start.'),
      redis: z
        .union([
          z.literal('off'),
          z.strictObject({
            url: z
              .string()
              .regex(/^rediss?:\/\/[^\s/?#]/, 'takes an address of Redis or Valkey, such as `redis://127.0.0.1:6379`')
              .optional()
              // biome-ignore lint/suspicious/noTemplateCurlyInString: the syntax of the file.
              .describe('`redis://` or `rediss://`, best as `${REDIS_URL}`. Default: the variable REDIS_URL.'),
            prefix: z
              .string()
              .regex(/^[\x21-\x7e]{0,64}$/, 'takes visible ASCII characters without blanks, at most 64')
              .optional()
              .describe('Stands before all keys. Default `portcullis:cache:`.'),
          }),
        ])
        .optional()
        .describe('Keeps answers in Redis or Valkey too, for several gateways. Default: if REDIS_URL is set.'),
    })
    .optional()
    .describe('Answers to requests that say the same, in whatever dialect.'),
  semantic: SemanticCacheSection.optional().describe('Answers to questions that mean the same. Behind `exact`.'),
})
export type CacheSection = z.infer<typeof CacheSection>

export interface CacheConfig {
  readonly settings: CacheSettings
  readonly maxBytes: number
  readonly disk?: { readonly maxBytes: number }
  readonly redis?: RedisConfig
}

export interface RedisConfig {
  readonly url: string
  readonly prefix: string
  readonly maxEntryBytes: number
  /** What entries are sealed with. */
  readonly secret?: Buffer
}

export function cacheConfig({ exact }: CacheSection, environment: NodeJS.ProcessEnv): CacheConfig | undefined {
  if (exact === undefined) return undefined
  const { disk, redis } = exact
  const { ttlSeconds: seconds, maxMegabytes = 128, maxEntryKilobytes = 1024, scope = 'workspace', include = [] } = exact
  const maxEntryBytes = maxEntryKilobytes * 1024
  const { url = environment['REDIS_URL'], prefix = 'portcullis:cache:' } = redis === 'off' ? {} : (redis ?? {})
  const secret = sealingSecret(environment['PORTCULLIS_MASTER_KEY'])
  return {
    settings: {
      ttlMs: seconds * 1000,
      maxEntryBytes,
      scope,
      includes: new Set(include),
    },
    maxBytes: maxMegabytes * 1024 * 1024,
    ...(disk === undefined ? {} : { disk: { maxBytes: (disk.maxMegabytes ?? 1024) * 1024 * 1024 } }),
    ...(redis === 'off' || url === undefined || url === ''
      ? {}
      : { redis: { url, prefix, maxEntryBytes, ...(secret === undefined ? {} : { secret }) } }),
  }
}

/** Of its own: the master key has other uses. */
function sealingSecret(masterKey: string | undefined): Buffer | undefined {
  if (masterKey === undefined || masterKey === '') return undefined
  return Buffer.from(hkdfSync('sha256', masterKey, '', 'portcullis: entries of the cache', 32))
}
