/** A session for the questions that both engines are asked. */
import type { CallDatabase, CallSql, InOneMoment, SqlValue } from '../record/call-database.ts'
import { bigintArray, storedName, storedText, textArray } from './arrays.ts'
import { inTransaction, type PostgresSession } from './session.ts'

/** Rows on their way at once. */
const ROWS_AT_ONCE = 5000

export const postgresCallSql: CallSql = {
  along: () => 'calls',
  joinInOrder: 'JOIN',
  bodiesKey: 'seq, started_at',
  like: 'ILIKE',
  shadow: 'shadow',
  saved: 'saved_nano_usd',
  attempts: 'attempt_count',
  name: storedName,
  joined: (column) => `string_agg(${column}, '')`,
  at(places) {
    const times = places.map(({ startedAt }) => startedAt)
    return {
      // The range names the partitions when the statement is planned.
      sql: 'started_at BETWEEN ? AND ? AND (started_at, seq) IN (SELECT * FROM unnest(?::bigint[], ?::bigint[]))',
      values: [
        times.reduce((least, time) => Math.min(least, time), Number.MAX_SAFE_INTEGER),
        times.reduce((most, time) => Math.max(most, time), 0),
        times,
        places.map(({ seq }) => seq),
      ],
    }
  },
  isOneOf: (columns, tuples) => ({
    sql: `(${columns.map(([name]) => name).join(', ')}) IN
      (SELECT * FROM unnest(${columns.map(([, type]) => `?::${type}[]`).join(', ')}))`,
    values: columns.map((_, index) => tuples.map((tuple) => tuple[index] ?? null)),
  }),
  sumsIn: (spans, { sql, values }) => ({
    // `OFFSET 0` keeps the planner from comparing all sums with each span, and from reading all sets for each.
    sql: `(SELECT place, rollups.* FROM (
        SELECT number - 1 AS place, first, behind
        FROM unnest(?::bigint[], ?::bigint[]) WITH ORDINALITY AS given(first, behind, number)) AS span
      CROSS JOIN LATERAL (SELECT * FROM rollups WHERE ${sql} OFFSET 0) AS rollups OFFSET 0) AS rollups`,
    values: [spans.map(({ from }) => from), spans.map(({ to }) => to), ...values],
  }),
  isFarAway: true,
}

/** Within a transaction, where `each` is to be used. */
export function postgresCallDatabase({ query }: PostgresSession): CallDatabase {
  return {
    sql: postgresCallSql,
    all: async (sql, values = []) => (await query(numbered(sql), values.map(bound))).rows,
    async each(sql, values, take) {
      await query(`DECLARE found NO SCROLL CURSOR FOR ${numbered(sql)}`, values.map(bound))
      for (let count = ROWS_AT_ONCE; count === ROWS_AT_ONCE; ) {
        const { rows } = await query(`FETCH ${ROWS_AT_ONCE} FROM found`)
        for (const row of rows) take(row)
        count = rows.length
      }
      await query('CLOSE found')
    },
    run: async (sql, values = []) => (await query(numbered(sql), values.map(bound))).count,
  }
}

/** One after the other: a session has one transaction at a time. */
export function postgresMoments(session: PostgresSession): InOneMoment {
  let before: Promise<unknown> = Promise.resolve()
  return (read) => {
    const answer = before.then(() =>
      inTransaction(
        session,
        () => read(postgresCallDatabase(session)),
        'BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY',
      ),
    )
    before = answer.catch(() => undefined)
    return answer
  }
}

function numbered(sql: string): string {
  let number = 0
  return sql.replaceAll('?', () => `$${++number}`)
}

function bound(value: SqlValue): unknown {
  if (typeof value === 'string') return storedText(value)
  if (typeof value !== 'object' || value === null) return value
  return typeof value[0] === 'string' ? textArray(value as readonly string[]) : bigintArray(value as readonly number[])
}
