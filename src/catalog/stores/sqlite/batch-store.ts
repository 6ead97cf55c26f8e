import type { SQLInputValue } from 'node:sqlite'
import type { Batch, BatchStore } from '../../../core/calls/batch.ts'
import type { StorageTeller } from '../../../core/record/storage-state.ts'
import { openBatchDatabase } from './batch-database.ts'
import { sqliteBatchFiles, takenId } from './batch-files.ts'
import { sqliteBatchLines } from './batch-lines.ts'
import { readBatch } from './batch-rows.ts'

/** Keeps files and batches in a file that all processes of the gateway share. */
export function openSqliteBatchStore(path: string, tell: StorageTeller = () => undefined): BatchStore {
  const database = openBatchDatabase(path, tell)
  const { run, all, one, together, page } = database
  const move = (id: string, status: Batch['status'], now: number, more = '', ...values: SQLInputValue[]): number =>
    run(
      `UPDATE batch SET status = ?, times = json_insert(times, '$.' || ?, ?), held_by = NULL, held_until = 0${more} WHERE id = ?`,
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
  const files = sqliteBatchFiles(database)
  return {
    ...files,
    ...sqliteBatchLines(database, batchOf),
    addBatch(batch) {
      const { id, dialect, workspace, key, endpoint, inputFile, completionWindow, metadata, headers } = batch
      const { status, times, expiresAt, counts } = batch
      run(
        `INSERT INTO batch (id, dialect, workspace, key, endpoint, input_file, completion_window, metadata, headers, status,
         times, created_at, expires_at, total, input_tokens, cached_tokens, output_tokens, reasoning_tokens)
         VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, 0, 0, 0, 0)`,
        ...[id, dialect, workspace, key, endpoint, inputFile, completionWindow],
        metadata === undefined ? null : JSON.stringify(metadata),
        headers === undefined ? null : JSON.stringify(headers),
        ...[status, JSON.stringify(times), times.validating ?? 0, expiresAt, counts.total],
      )
    },
    addHeldBatch({ id, dialect, workspace, key, account, createdAt, object }) {
      // Ended, for who works batches off here: there is nothing to do.
      const added = run(
        `INSERT INTO batch (id, dialect, workspace, key, endpoint, input_file, completion_window, status, times, created_at,
         expires_at, account, object) VALUES (?, ?, ?, ?, '', '', '', 'completed', '{}', ?, 0, ?, ?) ON CONFLICT (id) DO NOTHING`,
        ...[id, dialect, workspace, key, createdAt, account, JSON.stringify(object)],
      )
      if (added === 0) throw takenId()
    },
    keepObject: ({ id }, object) => void run('UPDATE batch SET object = ? WHERE id = ?', JSON.stringify(object), id),
    anyBatch(id) {
      const row = one('SELECT workspace, account FROM batch WHERE id = ?', id)
      return (
        row && {
          workspace: String(row['workspace']),
          ...(typeof row['account'] === 'string' ? { account: row['account'] } : {}),
        }
      )
    },
    batch(workspace, id) {
      const found = batchOf(id)
      return found?.workspace === workspace ? found : undefined
    },
    batches: (workspace, dialect, wanted) => page('batch', workspace, wanted, ['dialect', dialect]).map(readBatch),
    countOpenBatches: (workspace) =>
      Number(
        one(
          `SELECT count(*) AS n FROM batch WHERE workspace = ? AND status IN ('validating', 'in_progress', 'cancelling', 'finalizing')`,
          workspace,
        )?.['n'],
      ),
    cancelBatch(workspace, id, now) {
      const changed = run(
        `UPDATE batch SET status = iif(status = 'validating', status, 'cancelling'), times = json_set(times, '$.cancelling', ?)
         WHERE id = ? AND workspace = ? AND status IN ('validating', 'in_progress') AND times ->> '$.cancelling' IS NULL`,
        ...[now, id, workspace],
      )
      return changed === 1
    },

    removeBatch(workspace, id) {
      together(() => {
        if (run('DELETE FROM batch WHERE id = ? AND workspace = ?', id, workspace) === 1)
          run('DELETE FROM line WHERE batch = ?', id)
      })
    },

    claimBatch(status, holder, now, leaseMs) {
      const row = one(
        `UPDATE batch SET held_by = ?, held_until = ? WHERE id = (
           SELECT id FROM batch WHERE status = ? AND (held_until <= ? OR held_by = ?) ORDER BY created_at LIMIT 1
         ) RETURNING *`,
        ...[holder, now + leaseMs, status, now, holder],
      )
      return row && readBatch(row)
    },
    start({ id }, now) {
      together(() => {
        run(
          `UPDATE batch SET total = n, failed = wrong, held_by = NULL, held_until = 0
           FROM (SELECT count(*) AS n, count(result) AS wrong FROM line WHERE batch = ?) WHERE id = ?`,
          ...[id, id],
        )
        const status = batchOf(id)?.status
        if (status === 'validating') move(id, 'in_progress', now)
        // It was cancelled before or while it was read.
        else if (status === 'cancelling') move(id, status, now)
      })
    },
    fail: ({ id }, fault, now) => void move(id, 'failed', now, ', fault = ?', fault),
    pauseBatch: ({ id }, until) => void run('UPDATE batch SET due_at = max(due_at, ?) WHERE id = ?', until, id),
    renew(holder, until) {
      run('UPDATE line SET held_until = ? WHERE held_by = ? AND result IS NULL', until, holder)
      run('UPDATE batch SET held_until = ? WHERE held_by = ?', until, holder)
    },
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
    finish({ id, times, expiresAt }, { output, error }, now) {
      together(() => {
        if (batchOf(id)?.status !== 'finalizing') return
        for (const file of [output, error]) if (file !== undefined) files.addFile(file)
        const unfinished = Number(one('SELECT count(*) AS n FROM line WHERE batch = ? AND result IS NULL', id)?.['n'])
        const late = unfinished > 0 && expiresAt <= now ? 'expired' : 'completed'
        const status = times.cancelling === undefined ? late : 'cancelled'
        move(id, status, now, ', output_file = ?, error_file = ?', output?.id ?? null, error?.id ?? null)
      })
    },
    releaseAll() {
      run('DELETE FROM coming')
      run('UPDATE line SET held_by = NULL, held_until = 0 WHERE held_by IS NOT NULL')
      run('UPDATE batch SET held_by = NULL, held_until = 0 WHERE held_by IS NOT NULL')
      run(
        "DELETE FROM line WHERE batch IN (SELECT id FROM batch WHERE status IN ('completed', 'failed', 'expired', 'cancelled'))",
      )
    },
    close: database.close,
  }
}
