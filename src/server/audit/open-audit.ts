import { generateKeyPairSync, type KeyObject } from 'node:crypto'
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { openSqliteAuditStore } from '../../catalog/stores/sqlite/audit-store.ts'
import { GatewayError } from '../../core/errors.ts'
import type { AuditDraft, AuditEntry } from '../../core/record/audit.ts'
import { type AuditLog, auditLogIn } from '../../observe/audit/audit-log.ts'
import { type Checkpoint, signedCheckpoint, signingKey } from '../../observe/audit/checkpoint.ts'

export interface OpenAudit extends Omit<AuditLog, 'append' | 'root'> {
  append(draft: AuditDraft): AuditEntry
  /** Signs the tree of so many entries; absent: of all. */
  checkpoint(size?: number): Checkpoint
  close(): void
}

/** The audit log of a data directory, and the key that signs it, made where there are none. Throws `audit_unavailable`. */
export function openAudit(dataDirectory: string): OpenAudit {
  const key = openKey(join(dataDirectory, 'audit.key'))
  const store = openSqliteAuditStore(join(dataDirectory, 'audit.db'))
  const { append, root, ...log } = auditLogIn(store)
  return {
    ...log,
    append: (draft) => append(draft, Date.now()),
    checkpoint: (size = log.size()) => signedCheckpoint({ size, root: root(size), at: new Date().toISOString() }, key),
    close: store.close,
  }
}

function openKey(path: string): KeyObject {
  try {
    try {
      const pem = generateKeyPairSync('ed25519').privateKey.export({ type: 'pkcs8', format: 'pem' })
      writeFileSync(path, pem, { mode: 0o600, flag: 'wx', flush: true })
    } catch (fault) {
      if (!(fault instanceof Error && 'code' in fault && fault.code === 'EEXIST')) throw fault
    }
    return signingKey(readFileSync(path, 'utf8'))
  } catch (cause) {
    const message =
      'audit.key cannot be made or read as a key; restore it, or move it away: another then signs checkpoints.'
    throw new GatewayError('audit_unavailable', message, { cause })
  }
}
