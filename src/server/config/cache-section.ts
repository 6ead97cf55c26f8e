/** `cache` of the configuration. */
import * as z from 'zod'
import type { CacheSettings } from '../../core/cache.ts'
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
    })
    .optional()
    .describe('Answers to requests that say the same, in whatever dialect.'),
  semantic: SemanticCacheSection.optional().describe('Answers to questions that mean the same. Behind `exact`.'),
})
export type CacheSection = z.infer<typeof CacheSection>

export interface CacheConfig {
  readonly settings: CacheSettings
  readonly maxBytes: number
}

export function cacheConfig({ exact }: CacheSection): CacheConfig | undefined {
  if (exact === undefined) return undefined
  const { ttlSeconds: seconds, maxMegabytes = 128, maxEntryKilobytes = 1024, scope = 'workspace', include = [] } = exact
  return {
    settings: {
      ttlMs: seconds * 1000,
      maxEntryBytes: maxEntryKilobytes * 1024,
      scope,
      includes: new Set(include),
    },
    maxBytes: maxMegabytes * 1024 * 1024,
  }
}
