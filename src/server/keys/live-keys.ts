import type { VirtualKey } from '../../core/calls/registry.ts'
import { GatewayError } from '../../core/errors.ts'
import type { AuditAction } from '../../core/record/audit.ts'
import { nearestNames } from '../../core/text/nearest-names.ts'
import { type Actor, isWithin } from '../../registry/access.ts'
import { takenIds } from '../../registry/effective-keys.ts'
import { keyPairOf } from '../../registry/key-pairs.ts'
import { generateKey, hashKey } from '../../registry/virtual-keys.ts'
import { type Audit, audited, signedBy } from '../audit/audit.ts'
import type { KeysApi } from '../control/keys.ts'
import type { ControlStore, StoredKey } from '../control-records/control-store.ts'
import type { Engine } from '../engine.ts'
import { unmatchedIn } from '../unmatched-keys.ts'
import { changed, rotated, settingsOfKey } from './key-settings.ts'

export interface LiveKeysOptions {
  readonly store: ControlStore
  readonly engine: Engine
  readonly pairSecret: string
  readonly audit: Pick<Audit, 'append'>
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
export function createLiveKeys({ store, engine, pairSecret, audit, inUse, use, log }: LiveKeysOptions): LiveKeys {
  let fault = ''
  let version: number | undefined
  let looking: NodeJS.Timeout | undefined
  const told = new Set<string>()
  let toldFaults: ReadonlySet<string> = new Set()

  function refresh(): void {
    const stored = store.keys()
    // One that cannot be used must not hold up the others: among them may be one that was revoked.
    const taken = takenIds(engine.config(), stored)
    for (const id of taken) {
      if (told.has(id)) continue
      log(`The key "${id}" of ${store.name} is not used: the configuration file has one of that id; revoke it.`)
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
      if (now !== version) {
        refresh()
        tellFaults(store.faults())
      }
      version = now
      fault = ''
    } catch (cause) {
      const { message } = cause as Error
      if (message !== fault) log(`Changes of keys cannot be read: ${message}`)
      fault = message
    }
  }

  function tellFaults(faults: readonly string[]): void {
    for (const sentence of faults) if (!toldFaults.has(sentence)) log(sentence)
    toldFaults = new Set(faults)
  }

  return {
    api: keysApi({ store, engine, pairSecret, audit }, refresh),
    configChanged() {
      version = undefined
    },
    watch() {
      look()
      store.follow(look)
      looking = setInterval(look, LOOK_EVERY_MS).unref()
    },
    close: () => clearInterval(looking),
  }
}

function keysApi(
  { store, engine, pairSecret, audit }: Pick<LiveKeysOptions, 'store' | 'engine' | 'pairSecret' | 'audit'>,
  refresh: () => void,
): KeysApi['keys'] {
  let turn: Promise<unknown> = Promise.resolve()
  /** An entry takes its time, and a change must not be made to what another has changed meanwhile. */
  const inTurn = <Result>(work: () => Promise<Result>): Promise<Result> => {
    const result = turn.then(work)
    turn = result.catch(() => undefined)
    return result
  }
  const logged = <Result>(
    by: Actor,
    action: AuditAction,
    subject: string,
    details: Readonly<Record<string, unknown>>,
    work: () => Result | Promise<Result>,
  ): Promise<Result> => audited(audit.append, signedBy(by, { action, subject, details }), work)
  const stored = async (
    by: Actor,
    action: AuditAction,
    subject: string,
    details: object,
    work: () => Promise<unknown>,
  ): Promise<void> => {
    await logged(by, action, subject, { ...details }, work)
    refresh()
  }
  /** One of another workspace is not there. */
  const seen = (by: Actor, id: string): VirtualKey => {
    const known = engine.keys().find((key) => key.id === id && isWithin(by, key.workspace))
    if (known === undefined) throw new GatewayError('not_found', `There is no key with the id "${id}".`)
    return known
  }
  /** One that only the store decides about. */
  const ownKey = (by: Actor, id: string): StoredKey => {
    const known = seen(by, id)
    if (known.revokedAt !== undefined) throw new GatewayError('revoked_key', `The key "${id}" was revoked.`)
    const own = known.source === 'api' || known.source === 'first-start' ? store.storedKey(id) : undefined
    if (own !== undefined) return own
    const place = known.source === 'environment' ? 'environment' : 'configuration file'
    throw new GatewayError('conflict', `The key "${id}" comes from the ${place}; change it there.`)
  }
  const warningsOf = (key: VirtualKey): readonly string[] =>
    unmatchedIn(key, { resolver: engine.resolver(), accounts: engine.accounts() })
  /** A new workspace is made by its first key, and has no settings: one that looks like another may be a slip. */
  const workspaceSlip = (by: Actor, workspace: string): readonly string[] => {
    const known = new Set([...engine.config().workspaces, ...engine.keys().map((key) => key.workspace)])
    // Who is of one workspace learns of no other.
    if (known.has(workspace) || by.workspace !== undefined) return []
    const others = [...known].filter((name) => familyOf(name) !== familyOf(workspace))
    return nearestNames(workspace, others, 1).map(
      (near) => `The workspace "${workspace}" is new, and no settings are for it. Did you mean "${near}"?`,
    )
  }
  return {
    list: engine.keys,
    create: (by, { id, workspace, models = ['*'], ...settings }) =>
      inTurn(async () => {
        if (engine.keys().some((key) => key.id === id))
          throw new GatewayError('conflict', `There is a key with the id "${id}" already.`)
        if (settings.expiresAt != null && Date.parse(settings.expiresAt) <= Date.now())
          throw new GatewayError('invalid_request', '`expiresAt` is over already.', { param: 'expiresAt' })
        const slip = workspaceSlip(by, workspace)
        const key = generateKey()
        const row = { id, hash: hashKey(key), workspace, models, source: 'api', createdAt: Date.now() } as const
        const record = { ...row, ...settingsOfKey(id, settings) }
        await stored(by, 'key-created', id, { workspace, models, ...settings }, () =>
          store.addKey({ ...row, settings }),
        )
        return { key, record, warnings: [...slip, ...warningsOf(record)] }
      }),
    get: seen,
    change: (by, id, changes) =>
      inTurn(async () => {
        const { record, shown } = changed(ownKey(by, id), changes)
        await stored(by, 'key-changed', id, changes, () => store.changeKey(record))
        return { record: shown, warnings: warningsOf(shown) }
      }),
    rotate: (by, id, overlapSeconds) =>
      inTurn(async () => {
        const key = generateKey()
        const record = rotated(ownKey(by, id), { hash: hashKey(key), overlapSeconds, nowMs: Date.now() })
        await stored(by, 'key-rotated', id, { overlapSeconds }, () => store.changeKey(record))
        return { key, record: { ...record, ...settingsOfKey(id, record.settings) } }
      }),
    async pair(by, id) {
      const known = seen(by, id)
      if (known.revokedAt !== undefined) throw new GatewayError('revoked_key', `The key "${id}" was revoked.`)
      return await logged(by, 'key-pair-shown', id, {}, () => keyPairOf(known, pairSecret))
    },
    revoke: (by, id) =>
      inTurn(async () => {
        const known = seen(by, id)
        // The value of a key that the file names without one is in the store, and stays revoked there.
        const isStored = store.keys().some((key) => key.id === id && key.hash === known.hash)
        if (!isStored) {
          throw new GatewayError(
            'conflict',
            `The key "${id}" comes from the ${known.source === 'file' ? 'configuration file' : 'environment'}; take it out there.`,
          )
        }
        await stored(by, 'key-revoked', id, {}, () => store.revokeKey(id, Date.now()))
      }),
  }
}

/** `team-a` and `team-b`, `dev1` and `dev2` are called so on purpose. */
function familyOf(name: string): string {
  return name.replace(/[-_.][^-_.]*$|\d+$/, '')
}
