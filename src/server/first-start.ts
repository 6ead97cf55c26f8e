import { isIP } from 'node:net'
import type { VirtualKey } from '../core/calls/registry.ts'
import { effectiveKeys } from '../registry/effective-keys.ts'
import { generateKey, hashKey } from '../registry/virtual-keys.ts'
import type { CompiledConfig } from './config/compile.ts'
import { type ControlStore, idTaken } from './control-records/control-store.ts'
import { checkOwnSecrets } from './process/environment.ts'

/** What a start made up: each is shown once and kept as a hash only. */
export interface ShownOnce {
  readonly keys: readonly { readonly id: string; readonly key: string }[]
  readonly adminToken?: string
}

export interface Secrets {
  readonly adminTokenHash: string
  /** Keys of the environment and the store; those of the file come with each configuration. */
  readonly keys: readonly VirtualKey[]
  readonly shown: ShownOnce
  /** Writes down what was made up. For when the start has succeeded: what nobody was shown must be made anew. */
  keep(): Promise<void>
}

const adminTokenSetting = 'admin-token-sha256'

/**
 * Completes what a gateway needs to be used: an admin token, and a first virtual key when there is no key at all.
 * `PORTCULLIS_ADMIN_TOKEN` and `PORTCULLIS_KEY` win over what was made up before. Throws a sentence when the listener would be open to others.
 */
export function prepareSecrets(
  store: ControlStore,
  config: CompiledConfig,
  environment: NodeJS.ProcessEnv,
  { host, now }: { readonly host: string; readonly now: number },
): Secrets {
  checkOwnSecrets(environment, !isLoopback(host))
  const fromEnvironment = environment['PORTCULLIS_KEY']
  const usable = effectiveKeys(config, store.keys()).filter(({ revokedAt }) => revokedAt === undefined).length
  // Before a key is made: one that this start made up must not be what lets the next one through.
  checkExposure(host, (fromEnvironment ? 1 : 0) + usable)
  const stored = store.keys()
  const made: { readonly key: string; readonly record: VirtualKey }[] = []
  const make = (wanted: Pick<VirtualKey, 'id' | 'workspace' | 'models' | 'source'>): void => {
    if (stored.some(({ id }) => id === wanted.id)) throw idTaken(wanted.id)
    const key = generateKey()
    made.push({ key, record: { ...wanted, hash: hashKey(key), createdAt: now } })
  }
  for (const key of keysNotMade(config, stored)) make({ ...key, source: 'file' })
  const hasKey = fromEnvironment || config.keys.length > 0 || config.keysToGenerate.length > 0 || stored.length > 0
  if (!hasKey) make({ id: 'first', workspace: 'default', models: ['*'], source: 'first-start' })
  const adminToken = adminTokenOf(store, environment['PORTCULLIS_ADMIN_TOKEN'])
  const keys = [...environmentKeys(fromEnvironment), ...stored, ...made.map(({ record }) => record)]
  const both = [...config.keys, ...keys].find(({ hash }) => hash === adminToken.hash)
  if (both !== undefined) {
    throw new Error(
      `The virtual key "${both.id}" is the admin token too: whoever may call a model could make keys. Choose two values.`,
    )
  }
  return {
    adminTokenHash: adminToken.hash,
    keys,
    shown: {
      keys: made.map(({ key, record: { id } }) => ({ id, key })),
      ...(adminToken.shown === undefined ? {} : { adminToken: adminToken.shown }),
    },
    keep: () =>
      store.keepFirst(
        made.map(({ record }) => record),
        adminToken.shown === undefined ? [] : [[adminTokenSetting, adminToken.hash]],
      ),
  }
}

export function environmentKeys(key: string | undefined): VirtualKey[] {
  if (!key) return []
  const [id, workspace, models] = ['environment', 'default', ['*']] as const
  return [{ id, hash: hashKey(key), workspace, models, source: 'environment', createdAt: 0 }]
}

/** Keys of the file without a value, whose value was not made yet. */
export function keysNotMade(
  { keysToGenerate }: Pick<CompiledConfig, 'keysToGenerate'>,
  stored: readonly VirtualKey[],
): CompiledConfig['keysToGenerate'] {
  const made = new Set(stored.filter(({ source }) => source === 'file').map(({ id }) => id))
  return keysToGenerate.filter(({ id }) => !made.has(id))
}

function adminTokenOf(
  store: ControlStore,
  fromEnvironment: string | undefined,
): { readonly hash: string; readonly shown?: string } {
  if (fromEnvironment) return { hash: hashKey(fromEnvironment) }
  const known = store.setting(adminTokenSetting)
  if (known !== undefined) return { hash: known }
  const token = generateKey().replace(/^pcl_/, 'pca_')
  return { hash: hashKey(token), shown: token }
}

/**
 * No open mode by accident. A listener that others can reach needs a key that somebody chose: one that this start made
 * up is printed to a terminal or a log that nobody may be reading. Throws a sentence that says what to do.
 */
function checkExposure(host: string, chosenKeys: number): void {
  if (isLoopback(host) || chosenKeys > 0) return
  throw new Error(
    `Refusing to listen on ${host}, which other machines can reach, without a virtual key of your own: set PORTCULLIS_KEY, add \`keys\` to portcullis.yaml, or listen on 127.0.0.1.`,
  )
}

export function isLoopback(host: string): boolean {
  const name = host.replace(/^\[|\]$/g, '').toLowerCase()
  if (isIP(name) === 4) return name.startsWith('127.')
  return name === 'localhost' || name === '::1' || name.endsWith('.localhost')
}
