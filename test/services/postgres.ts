import { randomBytes } from 'node:crypto'
import { openPostgresCallReader } from '../../src/catalog/stores/postgres/call-reader.ts'
import { openPostgresCallWriter } from '../../src/catalog/stores/postgres/call-writer.ts'
import { createPartitions } from '../../src/catalog/stores/postgres/partitions.ts'
import { migrateCalls } from '../../src/catalog/stores/postgres/schema.ts'
import { connectPostgres, type PostgresSession } from '../../src/catalog/stores/postgres/session.ts'
import { type CallStoreEngine, noon } from '../call-store/engine.ts'

const postgresUrl = process.env['TEST_DATABASE_URL'] ?? 'postgres://postgres@127.0.0.1:5432/postgres'

/** A schema of its own in the PostgreSQL that service tests use, and a URL that leads into it. */
export async function openTestSchema(at = postgresUrl) {
  const name = `portcullis_test_${randomBytes(6).toString('hex')}`
  const session = await connectPostgres(at)
  await session.query(`CREATE SCHEMA ${name}`)
  await session.query(`SET search_path = ${name}`)
  const url = new URL(at)
  url.searchParams.set('options', `-c search_path=${name}`)
  return {
    name,
    session,
    /** The same through another host and port. */
    urlAt(port: number): string {
      const other = new URL(url)
      other.port = String(port)
      return other.href
    },
    url: url.href,
    async drop() {
      await session.query(`DROP SCHEMA ${name} CASCADE`)
      await session.close()
    },
  }
}

export const postgresEngine: CallStoreEngine = {
  name: 'PostgreSQL',
  propertyRuns: 20,
  extraOfOldCall: { column: 'attempt_count', value: '2' },
  async make() {
    const schema = await openTestSchema()
    const within = async <Result>(work: (session: PostgresSession) => Promise<Result>): Promise<Result> => {
      const session = await connectPostgres(schema.url)
      try {
        return await work(session)
      } finally {
        await session.close()
      }
    }
    return {
      // An erasure is of what was said before it: the calls of a test begin at noon.
      openWriter: (dataDirectory = 'a1b2') =>
        openPostgresCallWriter({ url: schema.url, writer: dataDirectory, now: () => noon }),
      openReader: () => openPostgresCallReader(schema.url),
      run: (sql) => within(async ({ query }) => void (await query(sql))),
      all: (sql) => within(async ({ query }) => (await query(sql)).rows),
      goBackTo: (version) =>
        within(async (session) => {
          await migrateCalls(session, version)
          await createPartitions(session).make([noon], noon)
        }),
      remove: schema.drop,
    }
  },
}
