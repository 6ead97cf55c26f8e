/** Opens the database of calls, in `node:sqlite`, and says in words what is wrong with it. */
import { rmSync, statSync } from 'node:fs'
import { DatabaseSync } from 'node:sqlite'
import { GatewayError } from '../../../core/errors.ts'
import { StoreFault, StoreLocked, StoreUnmade } from '../../../core/record/call-store.ts'
import { migrations } from './call-migrations.ts'

/** A lock that lasts longer is a fault to report; the caller tries again. */
const BUSY_TIMEOUT_MS = 250
/** A question meets a lock only in the moments of a start and an end of another process, and nobody asks it again. */
const READ_TIMEOUT_MS = 5_000

export function openForWriting(path: string): DatabaseSync {
  return guarded(() => {
    const database = new DatabaseSync(path, { timeout: BUSY_TIMEOUT_MS })
    try {
      // FULL: a commit survives a loss of power. Said explicitly, because builds of SQLite differ in their default.
      database.exec('PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA journal_size_limit = 67108864')
      // What is taken away must not be read out of the file's free pages.
      database.exec('PRAGMA secure_delete = ON')
      migrate(database)
      return database
    } catch (error) {
      database.close()
      throw error
    }
  })
}

export function openForReading(path: string): DatabaseSync {
  return guarded(() => {
    const database = new DatabaseSync(path, { readOnly: true, timeout: BUSY_TIMEOUT_MS })
    try {
      const version = versionOf(database)
      if (version === 0) throw new StoreUnmade('calls.db is empty; start the gateway once to make it.')
      if (version !== migrations.length) throw new StoreFault(versionFault(version))
      database.exec(`PRAGMA busy_timeout = ${READ_TIMEOUT_MS}`)
      return database
    } catch (error) {
      database.close()
      throw error
    }
  })
}

/** Which file a path names now. Absent when there is none. */
export function fileAt(path: string): string | undefined {
  const found = statSync(path, { throwIfNoEntry: false, bigint: true })
  return found === undefined ? undefined : `${found.dev} ${found.ino}`
}

/**
 * Gives up a database whose file was moved away or deleted. It would take calls for ever and show them to nobody. Its log
 * goes into it, and is not left for the file that takes its place: SQLite would take it for that one's own.
 */
export function abandon(database: DatabaseSync, path: string): void {
  try {
    database.exec('PRAGMA wal_checkpoint(TRUNCATE)')
  } finally {
    database.close()
    for (const suffix of ['-wal', '-shm']) rmSync(path + suffix, { force: true })
  }
}

function migrate(database: DatabaseSync): void {
  if (versionOf(database) === migrations.length) return
  database.exec('BEGIN IMMEDIATE')
  try {
    const version = versionOf(database)
    if (version > migrations.length) throw new StoreFault(versionFault(version))
    for (const migration of migrations.slice(version)) database.exec(migration)
    database.exec(`PRAGMA user_version = ${migrations.length}; COMMIT`)
  } catch (error) {
    if (database.isTransaction) database.exec('ROLLBACK')
    throw error
  }
}

function versionOf(database: DatabaseSync): number {
  return Number(database.prepare('PRAGMA user_version').get()?.['user_version'])
}

function versionFault(version: number): string {
  return version > migrations.length
    ? `calls.db was written by a newer version (${version}); this one knows ${migrations.length}.`
    : `calls.db was written by an older version (${version}); start the gateway once to bring it to ${migrations.length}.`
}

/** Every fault of the engine leaves as a `StoreFault`; what is wrong with a question stays as it is. */
export function guarded<Result>(work: () => Result): Result {
  try {
    return work()
  } catch (error) {
    if (error instanceof StoreFault || error instanceof GatewayError) throw error
    const Fault = lockCodes.has(codeOf(error) ?? 0) ? StoreLocked : StoreFault
    throw new Fault(faultText(error), { cause: error })
  }
}

export async function guardedAsync<Result>(work: () => Promise<Result>): Promise<Result> {
  try {
    return await work()
  } catch (error) {
    return guarded(() => {
      throw error
    })
  }
}

/** https://www.sqlite.org/rescode.html; the low byte is the primary code. */
function codeOf(error: unknown): number | undefined {
  return error instanceof Error && 'errcode' in error ? Number(error.errcode) & 0xff : undefined
}

/** SQLITE_BUSY and SQLITE_LOCKED. */
const lockCodes: ReadonlySet<number> = new Set([5, 6])

function faultText(error: unknown): string {
  switch (codeOf(error)) {
    case 5:
    case 6:
      return 'calls.db is locked by another process.'
    case 8:
      return 'calls.db is read-only.'
    case 10:
      return 'calls.db cannot be read or written: the disk reports an error.'
    case 11:
    case 26:
      return 'calls.db is damaged or no database; move it away and a new one is made.'
    case 13:
      return 'calls.db cannot grow: the disk is full.'
    case 14:
      return 'calls.db cannot be opened; check that it is there and who may read and write it.'
    default:
      return `calls.db fails: ${error instanceof Error ? error.message : 'unknown fault'}.`
  }
}
