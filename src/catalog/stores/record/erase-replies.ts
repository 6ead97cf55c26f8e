import { existsSync } from 'node:fs'
import { DatabaseSync } from 'node:sqlite'
import { setImmediate as nextTurn } from 'node:timers/promises'

const BUSY_TIMEOUT_MS = 1000
/** Calls wait meanwhile. */
const REPLIES_AT_ONCE = 200

/**
 * Takes the kept replies to calls out of the file at `path`, beside those who use it, and says how many were there. `idOf`: under
 * which id a reply was kept by a version that did not write down its call. What processes keep in their memory alone ends with
 * them. Throws what the engine throws.
 */
export function eraseReplies(
  path: string,
  workspace: string,
  calls: readonly string[],
  idOf: (call: string) => string,
): Promise<number> {
  return erase(path, calls, (database) => {
    database.exec('CREATE INDEX IF NOT EXISTS reply_by_call ON reply (call) WHERE call IS NOT NULL')
    const remove = database.prepare('DELETE FROM reply WHERE (call = ? OR id = ?) AND workspace = ?')
    return (call) => remove.run(call, idOf(call), workspace).changes
  })
}

/** The same for what calls have said in conversations. */
export function eraseSaid(path: string, calls: readonly string[]): Promise<number> {
  return erase(path, calls, (database) => {
    const remove = database.prepare('DELETE FROM item WHERE call = ?')
    return (call) => remove.run(call).changes
  })
}

async function erase(
  path: string,
  ids: readonly string[],
  removing: (database: DatabaseSync) => (id: string) => number | bigint,
): Promise<number> {
  if (ids.length === 0 || !existsSync(path)) return 0
  const database = new DatabaseSync(path, { timeout: BUSY_TIMEOUT_MS })
  try {
    database.exec('PRAGMA secure_delete = ON')
    const remove = removing(database)
    let removed = 0
    for (let start = 0; start < ids.length; start += REPLIES_AT_ONCE) {
      database.exec('BEGIN IMMEDIATE')
      for (const id of ids.slice(start, start + REPLIES_AT_ONCE)) removed += Number(remove(id))
      database.exec('COMMIT')
      await nextTurn()
    }
    database.exec('PRAGMA wal_checkpoint(TRUNCATE)')
    return removed
  } finally {
    database.close()
  }
}
