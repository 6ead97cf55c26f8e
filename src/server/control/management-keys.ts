import { createRoute, z } from '@hono/zod-openapi'
import type { ManagementKey } from '../../registry/access.ts'
import { permissionsOf } from '../../registry/access.ts'
import { allPermissions, type Permission, roleNames } from '../../registry/roles.ts'
import { idPattern, idRule } from '../config/schema.ts'
import type { ManagementKeys } from '../keys/management-keys.ts'
import type { ControlApp } from './app.ts'
import { json } from './json-of.ts'
import { readJson } from './read-json.ts'
import { isOfWorkspace } from './route-permissions.ts'

export interface ManagementKeysApi {
  readonly managementKeys: ManagementKeys
}

const PermissionName = z.enum(allPermissions as [Permission, ...Permission[]])

const Description = z.object({
  id: z.string(),
  owner: z.string(),
  workspace: z.string().nullable().openapi({ description: '`null`: all workspaces.' }),
  role: z.enum([...roleNames, 'custom']),
  permissions: z.array(PermissionName),
  createdAt: z.string(),
  expiresAt: z.string().nullable(),
  revokedAt: z.string().nullable(),
})
export type ManagementKeyDescription = z.infer<typeof Description>

export const NewManagementKey = z
  .strictObject({
    id: z.string().regex(idPattern, idRule),
    owner: z.string().min(1).max(200).openapi({ description: 'Whoever answers for it: a person or a team.' }),
    workspace: z
      .string()
      .regex(idPattern, idRule)
      .optional()
      .openapi({ description: 'Default: that of the key which makes it, or all.' }),
    role: z.enum(roleNames).optional(),
    permissions: z.array(PermissionName).min(1).optional().openapi({ description: 'In place of a role.' }),
    expiresAt: z.iso.datetime({ offset: true }).optional(),
  })
  .refine(({ role, permissions }) => (role === undefined) !== (permissions === undefined), {
    path: ['role'],
    message: 'and `permissions` exclude each other, and one of them is needed',
  })

export type NewManagementKey = z.infer<typeof NewManagementKey>

const Actor = z.object({
  actor: z.string(),
  owner: z.string().nullable(),
  workspace: z.string().nullable(),
  permissions: z.array(PermissionName),
})

const whoRoute = createRoute({
  method: 'get',
  path: '/api/v1/whoami',
  summary: 'Who asks, and what they may do',
  responses: { 200: json('The actor', Actor) },
})

const listRoute = createRoute({
  method: 'get',
  path: '/api/v1/management-keys',
  summary: 'Keys for the control plane, without the keys themselves',
  responses: { 200: json('Keys', z.object({ data: z.array(Description) })) },
})

const makeRoute = createRoute({
  method: 'post',
  path: '/api/v1/management-keys',
  summary: 'A new key for the control plane; the reply is the only time that it is shown',
  request: { body: { required: true, content: { 'application/json': { schema: NewManagementKey } } } },
  responses: { 201: json('The key', Description.extend({ key: z.string() })) },
})

const revokeRoute = createRoute({
  method: 'delete',
  path: '/api/v1/management-keys/{id}',
  summary: 'Revokes a key for the control plane at once',
  request: { params: z.object({ id: z.string() }) },
  responses: { 204: { description: 'Revoked' } },
})

export function addManagementKeyRoutes(app: ControlApp, { managementKeys }: ManagementKeysApi): void {
  app.openapi(whoRoute, (context) => {
    const { name, owner = null, workspace = null, permissions } = context.get('actor')
    const usable = [...permissions].filter((permission) => workspace === null || isOfWorkspace(permission))
    return context.json({ actor: name, owner, workspace, permissions: usable })
  })
  app.openapi(listRoute, (context) =>
    context.json({ data: managementKeys.list(context.get('actor')).map(describeManagementKey) }),
  )
  app.openAPIRegistry.registerPath(makeRoute)
  app.post('/api/v1/management-keys', async (context) => {
    const wanted = wantedKey(await readJson(context.req.raw, NewManagementKey))
    const { key, record } = await managementKeys.create(context.get('actor'), wanted)
    return context.json({ ...describeManagementKey(record), key }, 201)
  })
  app.openapi(revokeRoute, async (context) => {
    await managementKeys.revoke(context.get('actor'), context.req.valid('param').id)
    return context.body(null, 204)
  })
}

/** `role` and `permissions` as one grant. */
export function wantedKey({ role, permissions = [], expiresAt, ...wanted }: NewManagementKey) {
  const grant = role === undefined ? { permissions: [...new Set(permissions)] } : { role }
  return { ...wanted, grant, ...(expiresAt === undefined ? {} : { expiresAt: Date.parse(expiresAt) }) }
}

export function describeManagementKey(key: ManagementKey): ManagementKeyDescription {
  const { id, owner, workspace = null, grant, createdAt, expiresAt, revokedAt } = key
  const time = (at: number | undefined): string | null => (at === undefined ? null : new Date(at).toISOString())
  return {
    id,
    owner,
    workspace,
    role: 'role' in grant ? grant.role : 'custom',
    permissions: [...permissionsOf(grant)],
    createdAt: new Date(createdAt).toISOString(),
    expiresAt: time(expiresAt),
    revokedAt: time(revokedAt),
  }
}
