import type { Batch, BatchStore, LineSpend } from '../../../core/calls/batch.ts'
import type { BatchDatabase } from './batch-database.ts'
import { readLine } from './batch-rows.ts'

type LineStore = Pick<BatchStore, 'addLines' | 'claimLine' | 'finishLine' | 'postponeLine' | 'results' | 'removeLines'>

/** Batches that are worked on at the same time. */
const MAX_IN_TURN = 100
/** Of results that are read at once, where one alone is not more. */
const MAX_PAGE_BYTES = 4 << 20

/** Lines of batches, each of them run by one process at a time. */
export function sqliteBatchLines(
  { run, all, one, together }: BatchDatabase,
  batchOf: (id: string) => Batch | undefined,
): LineStore {
  let turn = 0
  const addSpend = (id: string, { usage, model }: LineSpend): void =>
    void run(
      // Lines that name several leave it empty, which no later one changes.
      `UPDATE batch SET input_tokens = input_tokens + ?1, cached_tokens = cached_tokens + ?2,
         output_tokens = output_tokens + ?3, reasoning_tokens = reasoning_tokens + ?4,
         model = iif(?5 IS NULL OR model = ?5, model, iif(model IS NULL, ?5, '')) WHERE id = ?6`,
      ...[usage?.inputTokens ?? 0, usage?.cachedInputTokens ?? 0],
      ...[usage?.outputTokens ?? 0, usage?.reasoningTokens ?? 0],
      ...[model ?? null, id],
    )
  return {
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
    claimLine(holder, now, leaseMs) {
      const open = all(
        `SELECT id FROM batch WHERE status = 'in_progress' AND expires_at > ? AND due_at <= ?
         ORDER BY created_at LIMIT ${MAX_IN_TURN}`,
        ...[now, now],
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
    finishLine({ batch, line }, { isError, text, spent }) {
      together(() => {
        const changed = run(
          'UPDATE line SET result = ?, is_error = ?, held_by = NULL, held_until = 0 WHERE batch = ? AND number = ? AND result IS NULL',
          ...[text, Number(isError), batch.id, line.number],
        )
        const counter = isError ? 'failed' : 'completed'
        if (changed === 0) return
        run(`UPDATE batch SET ${counter} = ${counter} + 1 WHERE id = ?`, batch.id)
        if (spent !== undefined) addSpend(batch.id, spent)
      })
    },
    postponeLine: ({ batch, line }, attempts, dueAt) =>
      void run(
        'UPDATE line SET attempts = ?, due_at = ?, held_by = NULL, held_until = 0 WHERE batch = ? AND number = ?',
        ...[attempts, dueAt, batch.id, line.number],
      ),
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
    removeLines: ({ id }, limit) =>
      run(
        'DELETE FROM line WHERE batch = ? AND number IN (SELECT number FROM line WHERE batch = ? ORDER BY number LIMIT ?)',
        ...[id, id, limit],
      ) === limit,
  }
}
