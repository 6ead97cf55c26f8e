import { DatabaseSync } from 'node:sqlite'
import type { ConsumptionStore, KeyHold } from '../../../core/spending/consumption.ts'
import { consumptionRuleIds } from '../../../core/spending/consumption.ts'

/** Waiting for a lock holds up calls; nobody but the primary process has the file open. */
const BUSY_TIMEOUT_MS = 250
/** Of each kind, as no key and no network may be pushed out by names that clients make up. What was not seen for longest goes first. */
const MAX_ROWS = 20_000
/** Rows that are written meanwhile: to look through all of them takes some time. */
const TRIM_AFTER = 5000
const kinds = {
  keys: "kind = 'key' AND name NOT LIKE '[%'",
  // Of agents and users: the key and the name, as JSON.
  names: "kind = 'key' AND name LIKE '[%'",
  networks: "kind = 'network'",
} as const

const schema = `CREATE TABLE IF NOT EXISTS baseline (
  kind TEXT NOT NULL, name TEXT NOT NULL, state TEXT NOT NULL, changed_at INTEGER NOT NULL, PRIMARY KEY (kind, name)
) STRICT;
CREATE INDEX IF NOT EXISTS baseline_by_age ON baseline (changed_at);
CREATE TABLE IF NOT EXISTS hold (
  key TEXT PRIMARY KEY, id TEXT NOT NULL, workspace TEXT NOT NULL, kind TEXT NOT NULL, at INTEGER NOT NULL, rule TEXT NOT NULL,
  reason TEXT NOT NULL
) STRICT;`

/** What is usual of keys, and which of them are held. Throws what SQLite says when the file cannot be used. */
export function openSqliteConsumptionStore(path: string): ConsumptionStore {
  const database = new DatabaseSync(path, { timeout: BUSY_TIMEOUT_MS })
  try {
    // FULL: a key that was suspended stays so after a loss of power.
    database.exec(`PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; ${schema}`)
  } catch (fault) {
    database.close()
    throw fault
  }
  const select = database.prepare('SELECT name, state FROM baseline WHERE kind = ? ORDER BY changed_at')
  const put = database.prepare('INSERT OR REPLACE INTO baseline VALUES (?, ?, ?, ?)')
  const trims = Object.values(kinds).map((kind) =>
    database.prepare(
      `DELETE FROM baseline WHERE rowid IN (SELECT rowid FROM baseline WHERE ${kind} ORDER BY changed_at DESC LIMIT -1 OFFSET ${MAX_ROWS})`,
    ),
  )
  let sinceTrim = TRIM_AFTER
  const selectHolds = database.prepare('SELECT * FROM hold ORDER BY at')
  const putHold = database.prepare('INSERT OR REPLACE INTO hold VALUES (?, ?, ?, ?, ?, ?, ?)')
  const removeHold = database.prepare('DELETE FROM hold WHERE key = ?')
  return {
    baselines: (kind) => select.all(kind).map(({ name, state }) => ({ name: String(name), state: String(state) })),
    save(rows, now) {
      database.exec('BEGIN IMMEDIATE')
      try {
        for (const { kind, name, state } of rows) put.run(kind, name, state, now)
        sinceTrim += rows.length
        if (sinceTrim >= TRIM_AFTER) {
          for (const trim of trims) trim.run()
          sinceTrim = 0
        }
        database.exec('COMMIT')
      } catch (fault) {
        if (database.isTransaction) database.exec('ROLLBACK')
        throw fault
      }
    },
    holds: () => selectHolds.all().map(readHold),
    putHold: ({ key, id, workspace, kind, at, rule, reason }) =>
      void putHold.run(key, id, workspace, kind, at, rule, reason),
    removeHold: (key) => void removeHold.run(key),
    close: () => database.close(),
  }
}

function readHold({ key, id, workspace, kind, at, rule, reason }: Readonly<Record<string, unknown>>): KeyHold {
  return {
    key: String(key),
    id: String(id),
    workspace: String(workspace),
    // Whatever is not known holds as hard as anything.
    kind: kind === 'ask' ? 'ask' : 'suspend',
    at: Number(at),
    rule: consumptionRuleIds.find((known) => known === rule) ?? 'manual',
    reason: String(reason),
  }
}
