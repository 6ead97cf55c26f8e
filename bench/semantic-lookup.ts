import { lexical } from '../src/catalog/embedders/lexical.ts'
import { providers } from '../src/catalog/providers.generated.ts'
import type { CacheEntry } from '../src/core/calls/cache.ts'
import type { Embedder } from '../src/core/model/embedder.ts'
import { guardFacts } from '../src/gateway/cache/semantic/guards.ts'
import { createSemanticIndex, type Question, type SemanticIndex } from '../src/gateway/cache/semantic/semantic-index.ts'

/** A question as the stage of the gateway would look it up, in one partition. */
export type Ask = (text: string) => Question

export const asked: Ask = (text) => question(text, lexical.embedNow(text), true)

/** The same with vectors of another embedder, which are made before: it takes its time. */
export async function askedWith({ embed }: Embedder, texts: readonly string[]): Promise<Ask> {
  const vectors = new Map<string, Float32Array>()
  const distinct = [...new Set(texts)]
  for (let begin = 0; begin < distinct.length; begin += batch) {
    const some = distinct.slice(begin, begin + batch)
    const made = await embed(some)
    for (const [place, vector] of made.vectors.entries()) vectors.set(some[place] ?? '', vector)
  }
  return (text) => question(text, vectors.get(text) ?? new Float32Array(), false)
}

const batch = 64

function question(text: string, vector: Float32Array, isLexical: boolean): Question {
  return { partition: 'one', vector, facts: guardFacts(text), isLexical }
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
