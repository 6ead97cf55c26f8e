/** The engines that a record of calls can be in, for benchmarks: a store of its own, and sums without their calls. */
import { randomBytes } from 'node:crypto'
import { join } from 'node:path'
import { openPostgresCallReader } from '../src/catalog/stores/postgres/call-reader.ts'
import { openPostgresCallWriter } from '../src/catalog/stores/postgres/call-writer.ts'
import { createPostgresRollups } from '../src/catalog/stores/postgres/rollups.ts'
import { connectPostgres, inTransaction } from '../src/catalog/stores/postgres/session.ts'
import { sqliteCallSql } from '../src/catalog/stores/sqlite/call-database.ts'
import { openSqliteCallReader } from '../src/catalog/stores/sqlite/call-reader.ts'
import { openSqliteCallWriter } from '../src/catalog/stores/sqlite/call-writer.ts'
import { openForWriting } from '../src/catalog/stores/sqlite/database.ts'
import { createRollups } from '../src/catalog/stores/sqlite/rollups.ts'
import type { CallReader, CallWriter } from '../src/core/record/call-store.ts'
import type { CallFigures } from '../src/core/record/tally.ts'

export interface BenchStore {
  openWriter(): Promise<CallWriter>
  openReader(): Promise<CallReader>
  /** Adds batches of calls to the sums; they are kept nowhere else. */
  addSums(batches: Iterable<readonly CallFigures[]>): Promise<void>
  /** Sums, sets and megabytes. */
  sizes(): Promise<{ readonly rows: number; readonly sets: number; readonly megabytes: number }>
  /** As a server does it by itself, in time. */
  settle(): Promise<void>
  remove(): Promise<void>
}

export const engines: Readonly<Record<string, (directory: string, name: string) => Promise<BenchStore>>> = {
  async SQLite(directory, name) {
    const path = join(directory, `${name}.db`)
    return {
      openWriter: async () => openSqliteCallWriter(path),
      openReader: async () => openSqliteCallReader(path),
      async addSums(batches) {
        const database = openForWriting(path)
        const rollups = createRollups(database, sqliteCallSql)
        let made = 0
        for (const batch of batches) {
          database.exec('BEGIN IMMEDIATE')
          for (const figures of batch) rollups.add(figures, ++made)
          rollups.write()
          database.exec('COMMIT')
        }
        database.close()
      },
      async sizes() {
        const database = openForWriting(path)
        const number = (sql: string): number => Number(database.prepare(sql).get()?.['n'])
        const rows = number('SELECT count(*) AS n FROM rollups')
        const sets = number('SELECT count(*) AS n FROM rollup_sets')
        const megabytes = number('SELECT page_count AS n FROM pragma_page_count') / 256
        database.close()
        return { rows, sets, megabytes }
      },
      settle: async () => undefined,
      remove: async () => undefined,
    }
  },
  async PostgreSQL(_, name) {
    const schema = `portcullis_bench_${name}_${randomBytes(4).toString('hex')}`
    const url = new URL(process.env['BENCH_DATABASE_URL'] ?? 'postgres://postgres@127.0.0.1:5432/postgres')
    const session = await connectPostgres(url.href)
    await session.query(`CREATE SCHEMA ${schema}; SET search_path = ${schema}; SET statement_timeout = 0`)
    url.searchParams.set('options', `-c search_path=${schema}`)
    const openWriter = (): Promise<CallWriter> => openPostgresCallWriter({ url: url.href, writer: 'bench' })
    await (await openWriter()).close()
    return {
      openWriter,
      openReader: () => openPostgresCallReader(url.href),
      async addSums(batches) {
        const rollups = createPostgresRollups(session)
        for (const batch of batches) await inTransaction(session, () => rollups.add(batch))
      },
      async sizes() {
        const number = async (sql: string): Promise<number> => Number((await session.query(sql)).rows[0]?.['n'])
        return {
          rows: await number('SELECT count(*) AS n FROM rollups'),
          sets: await number('SELECT count(*) AS n FROM rollup_sets'),
          megabytes: (await number(`SELECT pg_total_relation_size('rollups') AS n`)) / 2 ** 20,
        }
      },
      async settle() {
        for (const table of ['calls', 'bodies', 'rollups', 'rollup_sets'])
          await session.query(`VACUUM ANALYZE ${table}`)
      },
      async remove() {
        await session.query(`DROP SCHEMA ${schema} CASCADE`)
        await session.close()
      },
    }
  },
}
