import { DatabaseSync } from 'node:sqlite'
import * as z from 'zod'
import { GatewayError } from '../core/errors.ts'
import type { VirtualKey } from '../core/registry.ts'
import type { SealedCredential } from '../core/sealed-credential.ts'
import { storageFault } from '../core/storage-state.ts'
import type { Grant, ManagementKey } from '../registry/access.ts'
import { allPermissions, type Permission, roleNames } from '../registry/roles.ts'
import { StoredSettings, settingsOfKey } from './key-settings.ts'

/** A role or permission of a later version is none here: it would grant something that this one does not know. */
const StoredGrant: z.ZodType<Grant> = z.union([
  z.strictObject({ role: z.enum(roleNames) }),
  z.strictObject({ permissions: z.array(z.enum(allPermissions as [Permission, ...Permission[]])) }),
])

/** A key as its row has it. */
export type StoredKey = Pick<
  VirtualKey,
  'id' | 'hash' | 'workspace' | 'models' | 'source' | 'createdAt' | 'revokedAt'
> & { readonly settings?: StoredSettings }

/**
 * Control-plane records that outlive the process: keys by their hash, and hashes of tokens. Never asked on the request path.
 * All of it may throw `store_unavailable`.
 */
export interface ControlStore {
  keys(): readonly VirtualKey[]
  /** Throws `conflict` when the id is taken. */
  addKey(key: StoredKey): void
  /** What is kept of one that was not revoked. */
  storedKey(id: string): StoredKey | undefined
  /** Replaces what may change of a key: its value, models and settings. */
  changeKey(key: StoredKey): void
  /** False when there is no such key, or it was revoked before. */
  revokeKey(id: string, at: number): boolean
  managementKeys(): readonly ManagementKey[]
  managementKeyByHash(hash: string): ManagementKey | undefined
  addManagementKey(key: ManagementKey): void
  revokeManagementKey(id: string, at: number): void
  /** Sealed. */
  credentials(): readonly SealedCredential[]
  /** Adds or replaces them, all or none. */
  putCredentials(kept: readonly SealedCredential[]): void
  removeCredential(workspace: string, name: string): void
  setting(name: string): string | undefined
  setSetting(name: string, value: string): void
  /** Another one when another process, or another connection of this one, has changed something. */
  version(): number
  close(): void
}

const migrations = [
  `CREATE TABLE virtual_key (
     id TEXT PRIMARY KEY, hash TEXT NOT NULL UNIQUE, workspace TEXT NOT NULL, models TEXT NOT NULL,
     source TEXT NOT NULL, created_at INTEGER NOT NULL, revoked_at INTEGER
   ) STRICT;
   CREATE TABLE setting (name TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT;`,
  // JSON: `StoredSettings`.
  `ALTER TABLE virtual_key ADD COLUMN settings TEXT NOT NULL DEFAULT '{}';`,
  // JSON: `Grant`.
  `CREATE TABLE management_key (
     id TEXT PRIMARY KEY, hash TEXT NOT NULL UNIQUE, owner TEXT NOT NULL, workspace TEXT, access TEXT NOT NULL,
     created_at INTEGER NOT NULL, expires_at INTEGER, revoked_at INTEGER
   ) STRICT;`,
  `CREATE TABLE credential (
     workspace TEXT NOT NULL, name TEXT NOT NULL, version INTEGER NOT NULL, master_id TEXT NOT NULL, wrapped_key TEXT NOT NULL,
     ciphertext TEXT NOT NULL, created_at INTEGER NOT NULL, changed_at INTEGER NOT NULL, PRIMARY KEY (workspace, name)
   ) STRICT;`,
]

/** Waiting for a lock holds up the calls of this process too. */
const BUSY_TIMEOUT_MS = 100

export function openControlStore(path: string): ControlStore {
  const database = guarded(() => open(path))
  const select = database.prepare(
    'SELECT id, hash, workspace, models, source, created_at, revoked_at, settings FROM virtual_key ORDER BY created_at, id',
  )
  const selectOne = database.prepare('SELECT * FROM virtual_key WHERE id = ? AND revoked_at IS NULL')
  const change = database.prepare('UPDATE virtual_key SET hash = ?, models = ?, settings = ? WHERE id = ?')
  const insert = database.prepare(
    'INSERT INTO virtual_key (id, hash, workspace, models, source, created_at, settings) VALUES (?, ?, ?, ?, ?, ?, ?)',
  )
  const revoke = database.prepare('UPDATE virtual_key SET revoked_at = ? WHERE id = ? AND revoked_at IS NULL')
  const selectManagement = database.prepare('SELECT * FROM management_key ORDER BY created_at, id')
  const managementByHash = database.prepare('SELECT * FROM management_key WHERE hash = ?')
  const insertManagement = database.prepare(
    'INSERT INTO management_key (id, hash, owner, workspace, access, created_at, expires_at) VALUES (?, ?, ?, ?, ?, ?, ?)',
  )
  const revokeManagement = database.prepare(
    'UPDATE management_key SET revoked_at = ? WHERE id = ? AND revoked_at IS NULL',
  )
  const selectCredentials = database.prepare('SELECT * FROM credential ORDER BY workspace, name')
  const putCredential = database.prepare('INSERT OR REPLACE INTO credential VALUES (?, ?, ?, ?, ?, ?, ?, ?)')
  const deleteCredential = database.prepare('DELETE FROM credential WHERE workspace = ? AND name = ?')
  const dataVersion = database.prepare('PRAGMA data_version')
  const getSetting = database.prepare('SELECT value FROM setting WHERE name = ?')
  const putSetting = database.prepare(
    'INSERT INTO setting (name, value) VALUES (?, ?) ON CONFLICT (name) DO UPDATE SET value = excluded.value',
  )
  return {
    keys: () => guarded(() => select.all().map(readKey)),
    addKey: (key) =>
      guarded(() => {
        try {
          const { id, hash, workspace, models, source, createdAt, settings = {} } = key
          insert.run(id, hash, workspace, JSON.stringify(models), source, createdAt, JSON.stringify(settings))
        } catch (cause) {
          if (!String(cause).includes('UNIQUE')) throw cause
          throw idTaken(key.id, cause)
        }
      }),
    storedKey: (id) =>
      guarded(() => {
        const row = selectOne.get(id)
        return row === undefined ? undefined : { ...columnsOf(row), settings: settingsIn(row) }
      }),
    changeKey: ({ id, hash, models, settings = {} }) =>
      void guarded(() => change.run(hash, JSON.stringify(models), JSON.stringify(settings), id)),
    revokeKey: (id, at) => guarded(() => revoke.run(at, id).changes === 1),
    managementKeys: () => guarded(() => selectManagement.all().map(readManagementKey)),
    managementKeyByHash: (hash) =>
      guarded(() => {
        const row = managementByHash.get(hash)
        return row === undefined ? undefined : readManagementKey(row)
      }),
    addManagementKey: ({ id, hash, owner, workspace = null, grant, createdAt, expiresAt = null }) =>
      void guarded(() => insertManagement.run(id, hash, owner, workspace, JSON.stringify(grant), createdAt, expiresAt)),
    revokeManagementKey: (id, at) => void guarded(() => revokeManagement.run(at, id)),
    credentials: () => guarded(() => selectCredentials.all().map(readCredential)),
    putCredentials: (kept) =>
      void guarded(() => {
        database.exec('BEGIN IMMEDIATE')
        try {
          for (const { workspace, name, version, masterId, wrappedKey, ciphertext, createdAt, changedAt } of kept)
            putCredential.run(workspace, name, version, masterId, wrappedKey, ciphertext, createdAt, changedAt)
          database.exec('COMMIT')
        } catch (fault) {
          database.exec('ROLLBACK')
          throw fault
        }
      }),
    removeCredential: (workspace, name) => void guarded(() => deleteCredential.run(workspace, name)),
    setting: (name) =>
      guarded(() => {
        const value = getSetting.get(name)?.['value']
        return typeof value === 'string' ? value : undefined
      }),
    setSetting: (name, value) => void guarded(() => putSetting.run(name, value)),
    version: () => guarded(() => Number(dataVersion.get()?.['data_version'])),
    close: () => database.close(),
  }
}

export function idTaken(id: string, cause?: unknown): GatewayError {
  return new GatewayError(
    'conflict',
    `There is a key with the id "${id}" already, in use or revoked; choose another.`,
    {
      cause,
    },
  )
}

function open(path: string): DatabaseSync {
  const database = new DatabaseSync(path, { timeout: BUSY_TIMEOUT_MS })
  try {
    database.exec('PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL;')
    migrate(database)
    return database
  } catch (fault) {
    database.close()
    throw fault
  }
}

/** Every fault of the engine leaves as a sentence. https://www.sqlite.org/rescode.html; the low byte is the primary code. */
function guarded<Result>(work: () => Result): Result {
  try {
    return work()
  } catch (cause) {
    const code = cause instanceof Error && 'errcode' in cause ? Number(cause.errcode) & 0xff : undefined
    if (code === undefined) throw cause
    const text = faultTexts.get(code) ?? storageFault(cause)
    throw new GatewayError('store_unavailable', `control.db ${text}.`, { cause })
  }
}

const faultTexts: ReadonlyMap<number, string> = new Map([
  [11, 'is damaged; restore a backup, or move it away: keys and the admin token are then made anew'],
  [26, 'is no database; restore a backup, or move it away: keys and the admin token are then made anew'],
])

function migrate(database: DatabaseSync): void {
  const version = Number(database.prepare('PRAGMA user_version').get()?.['user_version'] ?? 0)
  if (version > migrations.length)
    throw new Error('control.db was written by a newer version of Portcullis; start that one.')
  for (const [index, statements] of migrations.entries()) {
    if (index >= version) database.exec(`BEGIN; ${statements} PRAGMA user_version = ${index + 1}; COMMIT;`)
  }
}

function readKey(row: Record<string, unknown>): VirtualKey {
  const key = columnsOf(row)
  return { ...key, ...settingsOfKey(key.id, settingsIn(row)) }
}

function readManagementKey(row: Record<string, unknown>): ManagementKey {
  const { workspace, expires_at: expiresAt, revoked_at: revokedAt } = row
  return {
    id: String(row['id']),
    hash: String(row['hash']),
    owner: String(row['owner']),
    ...(typeof workspace === 'string' ? { workspace } : {}),
    grant: StoredGrant.parse(JSON.parse(String(row['access']))),
    createdAt: Number(row['created_at']),
    ...(typeof expiresAt === 'number' ? { expiresAt } : {}),
    ...(typeof revokedAt === 'number' ? { revokedAt } : {}),
  }
}

function readCredential(row: Record<string, unknown>): SealedCredential {
  return {
    workspace: String(row['workspace']),
    name: String(row['name']),
    version: Number(row['version']),
    masterId: String(row['master_id']),
    wrappedKey: String(row['wrapped_key']),
    ciphertext: String(row['ciphertext']),
    createdAt: Number(row['created_at']),
    changedAt: Number(row['changed_at']),
  }
}

function settingsIn(row: Record<string, unknown>): StoredSettings {
  return StoredSettings.parse(JSON.parse(String(row['settings'])))
}

function columnsOf(row: Record<string, unknown>): Omit<StoredKey, 'settings'> {
  const revokedAt = row['revoked_at']
  return {
    id: String(row['id']),
    hash: String(row['hash']),
    workspace: String(row['workspace']),
    models: JSON.parse(String(row['models'])) as string[],
    source: row['source'] as VirtualKey['source'],
    createdAt: Number(row['created_at']),
    ...(typeof revokedAt === 'number' ? { revokedAt } : {}),
  }
}
