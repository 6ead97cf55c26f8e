import { DatabaseSync } from 'node:sqlite'

export interface CacheFileOptions {
  /** Several processes may have it open. */
  readonly path: string
  readonly maxBytes: number
}

/** A row: `head` is JSON text. */
export interface CacheRow {
  readonly key: string
  readonly workspace: string
  readonly tags: readonly string[]
  readonly expiresAt: number
  readonly head: string
  readonly bytes: Uint8Array
}

/** Answers in a file. Synchronous, so for a thread of its own; every fault is thrown as SQLite has it. */
export interface CacheFile {
  find(workspace: string, key: string, nowMs: number): { readonly head: string; readonly bytes: Uint8Array } | undefined
  keep(rows: readonly CacheRow[], nowMs: number): void
  purge(workspace: string, tag?: string): number
  close(): void
}

const BUSY_TIMEOUT_MS = 250
const PAGE_BYTES = 4096
/** The bounds are looked at when so much of the room was written. */
const SHARE_BETWEEN_LOOKS = 16
/** The time of the last use is about right: a row in use is not written for each of them. */
const USE_RESOLUTION_MS = 60_000
const MAX_NOTED_USES = 10_000

const schema = `CREATE TABLE IF NOT EXISTS entry (
  key TEXT PRIMARY KEY, workspace TEXT NOT NULL, expires_at INTEGER NOT NULL, used_at INTEGER NOT NULL,
  head TEXT NOT NULL, bytes BLOB NOT NULL
) STRICT;
CREATE INDEX IF NOT EXISTS entry_by_workspace ON entry (workspace);
CREATE INDEX IF NOT EXISTS entry_by_expiry ON entry (expires_at);
CREATE INDEX IF NOT EXISTS entry_by_use ON entry (used_at);
CREATE TABLE IF NOT EXISTS tag (
  workspace TEXT NOT NULL, tag TEXT NOT NULL, key TEXT NOT NULL, PRIMARY KEY (workspace, tag, key)
) STRICT, WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS tag_by_key ON tag (key);
CREATE TRIGGER IF NOT EXISTS tags_go AFTER DELETE ON entry BEGIN DELETE FROM tag WHERE key = old.key; END;`

export function openSqliteCacheFile({ path, maxBytes }: CacheFileOptions): CacheFile {
  const database = new DatabaseSync(path, { timeout: BUSY_TIMEOUT_MS })
  try {
    // What a loss of power takes is the last moment's. What is purged must not stay in free pages.
    database.exec('PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL; PRAGMA secure_delete = ON')
    database.exec(
      `PRAGMA journal_size_limit = 16777216; PRAGMA max_page_count = ${Math.ceil((2 * maxBytes) / PAGE_BYTES)}`,
    )
    database.exec(schema)
    return prepared(database, maxBytes)
  } catch (fault) {
    database.close()
    throw fault
  }
}

function prepared(database: DatabaseSync, maxBytes: number): CacheFile {
  const select = database.prepare(
    'SELECT head, bytes, used_at FROM entry WHERE key = ? AND workspace = ? AND expires_at > ?',
  )
  const remove = database.prepare('DELETE FROM entry WHERE key = ?')
  const insert = database.prepare('INSERT INTO entry VALUES (?, ?, ?, ?, ?, ?)')
  const insertTag = database.prepare('INSERT OR IGNORE INTO tag VALUES (?, ?, ?)')
  const use = database.prepare('UPDATE entry SET used_at = ? WHERE key = ?')
  const removeExpired = database.prepare('DELETE FROM entry WHERE expires_at <= ?')
  const removeLeastUsed = database.prepare(
    'DELETE FROM entry WHERE key IN (SELECT key FROM entry ORDER BY used_at LIMIT (SELECT 1 + count(*) / 10 FROM entry))',
  )
  const removeWorkspace = database.prepare('DELETE FROM entry WHERE workspace = ?')
  const removeTag = database.prepare(
    'DELETE FROM entry WHERE key IN (SELECT key FROM tag WHERE workspace = ? AND tag = ?)',
  )
  const pages = database.prepare(
    'SELECT page_count - freelist_count AS used FROM pragma_page_count, pragma_freelist_count',
  )
  const isFull = (): boolean => Number(pages.get()?.['used'] ?? 0) * PAGE_BYTES > maxBytes
  const uses = new Map<string, number>()
  let written = maxBytes
  const makeRoom = (bytes: number, nowMs: number): void => {
    written += bytes
    if (written < maxBytes / SHARE_BETWEEN_LOOKS) return
    written = 0
    removeExpired.run(nowMs)
    while (isFull()) if (removeLeastUsed.run().changes === 0) return
  }
  return {
    find(workspace, key, nowMs) {
      const row = select.get(key, workspace, nowMs)
      if (row === undefined || !(row['bytes'] instanceof Uint8Array)) return undefined
      if (Number(row['used_at']) < nowMs - USE_RESOLUTION_MS && uses.size < MAX_NOTED_USES) uses.set(key, nowMs)
      return { head: String(row['head']), bytes: row['bytes'] }
    },
    keep(rows, nowMs) {
      together(database, () => {
        for (const [key, usedAt] of uses) use.run(usedAt, key)
        makeRoom(
          rows.reduce((sum, { bytes, head }) => sum + bytes.length + head.length, 0),
          nowMs,
        )
        for (const { key, workspace, tags, expiresAt, head, bytes } of rows) {
          remove.run(key)
          insert.run(key, workspace, expiresAt, nowMs, head, bytes)
          for (const tag of tags) insertTag.run(workspace, tag, key)
        }
      })
      uses.clear()
    },
    purge: (workspace, tag) =>
      Number((tag === undefined ? removeWorkspace.run(workspace) : removeTag.run(workspace, tag)).changes),
    close: () => database.close(),
  }
}

function together(database: DatabaseSync, work: () => void): void {
  database.exec('BEGIN IMMEDIATE')
  try {
    work()
    database.exec('COMMIT')
  } catch (fault) {
    if (database.isTransaction) database.exec('ROLLBACK')
    throw fault
  }
}
