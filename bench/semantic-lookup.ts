import { lexical } from '../src/catalog/embedders/lexical.ts'
import { providers } from '../src/catalog/providers.generated.ts'
import type { CacheEntry } from '../src/core/cache.ts'
import { guardFacts } from '../src/gateway/cache/semantic/guards.ts'
import { createSemanticIndex, type Question, type SemanticIndex } from '../src/gateway/cache/semantic/semantic-index.ts'

/** A question as the stage of the gateway would look it up, in one partition. */
export function asked(text: string): Question {
  const vector = lexical.embedNow?.(text) ?? new Float32Array()
  return { partition: 'one', vector, facts: guardFacts(text), isLexical: true }
}

export function emptyIndex(maxEntries = 1_000_000): SemanticIndex {
  return createSemanticIndex({ maxEntries, maxBytes: Number.MAX_SAFE_INTEGER })
}

const account = {
  id: 'none',
  provider: providers.openai,
  baseUrl: '',
  allowPrivateNetwork: false,
  requestStreamUsage: false,
  options: {},
  source: 'built-in',
} as const
const reply = {
  target: { account, model: 'none' },
  status: 200,
  headers: {},
  contentType: 'application/json',
  bytes: Buffer.alloc(0),
}

/** An answer that is told apart by its tags. */
export function entryWith(tags: readonly string[]): CacheEntry {
  return { reply, workspace: 'one', tags, storedAt: 0, expiresAt: Number.POSITIVE_INFINITY }
}
