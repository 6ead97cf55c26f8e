import type { Dialect } from '../model/dialect.ts'
import type { ReplyPart } from '../model/model-reply.ts'
import type { Target } from './registry.ts'
import type { StoredEntry } from './stored-entry.ts'

/** A reply as it came from a provider, kept to be given again. */
export interface CachedReply {
  readonly target: Target
  /** Absent for endpoints without a dialect. */
  readonly dialect?: Dialect
  readonly status: number
  readonly headers: Readonly<Record<string, string>>
  readonly contentType: string
  /** The body, or all events of a stream. */
  readonly bytes: Buffer
  /** Absent for a stream, which is read again when it is asked for in another dialect. */
  readonly parts?: readonly ReplyPart[]
}

export interface CacheEntry {
  readonly reply: CachedReply
  /** Of the purge: an entry goes with any of them. */
  readonly workspace: string
  readonly tags: readonly string[]
  /** Unix milliseconds. */
  readonly storedAt: number
  readonly expiresAt: number
}

export interface CacheStore {
  /** `undefined`: there is none, or it has expired. */
  find(key: string, nowMs: number): CacheEntry | undefined
  keep(key: string, entry: CacheEntry): void
  /** Takes entries away, and says how many. Without a tag: all of the workspace. */
  purge(workspace: string, tag?: string): number
}

/** Where answers are kept beside the memory of a process: slower, larger, shared. Its faults are misses. */
export interface CacheTier {
  /** Never rejects, and waits no longer than a call may. */
  find(workspace: string, key: string): Promise<StoredEntry | undefined>
  /** Behind the back of the call. */
  keep(key: string, entry: StoredEntry): void
  /** Takes entries away, and says how many. Without a tag: all of the workspace. Never rejects. */
  purge(workspace: string, tag?: string): Promise<number>
}

/** A tier that keeps questions of the semantic cache too, as texts. */
export interface QuestionTier extends CacheTier {
  /** The newest under a name, up to a number of bytes. Never rejects, and waits no longer than a call may. */
  questions(workspace: string, name: string): Promise<readonly string[]>
  /** Behind the back of the call. It goes with the answer that `head` is of. */
  keepQuestion(name: string, text: string, head: StoredEntry['head']): void
  /** Takes one answer away, behind the back of who asks for it. */
  forget(workspace: string, key: string): void
}

/** What a caller wants of the cache for one call. */
export interface CacheWish {
  /** `refresh`: the answer is asked for anew and replaces what is kept. `off`: neither read nor kept. */
  readonly mode: 'on' | 'refresh' | 'off'
  /** Older entries are not taken. */
  readonly maxAgeMs?: number
  readonly ttlMs?: number
  readonly tags: readonly string[]
  /** Answers are shared within it, and never beyond the scope of the settings. */
  readonly namespace?: string
}

/** What holds for all calls of a configuration, or of one route. */
export interface CacheSettings {
  readonly ttlMs: number
  readonly maxEntryBytes: number
  /** Who shares an entry. */
  readonly scope: 'workspace' | 'key'
  /** What is kept although it is not kept by itself. */
  readonly includes: ReadonlySet<CacheInclude>
}

export type CacheInclude = 'tool-calls' | 'truncated' | 'refusals'

/** Of calls that nobody else may be answered with. */
export const noCache: CacheWish = { mode: 'off', tags: [] }

/** The kept question that a call was answered with, or would have been, and how close it was: 1 is the same. */
export interface CacheMatch {
  /** Of the call that had the answer from a provider. */
  readonly id: string
  readonly score: number
}

/** Of the semantic cache, as the configuration has it. */
export interface SemanticSettings extends CacheSettings {
  readonly threshold: number
  /** `shadow`: looked up and recorded, answered by a provider. */
  readonly state: 'shadow' | 'enforce'
}
