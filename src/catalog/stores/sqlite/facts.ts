/** Keeps what calls are found by beside their rows, in the transaction of the calls. `access-questions.ts` reads it. */
import type { DatabaseSync } from 'node:sqlite'
import { type CallFact, factsOf } from '../../../core/record/call-facts.ts'
import { text } from '../record/call-figures.ts'
import { metaOf } from '../record/call-rows.ts'

export interface Facts {
  add(seq: number | bigint, startedAt: number, facts: readonly CallFact[]): void
  /** Within a transaction: takes a bounded part of the calls that were there before. True when there are more. */
  backfill(): boolean
}

const BACKFILL_CALLS = 500

export function createFacts(database: DatabaseSync): Facts {
  const put = database.prepare('INSERT OR REPLACE INTO call_facts VALUES (?, ?, ?, ?, ?)')
  const left = database.prepare('SELECT next, last FROM fact_backfill')
  const older = database.prepare(
    `SELECT seq, started_at, error_code, cache, meta, output FROM calls LEFT JOIN bodies USING (seq)
     WHERE seq > ? AND seq <= ? ORDER BY seq LIMIT ?`,
  )
  const move = database.prepare('UPDATE fact_backfill SET next = ?')
  const end = database.prepare('DELETE FROM fact_backfill')
  const add: Facts['add'] = (seq, startedAt, facts) => {
    for (const { kind, name, detail } of facts) put.run(kind, startedAt, seq, name, detail)
  }
  return {
    add,
    backfill() {
      const behind = left.get()
      if (behind === undefined) return false
      const rows = older.all(Number(behind['next']), Number(behind['last']), BACKFILL_CALLS)
      for (const row of rows) {
        const call = { ...metaOf(row), errorCode: text(row['error_code']), cache: text(row['cache']) }
        add(Number(row['seq']), Number(row['started_at']), factsOf(call, text(row['output'])))
      }
      if (rows.length < BACKFILL_CALLS) end.run()
      else move.run(Number(rows.at(-1)?.['seq']))
      return rows.length === BACKFILL_CALLS
    },
  }
}
