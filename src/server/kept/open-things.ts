import { resolve } from 'node:path'
import { openSqliteThingStore } from '../../catalog/stores/sqlite/thing-store.ts'
import { GatewayError } from '../../core/errors.ts'
import type { ThingStore } from '../../core/model/holder.ts'
import type { StorageState } from '../../core/record/storage-state.ts'

const MAX_THINGS = 100_000
const fileName = 'things.db'

/**
 * Without its file nobody can say whose a thing is: calls that name one fail, where workspaces share accounts. Each of them tries
 * to open it again.
 */
export function openThings(dataDirectory: string, storage: StorageState, warn: (message: string) => void): ThingStore {
  const tell = storage.teller(fileName)
  let store: ThingStore | undefined
  let isTold = false
  const opened = (): ThingStore => {
    if (store !== undefined) return store
    try {
      store = openSqliteThingStore({ path: resolve(dataDirectory, fileName), maxThings: MAX_THINGS, tell })
      tell(undefined)
      return store
    } catch (fault) {
      const sentence = `Whose things at providers are cannot be kept: ${fault instanceof Error ? fault.message : 'unknown fault'}`
      tell(sentence)
      if (!isTold) warn(sentence)
      isTold = true
      throw new GatewayError('store_unavailable', sentence, { cause: fault })
    }
  }
  attempt(opened)
  return {
    holders: (thing) => opened().holders(thing),
    add: (thing) => attempt(() => opened().add(thing)),
    remove: (thing) => attempt(() => opened().remove(thing)),
    close: () => store?.close(),
  }
}

/** What is not kept is what nobody has seen, which is refused. */
function attempt(work: () => unknown): void {
  try {
    work()
  } catch {
    // It was told.
  }
}
