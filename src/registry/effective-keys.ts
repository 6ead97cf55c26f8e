import type { VirtualKey } from '../core/calls/registry.ts'

/** What the file says of a key. */
export type KeyOfFile = Pick<VirtualKey, 'id' | 'workspace' | 'models' | 'priority' | 'budgets' | 'scope'>

export interface KeysOfFile {
  /** Those that the file gives a value. */
  readonly keys: readonly VirtualKey[]
  /** Those whose value was made: the store has its hash, the file decides everything else. */
  readonly keysToGenerate: readonly KeyOfFile[]
}

/**
 * The keys that work. What the file says of a key holds from the moment it is read: a key that it no longer names stops,
 * though its hash stays in the store and is there again when the file is.
 */
export function effectiveKeys({ keys, keysToGenerate }: KeysOfFile, others: readonly VirtualKey[]): VirtualKey[] {
  const wanted = new Map(keysToGenerate.map((key) => [key.id, key]))
  return [
    ...keys,
    ...others.flatMap((key) => {
      if (key.source !== 'file') return [key]
      const entry = wanted.get(key.id)
      return entry === undefined ? [] : [{ ...key, ...entry }]
    }),
  ]
}

/** Ids in the file that a key of another origin has: records and limits could not tell the two apart. */
export function takenIds({ keys, keysToGenerate }: KeysOfFile, others: readonly VirtualKey[]): ReadonlySet<string> {
  const foreign = new Set(
    others.filter(({ source, revokedAt }) => source !== 'file' && revokedAt === undefined).map(({ id }) => id),
  )
  return new Set([...keys, ...keysToGenerate].map(({ id }) => id).filter((id) => foreign.has(id)))
}
