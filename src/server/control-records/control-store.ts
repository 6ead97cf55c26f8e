import type { VirtualKey } from '../../core/calls/registry.ts'
import { GatewayError } from '../../core/errors.ts'
import type { SealedCredential } from '../../core/secrets/sealed-credential.ts'
import type { ManagementKey } from '../../registry/access.ts'
import type { ControlEngine, ControlRows, ControlStatement } from './control-engine.ts'
import { type ControlRecords, createControlReader, type StoredKey } from './control-rows.ts'

export type { StoredKey } from './control-rows.ts'

/**
 * Control-plane records that outlive the process: keys by their hash, and hashes of tokens. Never asked on the request path.
 * All of it may throw `store_unavailable`. What is changed may have been changed by another gateway or command meanwhile: that is
 * a `conflict`, and nothing is changed then.
 */
export interface ControlStore {
  keys(): readonly VirtualKey[]
  /** Throws `conflict` when the id is taken. */
  addKey(key: StoredKey): Promise<void>
  /** What is kept of one that was not revoked. */
  storedKey(id: string): StoredKey | undefined
  /** Replaces what may change of a key as `storedKey` gave it: its value, models and settings. */
  changeKey(key: StoredKey): Promise<void>
  /** False when there is no such key, or it was revoked before. */
  revokeKey(id: string, at: number): Promise<boolean>
  /** What a start made up. */
  keepFirst(keys: readonly StoredKey[], settings: readonly (readonly [name: string, value: string])[]): Promise<void>
  managementKeys(): readonly ManagementKey[]
  managementKeyByHash(hash: string): ManagementKey | undefined
  addManagementKey(key: ManagementKey): Promise<void>
  revokeManagementKey(id: string, at: number): Promise<void>
  /** Sealed. */
  credentials(): readonly SealedCredential[]
  /** Adds one that has no `before`, or replaces that. */
  putCredential(kept: SealedCredential, before: SealedCredential | undefined): Promise<void>
  /** All that there are, wrapped for another master key. */
  rewrapCredentials(all: readonly RewrappedCredential[]): Promise<void>
  removeCredential(kept: SealedCredential): Promise<void>
  setting(name: string): string | undefined
  /** `before`: what it was when it was read. */
  setSetting(name: string, value: string, before: string | undefined): Promise<void>
  /** Another one when another process, or another connection of this one, has changed something. */
  version(): number
  /** Calls it as soon as a change is heard of. */
  follow(changed: () => void): void
  /** What is wrong now, in sentences for everybody. */
  reasons(): readonly string[]
  /** A sentence for each row that cannot be read, for the log: they name keys. */
  faults(): readonly string[]
  /** As in sentences: "control.db". */
  readonly name: string
  close(): void | Promise<void>
}

export interface RewrappedCredential {
  readonly before: SealedCredential
  readonly kept: SealedCredential
}

/** The same over each engine: what can be kept, and what may change, is decided here. */
export function createControlStore(engine: ControlEngine): ControlStore {
  const readRows = createControlReader(engine.name)
  let read: { readonly rows: ControlRows; readonly records: ControlRecords } | undefined
  const records = (): ControlRecords => {
    const rows = engine.rows()
    if (read?.rows !== rows) read = { rows, records: readRows(rows) }
    return read.records
  }
  const change = async (statements: readonly ControlStatement[]): Promise<readonly number[]> => {
    // PostgreSQL keeps no text with it.
    if (statements.some(({ values }) => values.some((value) => typeof value === 'string' && value.includes('\0'))))
      throw new GatewayError('invalid_request', 'A text holds the character U+0000, which cannot be kept.')
    return await engine.change(statements)
  }
  return {
    name: engine.name,
    keys: () => records().keys,
    async addKey(key) {
      await change([insertKey(key)])
    },
    storedKey(id) {
      const key = records().storedKeys.get(id)
      return key?.revokedAt === undefined ? key : undefined
    },
    async changeKey({ id, hash, models, settings = {}, changes = 0 }) {
      const sql = `UPDATE virtual_key SET hash = ?, models = ?, settings = ?, changes = changes + 1
        WHERE id = ? AND changes = ? AND revoked_at IS NULL RETURNING id`
      const values = [hash, JSON.stringify(models), JSON.stringify(settings), id, changes]
      await change([{ sql, values, otherwise: () => changedMeanwhile(`The key "${id}"`) }])
    },
    async revokeKey(id, at) {
      const sql = 'UPDATE virtual_key SET revoked_at = ? WHERE id = ? AND revoked_at IS NULL RETURNING id'
      const [count] = await change([{ sql, values: [at, id] }])
      return count === 1
    },
    async keepFirst(keys, settings) {
      if (keys.length === 0 && settings.length === 0) return
      const message = 'Another gateway was started for the first time at the same moment; start this one again.'
      const otherwise = (): GatewayError => new GatewayError('conflict', message)
      const inserts = [...keys.map(insertKey), ...settings.map(([name, value]) => insertSetting(name, value))]
      await change(inserts.map((insert) => ({ ...insert, otherwise })))
    },
    managementKeys: () => records().managementKeys,
    managementKeyByHash: (hash) => records().managementKeysByHash.get(hash),
    async addManagementKey({ id, hash, owner, workspace = null, grant, createdAt, expiresAt = null }) {
      const sql = `INSERT INTO management_key (id, hash, owner, workspace, access, created_at, expires_at)
        VALUES (?, ?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING RETURNING id`
      const values = [id, hash, owner, workspace, JSON.stringify(grant), createdAt, expiresAt]
      const message = `There is a management key with the id "${id}" already; choose another.`
      await change([{ sql, values, otherwise: () => new GatewayError('conflict', message) }])
    },
    async revokeManagementKey(id, at) {
      const sql = 'UPDATE management_key SET revoked_at = ? WHERE id = ? AND revoked_at IS NULL RETURNING id'
      const message = `There is no management key with the id "${id}".`
      await change([{ sql, values: [at, id], otherwise: () => new GatewayError('not_found', message) }])
    },
    credentials: () => records().credentials,
    async putCredential(kept, before) {
      const { workspace, name, version, masterId, wrappedKey, ciphertext, createdAt, changedAt } = kept
      const insert = `INSERT INTO credential (workspace, name, version, master_id, wrapped_key, ciphertext, created_at, changed_at)
        VALUES (?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING RETURNING name`
      await change([
        ...(before === undefined ? [] : [deleteCredential(before)]),
        {
          sql: insert,
          values: [workspace, name, version, masterId, wrappedKey, ciphertext, createdAt, changedAt],
          otherwise: () => changedMeanwhile(`The credential "${name}"`),
        },
        oneMasterKey,
      ])
    },
    async rewrapCredentials(all) {
      const sql = `UPDATE credential SET master_id = ?, wrapped_key = ?
        WHERE workspace = ? AND name = ? AND version = ? AND master_id = ? RETURNING name`
      const statements = all.map(({ kept, before: { workspace, name, version, masterId } }) => ({
        sql,
        values: [kept.masterId, kept.wrappedKey, workspace, name, version, masterId],
        otherwise: () => changedMeanwhile(`The credential "${name}"`),
      }))
      await change([...statements, oneMasterKey])
    },
    async removeCredential(kept) {
      await change([deleteCredential(kept)])
    },
    setting: (name) => records().settings.get(name),
    async setSetting(name, value, before) {
      const sql = 'UPDATE setting SET value = ? WHERE name = ? AND value = ? RETURNING name'
      await change([
        before === undefined
          ? insertSetting(name, value)
          : { sql, values: [value, name, before], otherwise: () => changedMeanwhile(`The setting "${name}"`) },
      ])
    },
    version: engine.version,
    follow: engine.follow,
    reasons() {
      // A store that cannot be read says so to those who ask it for something.
      const count = read?.records.faults.length ?? 0
      const damaged = `Rows of ${engine.name} cannot be read and are not used (${count}); the log names them.`
      return [...engine.reasons(), ...(count === 0 ? [] : [damaged])]
    },
    faults: () => records().faults,
    close: engine.close,
  }
}

function insertKey({ id, hash, workspace, models, source, createdAt, settings = {} }: StoredKey): ControlStatement {
  return {
    sql: `INSERT INTO virtual_key (id, hash, workspace, models, source, created_at, settings)
      VALUES (?, ?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING RETURNING id`,
    values: [id, hash, workspace, JSON.stringify(models), source, createdAt, JSON.stringify(settings)],
    otherwise: () => idTaken(id),
  }
}

function insertSetting(name: string, value: string): ControlStatement {
  return {
    sql: 'INSERT INTO setting (name, value) VALUES (?, ?) ON CONFLICT DO NOTHING RETURNING name',
    values: [name, value],
    otherwise: () => changedMeanwhile(`The setting "${name}"`),
  }
}

function deleteCredential({ workspace, name, version, masterId }: SealedCredential): ControlStatement {
  return {
    sql: 'DELETE FROM credential WHERE workspace = ? AND name = ? AND version = ? AND master_id = ? RETURNING name',
    values: [workspace, name, version, masterId],
    otherwise: () => changedMeanwhile(`The credential "${name}"`),
  }
}

/** With two master keys in use, whichever is given, some could not be opened. */
const oneMasterKey: ControlStatement = {
  sql: 'SELECT 1 AS one WHERE (SELECT count(DISTINCT master_id) FROM credential) <= 1',
  values: [],
  otherwise: () => changedMeanwhile('A kept credential'),
}

function changedMeanwhile(what: string): GatewayError {
  return new GatewayError(
    'conflict',
    `${what} was changed by somebody else at the same time; look at it and try again.`,
  )
}

export function idTaken(id: string): GatewayError {
  const message = `There is a key with the id "${id}" already, in use or revoked; choose another.`
  return new GatewayError('conflict', message)
}
