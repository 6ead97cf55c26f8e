import { DatabaseSync } from 'node:sqlite'
import type { MadeThing, ThingStore } from '../../../core/model/holder.ts'
import type { StorageTeller } from '../../../core/record/storage-state.ts'
import { guardedBy } from './guarded-by.ts'

export interface ThingStoreOptions {
  /** Several processes may have it open. */
  readonly path: string
  /** Of one workspace; the oldest go first. */
  readonly maxThings: number
  readonly tell?: StorageTeller
}

/** Waiting for a lock holds up the calls of this process. */
const BUSY_TIMEOUT_MS = 250
/** The bound is looked at when so many were written. */
const WRITES_BETWEEN_LOOKS = 256

const schema = `CREATE TABLE IF NOT EXISTS thing (
  kind TEXT NOT NULL, id TEXT NOT NULL, account TEXT NOT NULL, workspace TEXT NOT NULL, created_at INTEGER NOT NULL,
  PRIMARY KEY (kind, id, account)
) STRICT;
CREATE INDEX IF NOT EXISTS thing_by_age ON thing (workspace, created_at);`

/** Keeps whose the things are that provider accounts have made. Writing waits for the end of the turn of the event loop, behind the reply. */
export function openSqliteThingStore({ path, maxThings, tell = () => undefined }: ThingStoreOptions): ThingStore {
  const guarded = <Result>(work: () => Result): Result => guardedBy(path, tell, work)
  const database = guarded(() => opened(path))
  const select = database.prepare('SELECT workspace, account FROM thing WHERE kind = ? AND id = ?')
  // Whoever has it keeps it: an id that comes twice must not open the thing of another workspace.
  const insert = database.prepare('INSERT INTO thing VALUES (?, ?, ?, ?, ?) ON CONFLICT DO NOTHING')
  const remove = database.prepare('DELETE FROM thing WHERE kind = ? AND id = ? AND account = ? AND workspace = ?')
  const removeOldest = database.prepare(
    `DELETE FROM thing WHERE rowid IN (SELECT rowid FROM thing WHERE workspace = ? ORDER BY created_at
       LIMIT max(0, (SELECT count(*) FROM thing WHERE workspace = ?) - ?))`,
  )
  let waiting: MadeThing[] = []
  let written = 0
  const flush = (): void => {
    const due = waiting
    waiting = []
    guarded(() => {
      for (const { kind, id, account, workspace, createdAt } of due) {
        insert.run(kind, id, account, workspace, createdAt)
        if (++written % WRITES_BETWEEN_LOOKS === 0) removeOldest.run(workspace, workspace, maxThings)
      }
    })
    tell(undefined)
  }
  const later = (): void => {
    try {
      flush()
    } catch {
      // It was told; what could not be kept is one that nobody has seen, which is refused.
    }
  }
  return {
    holders({ kind, id }) {
      const recent = waiting.filter((thing) => thing.kind === kind && thing.id === id)
      const kept = guarded(() => select.all(kind, id))
      return [
        ...kept.map(({ workspace, account }) => ({ workspace: String(workspace), account: String(account) })),
        ...recent.filter(({ account }) => kept.every((one) => one['account'] !== account)),
      ]
    },
    add(thing) {
      if (waiting.some((one) => isSame(one, thing))) return
      if (waiting.length === 0) setImmediate(later)
      waiting.push(thing)
    },
    remove(thing) {
      const { kind, id, account, workspace } = thing
      waiting = waiting.filter((one) => !isSame(one, thing) || one.workspace !== workspace)
      guarded(() => remove.run(kind, id, account, workspace))
    },
    close() {
      later()
      database.close()
    },
  }
}

function isSame(one: MadeThing, other: Omit<MadeThing, 'createdAt'>): boolean {
  return one.kind === other.kind && one.id === other.id && one.account === other.account
}

function opened(path: string): DatabaseSync {
  const database = new DatabaseSync(path, { timeout: BUSY_TIMEOUT_MS })
  try {
    database.exec(`PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL; ${schema}`)
    return database
  } catch (fault) {
    database.close()
    throw fault
  }
}
