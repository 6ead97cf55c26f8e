/**
 * Locks that gateways on one database keep the peace by, held until the transaction ends. Of this schema: two records may be in
 * one database.
 */
type LockName =
  /** Of one who changes the schema. */
  | 'migrations'
  | 'partitions'
  /** Of one who takes sets of sums away, or persons out of them; shared by those who add to sums. */
  | 'sets'
  /** Of one data directory, whose spool is taken in by one gateway at a time. */
  | `writer ${string}`

export function storedLock(name: LockName, isShared = false): string {
  // Names are words of this file, and hexadecimal ids.
  if (!/^[a-z0-9 -]+$/.test(name)) throw new TypeError('No name of a lock.')
  const lock = `pg_advisory_xact_lock${isShared ? '_shared' : ''}`
  return `SELECT ${lock}(hashtextextended('portcullis ${name} ' || current_schema(), 0))`
}
