import { DatabaseSync } from 'node:sqlite'
import { GatewayError } from '../../../core/errors.ts'
import type { AuditStore } from '../../../core/record/audit.ts'
import { storageFault } from '../../../core/record/storage-state.ts'
import { fileAt } from './database.ts'

/** A command beside the gateway may be writing. Whoever opens it is not the thread of calls. */
const BUSY_TIMEOUT_MS = 2000

/** Triggers keep programs from changing entries by mistake; who means to is found by the hashes. */
const schema = `
CREATE TABLE IF NOT EXISTS entry (seq INTEGER PRIMARY KEY, line TEXT NOT NULL) STRICT;
CREATE TABLE IF NOT EXISTS node (level INTEGER, place INTEGER, hash BLOB NOT NULL, PRIMARY KEY (level, place)) STRICT, WITHOUT ROWID;
${['entry', 'node'].flatMap((table) => ['UPDATE', 'DELETE'].map((change) => appendOnly(table, change))).join('\n')}`

function appendOnly(table: string, change: string): string {
  return `CREATE TRIGGER IF NOT EXISTS ${table}_no_${change.toLowerCase()} BEFORE ${change} ON ${table}
    BEGIN SELECT RAISE(ABORT, 'audit.db is append-only'); END;`
}

/** Opens `audit.db`, and makes it where there is none. Throws `audit_unavailable`. */
export function openSqliteAuditStore(path: string): AuditStore {
  const database = guarded(() => opened(path))
  const file = fileAt(path)
  const last = database.prepare('SELECT seq, line FROM entry ORDER BY seq DESC LIMIT 1')
  const range = database.prepare('SELECT seq, line FROM entry WHERE seq >= ? ORDER BY seq LIMIT ?')
  const insert = database.prepare('INSERT INTO entry VALUES (?, ?)')
  const insertNode = database.prepare('INSERT INTO node VALUES (?, ?, ?)')
  const selectNode = database.prepare('SELECT hash FROM node WHERE level = ? AND place = ?')
  const node = (level: number, place: number): Buffer =>
    guarded(() => {
      const found = selectNode.get(level, place)?.['hash']
      if (!(found instanceof Uint8Array)) throw damaged()
      return Buffer.from(found)
    })
  const end = (): { readonly size: number; readonly lastLine: string | undefined } => {
    const row = last.get()
    return row === undefined
      ? { size: 0, lastLine: undefined }
      : { size: Number(row['seq']) + 1, lastLine: String(row['line']) }
  }
  return {
    append: (make) =>
      guarded(() => {
        // What is written to a file without a name is gone with this process.
        if (fileAt(path) !== file) {
          throw new GatewayError(
            'audit_unavailable',
            'audit.db was moved away or deleted while in use; put it back, or start the gateway again.',
          )
        }
        database.exec('BEGIN IMMEDIATE')
        try {
          const { size, lastLine } = end()
          const { line, nodes } = make({ size, lastLine, node })
          insert.run(size, line)
          for (const { level, place, hash } of nodes) insertNode.run(level, place, hash)
          database.exec('COMMIT')
          return line
        } catch (fault) {
          if (database.isTransaction) database.exec('ROLLBACK')
          throw fault
        }
      }),
    size: () => guarded(() => end().size),
    lines: (from, limit) => guarded(() => range.all(from, limit).map(({ line }) => String(line))),
    node,
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

function damaged(cause?: unknown): GatewayError {
  const message = 'audit.db is damaged; keep it as evidence, move it away and start again: a new log then begins.'
  return new GatewayError('audit_unavailable', message, { cause })
}

/** https://www.sqlite.org/rescode.html: SQLITE_CORRUPT and SQLITE_NOTADB. */
const damageCodes = new Set([11, 26])

function guarded<Result>(work: () => Result): Result {
  try {
    return work()
  } catch (cause) {
    if (cause instanceof GatewayError) throw cause
    if (cause instanceof Error && 'errcode' in cause && damageCodes.has(Number(cause.errcode) & 0xff)) {
      throw damaged(cause)
    }
    const fault = storageFault(cause)
    if (fault === undefined) throw cause
    throw new GatewayError('audit_unavailable', `audit.db ${fault}.`, { cause })
  }
}
