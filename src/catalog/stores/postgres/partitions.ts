/** Months of calls: a table each, made before it is needed and dropped when all of its calls are gone. */
import { storedLock } from './locks.ts'
import { inTransaction, type PostgresSession } from './session.ts'

const tables = ['calls', 'bodies'] as const
/** The year 9999: a clock that is wrong must not make a month that has no name. */
const MAX_TIME = 253_402_300_799_999

export interface Partitions {
  /** Within no transaction: makes those of the times, of this month and of the next. */
  make(times: readonly number[], now: number): Promise<void>
  /** The same of the times alone, in the transaction that is open, which others who need a new month wait for. */
  makeWithin(times: readonly number[]): Promise<void>
  /** Drops those of months before the last whose calls are all gone. */
  dropEmpty(now: number): Promise<void>
  forget(): void
}

export function createPartitions(session: PostgresSession): Partitions {
  const known = new Set<string>()
  const unknown = (times: readonly number[]): readonly Month[] => {
    const months = new Map(times.map(monthOf).map((month) => [month.name, month]))
    return [...months.values()].filter(({ name }) => !known.has(name))
  }
  return {
    async make(times, now) {
      for (const month of unknown([...times, now, now + 31 * 86_400_000])) {
        await inTransaction(session, () => makeMonth(session, month))
        known.add(month.name)
      }
    },
    async makeWithin(times) {
      for (const month of unknown(times)) {
        await makeMonth(session, month)
        known.add(month.name)
      }
    },
    async dropEmpty(now) {
      const { name: current } = monthOf(now)
      const { rows } = await session.query(
        `SELECT relname FROM pg_inherits JOIN pg_class ON pg_class.oid = inhrelid WHERE inhparent = 'calls'::regclass`,
      )
      for (const { relname } of rows) {
        const name = /^calls_(\d{4}_\d{2})$/.exec(String(relname))?.[1]
        if (name === undefined || name >= current) continue
        known.delete(name)
        await dropMonth(session, name)
      }
    },
    forget: () => known.clear(),
  }
}

interface Month {
  /** `2026_11` */
  readonly name: string
  readonly from: number
  readonly to: number
}

function monthOf(time: number): Month {
  const date = new Date(clampedTime(time))
  const [year, month] = [date.getUTCFullYear(), date.getUTCMonth()]
  const name = `${String(year).padStart(4, '0')}_${String(month + 1).padStart(2, '0')}`
  return { name, from: Date.UTC(year, month), to: Date.UTC(year, month + 1) }
}

/** A time that a month is known of. */
export function clampedTime(time: number): number {
  return Number.isFinite(time) ? Math.min(MAX_TIME, Math.max(0, Math.round(time))) : 0
}

/** Within a transaction. Made beside the table and put to it, so that nobody who reads has to wait. */
async function makeMonth(session: PostgresSession, { name, from, to }: Month): Promise<void> {
  await session.query(storedLock('partitions'))
  for (const table of tables) {
    const found = await session.query('SELECT to_regclass($1) AS found', [`${table}_${name}`])
    if (found.rows[0]?.['found'] !== null) continue
    await session.query(`
      CREATE TABLE ${table}_${name} (LIKE ${table} INCLUDING DEFAULTS INCLUDING CONSTRAINTS);
      ALTER TABLE ${table} ATTACH PARTITION ${table}_${name} FOR VALUES FROM (${from}) TO (${to})`)
  }
}

async function dropMonth(session: PostgresSession, name: string): Promise<void> {
  await inTransaction(session, async () => {
    await session.query(storedLock('partitions'))
    // Whoever reads all calls for long is not interrupted: the next look finds it too.
    await session.query(`SET LOCAL lock_timeout = 1000`)
    await session.query(`LOCK TABLE ${tables.map((table) => `${table}_${name}`).join(', ')} IN ACCESS EXCLUSIVE MODE`)
    const { rows } = await session.query(
      `SELECT EXISTS (SELECT 1 FROM calls_${name}) OR EXISTS (SELECT 1 FROM bodies_${name}) AS used`,
    )
    if (rows[0]?.['used'] !== 'f') return
    for (const table of tables) await session.query(`DROP TABLE ${table}_${name}`)
  })
}
