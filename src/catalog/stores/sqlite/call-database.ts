/** The database of calls for the questions that both engines are asked. Nothing waits: the promises are for the other engine. */
import type { DatabaseSync, SQLInputValue, StatementSync } from 'node:sqlite'
import type { CallDatabase, CallSql, InOneMoment, SqlValue } from '../record/call-database.ts'

/** A filter makes a text of its own. */
const MAX_STATEMENTS = 200

export const sqliteCallSql: CallSql = {
  along: (index) => `calls INDEXED BY ${index}`,
  joinInOrder: 'CROSS JOIN',
  bodiesKey: 'seq',
  like: 'LIKE',
  // Kept with what is told of a call and never searched for by itself.
  shadow: `(coalesce(json_type(meta, '$.shadowOf'), '') = 'text')`,
  saved: `json_extract(meta, '$.savedNanoUsd')`,
  attempts: `json_array_length(meta, '$.attempts')`,
  name: (value) => value,
  joined: (column) => `group_concat(${column}, '')`,
  at: (places) => ({
    sql: 'seq IN (SELECT value FROM json_each(?))',
    values: [JSON.stringify(places.map(({ seq }) => seq))],
  }),
  isOneOf: (columns, tuples) => ({
    sql: `(${columns.map(([name]) => name).join(', ')}) IN
      (SELECT ${columns.map((_, index) => `value ->> ${index}`).join(', ')} FROM json_each(?))`,
    values: [JSON.stringify(tuples)],
  }),
  sumsIn: (spans, { sql, values }) => ({
    sql: `(SELECT key AS place, value ->> 0 AS first, value ->> 1 AS behind FROM json_each(?)) AS span
      CROSS JOIN rollups ON ${sql}`,
    values: [JSON.stringify(spans.map(({ from, to }) => [from, to])), ...values],
  }),
  isFarAway: false,
}

export function sqliteCallDatabase(database: DatabaseSync): CallDatabase {
  const statements = new Map<string, StatementSync>()
  const prepared = (sql: string): StatementSync => {
    const known = statements.get(sql)
    if (known !== undefined) return known
    if (statements.size >= MAX_STATEMENTS) statements.clear()
    const made = database.prepare(sql)
    statements.set(sql, made)
    return made
  }
  return {
    sql: sqliteCallSql,
    all: async (sql, values = []) => prepared(sql).all(...values.map(scalar)),
    async each(sql, values, take) {
      // Of its own: another round of the same statement would begin this one anew.
      for (const row of database.prepare(sql).iterate(...values.map(scalar))) take(row)
    },
    run: async (sql, values = []) => Number(prepared(sql).run(...values.map(scalar)).changes),
  }
}

/** One question after the other: what is between the beginning and the end of a moment is of one question. */
export function sqliteMoments(current: () => DatabaseSync): InOneMoment {
  let before: Promise<unknown> = Promise.resolve()
  return (read) => {
    const answer = before.then(async () => {
      const database = current()
      database.exec('BEGIN')
      try {
        return await read(sqliteCallDatabase(database))
      } finally {
        database.exec('COMMIT')
      }
    })
    before = answer.catch(() => undefined)
    return answer
  }
}

/** Lists are for the other engine: here they are JSON. */
function scalar(value: SqlValue): SQLInputValue {
  if (typeof value === 'object' && value !== null) throw new TypeError('A list is no value of SQLite.')
  return value
}
