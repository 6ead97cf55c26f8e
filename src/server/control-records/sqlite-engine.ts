import { DatabaseSync } from 'node:sqlite'
import { GatewayError } from '../../core/errors.ts'
import { storageFault } from '../../core/record/storage-state.ts'
import type { ControlEngine, ControlRows } from './control-engine.ts'
import { controlMigrations, sqliteDialect } from './control-migrations.ts'

/** Waiting for a lock holds up the calls of this process too. */
const BUSY_TIMEOUT_MS = 100

/** `control.db` of one gateway, and of the commands beside it. */
export function openSqliteControl(path: string): ControlEngine {
  const database = guarded(() => open(path))
  const selects = {
    virtual_key: database.prepare('SELECT * FROM virtual_key ORDER BY created_at, id'),
    management_key: database.prepare('SELECT * FROM management_key ORDER BY created_at, id'),
    credential: database.prepare('SELECT * FROM credential ORDER BY workspace, name'),
    setting: database.prepare('SELECT * FROM setting ORDER BY name'),
  }
  const dataVersion = database.prepare('PRAGMA data_version')
  const version = (): number => Number(dataVersion.get()?.['data_version'])
  /** It tells of others only; what this connection changes takes the rows away itself. */
  let read: { readonly version: number; readonly rows: ControlRows } | undefined
  return {
    name: 'control.db',
    rows: () =>
      guarded(() => {
        // Before the rows: what is changed in between is seen the next time.
        const now = version()
        if (read?.version === now) return read.rows
        const rows = {
          virtual_key: selects.virtual_key.all(),
          management_key: selects.management_key.all(),
          credential: selects.credential.all(),
          setting: selects.setting.all(),
        }
        read = { version: now, rows }
        return rows
      }),
    // The file answers at once, and callers of a shared database have to wait.
    change: async (statements) =>
      guarded(() => {
        database.exec('BEGIN IMMEDIATE')
        try {
          const counts = statements.map(({ sql, values, otherwise }) => {
            const count = database.prepare(sql).all(...values).length
            if (count === 0 && otherwise !== undefined) throw otherwise()
            return count
          })
          database.exec('COMMIT')
          return counts
        } catch (fault) {
          if (database.isTransaction) database.exec('ROLLBACK')
          throw fault
        } finally {
          read = undefined
        }
      }),
    version: () => guarded(version),
    // It tells nobody.
    follow: () => undefined,
    reasons: () => [],
    close: () => database.close(),
  }
}

function open(path: string): DatabaseSync {
  const database = new DatabaseSync(path, { timeout: BUSY_TIMEOUT_MS })
  try {
    database.exec('PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL;')
    migrate(database)
    return database
  } catch (fault) {
    database.close()
    throw fault
  }
}

function migrate(database: DatabaseSync): void {
  const version = Number(database.prepare('PRAGMA user_version').get()?.['user_version'] ?? 0)
  if (version > controlMigrations.length)
    throw new Error('control.db was written by a newer version of Portcullis; start that one.')
  for (const [index, step] of controlMigrations.entries()) {
    if (index >= version) database.exec(`BEGIN; ${step(sqliteDialect)} PRAGMA user_version = ${index + 1}; COMMIT;`)
  }
}

/** Every fault of the engine leaves as a sentence. https://www.sqlite.org/rescode.html; the low byte is the primary code. */
function guarded<Result>(work: () => Result): Result {
  try {
    return work()
  } catch (cause) {
    const code = cause instanceof Error && 'errcode' in cause ? Number(cause.errcode) & 0xff : undefined
    if (code === undefined) throw cause
    const text = faultTexts.get(code) ?? storageFault(cause)
    throw new GatewayError('store_unavailable', `control.db ${text}.`, { cause })
  }
}

const faultTexts: ReadonlyMap<number, string> = new Map([
  [11, 'is damaged; restore a backup, or move it away: keys and the admin token are then made anew'],
  [26, 'is no database; restore a backup, or move it away: keys and the admin token are then made anew'],
])
