import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { openSqliteCallReader } from '../catalog/stores/sqlite-call-reader.ts'
import { type CallReader, StoreUnmade } from '../core/call-store.ts'

const waitMs = 50
/** A gateway makes its record within moments of its start. */
const maxWaits = 100

/** The calls of a data directory, read-only, beside a running gateway or without one. One that is just starting is waited for. */
export async function openRecord(data: string): Promise<CallReader> {
  const path = join(data, 'calls.db')
  // A gateway makes its spool before its record.
  const isStarting = (): boolean => existsSync(join(data, 'spool'))
  for (let waits = 0; ; waits++) {
    try {
      if (existsSync(path)) return openSqliteCallReader(path)
      if (waits >= maxWaits || !isStarting())
        throw new Error(`There is no record of calls in ${data}; name a gateway's directory with --data.`)
    } catch (fault) {
      if (!(fault instanceof StoreUnmade) || waits >= maxWaits) throw fault
    }
    await pause(waitMs)
  }
}
