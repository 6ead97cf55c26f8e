import type { CacheMatch, QuestionTier, SemanticSettings } from '../../../core/calls/cache.ts'
import type { ModelCall, ModelReply, Stage } from '../../../core/calls/call.ts'
import type { ResolvedModel } from '../../../core/calls/registry.ts'
import type { Embedder } from '../../../core/model/embedder.ts'
import { readsOneWay } from '../../../core/wire/reads-one-way.ts'
import { lastTurn } from '../cache-key.ts'
import { answered, entryOf, fresh } from '../exact-cache.ts'
import { keepRules } from '../keep-rules.ts'
import { overheard } from '../kept-reply.ts'
import { restoredEntry, storedEntry } from '../stored-entry.ts'
import { guardFacts } from './guards.ts'
import type { Question, SemanticIndex } from './semantic-index.ts'
import { findShared, keepShared } from './shared-questions.ts'

export interface SemanticCacheOptions {
  readonly index: SemanticIndex
  readonly embedder: Embedder
  /** What is asked behind the memory, for calls of a workspace; `undefined`: nothing, or its answers stay in memory. */
  sharedOf(workspace: string): QuestionTier | undefined
  resolve(model: string): ResolvedModel
  /** Of the calls of a route; `undefined`: they are not cached. */
  settingsOf(route: ResolvedModel): SemanticSettings | undefined
  /** Unix milliseconds. */
  now(): number
}

/** Longer questions are asked once: a bound on the time of a look, and on what a provider of vectors is sent. */
const maxCharacters = 2000
const maxDimensions = 16_384

/**
 * Answers from what was answered before to a question that means the same. Only what the user said last may differ, and only in
 * words that change nothing. Stands behind the exact cache.
 */
export function semanticCache(options: SemanticCacheOptions): Stage<ModelCall, ModelReply> {
  const { index, embedder, sharedOf, resolve, settingsOf, now } = options
  return async (call, next) => {
    const { wish } = call
    const resolved = wish.mode === 'off' || !isQuestion(call) ? undefined : resolve(call.model)
    const settings = resolved === undefined ? undefined : settingsOf(resolved)
    if (resolved === undefined || settings === undefined || !readsOneWay(call.wire)) return await next(call)
    call.emit({ type: 'stage-began', stage: 'cache' })
    const question = await questionOf(call, resolved, settings.scope, embedder)
    if (question === undefined) {
      call.emit({ type: 'stage-began', stage: 'route' })
      return await next(call)
    }
    const { workspace } = call.principal
    const shared = sharedOf(workspace)
    if (wish.mode === 'on') {
      const accepts = (entry: Parameters<typeof fresh>[0]): boolean =>
        entry !== undefined && entry.expiresAt > now() && fresh(entry, wish, now()) !== undefined
      let found = index.find(question, settings.threshold, accepts)
      if (found === undefined && shared !== undefined) {
        const threshold = index.thresholdOf(question.partition, settings.threshold)
        const other = await findShared(shared, workspace, question, threshold, (stored) => {
          const entry = restoredEntry(stored, call, resolved, settings, now())
          return entry !== undefined && accepts(entry) ? entry : undefined
        })
        if (call.lifetime.reason !== undefined) throw call.lifetime.reason
        if (other !== undefined) index.keep(other.question, other.id, other.entry)
        found = other
      }
      if (found !== undefined) {
        const match: CacheMatch = { id: found.id, score: found.score }
        if (settings.state === 'enforce')
          return { ...answered(call, resolved, found.entry, now(), match), isKeptElsewhere: true }
        call.emit({ type: 'cache-matched', match })
      }
    }
    call.emit({ type: 'cache-missed' })
    call.emit({ type: 'stage-began', stage: 'route' })
    const reply = await next(call)
    return overheard(reply, keepRules(call, reply, settings), (kept) => {
      if (kept === undefined) return
      const entry = entryOf(kept, call, settings, now())
      index.keep(question, call.id, entry)
      const stored = shared === undefined ? undefined : storedEntry(entry)
      if (shared !== undefined && stored !== undefined) keepShared(shared, question, call.id, stored)
    })
  }
}

/** A session that an account holds goes on from what is not in the request. */
function isQuestion({ endpoint, heldBy }: ModelCall): boolean {
  return endpoint.kind === 'dialect' && heldBy === undefined
}

async function questionOf(
  call: ModelCall,
  resolved: ResolvedModel,
  scope: SemanticSettings['scope'],
  embedder: Embedder,
): Promise<Question | undefined> {
  const turn = lastTurn(call, resolved, scope)
  if (turn === undefined || turn.text.length > maxCharacters) return undefined
  const facts = guardFacts(turn.text)
  if (facts.words.size === 0) return undefined
  const now = embedder.embedNow?.(turn.text)
  const { by, vector } = now === undefined ? await embedded(embedder, turn.text) : { by: embedder.id, vector: now }
  if (vector === undefined) return undefined
  return { partition: `${by} ${turn.partition}`, vector, facts, isLexical: now !== undefined }
}

/** Vectors that do not come are no reason for a call to fail. */
async function embedded(embedder: Embedder, text: string): Promise<{ by?: string; vector?: Float32Array | undefined }> {
  if (embedder.isReady?.() === false) return {}
  try {
    const { by, vectors } = await embedder.embed([text])
    const [vector] = vectors
    return vector !== undefined && saysSomething(vector) ? { by, vector } : {}
  } catch {
    return {}
  }
}

/** One of no length is close to nothing, and one of very many places is none that an embedder makes. */
function saysSomething(vector: Float32Array): boolean {
  return vector.length <= maxDimensions && vector.some((value) => value !== 0)
}
