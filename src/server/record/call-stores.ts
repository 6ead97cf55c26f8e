/** Where the record of calls is, and how it is opened: PostgreSQL is loaded where it is used. */
import { join } from 'node:path'
import { openSqliteCallReader } from '../../catalog/stores/sqlite/call-reader.ts'
import { openSqliteCallWriter } from '../../catalog/stores/sqlite/call-writer.ts'
import type { CallReader, CallWriter } from '../../core/record/call-store.ts'
import { gatewayId } from '../gateway-id.ts'

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
  const { openPostgresCallWriter } = await import('../../catalog/stores/postgres/call-writer.ts')
  return await openPostgresCallWriter({ url: address.url, writer: gatewayId(address.dataDirectory) })
}

/** Throws `StoreFault`. */
export async function openCallReader(address: CallStoreAddress): Promise<CallReader> {
  if (address.engine === 'sqlite') return openSqliteCallReader(address.path)
  const { openPostgresCallReader } = await import('../../catalog/stores/postgres/call-reader.ts')
  return await openPostgresCallReader(address.url)
}
