/** Where the record of calls is, and how it is opened: PostgreSQL is loaded where it is used. */
import { randomUUID } from 'node:crypto'
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { openSqliteCallReader } from '../../catalog/stores/sqlite-call-reader.ts'
import { openSqliteCallWriter } from '../../catalog/stores/sqlite-call-writer.ts'
import type { CallReader, CallWriter } from '../../core/call-store.ts'

export type CallStoreAddress =
  | { readonly engine: 'sqlite'; readonly path: string }
  | { readonly engine: 'postgres'; readonly url: string; readonly dataDirectory: string }

/** `DATABASE_URL` is the PostgreSQL of the record; without it the data directory has it. */
export function callStoreOf(dataDirectory: string, environment: NodeJS.ProcessEnv): CallStoreAddress {
  const { DATABASE_URL: url = '' } = environment
  return url === ''
    ? { engine: 'sqlite', path: join(dataDirectory, 'calls.db') }
    : { engine: 'postgres', url, dataDirectory }
}

/** Throws `StoreFault`. */
export async function openCallWriter(address: CallStoreAddress): Promise<CallWriter> {
  if (address.engine === 'sqlite') return openSqliteCallWriter(address.path)
  const { openPostgresCallWriter } = await import('../../catalog/stores/postgres-call-writer.ts')
  return await openPostgresCallWriter({ url: address.url, writer: writerOf(address.dataDirectory) })
}

/** Throws `StoreFault`. */
export async function openCallReader(address: CallStoreAddress): Promise<CallReader> {
  if (address.engine === 'sqlite') return openSqliteCallReader(address.path)
  const { openPostgresCallReader } = await import('../../catalog/stores/postgres-call-reader.ts')
  return await openPostgresCallReader(address.url)
}

/** What the spool of a data directory is told from others by, in a database that several gateways write. */
function writerOf(dataDirectory: string): string {
  const path = join(dataDirectory, 'gateway-id')
  try {
    writeFileSync(path, `${randomUUID()}\n`, { flag: 'wx', mode: 0o600 })
  } catch (fault) {
    if (!(fault instanceof Error && 'code' in fault && fault.code === 'EEXIST')) throw fault
  }
  const id = readFileSync(path, 'utf8').trim()
  if (!/^[0-9a-f-]{36}$/.test(id)) throw new Error(`${path} holds no id; remove it, and a new one is made.`)
  return id
}
