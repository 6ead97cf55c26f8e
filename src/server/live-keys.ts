import { GatewayError } from '../core/errors.ts'
import type { VirtualKey } from '../core/registry.ts'
import { takenIds } from '../registry/effective-keys.ts'
import { keyPairOf } from '../registry/key-pairs.ts'
import { unmatchedPatterns } from '../registry/unmatched-patterns.ts'
import { generateKey, hashKey } from '../registry/virtual-keys.ts'
import type { KeysApi } from './control/keys.ts'
import type { ControlStore, StoredKey } from './control-store.ts'
import { type Engine, resolverOf } from './engine.ts'
import { rotated, settingsOfKey } from './key-settings.ts'

export interface LiveKeysOptions {
  readonly store: ControlStore
  readonly engine: Engine
  readonly pairSecret: string
  /** Keys that are not of the file, as they are in use. */
  inUse(): readonly VirtualKey[]
  use(keys: readonly VirtualKey[]): void
  log(message: string): void
}

export interface LiveKeys {
  readonly api: KeysApi['keys']
  /** Which keys of the store can be used depends on the file too. */
  configChanged(): void
  /** From now on it notices what others change. What a start made up must be in the store by then. */
  watch(): void
  close(): void
}

/** People expect a key that they revoke to stop at once. */
const LOOK_EVERY_MS = 500

/** Keys of a running gateway: its control API changes them, and so does `portcullis keys` beside it, through the same store. */
export function createLiveKeys({ store, engine, pairSecret, inUse, use, log }: LiveKeysOptions): LiveKeys {
  let fault = ''
  let version: number | undefined
  let looking: NodeJS.Timeout | undefined
  const told = new Set<string>()

  function refresh(): void {
    const stored = store.keys()
    // One that cannot be used must not hold up the others: among them may be one that was revoked.
    const taken = takenIds(engine.config(), stored)
    for (const id of taken) {
      if (told.has(id)) continue
      log(`The key "${id}" of control.db is not used: the configuration file has one of that id; revoke it.`)
    }
    told.clear()
    for (const id of taken) told.add(id)
    use([
      ...inUse().filter(({ source }) => source === 'environment'),
      ...stored.filter(({ id, source }) => source === 'file' || !taken.has(id)),
    ])
  }

  function look(): void {
    try {
      const now = store.version()
      if (now !== version) refresh()
      version = now
      fault = ''
    } catch (cause) {
      const { message } = cause as Error
      if (message !== fault) log(`Changes of keys cannot be read: ${message}`)
      fault = message
    }
  }

  return {
    api: keysApi(store, engine, pairSecret, refresh),
    configChanged() {
      version = undefined
    },
    watch() {
      look()
      looking = setInterval(look, LOOK_EVERY_MS).unref()
    },
    close: () => clearInterval(looking),
  }
}

function keysApi(store: ControlStore, engine: Engine, pairSecret: string, refresh: () => void): KeysApi['keys'] {
  /** One that only the store decides about. */
  const ownKey = (id: string): StoredKey => {
    const known = engine.keys().find((key) => key.id === id)
    if (known === undefined) throw new GatewayError('not_found', `There is no key with the id "${id}".`)
    if (known.revokedAt !== undefined) throw new GatewayError('revoked_key', `The key "${id}" was revoked.`)
    const stored = known.source === 'api' || known.source === 'first-start' ? store.storedKey(id) : undefined
    if (stored !== undefined) return stored
    const place = known.source === 'environment' ? 'environment' : 'configuration file'
    throw new GatewayError('conflict', `The key "${id}" comes from the ${place}; change it there.`)
  }
  return {
    list: engine.keys,
    create({ id, workspace, models = ['*'], ...settings }) {
      if (engine.keys().some((key) => key.id === id))
        throw new GatewayError('conflict', `There is a key with the id "${id}" already.`)
      if (settings.expiresAt != null && Date.parse(settings.expiresAt) <= Date.now())
        throw new GatewayError('invalid_request', '`expiresAt` is over already.', { param: 'expiresAt' })
      const key = generateKey()
      const stored = { id, hash: hashKey(key), workspace, models, source: 'api', createdAt: Date.now() } as const
      const record = { ...stored, ...settingsOfKey(id, settings) }
      store.addKey({ ...stored, settings })
      refresh()
      return { key, record, warnings: unmatchedPatterns(models, resolverOf(engine.config(), engine.models())) }
    },
    change(id, { models, ...changes }) {
      const known = ownKey(id)
      const settings = { ...known.settings, ...changes }
      const record = { ...known, models: models ?? known.models, settings }
      // Before anything is stored: what cannot be kept is refused.
      const shown = { ...record, ...settingsOfKey(id, settings) }
      store.changeKey(record)
      refresh()
      return shown
    },
    rotate(id, overlapSeconds) {
      const key = generateKey()
      const record = rotated(ownKey(id), { hash: hashKey(key), overlapSeconds, nowMs: Date.now() })
      store.changeKey(record)
      refresh()
      return { key, record: { ...record, ...settingsOfKey(id, record.settings) } }
    },
    pair(id) {
      const known = engine.keys().find((key) => key.id === id)
      if (known === undefined) throw new GatewayError('not_found', `There is no key with the id "${id}".`)
      if (known.revokedAt !== undefined) throw new GatewayError('revoked_key', `The key "${id}" was revoked.`)
      return keyPairOf(known, pairSecret)
    },
    revoke(id) {
      const known = engine.keys().find((key) => key.id === id)
      if (known === undefined) throw new GatewayError('not_found', `There is no key with the id "${id}".`)
      // The value of a key that the file names without one is in the store, and stays revoked there.
      const isStored = store.keys().some((key) => key.id === id && key.hash === known.hash)
      if (!isStored) {
        throw new GatewayError(
          'conflict',
          `The key "${id}" comes from the ${known.source === 'file' ? 'configuration file' : 'environment'}; take it out there.`,
        )
      }
      store.revokeKey(id, Date.now())
      refresh()
    },
  }
}
