import type { DatabaseSync, StatementSync } from 'node:sqlite'
import { factsOf } from '../../core/call-facts.ts'
import type { CallRecord } from '../../core/call-record.ts'
import { type CallWriter, type FinishedCall, StoreGone } from '../../core/call-store.ts'
import { createCallExpiry } from './sqlite-call-expiry.ts'
import { figuresOfRecord, text, whole } from './sqlite-call-figures.ts'
import { abandon, fileAt, guarded, openForWriting } from './sqlite-database.ts'
import { createFacts, type Facts } from './sqlite-facts.ts'
import { createFeedbackTable } from './sqlite-feedback.ts'
import { createRollups, type Rollups } from './sqlite-rollups.ts'

/** Keeps calls in `path`, which one process at a time may write. Throws `StoreFault`. */
export function openSqliteCallWriter(path: string): CallWriter {
  const database = openForWriting(path)
  const statements = guarded(() => prepare(database))
  const rollups = guarded(() => createRollups(database))
  const facts = guarded(() => createFacts(database))
  const feedback = guarded(() => createFeedbackTable(database))
  const expiry = guarded(() => createCallExpiry(database, { facts, feedback, rollups }))
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
  return {
    check() {
      if (fileAt(path) === file) return
      guarded(() => abandon(database, path))
      throw new StoreGone('calls.db was moved away or deleted; a new one is made.')
    },
    positions: () =>
      guarded(
        () => new Map(statements.positions.all().map(({ segment, position }) => [String(segment), Number(position)])),
      ),
    store: (take) =>
      inOne(() => {
        let stored = 0
        const positions = take((call) => {
          stored += insert(statements, rollups, facts, call)
        }, feedback.add)
        rollups.write()
        for (const [segment, position] of positions) statements.setPosition.run(segment, position)
        return stored
      }),
    catchUp() {
      if (isBehind) isBehind = inOne(() => rollups.backfill() || facts.backfill())
      return isBehind
    },
    expire(rules, now) {
      const steps = expiry.expire(rules, now)
      return { next: () => inOne(() => steps.next()) }
    },
    erase(subject, holds) {
      const steps = expiry.erase(subject, holds)
      const ids: string[] = []
      let [bodies, held] = [0, 0]
      const next = () => inOne(() => steps.next())
      for (let step = next(); step.done !== true; step = next()) {
        ids.push(...step.value.ids)
        bodies += step.value.bodies
        held += step.value.held
      }
      // What is said about calls that are held stays with them.
      if (held === 0) inOne(() => feedback.removeBy(subject.workspace, subject.user))
      inOne(() => rollups.eraseUser(subject.workspace, subject.user, held > 0))
      // The log of the database still has the pages as they were.
      guarded(() => database.exec('PRAGMA wal_checkpoint(TRUNCATE)'))
      return { ids, bodies, held }
    },
    forget: (segments) =>
      inOne(() => {
        for (const segment of segments) statements.forget.run(segment)
      }),
    close: () => {
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
    // A full disk may have rolled it back by itself.
    if (database.isTransaction) database.exec('ROLLBACK')
    throw error
  }
}

interface Statements {
  readonly positions: StatementSync
  readonly call: StatementSync
  readonly bodies: StatementSync
  readonly metadata: StatementSync
  readonly budgetUse: StatementSync
  readonly setPosition: StatementSync
  readonly forget: StatementSync
}

const columns = [
  'id',
  'started_at',
  'workspace',
  'key',
  'agent',
  'user',
  'client_dialect',
  'provider_dialect',
  'provider',
  'account',
  'model',
  'requested_model',
  'endpoint',
  'stream',
  'status',
  'error_code',
  'error_message',
  'input_tokens',
  'cached_input_tokens',
  'cache_write_tokens',
  'cache_write_1h_tokens',
  'output_tokens',
  'reasoning_tokens',
  'usage_estimated',
  'cost_nano_usd',
  'finish_reason',
  'time_to_first_token_us',
  'duration_us',
  'overhead_us',
  'cache',
  'route',
  'trace_id',
  'meta',
]

function prepare(database: DatabaseSync): Statements {
  return {
    positions: database.prepare('SELECT segment, position FROM spool_positions'),
    // Not `INSERT OR IGNORE`, which would pass over any other broken rule in silence too.
    call: database.prepare(
      `INSERT INTO calls (${columns.join(', ')}) VALUES (${columns.map(() => '?').join(', ')}) ON CONFLICT (id) DO NOTHING`,
    ),
    bodies: database.prepare('INSERT INTO bodies VALUES (?, ?, ?, ?, ?)'),
    metadata: database.prepare('INSERT INTO call_metadata VALUES (?, ?, ?, ?)'),
    budgetUse: database.prepare(
      'INSERT INTO budget_uses VALUES (?, ?, ?) ON CONFLICT DO UPDATE SET used = used + excluded.used',
    ),
    setPosition: database.prepare(
      'INSERT INTO spool_positions VALUES (?, ?) ON CONFLICT (segment) DO UPDATE SET position = excluded.position',
    ),
    forget: database.prepare('DELETE FROM spool_positions WHERE segment = ?'),
  }
}

/** 1 when the call is new. */
function insert(
  { call, bodies, budgetUse, metadata }: Statements,
  rollups: Rollups,
  facts: Facts,
  { record, input, output, ...cut }: FinishedCall,
): number {
  const { usage } = record
  const labels = textsOf(record.metadata)
  const { changes, lastInsertRowid } = call.run(
    record.id,
    record.startedAt,
    record.workspace,
    text(record.key),
    text(record.agent),
    text(record.user),
    text(record.clientDialect),
    text(record.providerDialect),
    text(record.provider),
    text(record.account),
    text(record.model),
    text(record.requestedModel),
    record.endpoint,
    record.stream === true ? 1 : 0,
    record.status,
    text(record.errorCode),
    text(record.errorMessage),
    whole(usage?.inputTokens),
    whole(usage?.cachedInputTokens),
    whole(usage?.cacheWriteTokens),
    whole(usage?.cacheWrite1hTokens),
    whole(usage?.outputTokens),
    whole(usage?.reasoningTokens),
    record.usageEstimated === true ? 1 : 0,
    whole(record.costNanoUsd),
    text(record.finishReason),
    whole(record.timeToFirstTokenMs, 1000),
    whole(record.durationMs, 1000) ?? 0,
    whole(record.overheadMs, 1000) ?? 0,
    text(record.cache),
    text(record.route),
    text(record.traceId),
    JSON.stringify({
      attempts: record.attempts,
      decisions: record.decisions,
      droppedParameters: record.droppedParameters,
      ...(labels.length === 0 ? {} : { metadata: Object.fromEntries(labels) }),
      ...(record.queuedMs === undefined ? {} : { queuedMs: record.queuedMs }),
      ...(record.cacheMatch === undefined ? {} : { cacheMatch: record.cacheMatch }),
      ...(record.savedNanoUsd === undefined ? {} : { savedNanoUsd: record.savedNanoUsd }),
      ...(record.shadowOf === undefined ? {} : { shadowOf: record.shadowOf }),
      ...(record.routing === undefined ? {} : { routing: record.routing }),
    }),
  )
  if (changes === 0) return 0
  rollups.add(figuresOfRecord(record), Number(lastInsertRowid))
  facts.add(lastInsertRowid, record.startedAt, factsOf(record, output))
  for (const { counter, windowStart, used } of record.budgetUses ?? [])
    budgetUse.run(counter, windowStart, Math.round(used))
  for (const [name, value] of labels) metadata.run(name, value, record.startedAt, lastInsertRowid)
  if (input !== undefined || output !== undefined || cut.inputTruncated || cut.outputTruncated) {
    const flags = [cut.inputTruncated ? 1 : 0, cut.outputTruncated ? 1 : 0] as const
    bodies.run(lastInsertRowid, input ?? null, output ?? null, ...flags)
  }
  return 1
}

function textsOf(metadata: CallRecord['metadata']): readonly (readonly [string, string])[] {
  if (typeof metadata !== 'object' || metadata === null) return []
  return Object.entries(metadata).filter(([, value]) => typeof value === 'string')
}
