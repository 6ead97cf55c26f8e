import { basename } from 'node:path'
import { GatewayError } from '../../../core/errors.ts'
import { type StorageTeller, storageFault } from '../../../core/record/storage-state.ts'

/** Faults of the disk and of SQLite leave as `store_unavailable`, and are told. */
export function guardedBy<Result>(path: string, tell: StorageTeller, work: () => Result): Result {
  try {
    return work()
  } catch (cause) {
    const fault = storageFault(cause)
    if (fault === undefined) throw cause
    const sentence = `${basename(path)} ${fault}.`
    tell(sentence)
    throw new GatewayError('store_unavailable', sentence, { cause })
  }
}
