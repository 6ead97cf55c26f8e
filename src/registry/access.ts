import { randomBytes } from 'node:crypto'
import { GatewayError } from '../core/errors.ts'
import type { AuditActor } from '../core/record/audit.ts'
import { allPermissions, type Permission, type Role, roles } from './roles.ts'

/** Who asks the control plane. */
export interface Actor {
  readonly name: AuditActor
  /** Whoever answers for the key. Absent for the admin token and the command line. */
  readonly owner?: string
  /** Absent: all of them. */
  readonly workspace?: string
  readonly permissions: ReadonlySet<Permission>
}

/** A management key as it is kept: never the key itself. */
export interface ManagementKey {
  readonly id: string
  /** SHA-256 of the key, lower-case hex; the key is 256 random bits. */
  readonly hash: string
  readonly owner: string
  /** Absent: all of them. */
  readonly workspace?: string
  readonly grant: Grant
  /** Unix milliseconds, as the two below. */
  readonly createdAt: number
  readonly expiresAt?: number
  readonly revokedAt?: number
}

export type Grant = { readonly role: Role } | { readonly permissions: readonly Permission[] }

export const adminActor: Actor = { name: 'admin-token', permissions: new Set(allPermissions) }
/** Whoever can write the data directory could do anything there by hand. */
export const commandLineActor: Actor = { name: 'cli', permissions: new Set(allPermissions) }

export function generateManagementKey(): string {
  return `pcm_${randomBytes(32).toString('base64url')}`
}

export function actorOf({ id, owner, workspace, grant }: ManagementKey): Actor {
  return {
    name: `management-key:${id}`,
    owner,
    ...(workspace === undefined ? {} : { workspace }),
    permissions: permissionsOf(grant),
  }
}

export function permissionsOf(grant: Grant): ReadonlySet<Permission> {
  return new Set('role' in grant ? roles[grant.role] : grant.permissions)
}

export function isWithin({ workspace }: Actor, wanted: string | undefined): boolean {
  return workspace === undefined || workspace === wanted
}

/** Throws `permission_denied`. */
export function checkPermission({ permissions }: Actor, permission: Permission): void {
  if (permissions.has(permission)) return
  throw new GatewayError('permission_denied', `This management key lacks the permission \`${permission}\`.`)
}

/** The workspace that is meant. Throws `permission_denied` for another one than the actor's, whether or not there is one. */
export function workspaceFor(actor: Actor, wanted: string | undefined): string | undefined {
  if (wanted !== undefined && !isWithin(actor, wanted))
    throw new GatewayError('permission_denied', `This management key is for the workspace "${actor.workspace}" only.`)
  return wanted ?? actor.workspace
}

/** The parameters of a question about calls, as far as the actor may see. Throws `permission_denied`. */
export function withinWorkspace(
  actor: Actor,
  queries: Readonly<Record<string, readonly string[]>>,
): Readonly<Record<string, readonly string[]>> {
  for (const asked of queries['workspace'] ?? []) workspaceFor(actor, asked)
  return actor.workspace === undefined ? queries : { ...queries, workspace: [actor.workspace] }
}

/** Nobody gives more than they have. Throws `permission_denied`. */
export function checkGrant(actor: Actor, grant: Grant, workspace: string | undefined): void {
  const lacking = [...permissionsOf(grant)].find((permission) => !actor.permissions.has(permission))
  if (lacking !== undefined) {
    const message = `A management key may do no more than the one that makes or revokes it, which lacks \`${lacking}\`.`
    throw new GatewayError('permission_denied', message)
  }
  if (!isWithin(actor, workspace))
    throw new GatewayError('permission_denied', `This management key is for the workspace "${actor.workspace}" only.`)
}
