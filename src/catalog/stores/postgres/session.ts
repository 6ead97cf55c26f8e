/** One connection to PostgreSQL, and in words what is wrong with it: never with a value, a name or the password. */
import { Socket } from 'node:net'
import { Client } from 'pg'
import { GatewayError } from '../../../core/errors.ts'
import { StoreFault } from '../../../core/record/call-store.ts'
import type { Row } from '../record/call-database.ts'

export interface PostgresSession {
  /** With `values`, one statement; without them, several may stand behind each other. */
  query(text: string, values?: readonly unknown[]): Promise<{ readonly rows: readonly Row[]; readonly count: number }>
  /** Says goodbye in the time that there is, and cuts the connection. */
  close(): Promise<void>
}

export interface PostgresListener {
  /** How long the server may take for a statement; this side waits a little longer. */
  readonly answerMs?: number
  /** Somebody spoke on a channel that is listened on. */
  heard?(): void
  /** The connection is gone. */
  ended?(): void
}

const CONNECT_MS = 5000
/** A statement that takes longer is ended by the server. */
const STATEMENT_MS = 25_000
/** A server that does not answer at all is given up that much later. */
const GIVEN_UP_MS = 3000
const CLOSE_MS = 1000

/** Integers of 64 bits and sums are numbers: what is larger than these tell is taken in parts (`call-analytics.ts`). */
const numbers: ReadonlySet<number> = new Set([20, 21, 23, 700, 701, 1700])
const types = { getTypeParser: (type: number) => (text: string) => (numbers.has(type) ? Number(text) : text) }

/** Throws `StoreFault`. */
export async function connectPostgres(
  url: string,
  { answerMs = STATEMENT_MS, heard, ended }: PostgresListener = {},
): Promise<PostgresSession> {
  checkUrl(url)
  // Ours, so that it can be cut: a server behind a broken network never says goodbye.
  const socket = new Socket()
  const client = guardedSync(
    () =>
      new Client({
        connectionString: url,
        application_name: 'portcullis',
        connectionTimeoutMillis: CONNECT_MS,
        query_timeout: answerMs + GIVEN_UP_MS,
        keepAlive: true,
        stream: () => socket,
        types,
      }),
  )
  // A connection that breaks while nobody asks is found by the next who does.
  client.on('error', () => undefined)
  if (heard !== undefined) client.on('notification', heard)
  if (ended !== undefined) client.on('end', ended)
  const query: PostgresSession['query'] = (text, values) =>
    guarded(async () => {
      const result = await client.query<Row>(text, values === undefined ? undefined : [...values])
      // Of several statements there are several results, which the types do not say.
      const { rows, rowCount } = [result].flat().at(-1) ?? { rows: [], rowCount: 0 }
      return { rows, count: rowCount ?? 0 }
    })
  const close = async (): Promise<void> => {
    const patience = setTimeout(() => socket.destroy(), CLOSE_MS)
    try {
      await client.end()
    } catch {
      // It was gone already.
    } finally {
      clearTimeout(patience)
      socket.destroy()
    }
  }
  try {
    await guarded(() => client.connect())
    await query(settingsFor(answerMs))
    return { query, close }
  } catch (fault) {
    socket.destroy()
    throw fault
  }
}

/**
 * A gateway that was cut off must not hold its locks for long, nor a question its share of the server. `lz4` where the server
 * knows it: half the time of the usual way.
 */
const settingsFor = (answerMs: number): string => `
  SET statement_timeout = ${answerMs};
  SET lock_timeout = 10000;
  SET idle_in_transaction_session_timeout = 15000;
  SET jit = off;
  SELECT set_config('default_toast_compression', 'lz4', false) FROM pg_settings
    WHERE name = 'default_toast_compression' AND 'lz4' = ANY (enumvals)`

/** A session in one transaction, which is rolled back when the work throws. */
export async function inTransaction<Result>(
  session: PostgresSession,
  work: () => Promise<Result>,
  begin = 'BEGIN',
): Promise<Result> {
  await session.query(begin)
  let result: Result
  try {
    result = await work()
  } catch (error) {
    // Where the connection is broken, the server does it by itself.
    await session.query('ROLLBACK').catch(() => undefined)
    throw error
  }
  await session.query('COMMIT')
  return result
}

function checkUrl(url: string): void {
  // The fault of a URL that cannot be read holds all of it.
  const isReadable = URL.canParse(url) && ['postgres:', 'postgresql:'].includes(new URL(url).protocol)
  if (!isReadable)
    throw new StoreFault('DATABASE_URL is no address: write postgres://user:password@host:5432/database.')
}

function guardedSync<Result>(work: () => Result): Result {
  try {
    return work()
  } catch (error) {
    throw faultOf(error)
  }
}

async function guarded<Result>(work: () => Promise<Result>): Promise<Result> {
  try {
    return await work()
  } catch (error) {
    throw faultOf(error)
  }
}

/** Without the cause: what the server says may quote a call, and the driver its settings. */
function faultOf(error: unknown): Error {
  if (error instanceof StoreFault || error instanceof GatewayError) return error
  const code = codeOf(error)
  const known = faults.find(([pattern]) => pattern.test(code))
  if (known !== undefined) return new StoreFault(`The PostgreSQL of DATABASE_URL ${known[1]}.`)
  const shown = /^[A-Z0-9_]{3,40}$/.test(code) ? code : 'the connection was cut or does not answer'
  return new StoreFault(`The PostgreSQL of DATABASE_URL fails (${shown}).`)
}

function codeOf(error: unknown): string {
  if (!(error instanceof Error)) return ''
  if ('code' in error) return String(error.code)
  // The driver has no code for it.
  return /does not support SSL/.test(error.message) ? NO_TLS : ''
}

const NO_TLS = 'NO_TLS'

/** https://www.postgresql.org/docs/current/errcodes-appendix.html, and those of Node.js. */
const faults: readonly (readonly [RegExp, string])[] = [
  [/^(ECONNREFUSED|ENOENT)$/, 'takes no connections; check that it runs, and its host and port'],
  [/^(ENOTFOUND|EAI_AGAIN)$/, 'has a host that no address is known of'],
  [/^(ETIMEDOUT|EHOSTUNREACH|ENETUNREACH)$/, 'cannot be reached from here'],
  [/^28/, 'refuses the user or its password'],
  [/^3D000$/, 'has no such database'],
  [/^3F000$/, 'has no schema to make tables in; check the search_path'],
  [/^42501$/, 'does not let the user do what is needed; it must own its tables and may create some'],
  [/^53100$/, 'has a full disk'],
  [/^53/, 'has no connections or memory to spare'],
  [/^55P03$/, 'is locked by somebody else for too long'],
  [/^(57014)$/, 'takes too long to answer'],
  [/^57P/, 'is shutting down, or ended the connection'],
  [/^25006$/, 'takes no writes: it is a standby, or read-only'],
  [/^42P01$/, 'has no record of calls; start the gateway once to make it'],
  [/^(40P01|40001)$/, 'let somebody else go first; it is tried again'],
  [/^(ECONNRESET|EPIPE|08...)$/, 'ended the connection'],
  [/^NO_TLS$/, 'takes no TLS; switch it on there, or see sslmode'],
  [
    /^(DEPTH_ZERO|SELF_SIGNED|UNABLE_TO|CERT_|ERR_TLS)/,
    'has a certificate that is not trusted; see sslmode and sslrootcert',
  ],
]
