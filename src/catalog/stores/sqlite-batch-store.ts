import { basename } from 'node:path'
import { DatabaseSync, type SQLInputValue, type SQLOutputValue } from 'node:sqlite'
import type { Batch, BatchLine, BatchStore, Page, StoredFile } from '../../core/batch.ts'
import { GatewayError } from '../../core/errors.ts'
import { isJsonObject, parseJson } from '../../core/json.ts'
import { type StorageTeller, storageFault } from '../../core/storage-state.ts'

/** Waiting for a lock holds up the calls of this process. */
const BUSY_TIMEOUT_MS = 250
/** Batches that are worked on at the same time. */
const MAX_IN_TURN = 100
/** Of results that are read at once, where one alone is not more. */
const MAX_PAGE_BYTES = 4 << 20

const schema = `
CREATE TABLE IF NOT EXISTS file (
  id TEXT PRIMARY KEY, workspace TEXT NOT NULL, purpose TEXT NOT NULL, name TEXT NOT NULL, bytes INTEGER NOT NULL,
  created_at INTEGER NOT NULL, expires_at INTEGER, account TEXT
) STRICT;
CREATE INDEX IF NOT EXISTS file_by_workspace ON file (workspace, created_at, id);
CREATE INDEX IF NOT EXISTS file_by_expiry ON file (expires_at);
CREATE TABLE IF NOT EXISTS batch (
  id TEXT PRIMARY KEY, workspace TEXT NOT NULL, key TEXT NOT NULL, endpoint TEXT NOT NULL, input_file TEXT NOT NULL,
  completion_window TEXT NOT NULL, metadata TEXT, status TEXT NOT NULL, times TEXT NOT NULL,
  created_at INTEGER NOT NULL, expires_at INTEGER NOT NULL, output_file TEXT, error_file TEXT,
  total INTEGER NOT NULL DEFAULT 0, completed INTEGER NOT NULL DEFAULT 0, failed INTEGER NOT NULL DEFAULT 0,
  fault TEXT, held_by TEXT, held_until INTEGER NOT NULL DEFAULT 0, account TEXT, object TEXT
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

type Row = Record<string, SQLOutputValue>

/** Keeps files and batches in a file that all processes of the gateway share. */
export function openSqliteBatchStore(path: string, tell: StorageTeller = () => undefined): BatchStore {
  const guarded = <Result>(work: () => Result): Result => guardedBy(path, tell, work)
  const database = guarded(() => open(path))
  const prepared = new Map<string, ReturnType<DatabaseSync['prepare']>>()
  const statement = (sql: string): ReturnType<DatabaseSync['prepare']> => {
    const known = prepared.get(sql) ?? database.prepare(sql)
    prepared.set(sql, known)
    return known
  }
  const run = (sql: string, ...values: SQLInputValue[]): number =>
    guarded(() => {
      const changes = Number(statement(sql).run(...values).changes)
      // What changes nothing needs no room.
      if (changes > 0) tell(undefined)
      return changes
    })
  const all = (sql: string, ...values: SQLInputValue[]): Row[] => guarded(() => statement(sql).all(...values))
  const one = (sql: string, ...values: SQLInputValue[]): Row | undefined => guarded(() => statement(sql).get(...values))
  const together = (work: () => void): void =>
    guarded(() => {
      database.exec('BEGIN IMMEDIATE')
      try {
        work()
        database.exec('COMMIT')
      } catch (fault) {
        if (database.isTransaction) database.exec('ROLLBACK')
        throw fault
      }
    })
  const page = (table: 'file' | 'batch', workspace: string, { limit, order, after }: Page, purpose?: string): Row[] => {
    const way = order === 'asc' ? '>' : '<'
    const behind = `(? IS NULL OR (created_at, id) ${way} (SELECT created_at, id FROM ${table} WHERE id = ? AND workspace = ?))`
    const wanted = table === 'file' ? ' AND (? IS NULL OR purpose = ?)' : ''
    return all(
      `SELECT * FROM ${table} WHERE workspace = ? AND ${behind}${wanted} ORDER BY created_at ${order}, id ${order} LIMIT ?`,
      workspace,
      after ?? null,
      after ?? null,
      workspace,
      ...(table === 'file' ? [purpose ?? null, purpose ?? null] : []),
      limit,
    )
  }
  const move = (id: string, status: Batch['status'], now: number, more = '', ...values: SQLInputValue[]): number =>
    run(
      `UPDATE batch SET status = ?, times = json_set(times, '$.' || ?, ?), held_by = NULL, held_until = 0${more} WHERE id = ?`,
      status,
      status,
      now,
      ...values,
      id,
    )
  const batchOf = (id: string): Batch | undefined => {
    const row = one('SELECT * FROM batch WHERE id = ?', id)
    return row && readBatch(row)
  }
  const addFile = ({ id, workspace, purpose, name, bytes, createdAt, expiresAt, account }: StoredFile): void => {
    const added = run(
      'INSERT INTO file VALUES (?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT (id) DO NOTHING',
      ...[id, workspace, purpose, name, bytes, createdAt, expiresAt ?? null, account ?? null],
    )
    // Whoever has it keeps it: an id that comes twice must not open the file of another workspace.
    if (added === 0) throw takenId()
  }
  let turn = 0
  return {
    addFile,
    file(workspace, id) {
      const row = one('SELECT * FROM file WHERE id = ? AND workspace = ?', id, workspace)
      return row && readFile(row)
    },
    anyFile(id) {
      const row = one('SELECT * FROM file WHERE id = ?', id)
      return row && readFile(row)
    },
    files: (workspace, wanted, purpose) => page('file', workspace, wanted, purpose).map(readFile),
    removeFile: (workspace, id) => run('DELETE FROM file WHERE id = ? AND workspace = ?', id, workspace) === 1,
    expiredFiles: (now) => all('SELECT * FROM file WHERE expires_at <= ? LIMIT 100', now).map(readFile),
    heldFiles(workspace) {
      const row = one(
        'SELECT count(*) AS n, coalesce(sum(bytes) FILTER (WHERE account IS NULL), 0) AS bytes FROM file WHERE workspace = ?',
        workspace,
      )
      return { count: Number(row?.['n']), bytes: Number(row?.['bytes']) }
    },

    addBatch(batch) {
      const { id, workspace, key, endpoint, inputFile, completionWindow, metadata, status, times, expiresAt } = batch
      run(
        `INSERT INTO batch (id, workspace, key, endpoint, input_file, completion_window, metadata, status, times, created_at,
         expires_at) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
        ...[id, workspace, key, endpoint, inputFile, completionWindow],
        metadata === undefined ? null : JSON.stringify(metadata),
        ...[status, JSON.stringify(times), times.validating ?? 0, expiresAt],
      )
    },
    addHeldBatch({ id, workspace, key, account, createdAt, object }) {
      // Ended, for who works batches off here: there is nothing to do.
      const added = run(
        `INSERT INTO batch (id, workspace, key, endpoint, input_file, completion_window, status, times, created_at, expires_at,
         account, object) VALUES (?, ?, ?, '', '', '', 'completed', '{}', ?, 0, ?, ?) ON CONFLICT (id) DO NOTHING`,
        ...[id, workspace, key, createdAt, account, JSON.stringify(object)],
      )
      if (added === 0) throw takenId()
    },
    keepObject: ({ id }, object) => void run('UPDATE batch SET object = ? WHERE id = ?', JSON.stringify(object), id),
    workspaceOfBatch(id) {
      const workspace = one('SELECT workspace FROM batch WHERE id = ?', id)?.['workspace']
      return typeof workspace === 'string' ? workspace : undefined
    },
    batch(workspace, id) {
      const found = batchOf(id)
      return found?.workspace === workspace ? found : undefined
    },
    batches: (workspace, wanted) => page('batch', workspace, wanted).map(readBatch),
    countOpenBatches: (workspace) =>
      Number(
        one(
          `SELECT count(*) AS n FROM batch WHERE workspace = ? AND status IN ('validating', 'in_progress', 'cancelling', 'finalizing')`,
          workspace,
        )?.['n'],
      ),
    cancelBatch(workspace, id, now) {
      const changed = run(
        `UPDATE batch SET status = 'cancelling', times = json_set(times, '$.cancelling', ?)
         WHERE id = ? AND workspace = ? AND status IN ('validating', 'in_progress')`,
        ...[now, id, workspace],
      )
      return changed === 1
    },

    claimBatch(status, holder, now, leaseMs) {
      const row = one(
        `UPDATE batch SET held_by = ?, held_until = ? WHERE id = (
           SELECT id FROM batch WHERE status = ? AND held_until <= ? ORDER BY created_at LIMIT 1
         ) RETURNING *`,
        ...[holder, now + leaseMs, status, now],
      )
      return row && readBatch(row)
    },
    addLines({ id }, lines) {
      together(() => {
        for (const { number, customId, start, length, result } of lines) {
          run(
            'INSERT INTO line (batch, number, custom_id, start, length, result, is_error) VALUES (?, ?, ?, ?, ?, ?, ?)',
            ...[id, number, customId ?? null, start, length, result?.text ?? null],
            result === undefined ? null : Number(result.isError),
          )
        }
      })
    },
    start({ id }, now) {
      together(() => {
        run(
          `UPDATE batch SET total = n, failed = wrong, held_by = NULL, held_until = 0
           FROM (SELECT count(*) AS n, count(result) AS wrong FROM line WHERE batch = ?) WHERE id = ?`,
          ...[id, id],
        )
        // One that was cancelled while it was read stays so.
        if (batchOf(id)?.status === 'validating') move(id, 'in_progress', now)
      })
    },
    fail: ({ id }, fault, now) => void move(id, 'failed', now, ', fault = ?', fault),
    claimLine(holder, now, leaseMs) {
      const open = all(
        `SELECT id FROM batch WHERE status = 'in_progress' AND expires_at > ? ORDER BY created_at LIMIT ${MAX_IN_TURN}`,
        now,
      )
      // Batches take turns: a small one does not wait for a large one.
      turn++
      for (let place = 0; place < open.length; place++) {
        const id = String(open[(turn + place) % open.length]?.['id'])
        const row = one(
          `UPDATE line SET held_by = ?, held_until = ? WHERE (batch, number) = (
             SELECT batch, number FROM line WHERE batch = ? AND result IS NULL AND due_at <= ? AND held_until <= ?
             ORDER BY due_at, number LIMIT 1
           ) RETURNING *`,
          ...[holder, now + leaseMs, id, now, now],
        )
        const batch = batchOf(id)
        if (row !== undefined && batch !== undefined)
          return { batch, line: readLine(row), attempts: Number(row['attempts']) }
      }
      return undefined
    },
    renew(holder, until) {
      run('UPDATE line SET held_until = ? WHERE held_by = ? AND result IS NULL', until, holder)
      run('UPDATE batch SET held_until = ? WHERE held_by = ?', until, holder)
    },
    finishLine({ batch, line }, { isError, text }) {
      together(() => {
        const changed = run(
          'UPDATE line SET result = ?, is_error = ?, held_by = NULL, held_until = 0 WHERE batch = ? AND number = ? AND result IS NULL',
          ...[text, Number(isError), batch.id, line.number],
        )
        const counter = isError ? 'failed' : 'completed'
        if (changed === 1) run(`UPDATE batch SET ${counter} = ${counter} + 1 WHERE id = ?`, batch.id)
      })
    },
    postponeLine: ({ batch, line }, attempts, dueAt) =>
      void run(
        'UPDATE line SET attempts = ?, due_at = ?, held_by = NULL, held_until = 0 WHERE batch = ? AND number = ?',
        ...[attempts, dueAt, batch.id, line.number],
      ),
    settle(now) {
      const over = all(
        `SELECT id FROM batch WHERE status IN ('in_progress', 'cancelling') AND held_until <= ? AND NOT EXISTS (
           SELECT 1 FROM line WHERE line.batch = batch.id AND line.result IS NULL AND (
             line.held_until > ? OR (batch.status = 'in_progress' AND batch.expires_at > ?)))`,
        ...[now, now, now],
      )
      for (const { id } of over)
        together(() => {
          // Another process may have been quicker.
          const status = batchOf(String(id))?.status
          if (status === 'in_progress' || status === 'cancelling') move(String(id), 'finalizing', now)
        })
    },
    results(batch, afterNumber, limit) {
      // Lengths are known without reading what is long.
      const sizes = all(
        'SELECT number, coalesce(octet_length(result), 0) AS bytes FROM line WHERE batch = ? AND number > ? ORDER BY number LIMIT ?',
        ...[batch.id, afterNumber, limit],
      )
      let bytes = 0
      let last = afterNumber
      for (const size of sizes) {
        bytes += Number(size['bytes'])
        if (last > afterNumber && bytes > MAX_PAGE_BYTES) break
        last = Number(size['number'])
      }
      return all(
        'SELECT * FROM line WHERE batch = ? AND number > ? AND number <= ? ORDER BY number',
        ...[batch.id, afterNumber, last],
      ).map(readLine)
    },
    finish({ id, times, expiresAt }, { output, error }, now) {
      together(() => {
        if (batchOf(id)?.status !== 'finalizing') return
        for (const file of [output, error]) if (file !== undefined) addFile(file)
        const unfinished = Number(one('SELECT count(*) AS n FROM line WHERE batch = ? AND result IS NULL', id)?.['n'])
        const late = unfinished > 0 && expiresAt <= now ? 'expired' : 'completed'
        const status = times.cancelling === undefined ? late : 'cancelled'
        move(id, status, now, ', output_file = ?, error_file = ?', output?.id ?? null, error?.id ?? null)
      })
    },
    removeLines: ({ id }, limit) =>
      run(
        'DELETE FROM line WHERE batch = ? AND number IN (SELECT number FROM line WHERE batch = ? ORDER BY number LIMIT ?)',
        ...[id, id, limit],
      ) === limit,
    releaseAll() {
      run('UPDATE line SET held_by = NULL, held_until = 0 WHERE held_by IS NOT NULL')
      run('UPDATE batch SET held_by = NULL, held_until = 0 WHERE held_by IS NOT NULL')
      run(
        "DELETE FROM line WHERE batch IN (SELECT id FROM batch WHERE status IN ('completed', 'failed', 'expired', 'cancelled'))",
      )
    },
    close: () => database.close(),
  }
}

const laterColumns = [
  ['file', 'account'],
  ['batch', 'account'],
  ['batch', 'object'],
] as const

function open(path: string): DatabaseSync {
  const database = new DatabaseSync(path, { timeout: BUSY_TIMEOUT_MS })
  try {
    // What a loss of power takes is the last moment's: those lines are run again, and calls need not wait for the disk.
    database.exec(`PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL; PRAGMA secure_delete = ON; ${schema}`)
    // Of versions before these columns. The first process to open the file is alone with it.
    for (const [table, column] of laterColumns) {
      const known = database.prepare('SELECT 1 FROM pragma_table_info(?) WHERE name = ?').get(table, column)
      if (known === undefined) database.exec(`ALTER TABLE ${table} ADD COLUMN ${column} TEXT`)
    }
    return database
  } catch (fault) {
    database.close()
    throw fault
  }
}

function takenId(): GatewayError {
  return new GatewayError('upstream_invalid_reply', 'The provider gave an id that is taken already.')
}

function guardedBy<Result>(path: string, tell: StorageTeller, work: () => Result): Result {
  try {
    return work()
  } catch (cause) {
    const fault = storageFault(cause)
    if (fault === undefined) throw cause
    const sentence = `${basename(path)} ${fault}.`
    tell(sentence)
    throw new GatewayError('store_unavailable', sentence, { cause })
  }
}

function readFile(row: Row): StoredFile {
  const { id, workspace, purpose, name, bytes, created_at: createdAt, expires_at: expiresAt, account } = row
  return {
    id: String(id),
    workspace: String(workspace),
    purpose: String(purpose),
    name: String(name),
    bytes: Number(bytes),
    createdAt: Number(createdAt),
    ...(expiresAt === null ? {} : { expiresAt: Number(expiresAt) }),
    ...(typeof account === 'string' ? { account } : {}),
  }
}

function readBatch(row: Row): Batch {
  const metadata = typeof row['metadata'] === 'string' ? parseJson(row['metadata']) : undefined
  const { output_file: outputFile, error_file: errorFile, fault } = row
  return {
    id: String(row['id']),
    workspace: String(row['workspace']),
    key: String(row['key']),
    endpoint: String(row['endpoint']),
    inputFile: String(row['input_file']),
    completionWindow: String(row['completion_window']),
    ...(isJsonObject(metadata) ? { metadata } : {}),
    status: row['status'] as Batch['status'],
    times: JSON.parse(String(row['times'])) as Batch['times'],
    expiresAt: Number(row['expires_at']),
    ...(typeof outputFile === 'string' ? { outputFile } : {}),
    ...(typeof errorFile === 'string' ? { errorFile } : {}),
    counts: { total: Number(row['total']), completed: Number(row['completed']), failed: Number(row['failed']) },
    ...(typeof fault === 'string' ? { fault } : {}),
    ...heldPart(row),
  }
}

function readLine(row: Row): BatchLine {
  const { number, custom_id: customId, start, length, result, is_error: isError } = row
  return {
    number: Number(number),
    ...(typeof customId === 'string' ? { customId } : {}),
    start: Number(start),
    length: Number(length),
    ...(typeof result === 'string' ? { result: { isError: isError === 1, text: result } } : {}),
  }
}

function heldPart({ account, object }: Row): Pick<Batch, 'held'> {
  const known = typeof object === 'string' ? parseJson(object) : undefined
  return typeof account === 'string' && isJsonObject(known) ? { held: { account, object: known } } : {}
}
