import { StoreFault, StoreUnmade } from '../../../core/record/call-store.ts'
import { postgresMigrations } from './call-migrations.ts'
import { storedLock } from './locks.ts'
import { inTransaction, type PostgresSession } from './session.ts'

/** Brings the record to today's schema, or to that of an older version. Throws `StoreFault`. */
export async function migrateCalls(session: PostgresSession, upTo = postgresMigrations.length): Promise<void> {
  if ((await versionOf(session)) === postgresMigrations.length) return
  await inTransaction(session, async () => {
    await session.query('SET LOCAL statement_timeout = 0; SET LOCAL lock_timeout = 0')
    await session.query(storedLock('migrations'))
    await session.query(
      'CREATE TABLE IF NOT EXISTS call_migrations (step BIGINT PRIMARY KEY, taken_at TIMESTAMPTZ NOT NULL DEFAULT now())',
    )
    const version = await versionOf(session)
    if (version > postgresMigrations.length) throw new StoreFault(versionFault(version))
    for (const [index, migration] of postgresMigrations.slice(0, upTo).entries()) {
      if (index < version) continue
      await session.query(migration)
      await session.query('INSERT INTO call_migrations (step) VALUES ($1)', [index + 1])
    }
  })
}

/** Throws `StoreFault` where there is no record, or one of another version. */
export async function checkCallSchema(session: PostgresSession): Promise<void> {
  const version = await versionOf(session)
  if (version === 0)
    throw new StoreUnmade('The PostgreSQL of DATABASE_URL has no record of calls; start the gateway once.')
  if (version !== postgresMigrations.length) throw new StoreFault(versionFault(version))
}

async function versionOf({ query }: PostgresSession): Promise<number> {
  const { rows } = await query(`SELECT to_regclass('call_migrations') AS found`)
  if (rows[0]?.['found'] === null) return 0
  const taken = await query('SELECT coalesce(max(step), 0) AS version FROM call_migrations')
  return Number(taken.rows[0]?.['version'])
}

function versionFault(version: number): string {
  const here = postgresMigrations.length
  return version > here
    ? `The record in PostgreSQL was made by a newer version (${version}); this one knows ${here}.`
    : `The record in PostgreSQL was made by an older version (${version}); start the gateway once to bring it to ${here}.`
}
