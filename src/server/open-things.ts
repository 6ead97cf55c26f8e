import { resolve } from 'node:path'
import { openSqliteThingStore } from '../catalog/stores/sqlite-thing-store.ts'
import { GatewayError } from '../core/errors.ts'
import type { ThingStore } from '../core/holder.ts'
import type { StorageState } from '../core/storage-state.ts'

const MAX_THINGS = 100_000
const fileName = 'things.db'

/** Without its file nobody can say whose a thing is: calls that name one fail, where workspaces share accounts. */
export function openThings(dataDirectory: string, storage: StorageState, warn: (message: string) => void): ThingStore {
  const tell = storage.teller(fileName)
  try {
    return openSqliteThingStore({ path: resolve(dataDirectory, fileName), maxThings: MAX_THINGS, tell })
  } catch (fault) {
    const sentence = `Whose things at providers are cannot be kept: ${fault instanceof Error ? fault.message : 'unknown fault'}`
    warn(sentence)
    tell(sentence)
    return {
      holders() {
        throw new GatewayError('store_unavailable', sentence)
      },
      add: () => undefined,
      remove: () => undefined,
      close: () => undefined,
    }
  }
}
