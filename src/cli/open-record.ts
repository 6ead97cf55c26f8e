import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { type CallReader, StoreLocked, StoreUnmade } from '../core/record/call-store.ts'
import { callStoreOf, openCallReader } from '../server/record/call-stores.ts'

const waitMs = 50
/** A gateway makes its record within moments of its start, or of seconds where the machine is busy. */
const maxWaits = 400

/** The calls of a data directory, or of the PostgreSQL of `DATABASE_URL`, read-only, beside a running gateway or without one. One that is just starting is waited for. */
export async function openRecord(data: string, environment = process.env): Promise<CallReader> {
  const store = callStoreOf(data, environment)
  const isThere = (): boolean => store.engine === 'postgres' || existsSync(store.path)
  // A gateway makes its spool before its record.
  const isStarting = (): boolean => existsSync(join(data, 'spool'))
  for (let waits = 0; ; waits++) {
    try {
      if (isThere()) return await openCallReader(store)
      if (waits >= maxWaits || !isStarting())
        throw new Error(`There is no record of calls in ${data}; name a gateway's directory with --data.`)
    } catch (fault) {
      const passes = fault instanceof StoreUnmade || fault instanceof StoreLocked
      if (!passes || waits >= maxWaits) throw fault
    }
    await pause(waitMs)
  }
}
