import { GatewayError } from '../../core/errors.ts'
import type { AuditDraft, AuditEntry } from '../../core/record/audit.ts'
import {
  type Actor,
  actorOf,
  checkGrant,
  type Grant,
  generateManagementKey,
  isWithin,
  type ManagementKey,
  workspaceFor,
} from '../../registry/access.ts'
import { hashKey } from '../../registry/virtual-keys.ts'
import { audited, signedBy } from '../audit/audit.ts'
import type { ControlStore } from '../control-records/control-store.ts'

export interface WantedManagementKey {
  readonly id: string
  readonly owner: string
  readonly workspace?: string | undefined
  readonly grant: Grant
  /** Unix milliseconds. */
  readonly expiresAt?: number | undefined
}

/** Keys for the control plane. Read from the store for each request, so that one which is revoked stops at once. */
export interface ManagementKeys {
  /** Throws `invalid_admin_token` for one that is unknown, `expired_key` or `revoked_key`. */
  authenticate(key: string): Actor
  list(actor: Actor): readonly ManagementKey[]
  /** The only time that the key is seen. Throws `conflict` or `permission_denied`. */
  create(actor: Actor, wanted: WantedManagementKey): Promise<{ readonly key: string; readonly record: ManagementKey }>
  /** Throws `not_found`, also for one of a workspace that the actor does not see, or `permission_denied`. */
  revoke(actor: Actor, id: string): Promise<void>
}

export interface ManagementKeysOptions {
  readonly store: Pick<
    ControlStore,
    'managementKeys' | 'managementKeyByHash' | 'addManagementKey' | 'revokeManagementKey'
  >
  append(draft: AuditDraft): AuditEntry | Promise<AuditEntry>
  now(): number
}

const renewed = { help: 'Ask whoever may make management keys for a new one.' } as const

export function createManagementKeys({ store, append, now }: ManagementKeysOptions): ManagementKeys {
  return {
    authenticate(key) {
      const found = key.startsWith('pcm_') ? store.managementKeyByHash(hashKey(key)) : undefined
      if (found === undefined) throw new GatewayError('invalid_admin_token', 'The admin token is not right.')
      const { revokedAt, expiresAt } = found
      if (revokedAt !== undefined) throw new GatewayError('revoked_key', 'This management key was revoked.', renewed)
      if (expiresAt !== undefined && now() >= expiresAt)
        throw new GatewayError('expired_key', 'This management key has expired.', renewed)
      return actorOf(found)
    },
    list: (actor) => store.managementKeys().filter(({ workspace }) => isWithin(actor, workspace)),
    async create(actor, { id, owner, workspace: wanted, grant, expiresAt }) {
      const workspace = workspaceFor(actor, wanted)
      checkGrant(actor, grant, workspace)
      if (expiresAt !== undefined && expiresAt <= now())
        throw new GatewayError('invalid_request', '`expiresAt` is over already.', { param: 'expiresAt' })
      if (store.managementKeys().some((known) => known.id === id))
        throw new GatewayError('conflict', `There is a management key with the id "${id}" already; choose another.`)
      const key = generateManagementKey()
      const record: ManagementKey = {
        id,
        hash: hashKey(key),
        owner,
        grant,
        createdAt: now(),
        ...(workspace === undefined ? {} : { workspace }),
        ...(expiresAt === undefined ? {} : { expiresAt }),
      }
      const details = { owner, workspace: workspace ?? null, ...grant, expiresAt: expiresAt ?? null }
      const draft = signedBy(actor, { action: 'management-key-created', subject: id, details })
      await audited(append, draft, () => store.addManagementKey(record))
      return { key, record }
    },
    async revoke(actor, id) {
      const found = store.managementKeys().find((known) => known.id === id)
      if (found === undefined || !isWithin(actor, found.workspace) || found.revokedAt !== undefined)
        throw new GatewayError('not_found', `There is no management key with the id "${id}".`)
      checkGrant(actor, found.grant, found.workspace)
      const draft = signedBy(actor, { action: 'management-key-revoked', subject: id, details: {} })
      await audited(append, draft, () => store.revokeManagementKey(id, now()))
    },
  }
}
