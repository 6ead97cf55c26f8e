import { DatabaseSync, type SQLInputValue, type SQLOutputValue } from 'node:sqlite'
import type { Page } from '../../../core/calls/batch.ts'
import type { StorageTeller } from '../../../core/record/storage-state.ts'
import { guardedBy } from './guarded-by.ts'

export type Row = Record<string, SQLOutputValue>

/** The file of batches, and how statements are run in it. All of it may throw `store_unavailable`. */
export interface BatchDatabase {
  /** How many rows it changed. */
  run(sql: string, ...values: SQLInputValue[]): number
  all(sql: string, ...values: SQLInputValue[]): Row[]
  one(sql: string, ...values: SQLInputValue[]): Row | undefined
  /** All of it or nothing. */
  together(work: () => void): void
  /** What a workspace has made, by the time when it was made; of one kind only where a column tells kinds apart. */
  page(table: 'file' | 'batch', workspace: string, page: Page, kind?: readonly [column: string, value: string]): Row[]
  close(): void
}

/** Waiting for a lock holds up the calls of this process. */
const BUSY_TIMEOUT_MS = 250

const schema = `
CREATE TABLE IF NOT EXISTS file (
  id TEXT PRIMARY KEY, workspace TEXT NOT NULL, purpose TEXT NOT NULL, name TEXT NOT NULL, bytes INTEGER NOT NULL,
  created_at INTEGER NOT NULL, expires_at INTEGER, account TEXT
) STRICT;
CREATE INDEX IF NOT EXISTS file_by_workspace ON file (workspace, created_at, id);
CREATE INDEX IF NOT EXISTS file_by_expiry ON file (expires_at);
CREATE TABLE IF NOT EXISTS coming (
  id TEXT PRIMARY KEY, workspace TEXT NOT NULL, bytes INTEGER NOT NULL, until INTEGER NOT NULL
) STRICT;
CREATE TABLE IF NOT EXISTS batch (
  id TEXT PRIMARY KEY, workspace TEXT NOT NULL, key TEXT NOT NULL, endpoint TEXT NOT NULL, input_file TEXT NOT NULL,
  completion_window TEXT NOT NULL, metadata TEXT, status TEXT NOT NULL, times TEXT NOT NULL,
  created_at INTEGER NOT NULL, expires_at INTEGER NOT NULL, output_file TEXT, error_file TEXT,
  total INTEGER NOT NULL DEFAULT 0, completed INTEGER NOT NULL DEFAULT 0, failed INTEGER NOT NULL DEFAULT 0,
  fault TEXT, held_by TEXT, held_until INTEGER NOT NULL DEFAULT 0, account TEXT, object TEXT,
  dialect TEXT NOT NULL DEFAULT 'openai', headers TEXT, due_at INTEGER NOT NULL DEFAULT 0,
  input_tokens INTEGER, cached_tokens INTEGER, output_tokens INTEGER, reasoning_tokens INTEGER, model TEXT
) STRICT;
CREATE INDEX IF NOT EXISTS batch_by_workspace ON batch (workspace, created_at, id);
CREATE INDEX IF NOT EXISTS batch_by_status ON batch (status, created_at);
CREATE TABLE IF NOT EXISTS line (
  batch TEXT NOT NULL, number INTEGER NOT NULL, custom_id TEXT, start INTEGER NOT NULL, length INTEGER NOT NULL,
  attempts INTEGER NOT NULL DEFAULT 0, due_at INTEGER NOT NULL DEFAULT 0, held_by TEXT,
  held_until INTEGER NOT NULL DEFAULT 0, result TEXT, is_error INTEGER, PRIMARY KEY (batch, number)
) STRICT, WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS line_held ON line (held_by) WHERE held_by IS NOT NULL;
CREATE INDEX IF NOT EXISTS line_to_do ON line (batch, due_at) WHERE result IS NULL;`

/** Opens the file, which all processes of the gateway share. */
export function openBatchDatabase(path: string, tell: StorageTeller): BatchDatabase {
  const guarded = <Result>(work: () => Result): Result => guardedBy(path, tell, work)
  const database = guarded(() => open(path))
  const prepared = new Map<string, ReturnType<DatabaseSync['prepare']>>()
  const statement = (sql: string): ReturnType<DatabaseSync['prepare']> => {
    const known = prepared.get(sql) ?? database.prepare(sql)
    prepared.set(sql, known)
    return known
  }
  const all: BatchDatabase['all'] = (sql, ...values) => guarded(() => statement(sql).all(...values))
  return {
    run: (sql, ...values) =>
      guarded(() => {
        const changes = Number(statement(sql).run(...values).changes)
        // What changes nothing needs no room.
        if (changes > 0) tell(undefined)
        return changes
      }),
    all,
    one: (sql, ...values) => guarded(() => statement(sql).get(...values)),
    together: (work) =>
      guarded(() => {
        database.exec('BEGIN IMMEDIATE')
        try {
          work()
          database.exec('COMMIT')
        } catch (fault) {
          if (database.isTransaction) database.exec('ROLLBACK')
          throw fault
        }
      }),
    page(table, workspace, { limit, order, after }, kind) {
      const way = order === 'asc' ? '>' : '<'
      const behind = `(? IS NULL OR (created_at, id) ${way} (SELECT created_at, id FROM ${table} WHERE id = ? AND workspace = ?))`
      const [column, value] = kind ?? []
      const wanted = column === undefined ? '' : ` AND ${column} = ?`
      return all(
        `SELECT * FROM ${table} WHERE workspace = ? AND ${behind}${wanted} ORDER BY created_at ${order}, id ${order} LIMIT ?`,
        ...[workspace, after ?? null, after ?? null, workspace],
        ...(value === undefined ? [] : [value]),
        limit,
      )
    },
    close: () => database.close(),
  }
}

const laterColumns = [
  ['file', 'account', 'TEXT'],
  ['batch', 'account', 'TEXT'],
  ['batch', 'object', 'TEXT'],
  ['batch', 'dialect', "TEXT NOT NULL DEFAULT 'openai'"],
  ['batch', 'headers', 'TEXT'],
  ['batch', 'due_at', 'INTEGER NOT NULL DEFAULT 0'],
  // Without a value: what the lines of older batches have used is not known.
  ['batch', 'input_tokens', 'INTEGER'],
  ['batch', 'cached_tokens', 'INTEGER'],
  ['batch', 'output_tokens', 'INTEGER'],
  ['batch', 'reasoning_tokens', 'INTEGER'],
  ['batch', 'model', 'TEXT'],
] as const

function open(path: string): DatabaseSync {
  const database = new DatabaseSync(path, { timeout: BUSY_TIMEOUT_MS })
  try {
    // What a loss of power takes is the last moment's: those lines are run again, and calls need not wait for the disk.
    database.exec(`PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL; PRAGMA secure_delete = ON; ${schema}`)
    // Of versions before these columns. The first process to open the file is alone with it.
    for (const [table, column, type] of laterColumns) {
      const known = database.prepare('SELECT 1 FROM pragma_table_info(?) WHERE name = ?').get(table, column)
      if (known === undefined) database.exec(`ALTER TABLE ${table} ADD COLUMN ${column} ${type}`)
    }
    return database
  } catch (fault) {
    database.close()
    throw fault
  }
}
