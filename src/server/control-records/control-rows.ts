import * as z from 'zod'
import type { VirtualKey } from '../../core/calls/registry.ts'
import { GatewayError } from '../../core/errors.ts'
import type { SealedCredential } from '../../core/secrets/sealed-credential.ts'
import type { Grant, ManagementKey } from '../../registry/access.ts'
import { allPermissions, type Permission, roleNames } from '../../registry/roles.ts'
import { StoredSettings, settingsOfKey } from '../keys/key-settings.ts'
import type { ControlRow, ControlRows } from './control-engine.ts'

/** A key as its row has it. */
export type StoredKey = Pick<
  VirtualKey,
  'id' | 'hash' | 'workspace' | 'models' | 'source' | 'createdAt' | 'revokedAt'
> & {
  readonly settings?: StoredSettings
  /** How often it was changed. */
  readonly changes?: number
}

export interface ControlRecords {
  readonly keys: readonly VirtualKey[]
  readonly storedKeys: ReadonlyMap<string, StoredKey>
  readonly managementKeys: readonly ManagementKey[]
  readonly managementKeysByHash: ReadonlyMap<string, ManagementKey>
  readonly credentials: readonly SealedCredential[]
  readonly settings: ReadonlyMap<string, string>
  /** A sentence for each row that cannot be read. What it was for does not work, and everything else does. */
  readonly faults: readonly string[]
}

/** A role or permission of a later version is none here: it would grant something that this one does not know. */
const StoredGrant: z.ZodType<Grant> = z.union([
  z.strictObject({ role: z.enum(roleNames) }),
  z.strictObject({ permissions: z.array(z.enum(allPermissions as [Permission, ...Permission[]])) }),
])

const Text = z.string().min(1)
const Hash = z.string().regex(/^[0-9a-f]{64}$/)
const Time = z.int().nonnegative()
const TimeOrNone = Time.nullish()

/** JSON in a column. */
const jsonOf = <Schema extends z.ZodType>(schema: Schema) =>
  z
    .string()
    .transform((text, context) => {
      try {
        return JSON.parse(text) as unknown
      } catch {
        context.addIssue('no JSON')
        return z.NEVER
      }
    })
    .pipe(schema)

const KeyRow = z.object({
  id: Text,
  hash: Hash,
  workspace: Text,
  models: jsonOf(z.array(z.string())),
  source: z.enum(['api', 'first-start', 'file', 'environment']),
  created_at: Time,
  revoked_at: TimeOrNone,
  settings: jsonOf(StoredSettings),
  changes: z.int(),
})

const ManagementKeyRow = z.object({
  id: Text,
  hash: Hash,
  owner: z.string(),
  workspace: Text.nullish(),
  access: jsonOf(StoredGrant),
  created_at: Time,
  expires_at: TimeOrNone,
  revoked_at: TimeOrNone,
})

const CredentialRow = z.object({
  workspace: Text,
  name: Text,
  version: z.int().positive(),
  master_id: Text,
  wrapped_key: Text,
  ciphertext: Text,
  created_at: Time,
  changed_at: Time,
})

const SettingRow = z.object({ name: Text, value: z.string() })

/** `place` is what the sentences call the store. Of rows that are as they were the last time, nothing is read again: a change of one key must not hold up calls for all others. */
export function createControlReader(place: string): (rows: ControlRows) => ControlRecords {
  const readKeys = createTableReader('key', place, readKey)
  const readManagementKeys = createTableReader('management key', place, readManagementKey)
  const readCredentials = createTableReader('credential', place, readCredential)
  const readSettings = createTableReader('setting', place, (row) => SettingRow.parse(row))
  return (rows) => {
    const keys = readKeys(rows.virtual_key)
    const managementKeys = readManagementKeys(rows.management_key)
    const credentials = readCredentials(rows.credential)
    const settings = readSettings(rows.setting)
    return {
      keys: keys.records.map(({ key }) => key),
      storedKeys: new Map(keys.records.map(({ stored }) => [stored.id, stored])),
      managementKeys: managementKeys.records,
      managementKeysByHash: new Map(managementKeys.records.map((key) => [key.hash, key])),
      credentials: credentials.records,
      settings: new Map(settings.records.map(({ name, value }) => [name, value])),
      faults: [keys, managementKeys, credentials, settings].flatMap(({ faults }) => faults),
    }
  }
}

type Outcome<Kept> = { readonly record: Kept } | { readonly fault: string }

function createTableReader<Kept>(what: string, place: string, read: (row: ControlRow) => Kept) {
  let known = new Map<string, { readonly row: ControlRow; readonly outcome: Outcome<Kept> }>()
  const outcomeOf = (row: ControlRow): Outcome<Kept> => {
    try {
      return { record: read(row) }
    } catch (fault) {
      if (!(fault instanceof z.ZodError || fault instanceof GatewayError)) throw fault
      // What is in the row is told to nobody: it may be a value in a wrong column.
      const id = JSON.stringify(String(row['id'] ?? row['name']).slice(0, 200))
      return { fault: `The ${what} ${id} of ${place} cannot be read and is not used; all others are.` }
    }
  }
  return (rows: readonly ControlRow[]): { readonly records: readonly Kept[]; readonly faults: readonly string[] } => {
    const next: typeof known = new Map()
    const records: Kept[] = []
    const faults: string[] = []
    for (const row of rows) {
      const id = `${String(row['workspace'])}\n${String(row['id'] ?? row['name'])}`
      const before = known.get(id)
      const entry = before !== undefined && isSameRow(before.row, row) ? before : { row, outcome: outcomeOf(row) }
      next.set(id, entry)
      if ('record' in entry.outcome) records.push(entry.outcome.record)
      else faults.push(entry.outcome.fault)
    }
    known = next
    return { records, faults }
  }
}

/** Columns are texts and numbers. */
function isSameRow(one: ControlRow, other: ControlRow): boolean {
  for (const column in one) if (one[column] !== other[column]) return false
  return true
}

function readKey(row: ControlRow): { readonly key: VirtualKey; readonly stored: StoredKey } {
  const { created_at: createdAt, revoked_at: revokedAt, settings, changes, ...columns } = KeyRow.parse(row)
  const key = { ...columns, createdAt, ...(revokedAt == null ? {} : { revokedAt }) }
  return { key: { ...key, ...settingsOfKey(key.id, settings) }, stored: { ...key, settings, changes } }
}

function readManagementKey(row: ControlRow): ManagementKey {
  const { workspace, access, created_at, expires_at, revoked_at, ...columns } = ManagementKeyRow.parse(row)
  return {
    ...columns,
    ...(workspace == null ? {} : { workspace }),
    grant: access,
    createdAt: created_at,
    ...(expires_at == null ? {} : { expiresAt: expires_at }),
    ...(revoked_at == null ? {} : { revokedAt: revoked_at }),
  }
}

function readCredential(row: ControlRow): SealedCredential {
  const { master_id, wrapped_key, created_at, changed_at, ...columns } = CredentialRow.parse(row)
  return { ...columns, masterId: master_id, wrappedKey: wrapped_key, createdAt: created_at, changedAt: changed_at }
}
