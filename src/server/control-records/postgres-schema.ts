import { inTransaction, type PostgresSession } from '../../catalog/stores/postgres/session.ts'
import { controlMigrations, postgresDialect } from './control-migrations.ts'

/** One gateway at a time; the others find it done. Of this schema: two sets of records may be in one database. */
const lock = `SELECT pg_advisory_xact_lock(hashtextextended('portcullis control migrations ' || current_schema(), 0))`

/** Brings the records to today's schema. Throws `StoreFault`, or a sentence where a newer version was here. */
export async function migrateControl(session: PostgresSession): Promise<void> {
  if ((await versionOf(session)) === controlMigrations.length) return
  await inTransaction(session, async () => {
    await session.query(lock)
    await session.query(
      'CREATE TABLE IF NOT EXISTS control_migrations (step BIGINT PRIMARY KEY, taken_at TIMESTAMPTZ NOT NULL DEFAULT now())',
    )
    const version = await versionOf(session)
    if (version > controlMigrations.length)
      throw new Error(
        'The control records in PostgreSQL were written by a newer version of Portcullis; start that one.',
      )
    for (const [index, step] of controlMigrations.entries()) {
      if (index < version) continue
      await session.query(step(postgresDialect))
      await session.query('INSERT INTO control_migrations (step) VALUES ($1)', [index + 1])
    }
  })
}

async function versionOf({ query }: PostgresSession): Promise<number> {
  const { rows } = await query(`SELECT to_regclass('control_migrations') AS found`)
  if (rows[0]?.['found'] === null) return 0
  const taken = await query('SELECT coalesce(max(step), 0) AS version FROM control_migrations')
  return Number(taken.rows[0]?.['version'])
}
