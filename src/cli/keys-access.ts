import { existsSync } from 'node:fs'
import type { VirtualKey } from '../core/calls/registry.ts'
import type { AuditAction } from '../core/record/audit.ts'
import { effectiveKeys } from '../registry/effective-keys.ts'
import { type KeyPair, keyPairOf } from '../registry/key-pairs.ts'
import { generateKey, hashKey } from '../registry/virtual-keys.ts'
import { audited } from '../server/audit/audit.ts'
import { openAudit } from '../server/audit/open-audit.ts'
import { describeKey, type KeyDescription } from '../server/control/keys.ts'
import { type ControlStore, idTaken } from '../server/control-records/control-store.ts'
import { openControlBeside } from '../server/control-records/open-control.ts'
import { environmentKeys } from '../server/first-start.ts'
import { changed, type KeySettings, rotated, settingsOfKey } from '../server/keys/key-settings.ts'
import { openPairSecret } from '../server/secrets/pair-secret.ts'
import { printableLines } from './command.ts'
import { defaultConfigPath } from './config-path.ts'
import { askControl } from './control-client.ts'

export interface Made {
  readonly key: string
  /** Sentences about models that nothing serves now. */
  readonly warnings?: readonly string[]
}

type Wanted = KeySettings & { readonly id: string; readonly workspace: string }

/** Keys of a gateway: through its control plane, or in its data directory. */
export interface KeysAccess {
  list(): Promise<readonly KeyDescription[]>
  get(id: string): Promise<KeyDescription>
  create(wanted: Wanted): Promise<Made>
  /** What is not given stays. Gives sentences about what is not there now. */
  change(id: string, changes: KeySettings): Promise<readonly string[]>
  rotate(id: string, overlapSeconds: number): Promise<Made>
  revoke(id: string): Promise<void>
  pair(id: string): Promise<KeyPair>
}

export function remoteKeys(url: string): KeysAccess {
  return {
    async list() {
      const { data } = (await askControl(url, '/api/v1/keys')) as { data: readonly KeyDescription[] }
      return data
    },
    async get(id) {
      return (await askControl(url, `/api/v1/keys/${encodeURIComponent(id)}`)) as KeyDescription
    },
    async change(id, changes) {
      const path = `/api/v1/keys/${encodeURIComponent(id)}`
      const { warnings } = (await askControl(url, path, { method: 'PATCH', body: changes })) as {
        warnings: readonly string[]
      }
      return warnings
    },
    async create(wanted) {
      return (await askControl(url, '/api/v1/keys', { method: 'POST', body: wanted })) as Made
    },
    async rotate(id, overlapSeconds) {
      const path = `/api/v1/keys/${encodeURIComponent(id)}/rotate`
      return (await askControl(url, path, { method: 'POST', body: { overlapSeconds } })) as Made
    },
    async revoke(id) {
      await askControl(url, `/api/v1/keys/${encodeURIComponent(id)}`, { method: 'DELETE' })
    },
    async pair(id) {
      return (await askControl(url, `/api/v1/keys/${encodeURIComponent(id)}/key-pair`, { method: 'POST' })) as KeyPair
    },
  }
}

/** What a gateway here would start with. Nothing, and a sentence, when the file is not valid: keys can be revoked all the same. */
async function configHere(file: string | undefined, data: string) {
  // What reads configurations is most of the program, and a running gateway is asked without it.
  const { configInUse, resolvedIn } = await import('./config-in-use.ts')
  const { unmatchedIn } = await import('../server/unmatched-keys.ts')
  try {
    const used = configInUse(file, data)
    const hasFile = file !== undefined || existsSync(defaultConfigPath)
    return {
      config: used.config,
      hasFile,
      unmatched: (key: Pick<VirtualKey, 'models' | 'scope'>) => unmatchedIn(key, resolvedIn(used)),
    }
  } catch (fault) {
    process.stderr.write(`${printableLines((fault as Error).message)}\nWhat the file says does not count here.\n`)
    return undefined
  }
}

export function keysIn(data: string, configFile: string | undefined): KeysAccess {
  const withOpen = async <T>(use: (store: ControlStore) => T | Promise<T>): Promise<T> => {
    const store = await openControlBeside(data, process.env)
    try {
      return await use(store)
    } finally {
      await store.close()
    }
  }
  /** A change that cannot be written down is not made. */
  const logged = async (action: AuditAction, id: string, details: object, work: () => unknown): Promise<void> => {
    const log = openAudit(data)
    try {
      await audited(log.append, { actor: 'cli', action, subject: id, details: { ...details } }, work)
    } finally {
      log.close()
    }
  }
  const notThere = async (id: string, done: string, outside: string): Promise<Error> => {
    const { keys = [], keysToGenerate = [] } = (await configHere(configFile, data))?.config ?? {}
    if ([...keys, ...keysToGenerate].some((key) => key.id === id)) {
      return new Error(`The key "${id}" stands in ${configFile ?? defaultConfigPath}; ${outside} there.`)
    }
    if (environmentKeys(process.env['PORTCULLIS_KEY']).some((key) => key.id === id)) {
      return new Error(`The key "${id}" is that of PORTCULLIS_KEY; start without it, or with another.`)
    }
    return new Error(`There is no key "${id}" that could be ${done}.`)
  }
  const list = async (): Promise<readonly KeyDescription[]> => {
    const stored = await withOpen((store) => store.keys())
    const here = await configHere(configFile, data)
    // Of a key of the file the store knows the value only.
    const unknown = '(file)'
    const known =
      here?.hasFile !== true
        ? stored.map((key) => (key.source === 'file' ? { ...key, workspace: unknown, models: [unknown] } : key))
        : effectiveKeys(here.config, stored)
    // The variable may be set for a client, with a key that is listed already.
    const [own] = environmentKeys(process.env['PORTCULLIS_KEY']).filter(({ hash }) =>
      known.every((key) => key.hash !== hash),
    )
    return [...(own === undefined ? [] : [own]), ...known].map(describeKey)
  }
  return {
    list,
    async get(id) {
      const found = (await list()).find((key) => key.id === id)
      if (found === undefined) throw new Error(`There is no key with the id "${id}".`)
      return found
    },
    async change(id, changes) {
      const here = await configHere(configFile, data)
      return await withOpen(async (store) => {
        const known = store.storedKey(id)
        if (known === undefined || known.source === 'file') throw await notThere(id, 'changed', 'change it')
        const { record, shown } = changed(known, changes)
        await logged('key-changed', id, changes, () => store.changeKey(record))
        return here?.unmatched(shown) ?? []
      })
    },
    async create({ id, workspace, models = ['*'], ...settings }) {
      // What cannot be kept is refused before anything is stored.
      const shown = { models, ...settingsOfKey(id, settings) }
      const here = await configHere(configFile, data)
      const warnings = here?.unmatched(shown) ?? []
      const key = generateKey()
      const row = { id, hash: hashKey(key), workspace, models, source: 'api', createdAt: Date.now(), settings } as const
      await withOpen(async (store) => {
        if (store.keys().some((known) => known.id === id)) throw idTaken(id)
        await logged('key-created', id, { workspace, models, ...settings }, () => store.addKey(row))
      })
      return { key, warnings }
    },
    async rotate(id, overlapSeconds) {
      const key = generateKey()
      await withOpen(async (store) => {
        const known = store.storedKey(id)
        if (known === undefined || known.source === 'file') throw await notThere(id, 'rotated', 'change it')
        const record = rotated(known, { hash: hashKey(key), overlapSeconds, nowMs: Date.now() })
        await logged('key-rotated', id, { overlapSeconds }, () => store.changeKey(record))
      })
      return { key }
    },
    async revoke(id) {
      const isRevoked = await withOpen(async (store) => {
        if (!store.keys().some((key) => key.id === id && key.revokedAt === undefined)) return false
        await logged('key-revoked', id, {}, () => store.revokeKey(id, Date.now()))
        return true
      })
      if (isRevoked) return
      throw await notThere(id, 'revoked', 'take it out')
    },
    async pair(id) {
      const found = (await withOpen((store) => store.keys())).find(
        (key) => key.id === id && key.revokedAt === undefined,
      )
      if (found !== undefined) {
        await logged('key-pair-shown', id, {}, () => undefined)
        return keyPairOf(found, openPairSecret(data))
      }
      throw new Error(`There is no key "${id}" in ${data}; one that the file gives its value is known with --url only.`)
    },
  }
}
