import type { BatchStore } from '../../../core/calls/batch.ts'
import { GatewayError } from '../../../core/errors.ts'
import type { BatchDatabase } from './batch-database.ts'
import { readFile } from './batch-rows.ts'

type FileStore = Pick<
  BatchStore,
  'addFile' | 'file' | 'anyFile' | 'files' | 'removeFile' | 'expiredFiles' | 'reserve' | 'unreserve'
>

/** Files: what is known of them, their bytes lie elsewhere. */
export function sqliteBatchFiles({ run, all, one, together, page }: BatchDatabase): FileStore {
  return {
    addFile({ id, workspace, purpose, name, bytes, createdAt, expiresAt, account }) {
      const added = run(
        'INSERT INTO file VALUES (?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT (id) DO NOTHING',
        ...[id, workspace, purpose, name, bytes, createdAt, expiresAt ?? null, account ?? null],
      )
      // Whoever has it keeps it: an id that comes twice must not open the file of another workspace.
      if (added === 0) throw takenId()
    },
    file(workspace, id) {
      const row = one('SELECT * FROM file WHERE id = ? AND workspace = ?', id, workspace)
      return row && readFile(row)
    },
    anyFile(id) {
      const row = one('SELECT * FROM file WHERE id = ?', id)
      return row && readFile(row)
    },
    files: (workspace, wanted, purpose) =>
      page('file', workspace, wanted, purpose === undefined ? undefined : ['purpose', purpose]).map(readFile),
    removeFile: (workspace, id) => run('DELETE FROM file WHERE id = ? AND workspace = ?', id, workspace) === 1,
    expiredFiles: (now) => all('SELECT * FROM file WHERE expires_at <= ? LIMIT 100', now).map(readFile),
    reserve({ id, workspace, bytes, until }, most, now) {
      let lacks: 'count' | 'bytes' | undefined
      together(() => {
        run('DELETE FROM coming WHERE until <= ?', now)
        const held = one(
          `SELECT count(*) AS n, coalesce(sum(bytes), 0) AS bytes FROM (
             SELECT iif(account IS NULL, bytes, 0) AS bytes FROM file WHERE workspace = ?
             UNION ALL SELECT bytes FROM coming WHERE workspace = ?)`,
          ...[workspace, workspace],
        )
        if (Number(held?.['n']) >= most.count) lacks = 'count'
        else if (Number(held?.['bytes']) + bytes > most.bytes) lacks = 'bytes'
        else run('INSERT INTO coming VALUES (?, ?, ?, ?)', id, workspace, bytes, until)
      })
      return lacks
    },
    unreserve: (id) => void run('DELETE FROM coming WHERE id = ?', id),
  }
}

export function takenId(): GatewayError {
  return new GatewayError('upstream_invalid_reply', 'The provider gave an id that is taken already.')
}
