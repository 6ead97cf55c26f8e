import type { DatabaseSync, StatementSync } from 'node:sqlite'
import { factsOf } from '../../../core/record/call-facts.ts'
import { type CallWriter, type FinishedCall, StoreGone } from '../../../core/record/call-store.ts'
import type { BudgetUse } from '../../../core/spending/budget.ts'
import { poured } from '../../../core/spending/token-bucket.ts'
import { marks } from '../record/call-analytics.ts'
import { eraseCalls, expireCalls } from '../record/call-expiry.ts'
import { feedbackColumns, feedbackValues } from '../record/call-feedback.ts'
import { figuresOfRecord } from '../record/call-figures.ts'
import type { InTransaction } from '../record/call-holds.ts'
import { callColumns, callValues, labelsOf, searchedLabels } from '../record/call-values.ts'
import { spanColumns, spanValues } from '../record/span-rows.ts'
import { sqliteCallDatabase, sqliteCallSql } from './call-database.ts'
import { abandon, fileAt, guarded, guardedAsync, openForWriting } from './database.ts'
import { createFacts, type Facts } from './facts.ts'
import { createRollups, type Rollups } from './rollups.ts'

/** Of one transaction: many calls are in the same sums, each of which is written once. */
const WHOLE = { items: 2000, letters: 2 ** 23 }

/** Keeps calls in `path`, which one process at a time may write. Throws `StoreFault`. */
export function openSqliteCallWriter(path: string): CallWriter {
  const database = openForWriting(path)
  const statements = guarded(() => prepare(database))
  const rollups = guarded(() => createRollups(database, sqliteCallSql))
  const facts = guarded(() => createFacts(database))
  const shared = sqliteCallDatabase(database)
  const file = fileAt(path)
  let isBehind = true
  const inOne = <Result>(work: () => Result): Result =>
    guarded(() => {
      try {
        return inTransaction(database, work)
      } catch (error) {
        rollups.forget()
        throw error
      }
    })
  /** What takes calls away may take sets of sums with them. */
  const inOneRemoval: InTransaction = (work) =>
    guardedAsync(async () => {
      try {
        return await inTransactionAsync(database, () => work(shared))
      } finally {
        rollups.forget()
      }
    })
  return {
    async check() {
      if (fileAt(path) === file) return
      guarded(() => abandon(database, path))
      throw new StoreGone('calls.db was moved away or deleted; a new one is made.')
    },
    positions: async () =>
      guarded(
        () => new Map(statements.positions.all().map(({ segment, position }) => [String(segment), Number(position)])),
      ),
    store: async (take, hasMore = () => false) =>
      inOne(() => {
        let stored = 0
        let [items, letters] = [0, 0]
        const positions = new Map<string, number>()
        do {
          const taken = take({
            keep(call) {
              stored += insert(statements, rollups, facts, call)
              items++
              letters += (call.input?.length ?? 0) + (call.output?.length ?? 0)
            },
            note(feedback) {
              statements.feedback.run(...feedbackValues(sqliteCallSql, feedback))
              items++
            },
            keepSpan(span) {
              statements.span.run(...spanValues(sqliteCallSql, span))
              items++
            },
          })
          for (const [segment, position] of taken) positions.set(segment, position)
        } while (items < WHOLE.items && letters < WHOLE.letters && hasMore())
        rollups.write()
        for (const [segment, position] of positions) statements.setPosition.run(segment, position)
        return stored
      }),
    async catchUp() {
      if (isBehind) isBehind = inOne(() => rollups.backfill() || facts.backfill())
      return isBehind
    },
    expire: (rules, now) => expireCalls(inOneRemoval, rules, now),
    async erase(subject, holds) {
      const erased = await eraseCalls(inOneRemoval, subject, holds)
      // The log of the database still has the pages as they were.
      guarded(() => database.exec('PRAGMA wal_checkpoint(TRUNCATE)'))
      return erased
    },
    forget: async (segments) =>
      inOne(() => {
        for (const segment of segments) statements.forget.run(segment)
      }),
    close: async () => {
      if (database.isOpen) database.close()
    },
  }
}

function inTransaction<Result>(database: DatabaseSync, work: () => Result): Result {
  database.exec('BEGIN IMMEDIATE')
  try {
    const result = work()
    database.exec('COMMIT')
    return result
  } catch (error) {
    rollBack(database)
    throw error
  }
}

async function inTransactionAsync<Result>(database: DatabaseSync, work: () => Promise<Result>): Promise<Result> {
  database.exec('BEGIN IMMEDIATE')
  try {
    const result = await work()
    database.exec('COMMIT')
    return result
  } catch (error) {
    rollBack(database)
    throw error
  }
}

function rollBack(database: DatabaseSync): void {
  // A full disk may have rolled it back by itself.
  if (database.isTransaction) database.exec('ROLLBACK')
}

interface Statements {
  readonly positions: StatementSync
  readonly call: StatementSync
  readonly bodies: StatementSync
  readonly metadata: StatementSync
  readonly budgetUse: StatementSync
  readonly bucket: StatementSync
  readonly setBucket: StatementSync
  readonly feedback: StatementSync
  readonly span: StatementSync
  readonly setPosition: StatementSync
  readonly forget: StatementSync
}

function prepare(database: DatabaseSync): Statements {
  return {
    positions: database.prepare('SELECT segment, position FROM spool_positions'),
    // Not `INSERT OR IGNORE`, which would pass over any other broken rule in silence too.
    call: database.prepare(
      `INSERT INTO calls (${callColumns.join(', ')}) VALUES (${marks(callColumns)}) ON CONFLICT (id) DO NOTHING`,
    ),
    bodies: database.prepare('INSERT INTO bodies VALUES (?, ?, ?, ?, ?)'),
    metadata: database.prepare('INSERT INTO call_metadata VALUES (?, ?, ?, ?)'),
    budgetUse: database.prepare(
      `INSERT INTO budget_uses (counter, window_start, used, last_seq) VALUES (?, ?, ?, ?)
       ON CONFLICT DO UPDATE SET used = used + excluded.used, last_seq = excluded.last_seq`,
    ),
    bucket: database.prepare('SELECT at, missing FROM budget_buckets WHERE counter = ?'),
    setBucket: database.prepare(
      `INSERT INTO budget_buckets (counter, at, missing) VALUES (?, ?, ?)
       ON CONFLICT DO UPDATE SET at = excluded.at, missing = excluded.missing`,
    ),
    feedback: database.prepare(
      `INSERT INTO feedback (${feedbackColumns.join(', ')}) VALUES (${marks(feedbackColumns)}) ON CONFLICT (id) DO NOTHING`,
    ),
    span: database.prepare(
      `INSERT INTO spans (${spanColumns.join(', ')}) VALUES (${marks(spanColumns)})
       ON CONFLICT (trace_id, workspace, span_id) DO NOTHING`,
    ),
    setPosition: database.prepare(
      'INSERT INTO spool_positions VALUES (?, ?) ON CONFLICT (segment) DO UPDATE SET position = excluded.position',
    ),
    forget: database.prepare('DELETE FROM spool_positions WHERE segment = ?'),
  }
}

/** 1 when the call is new. */
function insert(
  statements: Statements,
  rollups: Rollups,
  facts: Facts,
  { record, input, output, ...cut }: FinishedCall,
): number {
  const { call, bodies, metadata } = statements
  const labels = labelsOf(record)
  const { changes, lastInsertRowid } = call.run(...callValues(record, labels))
  if (changes === 0) return 0
  rollups.add(figuresOfRecord(record), Number(lastInsertRowid))
  facts.add(lastInsertRowid, record.startedAt, factsOf(record, output))
  for (const use of record.budgetUses ?? []) addUse(statements, use, lastInsertRowid)
  for (const [name, value] of searchedLabels(labels)) metadata.run(name, value, record.startedAt, lastInsertRowid)
  if (input !== undefined || output !== undefined || cut.inputTruncated || cut.outputTruncated) {
    const flags = [cut.inputTruncated ? 1 : 0, cut.outputTruncated ? 1 : 0] as const
    bodies.run(lastInsertRowid, input ?? null, output ?? null, ...flags)
  }
  return 1
}

function addUse(
  { budgetUse, bucket, setBucket }: Statements,
  { counter, windowStart, used, refill }: BudgetUse,
  seq: number | bigint,
): void {
  if (refill === undefined) {
    budgetUse.run(counter, windowStart, Math.round(used), seq)
    return
  }
  const row = bucket.get(counter)
  const level = row === undefined ? undefined : { startedAt: Number(row['at']), used: Number(row['missing']) }
  const next = poured(level, { windowStart, used, refill })
  setBucket.run(counter, next.startedAt, next.used)
}
