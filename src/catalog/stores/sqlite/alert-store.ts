import { DatabaseSync } from 'node:sqlite'
import { GatewayError } from '../../../core/errors.ts'
import { storageFault } from '../../../core/record/storage-state.ts'
import type { Alert, AlertStore, Delivery, StoredAlert } from '../../../core/spending/alert.ts'

const BUSY_TIMEOUT_MS = 2000

const schema = `
CREATE TABLE IF NOT EXISTS alert (
  id TEXT PRIMARY KEY, once TEXT NOT NULL UNIQUE, at INTEGER NOT NULL, workspace TEXT, draft TEXT NOT NULL
) STRICT;
CREATE INDEX IF NOT EXISTS alert_by_time ON alert (at, id);
CREATE TABLE IF NOT EXISTS delivery (
  alert_id TEXT NOT NULL, receiver TEXT NOT NULL, state TEXT NOT NULL, attempts INTEGER NOT NULL, fault TEXT,
  at INTEGER NOT NULL, PRIMARY KEY (alert_id, receiver)
) STRICT, WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS delivery_waiting ON delivery (at) WHERE state = 'waiting';`

/** Opens `alerts.db`, and makes it where there is none. For a thread of its own. Throws `store_unavailable`. */
export function openSqliteAlertStore(path: string): AlertStore {
  const database = guarded(() => opened(path))
  const add = database.prepare('INSERT INTO alert VALUES (?, ?, ?, ?, ?) ON CONFLICT (once) DO NOTHING')
  const addDelivery = database.prepare("INSERT INTO delivery VALUES (?, ?, 'waiting', 0, NULL, ?)")
  const due = database.prepare(
    `SELECT alert.*, receiver, attempts FROM delivery JOIN alert ON alert.id = alert_id
     WHERE state = 'waiting' AND delivery.at <= ? ORDER BY delivery.at LIMIT ?`,
  )
  const next = database.prepare("SELECT min(at) AS at FROM delivery WHERE state = 'waiting' AND at > ?")
  const settle = database.prepare(
    'UPDATE delivery SET state = ?, attempts = ?, fault = ?, at = ? WHERE alert_id = ? AND receiver = ?',
  )
  const list = database.prepare(
    `SELECT * FROM alert WHERE (?1 IS NULL OR workspace = ?1)
       AND (?2 IS NULL OR (at, id) < (SELECT at, id FROM alert WHERE id = ?2))
     ORDER BY at DESC, id DESC LIMIT ?3`,
  )
  const deliveries = database.prepare('SELECT * FROM delivery WHERE alert_id = ? ORDER BY receiver')
  const old = `SELECT id FROM alert WHERE at < ? AND id NOT IN (SELECT alert_id FROM delivery WHERE state = 'waiting')`
  const expireDeliveries = database.prepare(`DELETE FROM delivery WHERE alert_id IN (${old})`)
  const expire = database.prepare(`DELETE FROM alert WHERE id IN (${old})`)
  const inOne = <Result>(work: () => Result): Result =>
    guarded(() => {
      database.exec('BEGIN IMMEDIATE')
      try {
        const result = work()
        database.exec('COMMIT')
        return result
      } catch (fault) {
        if (database.isTransaction) database.exec('ROLLBACK')
        throw fault
      }
    })
  return {
    add: ({ id, at, ...draft }, receivers) =>
      inOne(() => {
        const { once, workspace = null, ...rest } = draft
        if (add.run(id, once, at, workspace, JSON.stringify(rest)).changes === 0) return false
        for (const receiver of receivers) addDelivery.run(id, receiver, at)
        return true
      }),
    due: (now, limit) =>
      guarded(() => {
        const found = due.all(now, limit).map((row) => ({
          alert: readAlert(row),
          receiver: String(row['receiver']),
          attempts: Number(row['attempts']),
        }))
        const nextAt = next.get(now)?.['at']
        return { due: found, ...(typeof nextAt === 'number' ? { nextAt } : {}) }
      }),
    settle: (alertId, { receiver, state, attempts, fault, at }) =>
      guarded(() => void settle.run(state, attempts, fault ?? null, at, alertId, receiver)),
    list: ({ workspace = null, limit, before = null }) =>
      guarded(() =>
        list.all(workspace, before, limit).map((row): StoredAlert => {
          const alert = readAlert(row)
          return { alert, deliveries: deliveries.all(alert.id).map(readDelivery) }
        }),
      ),
    expire: (before) =>
      inOne(() => {
        expireDeliveries.run(before)
        expire.run(before)
      }),
    close: () => database.close(),
  }
}

function opened(path: string): DatabaseSync {
  const database = new DatabaseSync(path, { timeout: BUSY_TIMEOUT_MS })
  try {
    database.exec(`PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; ${schema}`)
    return database
  } catch (fault) {
    database.close()
    throw fault
  }
}

function readAlert(row: Record<string, unknown>): Alert {
  const { workspace } = row
  return {
    // Written by this store, from an alert.
    ...(JSON.parse(String(row['draft'])) as Pick<Alert, 'kind' | 'subject' | 'summary' | 'details'>),
    id: String(row['id']),
    once: String(row['once']),
    at: Number(row['at']),
    ...(typeof workspace === 'string' ? { workspace } : {}),
  }
}

function readDelivery(row: Record<string, unknown>): Delivery {
  const { fault } = row
  return {
    receiver: String(row['receiver']),
    state: row['state'] as Delivery['state'],
    attempts: Number(row['attempts']),
    ...(typeof fault === 'string' ? { fault } : {}),
    at: Number(row['at']),
  }
}

function guarded<Result>(work: () => Result): Result {
  try {
    return work()
  } catch (cause) {
    const fault = storageFault(cause)
    if (fault === undefined) throw cause
    throw new GatewayError('store_unavailable', `alerts.db ${fault}.`, { cause })
  }
}
